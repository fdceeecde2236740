//! Hostile documents, patterns and values: no panic, and no more time than their lengths justify.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "measuring time is the point")]

use orgkit_iam::{Case, Document, MAX_BYTES, RcpServices, Verdict, arn_matches, except_principal, glob_matches};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// As long as a hostile question may take. The slowest here takes a tenth of it on a busy machine, in the release profile.
const BOUND: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 3 });

#[track_caller]
fn in_time<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = work();
    let took = began.elapsed();
    assert!(took < BOUND, "{what} took {took:?}");
    result
}

#[test]
fn patterns_that_invite_going_back() {
    let (length, text) = (8 * 1024, "a".repeat(16 * 1024));
    for (name, pattern, matches) in [
        ("runs", format!("{}b", "a*".repeat(length / 2)), false),
        ("runs that end alike", format!("{}b*a", "*a".repeat(length / 2)), false),
        ("ones", "?".repeat(100_000), false),
        ("ones after a run", format!("*{}b*a", "?".repeat(length)), false),
        ("ones and letters after a run", format!("*{}b*a", "a?".repeat(length / 2)), false),
        ("a long literal after a run", format!("*{}b*a", "a".repeat(length)), false),
        ("everything", "*?".repeat(length / 2), true),
    ] {
        assert_eq!(in_time(name, || glob_matches(&pattern, &text)), matches, "{name}");
    }
    let arn = format!("arn:aws:s3:::{}", ":a".repeat(8 * 1024));
    for pattern in [format!("arn:*:{}b", "*a:".repeat(2048)), format!("arn:*{}*b", ":*".repeat(2048)), "*:".repeat(4096)] {
        assert!(!in_time("an ARN", || arn_matches(&pattern, &arn)));
    }
}

/// A case whose one statement has a condition, and whose request has a value for it.
fn verdict(operator: &str, values: Value, actual: Value) -> Verdict {
    let condition = json!({ operator: { "aws:PrincipalTag/x": values } });
    let statement = json!({ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition });
    let context = json!({ "aws:PrincipalTag/x": actual });
    let case = json!({
        "request": { "principal": "arn:aws:iam::111122223333:user/ana", "action": "s3:GetObject", "resource": "arn:aws:s3:::a/b", "context": context },
        "identityPolicies": [{ "Version": "2012-10-17", "Statement": statement }],
    });
    Case::parse(&case.to_string()).unwrap().answer(RcpServices::default()).verdict
}

#[test]
fn long_values_and_many_of_them() {
    let long = "a".repeat(16 * 1024);
    let variables = "${aws:PrincipalTag/x}".repeat(4);
    let many: Vec<String> = (0..2_000).map(|index| format!("value-{index}")).collect();
    let patterns: Vec<String> = (0..2_000).map(|index| format!("*-{index}?")).collect();
    for (name, operator, values, actual) in [
        ("variables", "StringLike", json!(format!("*{variables}*b")), json!(long)),
        ("many values", "ForAllValues:StringLike", json!(patterns), json!(many)),
        ("digits", "NumericEquals", json!("9".repeat(16 * 1024)), json!("9".repeat(16 * 1024))),
        ("a date", "DateEquals", json!("1".repeat(16 * 1024)), json!("2".repeat(16 * 1024))),
        ("base64", "BinaryEquals", json!("AAAA"), json!(long)),
        ("an address", "IpAddress", json!("::/0"), json!(":".repeat(16 * 1024))),
    ] {
        assert_eq!(in_time(name, || verdict(operator, values, actual)), Verdict::ImplicitlyDenied, "{name}");
    }
}

#[test]
fn long_documents() {
    let statement = r#"{"Effect":"Deny","Action":"a:*","Resource":"*"},"#;
    let fit = MAX_BYTES / statement.len() - 1;
    let many = format!(r#"{{"Statement":[{}]}}"#, statement.repeat(fit).trim_end_matches(','));
    assert_eq!(in_time("statements", || Document::parse(&many)).unwrap().statements.len(), fit);
    let keys: String = (0..MAX_BYTES / 20).map(|index| format!(r#""k{index}":1,"#)).collect();
    for (name, text) in [
        ("ten megabytes", "[".repeat(10_000_000)),
        ("levels", format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))),
        ("keys", format!("{{{}}}", keys.trim_end_matches(','))),
        ("one key again and again", format!("{{{}}}", r#""Sid":1,"#.repeat(MAX_BYTES / 9).trim_end_matches(','))),
        ("escapes", format!("\"{}\"", "\\u0061".repeat(MAX_BYTES / 7))),
    ] {
        assert!(in_time(name, || Document::parse(&text)).is_err(), "{name}");
    }
}

/// Text in which the pieces of policies meet in every order.
fn nearly_json() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\\",
        "\\u00",
        "\"Version\"",
        "\"2012-10-17\"",
        "\"Statement\"",
        "\"Effect\":\"Allow\"",
        "\"Action\"",
        "\"*\"",
        "\"Condition\"",
        "\"StringLike\"",
        "\"${",
        "}\"",
        "null",
        "1e999",
        "-0",
        "\u{0}",
        "\u{feff}",
        "😀",
        "\"NotPrincipal\"",
        "\"AWS\"",
    ]);
    prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn no_text_makes_the_parser_panic(text in prop_oneof![any::<String>(), nearly_json()]) {
        let (document, problems) = orgkit_iam::read(&text);
        prop_assert!(document.is_some() || !problems.is_empty());
        drop(Case::parse(&text));
        drop(except_principal(&text, &["a:b"], "arn:aws:iam::111122223333:role/x", "*"));
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        drop(Document::parse(&String::from_utf8_lossy(&bytes)));
    }

    #[test]
    fn no_case_makes_the_evaluator_panic(
        operator in "(ForAllValues:|ForAnyValue:)?(String|Arn|Numeric|Date|Bool|Binary|Null|IpAddress|NotIpAddress)(Not)?(Equals|Like|LessThan)?(IfExists)?",
        value in any::<String>(), actual in any::<String>(), arn in "[a-z:*?/$\\{\\}]{0,30}",
    ) {
        prop_assert_ne!(verdict(&operator, json!(value), json!(actual)), Verdict::Unknown);
        prop_assert_ne!(verdict(&operator, json!([arn, value]), json!([actual, arn])), Verdict::Unknown);
        let case = json!({
            "request": { "principal": arn, "action": value, "resource": arn },
            "resourcePolicy": { "Statement": { "Effect": "Allow", "Principal": { "AWS": arn }, "Action": actual, "Resource": [arn, value] } },
        });
        drop(Case::parse(&case.to_string()).map(|case| case.answer(RcpServices::default())));
    }
}
