//! The world file: an AWS estate for the simulated AWS, described in TOML that people write.

mod account;
mod derive;
mod types;

pub use account::{AccountSpec, ConfigSpec, IamPolicySpec, ResourceSpec, RoleSpec, SavingsPlanSpec, SavingsPlanType, ShareSpec};
pub use derive::ROOT;
pub use types::{
    BaselineSpec, DelegatedAdministratorSpec, IdentityCenterSpec, InspectorResource, InspectorSpec, OrganizationRole, OrganizationSpec,
    PermissionSetSpec, PolicySpec, StackSetSpec, TrailSpec, UnitSpec, WORLD_VERSION, WorldFile,
};
