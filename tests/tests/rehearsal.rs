//! The rehearsal of the built-in estate, from the first read to the report: what it does, in which order, and that it does it once.

use orgkit_tests::{Journal, Scene, repository};
use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("not JSON ({error}):\n{text}"))
}

/// A rehearsed Acme: its scene, its result and its journal.
fn rehearsed() -> (Scene, Value, Journal) {
    let scene = Scene::new();
    let output = scene.rehearse(&["--output", "json"]).expect_code(0);
    let journal = scene.journal();
    (scene, json(&output.stdout), journal)
}

#[test]
fn acme_moves_to_its_end() {
    let (_scene, result, journal) = rehearsed();
    assert_eq!(result["result"], "completed");
    assert!(journal.is_finished());
    let after = journal.after();
    assert_eq!(after["organizations"].as_array().map(Vec::len), Some(1), "only the target is left: {after:#}");
    assert_eq!(after["organizations"][0]["id"], journal.plan()["target"]);
    assert_eq!(Journal::accounts_of(after), Journal::accounts_of(journal.before()), "no account is lost or made");
    let sources = result["source_organizations"].as_array().unwrap();
    assert!(!sources.is_empty() && sources.iter().all(|source| source["deleted"] == true), "{sources:#?}");
    let accounts = result["accounts"].as_array().unwrap();
    assert!(!accounts.is_empty() && accounts.iter().all(|account| account["status"] == "migrated"), "{accounts:#?}");
}

#[test]
fn standalone_accounts_move_before_members_and_old_management_accounts_last() {
    let (_scene, result, journal) = rehearsed();
    let placements = journal.plan()["placements"].as_array().unwrap();
    let rank = |account: &String| {
        let placement = placements.iter().find(|placement| placement["account"] == **account);
        let was = placement.and_then(|placement| placement["was"].as_str()).unwrap();
        ["standalone", "member", "management"].iter().position(|word| *word == was).unwrap()
    };
    let joined = journal.joined();
    let ranks: Vec<_> = joined.iter().map(rank).collect();
    assert!(ranks.is_sorted(), "{joined:?} {ranks:?}");
    assert_eq!(ranks.first(), Some(&0), "Acme has standalone accounts");
    assert_eq!(ranks.last(), Some(&2), "Acme has an old management account");
    assert_eq!(result["order"], Value::from(joined));
}

#[test]
fn every_step_waits_for_those_before_it() {
    let (_scene, _, journal) = rehearsed();
    for step in journal.steps() {
        let done = journal.place("done", step);
        let begins = journal.place("intent", step).or_else(|| journal.place("observed", step)).or(done);
        for earlier in step["after"].as_array().unwrap() {
            let before = journal.steps().find(|other| other["id"] == *earlier).and_then(|other| journal.place("done", other));
            assert!(before.is_some() && before < begins, "{} began before {earlier} was done", step["id"]);
        }
    }
}

#[test]
fn a_step_is_done_only_after_a_read_that_shows_it() {
    let (_scene, _, journal) = rehearsed();
    for step in journal.steps().filter(|step| step["action"]["type"] != "gate") {
        let done = journal.place("done", step).unwrap();
        let seen =
            journal.of_kind("observed").find(|(place, event)| event["step"] == step["id"] && event["holds"] == true && *place < done);
        assert!(seen.is_some(), "{} was called done without a look", step["id"]);
    }
}

#[test]
fn an_invitation_is_accepted_only_when_there_is_a_way_back_in() {
    let (_scene, _, journal) = rehearsed();
    for accept in journal.steps_that("accept") {
        let account = &accept["account"];
        let first = journal.place("intent", accept);
        for needed in ["invite", "open-access"] {
            let step = journal.steps_that(needed).find(|step| step["account"] == *account);
            let done = step.and_then(|step| journal.place("done", step));
            assert!(done.is_some() && done < first, "{account} accepted before {needed} was done");
        }
    }
}

