//! IAM Identity Center (botocore `sso-admin/2020-07-20`): the organization's instance and where its permission sets are provisioned.

use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::{Faults, Protocol, Service, read};
use crate::format::epoch;
use crate::page::Paging;
use crate::world::{IdentityCenter, World};
use serde_json::{Value, json};

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "sso",
    signing_name: "sso",
    actions: "sso",
    model: "sso-admin/2020-07-20",
    protocol: Protocol::Json { target: "SWBExternalService" },
    faults: Faults { message: "Message", ..Faults::JSON },
    operations: &[
        read("ListInstances", list_instances),
        read("ListPermissionSets", list_permission_sets),
        read("ListAccountsForProvisionedPermissionSet", list_accounts),
    ],
};

/// The service principal of Identity Center, whose delegated administrator may read what the management account may.
const PRINCIPAL: &str = "sso.amazonaws.com";

const fn paging(list: &'static str, items: &'static str) -> Paging {
    Paging { list, items, limit: "MaxResults", token: "NextToken", usual: 100, most: 100, bad_token: "ValidationException" }
}

/// `ListInstances`: every account of the organization sees its instance, in the instance's region.
pub(crate) fn list_instances(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.organization_of(&request.caller.account);
    let in_region = |center: &&IdentityCenter| center.region == request.region;
    let center = organization.and_then(|organization| Some((organization, organization.identity_center.as_ref().filter(in_region)?)));
    let instances = center.map(|(organization, center)| {
        json!({
            "InstanceArn": center.arn,
            "IdentityStoreId": center.store,
            "OwnerAccountId": organization.management,
            "CreatedDate": epoch(center.created_at),
            "Status": "ACTIVE",
        })
    });
    paging("ListInstances", "Instances").page(request, instances.into_iter().collect())
}

/// `ListPermissionSets`.
pub(crate) fn list_permission_sets(world: &World, request: &Request<'_>) -> Answer {
    let sets = instance(world, request)?.permission_sets.iter().map(|set| Value::from(set.arn.as_str())).collect();
    paging("ListPermissionSets", "PermissionSets").page(request, sets)
}

/// `ListAccountsForProvisionedPermissionSet`.
pub(crate) fn list_accounts(world: &World, request: &Request<'_>) -> Answer {
    let wanted = request.required("PermissionSetArn")?;
    let set = instance(world, request)?.permission_sets.iter().find(|set| set.arn == wanted);
    let set = set.ok_or_else(|| ApiError::new("ResourceNotFoundException", "The permission set does not exist."))?;
    let accounts = set.accounts.iter().map(|account| Value::from(account.as_str())).collect();
    paging("ListAccountsForProvisionedPermissionSet", "AccountIds").page(request, accounts)
}

/// The instance that the input names, for those who may look into it.
fn instance<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w IdentityCenter, ApiError> {
    let wanted = request.required("InstanceArn")?;
    let caller = &request.caller.account;
    let not_found = || ApiError::new("ResourceNotFoundException", "The instance does not exist.");
    let organization = world.organization_of(caller).ok_or_else(not_found)?;
    let delegated = organization.delegated.get(caller).is_some_and(|services| services.contains_key(PRINCIPAL));
    if &organization.management != caller && !delegated {
        return Err(ApiError::new("AccessDeniedException", "Only the management account and delegated administrators can look."));
    }
    let center = organization.identity_center.as_ref();
    center.filter(|center| center.arn == wanted && center.region == request.region).ok_or_else(not_found)
}
