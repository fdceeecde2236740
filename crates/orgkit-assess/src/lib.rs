//! Facts in, findings out: the approach decision and the checks of the packs.

mod approach;
mod error;
mod rules;

pub use approach::{WORKLOAD_KINDS, decide_approach};
pub use error::AssessError;
pub use rules::{PlacementDecision, PolicyProposal, RuleRunner};
