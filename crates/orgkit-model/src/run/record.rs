//! What a journal says of one step.

use crate::{ErrorClass, Proof, StepResult};
use jiff::Timestamp;

/// Where a step stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepState {
    /// Nothing was written about it.
    Waiting,
    /// An act may have left; nobody has looked since.
    Intended,
    /// It was looked at: whether its goal holds.
    Observed {
        /// Whether the goal holds.
        holds: bool,
    },
    /// Done.
    Done(StepResult),
    /// The last try failed.
    Failed {
        /// How the error is to be met.
        class: ErrorClass,
        /// The error's code.
        code: String,
        /// What went wrong.
        message: String,
    },
    /// It is being taken back.
    Undoing {
        /// Whether somebody has looked since the last act left.
        looked: bool,
    },
    /// It was taken back.
    Undone,
}

/// What the journal says of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRecord {
    /// Where it stands.
    pub state: StepState,
    /// How often an act left for it.
    pub intents: u32,
    /// What the last look saw.
    pub seen: Option<String>,
    /// The operations of the last look.
    pub calls: Vec<String>,
    /// What packs said, when the step is a proof.
    pub proofs: Vec<Proof>,
    /// The runbook of a step that waits for a person to clear it.
    pub stuck: Option<Vec<String>>,
    /// When it was first written about.
    pub began: Option<Timestamp>,
    /// When it was done.
    pub ended: Option<Timestamp>,
}

impl StepRecord {
    pub(super) fn new() -> Self {
        Self {
            state: StepState::Waiting,
            intents: 0,
            seen: None,
            calls: Vec::new(),
            proofs: Vec::new(),
            stuck: None,
            began: None,
            ended: None,
        }
    }

    /// Whether the step is done.
    pub fn is_done(&self) -> bool {
        matches!(self.state, StepState::Done(_))
    }

    /// Whether it waits for a person to clear it.
    pub fn is_stuck(&self) -> bool {
        self.stuck.is_some()
    }

    /// Whether an act may have left since anybody looked.
    pub fn may_have_acted(&self) -> bool {
        matches!(
            self.state,
            StepState::Intended | StepState::Failed { class: ErrorClass::Ambiguous, .. } | StepState::Undoing { looked: false }
        )
    }

    /// How a step stands that a person has cleared: nobody has looked since.
    pub(super) fn clear(&mut self) {
        self.stuck = None;
        self.state = match self.state {
            StepState::Undoing { .. } => StepState::Undoing { looked: false },
            _ if self.intents > 0 => StepState::Intended,
            _ => StepState::Waiting,
        };
    }
}
