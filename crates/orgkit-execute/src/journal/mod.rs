//! The journal: one record per event, each with the hash of the one before, in a store that one writer holds at a time.

mod memory;
mod record;
mod sqlite;
mod store;
mod told;

pub use memory::MemoryStore;
pub use sqlite::{Durability, JOURNAL_FORMAT, SqliteStore};
pub use store::{Claim, JournalStore, Lease, Mark, Record};

use crate::JournalError;
use futures_util::lock::Mutex;
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{Entry, Event, Run};
use std::cell::{Cell, Ref, RefCell};

/// How long a lease is good after it was taken or renewed.
pub const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// A lease is renewed when less than this is left of it: longer than any call to AWS takes, so that nobody acts on one that has run out.
const RENEW_WITHIN: SignedDuration = SignedDuration::from_secs(40);

/// A journal that this process holds. Every append is durable before it returns; after a failed append nothing more may be done.
#[derive(Debug)]
pub struct Journal<S> {
    store: Mutex<S>,
    place: String,
    run: RefCell<Run>,
    hash: RefCell<String>,
    generation: u64,
    until: Cell<Timestamp>,
    failed: Cell<bool>,
}

impl<S: JournalStore> Journal<S> {
    /// Takes a journal: its lease, then every entry, checked. A journal that has begun gets an entry that says who goes on.
    ///
    /// # Errors
    /// [`JournalError::Held`] while somebody else holds it, and whatever is wrong with it.
    pub async fn open(mut store: S, claim: &Claim) -> Result<Self, JournalError> {
        // Before anything is written: a journal that cannot be read is left as it is.
        let place = store.place();
        let records = store.load().await?;
        let checked = check(&place, &records)?;
        let lease = store.take(claim).await?;
        // Somebody else may have written until the lease was there.
        let now = store.load().await?;
        let (run, hash, _) = if now == records { checked } else { check(&place, &now)? };
        let begun = run.opening.is_some();
        let journal = Self {
            store: Mutex::new(store),
            place,
            run: RefCell::new(run),
            hash: RefCell::new(hash),
            generation: lease.generation,
            until: Cell::new(lease.until),
            failed: Cell::new(false),
        };
        if begun {
            journal.append(claim.now, Event::Lease { holder: claim.holder.clone() }).await?;
        }
        Ok(journal)
    }

    /// The state of the run.
    pub fn run(&self) -> Ref<'_, Run> {
        self.run.borrow()
    }

    /// Where it is kept.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The generation under which this process writes.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The mark of the last entry.
    pub fn mark(&self) -> Mark {
        Mark { seq: self.run.borrow().last_seq, hash: self.hash.borrow().clone() }
    }

    /// Every entry, checked against the chain of hashes.
    pub async fn entries(&self) -> Result<Vec<Entry>, JournalError> {
        let records = self.store.lock().await.load().await?;
        check(&self.place, &records).map(|(_, _, entries)| entries)
    }

    /// Writes an event down. It is durable when this returns.
    pub async fn append(&self, at: Timestamp, event: Event) -> Result<(), JournalError> {
        self.append_all(at, vec![event]).await
    }

    /// Writes events down, all or none. They are durable when this returns.
    ///
    /// [`Journal::run`] shows them while they are being written. That is safe: whoever acts on what it sees writes its own intent first, and that
    /// one is written after these or not at all.
    pub async fn append_all(&self, at: Timestamp, events: Vec<Event>) -> Result<(), JournalError> {
        let mut store = self.store.lock().await;
        if self.failed.replace(true) {
            return Err(JournalError::Refused { why: "an earlier write has failed".to_owned() });
        }
        let entries = self.numbered(at, events);
        let records = self.take_in(&entries)?;
        store.append(&records).await?;
        self.failed.set(false);
        entries.iter().for_each(|entry| told::tell(entry, &self.run.borrow()));
        Ok(())
    }

    /// Events in the places that come next.
    fn numbered(&self, at: Timestamp, events: Vec<Event>) -> Vec<Entry> {
        let next = self.run.borrow().last_seq + 1;
        (next..).zip(events).map(|(seq, event)| Entry { seq, at, generation: self.generation, event }).collect()
    }

    /// The records of entries that come next, which the run takes in.
    fn take_in(&self, entries: &[Entry]) -> Result<Vec<Record>, JournalError> {
        let (mut run, mut hash) = (self.run.borrow_mut(), self.hash.borrow_mut());
        let mut records = Vec::with_capacity(entries.len());
        for entry in entries {
            run.apply(entry).map_err(|error| JournalError::Refused { why: error.why })?;
            let record = record::encode(entry, &hash)?;
            hash.clone_from(&record.hash);
            records.push(record);
        }
        Ok(records)
    }

    /// Makes sure that this process still holds the journal, and will for longer than a call to AWS takes. To be asked before each act.
    ///
    /// # Errors
    /// [`JournalError::Fenced`] when somebody else has taken it over.
    pub async fn hold(&self, now: Timestamp) -> Result<(), JournalError> {
        if self.until.get().duration_since(now) >= RENEW_WITHIN {
            return Ok(());
        }
        let until = now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
        self.store.lock().await.renew(until).await?;
        self.until.set(until);
        Ok(())
    }

    /// Gives the journal back.
    pub async fn close(&self) -> Result<(), JournalError> {
        self.store.lock().await.release().await
    }
}

impl Claim {
    /// A claim for the usual time.
    pub fn new(holder: impl Into<String>, now: Timestamp) -> Self {
        Self { holder: holder.into(), now, until: now.saturating_add(LEASE).unwrap_or(Timestamp::MAX), take_over: None }
    }

    /// The same claim by somebody who knows that the holder of a generation is gone.
    #[must_use]
    pub fn taking_over(self, generation: Option<u64>) -> Self {
        Self { take_over: generation, ..self }
    }
}

/// What a store holds, checked, for whoever only looks.
///
/// # Errors
/// Whatever is wrong with it.
pub async fn read<S: JournalStore>(store: &mut S) -> Result<(Run, Vec<Entry>), JournalError> {
    let records = store.load().await?;
    check(&store.place(), &records).map(|(run, _, entries)| (run, entries))
}

/// Checks records against their chain of hashes and against what may follow what: the run, the last hash and the entries.
fn check(place: &str, records: &[Record]) -> Result<(Run, String, Vec<Entry>), JournalError> {
    let damaged = |seq, why| JournalError::Damaged { place: place.to_owned(), seq, why };
    let (mut run, mut hash, mut entries) = (Run::default(), String::new(), Vec::with_capacity(records.len()));
    for (record, seq) in records.iter().zip(1..) {
        let entry = record::decode(record, seq, &hash).map_err(|why| damaged(seq, why))?;
        run.apply(&entry).map_err(|error| damaged(error.seq, error.why))?;
        hash.clone_from(&record.hash);
        entries.push(entry);
    }
    Ok((run, hash, entries))
}
