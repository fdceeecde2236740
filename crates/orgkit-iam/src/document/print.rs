//! A document back to JSON: scalars stay scalars, lists stay lists.

use super::{Document, Effect, Element, PrincipalElement, Principals, Scalar, Statement, Text, Values};
use serde_json::{Map, Value};

impl Document {
    /// The document as a JSON value.
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        if let Some(version) = &self.version {
            object.insert("Version".to_owned(), version.to_json());
        }
        if let Some(id) = &self.id {
            object.insert("Id".to_owned(), id.to_json());
        }
        let mut statements: Vec<Value> = self.statements.iter().map(Statement::to_json).collect();
        let statements = if self.is_list || statements.len() != 1 { Value::Array(statements) } else { statements.remove(0) };
        object.insert("Statement".to_owned(), statements);
        Value::Object(object)
    }

    /// The document without a blank that is not needed: every character counts against a limit.
    pub fn to_compact(&self) -> String {
        self.to_json().to_string()
    }
}

impl Statement {
    /// The statement as a JSON value.
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        if let Some(sid) = &self.sid {
            object.insert("Sid".to_owned(), sid.to_json());
        }
        object.insert("Effect".to_owned(), if self.effect == Effect::Allow { "Allow" } else { "Deny" }.into());
        if let Some(principal) = &self.principal {
            object.insert(name("Principal", principal.negated), principal.to_json());
        }
        object.insert(name("Action", self.action.negated), self.action.to_json());
        if let Some(resource) = &self.resource {
            object.insert(name("Resource", resource.negated), resource.to_json());
        }
        if let Some(blocks) = &self.condition {
            let blocks = blocks.iter().map(|block| {
                let keys = block.keys.iter().map(|(key, values)| (key.value.clone(), values.to_json()));
                (block.operator.value.clone(), Value::Object(keys.collect()))
            });
            object.insert("Condition".to_owned(), Value::Object(blocks.collect()));
        }
        Value::Object(object)
    }
}

fn name(element: &str, negated: bool) -> String {
    if negated { format!("Not{element}") } else { element.to_owned() }
}

impl Element {
    fn to_json(&self) -> Value {
        self.values.to_json()
    }
}

impl PrincipalElement {
    fn to_json(&self) -> Value {
        match &self.who {
            Principals::Bare(text) => text.to_json(),
            Principals::ByType(types) => types.iter().map(|(kind, values)| (kind.value.clone(), values.to_json())).collect(),
        }
    }
}

impl Values {
    fn to_json(&self) -> Value {
        match self.items.as_slice() {
            [only] if !self.is_list => only.to_json(),
            items => items.iter().map(Text::to_json).collect(),
        }
    }
}

impl Text {
    fn to_json(&self) -> Value {
        match self.scalar {
            Scalar::String => Value::String(self.value.clone()),
            // A number or boolean is kept as it was spelled; what is no longer one is a string.
            Scalar::Number | Scalar::Bool => serde_json::from_str(&self.value).unwrap_or_else(|_| Value::String(self.value.clone())),
        }
    }
}
