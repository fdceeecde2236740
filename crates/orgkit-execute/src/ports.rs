//! What the executor needs from outside: time, people, proof, and somebody to tell.
#![expect(async_fn_in_trait, reason = "orgkit runs its futures on one thread; no caller needs `Send`")]

use crate::ExecuteError;
use jiff::Timestamp;
use orgkit_model::{AccountId, Gate, OrganizationSnapshot, Proof, Step, StepResult, Wave};
use std::time::Duration;

/// Time.
pub trait Clock {
    /// The present.
    fn now(&self) -> Timestamp;
    /// Waits, or returns early: the caller looks at the time. It should not take long once somebody has asked to stop.
    async fn sleep(&self, time: Duration);
}

/// What became of a question to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateDecision {
    /// A person passed it, with a note.
    Passed {
        /// The note.
        note: String,
    },
    /// A rehearsal passed it on an assumption.
    Assumed {
        /// The assumption.
        assumption: String,
    },
    /// AWS itself shows that what was asked for is so.
    Seen,
    /// Nobody has answered yet.
    Waiting {
        /// What has to be done or decided.
        question: String,
    },
}

/// People.
pub trait Gates {
    /// Asks a person, or acts for one in a rehearsal.
    async fn decide(&self, step: &Step, gate: &Gate) -> Result<GateDecision, ExecuteError>;
}

/// Independent eyes.
pub trait Witness {
    /// Reads the services in an account again and runs the packs' proofs.
    async fn prove(&self, account: &AccountId) -> Result<Vec<Proof>, ExecuteError>;
    /// Reads a whole organization with the credentials of its management account.
    async fn organization(&self, management: &AccountId) -> Result<OrganizationSnapshot, ExecuteError>;
}

/// What is going on, for whoever watches.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'a> {
    /// A wave begins or goes on.
    Wave {
        /// The wave.
        wave: &'a Wave,
        /// Its place, from 1.
        number: usize,
        /// How many waves there are.
        of: usize,
    },
    /// A step begins.
    Began {
        /// The step.
        step: &'a Step,
    },
    /// A step waits before it looks or tries again.
    Waiting {
        /// The step.
        step: &'a Step,
        /// For what.
        reason: &'a str,
    },
    /// A step is done.
    Done {
        /// The step.
        step: &'a Step,
        /// What came of it.
        result: &'a StepResult,
    },
    /// A step cannot go on without a person.
    Stuck {
        /// The step.
        step: &'a Step,
        /// What to check and to do, line by line.
        runbook: &'a [String],
    },
    /// A step was taken back.
    Undone {
        /// The step.
        step: &'a Step,
    },
    /// Both estates are read again.
    Verifying,
}
