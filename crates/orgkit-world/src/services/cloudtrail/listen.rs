//! What becomes of trails and of the event history when accounts join and leave.

use super::history::{self, Entry};
use super::trail::Trail;
use crate::world::World;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId};

/// An account has joined: the management account's event history says so. The shadow of the organization trail needs nothing: it is not
/// stored.
pub(crate) fn joined(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    let method = world.membership(account).map(|membership| membership.method);
    if let (Some(management), Some(method)) = (management(world, organization), method) {
        let entry = Entry::Joined { account: account.clone(), organization: organization.clone(), method };
        history::add(world, &management, now, entry);
    }
}

/// An account is leaving: the management account's event history says so, and organization trails that it owns become ordinary ones.
pub(crate) fn left(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    if let Some(management) = management(world, organization) {
        let entry = Entry::Departed { account: account.clone(), organization: organization.clone() };
        history::add(world, &management, now, entry);
    }
    if let Some(record) = world.accounts.get_mut(account) {
        end_organization_trails(&mut record.trails);
    }
}

/// Turns the organization trails of an account that no longer is in the organization into ordinary ones
/// [CloudTrail User Guide, creating-trail-organization].
pub(crate) fn end_organization_trails(trails: &mut [Trail]) {
    for trail in trails {
        trail.of_organization = false;
    }
}

fn management(world: &World, organization: &OrganizationId) -> Option<AccountId> {
    world.organizations.get(organization).map(|organization| organization.management.clone())
}
