//! Going through a case to rewrite it.

use serde_json::Value;

/// A statement of a case and what is around it.
pub(super) struct Place {
    /// Whether its document is written in the language of 2012, which has variables.
    pub(super) has_variables: bool,
}

const FIELDS: &[&str] =
    &["scpChain", "rcpChain", "identityPolicies", "permissionBoundary", "sessionPolicy", "resourcePolicy", "vpcEndpointPolicies"];

/// Goes through every statement of every document.
pub(super) fn statements(case: &mut Value, mut rewrite: impl FnMut(&Place, &mut Value)) {
    for field in FIELDS {
        let Some(value) = case.get_mut(*field) else { continue };
        for document in documents(value) {
            let place = Place { has_variables: document["Version"] == "2012-10-17" };
            each(document.get_mut("Statement"), &mut |statement| rewrite(&place, statement));
        }
    }
}

fn documents(value: &mut Value) -> Vec<&mut Value> {
    match value {
        Value::Array(list) => list.iter_mut().flat_map(documents).collect(),
        level if level.get("policies").is_some() => level.get_mut("policies").map(documents).unwrap_or_default(),
        Value::Null => Vec::new(),
        document => vec![document],
    }
}

/// A value, or each of a list of them.
pub(super) fn each(value: Option<&mut Value>, rewrite: &mut impl FnMut(&mut Value)) {
    match value {
        Some(Value::Array(list)) => list.iter_mut().for_each(rewrite),
        Some(one) => rewrite(one),
        None => {}
    }
}

/// Goes through every value of every condition: its operator, its key and itself.
pub(super) fn conditions(case: &mut Value, mut rewrite: impl FnMut(&Place, &str, &mut Value)) {
    statements(case, |place, statement| {
        for (operator, keys) in statement.get_mut("Condition").and_then(Value::as_object_mut).into_iter().flatten() {
            for (_, values) in keys.as_object_mut().into_iter().flatten() {
                rewrite(place, operator, values);
            }
        }
    });
}

/// Every text of a case, keys of objects left out.
pub(super) fn texts(value: &mut Value, rewrite: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => rewrite(text),
        Value::Array(list) => list.iter_mut().for_each(|one| texts(one, rewrite)),
        Value::Object(members) => members.values_mut().for_each(|one| texts(one, rewrite)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The request's principal; empty: nobody who has signed.
pub(super) fn principal(case: &Value) -> &str {
    case["request"]["principal"].as_str().unwrap_or_default()
}

/// The request's action in lower case.
pub(super) fn action(case: &Value) -> String {
    case["request"]["action"].as_str().unwrap_or_default().to_ascii_lowercase()
}

/// A key of the request's context. Its name knows no case.
pub(super) fn context<'a>(case: &'a Value, key: &str) -> Option<&'a Value> {
    let context = case["request"]["context"].as_object()?;
    context.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
}
