//! Taking an organization out that has a successor beside it.

use crate::references::{Carries, carries};
use crate::{Document, ParseError};
use serde_json::Value;

/// The document without an organization's id, and without the path of the whole of it, in every condition on a key that carries an organization;
/// `None` where there is nothing to take out. A condition in which nothing else would be left is not changed: without values it would mean
/// something else. It takes back [`crate::add_organization`] from the other side, once the old organization is gone.
///
/// # Errors
/// When the document cannot be read.
pub fn remove_organization(content: &str, old: &str) -> Result<Option<String>, ParseError> {
    Document::parse(content)?;
    // INVARIANT: `Document::parse` read the same text as JSON, and found a `Statement` that is an object or a list of objects.
    let mut value: Value = serde_json::from_str(content).unwrap_or_default();
    let statements: Vec<&mut Value> = match value.get_mut("Statement") {
        Some(Value::Array(list)) => list.iter_mut().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let whole = format!("{old}/*");
    let names_old = |value: &Value| value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(old) || text == whole);
    let mut removed = false;
    let blocks = statements.into_iter().filter_map(|statement| statement.get_mut("Condition")?.as_object_mut());
    for keys in blocks.flat_map(|block| block.values_mut()).filter_map(Value::as_object_mut) {
        let carrying = keys.iter_mut().filter(|(key, _)| matches!(carries(key), Some(Carries::Organization | Carries::Path)));
        for list in carrying.filter_map(|(_, values)| values.as_array_mut()) {
            if list.iter().any(names_old) && !list.iter().all(names_old) {
                list.retain(|value| !names_old(value));
                removed = true;
            }
        }
    }
    Ok(removed.then(|| value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organization_goes_where_another_one_stays() {
        let policy = |condition: &str| {
            format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{condition}}}]}}"#)
        };
        for (condition, expected) in [
            (r#"{"StringNotEquals":{"aws:PrincipalOrgID":["o-old","o-new"]}}"#, r#"{"StringNotEquals":{"aws:PrincipalOrgID":["o-new"]}}"#),
            (
                r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":["o-old/*","o-new/*"]}}"#,
                r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":["o-new/*"]}}"#,
            ),
            (r#"{"StringEquals":{"aws:PrincipalOrgID":"o-old"}}"#, "nothing"),
            (r#"{"StringEquals":{"aws:PrincipalOrgID":["o-old"]}}"#, "nothing"),
            (r#"{"StringEquals":{"aws:PrincipalTag/org":["o-old","o-new"]}}"#, "nothing"),
        ] {
            let told = match remove_organization(&policy(condition), "o-old").unwrap() {
                None => "nothing".to_owned(),
                Some(text) => serde_json::from_str::<Value>(&text).unwrap().pointer("/Statement/0/Condition").unwrap().to_string(),
            };
            assert_eq!(told, expected, "{condition}");
        }
        assert!(remove_organization("no policy", "o-old").is_err());
    }
}
