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

/// What a run keeps so that `status` is quick is only ever a shortcut: with it, without it, and with one that is wrong, the answer is the same.
#[test]
fn the_kept_status_says_what_the_journal_says() {
    let scene = Scene::new();
    let world = scene.small_world("Small", "Small");
    scene.rehearse(&[&world, "--until", "standalone-canary"]).expect_code(0);
    let kept = scene.find("status.json").unwrap();
    let old = std::fs::read(&kept).unwrap();
    let answer = || status(&scene, &["--output", "json"]).expect_code(0).stdout;
    let quick = answer();
    std::fs::remove_file(&kept).unwrap();
    assert_eq!(answer(), quick, "from the journal");
    for wrong in [
        b"".to_vec(),
        old[..old.len() / 2].to_vec(),
        changed(&old, "\"done\":", "\"done\":1"),
        changed(&old, "\"hash\":\"", "\"hash\":\"f"),
    ] {
        std::fs::write(&kept, wrong).unwrap();
        assert_eq!(answer(), quick, "with one that is damaged");
    }
    // The run went on, and was killed before it kept anything.
    std::fs::write(&kept, &old).unwrap();
    assert_eq!(answer(), quick);
    scene.rehearse(&[&world]).expect_code(0);
    let whole = answer();
    std::fs::write(&kept, &old).unwrap();
    assert_eq!(answer(), whole, "with one that is old");
    assert_ne!(whole, quick);
    scene.rehearse(&[&world, "--fresh", "--until", "standalone-canary"]).expect_code(0);
    let again = answer();
    std::fs::write(&kept, &old).unwrap();
    assert_eq!(answer(), again, "with one of a journal that was thrown away");
}

fn changed(text: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(text.to_vec()).unwrap();
    assert!(text.contains(from), "{text}");
    text.replacen(from, to, 1).into_bytes()
}
