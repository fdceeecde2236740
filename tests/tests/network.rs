//! The real line over the network: ordinary AWS profiles, role hops and `AWS_ENDPOINT_URL`, against a simulated AWS that listens.

use orgkit_tests::{Journal, Network};
use std::process::Stdio;

/// The old management account.
const OLD: &str = "200000000001";

#[test]
fn an_approved_plan_is_carried_out_through_a_kill_and_a_gate() {
    let network = Network::new();
    let digest = network.digest();
    assert_eq!(network.intents(), 0, "something was done without approval");

    let mut child = network.command("migrate", &["--confirm", &digest]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_until(|| network.intents() >= 6 || child.try_wait().is_ok_and(|ended| ended.is_some()));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!network.scene.journal().is_finished(), "it was over before it was killed");

    // The same command goes on, up to what only a person can do.
    let waiting = network.run("migrate", &["--confirm", &digest]).expect_code(7);
    let (gate, _) = waiting.stderr.split_once("--pass-gate '").and_then(|(_, rest)| rest.split_once('=')).unwrap();
    assert_eq!(gate, format!("{OLD}/exports"), "{}", waiting.stderr);
    let agreed = format!("{OLD}/first-guardrails=simulated, nothing is denied that was used");
    assert!(!network.scene.journal().joined().contains(&OLD.to_owned()));
    network.run("migrate", &["--pass-gate", &format!("{gate}=exported to the archive account"), "--pass-gate", &agreed]).expect_code(0);

    let journal = network.scene.journal();
    assert!(journal.is_finished());
    let (mut joined, last) = (journal.joined(), journal.joined().pop());
    assert_eq!((joined.first().map(String::as_str), last.as_deref()), (Some("300000000001"), Some(OLD)));
    joined.sort();
    assert_eq!(joined, [OLD, "200000000002", "200000000003", "300000000001"]);
    let after = journal.after();
    assert_eq!(after["organizations"].as_array().map(Vec::len), Some(1));
    assert_eq!(Journal::accounts_of(after), Journal::accounts_of(journal.before()));

    network.run("migrate", &[]).expect_code(0);
    assert_eq!(network.scene.journal(), journal, "a run with nothing to do wrote something");
    network.run("verify", &[]).expect_code(0);
}

/// A call that the new organization's guardrails deny, made in an account of the old one.
const NEWLY_DENIED: &str = r#"age_days = 800

[[accounts.activity]]
principal = "arn:aws:iam::200000000002:role/night-saver"
event_source = "config.amazonaws.com"
event_name = "StopConfigurationRecorder"
region = "us-east-1"
times = 60
first_days = 60
last_days = 1
"#;

#[test]
fn a_newly_denied_call_keeps_its_account_until_it_is_accepted_by_name() {
    let network = Network::with("age_days = 800", NEWLY_DENIED);
    let digest = network.digest();
    assert_eq!(digest, network.digest(), "a plan that is made again is the same plan");
    let waiting = network.run("migrate", &["--confirm", &digest]).expect_code(7);
    let gate = "200000000002/gate/activity/newly-denied";
    assert!(waiting.stderr.contains(&format!("--pass-gate '{gate}=")), "{}", waiting.stderr);
    assert!(waiting.stderr.contains("role/night-saver calls config:StopConfigurationRecorder"), "{}", waiting.stderr);
    assert!(!network.scene.journal().joined().contains(&"200000000002".to_owned()));
    let notes = [format!("{gate}=retired in March, ticket 42"), format!("{OLD}/*=exported, and agreed")];
    network.run("migrate", &["--pass-gate", &notes[0], "--pass-gate", &notes[1]]).expect_code(0);
    let passed = network.scene.journal();
    assert!(passed.of_kind("done").any(|(_, event)| event["step"] == gate && event["result"]["note"] == "retired in March, ticket 42"));
}

#[test]
fn another_digest_approves_nothing() {
    let network = Network::new();
    network.run("migrate", &["--confirm", "000000000000"]).expect_code(5);
    assert_eq!(network.intents(), 0);
}

#[expect(clippy::disallowed_methods, reason = "the watched program runs in real time")]
fn wait_until(mut holds: impl FnMut() -> bool) {
    for _ in 0..18_000 {
        if holds() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("waited three minutes in vain");
}

#[test]
fn credentials_that_are_not_good_are_said_to_be_so() {
    let network = Network::new();
    let config = network.scene.home().join("aws-config");
    let good = std::fs::read_to_string(&config).unwrap();
    for (what, bad) in [
        ("a profile that is not there", good.replace("[profile old]", "[profile older]")),
        ("a wrong secret", good.replace("aws_secret_access_key = ", "aws_secret_access_key = x")),
        ("an unknown key", good.replace("aws_access_key_id = AKIA", "aws_access_key_id = AKIB")),
        ("a session that is over", good.replace("\n\n", "\naws_session_token = long-over\n\n")),
        ("another account's", good.replace("[profile old]", "[profile mixed]").replace("[profile loner]", "[profile old]")),
    ] {
        std::fs::write(&config, bad).unwrap();
        let output = network.run("migrate", &[]);
        assert_eq!(output.code, Some(4), "{what}: {}", output.stderr);
        assert!(output.stderr.contains("error[OK") && output.stderr.contains("  hint: "), "{what}: {}", output.stderr);
        assert_eq!(network.intents(), 0, "{what}");
    }
}
