//! A damaged journal is refused, or reads as before: never with fewer entries, never with others.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::Timestamp;
use orgkit_execute::{Claim, Journal, JournalError, MemoryStore, Record, SqliteStore, read};
use orgkit_model::{
    Action, Approach, Approval, Decision, Digest, Entry, Event, Opening, PLAN_SCHEMA, Phase, Picture, Plan, Step, StepClass, StepId,
    StepResult, Wave,
};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many steps the plan has: enough for a table of several pages with a page above them.
const STEPS: usize = 24;
/// How many flipped bits are tried in the short form; the long one tries all of them.
const FLIPS: usize = 20_000;
/// A journal that reads as before is also written to in one of so many cases.
const WRITTEN_TO: usize = 16;

fn step(number: usize) -> Step {
    Step {
        id: StepId(format!("step-{number}")),
        account: None,
        by: "111122223333".parse().unwrap(),
        action: Action::CreateUnit { path: vec![format!("unit-{number}")] },
        class: StepClass::Reversible,
        after: Vec::new(),
        not_before: None,
        title: format!("create unit {number}"),
        // Long enough that the opening needs pages of its own.
        because: "a reason ".repeat(40),
        covers: Vec::new(),
    }
}

fn plan() -> Plan {
    let steps = (0..STEPS).map(step).collect();
    Plan {
        schema: PLAN_SCHEMA,
        estate: Digest::of_bytes(b"estate"),
        packs: Digest::of_bytes(b"packs"),
        target: "o-newneworg1".parse().unwrap(),
        target_management: "111122223333".parse().unwrap(),
        sources: Vec::new(),
        account_quota: None,
        decision: Decision { recommended: Approach::NewOrganization, taken: Approach::NewOrganization, reasons: Vec::new() },
        placements: Vec::new(),
        left_out: Vec::new(),
        accepted: Vec::new(),
        waves: vec![Wave { name: "one".to_owned(), phase: Phase::Foundation, accounts: Vec::new(), steps }],
    }
}

fn events() -> Vec<Event> {
    let opened = Opening { plan: plan(), findings: Vec::new(), before: Picture::default(), rehearsal: None };
    let approved = Event::Approved { digest: plan().digest(), by: Approval::Digest, approach: Approach::NewOrganization };
    let mut events = vec![Event::Opened(Arc::new(opened)), approved];
    for number in 0..STEPS - 1 {
        let step = StepId(format!("step-{number}"));
        let seen = format!("unit-{number} is there").repeat(8);
        events.push(Event::Intent { step: step.clone() });
        events.push(Event::Observed { step: step.clone(), holds: true, seen, calls: Vec::new(), proofs: Vec::new() });
        events.push(Event::Done { step, result: StepResult::Acted });
    }
    events.push(Event::Intent { step: StepId(format!("step-{}", STEPS - 1)) });
    events
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn claim() -> Claim {
    Claim::new("a test", Timestamp::UNIX_EPOCH)
}

/// A journal file, and what is in it.
struct Scene {
    _folder: tempfile::TempDir,
    path: PathBuf,
    whole: Vec<u8>,
    entries: Vec<Entry>,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let entries = run(async {
            let journal = Journal::open(SqliteStore::open(&path).unwrap(), &claim()).await.unwrap();
            for event in events() {
                journal.append(Timestamp::UNIX_EPOCH, event).await.unwrap();
            }
            journal.close().await.unwrap();
            journal.entries().await.unwrap()
        });
        let mut whole = Vec::new();
        File::open(&path).unwrap().read_to_end(&mut whole).unwrap();
        assert!(whole.len() >= 10 * 4096, "{} bytes are too few pages", whole.len());
        Self { _folder: folder, path, whole, entries }
    }

    /// What is read from the file, as it is now.
    fn read(&self) -> Result<Vec<Entry>, JournalError> {
        run(async { read(&mut SqliteStore::read(&self.path)?).await }).map(|(_, entries)| entries)
    }

    /// Checks that the file is refused as damaged, or reads as before. Gives whether it was refused.
    fn check(&self, what: &str) -> bool {
        match self.read() {
            Ok(entries) => assert!(entries == self.entries, "{what}: {} entries of {}, or others", entries.len(), self.entries.len()),
            Err(error) => {
                check_kind(what, &error);
                return true;
            }
        }
        false
    }

    /// Checks the same of whoever goes on with it: on a copy, because a writer writes.
    fn check_writer(&self, what: &str) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        std::fs::copy(&self.path, &path).unwrap();
        match run(go_on(&path)) {
            Ok(entries) => assert!(entries.get(..self.entries.len()) == Some(&self.entries), "{what}: others after going on"),
            Err(error) => check_kind(what, &error),
        }
    }
}

/// Takes a journal, writes to it, and reads it again.
async fn go_on(path: &Path) -> Result<Vec<Entry>, JournalError> {
    let journal = Journal::open(SqliteStore::open(path)?, &claim().taking_over(Some(1))).await?;
    journal.append(Timestamp::UNIX_EPOCH, Event::Stopped { reason: "a test".repeat(1000) }).await?;
    drop(journal);
    read(&mut SqliteStore::read(path)?).await.map(|(_, entries)| entries)
}

