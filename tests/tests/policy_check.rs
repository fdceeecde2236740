//! `orgkit policy check`, seen from outside: what it prints, and how it ends.

use orgkit_iam::references::{Known, KnownId, find};
use orgkit_iam::{Code, Document, DocumentKind, Limits, Severity, check};
use orgkit_model::PolicyType;
use orgkit_sim::WorldFile;
use orgkit_tests::{Peer, Scene, files_under, peer, repository};
use serde_json::Value;
use std::collections::BTreeSet;

/// One error, one warning.
const WRONG: &str = r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Action": ["ListBuckets"],
    "Resource": "*",
    "Condition": { "StringEquals": { "aws:username": "a*" } }
  }
}
"#;

const SHOWN: &str = r#"error[action-prefix]: `ListBuckets` has no service prefix
 --> wrong.json:5:16
  |
5 |     "Action": ["ListBuckets"],
  |                ^^^^^^^^^^^^^
  = help: write `service:Action`, such as `s3:GetObject`; only a bare `*` needs no prefix
  = source: IAM User Guide, reference_policies_elements_action

warning[literal-wildcard]: the `*` of `a*` is compared literally
 --> wrong.json:7:54
  |
7 |     "Condition": { "StringEquals": { "aws:username": "a*" } }
  |                                                      ^^^^
  = help: use the `Like` form, or `${*}` where the star itself is meant
  = source: IAM User Guide, reference_policies_elements_condition_operators

found 1 error, 1 warning in 1 document
"#;

#[test]
fn shows_the_line_with_a_caret_and_says_what_was_guessed() {
    let scene = Scene::new();
    scene.write("wrong.json", WRONG);
    let output = scene.run(&["policy", "check", "wrong.json"]).expect_code(3);
    assert_eq!(output.stdout, SHOWN);
    assert_eq!(output.stderr, "wrong.json: checked as a service control policy, because it only denies and names no principal\n");
    let quiet = scene.run(&["-q", "policy", "check", "wrong.json", "--type", "identity"]).expect_code(3);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), (SHOWN, ""));
}

#[test]
fn long_and_hostile_lines_are_cut_and_harmless() {
    let scene = Scene::new();
    let many = vec!["\"s3:GetObject\""; 200].join(",");
    let text = format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":{{\"Effect\":\"Deny\",\"Action\":[{many},\"List\u{9b}Buckets\",{many}],\"Resource\":\"*\"}}}}"
    );
    scene.write("long.json", text);
    let output = scene.run(&["policy", "check", "long.json"]).expect_code(3);
    assert!(output.stdout.lines().all(|line| line.chars().count() < 140), "{}", output.stdout);
    assert!(output.stdout.contains("\"List\u{fffd}Buckets\"") && !output.stdout.contains('\u{9b}'), "{}", output.stdout);
    let caret = output.stdout.lines().find(|line| line.contains('^')).unwrap();
    let source = output.stdout.lines().find(|line| line.contains("Buckets\",")).unwrap();
    let at = caret.chars().position(|one| one == '^').unwrap();
    assert!(source.chars().skip(at).collect::<String>().starts_with("\"List"), "{}", output.stdout);
}

#[test]
fn the_level_and_the_limits_can_be_chosen() {
    let scene = Scene::new();
    let policy = |resource: &str| {
        format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Action":"s3:A","Resource":"arn:aws:s3:::{resource}"}}}}"#)
    };
    scene.write("variable.json", policy("${aws:username"));
    scene.run(&["policy", "check", "variable.json"]).expect_code(0);
    scene.run(&["policy", "check", "variable.json", "--fail-on", "warning"]).expect_code(3);
    scene.write("large.json", policy(&"x".repeat(6_000)));
    scene.run(&["policy", "check", "large.json", "--fail-on", "note"]).expect_code(0);
    scene.run(&["policy", "check", "large.json", "--strict-limits"]).expect_code(3);
}

