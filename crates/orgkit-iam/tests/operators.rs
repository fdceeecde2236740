//! Every condition operator against every circumstance [IAM User Guide, reference_policies_elements_condition_operators and
//! reference_policies_multi-value-conditions].
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_iam::{Context, ContextValue, Document, Evaluator, Memo, Policies, Policy, Principal, Request, Verdict};

/// An operator with values for it.
struct Row {
    operator: &'static str,
    /// Whether it is a `…Not…` form.
    negated: bool,
    /// The policy's value.
    policy: &'static str,
    /// A value of the policy that neither of the request's values matches.
    other: &'static str,
    /// A request's value that the positive form accepts, and one that it does not.
    hit: &'static str,
    miss: &'static str,
    /// What is no value of the operator's type, if there is such a thing. It matches nothing.
    invalid: Option<&'static str>,
}

const fn row(
    operator: &'static str,
    negated: bool,
    policy: [&'static str; 2],
    request: [&'static str; 2],
    invalid: Option<&'static str>,
) -> Row {
    Row { operator, negated, policy: policy[0], other: policy[1], hit: request[0], miss: request[1], invalid }
}

const ARNS: [&str; 2] = ["arn:aws:iam::*:role/A*", "arn:aws:iam::*:user/*"];
const ROLES: [&str; 2] = ["arn:aws:iam::111122223333:role/Admin", "arn:aws:iam::111122223333:role/Other"];
const DAYS: [&str; 2] = ["2024-06-01T00:00:00Z", "1999-01-01"];
const RANGES: [&str; 2] = ["10.0.0.0/8", "2001:db8::/32"];
const NO_DATE: Option<&str> = Some("soon");
const NO_NUMBER: Option<&str> = Some("10abc");

/// All of them but `Null`, which has a table of its own.
const ROWS: [Row; 26] = [
    row("StringEquals", false, ["blue", "red"], ["blue", "Blue"], None),
    row("StringNotEquals", true, ["blue", "red"], ["blue", "Blue"], None),
    row("StringEqualsIgnoreCase", false, ["blue", "red"], ["BLUE", "green"], None),
    row("StringNotEqualsIgnoreCase", true, ["blue", "red"], ["BLUE", "green"], None),
    row("StringLike", false, ["b*e", "r?d"], ["blue", "green"], None),
    row("StringNotLike", true, ["b*e", "r?d"], ["blue", "green"], None),
    row("ArnEquals", false, ARNS, ROLES, None),
    row("ArnNotEquals", true, ARNS, ROLES, None),
    row("ArnLike", false, ARNS, ROLES, None),
    row("ArnNotLike", true, ARNS, ROLES, None),
    row("NumericEquals", false, ["10", "11"], ["10.0", "12"], NO_NUMBER),
    row("NumericNotEquals", true, ["10", "11"], ["10.0", "12"], NO_NUMBER),
    row("NumericLessThan", false, ["10", "-5"], ["9.5", "10"], NO_NUMBER),
    row("NumericLessThanEquals", false, ["10", "-5"], ["10", "10.1"], NO_NUMBER),
    row("NumericGreaterThan", false, ["10", "99"], ["10.1", "10"], NO_NUMBER),
    row("NumericGreaterThanEquals", false, ["10", "99"], ["10", "9"], NO_NUMBER),
    row("DateEquals", false, DAYS, ["1717200000", "2024-06-02"], NO_DATE),
    row("DateNotEquals", true, DAYS, ["1717200000", "2024-06-02"], NO_DATE),
    row("DateLessThan", false, DAYS, ["2024-05-31T23:59:59Z", "2024-06-01"], NO_DATE),
    row("DateLessThanEquals", false, DAYS, ["2024-06-01T02:00:00+02:00", "2024-06-01T00:00:01Z"], NO_DATE),
    row("DateGreaterThan", false, [DAYS[0], "2099-01-01"], ["2024-06-01T00:00:00.5Z", "2024-06-01"], NO_DATE),
    row("DateGreaterThanEquals", false, [DAYS[0], "2099-01-01"], ["2024-06", "1717199999"], NO_DATE),
    row("Bool", false, ["true", "maybe"], ["True", "false"], Some("yes")),
    row("BinaryEquals", false, ["QUJD", "QUJE"], ["QUJD", "QUJG"], Some("?")),
    row("IpAddress", false, RANGES, ["10.1.2.3", "192.0.2.1"], Some("10.0.0.0.0")),
    row("NotIpAddress", true, RANGES, ["10.1.2.3", "192.0.2.1"], Some("10.0.0.0.0")),
];

/// Whether a condition holds; `None`: it is not known.
fn holds(operator: &str, values: &[&str], request: impl Into<ContextValue>) -> Option<bool> {
    let statement =
        serde_json::json!({ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": { operator: { "a:key": values } } });
    let document = Document::parse(&serde_json::json!({ "Version": "2012-10-17", "Statement": statement }).to_string()).unwrap();
    let policies = Policies { identity: vec![Policy::new("p", document)], ..Policies::default() };
    let mut call = Request::new(Principal::parse("arn:aws:iam::111122223333:user/ana"), "s3:GetObject");
    call.context = Context::new().with("a:key", request);
    match Evaluator::new(&policies).decide(&call, &mut Memo::default()) {
        Verdict::Allowed => Some(true),
        Verdict::Unknown => None,
        Verdict::ImplicitlyDenied | Verdict::ExplicitlyDenied => Some(false),
    }
}

fn list(values: &[&str]) -> ContextValue {
    ContextValue::Many(values.iter().map(|value| (*value).to_owned()).collect())
}

#[test]
fn one_value_of_the_request() {
    for row in &ROWS {
        let Row { operator, negated, policy, other, hit, miss, .. } = *row;
        for name in [operator.to_owned(), format!("{operator}IfExists"), operator.to_ascii_lowercase()] {
            for (values, value, expected) in [
                (&[policy][..], hit, !negated),
                (&[policy], miss, negated),
                (&[other, policy], hit, !negated),
                (&[policy, other], miss, negated),
                (&[other], hit, negated),
                (&[], hit, negated),
            ] {
                assert_eq!(holds(&name, values, value), Some(expected), "{name} {values:?} {value}");
            }
        }
        assert_eq!(holds(operator, &[policy], ContextValue::Absent), Some(negated), "{operator}, absent");
        assert_eq!(holds(&format!("{operator}IfExists"), &[policy], ContextValue::Absent), Some(true), "{operator}IfExists, absent");
    }
}

#[test]
fn what_has_not_the_operators_type_matches_nothing() {
    for row in &ROWS {
        let Some(invalid) = row.invalid else { continue };
        assert_eq!(holds(row.operator, &[invalid], row.hit), Some(row.negated), "{} {invalid}", row.operator);
        assert_eq!(holds(row.operator, &[row.policy], invalid), Some(row.negated), "{} of {invalid}", row.operator);
        assert_eq!(holds(row.operator, &[invalid], invalid), Some(row.negated), "{} {invalid} of {invalid}", row.operator);
        assert_eq!(holds(row.operator, &[invalid, row.policy], row.hit), Some(!row.negated), "{} {invalid} among others", row.operator);
    }
}

#[test]
fn a_key_that_is_not_known() {
    for row in &ROWS {
        for name in ["", "ForAllValues:", "ForAnyValue:"].map(|set| format!("{set}{}", row.operator)) {
            for name in [format!("{name}IfExists"), name] {
                assert_eq!(holds(&name, &[row.policy], ContextValue::Unknown), None, "{name}");
            }
        }
    }
}

#[test]
fn every_value_of_a_set() {
    for Row { operator, negated, policy, hit, miss, .. } in &ROWS {
        for name in [format!("ForAllValues:{operator}"), format!("forallvalues:{operator}IfExists")] {
            for (value, expected) in [
                (list(&[hit, hit]), !negated),
                (list(&[miss, miss]), *negated),
                (list(&[hit, miss]), false),
                (ContextValue::from(*hit), !negated),
                (ContextValue::from(*miss), *negated),
                (list(&[]), true),
                (ContextValue::Absent, true),
                (ContextValue::from(""), true),
            ] {
                assert_eq!(holds(&name, &[policy], value.clone()), Some(expected), "{name} {value:?}");
            }
        }
    }
}

#[test]
fn any_value_of_a_set() {
    for Row { operator, negated, policy, hit, miss, .. } in &ROWS {
        let (name, if_exists) = (format!("ForAnyValue:{operator}"), format!("ForAnyValue:{operator}IfExists"));
        for name in [&name, &if_exists] {
            for (value, expected) in [
                (list(&[hit, hit]), !negated),
                (list(&[miss, miss]), *negated),
                (list(&[miss, hit]), true),
                (ContextValue::from(*hit), !negated),
                (ContextValue::from(*miss), *negated),
            ] {
                assert_eq!(holds(name, &[policy], value.clone()), Some(expected), "{name} {value:?}");
            }
        }
        for nothing in [list(&[]), ContextValue::Absent, ContextValue::from("")] {
            assert_eq!(holds(&name, &[policy], nothing.clone()), Some(false), "{name} {nothing:?}");
            assert_eq!(holds(&if_exists, &[policy], nothing.clone()), Some(true), "{if_exists} {nothing:?}");
        }
    }
}

#[test]
fn a_set_without_a_set_operator_matches_nothing() {
    for row in &ROWS {
        for value in [row.hit, row.miss] {
            assert_eq!(holds(row.operator, &[row.policy], list(&[value])), Some(false), "{} {value}", row.operator);
        }
    }
}

#[test]
fn null_asks_whether_the_key_is_there() {
    for (values, value, expected) in [
        (&["true"][..], ContextValue::Absent, Some(true)),
        (&["false"], ContextValue::Absent, Some(false)),
        (&["true"], "x".into(), Some(false)),
        (&["false"], "x".into(), Some(true)),
        (&["false"], "".into(), Some(true)),
        (&["False"], "x".into(), Some(true)),
        (&["true", "false"], "x".into(), Some(true)),
        (&["true"], list(&[]), Some(true)),
        (&["false"], list(&["x"]), Some(true)),
        (&["no"], "x".into(), Some(false)),
        (&["true"], ContextValue::Unknown, None),
    ] {
        assert_eq!(holds("Null", values, value.clone()), expected, "{values:?} {value:?}");
    }
}

#[test]
fn what_is_no_operator_holds_for_no_allow() {
    for name in
        ["NullIfExists", "StringEqual", "ForAnyValues:StringEquals", "ForAllValues:", "IfExists", "", "StringEqualsIfExistsIfExists"]
    {
        assert_eq!(holds(name, &["x"], "x"), Some(false), "{name}");
    }
}
