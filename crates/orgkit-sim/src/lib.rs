//! The simulated AWS: the world of [`orgkit_world`] behind the AWS wire protocols, request signing, a virtual clock and storage.
//!
//! [`Simulator`] is the whole of it. The SDK reaches it in the same process, without a socket; other programs over loopback.

mod cloud;
mod simulator;
#[cfg(test)]
mod tests;
mod wire;

pub use cloud::SimCloud;
pub use orgkit_world::catalog;
pub use orgkit_world::faults::{ArmedFaults, Fault, FaultPlan, FaultPlanError, FaultRule, Loss, Only, PeopleRule};
pub use orgkit_world::{
    ACME, AccountSpec, AccountView, ActivitySpec, AnalyzerSpec, AnalyzerType, Answer, ApiError, AutoEnable, BaselineSpec, BuildError, Call,
    ConfigSpec, DelegatedAdministratorSpec, DetectionService, DetectionSpec, EventDataStoreSpec, Gap, GapKind, IamPolicySpec,
    IdentityCenterSpec, InspectorResource, InspectorSpec, Keys, OrganizationRole, OrganizationSpec, OwnDetectionSpec, PermissionSetSpec,
    PersonAct, PolicySpec, Principal, ROOT, ResourceExplorerSpec, ResourceSpec, RoleSpec, SavingsPlanSpec, SavingsPlanType, Session,
    ShareSpec, StackSetSpec, TrailSpec, UnitSpec, WORLD_VERSION, WorldError, WorldFile, WorldProblem, account_of_key, generate, keys_of,
};
pub use simulator::{Bystander, CallError, Clock, Passage, Seen, SimError, Simulator};
