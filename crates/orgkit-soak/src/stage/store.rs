//! A store that fails and crashes where it is told to, over the store in memory.

use super::book::Shared;
use super::doom::{Fate, Strike};
use crate::poll::Yield;
use jiff::Timestamp;
use orgkit_execute::{Claim, JournalError, JournalStore, Lease, MemoryStore, Record};
use orgkit_sim::Simulator;

/// One hand of a run on its journal.
#[derive(Debug)]
pub(crate) struct Shaky {
    inner: MemoryStore,
    book: Shared,
    simulator: Simulator,
}

impl Shaky {
    pub(crate) fn new(inner: MemoryStore, book: Shared, simulator: Simulator) -> Self {
        Self { inner, book, simulator }
    }

    /// What every access to the store goes through: a process that is dead does nothing any more.
    async fn alive(&self) {
        if self.book.is_dead() {
            std::future::pending::<()>().await;
        }
    }

    fn broken(&self) -> JournalError {
        JournalError::io("write", "memory", std::io::Error::other("input/output error (5)"))
    }

    /// The checks look at what became durable, with the world as it is at that moment.
    fn tell(&self, records: &[Record]) {
        let now = self.simulator.now();
        self.simulator.look(|world| self.book.with(|book| records.iter().for_each(|record| book.appended(record, world, now))));
    }
}

impl JournalStore for Shaky {
    async fn load(&mut self) -> Result<Vec<Record>, JournalError> {
        self.alive().await;
        self.inner.load().await
    }

    async fn append(&mut self, records: &[Record]) -> Result<(), JournalError> {
        self.alive().await;
        if self.book.yields() {
            Yield::default().await;
            self.alive().await;
        }
        let strike = self.book.with(|book| book.next_write());
        if !matches!(strike, Some(Strike::Crash(Fate::Lost) | Strike::Error(Fate::Lost))) {
            self.inner.append(records).await?;
            self.tell(records);
        }
        match strike {
            None => Ok(()),
            Some(Strike::Error(_)) => Err(self.broken()),
            Some(Strike::Crash(_)) => {
                self.book.with(|book| book.die());
                std::future::pending().await
            }
        }
    }

    async fn lease(&mut self) -> Result<Option<Lease>, JournalError> {
        self.alive().await;
        self.inner.lease().await
    }

    async fn take(&mut self, claim: &Claim) -> Result<Lease, JournalError> {
        self.alive().await;
        let lease = self.inner.take(claim).await?;
        self.book.with(|book| book.taken(&lease));
        Ok(lease)
    }

    async fn renew(&mut self, until: Timestamp) -> Result<(), JournalError> {
        self.alive().await;
        self.inner.renew(until).await
    }

    async fn release(&mut self) -> Result<(), JournalError> {
        self.alive().await;
        self.inner.release().await
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }
}
