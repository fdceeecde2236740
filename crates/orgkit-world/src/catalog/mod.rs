//! What is simulated: every service with its protocol, and every operation with what it does to the world.
//!
//! Each service's row stands in the service's own module; here they come together. What changes with time stands here as tables with source
//! and date: request limits, policy types, service principals.

pub mod limits;
mod operation;
mod policies;
mod regions;
mod service;
mod service_principals;

pub(crate) use operation::{Effect, change, read};
pub use operation::{Operation, Route};
pub use policies::{NotKept, PolicyKind, PolicyRules};
pub use regions::{GLOBAL_REGION, REGIONS, is_global, is_region};
pub use service::{Faults, Protocol, Service};
pub use service_principals::{Administrators, SERVICE_PRINCIPALS, ServicePrincipal, service_principal};

use crate::{organizations, services};

/// All services, Organizations first.
pub const SERVICES: &[&Service] = &[
    &organizations::SERVICE,
    &services::sts::SERVICE,
    &services::iam::SERVICE,
    &services::cloudtrail::SERVICE,
    &services::config::SERVICE,
    &services::controltower::SERVICE,
    &services::account::SERVICE,
    &services::guardduty::SERVICE,
    &services::securityhub::SERVICE,
    &services::inspector::SERVICE,
    &services::access_analyzer::SERVICE,
    &services::resource_explorer::SERVICE,
    &services::ram::SERVICE,
    &services::sso::SERVICE,
    &services::identitystore::SERVICE,
    &services::savings_plans::SERVICE,
    &services::cloudcontrol::SERVICE,
    &services::ce::SERVICE,
    &services::cloudformation::SERVICE,
];

/// The service with that name.
pub fn service(name: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.name == name).copied()
}

/// The service that requests are signed for with that name.
pub fn signed_for(signing_name: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.signing_name == signing_name).copied()
}
