//! The simulated AWS: the world of [`orgkit_world`] behind the AWS wire protocols, request signing, a virtual clock and storage.
//!
//! [`Simulator`] is the whole of it. The SDK reaches it in the same process, without a socket; other programs over loopback.

mod simulator;
#[cfg(test)]
mod tests;
mod wire;

pub use orgkit_world::{
    ACME, AccountSpec, AccountView, ActivitySpec, BaselineSpec, BuildError, Call, ConfigSpec, DelegatedAdministratorSpec,
    EventDataStoreSpec, IamPolicySpec, IdentityCenterSpec, InspectorResource, InspectorSpec, Keys, OrganizationRole, OrganizationSpec,
    PermissionSetSpec, PolicySpec, Principal, ROOT, ResourceSpec, RoleSpec, SavingsPlanSpec, SavingsPlanType, ShareSpec, StackSetSpec,
    TrailSpec, UnitSpec, WORLD_VERSION, WorldError, WorldFile, WorldProblem, account_of_key, generate, keys_of,
};
pub use simulator::{Clock, PersonAct, SimError, Simulator};
