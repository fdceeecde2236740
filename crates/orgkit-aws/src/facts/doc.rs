//! Building documents: members that AWS left out stay out.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// An object of the members that are there.
pub(super) fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    Value::Object(members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect::<Map<_, _>>())
}

/// A text, if it is there.
pub(super) fn text(value: Option<&str>) -> Option<Value> {
    value.map(Value::from)
}

/// A list; an empty one is there too.
pub(super) fn list(items: impl Iterator<Item = Value>) -> Option<Value> {
    Some(Value::Array(items.collect()))
}

/// A time as RFC 3339 has it.
pub(super) fn time(value: Option<&DateTime>) -> Option<Value> {
    value.and_then(|time| time.fmt(Format::DateTime).ok()).map(Value::from)
}

/// A JSON document that may be URL-encoded, as IAM's are [IAM API Reference, `GetAccountAuthorizationDetails`]. What is no JSON stays
/// the text that it is: a finding can then say so.
pub(crate) fn json(value: Option<&str>) -> Option<Value> {
    let text = value?;
    let decoded = || percent_decode_str(text).decode_utf8_lossy().into_owned();
    let parsed = serde_json::from_str(text).or_else(|_| serde_json::from_str(&decoded()));
    Some(parsed.unwrap_or_else(|_| Value::from(decoded())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json as value;

    #[test]
    fn documents_are_decoded_and_parsed_or_kept_as_text() {
        assert_eq!(json(Some("%7B%22Version%22%3A%222012-10-17%22%7D")), Some(value!({"Version": "2012-10-17"})));
        assert_eq!(json(Some(r#"{"Resource":"a%2Fb+c"}"#)), Some(value!({"Resource": "a%2Fb+c"})));
        assert_eq!(json(Some("not%20json")), Some(value!("not json")));
        assert_eq!(json(None), None);
    }

    #[test]
    fn objects_leave_out_what_is_not_there() {
        let time = DateTime::from_secs(1_800_000_000);
        assert_eq!(
            object([("a", text(Some("x"))), ("b", None), ("t", super::time(Some(&time)))]),
            value!({"a": "x", "t": "2027-01-15T08:00:00Z"})
        );
    }
}
