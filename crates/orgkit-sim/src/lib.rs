//! A simulated AWS: a pure world with the real rules, reachable through the AWS wire protocols.
//!
//! [`World`] is the rules: what a call does, given who calls and what time it is. It reads no clock, draws no randomness and performs no
//! I/O: the same world, seed and calls give the same answers. [`Simulator`] puts the wire protocols, request signing, a virtual clock
//! and storage around it.

mod authorize;
mod call;
mod catalog;
mod condition;
mod error;
mod format;
mod ids;
mod keys;
mod organizations;
mod page;
mod policy_document;
mod services;
mod simulator;
#[cfg(test)]
mod tests;
mod wire;
mod world;
mod worldfile;

pub use call::{Call, Principal};
pub use error::ApiError;
pub use keys::{Keys, account_of_key, keys_of};
pub use simulator::{AccountView, Clock, PersonAct, SimError, Simulator};
pub use world::{BuildError, World};
pub use worldfile::{
    ACME, AccountSpec, ActivitySpec, BaselineSpec, ConfigSpec, DelegatedAdministratorSpec, IamPolicySpec, IdentityCenterSpec,
    InspectorResource, InspectorSpec, OrganizationRole, OrganizationSpec, PermissionSetSpec, PolicySpec, ROOT, ResourceSpec, RoleSpec,
    SavingsPlanSpec, SavingsPlanType, ShareSpec, StackSetSpec, TrailSpec, UnitSpec, WORLD_VERSION, WorldError, WorldFile, WorldProblem,
    generate,
};
