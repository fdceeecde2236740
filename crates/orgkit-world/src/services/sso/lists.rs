//! Looking at the instance and at what is where.

use super::records::{IdentityCenter, PermissionSet, Placement};
use super::{administered, named, no_instance, paging};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::world::{OrganizationRecord, World};
use orgkit_model::AccountId;
use serde_json::{Value, json};

/// `ListInstances`: every account of the organization sees its instance, in the instance's region.
pub(super) fn instances(world: &World, request: &Request<'_>) -> Answer {
    let instance = visible(world, request).map(|(organization, center)| shape(organization, center));
    paging("ListInstances", "Instances").page(request, instance.into_iter().collect())
}

/// `DescribeInstance`.
pub(super) fn describe_instance(world: &World, request: &Request<'_>) -> Answer {
    let wanted = request.required("InstanceArn")?;
    let found = visible(world, request).filter(|(_, center)| center.arn == wanted);
    // The operation declares no ResourceNotFoundException.
    let denied = |error: ApiError| ApiError { code: "AccessDeniedException", ..error };
    found.map(|(organization, center)| shape(organization, center)).ok_or_else(no_instance).map_err(denied)
}

/// `ListAccountAssignments` of an account and permission set.
pub(super) fn assignments(world: &World, request: &Request<'_>) -> Answer {
    let (_, _, set) = named(world, request)?;
    let account = account(request)?;
    let principals = set.accounts.get(&account).into_iter().flat_map(|placement| &placement.principals);
    let shape = |(kind, id): &(String, String)| json!({ "AccountId": account, "PermissionSetArn": set.arn, "PrincipalType": kind, "PrincipalId": id });
    paging("ListAccountAssignments", "AccountAssignments").page(request, principals.map(shape).collect())
}

/// `ListPermissionSetsProvisionedToAccount`.
pub(super) fn provisioned_sets(world: &World, request: &Request<'_>) -> Answer {
    let (_, center) = administered(world, request)?;
    let account = account(request)?;
    let latest = provisioning_status(request)?;
    let is_wanted = |set: &&PermissionSet| set.accounts.get(&account).is_some_and(|placement| is_status(set, placement, latest));
    let sets = center.permission_sets.iter().filter(is_wanted).map(|set| Value::from(set.arn.as_str()));
    paging("ListPermissionSetsProvisionedToAccount", "PermissionSets").page(request, sets.collect())
}

/// `ListAccountsForProvisionedPermissionSet`.
pub(super) fn accounts(world: &World, request: &Request<'_>) -> Answer {
    let (_, _, set) = named(world, request)?;
    let latest = provisioning_status(request)?;
    let accounts = set.accounts.iter().filter(|(_, placement)| is_status(set, placement, latest));
    let accounts = accounts.map(|(account, _)| Value::from(account.as_str()));
    paging("ListAccountsForProvisionedPermissionSet", "AccountIds").page(request, accounts.collect())
}

/// Whether those are wanted that have the latest version; `None` when it does not matter.
fn provisioning_status(request: &Request<'_>) -> Result<Option<bool>, ApiError> {
    let values = ["LATEST_PERMISSION_SET_PROVISIONED", "LATEST_PERMISSION_SET_NOT_PROVISIONED"];
    Ok(request.one_of("ProvisioningStatus", &values)?.map(|status| status == "LATEST_PERMISSION_SET_PROVISIONED"))
}

fn is_status(set: &PermissionSet, placement: &Placement, latest: Option<bool>) -> bool {
    latest.is_none_or(|latest| latest == (placement.version == set.version))
}

fn account(request: &Request<'_>) -> Result<AccountId, ApiError> {
    let id = request.required("AccountId")?;
    id.parse().map_err(|_| ApiError::new("ValidationException", format!("`{id}` is not an account id.")))
}

/// The instance of the caller's organization, seen from the instance's region.
fn visible<'w>(world: &'w World, request: &Request<'_>) -> Option<(&'w OrganizationRecord, &'w IdentityCenter)> {
    let organization = world.organization_of(&request.caller.account)?;
    let center = organization.identity_center.as_ref().filter(|center| center.region == request.region)?;
    Some((organization, center))
}

/// `InstanceMetadata`, and what `DescribeInstance` answers with.
fn shape(organization: &OrganizationRecord, center: &IdentityCenter) -> Value {
    json!({
        "InstanceArn": center.arn,
        "IdentityStoreId": center.store,
        "OwnerAccountId": organization.management,
        "CreatedDate": epoch(center.created_at),
        "Status": "ACTIVE",
    })
}
