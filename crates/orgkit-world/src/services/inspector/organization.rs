//! The delegated administrator of an organization's Inspector, and what it sets for all.

use super::{PRODUCT, Settings, denied, invalid, not_found};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::page::Paging;
use crate::services::administration::{Refusal, managed_by};
use crate::services::own;
use crate::world::{OrganizationRecord, World};
use crate::worldfile::InspectorResource;
use orgkit_model::AccountId;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

fn refused(refusal: Refusal) -> ApiError {
    let words = refusal.words();
    match refusal {
        Refusal::NotManagement => denied(words),
        Refusal::NotMember | Refusal::Management => invalid(words),
        Refusal::Another | Refusal::Already => ApiError::new("ConflictException", words).with_status(409),
        Refusal::NotAdministrator => not_found(words),
    }
}

/// `GetDelegatedAdminAccount`, for a member, the administrator itself or the management account.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let caller = &own(world, request)?.id;
    let concerned = |organization: &&OrganizationRecord| {
        let is_member = PRODUCT.membership(world, caller, request).is_some();
        is_member || &organization.management == caller || PRODUCT.administered(world, request).is_some()
    };
    let organization = world.organization_of(caller).filter(concerned);
    let administrator = organization.and_then(|organization| PRODUCT.administrator(world, &organization.id, request.region));
    let administrator = administrator.ok_or_else(|| not_found("There is no delegated administrator for this account."))?;
    Ok(json!({ "delegatedAdmin": { "accountId": administrator.account, "relationshipStatus": "ENABLED" } }))
}

/// `ListDelegatedAdminAccounts`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let administered = || PRODUCT.administered(world, request).map(|(organization, _)| organization);
    let organization = managed_by(world, request).or_else(administered).ok_or_else(|| refused(Refusal::NotManagement))?;
    let administrator = PRODUCT.administrator(world, &organization.id, request.region);
    let shape = |account: &AccountId| json!({ "accountId": account, "status": "ENABLED" });
    let listed = administrator.iter().map(|administrator| shape(&administrator.account)).collect();
    let paging = Paging { usual: 5, most: 5, ..super::members::paging("ListDelegatedAdminAccounts", "delegatedAdminAccounts") };
    paging.page(request, listed)
}

/// `EnableDelegatedAdminAccount`. It does not scan the administrator's own account; that the API leaves this to `Enable` is unconfirmed.
pub(super) fn enable(world: &mut World, request: &Request<'_>) -> Answer {
    let account = request.required("delegatedAdminAccountId")?;
    PRODUCT.check_appointment(world, request, account).map_err(refused)?;
    let (Some(organization), Ok(account)) = (managed_by(world, request), account.parse::<AccountId>()) else {
        return Err(refused(Refusal::NotMember));
    };
    let organization = organization.id.clone();
    PRODUCT.appoint(world, &organization, request.region, &account, request.now);
    Ok(json!({ "delegatedAdminAccountId": account }))
}

/// `DisableDelegatedAdminAccount`: nothing is switched off.
pub(super) fn disable(world: &mut World, request: &Request<'_>) -> Answer {
    let account = request.required("delegatedAdminAccountId")?;
    let (organization, _) = PRODUCT.check_dismissal(world, request, account).map_err(refused)?;
    let organization = organization.id.clone();
    PRODUCT.dismiss(world, &organization, request.region);
    Ok(json!({ "delegatedAdminAccountId": account }))
}

/// The organization that the caller administers, with its settings.
pub(super) fn administered<'w>(world: &'w World, request: &Request<'_>) -> Result<(&'w OrganizationRecord, &'w Settings), ApiError> {
    let message = "Only the delegated administrator of the organization can do this.";
    PRODUCT.administered(world, request).ok_or_else(|| denied(message))
}

/// `DescribeOrganizationConfiguration`.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let (_, settings) = administered(world, request)?;
    Ok(json!({ "autoEnable": shape(&settings.auto_enable), "maxAccountLimitReached": false }))
}

/// `UpdateOrganizationConfiguration`: for accounts that become members from now on.
pub(super) fn update(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, _) = administered(world, request)?;
    let given = request.input.get("autoEnable");
    let flag = |resource: InspectorResource| given.and_then(|given| given.get(resource.member())).and_then(Value::as_bool);
    if flag(InspectorResource::Ec2).is_none() || flag(InspectorResource::Ecr).is_none() {
        return Err(invalid("autoEnable must say ec2 and ecr."));
    }
    let chosen: BTreeSet<InspectorResource> =
        InspectorResource::EVERY.into_iter().filter(|resource| flag(*resource) == Some(true)).collect();
    if chosen.contains(&InspectorResource::LambdaCode) && !chosen.contains(&InspectorResource::Lambda) {
        return Err(invalid("lambdaCode needs lambda."));
    }
    let answer = json!({ "autoEnable": shape(&chosen) });
    let organization = organization.id.clone();
    if let Some(settings) = PRODUCT.settings_mut(world, &organization, request.region) {
        settings.auto_enable = chosen;
    }
    Ok(answer)
}

fn shape(chosen: &BTreeSet<InspectorResource>) -> Value {
    let member = |resource: InspectorResource| (resource.member().to_owned(), Value::from(chosen.contains(&resource)));
    InspectorResource::EVERY.into_iter().map(member).collect::<Map<_, _>>().into()
}
