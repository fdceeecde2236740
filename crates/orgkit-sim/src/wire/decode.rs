//! From a request to the call in it.

use super::HttpRequest;
use super::protocol::{Form, Wire};
use super::route;
use super::signature::Scope;
use orgkit_world::{ApiError, Call};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How deep the members of a form may nest.
const MAX_DEPTH: usize = 8;

/// The call that a request makes.
pub(super) fn call(wire: &Wire, request: &HttpRequest<'_>, scope: &Scope<'_>, region: &str) -> Result<Call, ApiError> {
    let unknown = |operation: &str| wire.unknown_operation(scope.service, operation);
    let (operation, input) = match wire.form {
        Form::Json { .. } => {
            let target = request.header("x-amz-target").unwrap_or_default();
            (wire.operation_of_target(target).ok_or_else(|| unknown(target))?.to_owned(), Value::Object(json(request.body)?))
        }
        Form::Query => {
            let mut input = form(request.body);
            let action = input.as_object_mut().and_then(|members| members.remove("Action"));
            let operation = action.as_ref().and_then(Value::as_str).unwrap_or_default();
            (Some(operation).filter(|operation| !operation.is_empty()).ok_or_else(|| unknown("(no Action)"))?.to_owned(), input)
        }
        Form::Rest => {
            let nowhere = || unknown(&format!("{} {}", request.method, request.path));
            let found = wire.service.and_then(|service| route::find(service, request.method, request.path));
            let (operation, members) = found.ok_or_else(nowhere)?;
            let mut input = json(request.body)?;
            input.extend(route::query(request.path));
            input.extend(members);
            (operation.name.to_owned(), Value::Object(input))
        }
    };
    let service = wire.service.ok_or_else(|| unknown(&operation))?;
    Ok(Call { service: service.name.to_owned(), operation, region: region.to_owned(), input })
}

/// A JSON body; an empty one stands for no members.
fn json(body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(body).map_err(|_| ApiError::new("SerializationException", "The request body is not a JSON object."))
}

/// A form as a tree: `Tags.member.1.Key=a` becomes `{"Tags": [{"Key": "a"}]}`. What does not fit is left out, as the services do.
fn form(body: &[u8]) -> Value {
    let mut tree = Node::default();
    for (name, value) in form_urlencoded::parse(body) {
        let parts: Vec<&str> = name.split('.').collect();
        if parts.len() <= MAX_DEPTH {
            tree.put(&parts, value.into_owned());
        }
    }
    tree.into_value()
}

/// A member of a form while it is read.
#[derive(Default)]
struct Node {
    text: Option<String>,
    children: BTreeMap<String, Node>,
}

impl Node {
    fn put(&mut self, parts: &[&str], value: String) {
        match parts {
            [] => self.text = Some(value),
            [first, rest @ ..] => self.children.entry((*first).to_owned()).or_default().put(rest, value),
        }
    }

    fn into_value(mut self) -> Value {
        if let Some(text) = self.text {
            return Value::String(text);
        }
        if self.children.len() == 1
            && let Some(items) = self.children.remove("member")
        {
            // List items are numbered from 1; their order is the numbers', not the texts'.
            let mut items: Vec<(u32, Node)> =
                items.children.into_iter().filter_map(|(number, item)| Some((number.parse().ok()?, item))).collect();
            items.sort_by_key(|(number, _)| *number);
            return items.into_iter().map(|(_, item)| item.into_value()).collect();
        }
        Value::Object(self.children.into_iter().map(|(name, child)| (name, child.into_value())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn forms_become_trees() {
        for (body, expected) in [
            ("Action=A&RoleArn=a%3Ab", json!({ "Action": "A", "RoleArn": "a:b" })),
            ("Filter.member.2=b&Filter.member.1=a&Filter.member.10=c", json!({ "Filter": ["a", "b", "c"] })),
            ("Tags.member.1.Key=k&Tags.member.1.Value=v", json!({ "Tags": [{ "Key": "k", "Value": "v" }] })),
            ("", json!({})),
            ("a.b.c.d.e.f.g.h.i=too-deep", json!({})),
        ] {
            assert_eq!(form(body.as_bytes()), expected, "{body}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_upset_the_decoders(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = form(&body);
            let _ = json(&body);
        }
    }
}
