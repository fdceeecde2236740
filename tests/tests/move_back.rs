//! Moving an account back in a rehearsal: before it joined, after it joined, and when there is nothing to go back to.

use orgkit_tests::{Output, Scene};
use serde_json::Value;

const SANDBOX: &str = "555566667777";
const OLD_MANAGEMENT: &str = "111122223333";
const STANDALONE: &str = "123412341234";

fn move_back(scene: &Scene, account: &str) -> Output {
    let state = scene.state().to_string_lossy().into_owned();
    scene.run(&["move-back", account, "--rehearse", "--output", "json", "--state", &state])
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("not JSON ({error}):\n{text}"))
}

#[test]
fn an_account_that_joined_goes_back_and_the_plan_goes_on_without_it() {
    let scene = Scene::new();
    scene.rehearse(&["--until", "members-canary"]).expect_code(0);
    let back = json(&move_back(&scene, SANDBOX).expect_code(0).stdout);
    assert_eq!((back["state"].as_str(), back["to"].as_str()), (Some("returned"), Some("o-acmelegacy1")), "{back:#}");
    assert_eq!(back["unit"], serde_json::json!(["Sandbox"]));
    let lost = back["lost"].to_string();
    assert!(lost.contains("permission set"), "the estate shows an assignment in Identity Center: {lost}");
    let events = scene.journal();
    for step in back["steps"].as_array().unwrap() {
        let done = events.of_kind("done").any(|(_, event)| event["step"] == step["step"]);
        assert!(done, "{step} is not done");
    }
    // Once more: nothing happens.
    let again = json(&move_back(&scene, SANDBOX).expect_code(0).stdout);
    assert_eq!(again["state"], "returned");
    // Everybody else moves; the old organization is not empty, and AWS says so whatever a rehearsal assumes.
    let rest = scene.rehearse(&[]);
    assert!(rest.stderr.contains("has no member but its management account"), "{}", rest.stderr);
    assert!(rest.stderr.contains(SANDBOX), "{}", rest.stderr);
}

#[test]
fn what_was_not_begun_is_let_go_and_what_cannot_go_back_is_refused() {
    let scene = Scene::new();
    scene.rehearse(&["--until", "standalone-canary"]).expect_code(0);
    let back = json(&move_back(&scene, SANDBOX).expect_code(0).stdout);
    assert_eq!((back["state"].as_str(), back["undone"].as_array().map(Vec::len)), (Some("undone"), Some(0)), "{back:#}");
    assert!(scene.journal().of_kind("excused").any(|(_, event)| event["account"] == SANDBOX));
    let unknown = move_back(&scene, "000000000009").expect_code(64);
    assert!(unknown.stderr.contains("OK1910"), "{}", unknown.stderr);
}

#[test]
fn after_the_old_organization_is_deleted_nobody_goes_back() {
    let scene = Scene::new();
    scene.rehearse(&[]).expect_code(0);
    for (account, why) in [(SANDBOX, "which is deleted"), (OLD_MANAGEMENT, "managed o-acmelegacy1"), (STANDALONE, "in no organization")] {
        let refused = move_back(&scene, account);
        assert!(refused.stderr.contains("OK1910") && refused.stderr.contains(why), "{account}: {}", refused.stderr);
    }
}
