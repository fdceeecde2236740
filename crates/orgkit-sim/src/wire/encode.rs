//! From an answer to the response with it.

use super::HttpResponse;
use super::protocol::{Form, Wire};
use orgkit_world::ApiError;
use quick_xml::escape::escape;
use serde_json::{Value, json};
use std::fmt::Write;

/// What the query protocol calls an entry of a map, which has a `key` and a `value`.
const ENTRY: &str = "entry";

/// The response with an operation's output.
pub(super) fn output(wire: &Wire, request_id: &str, operation: &str, output: &Value) -> HttpResponse {
    match wire.form {
        Form::Query => {
            let mut xml = String::new();
            members(&mut xml, output);
            // An empty result stands there too: boto3 does not read an answer without it where the model has a result, however empty.
            let result = format!("<{operation}Result>{xml}</{operation}Result>");
            let metadata = format!("<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>");
            let document = format!(r#"<{operation}Response xmlns="{}">{result}{metadata}</{operation}Response>"#, wire.namespace());
            response(wire, request_id, 200, document.into_bytes())
        }
        // AWS sends nothing at all for an operation without output.
        Form::Json { .. } if output.as_object().is_some_and(serde_json::Map::is_empty) => response(wire, request_id, 200, Vec::new()),
        Form::Json { .. } | Form::Rest => response(wire, request_id, 200, output.to_string().into_bytes()),
    }
}

/// The response with an error.
pub(super) fn error(wire: &Wire, request_id: &str, error: &ApiError) -> HttpResponse {
    if wire.form == Form::Query {
        let fault = if error.status < 500 { "Sender" } else { "Receiver" };
        let (code, message) = (error.code, text(&error.message));
        let body = format!("<Error><Type>{fault}</Type><Code>{code}</Code><Message>{message}</Message></Error>");
        let document = format!(r#"<ErrorResponse xmlns="{}">{body}<RequestId>{request_id}</RequestId></ErrorResponse>"#, wire.namespace());
        return response(wire, request_id, error.status, document.into_bytes());
    }
    let mut body = json!({ "__type": error.code, wire.message_member(): error.message });
    let more = [("Reason", error.reason), ("Type", error.kind)];
    if let Some(members) = body.as_object_mut() {
        members.extend(more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))));
    }
    let mut response = response(wire, request_id, error.status, body.to_string().into_bytes());
    response.headers.push(("x-amzn-errortype", error.code.to_owned()));
    response
}

fn response(wire: &Wire, request_id: &str, status: u16, body: Vec<u8>) -> HttpResponse {
    let content_type = match wire.form {
        Form::Json { version } => format!("application/x-amz-json-{version}"),
        Form::Query => "text/xml".to_owned(),
        Form::Rest => "application/json".to_owned(),
    };
    HttpResponse { status, headers: vec![("content-type", content_type), ("x-amzn-requestid", request_id.to_owned())], body }
}

/// The members of an object as XML elements; the items of a list are elements `member`.
fn members(xml: &mut String, object: &Value) {
    for (name, value) in object.as_object().into_iter().flatten() {
        element(xml, name, value);
    }
}

fn element(xml: &mut String, name: &str, value: &Value) {
    if value.is_null() {
        return;
    }
    // A map is a list of entries without an element around it.
    if let (ENTRY, Value::Array(entries)) = (name, value) {
        return entries.iter().for_each(|entry| element(xml, ENTRY, entry));
    }
    let _ = write!(xml, "<{name}>");
    match value {
        Value::Object(_) => members(xml, value),
        Value::Array(items) => items.iter().for_each(|item| element(xml, "member", item)),
        Value::String(words) => xml.push_str(&text(words)),
        other => xml.push_str(&other.to_string()),
    }
    let _ = write!(xml, "</{name}>");
}

/// A text in XML. Characters that XML 1.0 does not have become U+FFFD.
fn text(words: &str) -> String {
    let allowed = |letter: char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r');
    let words: String = words.chars().map(|letter| if allowed(letter) { letter } else { '\u{fffd}' }).collect();
    escape(words).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use orgkit_world::catalog;

    #[test]
    fn outputs_and_errors_have_the_form_of_their_protocol() {
        let query = Wire { form: Form::Query, service: catalog::service("sts") };
        let body = |response: HttpResponse| String::from_utf8(response.body).unwrap();
        insta::assert_snapshot!(
            body(output(&query, "id", "Op", &json!({ "A": { "B": 1 }, "C": ["<x>", true], "D": null, "E": [] }))),
            @r#"<OpResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><OpResult><A><B>1</B></A><C><member>&lt;x&gt;</member><member>true</member></C><E></E></OpResult><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></OpResponse>"#
        );
        let refusal = ApiError::new("AccessDenied", "no & \u{1}").with_status(403);
        insta::assert_snapshot!(
            body(error(&query, "id", &refusal)),
            @r#"<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no &amp; �</Message></Error><RequestId>id</RequestId></ErrorResponse>"#
        );
        let json = Wire { form: Form::Json { version: "1.1" }, service: catalog::service("organizations") };
        let refusal = ApiError::new("ConstraintViolationException", "no").because("WAIT_PERIOD_ACTIVE");
        let response = error(&json, "id", &refusal);
        assert!(response.headers.contains(&("x-amzn-errortype", "ConstraintViolationException".to_owned())));
        insta::assert_snapshot!(body(response), @r#"{"Message":"no","Reason":"WAIT_PERIOD_ACTIVE","__type":"ConstraintViolationException"}"#);
    }
}
