//! What is simulated: every service with its protocol, and every operation with what it does to the world.
//!
//! Each service's row stands in the service's own module; here they come together.

mod operation;
mod service;

pub(crate) use operation::{Effect, change, read};
pub use operation::{Operation, Route};
pub use service::{Faults, Protocol, Service};

use crate::{organizations, services};

/// All services, Organizations first.
pub const SERVICES: &[&Service] = &[
    &organizations::SERVICE,
    &services::sts::SERVICE,
    &services::iam::SERVICE,
    &services::cloudtrail::SERVICE,
    &services::config::SERVICE,
    &services::inspector::SERVICE,
    &services::ram::SERVICE,
    &services::sso::SERVICE,
    &services::identitystore::SERVICE,
    &services::savings_plans::SERVICE,
    &services::cloudcontrol::SERVICE,
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
