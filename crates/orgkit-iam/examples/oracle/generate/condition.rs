//! Random conditions.

use super::chance::Chance;
use super::request::ACCOUNTS;
use serde_json::{Map, Value};

/// What a key holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Arn,
    Number,
    Date,
    Bool,
    Binary,
    Address,
}

/// A condition key with the values that requests have.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) is_list: bool,
    kind: Type,
    pub(super) values: &'static [&'static str],
}

const fn one(name: &'static str, kind: Type, values: &'static [&'static str]) -> Key {
    Key { name, is_list: false, kind, values }
}

const fn many(name: &'static str, kind: Type, values: &'static [&'static str]) -> Key {
    Key { name, is_list: true, kind, values }
}

pub(super) const KEYS: &[Key] = &[
    one("aws:PrincipalArn", Type::Arn, &["arn:aws:iam::111111111111:role/dev", "arn:aws:iam::222222222222:user/ana"]),
    one("aws:PrincipalAccount", Type::Text, ACCOUNTS),
    one("aws:username", Type::Text, &["ana", "bob", "a*", "Ana", "*", "?"]),
    one("aws:PrincipalTag/team", Type::Text, &["blue", "Blue", "", "gr*en", "bl\nue", "bl😀e"]),
    one("aws:RequestedRegion", Type::Text, &["eu-west-1", "us-east-1", "EU-WEST-1"]),
    one("aws:PrincipalOrgID", Type::Text, &["o-aaaaaaaaaa", "o-bbbbbbbbbb"]),
    one(
        "aws:SourceArn",
        Type::Arn,
        &["arn:aws:s3:::bucket", "arn:aws:sns:eu-west-1:111111111111:topic:sub", "arn:aws:lambda:us-east-1:222222222222:function:f"],
    ),
    one("s3:max-keys", Type::Number, &["10", "10.0", "11", "-1", "9007199254740993", "10abc"]),
    one("aws:MultiFactorAuthAge", Type::Number, &["0", "300", "3600.5"]),
    one("aws:CurrentTime", Type::Date, &["2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2025-12-31T23:59:59Z", "1767225600"]),
    one("aws:SecureTransport", Type::Bool, &["true", "false", "TRUE"]),
    one("aws:MultiFactorAuthPresent", Type::Bool, &["true", "false"]),
    one("lambda:Blob", Type::Binary, &["QmluYXJ5", "AAEC", "AAE="]),
    one("aws:SourceIp", Type::Address, &["10.0.0.1", "203.0.113.7", "2001:db8::1", "2001:0db8:0:0:0:0:0:1"]),
    many("aws:TagKeys", Type::Text, &["team", "cost", "Team", ""]),
    many(
        "aws:PrincipalOrgPaths",
        Type::Text,
        &["o-aaaaaaaaaa/r-aaaa/ou-aaaa-11111111/", "o-aaaaaaaaaa/r-aaaa/ou-aaaa-11111111/ou-aaaa-22222222/", "o-bbbbbbbbbb/r-bbbb/"],
    ),
    many("kms:ResourceAliases", Type::Text, &["alias/a", "alias/aws/s3", "alias/b"]),
    many("aws:SourceAccounts", Type::Arn, &["arn:aws:iam::111111111111:role/dev", "arn:aws:iam::222222222222:user/ana"]),
];

const VARIABLES: &[&str] = &[
    "${aws:username}",
    "${AWS:UserName}",
    "${aws:PrincipalTag/team}",
    "${aws:PrincipalTag/none}",
    "${aws:PrincipalTag/none, 'blue'}",
    "${aws:TagKeys}",
    "${*}",
    "${?}",
    "${$}",
    "${aws:PrincipalAccount}",
];

/// A variable of the policy language.
pub(super) fn variable(chance: &mut Chance) -> &'static str {
    chance.pick(VARIABLES)
}

/// A condition block with one or two conditions.
pub(super) fn block(chance: &mut Chance) -> Value {
    let mut block = Map::new();
    for _ in 0..=usize::from(chance.percent(30)) {
        let key = &KEYS[chance.below(KEYS.len())];
        let (operator, values) = condition(chance, key);
        let name = if chance.percent(10) { key.name.to_ascii_lowercase() } else { key.name.to_owned() };
        let operators = block.entry(operator).or_insert_with(|| Value::Object(Map::new()));
        if let Some(keys) = operators.as_object_mut().filter(|keys| !keys.keys().any(|one| one.eq_ignore_ascii_case(&name))) {
            keys.insert(name, values);
        }
    }
    block.into()
}

fn condition(chance: &mut Chance, key: &Key) -> (String, Value) {
    if chance.percent(10) {
        return ("Null".to_owned(), chance.pick(&["true", "false"]).into());
    }
    // Now and then an operator compares what its key does not hold.
    let kind = if chance.percent(6) { Type::Text } else { key.kind };
    let operator = chance.pick(operators(kind));
    let suffix = if chance.percent(20) { "IfExists" } else { "" };
    let with_set = chance.percent(if key.is_list { 90 } else { 6 });
    let prefix = if with_set { chance.pick(&["ForAllValues:", "ForAnyValue:"]) } else { "" };
    let mut values = chance.some(1, 3, |chance| Value::from(value(chance, key, operator)));
    let values = if values.len() == 1 && chance.percent(60) { values.remove(0) } else { values.into() };
    (format!("{prefix}{operator}{suffix}"), values)
}

fn operators(kind: Type) -> &'static [&'static str] {
    match kind {
        Type::Text => {
            &["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike"]
        }
        Type::Arn => &["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike", "StringNotLike", "StringEquals"],
        Type::Number => &[
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        Type::Date => &["DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"],
        Type::Bool => &["Bool"],
        Type::Binary => &["BinaryEquals"],
        Type::Address => &["IpAddress", "NotIpAddress"],
    }
}

/// A value of the policy, of the type that the operator compares.
fn value(chance: &mut Chance, key: &Key, operator: &str) -> String {
    let like = operator.ends_with("Like") || operator.starts_with("Arn");
    let of_request = chance.pick(key.values);
    match operator.get(..3) {
        Some("Num") => chance.pick(&["10", "300", "10.0", "-1", "9007199254740992", "0"]).to_owned(),
        Some("Dat") => chance.pick(&["2026-01-01T00:00:00Z", "2026-01-01", "1767225600", "2025-12-31T23:59:59.5Z", "2026"]).to_owned(),
        Some("Boo") => chance.pick(&["true", "false"]).to_owned(),
        Some("Bin") => chance.pick(&["QmluYXJ5", "AAEC", "AAE="]).to_owned(),
        Some("IpA" | "Not") => chance
            .pick(&["10.0.0.0/8", "10.0.0.1", "203.0.113.0/24", "2001:db8::/32", "2001:db8::1/128", "2001:db8::1", "0.0.0.0/0", "::/0"])
            .to_owned(),
        _ if key.kind == Type::Arn => arn(chance, of_request, like),
        _ if chance.percent(25) => variable(chance).to_owned(),
        _ if like => super::pattern::text(chance, of_request),
        _ => of_request.to_owned(),
    }
}

fn arn(chance: &mut Chance, of_request: &str, like: bool) -> String {
    if !like || chance.percent(40) {
        return of_request.to_owned();
    }
    let general = &[
        "arn:aws:iam::*:role/*",
        "arn:aws:iam::111111111111:*",
        "arn:*:iam::*:*/dev",
        "arn:aws:iam::${aws:PrincipalAccount}:role/dev",
        "arn:aws:s?s:*:*:topic*",
        "*",
    ];
    chance.pick(general).to_owned()
}
