//! The world file: an AWS estate for the simulated AWS, described in TOML that people write.

mod account;
mod acme;
mod activity;
mod billing;
mod check;
mod check_account;
mod check_activity;
mod check_detection;
mod check_iam;
mod check_organization;
mod cloudtrail;
mod derive;
mod detection;
mod error;
mod generate;
mod governance;
mod iam;
mod parse;
mod schema;
mod source;
mod standing;
mod types;

pub use account::{AccountSpec, ConfigSpec, IamPolicySpec, ResourceSpec, RoleSpec, SavingsPlanSpec, SavingsPlanType, ShareSpec};
pub use acme::ACME;
pub use activity::ActivitySpec;
pub use billing::BillingSpec;
pub use cloudtrail::EventDataStoreSpec;
pub use derive::ROOT;
pub use detection::{AnalyzerSpec, AnalyzerType, AutoEnable, DetectionService, DetectionSpec, OwnDetectionSpec, ResourceExplorerSpec};
pub use error::{WorldError, WorldProblem};
pub use generate::generate;
pub use governance::{AggregationAuthorizationSpec, AggregatorSpec, AlternateContactSpec, ConfigRuleSpec, ContactType, LandingZoneSpec};
pub use iam::{AwsManagedPolicySpec, RootAccess, UserSpec};
pub use standing::{BillingTransfersSpec, FeatureSet, Seller, SignupSpec};
pub use types::{
    BaselineSpec, DelegatedAdministratorSpec, IdentityCenterSpec, InspectorResource, InspectorSpec, OrganizationRole, OrganizationSpec,
    PermissionSetSpec, PolicySpec, StackSetSpec, TrailSpec, UnitSpec, WORLD_VERSION, WorldFile,
};

#[cfg(test)]
mod tests;
