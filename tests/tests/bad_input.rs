//! Bad input: one clear line with a stable code, a hint, the right exit code, and nothing lost or half written.

use orgkit_tests::{Output, Scene, files_under, repository};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Checks the form of an error, and that orgkit can explain its code.
#[track_caller]
fn check_error(scene: &Scene, output: &Output, code: i32, says: &[&str]) {
    assert_eq!(output.code, Some(code), "{output:?}");
    let errors: Vec<_> = output.stderr.lines().filter(|line| line.starts_with("error[OK")).collect();
    assert_eq!(errors.len(), 1, "not one error:\n{}", output.stderr);
    assert!(output.stderr.contains("\n  hint: "), "no hint:\n{}", output.stderr);
    for word in says {
        assert!(output.stderr.contains(word), "`{word}` is not said:\n{}", output.stderr);
    }
    assert!(!errors[0].ends_with('.') && !output.stderr.contains("panicked"), "{}", output.stderr);
    let stable = errors[0].trim_start_matches("error[").split(']').next().unwrap_or_default();
    scene.run(&["explain", stable]).expect_code(0);
}

/// The content of everything in a folder that holds what must not be lost.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let is_kept = |path: &PathBuf| path.file_name().is_some_and(|name| name != "lock") && !path.to_string_lossy().ends_with("-shm");
    files_under(folder).into_iter().filter(is_kept).map(|path| (path.clone(), std::fs::read(&path).unwrap_or_default())).collect()
}

#[test]
fn a_world_that_is_wrong_is_refused_with_its_place() {
    let account = "id = \"200000000002\"\nname = \"shop-production\"";
    for (what, passage, replacement, says) in [
        ("not TOML", "regions = [", "regions = = [", vec!["small.toml:5:"]),
        ("an unknown key", "age_days = 300", "age_day = 300", vec!["unknown key `age_day`", "did you mean `age_days`?"]),
        ("an unknown word", "role = \"source\"", "role = \"sorce\"", vec!["`sorce`", "did you mean `source`?"]),
        ("a duplicate account id", "id = \"300000000001\"", "id = \"200000000002\"", vec!["`200000000002`", "twice"]),
        ("an account in two places", account, &format!("{account}\norganization = \"o-newsmall001\""), vec!["small.toml:"]),
        ("the management of another", "management = \"100000000001\"", "management = \"200000000001\"", vec!["200000000001"]),
        ("a policy that is not JSON", "'{\"Version\"", "'{\"Version", vec!["small.toml:", "JSON"]),
        ("a missing key", "age_days = 300", "", vec!["`age_days` is missing"]),
        ("an id that is none", "id = \"300000000001\"", "id = \"3000\"", vec!["3000"]),
        ("an unknown organization", "organization = \"o-oldsmall001\"", "organization = \"o-oldsmall002\"", vec!["o-oldsmall002"]),
        ("no target", "role = \"target\"", "role = \"source\"", vec!["target"]),
        ("a later version", "version = 1", "version = 2", vec!["version 2"]),
    ] {
        let scene = Scene::new();
        let world = scene.small_world(passage, replacement);
        let output = scene.rehearse(&[&world]);
        eprintln!("{what}: {}", output.stderr);
        check_error(&scene, &output, 64, &says);
        assert!(scene.find("journal.db").is_none(), "{what}: a journal was begun");
    }
}

#[test]
fn a_world_that_cannot_be_read_is_refused() {
    let scene = Scene::new();
    let absent = scene.home().join("absent.toml");
    check_error(&scene, &scene.rehearse(&[&absent.to_string_lossy()]), 64, &["absent.toml"]);
    let folder = scene.home().to_string_lossy().into_owned();
    check_error(&scene, &scene.rehearse(&[&folder]), 64, &[]);
    let binary = scene.write("binary.toml", [0xff, 0xfe, 0x00]);
    check_error(&scene, &scene.rehearse(&[&binary.to_string_lossy()]), 64, &["binary.toml"]);
}

#[test]
fn a_command_line_that_is_wrong_is_refused() {
    let scene = Scene::new();
    for arguments in [&["migrat"][..], &["migrate", "--rehears"], &["migrate", "--rehearse", "--seed", "many"], &["sim", "env", "12"], &[]]
    {
        assert_eq!(scene.run(arguments).code, Some(64), "{arguments:?}");
    }
}

#[test]
fn a_missing_configuration_is_refused() {
    let scene = Scene::new();
    check_error(&scene, &scene.run(&["migrate"]), 64, &["orgkit.toml"]);
}

