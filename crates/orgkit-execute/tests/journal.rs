//! The journal: what it keeps, what it refuses, and what it notices.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use futures_util::FutureExt;
use jiff::Timestamp;
use orgkit_execute::testing::keeps_promises;
use orgkit_execute::{Claim, JOURNAL_FORMAT, Journal, JournalError, Mark, MemoryStore, SqliteStore};
use orgkit_model::{
    Action, Approach, Approval, Decision, Digest, ErrorClass, Event, Opening, PLAN_SCHEMA, Phase, Picture, Plan, Step, StepClass, StepId,
    StepResult, Wave,
};
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn step(name: &str, after: &[&str]) -> Step {
    Step {
        id: StepId(name.to_owned()),
        account: None,
        by: "111122223333".parse().unwrap(),
        action: Action::CreateUnit { path: vec![name.to_owned()] },
        class: StepClass::Reversible,
        after: after.iter().map(|id| StepId((*id).to_owned())).collect(),
        not_before: None,
        title: format!("create {name}"),
        because: String::new(),
        covers: Vec::new(),
    }
}

fn plan() -> Plan {
    let wave = |name: &str, steps| Wave { name: name.to_owned(), phase: Phase::Foundation, accounts: Vec::new(), steps };
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
        waves: vec![wave("one", vec![step("a", &[]), step("b", &["a"])]), wave("two", vec![step("c", &[])])],
    }
}

fn opened() -> Event {
    Event::Opened(Arc::new(Opening { plan: plan(), findings: Vec::new(), before: Picture::default(), rehearsal: None }))
}

fn approved() -> Event {
    Event::Approved { digest: plan().digest(), by: Approval::Digest, approach: Approach::NewOrganization }
}

fn intent(name: &str) -> Event {
    Event::Intent { step: StepId(name.to_owned()) }
}

fn observed(name: &str, holds: bool) -> Event {
    let step = StepId(name.to_owned());
    Event::Observed { step, holds, seen: "seen".to_owned(), calls: Vec::new(), proofs: Vec::new() }
}

fn done(name: &str) -> Event {
    Event::Done { step: StepId(name.to_owned()), result: StepResult::Acted }
}

fn failed(name: &str, class: ErrorClass) -> Event {
    Event::Failed { step: StepId(name.to_owned()), class, code: "Code".to_owned(), message: "message".to_owned() }
}

/// What never has to wait: SQLite answers at once.
fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap()
}

/// Opens a journal whose last holder is known to be gone.
fn open(path: &Path) -> Result<Journal<SqliteStore>, JournalError> {
    use orgkit_execute::JournalStore;
    let mut store = SqliteStore::open(path)?;
    let generation = now(store.lease())?.map(|lease| lease.generation);
    now(Journal::open(store, &Claim::new("test", Timestamp::UNIX_EPOCH).taking_over(generation)))
}

fn append(journal: &Journal<SqliteStore>, event: Event) -> Result<(), JournalError> {
    now(journal.append(Timestamp::UNIX_EPOCH, event))
}

