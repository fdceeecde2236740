//! Condition operators, three-valued.

use crate::guardrail::Request;
use crate::matching::{arn_matches, glob_matches};

/// A truth that may depend on what nobody told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It depends on this key or operator.
    Unknown(String),
}

impl Truth {
    /// Both.
    pub(crate) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::False => Self::False,
            Self::True => other(),
            Self::Unknown(key) => match other() {
                Self::False => Self::False,
                _ => Self::Unknown(key),
            },
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

/// Whether one operator with one key holds for a request [IAM User Guide, reference_policies_elements_condition_operators].
///
/// A key that the request neither sets nor declares absent is unknown. A missing key makes a positive operator false, a negated one and
/// every `…IfExists` true. Values are alternatives; for a negated operator none of them may match.
pub(crate) fn holds(operator: &str, key: &str, values: &[String], request: &Request) -> Truth {
    let Some(found) = request.lookup(key) else { return Truth::Unknown(key.to_owned()) };
    if operator.eq_ignore_ascii_case("Null") {
        return (values.iter().any(|value| value.eq_ignore_ascii_case("true")) == found.is_empty()).into();
    }
    let (base, if_exists) = match operator.strip_suffix("IfExists") {
        Some(base) => (base, true),
        None => (operator, false),
    };
    let (base, set) = match base.split_once(':') {
        Some((set, base)) => (base, Some(set)),
        None => (base, None),
    };
    let Some((matches, negated)) = comparison(base) else { return Truth::Unknown(format!("operator {operator}")) };
    if values.iter().any(|value| value.contains("${")) {
        return Truth::Unknown(format!("policy variable in {key}"));
    }
    if found.is_empty() {
        return (if_exists || negated || set == Some("ForAllValues")).into();
    }
    let one = |actual: &String| values.iter().any(|value| matches(value, actual)) != negated;
    match set {
        None | Some("ForAnyValue") => found.iter().any(one).into(),
        Some("ForAllValues") => found.iter().all(one).into(),
        Some(_) => Truth::Unknown(format!("operator {operator}")),
    }
}

type Compare = fn(&str, &str) -> bool;

fn comparison(base: &str) -> Option<(Compare, bool)> {
    let equal: Compare = |value, actual| value == actual;
    let equal_ignoring_case: Compare = |value, actual| value.eq_ignore_ascii_case(actual);
    Some(match base {
        "StringEquals" => (equal, false),
        "StringNotEquals" => (equal, true),
        "StringEqualsIgnoreCase" | "Bool" => (equal_ignoring_case, false),
        "StringNotEqualsIgnoreCase" => (equal_ignoring_case, true),
        "StringLike" => (glob_matches, false),
        "StringNotLike" => (glob_matches, true),
        "ArnEquals" | "ArnLike" => (arn_matches, false),
        "ArnNotEquals" | "ArnNotLike" => (arn_matches, true),
        _ => return None,
    })
}
