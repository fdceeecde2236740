//! The administrator of an organization's Security Hub, and what it sets for all.

use super::{PRODUCT, Settings, invalid, no_access, not_found, not_subscribed, paging, provide};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::services::administration::{Refusal, managed_by, settled};
use crate::world::{OrganizationRecord, World};
use jiff::Timestamp;
use orgkit_model::AccountId;
use serde_json::{Value, json};

fn refused(refusal: Refusal) -> ApiError {
    let words = refusal.words();
    match refusal {
        Refusal::NotManagement => no_access(words),
        _ => invalid(words),
    }
}

/// The feature that a call is about: only Security Hub CSPM is simulated.
fn feature(request: &Request<'_>) -> Result<(), ApiError> {
    match request.one_of("Feature", &["SecurityHub", "SecurityHubV2"])? {
        Some("SecurityHubV2") => Err(invalid("The feature SecurityHubV2 is not simulated.")),
        _ => Ok(()),
    }
}

/// `EnableOrganizationAdminAccount`: the administrator has a hub with the default standards afterwards.
pub(crate) fn enable(world: &mut World, request: &Request<'_>) -> Answer {
    feature(request)?;
    let account = request.required("AdminAccountId")?;
    PRODUCT.check_appointment(world, request, account).map_err(refused)?;
    let (Some(organization), Ok(account)) = (managed_by(world, request), account.parse::<AccountId>()) else {
        return Err(refused(Refusal::NotMember));
    };
    let organization = organization.id.clone();
    PRODUCT.appoint(world, &organization, request.region, &account, request.now);
    provide(world, &account, request.region, true, request.now);
    Ok(json!({ "AdminAccountId": account, "Feature": "SecurityHub" }))
}

/// `DisableOrganizationAdminAccount`: members keep their hubs.
pub(crate) fn disable(world: &mut World, request: &Request<'_>) -> Answer {
    feature(request)?;
    let account = request.required("AdminAccountId")?;
    let (organization, administrator) = PRODUCT.check_dismissal(world, request, account).map_err(refused)?;
    if administrator.settings.central.is_some() {
        return Err(no_access("Under central configuration the administrator is removed with AWS Organizations."));
    }
    let organization = organization.id.clone();
    PRODUCT.dismiss(world, &organization, request.region);
    Ok(json!({}))
}

/// `ListOrganizationAdminAccounts`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    feature(request)?;
    let organization = managed_by(world, request).ok_or_else(|| refused(Refusal::NotManagement))?;
    let administrator = PRODUCT.administrator(world, &organization.id, request.region);
    let shape = |account: &AccountId| json!({ "AccountId": account, "Status": "ENABLED" });
    let listed = administrator.iter().map(|administrator| shape(&administrator.account)).collect();
    let mut page = paging("ListOrganizationAdminAccounts", "AdminAccounts", 10).page(request, listed)?;
    page["Feature"] = "SecurityHub".into();
    Ok(page)
}

/// The administrator that the caller, a management account, has appointed in the region.
pub(crate) fn appointed<'w>(world: &'w World, request: &Request<'_>) -> Option<&'w str> {
    let organization = managed_by(world, request)?;
    PRODUCT.administrator(world, &organization.id, request.region).map(|administrator| administrator.account.as_str())
}

/// The organization that the caller administers, with its settings.
pub(super) fn administered<'w>(world: &'w World, request: &Request<'_>) -> Result<(&'w OrganizationRecord, &'w Settings), ApiError> {
    if super::hubs::hub_of(world, &request.caller.account, request.region).is_none() {
        return Err(not_subscribed(request));
    }
    let message = format!("Account {} is not an administrator for this organization", request.caller.account);
    PRODUCT.administered(world, request).ok_or_else(|| no_access(message))
}

/// `DescribeOrganizationConfiguration`.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let (_, settings) = administered(world, request)?;
    let (kind, status) = match settings.central {
        None => ("LOCAL", "ENABLED"),
        Some(from) if from <= request.now => ("CENTRAL", "ENABLED"),
        Some(_) => ("CENTRAL", "PENDING"),
    };
    Ok(json!({
        "AutoEnable": settings.auto_enable,
        "MemberAccountLimitReached": false,
        "AutoEnableStandards": if settings.standards { "DEFAULT" } else { "NONE" },
        "OrganizationConfiguration": { "ConfigurationType": kind, "Status": status },
    }))
}

/// `UpdateOrganizationConfiguration`. The kind of configuration holds in all regions, the rest in this one.
pub(super) fn update(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, settings) = administered(world, request)?;
    let (organization, at) = (organization.id.clone(), settled(organization, request.now));
    let auto_enable = request.flag("AutoEnable").ok_or_else(|| invalid("AutoEnable is required."))?;
    let standards = match request.one_of("AutoEnableStandards", &["NONE", "DEFAULT"])? {
        Some(word) => word == "DEFAULT",
        None => settings.standards,
    };
    let central = central(world, request, settings, at)?;
    if central.is_some() && (auto_enable || standards) {
        return Err(invalid("Under central configuration AutoEnable is false and AutoEnableStandards is NONE."));
    }
    for (region, ..) in PRODUCT.regions(world, &organization, |_| Some(())) {
        if let Some(settings) = PRODUCT.settings_mut(world, &organization, &region) {
            if central.is_some() {
                (settings.auto_enable, settings.standards) = (false, false);
            }
            settings.central = central;
        }
    }
    if let Some(settings) = PRODUCT.settings_mut(world, &organization, request.region) {
        (settings.auto_enable, settings.standards) = (auto_enable, standards);
    }
    Ok(json!({}))
}

/// From when configuration is central after the call. It needs a home region, and is set from there.
fn central(world: &World, request: &Request<'_>, settings: &Settings, at: Timestamp) -> Result<Option<Timestamp>, ApiError> {
    let asked = request.input.get("OrganizationConfiguration").and_then(|given| given.get("ConfigurationType"));
    match asked.and_then(Value::as_str) {
        None => Ok(settings.central),
        Some("LOCAL") => Ok(None),
        Some("CENTRAL") => {
            let home = world.services.securityhub.aggregators.get(&request.caller.account);
            let home = home.ok_or_else(|| not_found("Central configuration needs a finding aggregator."))?;
            if home.region != request.region {
                return Err(no_access("Central configuration is set from the home Region."));
            }
            Ok(Some(settings.central.unwrap_or(at)))
        }
        Some(other) => Err(invalid(format!("`{other}` is not a valid value of ConfigurationType."))),
    }
}
