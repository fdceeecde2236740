//! Whatever an operation is asked, it answers: random inputs made of the words that this crate's own sources hold, so that they get past
//! the first checks, for every operation of the catalog.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::Timestamp;
use orgkit_world::{Call, World, WorldFile, catalog};
use proptest::prelude::*;
use serde_json::Value;
use std::path::Path;

const ESTATE: &str = include_str!("../src/tests/estate.toml");

/// Two management accounts, a member, and a member that is suspended.
const CALLERS: [&str; 4] = ["111111111111", "222222222222", "333333333333", "666666666666"];
const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", ""];

/// The texts in double quotes that the sources of a folder hold.
fn words(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            words(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "toml") {
            let text = std::fs::read_to_string(path).unwrap();
            let quoted = text.split('"').skip(1).step_by(2).filter(|word| word.len() <= 40 && !word.contains(['\n', '{', '\\', ' ']));
            found.extend(quoted.map(str::to_owned));
        }
    }
}

fn vocabulary() -> Vec<String> {
    let mut found = vec![String::new(), "\u{0}".to_owned(), "é\u{10ffff}".to_owned(), "x".repeat(10_000)];
    words(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found.sort();
    found.dedup();
    found
}

/// Inputs of an operation.
fn objects() -> impl Strategy<Value = Value> {
    let words = || prop::sample::select(vocabulary());
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => (0i64..20).prop_map(Value::from),
        1 => prop::sample::select(vec![Value::from(i64::MIN), Value::from(u64::MAX), Value::from(f64::MAX)]),
        6 => words().prop_map(Value::from),
    ];
    let object = |value: BoxedStrategy<Value>, names: BoxedStrategy<String>| {
        prop::collection::vec((names, value), 0..12).prop_map(|members| Value::Object(members.into_iter().collect()))
    };
    let names = words().boxed();
    let inner = names.clone();
    let value = leaf.prop_recursive(3, 24, 6, move |value| {
        let list = prop::collection::vec(value.clone(), 0..4).prop_map(Value::from);
        prop_oneof![list, object(value.boxed(), inner.clone())]
    });
    object(value.boxed(), names)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_operation_answers_whatever_it_is_asked(inputs in prop::collection::vec(objects(), 60)) {
        let start: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        let mut world = World::from_file(&WorldFile::parse("estate.toml", ESTATE).unwrap(), 7, start).unwrap();
        let callers = CALLERS.map(|account| world.administrator(&account.parse().unwrap()).unwrap());
        let operations = catalog::SERVICES.iter().flat_map(|service| service.operations.iter().map(move |operation| (service, operation)));
        for (round, (service, operation)) in operations.enumerate() {
            for (nth, caller) in callers.iter().enumerate() {
                let input = inputs[(round * callers.len() + nth) % inputs.len()].clone();
                let region = REGIONS[(round + nth) % REGIONS.len()].to_owned();
                let call = Call { service: service.name.to_owned(), operation: operation.name.to_owned(), region, input };
                let before = (!operation.is_changing()).then(|| world.clone());
                let answer = world.handle(caller, &call, start);
                prop_assert!(answer.is_ok() || answer.is_err_and(|error| (400..500).contains(&error.status)), "{:?}", call);
                prop_assert!(before.is_none_or(|before| before == world), "{:?} is a read", call);
            }
        }
    }
}
