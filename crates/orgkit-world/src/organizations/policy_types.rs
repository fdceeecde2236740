//! Turning policy types on and off.

use super::{constraint, policies, policy_type, shapes};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{OrganizationRecord, World};
use orgkit_model::{AccountId, RootId};
use serde_json::json;

/// `EnablePolicyType`: AWS's own policy of the type, if there is one, is attached everywhere. The request is asynchronous in AWS; here it is
/// done when it is answered.
pub(crate) fn enable(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.administered(request)?;
    check_root(organization, request)?;
    let kind = policy_type(request, "PolicyType")?;
    policies::check_available(organization)?;
    if organization.is_enabled(kind) {
        return Err(ApiError::new(
            "PolicyTypeAlreadyEnabledException",
            "The specified policy type is already enabled in the specified root.",
        ));
    }
    if kind.rules().access.is_some_and(|service| !organization.trusted.contains_key(service)) {
        return Err(constraint("SERVICE_ACCESS_NOT_ENABLED", "Enable trusted access for the service of the policy type first."));
    }
    let members: Vec<AccountId> = world.members(&organization.id).map(|(account, _)| account.id.clone()).collect();
    let organization = organization.id.clone();
    let organization = world.organization_mut(&organization)?;
    organization.enable(kind, &members, request.now);
    Ok(json!({ "Root": shapes::root(organization) }))
}

/// `DisablePolicyType`: all attachments of the type are lost. The policies stay.
pub(crate) fn disable(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.administered(request)?;
    check_root(organization, request)?;
    let kind = policy_type(request, "PolicyType")?;
    if !organization.is_enabled(kind) {
        let message = "The specified policy type isn't currently enabled in this root.";
        return Err(ApiError::new("PolicyTypeNotEnabledException", message));
    }
    let organization = organization.id.clone();
    let organization = world.organization_mut(&organization)?;
    organization.enabled.remove(&kind);
    let policies = &organization.policies;
    organization.attachments.detach_all(|id| policies.get(id).is_some_and(|policy| policy.kind == kind));
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
