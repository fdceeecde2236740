//! Sharing within an organization.

use super::{PRINCIPAL, not_permitted};
use crate::call::{Answer, Request};
use crate::world::World;
use serde_json::json;

/// `EnableSharingWithAwsOrganization`.
pub(super) fn enable_sharing(world: &mut World, request: &Request<'_>) -> Answer {
    let caller = &request.caller.account;
    let managed =
        world.organization_of(caller).filter(|organization| &organization.management == caller && organization.feature_set == "ALL");
    let refused = || not_permitted("Only the management account of an organization with all features can enable sharing.");
    let id = managed.ok_or_else(refused)?.id.clone();
    if let Some(organization) = world.organizations.get_mut(&id) {
        organization.trusted.entry(PRINCIPAL.to_owned()).or_insert(request.now);
    }
    Ok(json!({ "returnValue": true }))
}
