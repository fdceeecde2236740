//! Carries a plan out: a journal that survives any crash, a step machine that looks before it acts and after, and verification by
//! independent reads.
//!
//! For each step: look; if the goal does not hold, write the intent, act, look again, write what was seen. A run that was killed looks
//! first at whatever it may have done.

mod ended;
mod error;
mod executor;
mod journal;
mod ports;
pub mod steps;
pub mod testing;
mod verify;

pub use ended::{Ended, Question, Trouble};
pub use error::{ExecuteError, JournalError};
pub use executor::{Discipline, Executor, Extent, Tuning};
pub use journal::{Claim, Durability, JOURNAL_FORMAT, Journal, JournalStore, LEASE, Lease, Mark, MemoryStore, Record, SqliteStore, read};
pub use ports::{Clock, GateDecision, Gates, Progress, Witness};
pub use verify::{verify, verify_return};
