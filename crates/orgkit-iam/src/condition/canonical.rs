//! Conditions in one spelling, so that what means the same is the same.

use super::compare::{Network, Number, boolean};
use super::date;
use super::operator::{Comparison, Operator, SetOperator};
use crate::document::Language;
use crate::matching::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Integers below this are the same as decimals [IEEE 754, binary64].
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Operator {
    /// The operator that stands for all that mean the same, given that the values come from [`canonical_value`]: text without wildcards is a pattern, and
    /// `IfExists` adds nothing where an absent key holds already.
    pub(crate) fn canonical(self) -> Self {
        let comparison = if self.comparison == Comparison::StringEquals { Comparison::StringLike } else { self.comparison };
        let holds_absent = match self.set {
            Some(SetOperator::All) => true,
            Some(SetOperator::Any) => false,
            None => self.negated,
        };
        Self { comparison, if_exists: self.if_exists && !holds_absent, ..self }
    }
}

/// A value in one spelling; `None` for one that its type does not have, which matches nothing.
pub(crate) fn canonical_value(operator: Operator, value: &str, language: Language) -> Option<String> {
    let variables = language == Language::V2012 && operator.takes_variables();
    let template = |text: &str| if variables { Template::parse(text) } else { Template::plain(text) };
    match operator.comparison {
        Comparison::StringEquals => Some(template(value).canonical(false)),
        Comparison::StringEqualsIgnoreCase => {
            // How a character is lowered may depend on its neighbours, and those of a variable are not known.
            let lower = if template(value).is_plain() { value.to_lowercase() } else { value.to_ascii_lowercase() };
            Some(template(&lower).canonical(false))
        }
        Comparison::StringLike | Comparison::Arn => Some(template(value).canonical(true)),
        Comparison::Bool if !template(value).is_plain() => Some(template(value).canonical(false)),
        Comparison::Bool | Comparison::Null => boolean(value).map(|value| value.to_string()),
        Comparison::Binary => STANDARD.decode(value).ok().map(|bytes| STANDARD.encode(bytes)),
        Comparison::IpAddress => Network::parse(value).map(Network::canonical),
        Comparison::NumericEquals
        | Comparison::NumericLessThan
        | Comparison::NumericLessThanEquals
        | Comparison::NumericGreaterThan
        | Comparison::NumericGreaterThanEquals => Number::parse(value).map(number),
        Comparison::DateEquals
        | Comparison::DateLessThan
        | Comparison::DateLessThanEquals
        | Comparison::DateGreaterThan
        | Comparison::DateGreaterThanEquals => date::parse(value).map(|moment| moment.to_string()),
    }
}

fn number(number: Number) -> String {
    match number {
        Number::Integer(integer) => integer.to_string(),
        // Without a fraction, and without the sign of a negative zero.
        Number::Decimal(decimal) if decimal.fract() == 0.0 && decimal.abs() < EXACT => format!("{:.0}", decimal + 0.0),
        Number::Decimal(decimal) => format!("{decimal:e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(operator: &str, value: &str, language: Language) -> (Operator, Option<String>) {
        let operator = Operator::parse(operator).unwrap();
        (operator.canonical(), canonical_value(operator, value, language))
    }

    #[test]
    fn what_means_the_same_is_the_same() {
        for (a, b) in [
            (("StringEquals", "eu-west-1"), ("stringlike", "eu-west-1")),
            (("StringLike", "a**b"), ("StringLike", "a*b")),
            (("StringEquals", "a*"), ("StringLike", "a${*}")),
            (("StringLike", "${AWS:UserName}"), ("StringLike", "${aws:username}")),
            (("StringNotEquals", "x"), ("StringNotEqualsIfExists", "x")),
            (("ForAllValues:StringEquals", "x"), ("ForAllValues:StringEqualsIfExists", "x")),
            (("StringEqualsIgnoreCase", "ABC"), ("StringEqualsIgnoreCase", "abc")),
            (("ArnEquals", "arn:aws:iam::1:role/x"), ("ArnLike", "arn:aws:iam::1:role/x")),
            (("NumericEquals", "10"), ("NumericEquals", "1e1")),
            (("NumericEquals", "0"), ("NumericEquals", "-0.0")),
            (("Bool", "True"), ("Bool", "true")),
            (("IpAddress", "10.0.0.1/8"), ("IpAddress", "10.0.0.0/8")),
            (("IpAddress", "10.0.0.1"), ("IpAddress", "10.0.0.1/32")),
            (("DateLessThan", "2026-01-01T00:00:00Z"), ("DateLessThan", "1767225600")),
        ] {
            assert_eq!(canonical(a.0, a.1, Language::V2012), canonical(b.0, b.1, Language::V2012), "{a:?} {b:?}");
        }
    }

    #[test]
    fn what_means_something_else_is_not() {
        for (a, b) in [
            (("StringEquals", "a*"), ("StringLike", "a*")),
            (("StringEquals", "x"), ("StringEqualsIfExists", "x")),
            (("StringEquals", "x"), ("StringNotEquals", "x")),
            (("ForAnyValue:StringEquals", "x"), ("ForAnyValue:StringEqualsIfExists", "x")),
            (("StringLike", "${aws:username}"), ("StringLike", "${aws:username, 'x'}")),
            (("StringLike", "\\*"), ("StringLike", "${*}")),
            (("ArnLike", "x"), ("StringLike", "x")),
            (("NumericEquals", "9007199254740993"), ("NumericEquals", "9007199254740992")),
        ] {
            assert_ne!(canonical(a.0, a.1, Language::V2012), canonical(b.0, b.1, Language::V2012), "{a:?} {b:?}");
        }
        let variable = |language| canonical("StringEquals", "${aws:username}", language);
        assert_ne!(variable(Language::V2008), variable(Language::V2012));
        assert_eq!(canonical("Bool", "maybe", Language::V2012).1, None);
    }
}
