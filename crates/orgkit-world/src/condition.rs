//! Wildcards and the condition block of a policy statement, as far as the simulation knows them.
//!
//! Known keys: `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalOrgID`, `aws:RequestedRegion`, `sts:ExternalId`. Known operators:
//! `StringEquals`, `StringNotEquals`, `StringLike`, `StringNotLike`, `ArnEquals`, `ArnNotEquals`, `ArnLike`, `ArnNotLike`, each also with
//! `IfExists`. What is not known makes a Deny apply and an Allow not apply: the simulation fails closed.

use serde_json::Value;
use std::collections::BTreeMap;

/// Whether a condition block holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It has an operator or a key that the simulation does not know.
    Unknown,
}

/// The known condition keys of a request, in lower case; `None` is a key that has no value in this request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys<'a>(BTreeMap<&'static str, Option<&'a str>>);

impl<'a> Keys<'a> {
    pub(crate) fn with(mut self, key: &'static str, value: Option<&'a str>) -> Self {
        self.0.insert(key, value);
        self
    }
}

/// Whether the condition block of a statement holds; a statement without one always does.
pub(crate) fn holds(statement: &Value, keys: &Keys<'_>) -> Holds {
    let Some(condition) = statement.get("Condition") else {
        return Holds::Yes;
    };
    let Some(operators) = condition.as_object() else {
        return Holds::Unknown;
    };
    let mut result = Holds::Yes;
    for (operator, tests) in operators {
        for (key, patterns) in tests.as_object().into_iter().flatten() {
            match test(operator, key, patterns, keys) {
                Holds::No => return Holds::No,
                Holds::Unknown => result = Holds::Unknown,
                Holds::Yes => {}
            }
        }
    }
    result
}

fn test(operator: &str, key: &str, patterns: &Value, keys: &Keys<'_>) -> Holds {
    let (operator, if_exists) = operator.strip_suffix("IfExists").map_or((operator, false), |operator| (operator, true));
    let Some(value) = keys.0.get(key.to_ascii_lowercase().as_str()) else {
        return Holds::Unknown;
    };
    let (matches, negated): (fn(&str, &str) -> bool, bool) = match operator {
        "StringEquals" => (|pattern, value| pattern == value, false),
        "StringNotEquals" => (|pattern, value| pattern == value, true),
        "StringLike" => (glob, false),
        "StringNotLike" => (glob, true),
        "ArnEquals" | "ArnLike" => (arn_like, false),
        "ArnNotEquals" | "ArnNotLike" => (arn_like, true),
        _ => return Holds::Unknown,
    };
    let held = match value {
        Some(value) => texts(patterns).any(|pattern| matches(pattern, value)) != negated,
        None => negated || if_exists,
    };
    if held { Holds::Yes } else { Holds::No }
}

/// The texts of a policy element that is one text or a list of texts.
pub(crate) fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    list.iter().filter_map(Value::as_str)
}

/// Whether a pattern with `*` (any text) and `?` (one character) matches all of `text`.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut read) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while read < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(b'?') => (at, read) = (at + 1, read + 1),
            Some(letter) if *letter == text[read] => (at, read) = (at + 1, read + 1),
            _ => match star {
                Some((star_at, star_read)) => {
                    star = Some((star_at, star_read + 1));
                    (at, read) = (star_at + 1, star_read + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|letter| *letter == b'*')
}

/// Whether an ARN pattern matches an ARN: each of the six parts by itself [IAM User Guide, reference_policies_elements_condition_operators].
fn arn_like(pattern: &str, arn: &str) -> bool {
    let (patterns, parts) = (pattern.splitn(6, ':'), arn.splitn(6, ':'));
    patterns.clone().count() == parts.clone().count() && patterns.zip(parts).all(|(pattern, part)| glob(pattern, part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn wildcards_match_as_iam_says() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abbbc", true),
            ("a*c", "abbbd", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*b*b", "abab", true),
            ("", "a", false),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
        assert!(arn_like("arn:aws:iam::*:role/x", "arn:aws:iam::111122223333:role/x"));
        assert!(!arn_like("arn:aws:*:role/x", "arn:aws:iam::111122223333:role/x"), "a wildcard does not cross a colon");
    }

    #[test]
    fn conditions_hold_or_not_and_say_when_they_cannot_tell() {
        let keys = Keys::default().with("aws:principalarn", Some("arn:aws:iam::1:role/orgkit")).with("sts:externalid", None);
        for (condition, expected) in [
            (json!({}), Holds::Yes),
            (json!({ "Condition": { "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::*:role/org*" } } }), Holds::Yes),
            (json!({ "Condition": { "ArnNotLike": { "AWS:principalARN": ["x", "arn:aws:iam::*:role/orgkit"] } } }), Holds::No),
            (json!({ "Condition": { "StringEquals": { "sts:ExternalId": "x" } } }), Holds::No),
            (json!({ "Condition": { "StringEqualsIfExists": { "sts:ExternalId": "x" } } }), Holds::Yes),
            (json!({ "Condition": { "StringNotEquals": { "sts:ExternalId": "x" } } }), Holds::Yes),
            (json!({ "Condition": { "Bool": { "aws:SecureTransport": "true" } } }), Holds::Unknown),
            (json!({ "Condition": { "StringEquals": { "aws:SourceVpc": "x" } } }), Holds::Unknown),
            (json!({ "Condition": 7 }), Holds::Unknown),
        ] {
            assert_eq!(holds(&condition, &keys), expected, "{condition}");
        }
    }
}
