//! Carries a plan out: a journal that survives any crash, a step machine that looks before it acts and after, and verification by
//! independent reads.
//!
//! For each step: look; if the goal does not hold, write the intent, act, look again, write what was seen. A run that was killed looks
//! first at whatever it may have done.

mod act;
mod error;
mod executor;
mod journal;
mod look;
mod ports;
mod verify;

pub use error::{ExecuteError, JournalError};
pub use executor::{Ended, Executor, Tuning};
pub use journal::{JOURNAL_FORMAT, Journal};
pub use ports::{Clock, GateDecision, Gates, Progress, Witness};
pub use verify::verify;