/// A copy of the standard pack in the scene.
fn copied_pack(scene: &Scene) -> PathBuf {
    let from = repository().join("policy-packs/foundation");
    let to = scene.home().join("foundation");
    for file in files_under(&from) {
        let path = to.join(file.strip_prefix(&from).unwrap_or(&file));
        std::fs::create_dir_all(path.parent().unwrap_or(&to)).unwrap_or_else(|error| panic!("{error}"));
        std::fs::copy(&file, path).unwrap_or_else(|error| panic!("{error}"));
    }
    to
}

#[test]
fn a_pack_that_is_missing_or_damaged_is_refused() {
    type Damage = fn(&Path);
    let damages: [(&str, Damage, &[&str]); 4] = [
        ("a folder that is not there", |pack| std::fs::remove_dir_all(pack).unwrap(), &["foundation"]),
        ("a manifest that is not TOML", |pack| std::fs::write(pack.join("pack.toml"), "name = = 1").unwrap(), &["pack.toml"]),
        ("a component that is not there", |pack| std::fs::remove_file(pack.join("dist/foundation.wasm")).unwrap(), &["foundation.wasm"]),
        ("a component that is none", |pack| std::fs::write(pack.join("dist/foundation.wasm"), "no component").unwrap(), &["foundation"]),
    ];
    for (what, damage, says) in damages {
        let scene = Scene::new();
        let pack = copied_pack(&scene);
        damage(&pack);
        let output = scene.rehearse(&["--pack", &pack.to_string_lossy()]);
        eprintln!("{what}: {}", output.stderr);
        check_error(&scene, &output, 64, says);
    }
}

/// A rehearsal of the small world that is over, with its journal.
fn finished() -> (Scene, String, PathBuf) {
    let scene = Scene::new();
    let world = scene.small_world("Small", "Small");
    scene.rehearse(&[&world]).expect_code(0);
    let journal = scene.find("journal.db").unwrap_or_else(|| panic!("no journal"));
    (scene, world, journal)
}

#[test]
fn a_journal_of_a_later_version_is_left_alone() {
    let (scene, world, path) = finished();
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(&path).unwrap();
    check_error(&scene, &scene.rehearse(&[&world]), 9, &["journal"]);
    assert!(std::fs::read(&path).unwrap() == before, "the journal was changed");
}

#[test]
fn a_journal_with_a_flipped_bit_is_refused() {
    let (scene, world, path) = finished();
    let whole = std::fs::read(&path).unwrap();
    for passage in ["\"event\":\"done\"", "\"event\":\"intent\"", "\"event\":\"finished\""] {
        let places = (0..whole.len()).filter(|place| whole[*place..].starts_with(passage.as_bytes()));
        // SQLite leaves dead copies of rows behind when it moves them; a bit there says nothing and changes nothing.
        let refused = places.into_iter().find_map(|place| {
            let mut flipped = whole.clone();
            flipped[place + passage.len() - 2] ^= 1;
            std::fs::write(&path, &flipped).unwrap();
            let output = scene.rehearse(&[&world]);
            (output.code != Some(0)).then_some((output, flipped))
        });
        let (output, flipped) = refused.unwrap_or_else(|| panic!("no flipped bit in {passage} was noticed"));
        check_error(&scene, &output, 9, &["journal"]);
        assert!(std::fs::read(&path).unwrap() == flipped, "the journal was changed");
    }
    std::fs::write(&path, &whole).unwrap();
    scene.rehearse(&[&world]).expect_code(0);
}

#[test]
fn a_journal_that_lost_its_end_is_refused() {
    let (scene, world, path) = finished();
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute("DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)", []).unwrap();
    drop(connection);
    check_error(&scene, &scene.rehearse(&[&world]), 9, &["journal"]);
}

#[test]
fn a_state_of_another_world_is_not_continued() {
    let (scene, _, _) = finished();
    let before = contents(&scene.state());
    check_error(&scene, &scene.rehearse(&[]), 5, &["--fresh"]);
    assert!(contents(&scene.state()) == before, "the state was changed");
}

#[test]
fn two_runs_on_one_state_directory_do_not_meet() {
    let (scene, world, _) = finished();
    let before = contents(&scene.state());
    let lock = std::fs::File::options().write(true).open(scene.state().join("lock")).unwrap();
    lock.lock().unwrap();
    check_error(&scene, &scene.rehearse(&[&world]), 6, &["another orgkit"]);
    assert!(contents(&scene.state()) == before, "the state was changed");
    drop(lock);
    scene.rehearse(&[&world]).expect_code(0);
}
