//! The nouns of orgkit: ids, organization tree, policies, facts, findings, plan, journal events.
//!
//! Nothing here performs I/O, reads a clock or draws randomness.

mod approach;
mod digest;
mod estate;
mod finding;
mod ids;
mod journal;
mod organization;
mod picture;
mod plan;
mod run;

pub use approach::{Approach, Decision, Reason};
pub use digest::Digest;
pub use estate::{Collection, ESTATE_SCHEMA, Estate, Fact, FactKind, LOOKUP_EVENTS, Outcome};
pub use finding::{Evidence, Finding, Severity, Status};
pub use ids::{AccountId, HandshakeId, IdError, OrganizationId, ParentId, PolicyId, RootId, UnitId};
pub use journal::{
    Amendment, Approval, Entry, ErrorClass, Event, Opening, OrganizationTree, Picture, Proof, Reserved, StepResult, TreeAccount, TreeNode,
    Verified,
};
pub use organization::{
    Account, AccountState, DelegatedAdministrator, Handshake, HandshakeState, JoinedMethod, Organization, OrganizationSnapshot, Policy,
    PolicyType, Unit,
};
pub use plan::{
    Accepted, Action, Gate, GateKind, LeftOut, PLAN_SCHEMA, Phase, Placement, Plan, ReturnPart, Step, StepClass, StepId, Was, Wave,
};
pub use run::{IllegalEvent, Run, StepRecord, StepState, Verification};
