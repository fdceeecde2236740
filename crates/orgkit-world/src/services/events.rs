//! What the services do when an account joins, leaves or moves within an organization. Organizations tells them; each listens in its own
//! file, and has its line here.

use super::{cloudformation, cloudtrail, config, controltower, guardduty, iam, inspector, ram, securityhub, sso};
use crate::world::World;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId, ParentId};

/// An account has joined an organization; it stands in the root.
pub(crate) fn joined(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    guardduty::joined(world, account, organization, now);
    securityhub::joined(world, account, organization, now);
    inspector::joined(world, account, organization, now);
    cloudformation::joined(world, account, organization, now);
    cloudtrail::joined(world, account, organization, now);
    iam::joined(world, account, now);
}

/// An account is leaving an organization; it still is a member. The management account leaves last, with the organization itself.
pub(crate) fn left(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    config::left(world, account);
    controltower::left(world, account, organization, now);
    guardduty::left(world, account, organization, now);
    securityhub::left(world, account, organization, now);
    inspector::left(world, account, organization, now);
    cloudformation::left(world, account, organization, now);
    cloudtrail::left(world, account, organization, now);
    ram::left(world, account, organization);
    sso::left(world, account, organization);
    iam::left(world, account, organization);
}

/// An account has moved to another root or unit of its organization.
pub(crate) fn moved(world: &mut World, account: &AccountId, to: &ParentId, now: Timestamp) {
    controltower::moved(world, account, to, now);
    cloudformation::moved(world, account, now);
}
