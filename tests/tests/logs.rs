//! Logs and traces: what they say, that they agree with the journal, and that they change nothing.

use orgkit_tests::{Collector, Scene, Span};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A rehearsal of the small world with more arguments: its scene, and what it printed.
fn rehearsed(arguments: &[&str]) -> (Scene, orgkit_tests::Output) {
    let scene = Scene::new();
    let world = scene.small_world("Small", "Small");
    let output = scene.rehearse(&[&[world.as_str()], arguments].concat()).expect_code(0);
    (scene, output)
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

#[test]
fn a_log_has_one_object_for_each_entry_of_the_journal_with_the_step_it_belongs_to() {
    let scene = Scene::new();
    let world = scene.small_world("Small", "Small");
    let file = scene.home().join("log.json");
    let to_file = ["--log-level", "debug", "--log-format", "json", "--log-file", &*file.to_string_lossy()];
    scene.rehearse(&[&[world.as_str()][..], &to_file].concat()).expect_code(0);
    let log = lines(&std::fs::read_to_string(&file).unwrap());
    for line in &log {
        assert!(line["timestamp"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{line}");
        assert!(
            matches!(line["level"].as_str(), Some("INFO" | "DEBUG")) && line["target"].as_str().unwrap().starts_with("orgkit"),
            "{line}"
        );
    }
    let journal = scene.journal();
    let kinds = ["intent", "observed", "done"];
    for (place, event) in journal.events.iter().enumerate().filter(|(_, event)| kinds.iter().any(|kind| event["event"] == **kind)) {
        let told: Vec<_> = log.iter().filter(|line| line["entry"] == place + 1).collect();
        assert_eq!(told.len(), 1, "entry {} is told {} times", place + 1, told.len());
        let names: Vec<_> = told[0]["spans"].as_array().unwrap().iter().map(|span| span["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["run", "wave", "step"], "{}", told[0]);
        assert_eq!(told[0]["spans"][2]["step"], event["step"]);
        let step = journal.steps().find(|step| step["id"] == event["step"]).unwrap();
        assert_eq!(told[0]["spans"][2]["action"], step["action"]["type"]);
    }
}

#[test]
fn nothing_is_logged_unless_asked_and_logs_change_nothing_that_is_printed() {
    let (_scene, silent) = rehearsed(&[]);
    assert!(!silent.stderr.contains("orgkit_execute"), "{}", silent.stderr);
    let (_scene, told) = rehearsed(&["--log-level", "info"]);
    let (progress, log): (Vec<_>, Vec<_>) = told.stderr.lines().partition(|line| !line.contains(" orgkit_execute"));
    assert_eq!(progress, silent.stderr.lines().collect::<Vec<_>>(), "the progress is another");
    assert!(log.iter().any(|line| line.contains("INFO run{") && line.contains(":step{")), "{log:#?}");
    assert!(!log.iter().any(|line| line.contains("DEBUG")), "more is logged than was asked for");
    let scene = Scene::new();
    let world = scene.small_world("Small", "Small");
    let mut command = scene.rehearsal(&[&world, "--quiet"]);
    command.env("ORGKIT_LOG", "debug");
    let output = orgkit_tests::collect(&mut command).expect_code(0);
    assert!(output.stderr.lines().any(|line| line.contains("DEBUG")), "{}", output.stderr);
}

#[test]
fn what_cannot_be_logged_to_is_said_before_anything_is_done() {
    let scene = Scene::new();
    for (arguments, says) in [
        (&["--log-file", "/nowhere/log"][..], "/nowhere/log"),
        (&["--otel-endpoint", "127.0.0.1:4318"], "127.0.0.1:4318"),
        (&["--log-level", "loud"], "loud"),
    ] {
        let output = scene.rehearse(arguments).expect_code(64);
        assert!(output.stderr.starts_with("error[OK10") && output.stderr.contains(says), "{}", output.stderr);
    }
    let mut command = scene.rehearsal(&[]);
    command.env("ORGKIT_LOG", "loud");
    let output = orgkit_tests::collect(&mut command).expect_code(64);
    assert!(output.stderr.contains("error[OK1002]: ORGKIT_LOG"), "{}", output.stderr);
    assert!(scene.find("journal.db").is_none());
}

#[test]
fn a_collector_gets_a_span_for_the_run_each_wave_and_each_step() {
    let collector = Collector::start("200 OK");
    let (scene, output) = rehearsed(&["--otel-endpoint", &collector.endpoint]);
    assert!(!output.stderr.contains("warning"), "{}", output.stderr);
    let spans = collector.spans();
    let ids: BTreeMap<&[u8], &Span> = spans.iter().map(|span| (span.id.as_slice(), span)).collect();
    assert_eq!(ids.len(), spans.len(), "a span came twice");
    let parent = |span: &Span| ids.get(span.parent.as_slice()).map(|parent| parent.name.as_str());
    for span in &spans {
        let expected = match span.name.as_str() {
            "run" => None,
            "wave" => Some("run"),
            "step" => Some("wave"),
            other => panic!("a span `{other}`"),
        };
        assert_eq!(parent(span), expected, "{}", String::from_utf8_lossy(&span.encoded));
    }
    let journal = scene.journal();
    let holds = |span: &Span, text: &str| span.encoded.windows(text.len()).any(|part| part == text.as_bytes());
    for step in journal.steps() {
        let id = step["id"].as_str().unwrap();
        let found = spans.iter().filter(|span| span.name == "step" && holds(span, id)).count();
        assert!(found >= 1, "no span of step {id}");
    }
    let waves: BTreeSet<_> = spans.iter().filter(|span| span.name == "wave").map(|span| &span.id).collect();
    assert_eq!(waves.len(), journal.plan()["waves"].as_array().unwrap().len());
    assert_eq!(spans.iter().filter(|span| span.name == "run").count(), 1);
}

#[test]
fn a_collector_that_fails_is_one_warning_and_no_failure() {
    let failing = Collector::start("500 Internal Server Error");
    for endpoint in ["http://127.0.0.1:1", failing.endpoint.as_str()] {
        let (scene, output) = rehearsed(&["--otel-endpoint", endpoint]);
        assert_eq!(output.stderr.matches("warning").count(), 1, "{endpoint}: {}", output.stderr);
        assert!(output.stderr.contains(endpoint), "{}", output.stderr);
        assert!(scene.journal().is_finished());
    }
}
