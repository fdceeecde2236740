//! The administrator of an organization's GuardDuty, and what it sets for all.

use super::detectors::{detector_mut, detector_of, own_detector};
use super::members::paging;
use super::{PRODUCT, Settings, bad, features, provide};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::services::administration::{Refusal, managed_by, reachable, settled};
use crate::world::{OrganizationRecord, World};
use crate::worldfile::AutoEnable;
use orgkit_model::{AccountId, OrganizationId};
use serde_json::{Value, json};

fn refused(refusal: Refusal) -> ApiError {
    bad(format!("The request is rejected. {}", refusal.words()))
}

/// `EnableOrganizationAdminAccount`: the administrator has a detector afterwards.
pub(super) fn enable(world: &mut World, request: &Request<'_>) -> Answer {
    let account = request.required("adminAccountId")?;
    PRODUCT.check_appointment(world, request, account).map_err(refused)?;
    let (Some(organization), Ok(account)) = (managed_by(world, request), account.parse::<AccountId>()) else {
        return Err(refused(Refusal::NotMember));
    };
    let organization = organization.id.clone();
    PRODUCT.appoint(world, &organization, request.region, &account, request.now);
    provide(world, &account, request.region, &features::usual(), request.now);
    Ok(json!({}))
}

/// `DisableOrganizationAdminAccount`. Members have to be disassociated before; that GuardDuty refuses otherwise is unconfirmed.
pub(super) fn disable(world: &mut World, request: &Request<'_>) -> Answer {
    let account = request.required("adminAccountId")?;
    let (organization, administrator) = PRODUCT.check_dismissal(world, request, account).map_err(refused)?;
    if PRODUCT.has_members(world, request.region, &administrator.account) {
        return Err(bad("The request is rejected because the delegated administrator has associated members."));
    }
    let organization = organization.id.clone();
    PRODUCT.dismiss(world, &organization, request.region);
    Ok(json!({}))
}

/// `ListOrganizationAdminAccounts`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let organization = managed_by(world, request).ok_or_else(|| refused(Refusal::NotManagement))?;
    let administrator = PRODUCT.administrator(world, &organization.id, request.region);
    let shape = |account: &AccountId| json!({ "adminAccountId": account, "adminStatus": "ENABLED" });
    let listed = administrator.iter().map(|administrator| shape(&administrator.account)).collect();
    paging("ListOrganizationAdminAccounts", "adminAccounts").page(request, listed)
}

/// The organization that the caller administers, with its settings; the call names the caller's detector.
pub(super) fn administered<'w>(world: &'w World, request: &Request<'_>) -> Result<(&'w OrganizationRecord, &'w Settings), ApiError> {
    own_detector(world, request)?;
    let message = "The request failed because the current account is not the delegated administrator of the organization.";
    PRODUCT.administered(world, request).ok_or_else(|| bad(message))
}

/// `DescribeOrganizationConfiguration`.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let (_, settings) = administered(world, request)?;
    let setting = |part| Value::from(settings.features.get(&part).copied().unwrap_or_default().word());
    Ok(json!({
        "autoEnable": settings.auto_enable != AutoEnable::None,
        "autoEnableOrganizationMembers": settings.auto_enable.word(),
        "memberAccountLimitReached": false,
        "features": features::list("autoEnable", setting),
    }))
}

/// `UpdateOrganizationConfiguration`.
pub(super) fn update(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, _) = administered(world, request)?;
    let auto_enable = auto_enable(request)?;
    let features = features::given(request, "autoEnable", AutoEnable::of_word)?;
    let (organization, at) = (organization.id.clone(), settled(organization, request.now));
    if let Some(settings) = PRODUCT.settings_mut(world, &organization, request.region) {
        settings.auto_enable = auto_enable;
        settings.features.extend(features.iter().copied());
    }
    if auto_enable == AutoEnable::All {
        reach_everyone(world, request, &organization, at);
    }
    let for_all = features.iter().filter(|(_, auto)| *auto == AutoEnable::All).map(|(part, _)| *part);
    let for_all: Vec<features::Part> = for_all.collect();
    let members = PRODUCT.members(world, request, true).into_iter().map(|(account, _)| account.id.clone());
    let members: Vec<AccountId> = if for_all.is_empty() { Vec::new() } else { members.collect() };
    for account in members {
        if let Some(detector) = detector_mut(world, &account, request.region) {
            detector.features.extend(&for_all);
        }
    }
    Ok(json!({}))
}

/// Either `autoEnableOrganizationMembers` or, in the old way, `autoEnable`, which is about new accounts.
fn auto_enable(request: &Request<'_>) -> Result<AutoEnable, ApiError> {
    let words = ["NEW", "ALL", "NONE"];
    match (request.one_of("autoEnableOrganizationMembers", &words)?, request.flag("autoEnable")) {
        (Some(word), None) => Ok(AutoEnable::of_word(word).unwrap_or_default()),
        (None, Some(new)) => Ok(if new { AutoEnable::New } else { AutoEnable::None }),
        _ => Err(bad("Specify either autoEnableOrganizationMembers or autoEnable.")),
    }
}

/// Makes every account a member that can be one, removed ones included.
fn reach_everyone(world: &mut World, request: &Request<'_>, organization: &OrganizationId, at: jiff::Timestamp) {
    let administrator = &request.caller.account;
    let settings = PRODUCT.administrator(world, organization, request.region).map(|administrator| &administrator.settings);
    let features = settings.map(Settings::features_of_members).unwrap_or_default();
    for account in reachable(world, organization, administrator, request.now) {
        if can_join(world, &account, request.region) {
            provide(world, &account, request.region, &features, at);
            PRODUCT.associate(world, &account, request.region, administrator, at);
        }
    }
}

/// Whether an account can become a member: GuardDuty is not enabled for a management account, it has to do that itself.
pub(super) fn can_join(world: &World, account: &AccountId, region: &str) -> bool {
    let is_management = world.organization_of(account).is_some_and(|organization| &organization.management == account);
    !is_management || detector_of(world, account, region).is_some()
}
