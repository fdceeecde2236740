//! An organization's successor beside it in any policy: nothing changes for the old one, and the new one is treated alike.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_iam::{Context, Document, Evaluator, Memo, Policies, Policy, Principal, Request, SucceedError, Verdict, add_organization};
use proptest::prelude::*;
use serde_json::{Value, json};

const OLD: &str = "o-oldoldold1";
const NEW: &str = "o-newnewnew1";
const OTHER: &str = "o-elsewhere1";
const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIfExists",
    "StringLike",
    "StringNotLike",
    "ForAnyValue:StringEquals",
    "ForAllValues:StringNotEquals",
    "Null",
];
const KEYS: &[&str] = &["aws:PrincipalOrgID", "AWS:principalorgid", "aws:ResourceOrgID", "aws:PrincipalOrgPaths", "s3:prefix"];
const VALUES: &[&str] = &[
    OLD,
    NEW,
    OTHER,
    "O-OLDOLDOLD1",
    "*",
    "o-*",
    "o-old*",
    "true",
    "false",
    "o-oldoldold1/*",
    "o-oldoldold1/r-ab12/*",
    "*/ou-ab12-11112222/*",
];

fn condition() -> impl Strategy<Value = Value> {
    let of = prop::sample::select::<&'static str>;
    let values = prop::collection::vec(of(VALUES), 1..4).prop_map(|list| match list.as_slice() {
        [one] => json!(one),
        more => json!(more),
    });
    let one = (of(OPERATORS), of(KEYS), values).prop_map(|(operator, key, values)| (operator.to_owned(), json!({ key: values })));
    prop::collection::vec(one, 0..3).prop_map(|list| list.into_iter().collect())
}

fn policy() -> impl Strategy<Value = String> {
    let statement = (prop::sample::select(vec!["Allow", "Deny"]), condition())
        .prop_map(|(effect, condition)| json!({ "Effect": effect, "Principal": "*", "Action": "s3:GetObject", "Resource": "*", "Condition": condition }));
    prop::collection::vec(statement, 1..4).prop_map(|list| json!({ "Version": "2012-10-17", "Statement": list }).to_string())
}

/// What a bucket's policy says to a caller of an organization.
fn decision(policy: &str, organization: &str) -> Verdict {
    let resource = Some(Policy::new("p", Document::parse(policy).unwrap()));
    let evaluator = Evaluator::new(&Policies { resource, ..Policies::default() });
    let mut request = Request::new(Principal::parse("arn:aws:iam::444455556666:role/reader"), "s3:GetObject");
    request.resource = "arn:aws:s3:::data/1".to_owned();
    request.resource_account = Some("444455556666".to_owned());
    request.context = Context::partly_known()
        .with("aws:PrincipalOrgID", organization)
        .with("aws:ResourceOrgID", organization)
        .with("aws:PrincipalOrgPaths", format!("{organization}/r-zzzz/").as_str());
    evaluator.decide(&request, &mut Memo::default())
}

proptest! {
    #[test]
    fn the_old_one_keeps_its_decisions_and_the_new_one_gets_them(policy in policy()) {
        let changed = match add_organization(&policy, OLD, NEW) {
            Ok(changed) => changed.unwrap_or_else(|| policy.clone()),
            Err(SucceedError::Unreadable(error)) => return Err(TestCaseError::fail(error.to_string())),
            Err(_) => return Ok(()),
        };
        prop_assert_eq!(add_organization(&changed, OLD, NEW), Ok(None), "adding twice changes nothing");
        let before = decision(&policy, OLD);
        prop_assert_eq!(decision(&changed, OLD), before, "{}", changed);
        if !names_new(&policy) {
            prop_assert_eq!(decision(&changed, NEW), before, "{}", changed);
        }
        prop_assert_eq!(decision(&changed, OTHER), decision(&policy, OTHER), "{}", changed);
    }
}

/// A policy that tells the two apart on purpose goes on doing so.
fn names_new(policy: &str) -> bool {
    policy.contains(NEW)
}
