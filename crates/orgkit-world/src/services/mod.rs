//! The other services, as far as orgkit calls them. Each file has its service's row for the catalog.

pub(crate) mod access_analyzer;
pub(crate) mod account;
mod administration;
pub(crate) mod ce;
pub(crate) mod cloudcontrol;
pub(crate) mod cloudformation;
pub(crate) mod cloudtrail;
pub(crate) mod config;
pub(crate) mod controltower;
mod described;
mod events;
pub(crate) mod guardduty;
pub(crate) mod iam;
pub(crate) mod identitystore;
pub(crate) mod inspector;
pub(crate) mod ram;
pub(crate) mod resource_explorer;
pub(crate) mod savings_plans;
pub(crate) mod securityhub;
pub(crate) mod sso;
pub(crate) mod sts;

pub(crate) use described::described;
pub(crate) use events::{joined, left, moved};

use crate::call::Request;
use crate::world::{AccountRecord, World};
use serde::{Deserialize, Serialize};

/// What the services keep for themselves, one member a service.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct States {
    pub(crate) ce: ce::State,
    pub(crate) cloud_control: cloudcontrol::State,
    pub(crate) account: account::State,
    pub(crate) config: config::State,
    pub(crate) controltower: controltower::State,
    pub(crate) access_analyzer: access_analyzer::State,
    pub(crate) guardduty: guardduty::State,
    pub(crate) inspector: inspector::State,
    pub(crate) resource_explorer: resource_explorer::State,
    pub(crate) securityhub: securityhub::State,
    pub(crate) cloudformation: cloudformation::State,
    pub(crate) cloudtrail: cloudtrail::State,
    pub(crate) ram: ram::State,
    pub(crate) iam: iam::State,
}

/// The caller's account. [`World::handle`] has refused callers that have none.
fn own<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w AccountRecord, crate::ApiError> {
    let account = &request.caller.account;
    world.accounts.get(account).ok_or_else(|| crate::error::account_not_found(account))
}
