//! Every code of the linter: a document that raises it, and a near one that does not.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_iam::{Code, DocumentKind, Limits, Severity, check};
use std::collections::BTreeSet;

/// A code, the type of document, what raises it, what nearly does.
type Case = (&'static str, &'static str, String, String);

/// A document of today's version with one statement; the words are what the statement has beyond `Effect`.
fn with(effect: &str, rest: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}",{rest}}}]}}"#)
}

fn deny(rest: &str) -> String {
    with("Deny", rest)
}

fn allow(rest: &str) -> String {
    with("Allow", rest)
}

/// A deny with a condition.
fn condition(blocks: &str) -> String {
    deny(&format!(r#""Action":"s3:*","Resource":"*","Condition":{{{blocks}}}"#))
}

/// An allow on a resource for a principal.
fn principal(who: &str) -> String {
    allow(&format!(r#""Principal":{who},"Action":"s3:GetObject","Resource":"*""#))
}

fn resource(arn: &str) -> String {
    allow(&format!(r#""Action":"s3:GetObject","Resource":"{arn}""#))
}

fn action(action: &str) -> String {
    allow(&format!(r#""Action":"{action}","Resource":"*""#))
}

fn case(code: &'static str, kind: &'static str, raises: impl Into<String>, nearly: impl Into<String>) -> Case {
    (code, kind, raises.into(), nearly.into())
}

fn structure() -> Vec<Case> {
    let good = action("s3:GetObject");
    vec![
        case("invalid-json", "identity", "{", good.clone()),
        case("duplicate-key", "identity", allow(r#""Action":"s3:A","Action":"s3:B","Resource":"*""#), good.clone()),
        case(
            "duplicate-key",
            "tag",
            r#"{"tags":{"a":{"tag_key":{"@@assign":"a"}},"a":{"tag_key":{"@@assign":"b"}}}}"#,
            r#"{"tags":{"a":{"tag_key":{"@@assign":"a"}}}}"#,
        ),
        case("unknown-element", "identity", allow(r#""Action":"s3:A","Resource":"*","Comment":"x""#), good.clone()),
        case("missing-element", "identity", allow(r#""Action":"s3:GetObject""#), good.clone()),
        case(
            "missing-element",
            "trust",
            allow(r#""Action":"sts:AssumeRole""#),
            allow(r#""Action":"sts:AssumeRole","Principal":{"AWS":"111122223333"}"#),
        ),
        case("missing-element", "scp", r#"{"Statement":[]}"#, r#"{"Version":"2012-10-17","Statement":[]}"#),
        case(
            "missing-element",
            "security-hub",
            r#"{"securityhub":{"enable_in_regions":{"@@append":["ALL_SUPPORTED"]}}}"#,
            r#"{"securityhub":{"enable_in_regions":{"@@append":["ALL_SUPPORTED"]},"disable_in_regions":{"@@append":[]}}}"#,
        ),
        case("conflicting-elements", "identity", allow(r#""Action":"s3:A","NotAction":"s3:B","Resource":"*""#), good.clone()),
        case("wrong-type", "identity", allow(r#""Action":null,"Resource":"*""#), good.clone()),
        case("wrong-type", "tag", "[]", "{}"),
        case("invalid-value", "identity", with("allow", r#""Action":"s3:A","Resource":"*""#), good.clone()),
        case("invalid-character", "identity", action("s3:Get–Object"), resource("arn:aws:s3:::bü")),
        case(
            "element-not-allowed",
            "scp",
            deny(r#""Principal":"*","Action":"s3:*","Resource":"*""#),
            deny(r#""NotAction":"s3:*","NotResource":"arn:aws:s3:::b/*""#),
        ),
        case(
            "element-not-allowed",
            "rcp",
            deny(r#""Principal":"*","NotAction":"s3:*","Resource":"*""#),
            deny(r#""Principal":"*","Action":"s3:*","NotResource":"arn:aws:s3:::b/*""#),
        ),
        case(
            "element-not-allowed",
            "scp",
            r#"{"Version":"2012-10-17","Id":"x","Statement":[]}"#,
            r#"{"Version":"2012-10-17","Statement":[]}"#,
        ),
        case(
            "element-not-allowed",
            "trust",
            allow(r#""Action":"sts:AssumeRole","Principal":"*","Resource":"*""#),
            allow(r#""Action":"sts:AssumeRole","Principal":"*""#),
        ),
        case("empty-list", "identity", allow(r#""Action":[],"Resource":"*""#), allow(r#""Action":["s3:A"],"Resource":"*""#)),
        case(
            "empty-list",
            "identity",
            condition(r#""StringEquals":{"aws:username":[]}"#),
            condition(r#""StringEquals":{"aws:username":[""]}"#),
        ),
        case("empty-list", "resource", principal("{}"), principal(r#"{"AWS":"111122223333"}"#)),
        case("old-version", "identity", r#"{"Version":"2008-10-17","Statement":[]}"#, r#"{"Version":"2012-10-17","Statement":[]}"#),
        case(
            "sid-characters",
            "identity",
            allow(r#""Sid":"a b","Action":"s3:A","Resource":"*""#),
            allow(r#""Sid":"aB1","Action":"s3:A","Resource":"*""#),
        ),
        case(
            "sid-characters",
            "scp",
            deny(r#""Sid":"a-b","Action":"s3:A","Resource":"*""#),
            deny(r#""Sid":"","Action":"s3:A","Resource":"*""#),
        ),
        case("duplicate-sid", "resource", two("A", "A"), two("A", "a")),
    ]
}

/// Two statements with these ids.
fn two(first: &str, second: &str) -> String {
    let statement = |sid: &str| format!(r#"{{"Sid":"{sid}","Effect":"Deny","Principal":"*","Action":"s3:A","Resource":"*"}}"#);
    format!(r#"{{"Version":"2012-10-17","Statement":[{},{}]}}"#, statement(first), statement(second))
}

/// A service control policy of so many characters; white space beyond that.
fn sized(characters: usize, blanks: usize, filler: char) -> String {
    let empty = deny(r#""Action":"s3:A","Resource":"arn:aws:s3:::""#).chars().count();
    let resource: String = std::iter::repeat_n(filler, characters - empty).collect();
    deny(&format!(r#""Action":"s3:A","Resource":"arn:aws:s3:::{resource}""#)) + &" ".repeat(blanks)
}

fn size() -> Vec<Case> {
    let queue = |actions: usize| {
        let actions: Vec<String> = (0..actions).map(|index| format!(r#""sqs:A{index}""#)).collect();
        allow(&format!(r#""Principal":{{"AWS":"111122223333"}},"Action":[{}],"Resource":"*""#, actions.join(",")))
    };
    vec![
        case("too-large", "scp", sized(10_241, 0, 'x'), sized(10_240, 0, 'x')),
        case("too-large", "rcp", sized(5_121, 0, 'x'), sized(5_120, 0, 'x')),
        case("above-default", "identity", sized(6_145, 0, 'x'), sized(6_144, 9, 'x')),
        case("white-space", "scp", sized(10_000, 241, 'x'), sized(10_000, 240, 'x')),
        case("counted-in-bytes", "scp", sized(10_000, 0, 'ü'), sized(10_000, 0, 'x')),
        case("nearly-full", "scp", sized(9_216, 0, 'x'), sized(9_215, 0, 'x')),
        case("too-many", "resource", queue(8), queue(7)),
    ]
}

fn guardrails() -> Vec<Case> {
    let rcp = |principal: &str, action: &str| deny(&format!(r#""Principal":{principal},"Action":"{action}","Resource":"*""#));
    let good = rcp(r#""*""#, "s3:*");
    let everything = allow(r#""Principal":"*","Action":"*","Resource":"*""#);
    vec![
        case("rcp-allow", "rcp", allow(r#""Principal":"*","Action":"s3:*","Resource":"*""#), everything),
        case("rcp-principal", "rcp", rcp(r#"{"AWS":"111122223333"}"#, "s3:*"), good.clone()),
        case("rcp-any-action", "rcp", rcp(r#""*""#, "*"), good.clone()),
        case("rcp-service", "rcp", rcp(r#""*""#, "nosuchservice:*"), good),
        case("trust-action", "trust", allow(r#""Action":"s3:A","Principal":"*""#), allow(r#""Action":"STS:AssumeRole","Principal":"*""#)),
        case("allow-not-action", "scp", allow(r#""NotAction":"s3:A","Resource":"*""#), deny(r#""NotAction":"s3:A","Resource":"*""#)),
        case(
            "allow-not-resource",
            "identity",
            allow(r#""Action":"s3:A","NotResource":"arn:aws:s3:::b""#),
            deny(r#""Action":"s3:A","NotResource":"arn:aws:s3:::b""#),
        ),
        case(
            "allow-not-principal",
            "resource",
            allow(r#""NotPrincipal":{"AWS":"111122223333"},"Action":"s3:A","Resource":"*""#),
            principal(r#"{"AWS":"111122223333"}"#),
        ),
        case(
            "deny-not-principal",
            "resource",
            deny(r#""NotPrincipal":{"AWS":"111122223333"},"Action":"s3:A","Resource":"*""#),
            principal(r#"{"AWS":"111122223333"}"#),
        ),
        case(
            "allow-everyone",
            "resource",
            principal(r#""*""#),
            allow(r#""Principal":"*","Action":"s3:A","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#),
        ),
        case("never-matches", "identity", allow(r#""NotAction":"*","Resource":"*""#), allow(r#""NotAction":"s3:*","Resource":"*""#)),
        case(
            "never-matches",
            "identity",
            condition(r#""Null":{"aws:SourceVpc":"true"},"StringEquals":{"aws:sourcevpc":"vpc-1"}"#),
            condition(r#""Null":{"aws:SourceVpc":"true"},"StringNotEquals":{"aws:sourcevpc":"vpc-1"}"#),
        ),
        case(
            "never-matches",
            "identity",
            condition(r#""StringEquals":{"aws:SourceVpc":"a"},"StringNotEquals":{"aws:SourceVpc":["a","b"]}"#),
            condition(r#""StringEquals":{"aws:SourceVpc":["a","c"]},"StringNotEquals":{"aws:SourceVpc":["a","b"]}"#),
        ),
        case(
            "never-matches",
            "identity",
            condition(r#""NumericLessThan":{"s3:max-keys":"5"},"NumericGreaterThanEquals":{"s3:max-keys":["9","5"]}"#),
            condition(r#""NumericLessThanEquals":{"s3:max-keys":"5"},"NumericGreaterThanEquals":{"s3:max-keys":["9","5"]}"#),
        ),
        case(
            "never-matches",
            "identity",
            condition(r#""DateLessThan":{"aws:CurrentTime":"2025-01-01"},"DateGreaterThan":{"aws:CurrentTime":"2026-01-01"}"#),
            condition(r#""DateLessThan":{"aws:CurrentTime":"2026-01-01"},"DateGreaterThan":{"aws:CurrentTime":"2025-01-01"}"#),
        ),
    ]
}

fn patterns() -> Vec<Case> {
    let condition_arn = |arn: &str| condition(&format!(r#""ArnLike":{{"aws:PrincipalArn":"{arn}"}}"#));
    vec![
        case("action-prefix", "identity", action("GetObject"), action("*")),
        case("action-prefix", "identity", action("s*:Get"), action("*:*")),
        case("action-blank", "identity", action("s3:Get Object"), action("s3:Get*Obj?ct")),
        case("action-blank", "identity", action(""), action("s3:*")),
        case("action-characters", "identity", action("s3:Get,Put"), action("s3:GetPut")),
        case("not-an-arn", "identity", resource("bucket"), resource("*")),
        case(
            "not-an-arn",
            "resource",
            allow(r#""Principal":{"AWS":"111122223333"},"Action":"execute-api:Invoke","Resource":"api:/x""#),
            allow(r#""Principal":{"AWS":"111122223333"},"Action":"execute-api:Invoke","Resource":"execute-api:/x""#),
        ),
        case("incomplete-arn", "identity", resource("arn:aws:s3::bucket"), resource("arn:aws:logs:*")),
        case("arn-service", "identity", resource("arn:aws:*:::bucket"), resource("arn:*:s3:::bucket")),
        case("account-id", "identity", resource("arn:aws:iam::12345:role/x"), resource("arn:aws:iam::aws:policy/x")),
        case(
            "account-id",
            "identity",
            condition(r#""StringEquals":{"aws:SourceAccount":"1111-2222-3333"}"#),
            condition(r#""StringEquals":{"aws:SourceAccount":"111122223333"}"#),
        ),
        case("account-id", "scp", condition_arn("arn:aws:iam::12345678901:role/x"), condition_arn("arn:aws:iam::*:role/x")),
        case("account-id", "resource", principal(r#"{"AWS":"12345678901"}"#), principal(r#"{"AWS":"123456789012"}"#)),
        case(
            "principal-wildcard",
            "trust",
            allow(r#""Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:role/*"}"#),
            allow(r#""Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:role/x"}"#),
        ),
        case("invalid-principal", "resource", principal(r#"{"AWS":"ana"}"#), principal(r#"{"AWS":"arn:aws:iam::111122223333:user/ana"}"#)),
        case("invalid-principal", "resource", principal(r#"{"Service":"ec2"}"#), principal(r#"{"Service":"ec2.amazonaws.com"}"#)),
        case(
            "deleted-principal",
            "trust",
            allow(r#""Action":"sts:AssumeRole","Principal":{"AWS":"AROAEXAMPLEEXAMPLE12"}"#),
            allow(r#""Action":"sts:AssumeRole","Principal":{"AWS":"111122223333"}"#),
        ),
    ]
}

fn conditions() -> Vec<Case> {
    let one = |operator: &str, key: &str, value: &str| condition(&format!(r#""{operator}":{{"{key}":"{value}"}}"#));
    let all_values = |rest: &str| {
        allow(&format!(r#""Action":"s3:*","Resource":"*","Condition":{{"ForAllValues:StringEquals":{{"aws:TagKeys":"a"}}{rest}}}"#))
    };
    vec![
        case(
            "unknown-operator",
            "scp",
            one("ForAnyValues:StringEquals", "aws:TagKeys", "a"),
            one("ForAnyValue:StringEquals", "aws:TagKeys", "a"),
        ),
        case("operator-case", "scp", one("stringEquals", "aws:username", "a"), one("StringEquals", "aws:username", "a")),
        case("null-if-exists", "scp", one("NullIfExists", "aws:username", "true"), one("Null", "aws:username", "true")),
        case("condition-key", "scp", one("StringEquals", "username", "a"), one("StringEquals", "aws:ResourceTag/two words", "a")),
        case(
            "repeated-key",
            "scp",
            condition(r#""Bool":{"aws:SecureTransport":"true","aws:securetransport":"true"}"#),
            condition(r#""Bool":{"aws:SecureTransport":"true"}"#),
        ),
        case("set-operator-missing", "scp", one("StringEquals", "aws:TagKeys", "a"), one("Null", "aws:TagKeys", "true")),
        case(
            "set-operator-single",
            "scp",
            one("ForAnyValue:StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
            one("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*"),
        ),
        case("for-all-values-allow", "identity", all_values(""), all_values(r#","Null":{"aws:tagkeys":"false"}"#)),
        case("operator-type", "scp", one("StringEquals", "aws:SourceIp", "203.0.113.0"), one("IpAddress", "aws:SourceIp", "203.0.113.0")),
        case(
            "operator-type",
            "scp",
            one("ArnLike", "aws:PrincipalAccount", "arn:aws:iam::111122223333:root"),
            one("NumericLessThan", "aws:EpochTime", "5"),
        ),
        case("operator-type", "scp", one("ArnLike", "aws:PrincipalType", "arn:*"), one("ArnLike", "aws:PrincipalTag/a", "arn:*")),
        case("invalid-number", "scp", one("NumericLessThan", "s3:max-keys", "10abc"), one("NumericLessThan", "s3:max-keys", "10.5")),
        case(
            "invalid-date",
            "scp",
            one("DateLessThan", "aws:CurrentTime", "31.1.2026"),
            one("DateLessThan", "aws:CurrentTime", "2026-01-31T00:00Z"),
        ),
        case("invalid-boolean", "scp", one("Bool", "aws:SecureTransport", "yes"), one("BoolIfExists", "aws:SecureTransport", "True")),
        case("invalid-boolean", "scp", one("Null", "aws:username", "no"), one("Null", "aws:username", "false")),
        case(
            "invalid-address",
            "scp",
            one("NotIpAddress", "aws:SourceIp", "10.0.0.0/33"),
            one("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"),
        ),
        case("host-bits", "scp", one("IpAddress", "aws:SourceIp", "10.0.0.1/8"), one("IpAddress", "aws:SourceIp", "10.0.0.1")),
        case("invalid-base64", "scp", one("BinaryEquals", "x:y", "???"), one("BinaryEquals", "x:y", "aGk=")),
        case("invalid-arn", "scp", one("ArnEquals", "aws:SourceArn", "bucket"), one("ArnEquals", "aws:SourceArn", "arn:aws:s3:::bucket")),
        case("literal-wildcard", "scp", one("StringEquals", "aws:username", "a*"), one("StringEquals", "aws:username", "a${*}")),
    ]
}

fn variables() -> Vec<Case> {
    let old = |text: String| text.replace("2012-10-17", "2008-10-17");
    let one = |operator: &str, key: &str, value: &str| condition(&format!(r#""{operator}":{{"{key}":"{value}"}}"#));
    let home = "arn:aws:s3:::home/${aws:username}/*";
    vec![
        case("variable-old-version", "identity", old(resource(home)), resource(home)),
        case("variable-misplaced", "identity", action("s3:${aws:username}"), action("s3:*")),
        case(
            "variable-misplaced",
            "resource",
            principal(r#"{"AWS":"arn:aws:iam::111122223333:user/${aws:username}"}"#),
            principal(r#"{"AWS":"111122223333"}"#),
        ),
        case(
            "variable-before-resource",
            "identity",
            resource("arn:aws:iam::${aws:PrincipalAccount}:role/x"),
            resource("arn:aws:iam::*:role/${aws:PrincipalTag/a:b}"),
        ),
        case(
            "variable-operator",
            "scp",
            one("NumericLessThan", "s3:max-keys", "${aws:PrincipalTag/Keys}"),
            one("StringEquals", "aws:ResourceTag/a", "${aws:PrincipalTag/a}"),
        ),
        case("variable-form", "identity", resource("arn:aws:s3:::home/${username}"), resource(home)),
        case("variable-form", "identity", resource("arn:aws:s3:::home/${aws:username"), resource("arn:aws:s3:::home/${*}${?}${$}")),
        case(
            "variable-form",
            "identity",
            resource("arn:aws:s3:::home/${aws:username, none}"),
            resource("arn:aws:s3:::home/${aws:username, 'none'}"),
        ),
        case(
            "variable-multivalued",
            "identity",
            resource("arn:aws:s3:::home/${aws:PrincipalOrgPaths}"),
            resource("arn:aws:s3:::home/${aws:PrincipalOrgID}"),
        ),
    ]
}

fn management() -> Vec<Case> {
    let tag = |setting: &str| format!(r#"{{"tags":{{"costcenter":{{"tag_key":{setting}}}}}}}"#);
    let good = tag(r#"{"@@assign":"CostCenter"}"#);
    vec![
        case("policy-key", "tag", r#"{"plans":{"a":{"@@assign":"b"}}}"#, good.clone()),
        case("policy-key", "s3", "{}", r#"{"s3_attributes":{"public_access_block_configuration":{"@@assign":"all"}}}"#),
        case("unknown-inheritance", "tag", tag(r#"{"@@asign":"x"}"#), good.clone()),
        case("bare-value", "tag", tag(r#""CostCenter""#), good.clone()),
        case("not-a-list", "tag", tag(r#"{"@@append":"x"}"#), tag(r#"{"@@append":["x"]}"#)),
        case(
            "mixed-setting",
            "management",
            r#"{"a":{"@@assign":"x","b":{"@@assign":"y"}}}"#,
            r#"{"a":{"@@operators_allowed_for_child_policies":["@@none"],"b":{"@@assign":"y"}}}"#,
        ),
        case(
            "child-operators",
            "tag",
            tag(r#"{"@@operators_allowed_for_child_policies":["assign"]}"#),
            tag(r#"{"@@operators_allowed_for_child_policies":["@@assign"]}"#),
        ),
        case("too-deep", "tag", tag(r#"{"deeper":{"@@assign":"x"}}"#), good),
    ]
}

fn cases() -> Vec<Case> {
    [structure(), size(), guardrails(), patterns(), conditions(), variables(), management()].concat()
}

fn codes(text: &str, kind: &str) -> BTreeSet<&'static str> {
    check(text, DocumentKind::parse(kind).unwrap(), &Limits::today()).iter().map(|finding| finding.code.name()).collect()
}

#[test]
fn every_code_is_raised_and_nearly_raised() {
    for (code, kind, raises, nearly) in cases() {
        assert!(codes(&raises, kind).contains(code), "{code} is not raised ({:?}) by {raises}", codes(&raises, kind));
        assert!(!codes(&nearly, kind).contains(code), "{code} is raised by {nearly}");
    }
}

#[test]
fn no_code_is_without_a_case() {
    let covered: BTreeSet<_> = cases().into_iter().map(|(code, ..)| code).collect();
    let all: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(all.len(), Code::ALL.len(), "two codes have the same name");
    assert_eq!(covered, all);
}

#[test]
fn findings_stand_in_order_with_their_places() {
    let text = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": {\n    \"Effect\": \"Deny\",\n    \"Action\": [\"s3:Gét Object\", \"ListBuckets\"],\n    \"Resource\": \"bucket\"\n  }\n}";
    let findings = check(text, DocumentKind::Scp, &Limits::today());
    let shown: Vec<String> = findings
        .iter()
        .map(|one| {
            format!("{}:{}-{}:{} {}: {}", one.start.line, one.start.column, one.end.line, one.end.column, one.code.name(), one.message)
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    5:16-5:31 action-blank: `s3:Gét Object` has a blank in it
    5:33-5:46 action-prefix: `ListBuckets` has no service prefix
    6:17-6:25 not-an-arn: `bucket` is neither an ARN nor `*`
    ");
}

#[test]
fn hints_are_given_where_they_are_certain() {
    let help = |operator: &str| {
        let text = condition(&format!(r#""{operator}":{{"aws:TagKeys":"a"}}"#));
        let findings = check(&text, DocumentKind::Scp, &Limits::today());
        findings.into_iter().find(|one| matches!(one.code, Code::UnknownOperator | Code::OperatorCase)).map(|one| one.help).unwrap()
    };
    for (operator, expected) in [
        ("ForAnyValues:StringLike", "did you mean `ForAnyValue:StringLike`?"),
        ("forallvalue:stringnotlikeifexist", "did you mean `ForAllValues:StringNotLikeIfExists`?"),
        ("String Equals", "did you mean `StringEquals`?"),
        ("stringequalsifexists", "write `StringEqualsIfExists`"),
        ("StringMatches", "see the list of condition operators"),
    ] {
        assert_eq!(help(operator), expected, "{operator}");
    }
}

#[test]
fn limits_depend_on_the_profile_and_on_the_service() {
    let codes = |text: &str, kind, limits: &Limits| check(text, kind, limits).iter().map(|one| one.code.name()).collect::<Vec<_>>();
    assert_eq!(codes(&sized(5_121, 0, 'x'), DocumentKind::Scp, &Limits::today()), Vec::<&str>::new());
    assert_eq!(codes(&sized(5_121, 0, 'x'), DocumentKind::Scp, &Limits::strict()), ["too-large"]);
    assert_eq!(codes(&sized(50_000, 0, 'x'), DocumentKind::Scp, &Limits::none()), Vec::<&str>::new());
    let bucket = |prefix: &str| {
        let name = "x".repeat(21_000);
        allow(&format!(r#""Principal":{{"AWS":"111122223333"}},"Action":"{prefix}:A","Resource":"arn:aws:s3:::{name}""#))
    };
    assert_eq!(codes(&bucket("s3"), DocumentKind::Resource, &Limits::today()), ["too-large"]);
    assert_eq!(codes(&bucket("kms"), DocumentKind::Resource, &Limits::today()), Vec::<&str>::new());
    assert_eq!(codes(&bucket("ecr"), DocumentKind::Resource, &Limits::today()), Vec::<&str>::new());
}

#[test]
fn severities_follow_the_type() {
    let severity = |text: &str, kind| check(text, kind, &Limits::today())[0].severity;
    let old = r#"{"Version":"2008-10-17","Statement":{"Effect":"Deny","Action":"s3:A","Resource":"*"}}"#;
    assert_eq!(severity(old, DocumentKind::Scp), Severity::Error);
    assert_eq!(severity(old, DocumentKind::Identity), Severity::Warning);
}