struct Scene {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Scene {
    fn new(events: &[Event]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let journal = open(&path).unwrap();
        for event in events {
            append(&journal, event.clone()).unwrap();
        }
        Self { _folder: folder, path }
    }
}

#[test]
fn what_came_since_a_mark_is_read_without_what_was_before_it() {
    let scene = Scene::new(&[opened(), approved()]);
    let journal = open(&scene.path).unwrap();
    let mark = journal.mark();
    let since = |mark: &Mark| SqliteStore::read(&scene.path).unwrap().since(mark);
    let names = |mark: &Mark| since(mark).unwrap().map(|entries| entries.into_iter().map(|entry| entry.seq).collect::<Vec<_>>());
    assert_eq!(names(&mark), Some(vec![3]), "the lease of the second process");
    append(&journal, intent("a")).unwrap();
    append(&journal, observed("a", true)).unwrap();
    assert_eq!(names(&mark), Some(vec![3, 4, 5]));
    assert_eq!(since(&mark).unwrap().unwrap().last().unwrap().event, observed("a", true));
    assert_eq!(names(&Mark { hash: "0".repeat(64), ..mark.clone() }), None, "another journal's mark");
    assert!(since(&Mark { seq: 6, ..mark.clone() }).is_err(), "a mark behind the end");
    // What lies before the mark is not looked at, what follows it is.
    sql(&scene.path, "UPDATE entry SET event = replace(event, 'one', 'two') WHERE seq = 1");
    assert_eq!(names(&mark), Some(vec![3, 4, 5]));
    sql(&scene.path, "UPDATE entry SET generation = 1 WHERE seq = 4");
    assert!(matches!(since(&mark), Err(JournalError::Damaged { seq: 4, .. })));
    sql(&scene.path, "DELETE FROM entry WHERE seq = 5");
    assert!(matches!(since(&mark), Err(JournalError::Damaged { .. })));
}

fn sql(path: &Path, text: &str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(text).unwrap();
}

#[test]
fn what_was_written_is_there_after_opening_again_and_a_new_generation_begins() {
    let scene = Scene::new(&[opened(), approved(), intent("a")]);
    let journal = open(&scene.path).unwrap();
    assert_eq!(journal.run().steps[&StepId("a".to_owned())].intents, 1);
    append(&journal, observed("a", true)).unwrap();
    let generations: Vec<_> = now(journal.entries()).unwrap().iter().map(|entry| entry.generation).collect();
    assert_eq!(generations, [1, 1, 1, 2, 2]);
}

#[test]
fn what_cannot_come_next_is_refused_and_not_written() {
    let cases: &[(&[Event], Event, &str)] = &[
        (&[], approved(), "a journal opens once"),
        (&[opened()], opened(), "a journal opens once"),
        (&[opened()], intent("a"), "the plan is not approved"),
        (&[opened(), approved()], intent("x"), "the plan has no step `x`"),
        (&[opened(), approved()], intent("b"), "comes after `a`"),
        (&[opened(), approved()], intent("c"), "wave 1 is not done"),
        (&[opened(), approved()], done("a"), "was not seen to hold"),
        (&[opened(), approved(), intent("a")], intent("a"), "nobody has looked"),
        (&[opened(), approved(), intent("a"), failed("a", ErrorClass::Ambiguous)], intent("a"), "nobody has looked"),
        (&[opened(), approved(), intent("a"), observed("a", true)], intent("a"), "was seen to hold"),
        (&[opened(), approved(), intent("a"), observed("a", true), done("a")], intent("a"), "`a` is done"),
        (&[opened(), approved()], Event::Finished, "steps are left to do"),
        (&[opened(), approved()], Event::Verified { accounts: vec![], after: Picture::default(), proofs: vec![] }, "steps are left"),
    ];
    for (before, next, why) in cases {
        let scene = Scene::new(before);
        let journal = open(&scene.path).unwrap();
        let refused = append(&journal, next.clone()).unwrap_err();
        assert!(matches!(&refused, JournalError::Refused { .. }) && refused.to_string().contains(why), "{refused} / {why}");
        let lease = usize::from(!before.is_empty());
        assert_eq!(now(journal.entries()).unwrap().len(), before.len() + lease);
    }
}

#[test]
fn a_look_clears_the_way_for_another_try() {
    let scene = Scene::new(&[
        opened(),
        approved(),
        intent("a"),
        failed("a", ErrorClass::Ambiguous),
        observed("a", false),
        intent("a"),
        failed("a", ErrorClass::Retry),
        intent("a"),
        observed("a", true),
        done("a"),
    ]);
    assert_eq!(open(&scene.path).unwrap().run().steps[&StepId("a".to_owned())].intents, 3);
}

#[test]
fn any_change_to_a_row_is_noticed() {
    let changes = [
        "UPDATE entry SET at = '2020-01-01T00:00:00Z' WHERE seq = 2",
        "UPDATE entry SET generation = 2 WHERE seq = 3",
        "UPDATE entry SET event = replace(event, '\"a\"', '\"b\"') WHERE seq = 3",
        "UPDATE entry SET event = '{' WHERE seq = 3",
        "UPDATE entry SET hash = 'x' || hash WHERE seq = 3",
        "UPDATE entry SET previous = '' WHERE seq = 3",
        "DELETE FROM entry WHERE seq = 3",
        "DELETE FROM entry WHERE seq = 1",
        "UPDATE entry SET seq = 9 WHERE seq = 3",
        "UPDATE tail SET seq = 2",
        "DELETE FROM tail",
    ];
    for change in changes {
        let scene = Scene::new(&[opened(), approved(), intent("a")]);
        sql(&scene.path, change);
        let noticed = open(&scene.path).unwrap_err();
        assert!(matches!(noticed, JournalError::Damaged { .. }), "{change}: {noticed}");
    }
}

#[test]
fn a_newer_journal_and_other_files_are_refused_untouched() {
    let scene = Scene::new(&[opened()]);
    sql(&scene.path, &format!("PRAGMA user_version = {}", JOURNAL_FORMAT + 1));
    assert!(matches!(open(&scene.path).unwrap_err(), JournalError::Newer { .. }));

    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    std::fs::write(&text, "not a database at all, but long enough to be looked at").unwrap();
    assert!(matches!(open(&text).unwrap_err(), JournalError::NotAJournal { .. }));
    assert_eq!(std::fs::read_to_string(&text).unwrap(), "not a database at all, but long enough to be looked at");

    let other = folder.path().join("other.db");
    sql(&other, "CREATE TABLE theirs (x)");
    assert!(matches!(open(&other).unwrap_err(), JournalError::NotAJournal { .. }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    /// A flipped bit anywhere in the file is noticed, or changes nothing that the journal says.
    #[test]
    fn a_flipped_bit_is_never_believed(place in 0usize..1_000_000, bit in 0u8..8) {
        let scene = Scene::new(&[opened(), approved(), intent("a")]);
        let before = now(open(&scene.path).unwrap().entries()).unwrap();
        let mut bytes = std::fs::read(&scene.path).unwrap();
        let at = place % bytes.len();
        bytes[at] ^= 1 << bit;
        std::fs::write(&scene.path, &bytes).unwrap();
        if let Ok(journal) = open(&scene.path) {
            let after = now(journal.entries()).unwrap();
            prop_assert_eq!(&after[..before.len()], &before[..]);
        }
    }
}

#[test]
fn every_store_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    let (path, memory) = (folder.path().join("journal.db"), MemoryStore::new());
    now(keeps_promises(async || SqliteStore::open(&path).unwrap())).unwrap();
    now(keeps_promises(async || memory.clone())).unwrap();
}
