//! `orgkit scan` on a repository: what it finds, and that its patches apply and do what they say.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_tests::{Scene, files_under, repository};
use serde_json::Value;
use std::process::Command;

const OLD: &str = "o-a1b2c3d4e5";
const NEW: &str = "o-f6g7h8i9j0";

const MAPS: [&str; 8] = [
    "--map",
    "o-a1b2c3d4e5=o-f6g7h8i9j0",
    "--map",
    "r-ab12=r-cd34",
    "--map",
    "ou-ab12-a1b2c3d4=ou-cd34-e5f6g7h8",
    "--map",
    "111122223333=444455556666",
];

fn scene() -> Scene {
    let scene = Scene::new();
    scene.take_in(&repository().join("tests/fixtures/scan-repo"));
    std::fs::create_dir(scene.home().join("build")).unwrap();
    scene.write("build/out.json", format!("\"{OLD}\""));
    scene.write("terraform.tfstate", format!("\"{OLD}\""));
    scene.write("logo.png", format!("\0{OLD}"));
    assert!(git(&scene, &["init", "--quiet"]));
    scene
}

fn git(scene: &Scene, words: &[&str]) -> bool {
    Command::new("git").args(words).current_dir(scene.home()).status().unwrap().success()
}

fn scan(scene: &Scene, more: &[&str]) -> Value {
    let words = [&["scan", ".", "--output", "json"], &MAPS[..], more].concat();
    serde_json::from_str(&scene.run(&words).expect_code(0).stdout).unwrap()
}

/// Every reference in one line.
fn told(report: &Value) -> Vec<String> {
    let word = |one: &Value, key: &str| one[key].as_str().unwrap_or("-").to_owned();
    let list = report["references"].as_array().unwrap();
    list.iter().map(|one| format!("{}:{} {} {}", word(one, "path"), one["line"], word(one, "class"), word(one, "text"))).collect()
}

#[test]
fn a_repository_is_read_as_it_is_meant() {
    let report = scan(&scene(), &[]);
    let expected = "\
.github/workflows/deploy.yml:3 names o-a1b2c3d4e5
README.md:1 names o-a1b2c3d4e5
cdk/app.py:7 denies o-a1b2c3d4e5
cdk/stack.ts:5 grants o-a1b2c3d4e5
cdk/stack.ts:6 grants o-a1b2c3d4e5
chart/values.yaml:2 names o-a1b2c3d4e5
cloudformation/bucket.yaml:16 grants o-a1b2c3d4e5
cloudformation/bucket.yaml:25 denies o-a1b2c3d4e5
cloudformation/share.json:8 cosmetic o-a1b2c3d4e5
cloudformation/share.json:15 denies o-a1b2c3d4e5
cloudformation/share.json:22 grants o-a1b2c3d4e5
cloudformation/share.json:32 grants 111122223333
cloudformation/share.json:32 grants o-a1b2c3d4e5
infra/main.tf:1 cosmetic o-a1b2c3d4e5
infra/main.tf:16 grants o-a1b2c3d4e5
infra/main.tf:29 denies o-a1b2c3d4e5
infra/main.tf:29 denies r-ab12
infra/main.tf:29 denies ou-ab12-a1b2c3d4
infra/main.tf:43 grants o-a1b2c3d4e5
infra/main.tf:54 grants 111122223333
infra/main.tf:65 grants o-a1b2c3d4e5
infra/main.tf:70 names ou-ab12-a1b2c3d4
infra/terraform.tfvars:1 names o-a1b2c3d4e5
infra/terraform.tfvars:2 names ou-ab12-a1b2c3d4
scripts/move.sh:2 names o-a1b2c3d4e5
scripts/move.sh:3 names ou-ab12-a1b2c3d4
scripts/move.sh:4 names 111122223333";
    assert_eq!(told(&report).join("\n"), expected);
    assert_eq!(report["files"]["binary"], 1);
}

/// Applies the patch of a mode with `git apply`; gives the report of the scan that made it.
fn apply(scene: &Scene, mode: &str) -> Value {
    let report = scan(scene, &["--patch", "build/it.patch", "--patch-mode", mode]);
    assert!(
        git(scene, &["apply", "--check", "build/it.patch"]),
        "{}",
        std::fs::read_to_string(scene.home().join("build/it.patch")).unwrap()
    );
    assert!(git(scene, &["apply", "build/it.patch"]));
    for file in files_under(scene.home()).into_iter().filter(|file| file.extension().is_some_and(|is| is == "json")) {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(serde_json::from_str::<Value>(&text).is_ok(), "{}:\n{text}", file.display());
    }
    report
}

fn by_hand(report: &Value) -> Vec<String> {
    let list = report["by_hand"].as_array().unwrap();
    list.iter().map(|one| format!("{}:{}", one["path"].as_str().unwrap(), one["line"])).collect()
}

fn read(scene: &Scene, path: &str) -> String {
    std::fs::read_to_string(scene.home().join(path)).unwrap()
}

