//! Hubs: Security Hub in an account and a region.

use super::{Hub, PRODUCT, no_access, not_found, not_subscribed, standards};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::iso;
use crate::services::own;
use crate::world::World;
use jiff::Timestamp;
use orgkit_model::AccountId;
use serde_json::json;
use std::collections::BTreeSet;

/// `EnableSecurityHub`.
pub(super) fn enable(world: &mut World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?.id.clone();
    let generator = request.one_of("ControlFindingGenerator", &["STANDARD_CONTROL", "SECURITY_CONTROL"])?;
    if hub_of(world, &account, request.region).is_some() {
        return Err(ApiError::new("ResourceConflictException", "Account is already subscribed to Security Hub").with_status(409));
    }
    let standards = if request.flag("EnableDefaultStandards").unwrap_or(true) { standards::usual() } else { BTreeSet::new() };
    let generator = generator.unwrap_or("SECURITY_CONTROL").to_owned();
    let hub = Hub { subscribed_at: request.now, generator, standards };
    world.services.securityhub.hubs.entry(account).or_default().insert(request.region.to_owned(), hub);
    Ok(json!({}))
}

/// `DescribeHub`.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let hub = own_hub(world, request)?;
    let arn = format!("arn:aws:securityhub:{}:{}:hub/default", request.region, request.caller.account);
    if request.text("HubArn").is_some_and(|asked| asked != arn) {
        return Err(not_found("There is no hub with that ARN."));
    }
    Ok(json!({
        "HubArn": arn,
        "SubscribedAt": iso(hub.subscribed_at),
        "AutoEnableControls": true,
        "ControlFindingGenerator": hub.generator,
    }))
}

/// `DisableSecurityHub`.
pub(super) fn disable(world: &mut World, request: &Request<'_>) -> Answer {
    own_hub(world, request)?;
    let account = request.caller.account.clone();
    if PRODUCT.administered(world, request).is_some() {
        return Err(no_access("The Security Hub administrator account cannot disable Security Hub."));
    }
    PRODUCT.forget(world, &account, request.region);
    if let Some(hubs) = world.services.securityhub.hubs.get_mut(&account) {
        hubs.remove(request.region);
    }
    Ok(json!({}))
}

/// The caller's hub in the region.
pub(super) fn own_hub<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w Hub, ApiError> {
    let hub = hub_of(world, &request.caller.account, request.region);
    hub.filter(|hub| hub.subscribed_at <= request.now).ok_or_else(|| not_subscribed(request))
}

/// An account's hub in a region, one that is only coming included.
pub(super) fn hub_of<'w>(world: &'w World, account: &AccountId, region: &str) -> Option<&'w Hub> {
    world.services.securityhub.hubs.get(account)?.get(region)
}

/// Gives an account a hub from a time on. One that it has already stays as it is [Security Hub API Reference, CreateMembers].
pub(crate) fn provide(world: &mut World, account: &AccountId, region: &str, with_standards: bool, at: Timestamp) {
    let hubs = world.services.securityhub.hubs.entry(account.clone()).or_default();
    hubs.entry(region.to_owned()).or_insert_with(|| Hub {
        subscribed_at: at,
        generator: "SECURITY_CONTROL".to_owned(),
        standards: if with_standards { standards::usual() } else { BTreeSet::new() },
    });
}
