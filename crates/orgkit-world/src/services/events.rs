//! What the services do when an account joins, leaves or moves within an organization. Organizations tells them; each listens in its own
//! file, and has its line here.

use super::{config, controltower};
use crate::world::World;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId, ParentId};

/// An account has joined an organization; it stands in the root.
pub(crate) fn joined(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    let _ = (world, account, organization, now);
}

/// An account is leaving an organization; it still is a member. The management account leaves last, with the organization itself.
pub(crate) fn left(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    config::left(world, account);
    controltower::left(world, account, organization, now);
}

/// An account has moved from one root or unit of its organization to another.
pub(crate) fn moved(world: &mut World, account: &AccountId, from: &ParentId, to: &ParentId, now: Timestamp) {
    controltower::moved(world, account, to, now);
    let _ = from;
}
