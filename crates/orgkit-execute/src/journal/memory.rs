//! A journal in memory: the plain twin of the one on disk, for tests and simulated runs.

use super::store::{Claim, JournalStore, Lease, Record};
use crate::JournalError;
use jiff::Timestamp;
use std::cell::RefCell;
use std::rc::Rc;

/// A store in memory. Clones are other hands on the same one, each with its own lease: what one process left, the next one finds.
#[derive(Debug, Default)]
pub struct MemoryStore {
    kept: Rc<RefCell<Kept>>,
    mine: Option<u64>,
}

/// What outlives a process.
#[derive(Debug, Default)]
struct Kept {
    records: Vec<Record>,
    lease: Option<Lease>,
}

impl Clone for MemoryStore {
    /// Another hand, without a lease.
    fn clone(&self) -> Self {
        Self { kept: Rc::clone(&self.kept), mine: None }
    }
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// A store that holds these records.
    pub fn of(records: Vec<Record>) -> Self {
        Self { kept: Rc::new(RefCell::new(Kept { records, lease: None })), mine: None }
    }

    /// What is stored, to look at.
    pub fn records(&self) -> Vec<Record> {
        self.kept.borrow().records.clone()
    }

    /// How many records are stored.
    pub fn len(&self) -> usize {
        self.kept.borrow().records.len()
    }

    /// Whether nothing is stored.
    pub fn is_empty(&self) -> bool {
        self.kept.borrow().records.is_empty()
    }

    fn check_mine(&self) -> Result<(), JournalError> {
        match &self.kept.borrow().lease {
            Some(lease) if self.mine == Some(lease.generation) => Ok(()),
            Some(lease) => Err(JournalError::Fenced { holder: lease.holder.clone(), generation: lease.generation }),
            None => Err(JournalError::Refused { why: "nobody holds the journal".to_owned() }),
        }
    }
}

impl JournalStore for MemoryStore {
    async fn load(&mut self) -> Result<Vec<Record>, JournalError> {
        Ok(self.records())
    }

    async fn append(&mut self, records: &[Record]) -> Result<(), JournalError> {
        self.check_mine()?;
        self.kept.borrow_mut().records.extend_from_slice(records);
        Ok(())
    }

    async fn lease(&mut self) -> Result<Option<Lease>, JournalError> {
        Ok(self.kept.borrow().lease.clone())
    }

    async fn take(&mut self, claim: &Claim) -> Result<Lease, JournalError> {
        let mut kept = self.kept.borrow_mut();
        let lease = claim.against(kept.lease.as_ref())?;
        self.mine = Some(lease.generation);
        kept.lease = Some(lease.clone());
        Ok(lease)
    }

    async fn renew(&mut self, until: Timestamp) -> Result<(), JournalError> {
        self.check_mine()?;
        if let Some(lease) = &mut self.kept.borrow_mut().lease {
            lease.until = until;
        }
        Ok(())
    }

    async fn release(&mut self) -> Result<(), JournalError> {
        self.check_mine()?;
        if let Some(lease) = &mut self.kept.borrow_mut().lease {
            lease.until = Timestamp::MIN;
        }
        self.mine = None;
        Ok(())
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }
}
