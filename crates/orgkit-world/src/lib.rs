//! The world of the simulated AWS: everything there is, and the rules by which it changes.
//!
//! [`World::handle`] does what a call asks, given who calls and what time it is. The world reads no clock, draws no randomness and
//! performs no I/O: the same world, seed and calls give the same answers. A [`WorldFile`] describes a world; [`catalog`] lists what can
//! be called.

mod authorize;
mod call;
pub mod catalog;
mod error;
pub mod faults;
mod format;
mod ids;
mod keys;
mod organizations;
mod page;
mod pairs;
mod people;
mod policy_document;
mod services;
#[cfg(test)]
mod tests;
mod world;
mod worldfile;

pub use call::{Answer, Call, Principal, SessionKind, SessionScope};
pub use error::ApiError;
pub use ids::uuid_of;
pub use keys::{Keys, account_of_key, keys_of, keys_of_user, secret_of};
pub use people::PersonAct;
pub use world::{AccountView, BuildError, Home, Invitation, Session, World};
pub use worldfile::{
    ACME, AccountSpec, ActivitySpec, AggregationAuthorizationSpec, AggregatorSpec, AlternateContactSpec, AnalyzerSpec, AnalyzerType,
    AutoEnable, AwsManagedPolicySpec, BaselineSpec, BillingSpec, BillingTransfersSpec, ConfigRuleSpec, ConfigSpec, ContactType,
    DelegatedAdministratorSpec, DetectionService, DetectionSpec, EventDataStoreSpec, FeatureSet, Gap, GapKind, IamPolicySpec,
    IdentityCenterSpec, InspectorResource, InspectorSpec, LandingZoneSpec, OrganizationRole, OrganizationSpec, OwnDetectionSpec,
    PermissionSetSpec, PolicySpec, ROOT, ResourceExplorerSpec, ResourceSpec, RoleSpec, RootAccess, SavingsPlanSpec, SavingsPlanType,
    Seller, ShareSpec, SignupSpec, StackSetSpec, TrailSpec, UnitSpec, UserSpec, WORLD_VERSION, WorldError, WorldFile, WorldProblem,
    generate,
};
