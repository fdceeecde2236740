//! `kill -9` of the real program at any moment, then the same command again: it finishes, nothing is lost, nothing is done twice, and things
//! end as if nothing had happened.

use orgkit_tests::{Journal, Random, Scene};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// How often the program is killed: half of that by each of two threads.
const KILLS: u64 = 100;
const SEED: u64 = 20_261_121;
/// How many things the program tells of at most before it is killed, and how many microseconds it lives after that.
const TOLD: u64 = 9;
const LIVES_MICROS: u64 = 4_000;
/// How long it lives when it is killed before it has told of anything, in milliseconds.
const START_MILLIS: u64 = 400;

/// The worlds: most kills meet the small one, which is over sooner.
fn world(scene: &Scene, number: u64) -> Option<String> {
    (!number.is_multiple_of(5)).then(|| scene.small_world("Small", "Small"))
}

/// What a killed run and an undisturbed one must share.
#[derive(Debug)]
struct Ending {
    /// Who joined; nobody twice.
    joined: Vec<String>,
    /// How things stand.
    after: Value,
    /// The calls that changed something, with how often each of them was made.
    calls: BTreeMap<(String, String), usize>,
    /// How often something was set. A step that sets more than one thing sets all of them again when it is killed in between: that changes nothing.
    settings: BTreeMap<String, usize>,
}

/// The calls that make the role by which orgkit enters an account what it has to be, whatever it was before.
const SETTINGS: [&str; 2] = ["AttachRolePolicy", "UpdateAssumeRolePolicy"];

impl Ending {
    /// Whether this is how things end that nothing disturbed, but for settings that were made again.
    fn is(&self, undisturbed: &Self, kills: usize) -> bool {
        let within = |(operation, often): (&String, &usize)| {
            let made = self.settings.get(operation).copied().unwrap_or_default();
            (*often..=*often + kills).contains(&made)
        };
        let others = (&self.joined, &self.after, &self.calls) == (&undisturbed.joined, &undisturbed.after, &undisturbed.calls);
        others && self.settings.len() == undisturbed.settings.len() && undisturbed.settings.iter().all(within)
    }
}

fn ending(scene: &Scene) -> Ending {
    let journal = scene.journal();
    assert!(journal.is_finished());
    assert_eq!(Journal::accounts_of(journal.after()), Journal::accounts_of(journal.before()), "an account is lost");
    let mut joined = journal.joined();
    joined.sort();
    let (mut calls, mut settings) = (BTreeMap::new(), BTreeMap::new());
    // A session is opened again by each run, and a look changes nothing.
    for call in scene.changing_calls().into_iter().filter(|(operation, _)| operation != "AssumeRole") {
        if SETTINGS.contains(&call.0.as_str()) {
            *settings.entry(call.0).or_default() += 1;
        } else {
            *calls.entry(call).or_default() += 1;
        }
    }
    Ending { joined, after: journal.after().clone(), calls, settings }
}

/// The report can be made again from a journal that many hands wrote, and is the same.
fn check_report(scene: &Scene) {
    let state = scene.state();
    let written = scene.read("report.json");
    std::fs::remove_file(scene.find("report.json").unwrap_or_default()).unwrap_or_else(|error| panic!("{error}"));
    scene.run(&["report", "--rehearse", "--state", &state.to_string_lossy()]).expect_code(0);
    assert!(scene.read("report.json") == written, "the report made again differs");
}

/// Kills one rehearsal again and again until it is done. Gives how often that was.
fn disturb(number: u64, expected: &Ending) -> u64 {
    let scene = Scene::new();
    let world = world(&scene, number);
    let arguments: Vec<&str> = world.iter().map(String::as_str).collect();
    let state = scene.state();
    let status = ["status", "--rehearse", "--state", &*state.to_string_lossy(), "--output", "json"];
    let mut random = Random::seeded(SEED + number);
    let mut kills = Vec::new();
    loop {
        let told = random.below(TOLD);
        let lives = if told == 0 { random.below(START_MILLIS) * 1000 } else { random.below(LIVES_MICROS) };
        if !scene.kill_rehearsal(&arguments, usize::try_from(told).unwrap_or_default(), Duration::from_micros(lives)) {
            break;
        }
        kills.push((told, lives));
        if scene.find("journal.db").is_some() {
            let output = scene.run(&status);
            assert!(matches!(output.code, Some(0 | 64)), "after {kills:?}: {output:?}");
        }
    }
    let context = format!("seed {SEED}, rehearsal {number}, killed {} times: {kills:?}", kills.len());
    let output = scene.rehearse(&arguments);
    assert_eq!(output.code, Some(0), "{context}\n{}\n{}", output.stdout, output.stderr);
    let ending = ending(&scene);
    assert!(ending.is(expected, kills.len()), "{context}: ended otherwise: {ending:?}\ninstead of {expected:?}");
    check_report(&scene);
    kills.len() as u64
}

#[test]
fn a_killed_run_goes_on_and_ends_as_if_undisturbed() {
    let undisturbed = |number| {
        let scene = Scene::new();
        let world = world(&scene, number);
        scene.rehearse(&world.iter().map(String::as_str).collect::<Vec<_>>()).expect_code(0);
        ending(&scene)
    };
    let (acme, small) = (undisturbed(0), undisturbed(1));
    let expected = |number: u64| if number.is_multiple_of(5) { &acme } else { &small };
    for ending in [&acme, &small] {
        let mut once = ending.joined.clone();
        once.dedup();
        assert_eq!(once, ending.joined, "an account joined twice");
        assert!(ending.settings.contains_key("AttachRolePolicy"), "{:?}", ending.settings);
        assert!(ending.calls.keys().any(|(operation, _)| operation == "AcceptHandshake"), "{:?}", ending.calls);
    }
    std::thread::scope(|scope| {
        for worker in 0..2 {
            scope.spawn(move || {
                let (mut kills, mut number) = (0, worker);
                while kills < KILLS / 2 {
                    kills += disturb(number, expected(number));
                    number += 2;
                }
            });
        }
    });
}
