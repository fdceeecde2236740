//! Findings: what a check says about one thing, with the evidence for it.

use crate::AccountId;
use serde::{Deserialize, Serialize};

/// How bad a finding is, as AWS Security Hub grades it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Informational,
    /// Cosmetic or easily made again (S3 in orgkit's reference).
    Low,
    /// Protection, visibility or money is silently lost (S2).
    Medium,
    /// A workload may stop or an owner be locked out (S1).
    High,
    /// A workload stops or an owner is locked out at the moment of the move.
    Critical,
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What a rule says about a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// All is well.
    Pass,
    /// Something is wrong.
    Fail,
    /// The rule has nothing to say about this subject.
    NotApplicable,
    /// The rule could not look, so it does not know. Never a pass.
    Undetermined,
}

/// Where a finding rests: a fact, a place in it, and what stood there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Evidence {
    /// The API operation or resource type that gave the fact.
    pub call: String,
    /// The account it was read in.
    pub account: AccountId,
    /// The region it was read in, where the service is regional.
    pub region: Option<String>,
    /// The fact's name.
    pub name: String,
    /// A JSON pointer (RFC 6901) into the fact's document; empty for all of it.
    pub pointer: String,
    /// What stood there.
    pub observed: String,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Finding {
    /// A stable name: `<pack>/<rule>/<code>`.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What the rule says.
    pub status: Status,
    /// The account it concerns.
    pub account: AccountId,
    /// The region it concerns, where it is regional.
    pub region: Option<String>,
    /// The kind of fact it is about.
    pub kind: String,
    /// The name of the thing it is about.
    pub subject: String,
    /// One line: what is wrong.
    pub title: String,
    /// What to do about it.
    pub remedy: String,
    /// Whether it stands in the way of moving the account until it is remedied or accepted by name.
    pub blocks_move: bool,
    /// Where it rests.
    pub evidence: Vec<Evidence>,
    /// The rows of orgkit's coverage that it serves, such as `D6`.
    pub covers: Vec<String>,
}
