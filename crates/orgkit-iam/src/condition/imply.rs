//! Whether one condition implies another.

use super::compare::Number;
use super::operator::{Comparison, Operator, SetOperator};
use super::test::{Expected, Test, absent, ignoring_case};
use crate::matching::Glob;
use std::cmp::Ordering;

impl Test {
    /// Whether it holds as soon as any of its values matches, so that it says the same as several conditions with one value each of which one must
    /// hold. It is so for operators without `Not`, alone or with `ForAnyValue` [IAM User Guide, reference_policies_condition-logic-multiple-context-keys-or-values].
    pub(crate) fn is_any_of(&self) -> bool {
        self.operator.is_some_and(|operator| !operator.negated && operator.set != Some(SetOperator::All))
    }

    /// Whether another condition on the same key holds for every request for which this one does. `false` may mean that it is not decided.
    pub(crate) fn implies(&self, other: &Self) -> bool {
        let (Some(mine), Some(theirs)) = (self.operator, other.operator) else { return false };
        if self.key != other.key || !are_comparable(mine, theirs) || (absent(mine) && !absent(theirs)) {
            return false;
        }
        let within = |inner: &[Expected], outer: &[Expected]| {
            inner.iter().all(|one| outer.iter().any(|value| value_includes(mine.comparison, value, one)))
        };
        // What matches none of more values matches none of fewer.
        if mine.negated { within(&other.expected, &self.expected) } else { within(&self.expected, &other.expected) }
    }

    /// Whether the value at one place matches whatever the value at another place matches.
    pub(crate) fn value_includes(&self, outer: usize, inner: usize) -> bool {
        match (self.operator, self.expected.get(outer), self.expected.get(inner)) {
            (Some(operator), Some(outer), Some(inner)) => value_includes(operator.comparison, outer, inner),
            _ => false,
        }
    }
}

/// Whether two operators differ in their values only, or in `IfExists`. `StringEquals` is `StringLike` without wildcards.
fn are_comparable(one: Operator, two: Operator) -> bool {
    let is_string = |operator: Operator| matches!(operator.comparison, Comparison::StringEquals | Comparison::StringLike);
    let same = one.comparison == two.comparison || (is_string(one) && is_string(two));
    same && one.negated == two.negated && one.set == two.set
}

fn value_includes(comparison: Comparison, outer: &Expected, inner: &Expected) -> bool {
    match (outer, inner) {
        // What its type does not have matches nothing; nothing is made of it.
        (Expected::Invalid, _) | (_, Expected::Invalid) => false,
        (Expected::Text(outer), Expected::Text(inner)) if comparison == Comparison::StringEqualsIgnoreCase => ignoring_case(outer, inner),
        (Expected::Pattern(outer), Expected::Pattern(inner)) => outer.includes(inner),
        (Expected::Pattern(outer), Expected::Text(inner)) => outer.matches(inner),
        (Expected::Text(outer), Expected::Pattern(inner)) => Glob::exact(outer).includes(inner),
        (Expected::Network(outer), Expected::Network(inner)) => outer.includes(*inner),
        (Expected::Number(outer), Expected::Number(inner)) => number_includes(comparison, *outer, *inner),
        (Expected::Moment(outer), Expected::Moment(inner)) => reaches(comparison, inner.cmp(outer)),
        (outer, inner) => outer == inner,
    }
}

/// An integer and a decimal are not compared with each other here: what is rounded has no safe side.
fn number_includes(comparison: Comparison, outer: Number, inner: Number) -> bool {
    let is_same_kind = matches!((outer, inner), (Number::Integer(_), Number::Integer(_)) | (Number::Decimal(_), Number::Decimal(_)));
    is_same_kind && inner.compare(outer).is_some_and(|order| reaches(comparison, order))
}

