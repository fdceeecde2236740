//! A rule's parameters: JSON Schema 2020-12, defaults filled in, checked before the rule ever sees them.

use crate::PackError;
use crate::suggest::nearest;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// The schema of a rule's parameters.
#[derive(Debug)]
pub(crate) struct Schema {
    document: Value,
    validator: Validator,
}

impl Schema {
    /// The schema of a rule without parameters.
    pub(crate) fn empty() -> Self {
        // INVARIANT: this is a valid schema.
        #[expect(clippy::expect_used, reason = "stated invariant")]
        Self::from_value(json!({ "type": "object", "additionalProperties": false })).expect("a constant schema")
    }

    /// Reads a schema, or says what is wrong with it.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let schema = Self::from_value(serde_json::from_slice(bytes).map_err(|error| error.to_string())?)?;
        let defaults = schema.with_defaults(&Value::Object(Map::new()));
        match schema.problem(&defaults) {
            None => Ok(schema),
            Some((at, why)) => Err(format!("its defaults do not fit it: `{at}`: {why}")),
        }
    }

    fn from_value(document: Value) -> Result<Self, String> {
        let validator = jsonschema::draft202012::new(&document).map_err(|error| error.to_string())?;
        Ok(Self { document, validator })
    }

    /// The parameters with defaults, or what is wrong with those given.
    pub(crate) fn apply(&self, rule: &str, given: &Value) -> Result<Value, PackError> {
        let known = self.document.get("properties").and_then(Value::as_object);
        for parameter in given.as_object().into_iter().flat_map(Map::keys) {
            if known.is_none_or(|known| !known.contains_key(parameter)) {
                let near = nearest(parameter, known.into_iter().flat_map(Map::keys).map(String::as_str));
                return Err(PackError::UnknownParameter { rule: rule.to_owned(), parameter: parameter.clone(), near });
            }
        }
        let params = self.with_defaults(given);
        match self.problem(&params) {
            None => Ok(params),
            Some((parameter, why)) => Err(PackError::BadParameter { rule: rule.to_owned(), parameter, why }),
        }
    }

    /// The first thing that is wrong: where, and what.
    fn problem(&self, params: &Value) -> Option<(String, String)> {
        let error = self.validator.iter_errors(params).next()?;
        Some((error.instance_path().to_string().trim_start_matches('/').to_owned(), error.to_string()))
    }

    fn with_defaults(&self, given: &Value) -> Value {
        let mut params = given.clone();
        fill(&self.document, &mut params);
        params
    }
}

/// Fills in the defaults of missing members, in objects within objects too.
fn fill(schema: &Value, value: &mut Value) {
    let (Some(properties), Some(members)) = (schema.get("properties").and_then(Value::as_object), value.as_object_mut()) else { return };
    for (name, property) in properties {
        if let Some(default) = property.get("default") {
            members.entry(name).or_insert_with(|| default.clone());
        }
        if let Some(member) = members.get_mut(name) {
            fill(property, member);
        }
    }
}
