//! The result as SARIF 2.1.0, for code scanning [OASIS, Static Analysis Results Interchange Format 2.1.0].

use super::{Scanned, advice, subject};
use orgkit_iam::references::{Class, Known, Reference, ReferenceSeverity};
use serde_json::{Value, json};

const RULES: [(Class, &str); 4] = [
    (Class::Grants, "An Allow depends on an identity that a move between organizations changes"),
    (Class::Denies, "A Deny depends on an identity that a move between organizations changes"),
    (Class::Names, "An identity that a move between organizations changes is named"),
    (Class::Cosmetic, "An identity that a move between organizations changes is named where nothing depends on it"),
];

/// A log with one run.
pub(super) fn log(scanned: &Scanned, known: &Known) -> Value {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|(class, text)| {
            let level = level(class.severity());
            json!({ "id": rule(*class), "shortDescription": { "text": text }, "defaultConfiguration": { "level": level } })
        })
        .collect();
    let results: Vec<Value> =
        scanned.files.iter().flat_map(|file| file.references.iter().map(|reference| result(&file.path, reference, known))).collect();
    let notifications: Vec<Value> = scanned
        .unread
        .iter()
        .map(|(path, why)| json!({ "level": "error", "message": { "text": format!("cannot read `{path}`: {why}") }, "locations": [file(path)] }))
        .collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "orgkit scan", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": scanned.unread.is_empty(), "toolExecutionNotifications": notifications }],
            "results": results,
        }],
    })
}

fn result(path: &str, reference: &Reference, known: &Known) -> Value {
    let mut location = file(path);
    let region = json!({ "startLine": reference.line, "startColumn": reference.column });
    if let Some(place) = location.get_mut("physicalLocation").and_then(Value::as_object_mut) {
        place.insert("region".to_owned(), region);
    }
    json!({
        "ruleId": rule(reference.class),
        "level": level(reference.class.severity()),
        "message": { "text": format!("{}: {}", subject(reference, known), advice(reference, known)) },
        "locations": [location],
    })
}

fn file(path: &str) -> Value {
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(path) } } })
}

/// A path as a relative reference: what is not plain in it is percent-encoded.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_' | b'~');
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn rule(class: Class) -> String {
    format!("reference-{}", class.name())
}

fn level(severity: ReferenceSeverity) -> &'static str {
    match severity {
        ReferenceSeverity::High => "error",
        ReferenceSeverity::Medium => "warning",
        ReferenceSeverity::Informational => "note",
    }
}
