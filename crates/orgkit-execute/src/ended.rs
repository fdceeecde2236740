//! How a run ends.

use jiff::Timestamp;
use orgkit_model::StepId;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Everything is done and verified.
    Finished,
    /// What was asked for is done, and more is planned.
    Until {
        /// What was asked for.
        what: String,
    },
    /// It stopped at a step boundary and can be resumed.
    Stopped {
        /// Why.
        reason: String,
    },
    /// Nothing can be done before some time.
    Scheduled {
        /// When to go on.
        until: Timestamp,
        /// What is waited for.
        reason: String,
    },
    /// Human gates wait for answers.
    Waiting {
        /// The questions, in the order of the plan.
        questions: Vec<Question>,
    },
    /// Steps need a person: trying again would change nothing.
    Stuck {
        /// Which, in the order in which they got stuck.
        troubles: Vec<Trouble>,
    },
    /// Credentials are missing, expired or of another account.
    Credentials {
        /// The step.
        step: StepId,
        /// What is wrong with them.
        message: String,
    },
}

/// What a gate asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The gate's step.
    pub step: StepId,
    /// What has to be done or decided.
    pub question: String,
}

/// A step that cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The step.
    pub step: StepId,
    /// What AWS, or orgkit, said.
    pub message: String,
    /// What to check and to do, line by line.
    pub runbook: Vec<String>,
}

impl Ended {
    /// Two ends of one wave as one: the graver decides, questions and troubles add up.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Stuck { mut troubles }, Self::Stuck { troubles: more }) => {
                troubles.extend(more);
                Self::Stuck { troubles }
            }
            (Self::Waiting { mut questions }, Self::Waiting { questions: more }) => {
                questions.extend(more);
                Self::Waiting { questions }
            }
            (Self::Scheduled { until, reason }, Self::Scheduled { until: other, .. }) if until <= other => {
                Self::Scheduled { until, reason }
            }
            (one, other) => {
                if one.weight() >= other.weight() {
                    one
                } else {
                    other
                }
            }
        }
    }

    fn weight(&self) -> u8 {
        match self {
            Self::Finished | Self::Until { .. } => 0,
            Self::Scheduled { .. } => 1,
            Self::Stopped { .. } => 2,
            Self::Waiting { .. } => 3,
            Self::Stuck { .. } => 4,
            Self::Credentials { .. } => 5,
        }
    }
}