#[test]
fn a_suspended_account_waits_for_a_person() {
    let (_scene, result, journal) = rehearsed();
    let suspended = Journal::marked(journal.before(), "suspended");
    assert!(!suspended.is_empty(), "Acme has a suspended account");
    for account in &suspended {
        let gate =
            journal.steps_that("gate").find(|step| step["account"] == *account.as_str() && step["action"]["kind"] == "reinstate-account");
        let gate = gate.unwrap_or_else(|| panic!("no gate for {account}"));
        let accept = journal.steps_that("accept").find(|step| step["account"] == *account.as_str()).unwrap();
        assert!(journal.place("done", gate) < journal.place("intent", accept));
    }
    let assumed = result["assumptions"].as_array().unwrap();
    assert!(assumed.iter().any(|assumption| suspended.iter().any(|account| assumption["account"] == *account.as_str())), "{assumed:#?}");
}

#[test]
fn a_delegated_administrator_is_deregistered_before_it_moves() {
    let (_scene, _, journal) = rehearsed();
    let target = journal.before()["organizations"][0]["id"].clone();
    assert_eq!(target, journal.plan()["target"], "a picture begins with the target");
    let mut sources = journal.before().clone();
    sources["organizations"].as_array_mut().unwrap().remove(0);
    let administrators = Journal::marked(&sources, "delegated administrator");
    assert!(!administrators.is_empty(), "Acme has a delegated administrator");
    for account in administrators {
        let steps: Vec<_> =
            journal.steps_that("deregister-delegated-administrator").filter(|step| step["account"] == *account.as_str()).collect();
        assert!(!steps.is_empty(), "nothing deregisters {account}");
        let accept = journal.steps_that("accept").find(|step| step["account"] == *account.as_str()).unwrap();
        assert!(steps.iter().all(|step| journal.place("done", step) < journal.place("intent", accept)));
    }
}

#[test]
fn a_second_run_changes_nothing() {
    let (scene, first, journal) = rehearsed();
    let again = scene.rehearse(&["--output", "json", "--detailed-exitcode"]).expect_code(0);
    let again = json(&again.stdout);
    assert_eq!((&again["result"], &again["order"], &again["accounts"]), (&first["result"], &first["order"], &first["accounts"]));
    assert_eq!(scene.journal().events, journal.events, "nothing is written when there is nothing to do");
}

#[test]
fn a_run_that_changes_something_says_so_when_asked() {
    Scene::new().rehearse(&["--detailed-exitcode"]).expect_code(2);
}

#[test]
fn the_same_seed_gives_the_same_result_and_report() {
    let run = || {
        let scene = Scene::new();
        let output = scene.rehearse(&["--seed", "11", "--output", "json"]).expect_code(0);
        (output.stdout.replace(&*scene.home().to_string_lossy(), "HOME"), scene.read("report.html"), scene.read("report.json"))
    };
    let (first, second) = (run(), run());
    assert_eq!(first.0, second.0);
    assert!(first.1 == second.1, "report.html differs");
    assert!(first.2 == second.2, "report.json differs");
}

#[test]
fn the_report_can_be_made_from_the_journal_alone() {
    let (scene, _, _) = rehearsed();
    let written = (scene.read("report.html"), scene.read("report.json"));
    for name in ["report.html", "report.json"] {
        std::fs::remove_file(scene.find(name).unwrap()).unwrap();
    }
    let state = scene.state();
    scene.run(&["report", "--rehearse", "--state", state.to_str().unwrap()]).expect_code(0);
    assert!(written == (scene.read("report.html"), scene.read("report.json")), "the report made again differs");
}

