//! Whatever an operation is asked, it answers: random inputs made of the words that this crate's own sources hold, so that they get past
//! the first checks, for every operation of the catalog.

use super::*;
use crate::catalog;
use crate::faults::Draws;
use proptest::prelude::*;
use std::path::Path;

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

fn value(draws: &mut Draws, words: &[String], depth: u64) -> Value {
    let word = |draws: &mut Draws| draws.one_of(words).cloned().unwrap_or_default();
    match draws.between(0, if depth == 0 { 9 } else { 14 }) {
        0 => Value::Null,
        1 => draws.happens(500).into(),
        2 => draws.between(0, 20).into(),
        3 => i64::MIN.into(),
        4 => json!(f64::MAX),
        5..=9 => word(draws).into(),
        10..=11 => (0..draws.between(0, 4)).map(|_| value(draws, words, depth - 1)).collect(),
        _ => object(draws, words, depth - 1),
    }
}

fn object(draws: &mut Draws, words: &[String], depth: u64) -> Value {
    let mut members = serde_json::Map::new();
    for _ in 0..draws.between(0, 12) {
        members.insert(draws.one_of(words).cloned().unwrap_or_default(), value(draws, words, depth));
    }
    Value::Object(members)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_operation_answers_whatever_it_is_asked(seed in any::<u64>()) {
        thread_local!(static WORDS: Vec<String> = vocabulary());
        WORDS.with(|words| {
            let draws = &mut Draws::new(seed);
            let mut cloud = Cloud::new();
            for service in catalog::SERVICES {
                for operation in service.operations {
                    for by in [OLD, NEW, MEMBER, SUSPENDED] {
                        cloud.region = ["us-east-1", "eu-west-1", ""][usize::try_from(draws.between(0, 2)).unwrap()].to_owned();
                        let input = object(draws, words, 3);
                        let before = (!operation.is_changing()).then(|| cloud.world.clone());
                        let answer = cloud.service(by, service.name, operation.name, input);
                        prop_assert!(answer.as_ref().is_ok() || answer.is_err_and(|error| (400..500).contains(&error.status)));
                        prop_assert!(before.is_none_or(|before| before == cloud.world));
                    }
                }
            }
            Ok(())
        })?;
    }
}
