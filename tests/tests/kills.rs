//! `kill -9` at any moment, then the same command again: it finishes, nothing is sent twice, and things end as if nothing had happened.

use orgkit_tests::{Journal, Random, Scene};
use serde_json::Value;
use std::time::Instant;

/// What two runs must share: who joined, in which order, and how things stand at the end.
fn ending(journal: &Journal) -> (Vec<String>, Value) {
    assert!(journal.is_finished());
    (journal.joined(), journal.after().clone())
}

/// The invitations that a member of the target's management account would list, by the account invited.
fn invitations(scene: &Scene) -> Vec<String> {
    let calls = scene.changing_calls();
    let mut invited: Vec<_> =
        calls.into_iter().filter(|(operation, _)| operation == "InviteAccountToOrganization").map(|(_, id)| id).collect();
    invited.sort();
    invited
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long an undisturbed run takes says when to kill")]
fn a_killed_run_goes_on_and_ends_as_if_undisturbed() {
    const RUNS: u64 = 20;
    const SEED: u64 = 20_261_121;
    let undisturbed = Scene::new();
    let began = Instant::now();
    undisturbed.rehearse(&[]).expect_code(0);
    let whole = began.elapsed();
    let expected = ending(&undisturbed.journal());
    let expected_invitations = invitations(&undisturbed);
    assert!(!expected_invitations.is_empty());

    let mut random = Random::seeded(SEED);
    let mut hits = 0;
    for run in 0..RUNS {
        let scene = Scene::new();
        let mut delays = Vec::new();
        // One to three kills, each within the time that an undisturbed run takes.
        for _ in 0..=random.below(3) {
            let delay = whole.mul_f64(random.below(1000) as f64 / 1000.0);
            delays.push(delay);
            hits += u64::from(scene.kill_rehearsal_after(delay));
        }
        let context = format!("seed {SEED}, run {run}, killed after {delays:?}");
        let output = scene.rehearse(&[]);
        assert_eq!(output.code, Some(0), "{context}\n{}\n{}", output.stdout, output.stderr);
        assert!(ending(&scene.journal()) == expected, "{context}: ended otherwise");
        assert_eq!(invitations(&scene), expected_invitations, "{context}");
    }
    assert!(hits >= RUNS / 2, "only {hits} kills met a running program");
}
