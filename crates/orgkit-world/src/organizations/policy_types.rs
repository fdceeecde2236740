//! Turning policy types on and off.

use super::{policy_type, shapes};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{OrganizationRecord, World};
use orgkit_model::{AccountId, RootId};
use serde_json::json;

/// `EnablePolicyType`: AWS's own policy of the type is attached everywhere.
pub(crate) fn enable(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    check_root(organization, request)?;
    let message = "You can't use the specified policy type with the feature set currently enabled for this organization.";
    let not_available = || ApiError::new("PolicyTypeNotAvailableForOrganizationException", message);
    let kind = policy_type(request, "PolicyType")?.filter(|_| organization.feature_set == "ALL").ok_or_else(not_available)?;
    if organization.enabled.contains(&kind) {
        return Err(ApiError::new(
            "PolicyTypeAlreadyEnabledException",
            "The specified policy type is already enabled in the specified root.",
        ));
    }
    let members: Vec<AccountId> = world.members(&organization.id).map(|(account, _)| account.id.clone()).collect();
    let organization = organization.id.clone();
    let organization = world.organization_mut(&organization)?;
    organization.enable(kind, &members);
    Ok(json!({ "Root": shapes::root(organization) }))
}

/// `DisablePolicyType`: all attachments of the type are lost.
pub(crate) fn disable(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    check_root(organization, request)?;
    let message = "The specified policy type isn't currently enabled in this root.";
    let not_enabled = || ApiError::new("PolicyTypeNotEnabledException", message);
    let kind = policy_type(request, "PolicyType")?.filter(|kind| organization.enabled.contains(kind)).ok_or_else(not_enabled)?;
    let organization = organization.id.clone();
    let organization = world.organization_mut(&organization)?;
    organization.enabled.remove(&kind);
    let policies = &organization.policies;
    organization.attachments.retain(|(_, id)| policies.get(id).is_some_and(|policy| policy.kind != kind));
    Ok(json!({ "Root": shapes::root(organization) }))
}

fn check_root(organization: &OrganizationRecord, request: &Request<'_>) -> Result<(), ApiError> {
    let id = request.required("RootId")?;
    if id.parse::<RootId>().is_err() {
        return Err(request.invalid("INVALID_PATTERN", format!("`{id}` is not the id of a root.")));
    }
    if organization.root.as_str() == id {
        return Ok(());
    }
    Err(ApiError::new("RootNotFoundException", "We can't find a root with the RootId that you specified."))
}
