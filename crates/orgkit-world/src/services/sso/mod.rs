//! IAM Identity Center (botocore `sso-admin/2020-07-20`): the organization's instance, its permission sets, and who has them in which
//! account.
//!
//! An assignment is there at once; its request says `IN_PROGRESS` for ten seconds. AWS gives no number.

mod assignments;
mod lists;
mod permission_sets;
mod policies;
mod provisioning;
mod records;
mod requests;
mod role;

pub(crate) use provisioning::left;
pub(crate) use records::{Group, IdentityCenter, PermissionSet, Placement, User, group_id, short_id, user_id};
pub(crate) use role::sso_role;

use crate::ApiError;
use crate::call::Request;
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::page::Paging;
use crate::world::{OrganizationRecord, World};

const REFERENCE: &str = "IAM Identity Center API Reference, CreateAccountAssignment";

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "sso",
    signing_name: "sso",
    actions: "sso",
    model: "sso-admin/2020-07-20",
    protocol: Protocol::Json { target: "SWBExternalService" },
    faults: Faults { message: "Message", ..Faults::JSON },
    operations: &[
        read("ListInstances", lists::instances)
            .rules("all accounts of the organization see its instance, in its region", "IAM Identity Center API Reference, ListInstances"),
        read("DescribeInstance", lists::describe_instance)
            .rules("in the instance's region", "IAM Identity Center API Reference, DescribeInstance"),
        read("ListPermissionSets", permission_sets::list)
            .rules("management account and delegated administrators", "IAM Identity Center API Reference, ListPermissionSets"),
        read("DescribePermissionSet", permission_sets::describe)
            .rules("management account and delegated administrators", "IAM Identity Center API Reference, DescribePermissionSet"),
        change("CreatePermissionSet", permission_sets::create)
            .rules("unique names, session of one to twelve hours", "IAM Identity Center API Reference, CreatePermissionSet"),
        change("AttachManagedPolicyToPermissionSet", policies::attach).rules(
            "AWS's own policies; provisioned accounts get it with ProvisionPermissionSet",
            "IAM Identity Center API Reference, AttachManagedPolicyToPermissionSet",
        ),
        read("ListManagedPoliciesInPermissionSet", policies::list_managed)
            .rules("attached policies", "IAM Identity Center API Reference, ListManagedPoliciesInPermissionSet"),
        change("PutInlinePolicyToPermissionSet", policies::put_inline).rules(
            "JSON; provisioned accounts get it with ProvisionPermissionSet",
            "IAM Identity Center API Reference, PutInlinePolicyToPermissionSet",
        ),
        read("GetInlinePolicyForPermissionSet", policies::get_inline)
            .rules("empty when there is none", "IAM Identity Center API Reference, GetInlinePolicyForPermissionSet"),
        change("CreateAccountAssignment", assignments::create).rules(
            "members only, the management account's by itself only; asynchronous; makes the role AWSReservedSSO_<name>_<suffix> in the account",
            REFERENCE,
        ),
        change("DeleteAccountAssignment", assignments::delete)
            .rules("asynchronous; the role goes with the last assignment", "IAM Identity Center API Reference, DeleteAccountAssignment"),
        read("DescribeAccountAssignmentCreationStatus", requests::creation)
            .rules("IN_PROGRESS, then SUCCEEDED or FAILED", "IAM Identity Center API Reference, AccountAssignmentOperationStatus"),
        read("DescribeAccountAssignmentDeletionStatus", requests::deletion)
            .rules("IN_PROGRESS, then SUCCEEDED or FAILED", "IAM Identity Center API Reference, AccountAssignmentOperationStatus"),
        read("ListAccountAssignments", lists::assignments)
            .rules("of an account and permission set", "IAM Identity Center API Reference, ListAccountAssignments"),
        read("ListPermissionSetsProvisionedToAccount", lists::provisioned_sets)
            .rules("filter by whether the latest is provisioned", "IAM Identity Center API Reference, ListPermissionSetsProvisionedToAccount"),
        read("ListAccountsForProvisionedPermissionSet", lists::accounts)
            .rules("filter by whether the latest is provisioned", "IAM Identity Center API Reference, ListAccountsForProvisionedPermissionSet"),
        change("ProvisionPermissionSet", provisioning::provision)
            .rules("one account or all; brings the roles up to date; asynchronous", "IAM Identity Center API Reference, ProvisionPermissionSet"),
        read("DescribePermissionSetProvisioningStatus", requests::provisioning)
            .rules("IN_PROGRESS, then SUCCEEDED", "IAM Identity Center API Reference, PermissionSetProvisioningStatus"),
    ],
};

/// The service principal of Identity Center, whose delegated administrators may do most of what the management account may.
const PRINCIPAL: &str = "sso.amazonaws.com";

/// Lists come in pages of 100 items at most (botocore, shape `MaxResults`).
const fn paging(list: &'static str, items: &'static str) -> Paging {
    Paging { list, items, limit: "MaxResults", token: "NextToken", usual: 100, most: 100, bad_token: "ValidationException" }
}

/// The organization whose instance the input names, for those who may administer it.
fn administered<'w>(world: &'w World, request: &Request<'_>) -> Result<(&'w OrganizationRecord, &'w IdentityCenter), ApiError> {
    let wanted = request.required("InstanceArn")?;
    let caller = &request.caller.account;
    let organization = world.organization_of(caller).ok_or_else(no_instance)?;
    let delegated = organization.delegated.get(caller).is_some_and(|services| services.contains_key(PRINCIPAL));
    if &organization.management != caller && !delegated {
        let message = "Only the management account and delegated administrators can do this.";
        return Err(ApiError::new("AccessDeniedException", message));
    }
    let center = organization.identity_center.as_ref();
    let center = center.filter(|center| center.arn == wanted && center.region == request.region).ok_or_else(no_instance)?;
    Ok((organization, center))
}

/// The permission set that the input names, with its instance and organization.
fn named<'w>(world: &'w World, request: &Request<'_>) -> Result<(&'w OrganizationRecord, &'w IdentityCenter, &'w PermissionSet), ApiError> {
    let (organization, center) = administered(world, request)?;
    let wanted = request.required("PermissionSetArn")?;
    let set = center.permission_sets.iter().find(|set| set.arn == wanted);
    let set = set.ok_or_else(|| not_found("The permission set does not exist."))?;
    Ok((organization, center, set))
}

/// The instance that was just looked up, to change it.
fn instance_mut<'w>(world: &'w mut World, request: &Request<'_>) -> Result<&'w mut IdentityCenter, ApiError> {
    let organization = world.membership(&request.caller.account).map(|membership| membership.organization.clone());
    let organization = organization.and_then(|id| world.organizations.get_mut(&id));
    organization.and_then(|organization| organization.identity_center.as_mut()).ok_or_else(no_instance)
}

/// The permission set that was just looked up, to change it.
fn set_mut<'w>(world: &'w mut World, request: &Request<'_>, arn: &str) -> Result<&'w mut PermissionSet, ApiError> {
    let set = instance_mut(world, request)?.permission_sets.iter_mut().find(|set| set.arn == arn);
    set.ok_or_else(|| not_found("The permission set does not exist."))
}

fn no_instance() -> ApiError {
    not_found("The instance does not exist.")
}

fn not_found(message: &str) -> ApiError {
    ApiError::new("ResourceNotFoundException", message)
}
