//! Hostile documents: no panic, and time that grows with the text only.

use orgkit_iam::{Code, DocumentKind, Limits, MAX_BYTES, check, guess};
use proptest::prelude::*;

/// Ten megabytes, of every kind that hurts some reader.
fn ten_megabytes() -> Vec<(&'static str, String)> {
    const SIZE: usize = 10 * 1024 * 1024;
    vec![
        ("one string", format!("\"{}\"", "x".repeat(SIZE))),
        ("deep nesting", "[".repeat(SIZE)),
        ("a million keys", format!("{{{}}}", (0..1_000_000).map(|index| format!("\"k{index}\":1,")).collect::<String>())),
        ("blanks", " ".repeat(SIZE)),
        ("escapes", format!("\"{}\"", "\\u0041".repeat(SIZE / 6))),
    ]
}

/// As much as is read, of every kind that hurts some check.
fn just_readable() -> Vec<(&'static str, String)> {
    let fill = |begin: &str, item: &dyn Fn(usize) -> String, end: &str| {
        let mut text = begin.to_owned();
        for index in 0.. {
            let item = item(index);
            if text.len() + item.len() + end.len() >= MAX_BYTES {
                break;
            }
            text.push_str(if index == 0 { "" } else { "," });
            text.push_str(&item);
        }
        text + end
    };
    let statement = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":"#;
    let long = "x".repeat(MAX_BYTES / 2);
    let in_condition = format!(r#"{statement}"a:b","Condition":{{"ForAllValues:StringEquals":{{"#);
    vec![
        ("braces", "{".repeat(MAX_BYTES)),
        ("unclosed lists", "[".repeat(MAX_BYTES)),
        ("keys", fill("{", &|index| format!("\"k{index}\":1"), "}")),
        ("equal keys", fill("{", &|_| "\"k\":1".to_owned(), "}")),
        ("statements", fill("{\"Statement\":[", &|_| "{}".to_owned(), "]}")),
        ("numbers for statements", fill("{\"Statement\":[", &|_| "1".to_owned(), "]}")),
        ("actions", fill(&format!("{statement}["), &|_| "\"x\"".to_owned(), "]}]}")),
        ("sids", fill("{\"Statement\":[", &|_| r#"{"Sid":"-","Effect":"Deny","Action":""}"#.to_owned(), "]}")),
        ("condition keys", fill(&in_condition, &|index| format!("\"k{index}\":\"*\""), "}}}]}")),
        ("variables", format!(r#"{statement}"a:b","NotResource":"{}"}}]}}"#, "${aws:x}".repeat(MAX_BYTES / 8 - 50))),
        ("open variables", format!(r#"{statement}"a:b","NotResource":"{}"}}]}}"#, "${".repeat(MAX_BYTES / 2 - 100))),
        ("wildcards", format!(r#"{statement}"{}"}}]}}"#, "*?".repeat(MAX_BYTES / 2 - 100))),
        ("malformed variables", format!(r#"{statement}"a:b","NotResource":"{}"}}]}}"#, "${x}".repeat(MAX_BYTES / 4 - 100))),
        (
            "a long key with nulls",
            fill(&format!(r#"{{"Statement":{{"Condition":{{"StringLike":{{"{long}":["#), &|_| "null".to_owned(), "]}}}}"),
        ),
        (
            "a long operator with equal keys",
            fill(&format!(r#"{{"Statement":{{"Condition":{{"{long}":{{"#), &|_| "\"k\":1".to_owned(), "}}}}"),
        ),
        (
            "a long sid with equal operators",
            fill(&format!(r#"{{"Statement":{{"Sid":"{long}","Condition":{{"#), &|_| "\"k\":{}".to_owned(), "}}}"),
        ),
        ("settings", fill("{\"tags\":{", &|index| format!("\"k{index}\":{{\"@@x\":1}}"), "}}")),
        ("bounds", {
            let values = fill("", &|_| "\"5\"".to_owned(), &"x".repeat(MAX_BYTES / 2 + 1000));
            let values = values.trim_end_matches('x');
            format!(
                r#"{statement}"a:b","Condition":{{"NumericLessThan":{{"a:b":[{values}]}},"NumericGreaterThan":{{"a:b":[{values}]}}}}}}]}}"#
            )
        }),
    ]
}

#[test]
fn too_long_a_text_is_one_error() {
    for (what, text) in ten_megabytes() {
        for kind in [DocumentKind::Scp, DocumentKind::Tag] {
            let findings = check(&text, kind, &Limits::none());
            assert_eq!(findings.first().map(|one| one.code), Some(Code::InvalidJson), "{what}");
        }
        assert_eq!(guess(&text), None, "{what}");
    }
}

#[test]
fn hostile_texts_end_in_findings() {
    for (what, text) in just_readable() {
        assert!(text.len() <= MAX_BYTES, "{what}: {}", text.len());
        for kind in [DocumentKind::Identity, DocumentKind::Tag] {
            assert!(!check(&text, kind, &Limits::today()).is_empty(), "{what}");
        }
        guess(&text);
    }
}

/// A valid policy to mutate, with something of everything.
const VALID: &str = r#"{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"A","Effect":"Allow","Principal":{"AWS":["111122223333","arn:aws:iam::111122223333:role/x"],"Service":"ec2.amazonaws.com"},"Action":["s3:Get*","ec2:*"],"Resource":["arn:aws:s3:::b/${aws:username, 'none'}","*"],"Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]},"NumericLessThan":{"s3:max-keys":10},"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"},"IpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]},"Bool":{"aws:SecureTransport":true},"Null":{"aws:username":"false"},"BinaryEquals":{"x:y":"aGk="},"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/x"}}},{"Effect":"Deny","NotPrincipal":"*","NotAction":"*","NotResource":"*"}]}"#;

/// Pieces that turn a policy into a wrong one.
const PIECES: &[&str] = &[
    "\"", "{", "}", "[", "]", ":", ",", "${", "}", "*", "\\", "\\u0000", "é", "😀", "null", "1e9", "@@assign", "arn:", "::", " ",
    "IfExists", "-",
];

fn check_all(text: &str) {
    for kind in DocumentKind::ALL {
        for finding in check(text, *kind, &Limits::today()) {
            assert!(finding.start <= finding.end && finding.span.start <= finding.span.end, "{finding:?}");
        }
    }
    guess(text);
}

proptest! {
    #[test]
    fn never_panics_on_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check_all(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn never_panics_on_mutated_policies(edits in proptest::collection::vec((0..VALID.len(), 0..4_usize, 0..PIECES.len()), 1..6)) {
        let mut characters: Vec<char> = VALID.chars().collect();
        for (at, cut, piece) in edits {
            let at = at.min(characters.len());
            let end = (at + cut).min(characters.len());
            let piece = PIECES.get(piece).copied().unwrap_or_default();
            characters.splice(at..end, piece.chars());
        }
        check_all(&characters.iter().collect::<String>());
    }
}