#[test]
fn what_cannot_be_read_is_an_error_and_what_is_no_policy_is_left_out() {
    let scene = Scene::new();
    let output = scene.run(&["policy", "check", "absent.json"]).expect_code(64);
    assert!(output.stderr.starts_with("error[OK2201]: cannot read policy document `absent.json`\n"), "{}", output.stderr);
    scene.write("binary.json", [0xff, 0xfe]);
    scene.run(&["policy", "check", "binary.json"]).expect_code(64);
    std::fs::remove_file(scene.home().join("binary.json")).unwrap();
    scene.write("schema.json", r#"{"type":"object"}"#);
    scene.write("tags.json", "\u{feff}{\"tags\":{\"a\":{\"tag_key\":{\"@@assign\":\"A\"}}}}");
    scene.write("notes.txt", "not looked at");
    let output = scene.run(&["policy", "check", "."]).expect_code(0);
    assert_eq!(output.stdout, "nothing found in 1 document\n");
    assert!(
        output.stderr.contains("left out ./schema.json") && output.stderr.contains("./tags.json: checked as a tag policy"),
        "{}",
        output.stderr
    );
    // Named, or of a given type, it is checked all the same.
    scene.run(&["policy", "check", "schema.json"]).expect_code(3);
    scene.run(&["policy", "check", ".", "--type", "tag"]).expect_code(3);
}

#[test]
fn json_has_the_documented_shape() {
    let scene = Scene::new();
    scene.write("wrong.json", WRONG);
    let output = scene.run(&["policy", "check", "wrong.json", "--output", "json"]).expect_code(3);
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    let document = &report["documents"][0];
    let finding = &document["findings"][0];
    assert_eq!(keys(&report), "documents errors notes version warnings");
    assert_eq!(keys(document), "findings guessed path type");
    assert_eq!(keys(finding), "code end help message severity source start");
    assert_eq!(
        (&report["version"], &report["errors"], &report["warnings"], &report["notes"]),
        (&1.into(), &1.into(), &1.into(), &0.into())
    );
    assert_eq!((&document["type"], &finding["code"], &finding["severity"]), (&"scp".into(), &"action-prefix".into(), &"error".into()));
    assert_eq!(finding["start"], serde_json::json!({ "line": 5, "column": 16, "offset": WRONG.find("\"ListBuckets").unwrap() }));
    let named = scene.run(&["policy", "check", "wrong.json", "--output", "json", "--type", "scp"]).expect_code(3);
    assert_eq!(keys(&serde_json::from_str::<Value>(&named.stdout).unwrap()["documents"][0]), "findings path type");
}

#[test]
fn sarif_has_the_structure_of_the_standard() {
    let scene = Scene::new();
    scene.write("wr ong#.json", WRONG);
    let output = scene.run(&["policy", "check", "wr ong#.json", "--output", "sarif"]).expect_code(3);
    let log: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().ends_with("sarif-schema-2.1.0.json"));
    let run = &log["runs"][0];
    assert_eq!((&run["tool"]["driver"]["name"], &run["columnKind"]), (&"orgkit".into(), &"unicodeCodePoints".into()));
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), Code::ALL.len());
    for rule in rules {
        assert!(rule["id"].is_string() && rule["shortDescription"]["text"].is_string() && rule["help"]["text"].is_string(), "{rule}");
        assert!(["error", "warning", "note"].contains(&rule["defaultConfiguration"]["level"].as_str().unwrap()), "{rule}");
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], rules[index]["id"]);
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "wr%20ong%23.json");
        assert!(place["region"].as_object().unwrap().values().all(|number| number.as_u64() > Some(0)), "{place}");
    }
}

#[test]
fn the_documents_of_the_example_estate_check_clean() {
    let world = WorldFile::acme();
    let mut documents: Vec<(String, DocumentKind)> = Vec::new();
    for policy in world.organizations.iter().flat_map(|organization| &organization.policies) {
        let kind = if policy.kind == PolicyType::ServiceControlPolicy { DocumentKind::Scp } else { DocumentKind::Rcp };
        documents.push((policy.document.clone(), kind));
    }
    for account in &world.accounts {
        let inline = account.roles.iter().flat_map(|role| &role.inline);
        documents.extend(account.policies.iter().chain(inline).map(|policy| (policy.document.clone(), DocumentKind::Identity)));
        documents.extend(account.roles.iter().filter_map(|role| role.trust.clone()).map(|trust| (trust, DocumentKind::Trust)));
    }
    assert!(documents.len() >= 5, "{}", documents.len());
    for (text, kind) in documents {
        let findings = check(&text, kind, &Limits::today());
        assert!(findings.iter().all(|finding| finding.severity < Severity::Error), "{text}\n{findings:#?}");
    }
}

#[test]
fn the_templates_of_the_packs_check_clean_once_they_are_filled() {
    let scene = Scene::new();
    let templates = files_under(&repository().join("policy-packs"))
        .into_iter()
        .filter(|path| path.components().any(|part| part.as_os_str() == "templates"));
    let mut names = BTreeSet::new();
    for path in templates {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let filled = text
            .replace("${exempt-roles}", "arn:aws:iam::*:role/Migration")
            .replace("${global-actions}", "iam:*")
            .replace("${regions}", "eu-central-1");
        scene.write(&name, filled);
        let output = scene.run(&["policy", "check", &name, "--type", "scp"]).expect_code(0);
        assert_eq!(output.stdout, "nothing found in 1 document\n", "{name}");
        names.insert(name);
    }
    assert!(names.len() >= 5, "{names:?}");
}

#[test]
fn every_aws_managed_policy_is_read_printed_again_scanned_and_free_of_errors() {
    let Some(path) = peer("every_aws_managed_policy_is_read_printed_again_scanned_and_free_of_errors", Peer::ManagedPolicies) else {
        return;
    };
    let source = std::fs::read_to_string(path).unwrap();
    // A Python file with one long string of JSON, without escapes.
    let json = source.split("\"\"\"").nth(1).unwrap();
    let policies: Value = serde_json::from_str(json).unwrap();
    let policies = policies.as_object().unwrap();
    assert!(policies.len() > 1_000, "{}", policies.len());
    let known = Known::new([KnownId::new("o-exampleorg1", "").unwrap()]).unwrap();
    for (name, policy) in policies {
        let text = policy["Document"].to_string();
        let planted = text.replacen('{', r#"{"Id":"o-exampleorg1","#, 1);
        assert_eq!(find(&planted, &known).len(), find(&text, &known).len() + 1, "{name}");
        let document = Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(document.to_json(), policy["Document"], "{name}");
        // AWS's own policies may be larger than a customer's.
        let findings = check(&text, DocumentKind::Identity, &Limits::none());
        let errors: Vec<_> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}
