//! Policy documents: JSON in, statements out.

use serde_json::{Map, Value};

/// A text that is no policy document. The position is within the text, both from 1; `None` where the JSON is sound and the content is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// What is wrong.
    pub message: String,
    /// Line and column, where the JSON itself is broken.
    pub position: Option<(usize, usize)>,
}

impl ParseError {
    fn content(message: impl Into<String>) -> Self {
        Self { message: message.into(), position: None }
    }
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies.
    Deny,
}

/// A list that a statement either names or excludes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Listed {
    /// `Action`, `Resource`.
    These(Vec<String>),
    /// `NotAction`, `NotResource`.
    AllBut(Vec<String>),
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its `Sid`, or its place in the document as `#1`.
    pub name: String,
    /// What it does.
    pub effect: Effect,
    pub(crate) actions: Listed,
    pub(crate) resources: Option<Listed>,
    pub(crate) conditions: Vec<(String, String, Vec<String>)>,
}

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its statements in their order.
    pub statements: Vec<Statement>,
}

impl Document {
    /// Reads a document. `Statement` may be an object or a list, every list may be a single string, as the grammar allows
    /// [IAM User Guide, reference_policies_grammar].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| ParseError { message: error.to_string(), position: Some((error.line(), error.column())) })?;
        let statements = match value.get("Statement") {
            Some(Value::Array(list)) => list.iter().collect(),
            Some(one @ Value::Object(_)) => vec![one],
            _ => return Err(ParseError::content("a policy document needs a `Statement`")),
        };
        let statements = statements.iter().enumerate().map(|(index, statement)| parse_statement(index, statement));
        Ok(Self { statements: statements.collect::<Result<_, _>>()? })
    }
}

fn parse_statement(index: usize, value: &Value) -> Result<Statement, ParseError> {
    let object = value.as_object().ok_or_else(|| ParseError::content(format!("statement {} is not an object", index + 1)))?;
    let name = object.get("Sid").and_then(Value::as_str).map_or_else(|| format!("#{}", index + 1), str::to_owned);
    let effect = match object.get("Effect").and_then(Value::as_str) {
        Some("Allow") => Effect::Allow,
        Some("Deny") => Effect::Deny,
        _ => return Err(ParseError::content(format!("statement {name} needs an `Effect` of `Allow` or `Deny`"))),
    };
    let actions = listed(object, "Action", "NotAction")?
        .ok_or_else(|| ParseError::content(format!("statement {name} needs an `Action` or a `NotAction`")))?;
    Ok(Statement { effect, actions, resources: listed(object, "Resource", "NotResource")?, conditions: conditions(object, &name)?, name })
}

fn listed(object: &Map<String, Value>, these: &str, all_but: &str) -> Result<Option<Listed>, ParseError> {
    match (object.get(these), object.get(all_but)) {
        (Some(value), None) => strings(these, value).map(Listed::These).map(Some),
        (None, Some(value)) => strings(all_but, value).map(Listed::AllBut).map(Some),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(ParseError::content(format!("`{these}` and `{all_but}` exclude each other"))),
    }
}

fn strings(name: &str, value: &Value) -> Result<Vec<String>, ParseError> {
    let one = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => Err(ParseError::content(format!("`{name}` holds something that is not a string"))),
    };
    match value {
        Value::Array(list) => list.iter().map(one).collect(),
        value => one(value).map(|text| vec![text]),
    }
}

fn conditions(object: &Map<String, Value>, name: &str) -> Result<Vec<(String, String, Vec<String>)>, ParseError> {
    let wrong = || ParseError::content(format!("the `Condition` of statement {name} is not a map of operators to keys"));
    let mut found = Vec::new();
    let Some(block) = object.get("Condition") else { return Ok(found) };
    for (operator, keys) in block.as_object().ok_or_else(wrong)? {
        for (key, values) in keys.as_object().ok_or_else(wrong)? {
            found.push((operator.clone(), key.to_ascii_lowercase(), strings(key, values)?));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_and_lists_are_the_same() {
        let a = Document::parse(r#"{"Statement":{"Effect":"Deny","Action":"a:b","Resource":"*"}}"#).unwrap();
        let b = Document::parse(r#"{"Statement":[{"Effect":"Deny","Action":["a:b"],"Resource":["*"]}]}"#).unwrap();
        assert_eq!(a, b);
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let said = |text: &str| Document::parse(text).unwrap_err().to_string();
        insta::assert_snapshot!(said("{}"), @"a policy document needs a `Statement`");
        insta::assert_snapshot!(said(r#"{"Statement":{"Effect":"deny","Action":"*"}}"#), @"statement #1 needs an `Effect` of `Allow` or `Deny`");
        insta::assert_snapshot!(said(r#"{"Statement":{"Sid":"S","Effect":"Deny"}}"#), @"statement S needs an `Action` or a `NotAction`");
        assert_eq!(Document::parse("{\n  \"Statement\": [,]\n}").unwrap_err().position, Some((2, 17)));
    }
}