#[test]
fn a_dual_patch_names_both_and_a_replacing_one_leaves_the_new() {
    let scene = scene();
    let during = apply(&scene, "dual");
    assert_eq!(
        by_hand(&during),
        [
            ".github/workflows/deploy.yml:3",
            "README.md:1",
            "cdk/stack.ts:5",
            "chart/values.yaml:2",
            "cloudformation/share.json:22",
            "cloudformation/share.json:32",
            "cloudformation/share.json:32",
            "infra/main.tf:65",
            "infra/main.tf:70",
            "infra/terraform.tfvars:2",
            "scripts/move.sh:2",
            "scripts/move.sh:3",
            "scripts/move.sh:4",
        ]
    );
    for (path, both) in [
        ("cdk/app.py", "[\"o-a1b2c3d4e5\", \"o-f6g7h8i9j0\"]"),
        ("cdk/stack.ts", "'aws:PrincipalOrgID': ['o-a1b2c3d4e5', 'o-f6g7h8i9j0']"),
        ("cloudformation/bucket.yaml", "aws:PrincipalOrgID: [o-a1b2c3d4e5, o-f6g7h8i9j0]"),
        ("cloudformation/bucket.yaml", "              - o-a1b2c3d4e5\n              - o-f6g7h8i9j0\n"),
        ("cloudformation/share.json", "\"aws:principalorgid\": [\"o-a1b2c3d4e5\", \"o-f6g7h8i9j0\"]"),
        ("infra/main.tf", "\"o-a1b2c3d4e5/r-ab12/ou-ab12-a1b2c3d4/*\",\n        \"o-f6g7h8i9j0/r-cd34/ou-cd34-e5f6g7h8/*\",\n"),
        ("infra/main.tf", "\"aws:PrincipalOrgID\" = [\"o-a1b2c3d4e5\", \"o-f6g7h8i9j0\"]"),
        ("infra/main.tf", "[\"arn:aws:iam::111122223333:role/pipeline\", \"arn:aws:iam::444455556666:role/pipeline\"]"),
        ("infra/terraform.tfvars", "[\"o-a1b2c3d4e5\", \"o-f6g7h8i9j0\"]"),
    ] {
        let text = read(&scene, path);
        assert!(text.contains(both), "{path} has no {both}:\n{text}");
    }
    let again = scan(&scene, &["--patch", "build/again.patch"]);
    assert_eq!((read(&scene, "build/again.patch"), by_hand(&again).len()), (String::new(), by_hand(&during).len()));

    let after = apply(&scene, "replace");
    assert_eq!(by_hand(&after), ["cloudformation/share.json:22"]);
    assert_eq!(told(&scan(&scene, &[])), ["cloudformation/share.json:22 grants o-a1b2c3d4e5"]);
    let path = read(&scene, "infra/main.tf");
    assert_eq!((path.matches(OLD).count(), path.matches(NEW).count(), path.matches("ou-cd34-e5f6g7h8/*").count()), (0, 5, 1));
}

#[test]
fn the_patch_program_takes_a_patch_too() {
    let scene = scene();
    scan(&scene, &["--patch", "build/it.patch", "--patch-mode", "replace"]);
    let patch = Command::new("patch").args(["-p1", "--quiet", "--input", "build/it.patch"]).current_dir(scene.home()).status();
    // Where it is not installed, `git apply` has judged the same bytes.
    if let Ok(status) = patch {
        assert!(status.success());
        assert!(!read(&scene, "infra/main.tf").contains(OLD));
    }
}

#[test]
fn what_cannot_be_read_is_never_fine() {
    let scene = scene();
    // A file that nobody can read from its beginning, root included.
    let output = scene.run(&["scan", "/proc/self/mem", "--id", OLD]);
    if cfg!(target_os = "linux") {
        let output = output.expect_code(1);
        assert!(output.stderr.contains("cannot read `/proc/self/mem`") && output.stderr.contains("OK2303"), "{}", output.stderr);
        assert!(output.stdout.contains("1 unreadable"), "{}", output.stdout);
    }
}

#[test]
fn an_estate_gives_the_ids() {
    let scene = Scene::new();
    let world = scene.small_world("path = \"Workloads\"", "path = \"Workloads\"");
    let state = scene.state().to_string_lossy().into_owned();
    scene.run(&["discover", "--rehearse", &world, "--state", &state]).expect_code(0);
    let estate = scene.find("estate.db").unwrap().to_string_lossy().into_owned();
    scene.write("a.json", r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"200000000001"},"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-oldsmall001"}}}],"x":"333333333333"}"#);
    let output = scene
        .run(&["scan", "a.json", "--estate", &estate, "--output", "json", "--patch", "it.patch", "--fail-on-reference"])
        .expect_code(3);
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(told(&report), ["a.json:1 grants 200000000001", "a.json:1 grants o-oldsmall001"]);
    assert_eq!(by_hand(&report), ["a.json:1"], "the old management account is not simply the new one");
    let patch = std::fs::read_to_string(scene.home().join("it.patch")).unwrap();
    assert!(patch.contains(r#""aws:PrincipalOrgID":["o-oldsmall001", "o-newsmall001"]"#), "{patch}");
}

#[test]
fn sarif_names_places_and_levels() {
    let output = scene().run(&["scan", "cdk", "--id", OLD, "--output", "sarif"]).expect_code(0);
    let log: Value = serde_json::from_str(&output.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!((log["version"].as_str(), results.len()), (Some("2.1.0"), 3));
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!((place["artifactLocation"]["uri"].as_str(), place["region"]["startLine"].as_u64()), (Some("cdk/app.py"), Some(7)));
    assert_eq!((results[0]["ruleId"].as_str(), results[0]["level"].as_str()), (Some("reference-denies"), Some("error")));
}
