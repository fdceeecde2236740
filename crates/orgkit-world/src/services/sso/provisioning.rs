//! Permission sets come into accounts as roles, and go.

use super::records::PermissionSet;
use super::requests::{AsyncRequest, Kind};
use super::role::{PATH, role_name, sso_role};
use super::{instance_mut, named, not_found, set_mut};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{OrganizationRecord, World};
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId};
use serde_json::json;
use std::collections::BTreeSet;

/// `ProvisionPermissionSet`: to one account that has it, or to all of them.
pub(super) fn provision(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, _, set) = named(world, request)?;
    request.required("TargetType")?;
    let all = request.one_of("TargetType", &["AWS_ACCOUNT", "ALL_PROVISIONED_ACCOUNTS"])? == Some("ALL_PROVISIONED_ACCOUNTS");
    let account = if all { None } else { Some(target(request)?) };
    let accounts: BTreeSet<AccountId> = match &account {
        Some(account) if !set.accounts.contains_key(account) => {
            return Err(not_found("The permission set is not provisioned to the account."));
        }
        Some(account) => BTreeSet::from([account.clone()]),
        None => set.accounts.keys().cloned().collect(),
    };
    if let Some(account) = &account {
        check_target(organization, &request.caller.account, account)?;
    }
    let (organization, set) = (organization.id.clone(), set.clone());
    for account in &accounts {
        put_role(world, account, &organization, &set, request.now);
    }
    let placed = set_mut(world, request, &set.arn)?;
    for (_, placement) in placed.accounts.iter_mut().filter(|(account, _)| accounts.contains(account)) {
        placement.version = set.version;
    }
    let created_at = request.now;
    let asked = AsyncRequest { kind: Kind::Provision, account, permission_set: set.arn, principal: None, created_at, failure: None };
    Ok(json!({ "PermissionSetProvisioningStatus": keep(world, request, asked)? }))
}

/// Keeps an asynchronous request, and tells its shape.
pub(super) fn keep(world: &mut World, request: &Request<'_>, asked: AsyncRequest) -> Answer {
    let id = world.ids.uuid();
    let shape = asked.shape(&id, request.now);
    instance_mut(world, request)?.requests.insert(id, asked);
    Ok(shape)
}

/// The account that the input's `TargetId` names.
pub(super) fn target(request: &Request<'_>) -> Result<AccountId, ApiError> {
    let id = request.required("TargetId")?;
    id.parse().map_err(|_| ApiError::new("ValidationException", format!("`{id}` is not an account id.")))
}

/// What is provisioned to the management account only the management account itself may change
/// [IAM Identity Center User Guide, delegated-admin].
pub(super) fn check_target(organization: &OrganizationRecord, caller: &AccountId, target: &AccountId) -> Result<(), ApiError> {
    if target == &organization.management && caller != target {
        let message = "A delegated administrator cannot change access to the management account.";
        return Err(ApiError::new("AccessDeniedException", message));
    }
    Ok(())
}

/// Puts the role of a permission set into an account, or brings it up to date.
pub(super) fn put_role(world: &mut World, account: &AccountId, organization: &OrganizationId, set: &PermissionSet, now: Timestamp) {
    let name = role_name(organization, &set.name, account);
    let Some(record) = world.accounts.get_mut(account) else { return };
    let created_at = record.roles.get(&name).map_or(now, |role| role.created_at);
    if let Ok(role) = sso_role(account, organization, set, created_at) {
        record.roles.insert(name, role);
    }
}

/// Takes the role of a permission set out of an account.
pub(super) fn remove_role(world: &mut World, account: &AccountId, organization: &OrganizationId, set: &str) {
    if let Some(record) = world.accounts.get_mut(account) {
        record.roles.remove(&role_name(organization, set, account));
    }
}

/// An account is leaving an organization: its assignments and the roles that Identity Center made in it go.
pub(crate) fn left(world: &mut World, account: &AccountId, organization: &OrganizationId) {
    let center = world.organizations.get_mut(organization).and_then(|organization| organization.identity_center.as_mut());
    for set in center.into_iter().flat_map(|center| &mut center.permission_sets) {
        set.accounts.remove(account);
    }
    if let Some(record) = world.accounts.get_mut(account) {
        record.roles.retain(|_, role| role.path != PATH);
    }
}