/// Whether the order of (inner bound, outer bound) lets the outer one take all that the inner one takes.
fn reaches(comparison: Comparison, order: Ordering) -> bool {
    use Comparison::{
        DateGreaterThan, DateGreaterThanEquals, DateLessThan, DateLessThanEquals, NumericGreaterThan, NumericGreaterThanEquals,
        NumericLessThan, NumericLessThanEquals,
    };
    match comparison {
        NumericLessThan | NumericLessThanEquals | DateLessThan | DateLessThanEquals => order.is_le(),
        NumericGreaterThan | NumericGreaterThanEquals | DateGreaterThan | DateGreaterThanEquals => order.is_ge(),
        _ => order.is_eq(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Language, Scalar, Text, Values};
    use crate::{Context, ContextValue, Span, Truth};
    use proptest::prelude::*;

    fn test(operator: &str, values: &[&str]) -> Test {
        let text = |value: &&str| Text { value: (*value).to_owned(), scalar: Scalar::String, span: Span::default() };
        let values = Values { items: values.iter().map(text).collect(), is_list: true, span: Span::default() };
        Test::new(operator, "aws:k", &values, Language::V2012)
    }

    #[test]
    fn conditions_imply() {
        for (one, values, two, others, expected) in [
            ("StringEquals", &["a"][..], "StringEquals", &["b", "a"][..], true),
            ("StringEquals", &["a", "c"], "StringEquals", &["b", "a"], false),
            ("StringNotEquals", &["a", "b"], "StringNotEquals", &["a"], true),
            ("StringNotEquals", &["a"], "StringNotEquals", &["a", "b"], false),
            ("StringEquals", &["ab"], "StringLike", &["a*"], true),
            ("StringLike", &["a*"], "StringEquals", &["ab"], false),
            ("StringLike", &["ab"], "StringEquals", &["ab"], true),
            ("StringNotLike", &["a*"], "StringNotEquals", &["ab"], true),
            ("StringEquals", &["a"], "StringEqualsIfExists", &["a"], true),
            ("StringEqualsIfExists", &["a"], "StringEquals", &["a"], false),
            ("StringNotEqualsIfExists", &["a"], "StringNotEquals", &["a"], true),
            ("ForAnyValue:StringLike", &["a"], "ForAnyValue:StringLike", &["a", "b"], true),
            ("ForAnyValue:StringLike", &["a"], "StringLike", &["a"], false),
            ("ForAllValues:StringLike", &["a"], "ForAllValues:StringLike", &["a*"], true),
            ("ArnLike", &["arn:aws:iam::1:role/x"], "ArnEquals", &["arn:aws:iam::*:role/*"], true),
            ("ArnLike", &["arn:aws:iam::*"], "ArnLike", &["arn:aws:iam::*:*"], false),
            ("ArnNotLike", &["arn:aws:iam::*:role/*"], "ArnNotLike", &["arn:aws:iam::*:role/x"], true),
            ("IpAddress", &["10.1.0.0/16"], "IpAddress", &["10.0.0.0/8"], true),
            ("NotIpAddress", &["10.0.0.0/8"], "NotIpAddress", &["10.1.0.0/16"], true),
            ("NumericLessThan", &["5"], "NumericLessThan", &["6"], true),
            ("NumericGreaterThan", &["5"], "NumericGreaterThan", &["6"], false),
            ("DateGreaterThan", &["2024-01-02"], "DateGreaterThan", &["2024-01-01T00:00:00Z"], true),
            ("Bool", &["true"], "Bool", &["True"], true),
            ("Null", &["true"], "Null", &["false"], false),
            ("StringEquals", &["${aws:x}"], "StringEquals", &["${aws:x}"], true),
            ("StringEquals", &["${aws:x}"], "StringLike", &["*"], false),
            ("StringEqual", &["a"], "StringEqual", &["a"], false),
        ] {
            assert_eq!(test(one, values).implies(&test(two, others)), expected, "{one} {values:?} -> {two} {others:?}");
        }
    }

    fn context() -> impl Strategy<Value = ContextValue> {
        let value = prop::sample::select(vec!["", "a", "ab", "b", "1", "7", "10.0.0.1", "true", "2024"]);
        prop_oneof![
            Just(ContextValue::Absent),
            Just(ContextValue::Unknown),
            value.clone().prop_map(ContextValue::from),
            prop::collection::vec(value.prop_map(str::to_owned), 0..3).prop_map(ContextValue::Many),
        ]
    }

    fn one_test() -> impl Strategy<Value = Test> {
        let base = prop::sample::select(vec![
            "StringEquals",
            "StringNotEquals",
            "StringLike",
            "StringNotLike",
            "StringEqualsIgnoreCase",
            "NumericLessThan",
            "NumericEquals",
            "NumericGreaterThanEquals",
            "DateLessThan",
            "Bool",
            "IpAddress",
            "NotIpAddress",
            "Null",
            "ArnLike",
            "ArnNotLike",
        ]);
        let values = prop::collection::vec(
            prop::sample::select(vec!["a", "A", "a*", "*", "b", "5", "7", "8", "10.0.0.0/8", "10.0.0.1", "true", "2024", "${aws:v}"]),
            0..3,
        );
        (prop::sample::select(vec!["", "ForAllValues:", "ForAnyValue:"]), base, prop::sample::select(vec!["", "IfExists"]), values)
            .prop_map(|(set, base, if_exists, values)| test(&format!("{set}{base}{if_exists}"), &values))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100_000))]
        #[test]
        fn an_implied_condition_holds(one in one_test(), two in one_test(), key in context(), variable in context()) {
            let context = Context::new().with("aws:k", key).with("aws:v", variable);
            if one.implies(&two) {
                let (one, two) = (one.holds(&context).unwrap(), two.holds(&context).unwrap());
                let is_kept = match one { Truth::True => two == Truth::True, Truth::Unknown => two != Truth::False, Truth::False => true };
                prop_assert!(is_kept, "{:?} {:?}", one, two);
            }
        }
    }
}
