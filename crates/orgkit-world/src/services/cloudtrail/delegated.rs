//! CloudTrail's delegated administrators, as CloudTrail itself registers them.

use super::PRINCIPAL;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{OrganizationRecord, World};
use orgkit_model::AccountId;
use serde_json::json;

/// How many there can be [CloudTrail User Guide, cloudtrail-delegated-administrator, as of 2026-11].
const MOST: usize = 3;

/// `RegisterOrganizationDelegatedAdmin`. Trusted access comes with it.
pub(super) fn register(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = managed(world, request)?;
    let account = account(request, "MemberAccountId")?;
    if organization.management == account {
        let message = "The management account cannot be a delegated administrator.";
        return Err(ApiError::new("CannotDelegateManagementAccountException", message));
    }
    if world.member(&organization.id, account.as_str()).is_none() {
        return Err(crate::error::account_not_found(&account));
    }
    let is_registered = |id: &AccountId| organization.delegated.get(id).is_some_and(|services| services.contains_key(PRINCIPAL));
    if is_registered(&account) {
        return Err(ApiError::new("AccountRegisteredException", "The account is a delegated administrator already."));
    }
    if organization.delegated.keys().filter(|id| is_registered(id)).count() >= MOST {
        let message = format!("An organization has at most {MOST} delegated administrators of CloudTrail.");
        return Err(ApiError::new("DelegatedAdminAccountLimitExceededException", message));
    }
    let id = organization.id.clone();
    if let Some(organization) = world.organizations.get_mut(&id) {
        organization.trusted.entry(PRINCIPAL.to_owned()).or_insert(request.now);
        organization.delegated.entry(account).or_default().insert(PRINCIPAL.to_owned(), request.now);
    }
    Ok(json!({}))
}

/// `DeregisterOrganizationDelegatedAdmin`. Trails that it made stay: they are the management account's.
pub(super) fn deregister(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = managed(world, request)?;
    let account = account(request, "DelegatedAdminAccountId")?;
    if world.member(&organization.id, account.as_str()).is_none() {
        return Err(crate::error::account_not_found(&account));
    }
    if organization.delegated.get(&account).is_none_or(|services| !services.contains_key(PRINCIPAL)) {
        return Err(ApiError::new("AccountNotRegisteredException", "The account is no delegated administrator of CloudTrail."));
    }
    let id = organization.id.clone();
    if let Some(organization) = world.organizations.get_mut(&id) {
        if let Some(services) = organization.delegated.get_mut(&account) {
            services.remove(PRINCIPAL);
        }
        organization.delegated.retain(|_, services| !services.is_empty());
    }
    Ok(json!({}))
}

fn managed<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w OrganizationRecord, ApiError> {
    let not_in_use = || ApiError::new("OrganizationsNotInUseException", "Your account is not a member of an organization.");
    let organization = world.organization_of(&request.caller.account).ok_or_else(not_in_use)?;
    if organization.management != request.caller.account {
        let message = "Only the management account can do this.";
        return Err(ApiError::new("NotOrganizationManagementAccountException", message));
    }
    if organization.feature_set != "ALL" {
        let message = "The organization must have all features enabled.";
        return Err(ApiError::new("OrganizationNotInAllFeaturesModeException", message));
    }
    Ok(organization)
}

fn account(request: &Request<'_>, member: &str) -> Result<AccountId, ApiError> {
    let id = request.required(member)?;
    id.parse().map_err(|_| ApiError::new("InvalidParameterException", format!("`{id}` is not an account id.")))
}
