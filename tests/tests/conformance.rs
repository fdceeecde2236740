//! The simulated AWS judged by AWS's own service models: every operation driven through boto3 and the AWS CLI, and the same scripts as moto.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_tests::{Peer, Scene, binary, collect, isolated, peer, repository};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

/// The scenarios or scripts of a folder, by name.
fn scenarios(folder: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(repository().join("tests/conformance").join(folder)).unwrap();
    let mut found: Vec<PathBuf> = files.map(|file| file.unwrap().path()).filter(|path| is_scenario(path)).collect();
    found.sort();
    assert!(!found.is_empty(), "no scenario in tests/conformance/{folder}");
    found
}

fn is_scenario(path: &std::path::Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json") && path.file_name().is_some_and(|name| name != "differences.json")
}

/// What `{world}` and `{listen}` are put into to serve a world.
fn serve() -> String {
    format!("{} -q sim serve --no-throttle --world {{world}} --listen {{listen}}", binary().display())
}

/// Plays every scenario; the operations that succeeded at least once.
fn drive(test: &str, via: &str) -> Option<BTreeSet<String>> {
    let python = peer(test, Peer::Boto3)?;
    let scene = Scene::new();
    let report = scene.home().join("report.json");
    let mut command = Command::new(python);
    isolated(&mut command, scene.home());
    command.arg(repository().join("tests/conformance/drive.py")).args(["--serve", &serve(), "--via", via, "--report"]).arg(&report);
    collect(command.args(scenarios(""))).expect_code(0);
    let report: Value = serde_json::from_str(&std::fs::read_to_string(report).unwrap()).unwrap();
    let succeeded = report.as_object().unwrap().iter().filter(|(_, row)| row["succeeded"].as_u64() > Some(0));
    Some(succeeded.map(|(operation, _)| operation.clone()).collect())
}

/// Every operation of the catalog, as botocore names its service: `sso-admin:ListInstances`.
fn operations() -> BTreeSet<String> {
    let scene = Scene::new();
    let listed = scene.run(&["sim", "operations", "--output", "json"]).expect_code(0).stdout;
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let name = |row: &Value| {
        let model = row["model"].as_str().unwrap();
        format!("{}:{}", model.split('/').next().unwrap(), row["operation"].as_str().unwrap())
    };
    listed.as_array().unwrap().iter().map(name).collect()
}

#[test]
fn boto3_drives_every_operation_and_finds_it_as_its_model_says() {
    let Some(succeeded) = drive("boto3_drives_every_operation_and_finds_it_as_its_model_says", "boto3") else { return };
    let missed: Vec<String> = operations().difference(&succeeded).cloned().collect();
    assert!(missed.is_empty(), "no scenario has a successful call of {missed:?}");
}

#[test]
fn the_aws_cli_drives_every_operation() {
    let Some(succeeded) = drive("the_aws_cli_drives_every_operation", "cli") else { return };
    let missed: Vec<String> = operations().difference(&succeeded).cloned().collect();
    assert!(missed.is_empty(), "no scenario has a successful call of {missed:?}");
}

#[test]
fn every_difference_from_moto_is_explained() {
    let Some(python) = peer("every_difference_from_moto_is_explained", Peer::Boto3) else { return };
    let scene = Scene::new();
    let mut command = Command::new(python);
    isolated(&mut command, scene.home());
    command.arg(repository().join("tests/conformance/against_moto.py")).args(["--serve", &serve()]);
    collect(command.args(scenarios("against_moto"))).expect_code(0);
}
