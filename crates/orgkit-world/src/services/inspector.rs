//! Amazon Inspector (botocore `inspector2/2020-06-08`): the delegated administrator and its members.

use super::own;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::{Faults, Protocol, Service, read};
use crate::format::epoch;
use crate::world::{AccountRecord, InspectorMembership, World};
use crate::worldfile::InspectorResource;
use orgkit_model::AccountId;
use serde_json::{Value, json};

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "inspector2",
    signing_name: "inspector2",
    actions: "inspector2",
    model: "inspector2/2020-06-08",
    protocol: Protocol::RestJson,
    faults: Faults::REST,
    operations: &[
        read("GetDelegatedAdminAccount", get_delegated_admin).at("POST", "/delegatedadminaccounts/get"),
        read("BatchGetAccountStatus", account_status).at("POST", "/status/batch/get"),
        read("GetMember", get_member).at("POST", "/members/get"),
    ],
};

/// `GetDelegatedAdminAccount`, for a member or the management account.
pub(crate) fn get_delegated_admin(world: &World, request: &Request<'_>) -> Answer {
    let of_member = membership(own(world, request)?, request).map(|membership| &membership.administrator);
    let organization = world.organization_of(&request.caller.account);
    let of_management = organization
        .filter(|organization| organization.management == request.caller.account)
        .and_then(|organization| organization.baseline.inspector.as_ref())
        .map(|(administrator, _)| administrator);
    let administrator = of_member.or(of_management);
    let administrator = administrator.ok_or_else(|| not_found("There is no delegated administrator for this account."))?;
    Ok(json!({ "delegatedAdmin": { "accountId": administrator, "relationshipStatus": "ENABLED" } }))
}

/// `BatchGetAccountStatus`: of the caller itself, or, for the delegated administrator, of its members.
pub(crate) fn account_status(world: &World, request: &Request<'_>) -> Answer {
    let caller = &request.caller.account;
    let mut asked: Vec<&str> = request.texts("accountIds");
    if asked.is_empty() {
        asked.push(caller.as_str());
    }
    let (mut accounts, mut failed) = (Vec::new(), Vec::new());
    for id in asked {
        match id.parse::<AccountId>().ok().and_then(|id| world.accounts.get(&id)) {
            Some(account) if &account.id == caller || administers(caller, account, request) => accounts.push(state(account, request)),
            _ => failed.push(json!({ "accountId": id, "errorCode": "ACCESS_DENIED", "errorMessage": "The account is not a member." })),
        }
    }
    Ok(json!({ "accounts": accounts, "failedAccounts": failed }))
}

/// `GetMember`: only for the delegated administrator.
pub(crate) fn get_member(world: &World, request: &Request<'_>) -> Answer {
    let id = request.required("accountId")?;
    let organization = world.organization_of(&request.caller.account);
    let administrator = organization.and_then(|organization| organization.baseline.inspector.as_ref());
    if administrator.is_none_or(|(administrator, _)| administrator != &request.caller.account) {
        let message = "Only the delegated administrator can look at members.";
        return Err(ApiError::new("AccessDeniedException", message).with_status(403));
    }
    let account = id.parse::<AccountId>().ok().and_then(|id| world.accounts.get(&id));
    let account = account
        .filter(|account| administers(&request.caller.account, account, request))
        .ok_or_else(|| not_found("The account is not a member."))?;
    let since = membership(account, request).map(|membership| membership.from).unwrap_or(request.now);
    Ok(json!({
        "member": {
            "accountId": id,
            "relationshipStatus": "ENABLED",
            "delegatedAdminAccountId": request.caller.account,
            "updatedAt": epoch(since),
        },
    }))
}

fn membership<'w>(account: &'w AccountRecord, request: &Request<'_>) -> Option<&'w InspectorMembership> {
    account.inspector.get(request.region).filter(|membership| membership.from <= request.now)
}

/// Whether the account is a member of the caller's Inspector; the administrator is none of its own.
fn administers(caller: &AccountId, account: &AccountRecord, request: &Request<'_>) -> bool {
    &account.id != caller && membership(account, request).is_some_and(|membership| &membership.administrator == caller)
}

fn state(account: &AccountRecord, request: &Request<'_>) -> Value {
    let membership = membership(account, request);
    let status = |enabled: bool| json!({ "status": if enabled { "ENABLED" } else { "DISABLED" } });
    let scans = |resource| status(membership.is_some_and(|membership| membership.resources.contains(&resource)));
    json!({
        "accountId": account.id,
        "state": status(membership.is_some()),
        "resourceState": {
            "ec2": scans(InspectorResource::Ec2),
            "ecr": scans(InspectorResource::Ecr),
            "lambda": scans(InspectorResource::Lambda),
            "lambdaCode": status(false),
            "codeRepository": status(false),
        },
    })
}

fn not_found(message: &str) -> ApiError {
    ApiError::new("ResourceNotFoundException", message).with_status(404)
}
