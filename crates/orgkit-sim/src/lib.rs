//! A simulated AWS: a pure world with the real rules, reachable through the AWS wire protocols.

mod worldfile;

pub use worldfile::{
    ACME, AccountSpec, BaselineSpec, ConfigSpec, DelegatedAdministratorSpec, IamPolicySpec, IdentityCenterSpec, InspectorResource,
    InspectorSpec, OrganizationRole, OrganizationSpec, PermissionSetSpec, PolicySpec, ROOT, ResourceSpec, RoleSpec, SavingsPlanSpec,
    SavingsPlanType, ShareSpec, StackSetSpec, TrailSpec, UnitSpec, WORLD_VERSION, WorldError, WorldFile, WorldProblem,
};
