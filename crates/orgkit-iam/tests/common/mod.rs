//! Random policies and requests.

use orgkit_iam::{Context, ContextValue, Document, Principal, Request};
use proptest::prelude::*;

fn scalar_or_list(values: &'static [&'static str], most: usize) -> impl Strategy<Value = serde_json::Value> {
    prop::collection::vec(prop::sample::select(values), 1..=most)
        .prop_map(|list| if list.len() == 1 { list[0].into() } else { list.into() })
}

const ACTIONS: &[&str] = &[
    "s3:PutObject",
    "s3:GetObject",
    "s3:Put*",
    "s3:*Acl",
    "s3:*",
    "S3:getobject",
    "ec2:RunInstances",
    "ec2:StopInstances",
    "ec2:TerminateInstances",
    "ec2:*",
    "*",
    "s3:PutBucketAcl",
    "s3:PutObjectAcl",
    "s3:FutureAction",
    "s3:?etObject",
];
const RESOURCES: &[&str] =
    &["*", "arn:aws:s3:::a/*", "arn:aws:s3:::a/b", "arn:aws:s3:::*", "arn:aws:s3:::${aws:username}/*", "arn:aws:ec2:*:*:instance/*"];
const VALUES: &[&str] = &["a", "b", "a*", "*", "ab"];

fn condition() -> impl Strategy<Value = serde_json::Value> {
    let operators = prop::sample::select(vec![
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
        "StringEqualsIfExists",
        "ForAnyValue:StringEquals",
        "ForAllValues:StringEquals",
        "ForAnyValue:StringNotEquals",
        "StringNotEqualsIfExists",
        "Null",
        "StringEqual",
    ]);
    let block = (operators, prop::sample::select(vec!["aws:k", "aws:m", "AWS:K"]), scalar_or_list(VALUES, 2));
    prop::collection::vec(block, 0..3).prop_map(|blocks| {
        let mut all = serde_json::Map::new();
        for (operator, key, values) in blocks {
            let values = if operator == "Null" { "true".into() } else { values };
            all.insert(operator.to_owned(), serde_json::json!({ key: values }));
        }
        all.into()
    })
}

fn statement() -> impl Strategy<Value = serde_json::Value> {
    let parts = (
        any::<bool>(),
        prop::bool::weighted(0.2),
        scalar_or_list(ACTIONS, 4),
        prop::bool::weighted(0.2),
        scalar_or_list(RESOURCES, 2),
        condition(),
    );
    parts.prop_map(|(allow, not_action, actions, not_resource, resources, condition)| {
        serde_json::json!({
            "Effect": if allow { "Allow" } else { "Deny" },
            if not_action { "NotAction" } else { "Action" }: actions,
            if not_resource { "NotResource" } else { "Resource" }: resources,
            "Condition": condition,
        })
    })
}

/// A policy document of random statements.
pub(crate) fn policy() -> impl Strategy<Value = Document> {
    prop::collection::vec(statement(), 1..6)
        .prop_map(|list| Document::parse(&serde_json::json!({ "Version": "2012-10-17", "Statement": list }).to_string()).unwrap())
}

/// A random request that such policies may speak about, of actions that exist and others.
pub(crate) fn request() -> impl Strategy<Value = Request> {
    let actions = prop::sample::select(vec![
        "s3:PutObject",
        "s3:GetObject",
        "s3:PutObjectAcl",
        "s3:PutBucketAcl",
        "s3:GetBucketAcl",
        "s3:DeleteBucket",
        "ec2:RunInstances",
        "ec2:StopInstances",
        "ec2:TerminateInstances",
        "s3:FutureAction",
        "s3:PutFuture",
        "s3:FutureAcl",
        "ec2:FutureInstances",
        "new:Service",
    ]);
    let resources = prop::sample::select(vec!["*", "arn:aws:s3:::a/b", "arn:aws:s3:::c", "arn:aws:ec2:eu-west-1:111122223333:instance/i"]);
    let value = || {
        let one = prop::sample::select(vec!["a", "ab", "b", "c"]);
        prop_oneof![
            Just(ContextValue::Absent),
            Just(ContextValue::Unknown),
            one.clone().prop_map(ContextValue::from),
            prop::collection::vec(one.prop_map(str::to_owned), 0..3).prop_map(ContextValue::Many),
        ]
    };
    (actions, resources, value(), value(), any::<bool>()).prop_map(|(action, resource, k, m, wildcard_only)| {
        let context = Context::new().with("aws:k", k).with("aws:m", m).with("aws:username", "a");
        let principal = Principal::parse("arn:aws:iam::111122223333:user/a");
        Request { resource: resource.to_owned(), wildcard_only_action: wildcard_only, context, ..Request::new(principal, action) }
    })
}
