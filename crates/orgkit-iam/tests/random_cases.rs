//! What must hold for every case: the fast answer is the explained one, and what is said in spite of unknown keys stands whatever they hold.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../examples/oracle/generate/mod.rs"]
mod generate;

use orgkit_iam::{Case, Memo, RcpServices, Verdict};
use serde_json::Value;

const CASES: u64 = 4_000;

const SEED: u64 = 20_261_122;

fn parse(case: &Value) -> Case {
    Case::parse(&case.to_string()).unwrap()
}

#[test]
fn the_fast_answer_is_the_explained_one() {
    let mut memo = Memo::default();
    for index in 0..CASES {
        let case = parse(&generate::case(SEED, index));
        let evaluator = case.evaluator(RcpServices::default());
        let explained = evaluator.explain(&case.request).verdict;
        for _ in 0..2 {
            assert_eq!(evaluator.decide(&case.request, &mut memo), explained, "{}", generate::case(SEED, index));
        }
    }
}

#[test]
fn what_is_said_in_spite_of_unknown_keys_stands() {
    let mut unknown = 0;
    for index in 0..CASES {
        let mut case = generate::case(SEED, index);
        let known = parse(&case).answer(RcpServices::default()).verdict;
        let context = case["request"]["context"].as_object_mut().unwrap();
        // A role counts as an ordinary one and a key as its customer's until these say otherwise; they are what exemptions go by.
        let keys = context
            .keys()
            .filter(|key| !["aws:PrincipalArn", "kms:ResourceAliases"].contains(&key.as_str()))
            .skip(usize::try_from(index % 2).unwrap());
        let hidden: Vec<String> = keys.step_by(2).cloned().collect();
        context.retain(|key, _| !hidden.contains(key));
        case["request"]["unknownKeys"] = hidden.into();
        let answer = parse(&case).answer(RcpServices::default());
        if answer.verdict == Verdict::Unknown {
            unknown += 1;
            assert!(!answer.unknown_keys.is_empty(), "{case}");
        } else if answer.verdict == Verdict::ImplicitlyDenied {
            // Denied either way: by what an unknown key decides, or by nothing that allows.
            assert!(known.is_denied(), "{case}");
        } else {
            assert_eq!(answer.verdict, known, "{case}");
        }
    }
    assert!(unknown > CASES / 50, "only {unknown} of {CASES} are unknown");
}
