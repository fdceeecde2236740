//! Against a server that speaks S3: two operators race, and one comes back from a pause.

use crate::common::{assert_whole, claim, next_records};
use orgkit_execute::testing::keeps_promises;
use orgkit_execute::{JournalError, JournalStore, Record};
use orgkit_state::{Keys, ObjectStoreJournal, SharedSettings, StateError};
use orgkit_tests::S3;
use std::sync::{Arc, Barrier, Mutex};

fn settings(server: &S3, prefix: &str) -> SharedSettings {
    SharedSettings { bucket: S3::BUCKET.into(), prefix: prefix.into(), region: "us-east-1".into(), endpoint: Some(server.endpoint()) }
}

fn keys() -> Arc<Keys> {
    Arc::new(Keys { id: "AKIDEXAMPLE".into(), secret: "secret".into(), token: None })
}

async fn journal(server: &S3, prefix: &str) -> ObjectStoreJournal {
    ObjectStoreJournal::open(&settings(server, prefix), keys()).await.unwrap()
}

#[tokio::test]
async fn a_bucket_keeps_the_promises_of_a_journal() {
    let Some(server) = S3::start("a_bucket_keeps_the_promises_of_a_journal") else { return };
    keeps_promises(async || journal(&server, "promises").await).await.unwrap();
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named() {
    let Some(server) = S3::start("a_bucket_that_is_not_there_is_named") else { return };
    let settings = SharedSettings { bucket: "another".into(), ..settings(&server, "x") };
    let error = ObjectStoreJournal::open(&settings, keys()).await.unwrap_err();
    assert!(matches!(&error, StateError::Store { place, .. } if place.starts_with("s3://another/x")), "{error:?}");
}

#[tokio::test]
async fn who_only_looks_takes_no_lease_and_writes_nothing() {
    let Some(server) = S3::start("who_only_looks_takes_no_lease_and_writes_nothing") else { return };
    let mut looking = ObjectStoreJournal::read(&settings(&server, "looked"), keys()).unwrap();
    assert!(looking.load().await.unwrap().is_empty() && looking.lease().await.unwrap().is_none());
    let refused = looking.take(&claim("ana", 0)).await;
    assert!(matches!(refused, Err(JournalError::Refused { .. })), "{refused:?}");
    assert_eq!(server.count("looked/"), 0);
}

/// How often the two meet.
const ROUNDS: i64 = 200;

/// What both saw.
#[derive(Default)]
struct Seen {
    /// Records whose append was answered.
    answered: Vec<Record>,
    /// For each lease that was given: its generation, and how many records its holder then found.
    given: Vec<(u64, usize)>,
    /// Appends of the one that came back which were refused.
    fenced: u32,
}

#[test]
fn two_operators_race_and_one_comes_back() {
    let Some(server) = S3::start("two_operators_race_and_one_comes_back") else { return };
    let (seen, meeting) = (Mutex::new(Seen::default()), Barrier::new(2));
    std::thread::scope(|scope| {
        for name in ["ana", "ben"] {
            let (server, seen, meeting) = (&server, &seen, &meeting);
            scope.spawn(move || run(async { operator(name, server, seen, meeting).await }));
        }
    });
    let seen = seen.into_inner().unwrap();
    let records = run(async { journal(&server, "race").await.load().await.unwrap() });
    assert_whole(&records);
    for answered in &seen.answered {
        assert_eq!(records.get(usize::try_from(answered.seq).unwrap() - 1), Some(answered), "an answered append is gone");
    }
    for (generation, found) in &seen.given {
        let stale = records.iter().skip(*found).find(|record| record.generation < *generation);
        assert_eq!(stale, None, "written after generation {generation} was given");
    }
    let rounds = usize::try_from(ROUNDS).unwrap();
    assert_eq!((seen.given.len(), seen.fenced), (2 * rounds, 200));
    assert!(seen.answered.len() >= 4 * rounds, "{} records", seen.answered.len());
}

/// In each round both want the lease, one gets it, and the other takes it when it has run out, while the first, back from a pause, writes on.
async fn operator(name: &str, server: &S3, seen: &Mutex<Seen>, meeting: &Barrier) {
    let mut journal = journal(server, "race").await;
    for round in 0..ROUNDS {
        let now = round * 1000;
        meeting.wait();
        match journal.take(&claim(name, now)).await {
            Ok(first) => {
                let mut mine = given(&mut journal, first.generation, seen).await;
                write(&mut journal, &mut mine, first.generation, name, seen).await.unwrap();
                meeting.wait();
                while write(&mut journal, &mut mine, first.generation, name, seen).await.is_ok() {}
            }
            Err(JournalError::Held { generation, .. }) => {
                meeting.wait();
                let second = journal.take(&claim(name, now + 61)).await.unwrap();
                assert_eq!(second.generation, generation + 1);
                let mut mine = given(&mut journal, second.generation, seen).await;
                write(&mut journal, &mut mine, second.generation, name, seen).await.unwrap();
            }
            Err(other) => panic!("{name}: {other:?}"),
        }
    }
}

async fn given(journal: &mut ObjectStoreJournal, generation: u64, seen: &Mutex<Seen>) -> Vec<Record> {
    let found = journal.load().await.unwrap();
    seen.lock().unwrap().given.push((generation, found.len()));
    found
}

async fn write(
    journal: &mut ObjectStoreJournal,
    mine: &mut Vec<Record>,
    generation: u64,
    name: &str,
    seen: &Mutex<Seen>,
) -> Result<(), JournalError> {
    let records = next_records(mine, generation, name, 2);
    let result = journal.append(&records).await;
    match &result {
        Err(JournalError::Fenced { holder, generation: by }) => {
            assert!(holder != name && *by > generation);
            seen.lock().unwrap().fenced += 1;
        }
        Ok(()) => {
            mine.extend_from_slice(&records);
            seen.lock().unwrap().answered.extend(records);
        }
        Err(other) => panic!("{name}: {other:?}"),
    }
    result
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}