/// Damage is said to be damage: nobody should look for a full disk. A lease that became good again is somebody's who has to be waited for.
fn check_kind(what: &str, error: &JournalError) {
    let is_told = matches!(
        error,
        JournalError::Damaged { .. } | JournalError::NotAJournal { .. } | JournalError::Newer { .. } | JournalError::Held { .. }
    );
    assert!(is_told, "{what}: {error:?}");
}

/// Flips bits in place, one after the other, and puts each back.
fn flip(scene: &Scene, bits: impl Iterator<Item = usize>) {
    let mut file = File::options().write(true).open(&scene.path).unwrap();
    let mut put = |place: usize, byte: u8| {
        file.seek(SeekFrom::Start(place as u64)).unwrap();
        file.write_all(&[byte]).unwrap();
    };
    let (mut tried, mut refused) = (0, 0);
    for bit in bits {
        let (place, flipped) = (bit / 8, 1 << (bit % 8));
        put(place, scene.whole[place] ^ flipped);
        let what = format!("bit {} of byte {place}", bit % 8);
        refused += usize::from(scene.check(&what));
        tried += 1;
        if tried % WRITTEN_TO == 0 {
            scene.check_writer(&what);
        }
        put(place, scene.whole[place]);
    }
    assert!(refused * 2 > tried, "only {refused} of {tried} were noticed: this tests nothing");
    assert_eq!(scene.read().unwrap(), scene.entries, "the file was not put back");
}

/// Cuts the file at every so many bytes.
fn truncate(scene: &Scene, every: usize) {
    for length in (0..scene.whole.len()).step_by(every) {
        std::fs::write(&scene.path, &scene.whole[..length]).unwrap();
        assert!(scene.check(&format!("cut to {length} bytes")), "cut to {length} bytes: nobody noticed");
        if length % (every * WRITTEN_TO) == 0 {
            scene.check_writer(&format!("cut to {length} bytes"));
        }
    }
}

#[test]
fn a_flipped_bit_is_noticed_or_changes_nothing() {
    let scene = Scene::new();
    let bits = scene.whole.len() * 8;
    // The file's header and the schema behind it have no two bytes that mean the same: all of their bits are tried.
    let first = 8 * 100;
    let stride = (bits - first) / FLIPS;
    flip(&scene, (0..first).chain((first..bits).step_by(stride)));
}

#[test]
fn a_journal_that_was_cut_is_noticed() {
    truncate(&Scene::new(), 7);
}

#[test]
#[ignore = "minutes: cargo test --release -p orgkit-execute --test damage -- --ignored"]
fn every_flipped_bit_and_every_cut() {
    let scene = Scene::new();
    flip(&scene, 0..scene.whole.len() * 8);
    truncate(&scene, 1);
}

/// The records of a journal in memory.
fn records() -> Vec<Record> {
    let store = MemoryStore::new();
    run(async {
        let journal = Journal::open(store.clone(), &claim()).await.unwrap();
        for event in events() {
            journal.append(Timestamp::UNIX_EPOCH, event).await.unwrap();
        }
    });
    store.records()
}

#[test]
fn every_changed_field_of_every_record_is_noticed() {
    let records = records();
    type Change = fn(&mut Record);
    let changes: [(&str, Change); 8] = [
        ("seq", |record| record.seq += 1),
        ("at", |record| record.at = "1970-01-01T00:00:01Z".to_owned()),
        ("the form of at", |record| record.at.push_str("[UTC]")),
        ("generation", |record| record.generation += 1),
        ("event", |record| record.event = record.event.replacen('t', "T", 1)),
        ("the form of event", |record| record.event.push(' ')),
        ("previous", |record| record.previous.push('0')),
        ("hash", |record| record.hash = record.hash.replacen(|letter: char| letter != '0', "0", 1)),
    ];
    for place in 0..records.len() {
        for (what, change) in changes {
            let mut changed = records.clone();
            change(&mut changed[place]);
            assert_ne!(changed, records, "{what} of record {place} is as before");
            let error = run(read(&mut MemoryStore::of(changed))).err();
            assert!(matches!(error, Some(JournalError::Damaged { .. })), "{what} of record {place}: {error:?}");
        }
        for (what, changed) in [("left out", without(&records, place)), ("doubled", doubled(&records, place))] {
            let is_end = what == "left out" && place + 1 == records.len();
            let error = run(read(&mut MemoryStore::of(changed))).err();
            // That the last one is missing only a store can know that keeps where it ended.
            assert!(is_end || matches!(error, Some(JournalError::Damaged { .. })), "record {place} {what}: {error:?}");
        }
    }
}

fn without(records: &[Record], place: usize) -> Vec<Record> {
    let mut changed = records.to_vec();
    changed.remove(place);
    changed
}

fn doubled(records: &[Record], place: usize) -> Vec<Record> {
    let mut changed = records.to_vec();
    changed.insert(place, records[place].clone());
    changed
}
