//! What rules answer, checked and in orgkit's own types.

use crate::FactRef;
use crate::bindings::exports::orgkit::policy::{enrollment, step};
use crate::bindings::orgkit::policy::types;
use orgkit_model::{Severity, Status};

/// An answer with what it cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<T> {
    /// The answer.
    pub value: T,
    /// What the rule logged, control characters made visible.
    pub log: Vec<LogLine>,
    /// The fuel it used: the same on every machine.
    pub fuel: u64,
}

/// A line of a rule's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// `debug`, `info` or `warn`.
    pub level: &'static str,
    /// The line.
    pub message: String,
}

/// A finding before its pack gave it words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawFinding {
    /// The fact it is about.
    pub about: FactRef,
    /// The verdict.
    pub status: Status,
    /// The code within the rule; may be empty for a pass.
    pub code: String,
    /// The severity that the rule asks for.
    pub severity: Option<Severity>,
    /// Values for the message of the code.
    pub args: Vec<(String, String)>,
    /// Where it rests.
    pub evidence: Vec<RawEvidence>,
}

/// Where a finding rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEvidence {
    /// The fact.
    pub at: FactRef,
    /// A JSON pointer into its document.
    pub pointer: String,
    /// What stood there.
    pub observed: String,
}

/// A change that a hardening step proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawChange {
    /// Its name within the answer.
    pub key: String,
    /// The action's name and version in orgkit's catalogue.
    pub action: String,
    /// The account that it would be done in.
    pub account: String,
    /// The region, where the action is regional.
    pub region: Option<String>,
    /// The action's arguments as JSON.
    pub args: String,
    /// The names of the changes that come before it.
    pub after: Vec<String>,
    /// The code whose message says why.
    pub code: String,
}

/// What becomes of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawOutcome {
    /// It may come.
    Admit,
    /// It has to wait.
    Hold,
    /// It may not come.
    Reject,
}

/// What an enrolment rule decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawDecision {
    /// What becomes of the account.
    pub outcome: RawOutcome,
    /// The unit, as a JSON array of names from the root down.
    pub target_ou: Option<String>,
    /// Why.
    pub because: Vec<RawFinding>,
}

impl From<types::Finding> for RawFinding {
    fn from(finding: types::Finding) -> Self {
        Self {
            about: finding.about,
            status: match finding.status {
                types::Status::Pass => Status::Pass,
                types::Status::Fail => Status::Fail,
                types::Status::NotApplicable => Status::NotApplicable,
                types::Status::Undetermined => Status::Undetermined,
            },
            code: finding.code,
            severity: finding.severity.map(severity),
            args: finding.args,
            evidence: finding
                .evidence
                .into_iter()
                .map(|evidence| RawEvidence { at: evidence.at, pointer: evidence.pointer, observed: evidence.observed })
                .collect(),
        }
    }
}

fn severity(severity: types::Severity) -> Severity {
    match severity {
        types::Severity::Informational => Severity::Informational,
        types::Severity::Low => Severity::Low,
        types::Severity::Medium => Severity::Medium,
        types::Severity::High => Severity::High,
        types::Severity::Critical => Severity::Critical,
    }
}

impl From<step::Change> for RawChange {
    fn from(change: step::Change) -> Self {
        Self {
            key: change.key,
            action: change.action,
            account: change.account,
            region: change.region,
            args: change.args,
            after: change.after,
            code: change.code,
        }
    }
}

impl From<enrollment::Decision> for RawDecision {
    fn from(decision: enrollment::Decision) -> Self {
        Self {
            outcome: match decision.outcome {
                enrollment::Outcome::Admit => RawOutcome::Admit,
                enrollment::Outcome::Hold => RawOutcome::Hold,
                enrollment::Outcome::Reject => RawOutcome::Reject,
            },
            target_ou: decision.target_ou,
            because: decision.because.into_iter().map(Into::into).collect(),
        }
    }
}
