//! The conformance suite: every case in `tests/conformance`, each with the sentence of AWS's documentation that it shows. A case is what
//! `orgkit policy simulate` takes, with two more fields: `source`, and `expect` with `verdict`, `blockedBy`, `unknownKeys` or `error`. Where AWS's
//! pages leave a point open, `source` says which choice was made.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_iam::{Case, CaseErrorKind, Memo, RcpServices};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::path::Path;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Frame {
    id: String,
    source: String,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Expect {
    verdict: Option<String>,
    blocked_by: Option<Vec<String>>,
    unknown_keys: Option<Vec<String>>,
    error: Option<String>,
}

/// Every case of every file, as it stands there.
fn texts() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path| serde_json::from_str::<Vec<Box<RawValue>>>(&std::fs::read_to_string(path).unwrap()).unwrap();
    files.into_iter().flat_map(read).map(|case| case.get().to_owned()).collect()
}

/// What differs from what a case expects.
fn differences(text: &str, expect: &Expect) -> Vec<String> {
    let case = match (Case::parse(text), &expect.error) {
        (Ok(case), None) => case,
        (Err(error), Some(expected)) => {
            let kind = if error.kind == CaseErrorKind::Document { "document" } else { "case" };
            return if kind == expected { Vec::new() } else { vec![format!("error in the {kind}: {error}")] };
        }
        (Ok(_), Some(_)) => return vec!["it was read".to_owned()],
        (Err(error), None) => return vec![format!("{error} at {:?}", error.position)],
    };
    let answer = case.answer(RcpServices::default());
    let decided = case.evaluator(RcpServices::default()).decide(&case.request, &mut Memo::default());
    let mut seen = Vec::new();
    if decided != answer.verdict {
        seen.push(format!("decide says {decided:?}, explain {:?}", answer.verdict));
    }
    if expect.verdict.as_deref() != Some(answer.verdict.as_str()) {
        seen.push(format!("{:?} instead of {:?}", answer.verdict, expect.verdict));
    }
    if expect.blocked_by.as_ref().is_some_and(|expected| *expected != answer.blocked_by) {
        seen.push(format!("blocked by {:?}", answer.blocked_by));
    }
    let sorted = |keys: &[String]| keys.iter().cloned().collect::<BTreeSet<_>>();
    if expect.unknown_keys.as_ref().is_some_and(|expected| sorted(expected) != sorted(&answer.unknown_keys)) {
        seen.push(format!("unknown keys {:?}", answer.unknown_keys));
    }
    seen
}

#[test]
fn every_case_comes_out_as_the_documentation_says() {
    let mut wrong = Vec::new();
    for text in texts() {
        let frame: Frame = serde_json::from_str(&text).unwrap();
        wrong.extend(
            differences(&text, &frame.expect).into_iter().map(|difference| format!("{}: {difference}\n    {}", frame.id, frame.source)),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_case_has_a_name_of_its_own_and_a_source() {
    let mut seen = BTreeSet::new();
    for text in texts() {
        let frame: Frame = serde_json::from_str(&text).unwrap();
        assert!(seen.insert(frame.id.clone()), "`{}` stands twice", frame.id);
        assert!(!frame.source.is_empty(), "`{}` has no source", frame.id);
        assert!(frame.expect.verdict.is_some() != frame.expect.error.is_some(), "`{}` expects a verdict or an error", frame.id);
    }
    assert!(seen.len() >= 300, "{}", seen.len());
}
