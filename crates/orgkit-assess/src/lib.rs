//! Facts in, findings out: the approach decision and the checks of the packs.

mod activity;
mod approach;
mod chains;
mod error;
mod rules;

pub use activity::{ActivityInput, activity_findings, guardrail_findings};
pub use approach::{WORKLOAD_KINDS, decide_approach};
pub use chains::{Chains, Documents, UnreadablePolicy};
pub use error::AssessError;
pub use rules::{PlacementDecision, PolicyProposal, RuleRunner, sort_findings};
