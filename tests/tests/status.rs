//! `orgkit status`: an answer at once from the journal alone, whatever else goes on.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_tests::{Output, Scene, files_under, repository};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn status(scene: &Scene, arguments: &[&str]) -> Output {
    let state = scene.state();
    scene.run(&[&["status", "--rehearse", "--state", &*state.to_string_lossy()], arguments].concat())
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    files_under(folder).into_iter().map(|path| (path.clone(), std::fs::read(&path).unwrap())).collect()
}

fn follows_the_schema(scene: &Scene, document: &Value) {
    let published: Value = serde_json::from_slice(&std::fs::read(repository().join("schemas/status-1.json")).unwrap()).unwrap();
    let printed: Value = serde_json::from_str(&scene.run(&["schema", "status"]).expect_code(0).stdout).unwrap();
    assert_eq!(printed, published, "schemas/status-1.json is not what `orgkit schema` prints");
    let validator = jsonschema::validator_for(&published).unwrap();
    let errors: Vec<_> = validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn a_finished_rehearsal_is_said_to_be_so_and_nothing_is_changed() {
    let scene = Scene::new();
    let world = scene.small_world("Small", "Small");
    scene.rehearse(&[&world]).expect_code(0);
    let before = contents(&scene.state());
    let told = json(&status(&scene, &["--output", "json"]).expect_code(0));
    follows_the_schema(&scene, &told);
    assert_eq!((&told["standing"], &told["running"], &told["next"]), (&"finished".into(), &false.into(), &Value::Null));
    assert_eq!(told["steps"]["done"], told["steps"]["total"]);
    assert_eq!(told["accounts"]["done"], told["accounts"]["total"]);
    assert_eq!(told["last"]["entry"], scene.journal().events.len());
    let text = status(&scene, &[]).expect_code(0).stdout;
    assert!(text.lines().count() <= 24 && text.contains("finished"), "{text}");
    assert!(contents(&scene.state()) == before, "looking changed something");
}

#[test]
fn a_run_that_goes_on_is_seen_and_not_disturbed() {
    let scene = Scene::new();
    let world = scene.small_world("Small", "Small");
    while !scene.kill_rehearsal(&[&world], 8, Duration::ZERO) {}
    // Somebody holds the state folder, and somebody writes to the journal.
    let lock = std::fs::File::options().write(true).open(scene.state().join("lock")).unwrap();
    lock.lock().unwrap();
    let told = json(&status(&scene, &["--output", "json"]).expect_code(0));
    follows_the_schema(&scene, &told);
    assert_eq!((&told["standing"], &told["running"]), (&"running".into(), &true.into()));
    if cfg!(target_os = "linux") {
        assert_eq!(told["process"], std::process::id());
    }
    drop(lock);
    let told = json(&status(&scene, &["--output", "json"]).expect_code(0));
    assert_eq!((&told["standing"], &told["running"]), (&"stopped".into(), &false.into()));
    let next = told["next"].as_str().unwrap();
    assert!(next.starts_with("orgkit migrate --rehearse --state "), "{next}");
    for counts in [&told["steps"], &told["accounts"]] {
        let parts = ["done", "begun", "waiting", "stuck", "left", "excused"].map(|part| counts[part].as_u64().unwrap());
        assert_eq!(parts.iter().sum::<u64>(), counts["total"].as_u64().unwrap(), "{counts}");
    }
    scene.rehearse(&[&world]).expect_code(0);
}

#[test]
fn where_there_is_nothing_to_tell_of_that_is_said() {
    let scene = Scene::new();
    let output = status(&scene, &[]).expect_code(64);
    assert!(output.stderr.contains("error[OK1401]") && output.stderr.contains("  hint: "), "{}", output.stderr);
    assert!(!scene.state().exists(), "looking made something");
}

#[test]
fn a_damaged_journal_is_not_told_of() {
    let scene = Scene::new();
    let world = scene.small_world("Small", "Small");
    scene.rehearse(&[&world]).expect_code(0);
    let path = scene.find("journal.db").unwrap();
    let whole = std::fs::read(&path).unwrap();
    for length in [0, 4096, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).unwrap();
        let output = status(&scene, &[]).expect_code(9);
        assert!(output.stderr.contains("error[OK1402]"), "{}", output.stderr);
        scene.rehearse(&[&world]).expect_code(9);
    }
}
