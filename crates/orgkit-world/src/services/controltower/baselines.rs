//! Looking at baselines, and at where they are enabled.

use super::versions::{BASELINES, Baseline, baseline};
use super::zone::{Enabled, Target, Zone};
use super::{drift, filter_texts, not_found, own_zone, owned, paging, zone};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::organizations::shapes::{account_arn, unit_arn};
use crate::world::{OrganizationRecord, World};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// `ListBaselines`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    owned(world, request)?;
    paging("ListBaselines", "baselines").page(request, BASELINES.iter().map(|baseline| shape(request.region, baseline)).collect())
}

/// `GetBaseline`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    owned(world, request)?;
    Ok(shape(request.region, named(request)?))
}

/// The baseline whose ARN the input has.
pub(super) fn named(request: &Request<'_>) -> Result<&'static Baseline, ApiError> {
    let wanted = request.required("baselineIdentifier")?;
    let id = wanted.strip_prefix(&arn(request.region, "")).and_then(baseline);
    id.ok_or_else(|| not_found(format!("The baseline {wanted} does not exist.")))
}

/// `GetEnabledBaseline`.
pub(super) fn get_enabled(world: &World, request: &Request<'_>) -> Answer {
    let (organization, zone) = zone(world, request)?;
    let arn = request.required("enabledBaselineIdentifier")?;
    let enabled = zone.enabled(arn, request.now).ok_or_else(|| not_found("The enabled baseline does not exist."))?;
    let drifted = drift::inheritance(world, organization, zone, request.now);
    let mut shape = enabled_shape(request, organization, zone, enabled, &drifted);
    if let (Some(members), Some(false)) = (shape.as_object_mut(), enabled.parameters.as_array().map(Vec::is_empty)) {
        members.insert("parameters".to_owned(), enabled.parameters.clone());
    }
    Ok(json!({ "enabledBaselineDetails": shape }))
}

/// `ListEnabledBaselines`: those of units and of the landing zone, with `includeChildren` those of accounts, too. Without a landing zone there
/// are none.
pub(super) fn list_enabled(world: &World, request: &Request<'_>) -> Answer {
    let pages = paging("ListEnabledBaselines", "enabledBaselines");
    let Some((organization, zone)) = own_zone(world, request)? else {
        return pages.page(request, Vec::new());
    };
    let drifted = drift::inheritance(world, organization, zone, request.now);
    let children = zone.children.values().flat_map(std::collections::BTreeMap::values);
    let children = children.filter(|_| request.flag("includeChildren").unwrap_or(false));
    let all = zone.baselines.values().chain(children).filter(|enabled| enabled.is_there(request.now));
    let found: Vec<&Enabled> = all.filter(|enabled| fits(request, organization, zone, enabled, &drifted)).collect();
    // Only the page that is asked for is written out: there can be as many as accounts.
    let (page, token) = pages.cut(request, (0..found.len()).map(Value::from).collect())?;
    let shape = |number: Value| {
        let enabled = found.get(usize::try_from(number.as_u64()?).ok()?)?;
        Some(enabled_shape(request, organization, zone, enabled, &drifted))
    };
    let mut output = json!({ "enabledBaselines": page.into_iter().filter_map(shape).collect::<Vec<Value>>() });
    if let (Some(token), Some(members)) = (token, output.as_object_mut()) {
        members.insert("nextToken".to_owned(), token.into());
    }
    Ok(output)
}

/// Whether an enabled baseline is one of those that the input's `filter` asks for.
fn fits(request: &Request<'_>, organization: &OrganizationRecord, zone: &Zone, enabled: &Enabled, drifted: &BTreeSet<&str>) -> bool {
    let among = |name: &str, value: &dyn Fn() -> Option<String>| {
        let wanted = filter_texts(request, name);
        wanted.is_empty() || value().is_some_and(|value| wanted.contains(&value.as_str()))
    };
    let drift = |kind: &str| {
        let summary = drift::summary(enabled, zone, drifted)?;
        summary.pointer(&format!("/types/{kind}/status")).and_then(Value::as_str).map(str::to_owned)
    };
    among("targetIdentifiers", &|| Some(target_arn(organization, &enabled.target)))
        && among("baselineIdentifiers", &|| Some(arn(&zone.home, &enabled.baseline)))
        && among("parentIdentifiers", &|| enabled.parent.clone())
        && among("statuses", &|| Some(enabled.status(request.now).to_owned()))
        && among("inheritanceDriftStatuses", &|| drift("inheritance"))
        && among("sourceDriftStatuses", &|| drift("source"))
}

/// `EnabledBaselineSummary`.
fn enabled_shape(
    request: &Request<'_>,
    organization: &OrganizationRecord,
    zone: &Zone,
    enabled: &Enabled,
    drifted: &BTreeSet<&str>,
) -> Value {
    let mut status = json!({ "status": enabled.status(request.now) });
    if let (Some(operation), Some(members)) = (&enabled.operation, status.as_object_mut()) {
        members.insert("lastOperationIdentifier".to_owned(), operation.as_str().into());
    }
    let mut shape = json!({
        "arn": enabled.arn,
        "baselineIdentifier": arn(&zone.home, &enabled.baseline),
        "baselineVersion": enabled.version,
        "targetIdentifier": target_arn(organization, &enabled.target),
        "statusSummary": status,
    });
    if let Some(members) = shape.as_object_mut() {
        members.extend(drift::summary(enabled, zone, drifted).map(|summary| ("driftStatusSummary".to_owned(), summary)));
        members.extend(enabled.parent.as_ref().map(|parent| ("parentIdentifier".to_owned(), parent.as_str().into())));
    }
    shape
}

/// The ARN of a unit or account.
pub(super) fn target_arn(organization: &OrganizationRecord, target: &Target) -> String {
    match target {
        Target::Unit(unit) => unit_arn(organization, unit.as_str()),
        Target::Account(account) => account_arn(organization, account.as_str()),
    }
}

fn arn(region: &str, id: &str) -> String {
    format!("arn:aws:controltower:{region}::baseline/{id}")
}

fn shape(region: &str, baseline: &Baseline) -> Value {
    json!({ "arn": arn(region, baseline.id), "name": baseline.name, "description": baseline.description })
}
