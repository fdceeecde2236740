//! Two operators and one journal in a bucket: who comes later is told, who takes over goes on, who wakes up stops.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_tests::{Network, Output, S3};
use std::process::{Command, Stdio};

/// Two operators of one migration, each on a machine of their own: a state folder.
struct Team {
    network: Network,
    s3: S3,
}

impl Team {
    fn meet(test: &str) -> Option<Self> {
        let (s3, network) = (S3::start(test)?, Network::new());
        let config = std::fs::read_to_string(network.scene.home().join("orgkit.toml")).unwrap();
        let state = format!(
            "{config}\n[state]\nkind = \"s3\"\nbucket = \"{}\"\nprefix = \"acme\"\nregion = \"us-east-1\"\nprofile = \"new\"\nendpoint = \"{}\"\n",
            S3::BUCKET,
            s3.endpoint()
        );
        network.scene.write("orgkit.toml", state);
        Some(Self { network, s3 })
    }

    fn run(&self, who: &str, arguments: &[&str]) -> Output {
        let (command, rest) = arguments.split_first().unwrap();
        self.network.run(command, &[rest, &["--state", who]].concat())
    }

    fn migrate(&self, who: &str, arguments: &[&str]) -> Command {
        self.network.command("migrate", &[arguments, &["--state", who]].concat())
    }

    fn pages(&self) -> usize {
        self.s3.count("acme/journal/")
    }
}

/// What stands in a text between two others.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).map(|(_, rest)| rest);
    rest.and_then(|rest| rest.split_once(after)).map(|(found, _)| found).unwrap_or_else(|| panic!("no `{before}` in:\n{text}"))
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the watched program runs in real time")]
fn one_operator_takes_over_from_another_who_then_wakes_up() {
    let Some(team) = Team::meet("one_operator_takes_over_from_another_who_then_wakes_up") else { return };
    let digest = team.network.digest();
    let mut ana = team.migrate("ana", &["--confirm", &digest]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    while team.pages() < 8 {
        assert_eq!(ana.try_wait().unwrap(), None, "it was over before it could be stopped");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    signal("STOP", ana.id());

    // Ben is told by the lease that she is at work, on a machine that he cannot see.
    let status = team.run("ben", &["status"]).expect_code(0);
    let holder = format!(", process {}", ana.id());
    assert!(status.stdout.starts_with("Migration: running (held by ") && status.stdout.contains(&holder), "{}", status.stdout);

    // Her lease is good for another while, unless somebody knows better.
    let held = team.run("ben", &["migrate"]).expect_code(6);
    assert!(held.stderr.contains("error[OK1404]") && held.stderr.contains("holds the journal until"), "{}", held.stderr);
    let generation = between(&held.stderr, "--take-over ", "`");
    let waiting = team.run("ben", &["migrate", "--take-over", generation]).expect_code(7);
    let account = between(&waiting.stderr, "--pass-gate '", "/").to_owned();

    signal("CONT", ana.id());
    let woken = ana.wait_with_output().unwrap();
    let said = String::from_utf8(woken.stderr).unwrap();
    assert_eq!(woken.status.code(), Some(7), "{said}");
    assert!(said.contains("error[OK1405]") && said.contains("has taken the journal over"), "{said}");

    // Ben has given the lease back, so Ana can finish what he went on with.
    team.run("ana", &["migrate", "--pass-gate", &format!("{account}/*=exported to the archive account, and agreed")]).expect_code(0);
    let pages = team.pages();
    let status = team.run("ben", &["status"]).expect_code(0);
    assert!(status.stdout.starts_with("Migration: finished"), "{}", status.stdout);
    let done = team.run("ben", &["migrate"]).expect_code(0);
    assert!(done.stderr.contains("nothing to do: this migration is finished and verified"), "{}", done.stderr);
    team.run("ben", &["report"]).expect_code(0);
    team.run("ben", &["verify"]).expect_code(0);
    assert_eq!(team.pages(), pages, "looking wrote something");
    let files = orgkit_tests::files_under(team.network.scene.home());
    let named = |name: &str| files.iter().filter(|path| path.file_name().is_some_and(|found| found == name)).count();
    assert_eq!((named("journal.db"), named("report.html")), (0, 2));
}

fn signal(name: &str, process: u32) {
    let status = Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status().unwrap();
    assert!(status.success());
}

#[test]
fn a_bucket_that_is_not_there_is_named_and_nothing_is_done() {
    let Some(team) = Team::meet("a_bucket_that_is_not_there_is_named_and_nothing_is_done") else { return };
    let config = std::fs::read_to_string(team.network.scene.home().join("orgkit.toml")).unwrap();
    team.network.scene.write("orgkit.toml", config.replace(S3::BUCKET, "another-bucket"));
    let output = team.run("ana", &["migrate"]).expect_code(1);
    assert!(output.stderr.contains("error[OK1406]") && output.stderr.contains("s3://another-bucket/acme"), "{}", output.stderr);
    for (good, bad, said) in [("http://127.0.0.1", "http://10.0.0.1", "without TLS"), ("prefix = \"acme\"", "prefix = \"\"", "prefix ``")] {
        team.network.scene.write("orgkit.toml", config.replace(good, bad));
        let output = team.run("ana", &["migrate"]).expect_code(64);
        assert!(output.stderr.contains("error[OK1202]") && output.stderr.contains(said), "{}", output.stderr);
    }
}