#[test]
fn what_is_printed_follows_the_published_schemas() {
    let (scene, result, _) = rehearsed();
    let report = json(&String::from_utf8(scene.read("report.json")).unwrap());
    for (file, of, document) in [("migrate-result-1.json", "result", &result), ("report-1.json", "report", &report)] {
        let published = json(&std::fs::read_to_string(repository().join("schemas").join(file)).unwrap());
        assert_eq!(json(&scene.run(&["schema", of]).expect_code(0).stdout), published, "schemas/{file} is not what `orgkit schema` prints");
        let validator = jsonschema::validator_for(&published).unwrap();
        let errors: Vec<_> = validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{file}: {errors:#?}");
    }
}

/// The account in Acme with a call that the new organization denies.
const WEB: &str = "222233334444";

#[test]
fn a_newly_denied_call_waits_for_a_person_and_a_rehearsal_says_what_it_assumed() {
    let (_scene, result, journal) = rehearsed();
    let findings = result["findings"].as_array().unwrap();
    let of = |code: &str| -> Vec<_> { findings.iter().filter(|finding| finding["code"] == format!("activity/{code}")).collect() };
    let denied = of("newly-denied");
    assert_eq!(denied.len(), 1, "{denied:#?}");
    assert_eq!((&denied[0]["account"], &denied[0]["blocks_move"]), (&Value::from(WEB), &Value::from(true)));
    assert_eq!(denied[0]["subject"], "arn:aws:iam::222233334444:role/acme-night-saver config:StopConfigurationRecorder");
    let unknown = of("unknown");
    assert_eq!(unknown.len(), 1, "{unknown:#?}");
    assert!(unknown[0]["title"].as_str().unwrap().contains("s3:x-amz-acl"), "{}", unknown[0]["title"]);
    assert!(of("not-looked").is_empty());

    let gate = format!("{WEB}/gate/activity/newly-denied");
    let gate = journal.steps_that("gate").find(|step| step["id"] == *gate).expect("a gate waits for it");
    let invite = journal.steps_that("invite").find(|step| step["account"] == WEB).unwrap();
    assert!(journal.place("done", gate) < journal.place("intent", invite));
    assert!(result["assumptions"].as_array().unwrap().iter().any(|assumption| assumption["step"] == gate["id"]));
}

#[test]
fn a_call_that_is_accepted_by_name_keeps_nobody() {
    let scene = Scene::new();
    let text = format!(
        "version = 1\n[[accept]]\naccount = \"{WEB}\"\nfinding = \"activity/newly-denied\"\nsubject = \"*:role/acme-night-saver config:*\"\nbecause = \"retired, ticket 42\"\n\
         [[accept]]\naccount = \"{WEB}\"\nfinding = \"activity/newly-denied\"\nsubject = \"nobody\"\nbecause = \"a slip\"\n"
    );
    let config = scene.write("accept.toml", text);
    let output = scene.rehearse(&["--config", config.to_str().unwrap(), "--output", "json"]).expect_code(0);
    let result = json(&output.stdout);
    let accepted = result["accepted"].as_array().unwrap();
    assert_eq!(accepted.len(), 1, "{accepted:#?}");
    assert_eq!((&accepted[0]["account"], &accepted[0]["because"]), (&Value::from(WEB), &Value::from("retired, ticket 42")));
    assert!(!scene.journal().steps_that("gate").any(|step| step["id"] == format!("{WEB}/gate/activity/newly-denied")));
    assert!(
        output.stderr.contains("nothing to accept: account 222233334444 has no blocking finding `activity/newly-denied` about `nobody`"),
        "{}",
        output.stderr
    );
}

#[test]
fn what_was_not_looked_at_is_said() {
    let scene = Scene::new();
    let config = scene.write("blind.toml", "version = 1\n[activity]\nlookup = false\n");
    let result = json(&scene.rehearse(&["--config", config.to_str().unwrap(), "--output", "json"]).expect_code(0).stdout);
    let codes: Vec<_> = result["findings"].as_array().unwrap().iter().filter(|one| one["code"] == "activity/not-looked").collect();
    assert_eq!(codes.len(), result["accounts"].as_array().unwrap().len(), "each account says so");
    assert!(codes.iter().all(|finding| finding["status"] == "undetermined"));
}

#[test]
fn a_generated_estate_moves_to_its_end() {
    let scene = Scene::new();
    let world = scene.run(&["sim", "new", "--accounts", "25", "--seed", "7"]).expect_code(0).stdout;
    assert_eq!(scene.run(&["sim", "new", "--accounts", "25", "--seed", "7"]).stdout, world, "one seed, one world");
    let world = scene.write("world.toml", world);
    let result = json(&scene.rehearse(&[world.to_str().unwrap(), "--output", "json"]).expect_code(0).stdout);
    assert_eq!(result["result"], "completed");
    assert_eq!(result["accounts"].as_array().map(Vec::len), Some(25));
}

#[test]
fn findings_stop_the_run_when_asked() {
    let scene = Scene::new();
    scene.rehearse(&["--fail-on", "informational"]).expect_code(3);
    let moved = scene.find("journal.db").map(|path| Journal::read(&path).of_kind("intent").count());
    assert!(moved.is_none_or(|intents| intents == 0), "something was done all the same");
}
