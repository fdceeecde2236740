//! `orgkit policy simulate`, seen from outside: what it prints, and how it ends.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_tests::{Scene, orgkit, repository};
use serde_json::Value;
use std::io::Write;
use std::process::Stdio;

const GOOD: &str = r#"{"id": 1.0, "request": {"principal": "arn:aws:iam::111122223333:root", "action": "s3:GetObject", "resource": "arn:aws:s3:::data/x"}}"#;
const GOOD_ANSWER: &str = "{\"id\":1.0,\"verdict\":\"Allowed\",\"blockedBy\":[],\"unknownKeys\":[],\"explain\":[]}\n";

const UNKNOWN_OPERATOR: &str = r#"{"id": "u", "request": {"principal": "arn:aws:iam::111122223333:root", "action": "s3:GetObject"},
 "scpChain": [{"target": "r-ab12", "policies": ["{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}, {\"Sid\": \"Typo\", \"Effect\": \"Deny\", \"Action\": \"s3:*\", \"Resource\": \"*\", \"Condition\": {\"StringEqual\": {\"a:b\": \"c\"}}}]}"]}]}"#;

/// The first code block of this kind.
fn block<'a>(markdown: &'a str, kind: &str) -> &'a str {
    let (_, rest) = markdown.split_once(&format!("```{kind}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

#[test]
fn the_example_of_its_page_comes_out_as_shown() {
    let page = std::fs::read_to_string(repository().join("docs/policy-simulate.md")).unwrap();
    let scene = Scene::new();
    scene.write("cases.json", block(&page, "json"));
    let output = scene.run(&["policy", "simulate", "cases.json"]).expect_code(0);
    assert_eq!((output.stdout.as_str(), output.stderr.as_str()), (block(&page, "jsonl"), ""));
}

#[test]
fn a_case_that_cannot_be_read_takes_none_of_the_others_with_it() {
    let scene = Scene::new();
    let twice = r#"{"id": "b", "request": {"action": "a:b"}, "identityPolicies": [{"Statement": {"Action": "*", "Action": "a:*"}}]}"#;
    let broken = r#"{"id": "c", "request": {"action": }}"#;
    for (name, text) in
        [("a.json", format!("[{GOOD},\n{twice},\n{broken},{GOOD}]")), ("a.ndjson", format!("{GOOD}\n{twice}\n{broken}\n{GOOD}\n"))]
    {
        scene.write(name, text);
        let output = scene.run(&["policy", "simulate", name]).expect_code(64);
        let expected = [
            GOOD_ANSWER,
            "{\"id\":\"b\",\"error\":{\"code\":\"OK2223\",\"message\":\"`identityPolicies[0]`: `Action` stands twice in statement 1\",\"position\":{\"column\":94,\"line\":2}}}\n",
            "{\"id\":\"c\",\"error\":{\"code\":\"OK2222\",\"message\":\"unexpected close brace\",\"position\":{\"column\":35,\"line\":3}}}\n",
            GOOD_ANSWER,
        ];
        assert_eq!(output.stdout, expected.concat());
        assert_eq!(output.stderr, "error[OK2222]: 2 of 4 cases cannot be read\n  hint: the lines with `error` say which, and where\n");
    }
}

#[test]
fn an_unknown_operator_fails_closed_and_is_reported() {
    let scene = Scene::new();
    scene.write("cases.json", format!("[{UNKNOWN_OPERATOR}]"));
    let answer: Value = serde_json::from_str(&scene.run(&["policy", "simulate", "cases.json"]).expect_code(0).stdout).unwrap();
    assert_eq!((&answer["verdict"], &answer["blockedBy"]), (&"ExplicitlyDenied".into(), &serde_json::json!(["scp"])));
    let reported = answer["explain"].as_array().unwrap().iter().find(|one| one["role"] == "unknownOperator").unwrap();
    assert_eq!((&reported["statement"], &reported["policy"]), (&"Typo".into(), &"scpChain[0].policies[0]".into()));
}

#[test]
fn stdin_is_answered_case_by_case() {
    let scene = Scene::new();
    let mut child = orgkit(scene.home()).args(["policy", "simulate", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
    for _ in 0..3 {
        writeln!(input, "{GOOD}").unwrap();
        let mut line = String::new();
        // The answer is there before the next case is sent, or this would wait for ever.
        std::io::BufRead::read_line(&mut output, &mut line).unwrap();
        assert_eq!(line, GOOD_ANSWER);
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_benchmark_counts_every_decision() {
    let scene = Scene::new();
    scene.write("cases.json", format!("[{GOOD},{GOOD}]"));
    let output = scene.run(&["policy", "simulate", "cases.json", "--bench", "100000"]).expect_code(0);
    let figures: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&figures["cases"], &figures["decisions"]), (&2.into(), &200_000.into()));
    scene.run(&["policy", "simulate", "cases.json", "--bench", "0"]).expect_code(64);
}

#[test]
fn the_list_of_services_that_rcps_reach_can_be_replaced() {
    let scene = Scene::new();
    let case = GOOD.replace(
        "\"id\": 1.0",
        r#""id": 1, "rcpChain": [{"target": "r", "policies": [{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}}]}]"#,
    );
    scene.write("cases.json", format!("[{case}]"));
    scene.write("services.txt", "# ours\nsqs\n");
    let verdict = |arguments: &[&str]| {
        let output = scene.run(arguments).expect_code(0);
        serde_json::from_str::<Value>(&output.stdout).unwrap()["verdict"].clone()
    };
    assert_eq!(verdict(&["policy", "simulate", "cases.json"]), "ExplicitlyDenied");
    assert_eq!(verdict(&["policy", "simulate", "cases.json", "--rcp-services", "services.txt"]), "Allowed");
    let missing = scene.run(&["policy", "simulate", "cases.json", "--rcp-services", "absent.txt"]).expect_code(64);
    assert!(missing.stderr.starts_with("error[OK2221]: cannot read `absent.txt`"), "{}", missing.stderr);
}
