//! Who may use service-managed StackSets, and as whom: trusted access, delegated administrators, `CallAs`.

use super::invalid;
use super::state::StackSet;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{OrganizationRecord, World};
use orgkit_model::AccountId;
use serde_json::json;

/// The service principal of trusted access and of delegated administrators
/// [Organizations User Guide, services-that-can-integrate-cloudformation].
pub(super) const PRINCIPAL: &str = "member.org.stacksets.cloudformation.amazonaws.com";

/// Whose StackSets a call is about: the caller's own, or those of its management account when it calls as a delegated administrator.
pub(super) fn owner(world: &World, request: &Request<'_>) -> Result<AccountId, ApiError> {
    let caller = &request.caller.account;
    if request.one_of("CallAs", &["SELF", "DELEGATED_ADMIN"])? != Some("DELEGATED_ADMIN") {
        return Ok(caller.clone());
    }
    let organization = world.organization_of(caller).filter(|organization| is_delegated(organization, caller));
    organization.map(|organization| organization.management.clone()).ok_or_else(not_administrator)
}

/// The StackSet that the input names, with its owner.
pub(super) fn named<'w>(world: &'w World, request: &Request<'_>) -> Result<(AccountId, &'w StackSet), ApiError> {
    let name = request.required("StackSetName")?;
    let owner = owner(world, request)?;
    let set = world.services.cloudformation.find(&owner, request.region, name);
    let set = set.ok_or_else(|| ApiError::new("StackSetNotFoundException", format!("StackSet {name} not found")).with_status(404))?;
    Ok((owner, set))
}

/// The organization that service-managed StackSets of the owner deploy to; it must have given trusted access.
pub(super) fn organization<'w>(world: &'w World, owner: &AccountId) -> Result<&'w OrganizationRecord, ApiError> {
    let organization = world.organization_of(owner).filter(|organization| &organization.management == owner);
    let organization = organization.ok_or_else(not_administrator)?;
    if organization.trusted.contains_key(PRINCIPAL) {
        return Ok(organization);
    }
    Err(invalid("You must enable organizations access to operate a service managed stack set"))
}

/// `ActivateOrganizationsAccess`.
pub(super) fn activate(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = managed(world, request)?;
    if organization.feature_set != "ALL" {
        return Err(refused("The organization must have all features enabled."));
    }
    let id = organization.id.clone();
    world.services.cloudformation.deactivated.remove(&id);
    if let Some(organization) = world.organizations.get_mut(&id) {
        organization.trusted.entry(PRINCIPAL.to_owned()).or_insert(request.now);
    }
    Ok(json!({}))
}

/// `DeactivateOrganizationsAccess`: stacks stay, but none come or go by themselves any more.
pub(super) fn deactivate(world: &mut World, request: &Request<'_>) -> Answer {
    let id = managed(world, request)?.id.clone();
    if let Some(organization) = world.organizations.get_mut(&id) {
        organization.trusted.remove(PRINCIPAL);
    }
    world.services.cloudformation.deactivated.insert(id);
    Ok(json!({}))
}

/// `DescribeOrganizationsAccess`.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let caller = &request.caller.account;
    let call_as = request.one_of("CallAs", &["SELF", "DELEGATED_ADMIN"])?;
    let may = |organization: &&OrganizationRecord| match call_as {
        Some("DELEGATED_ADMIN") => is_delegated(organization, caller),
        _ => &organization.management == caller,
    };
    let organization = world.organization_of(caller).filter(may);
    let organization = organization.ok_or_else(|| refused("Only the management account or a delegated administrator can ask."))?;
    let status = if organization.trusted.contains_key(PRINCIPAL) { "ENABLED" } else { "DISABLED" };
    Ok(json!({ "Status": status }))
}

fn managed<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w OrganizationRecord, ApiError> {
    let caller = &request.caller.account;
    let organization = world.organization_of(caller).filter(|organization| &organization.management == caller);
    organization.ok_or_else(|| refused("Only the management account of an organization can do this."))
}

fn is_delegated(organization: &OrganizationRecord, account: &AccountId) -> bool {
    organization.delegated.get(account).is_some_and(|services| services.contains_key(PRINCIPAL))
}

fn refused(message: &str) -> ApiError {
    ApiError::new("InvalidOperationException", message)
}

fn not_administrator() -> ApiError {
    invalid("You must be the management account or delegated admin account of an organization before operating a SERVICE_MANAGED stack set")
}
