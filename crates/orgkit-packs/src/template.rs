//! Policy templates: JSON documents with `${name}` inside string values.
//!
//! Values are put into the parsed document, never into its text, so no value can change the document's structure. `${aws:…}` is a
//! policy variable of IAM and stays as it is.

use crate::VarKind;
use serde_json::Value;
use std::collections::BTreeMap;

/// What is wrong with a template or its values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The template is not JSON.
    #[error("it is not JSON: {0}")]
    NotJson(String),
    /// The template has a variable that the manifest does not declare.
    #[error("`${{{0}}}` is not declared")]
    Undeclared(String),
    /// A list does not stand alone as an element of a list.
    #[error("`${{{0}}}` is a list and must be a whole element of a list")]
    ListInText(String),
    /// A value is missing.
    #[error("there is no value for `{0}`")]
    NoValue(String),
    /// A value has no place.
    #[error("the template has no variable `{0}`")]
    NoVariable(String),
    /// A list's value is not a JSON array of strings.
    #[error("the value of `{0}` is not a JSON array of strings")]
    NotAList(String),
    /// The pack does not have the template.
    #[error("the pack has no template `{0}`")]
    NoTemplate(String),
}

/// A template whose variables are all declared.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    document: Value,
    vars: BTreeMap<String, VarKind>,
}

impl Template {
    pub(crate) fn parse(bytes: &[u8], vars: &BTreeMap<String, VarKind>) -> Result<Self, TemplateError> {
        let document: Value = serde_json::from_slice(bytes).map_err(|error| TemplateError::NotJson(error.to_string()))?;
        let template = Self { document, vars: vars.clone() };
        // Rendering with any values finds every variable that is not declared or stands where it cannot.
        let any = vars.iter().map(|(name, kind)| (name.clone(), if *kind == VarKind::List { "[]" } else { "" }.to_owned()));
        template.render(&any.collect::<Vec<_>>())?;
        Ok(template)
    }

    /// The document with values, minified.
    pub(crate) fn render(&self, values: &[(String, String)]) -> Result<String, TemplateError> {
        let mut filled = BTreeMap::new();
        for (name, value) in values {
            let kind = self.vars.get(name).ok_or_else(|| TemplateError::NoVariable(name.clone()))?;
            filled.insert(name.as_str(), Filling::read(name, *kind, value)?);
        }
        if let Some(name) = self.vars.keys().find(|name| !filled.contains_key(name.as_str())) {
            return Err(TemplateError::NoValue(name.clone()));
        }
        Ok(fill(&self.document, &filled)?.to_string())
    }
}

enum Filling {
    Text(String),
    List(Vec<String>),
}

impl Filling {
    fn read(name: &str, kind: VarKind, value: &str) -> Result<Self, TemplateError> {
        match kind {
            VarKind::Text => Ok(Self::Text(value.to_owned())),
            VarKind::List => serde_json::from_str(value).map(Self::List).map_err(|_| TemplateError::NotAList(name.to_owned())),
        }
    }
}

fn fill(value: &Value, values: &BTreeMap<&str, Filling>) -> Result<Value, TemplateError> {
    match value {
        Value::String(text) => Ok(Value::String(fill_text(text, values)?)),
        Value::Object(members) => {
            members.iter().map(|(name, member)| Ok((name.clone(), fill(member, values)?))).collect::<Result<_, _>>().map(Value::Object)
        }
        Value::Array(items) => {
            let mut filled = Vec::new();
            for item in items {
                match item.as_str().and_then(whole_variable).and_then(|name| values.get(name)) {
                    Some(Filling::List(list)) => filled.extend(list.iter().cloned().map(Value::String)),
                    _ => filled.push(fill(item, values)?),
                }
            }
            Ok(Value::Array(filled))
        }
        other => Ok(other.clone()),
    }
}

fn whole_variable(text: &str) -> Option<&str> {
    text.strip_prefix("${")?.strip_suffix('}').filter(|name| !name.contains(['$', '{', '}']))
}

fn fill_text(text: &str, values: &BTreeMap<&str, Filling>) -> Result<String, TemplateError> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        filled.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            filled.push_str("${");
            rest = after;
            continue;
        };
        match values.get(name) {
            Some(Filling::Text(value)) => filled.push_str(value),
            Some(Filling::List(_)) => return Err(TemplateError::ListInText(name.to_owned())),
            None if name.contains(':') => filled.push_str(&format!("${{{name}}}")),
            None => return Err(TemplateError::Undeclared(name.to_owned())),
        }
        rest = tail;
    }
    filled.push_str(rest);
    Ok(filled)
}
