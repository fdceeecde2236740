//! Where a REST request leads: its operation, and the members of the input that stand in the path and the query.

use orgkit_world::catalog::{Operation, Service};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// The operation at a method and path, with the members that the path names.
pub(super) fn find(service: &'static Service, method: &str, path: &str) -> Option<(&'static Operation, Map<String, Value>)> {
    let path = path.split('?').next().unwrap_or_default();
    // A route without members is the better match: `/members/get` before `/members/{id}`.
    let candidates = || service.operations.iter().filter_map(|operation| Some((operation, operation.route?)));
    let matching = candidates().filter(|(_, route)| route.method == method);
    let found = matching.filter_map(|(operation, route)| Some((operation, members(route.path, path)?)));
    found.min_by_key(|(_, members)| members.len())
}

/// The members of a path that has a template's form.
fn members(template: &str, path: &str) -> Option<Map<String, Value>> {
    let mut found = Map::new();
    let mut parts = path.trim_end_matches('/').split('/');
    for expected in template.trim_end_matches('/').split('/') {
        let label = expected.strip_prefix('{').and_then(|label| label.strip_suffix('}'));
        match label.map(|label| (label, label.strip_suffix('+'))) {
            None if parts.next()? == expected => {}
            None => return None,
            Some((_, Some(greedy))) => {
                let rest: Vec<&str> = parts.by_ref().collect();
                put(&mut found, greedy, &rest.join("/"))?;
            }
            Some((label, None)) => put(&mut found, label, parts.next()?)?,
        }
    }
    parts.next().is_none().then_some(found)
}

/// A label stands for at least one character.
fn put(found: &mut Map<String, Value>, label: &str, text: &str) -> Option<()> {
    let text = percent_decode_str(text).decode_utf8().ok().filter(|text| !text.is_empty())?;
    found.insert(label.to_owned(), text.into());
    Some(())
}

/// The members that stand in the query. A name that comes more than once is a list.
pub(super) fn query(path: &str) -> Map<String, Value> {
    let mut found: Map<String, Value> = Map::new();
    let query = path.split_once('?').map(|(_, query)| query).unwrap_or_default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = Value::String(value.into_owned());
        match found.get_mut(name.as_ref()) {
            None => {
                found.insert(name.into_owned(), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_give_members() {
        for (template, path, expected) in [
            ("/members/get", "/members/get", Some(json!({}))),
            ("/members/get", "/members/get/", Some(json!({}))),
            ("/members/get", "/members", None),
            ("/detector/{detectorId}/member", "/detector/ab%20c/member", Some(json!({ "detectorId": "ab c" }))),
            ("/detector/{detectorId}", "/detector/", None),
            ("/tags/{arn+}", "/tags/arn:a/b/c", Some(json!({ "arn": "arn:a/b/c" }))),
            ("/tags/{arn}", "/tags/arn:a/b", None),
        ] {
            assert_eq!(members(template, path).map(Value::Object), expected, "{template} {path}");
        }
        assert_eq!(Value::Object(query("/x?a=1&b=2&b=%33")), json!({ "a": "1", "b": ["2", "3"] }));
    }
}
