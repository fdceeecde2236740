//! How far a run goes, and what people can tell it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_tests::{Journal, Scene, repository};
use serde_json::Value;

fn result(output: &str) -> Value {
    serde_json::from_str(output).unwrap_or_else(|error| panic!("not JSON ({error}):\n{output}"))
}

/// A standalone account of Acme, in the first wave that moves anybody.
fn canary(journal: &Journal) -> String {
    let waves = journal.plan()["waves"].as_array().unwrap();
    let wave = waves.iter().find(|wave| wave["phase"] == "standalone").unwrap();
    wave["accounts"][0].as_str().unwrap().to_owned()
}

#[test]
fn a_run_ends_after_the_wave_that_was_named_and_goes_on_from_there() {
    let scene = Scene::new();
    let output = scene.rehearse(&["--until", "standalone-canary", "--output", "json"]).expect_code(0);
    assert!(output.stderr.contains("wave standalone-canary is done, as asked"), "{}", output.stderr);
    let journal = scene.journal();
    assert_eq!(journal.joined(), [canary(&journal)]);
    assert!(!journal.is_finished());
    assert_eq!(result(&scene.rehearse(&["--output", "json"]).expect_code(0).stdout)["result"], "completed");
    assert!(scene.journal().is_finished());
}

#[test]
fn a_run_that_is_to_work_on_one_account_leaves_the_others_alone() {
    let scene = Scene::new();
    scene.rehearse(&["--until", "standalone-canary"]).expect_code(0);
    let journal = scene.journal();
    let waves = journal.plan()["waves"].as_array().unwrap();
    let wave = waves.iter().find(|wave| wave["accounts"].as_array().is_some_and(|accounts| accounts.len() > 1)).unwrap();
    scene.rehearse(&["--until", wave["name"].as_str().unwrap()]).expect_code(0);
    let all = scene.journal().joined();

    let alone = Scene::new();
    let only = wave["accounts"].as_array().unwrap().last().unwrap().as_str().unwrap();
    alone.rehearse(&["--until", "standalone-canary"]).expect_code(0);
    let before = waves.iter().position(|one| one["name"] == wave["name"]).unwrap();
    for earlier in waves.iter().take(before) {
        alone.rehearse(&["--until", earlier["name"].as_str().unwrap()]).expect_code(0);
    }
    alone.rehearse(&["--only", only]).expect_code(0);
    let joined = alone.journal().joined();
    assert!(joined.contains(&only.to_owned()) && joined.len() < all.len(), "{joined:?} / {all:?}");
}

#[test]
fn what_the_plan_does_not_have_is_said_and_nothing_is_done() {
    for arguments in [["--until", "no-such-wave"], ["--only", "999999999999"]] {
        let scene = Scene::new();
        let output = scene.rehearse(&arguments).expect_code(64);
        assert!(output.stderr.contains("OK1907"), "{}", output.stderr);
        assert!(scene.find("journal.db").is_none_or(|path| Journal::read(&path).of_kind("intent").count() == 0));
    }
    let scene = Scene::new();
    scene.rehearse(&["--until", "foundation"]).expect_code(0);
    for arguments in [["--clear", "no/step=done"], ["--excuse", "999999999999=never heard of it"]] {
        assert!(scene.rehearse(&arguments).expect_code(64).stderr.contains("OK1906"));
    }
}

#[test]
fn the_plan_goes_on_without_an_account_that_was_excused() {
    let scene = Scene::new();
    scene.rehearse(&["--until", "foundation"]).expect_code(0);
    let account = canary(&scene.journal());
    let words = format!("{account}=sold last week");
    let output = scene.rehearse(&["--excuse", &words, "--output", "json"]).expect_code(0);
    let result = result(&output.stdout);
    assert_eq!(result["result"], "completed");
    assert_eq!(result["excused"], serde_json::json!([{ "account": account, "note": "sold last week" }]));
    let told = result["accounts"].as_array().unwrap().iter().find(|one| one["id"] == *account).unwrap();
    assert_eq!((&told["status"], &told["organization"]), (&Value::from("excused"), &Value::Null));
    assert!(!scene.journal().joined().contains(&account));
}

#[test]
fn a_person_looks_at_each_wave_where_that_is_wanted() {
    let scene = Scene::new();
    let config = scene.write("careful.toml", "version = 1\n[execution]\napprove_waves = true\nconcurrency = 2\n");
    let output = scene.rehearse(&["--config", config.to_str().unwrap(), "--output", "json"]).expect_code(0);
    let result = result(&output.stdout);
    let gates: Vec<&str> = result["assumptions"].as_array().unwrap().iter().filter_map(|one| one["step"].as_str()).collect();
    assert!(gates.contains(&"wave/standalone-canary/approve"), "{gates:?}");
    let journal = scene.journal();
    let gate = journal.steps_that("gate").find(|step| step["id"] == "wave/standalone-canary/approve").unwrap();
    let place = journal.place("done", gate).unwrap();
    let later =
        journal.of_kind("began").find(|(_, event)| event["wave"].as_str().is_some_and(|wave| wave.starts_with("standalone-1"))).unwrap();
    assert!(place < later.0, "the next wave began before somebody looked");
}

/// Config, and with it the baseline, comes with the enrolment: an account that were proven before it would wait forever.
#[test]
fn an_account_goes_from_one_control_tower_to_another() {
    let scene = Scene::new();
    scene.write(
        "orgkit.toml",
        "version = 1\nleave_out = [\"200000000001\", \"200000000008\", \"200000000009\"]\nplacement = { 200000000002 = \"Workloads\" }\n",
    );
    let world = repository().join("tests/worlds/control_towers.toml");
    let output = scene.rehearse(&[&world.to_string_lossy()]).expect_code(0);
    let done: Vec<&str> = output.stderr.lines().filter(|line| line.ends_with("(done)") || line.ends_with("(proven)")).collect();
    let shop = |line: &&&str| line.contains("shop") && !line.contains("role");
    assert_eq!(
        done.iter().filter(shop).map(|line| line.trim()).collect::<Vec<_>>(),
        [
            "move shop out of its unit in o-oldtower001: Control Tower unenrols it (done)",
            "invite shop (done)",
            "accept as shop: it joins (done)",
            "move shop to Transitional (done)",
            "move shop to Workloads (done)",
            "see shop enrolled in Control Tower (done)",
            "prove that the baseline covers shop (proven)",
        ]
    );
    // What a step waits for is told once, however often it is looked at.
    let mut waits: Vec<&str> = output.stderr.lines().filter(|line| line.contains(" waits: ")).collect();
    assert!(!waits.is_empty());
    let told = waits.len();
    waits.sort_unstable();
    waits.dedup();
    assert_eq!(waits.len(), told, "{}", output.stderr);
}
