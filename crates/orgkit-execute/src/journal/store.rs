//! Where a journal is kept: what every store has to promise.
#![expect(async_fn_in_trait, reason = "orgkit runs its futures on one thread; no caller needs `Send`")]

use crate::JournalError;
use jiff::Timestamp;

/// One entry as it is stored: texts and numbers, and its place in the chain of hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its place, from 1 without gaps.
    pub seq: u64,
    /// When, in RFC 3339.
    pub at: String,
    /// The generation of the lease under which it was written.
    pub generation: u64,
    /// The event as JSON.
    pub event: String,
    /// The hash of the entry before; empty for the first.
    pub previous: String,
    /// The hash of this one.
    pub hash: String,
}

/// A place in a journal: it stands for that entry and, by the chain of hashes, for everything before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The entry's place.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

/// Who wants a journal for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Who: the user, the machine and the process.
    pub holder: String,
    /// The present.
    pub now: Timestamp,
    /// Until when, unless it is renewed.
    pub until: Timestamp,
    /// The generation whose holder is known to be gone, although its lease is still good.
    pub take_over: Option<u64>,
}

/// The right to write, for one holder until some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// 1 for the first holder, one more for each that follows.
    pub generation: u64,
    /// Who.
    pub holder: String,
    /// Until when.
    pub until: Timestamp,
}

/// A place for a journal.
///
/// One writer: from the moment in which a lease is given, everything that an earlier generation tries to write is refused with
/// [`JournalError::Fenced`].
pub trait JournalStore {
    /// All records in their order.
    async fn load(&mut self) -> Result<Vec<Record>, JournalError>;
    /// Adds records at the end: all of them are durable when it returns, or none is there.
    async fn append(&mut self, records: &[Record]) -> Result<(), JournalError>;
    /// The lease as it stands, good or not; `None` when nobody ever had one.
    async fn lease(&mut self) -> Result<Option<Lease>, JournalError>;
    /// Takes the lease, with the next generation. Fails with [`JournalError::Held`] while another's is good.
    async fn take(&mut self, claim: &Claim) -> Result<Lease, JournalError>;
    /// Makes the lease good until then. Fails with [`JournalError::Fenced`] when somebody else has taken it.
    async fn renew(&mut self, until: Timestamp) -> Result<(), JournalError>;
    /// Gives the lease back: the next one need not wait.
    async fn release(&mut self) -> Result<(), JournalError>;
    /// Where it is, for messages.
    fn place(&self) -> String;
}

impl Claim {
    /// The lease that a claim gets where `standing` is the one before.
    ///
    /// # Errors
    /// [`JournalError::Held`] while that one is good and nobody said that its holder is gone.
    pub fn against(&self, standing: Option<&Lease>) -> Result<Lease, JournalError> {
        match standing {
            Some(lease) if lease.until > self.now && self.take_over != Some(lease.generation) => {
                Err(JournalError::Held { holder: lease.holder.clone(), until: lease.until, generation: lease.generation })
            }
            standing => {
                Ok(Lease { generation: standing.map_or(0, |lease| lease.generation) + 1, holder: self.holder.clone(), until: self.until })
            }
        }
    }
}
