//! Landing zones: making, changing and decommissioning them.

use super::manifest::{self, Settings};
use super::operations::{self, Kind};
use super::versions::{AUTO_ENROLMENT_SINCE, DECOMMISSION, LATEST, OPTIONAL_SINCE, SERVICE_ROLES, SET_UP, VERSIONS, is_since};
use super::zone::Zone;
use super::{check_free, conflict, drift, enrol, invalid, new_arn, not_found, own_zone, owned, paging, set_up};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{OrganizationRecord, World};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::OrganizationId;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What a landing zone is to be.
struct Wish {
    version: String,
    manifest: Value,
    settings: Settings,
    auto_enrol: bool,
}

/// `CreateLandingZone`. That a second one conflicts with the first is documented only as "one landing zone"; the error is unconfirmed.
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = owned(world, request)?;
    if world.services.controltower.zones.get(&organization.id).is_some_and(|zone| zone.is_there(request.now)) {
        return Err(conflict("The organization has a landing zone already."));
    }
    if organization.feature_set != "ALL" {
        return Err(invalid("The organization must have all features enabled."));
    }
    let wish = wish(world, organization, request, request.region, None)?;
    let failure = set_up::obstacle(world, organization, &wish.settings, &wish.version, None, request.now);
    let (id, management) = (organization.id.clone(), organization.management.clone());
    let arn = new_arn(world, request.region, management.as_str(), "landingzone");
    let zone = Zone {
        arn: arn.clone(),
        home: request.region.to_owned(),
        version: wish.version,
        manifest: wish.manifest,
        settings: wish.settings,
        auto_enrol: wish.auto_enrol,
        operation: None,
        set_up: false,
        busy_until: request.now,
        gone_at: None,
        shared_parent: None,
        strays: BTreeSet::new(),
        baselines: BTreeMap::new(),
        children: BTreeMap::new(),
        queues: BTreeMap::new(),
        controls: BTreeMap::new(),
    };
    world.services.controltower.zones.insert(id.clone(), zone);
    let operation = begin(world, &id, Kind::Create, failure, SET_UP, request.now)?;
    Ok(json!({ "arn": arn, "operationIdentifier": operation }))
}

/// `UpdateLandingZone`: another version or another manifest. A manifest that is left out stays as it was (unconfirmed), automatic enrolment that is
/// left out is switched off.
pub(super) fn update(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, zone) = named(world, request)?;
    check_free(zone, request.now)?;
    let wish = wish(world, organization, request, &zone.home, Some(zone))?;
    if !is_since(&wish.version, &zone.version) {
        return Err(invalid(format!("The landing zone has version {} and cannot go back to {}.", zone.version, wish.version)));
    }
    let (old, new) = (&zone.settings, &wish.settings);
    if !is_since(&wish.version, OPTIONAL_SINCE) && (old.audit != new.audit || old.log_archive != new.log_archive) {
        return Err(invalid("The log archive and audit accounts of a landing zone cannot be changed."));
    }
    let failure = set_up::obstacle(world, organization, &wish.settings, &wish.version, Some(zone), request.now);
    let id = organization.id.clone();
    if failure.is_none()
        && let Some(zone) = world.services.controltower.zones.get_mut(&id)
    {
        (zone.version, zone.manifest, zone.settings, zone.auto_enrol) = (wish.version, wish.manifest, wish.settings, wish.auto_enrol);
    }
    let operation = begin(world, &id, Kind::Update, failure, SET_UP, request.now)?;
    Ok(json!({ "operationIdentifier": operation }))
}

/// `ResetLandingZone`: sets it up again as the manifest says.
pub(super) fn reset(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, zone) = named(world, request)?;
    check_free(zone, request.now)?;
    let lost = manifest::check_accounts(world, organization, &zone.settings, &zone.version, request.now).err();
    let failure = lost.or_else(|| set_up::obstacle(world, organization, &zone.settings, &zone.version, Some(zone), request.now));
    let id = organization.id.clone();
    let operation = begin(world, &id, Kind::Reset, failure, SET_UP, request.now)?;
    Ok(json!({ "operationIdentifier": operation }))
}

/// `DeleteLandingZone`: what it deployed leaves the accounts. Organization, units and accounts stay. One that never was set up to its end cannot
/// be decommissioned [Control Tower User Guide, decommission-landing-zone].
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, zone) = named(world, request)?;
    check_free(zone, request.now)?;
    if !zone.set_up {
        return Err(conflict("A landing zone that was only partially set up cannot be decommissioned."));
    }
    let (id, management) = (organization.id.clone(), organization.management.clone());
    let enrolled: Vec<_> = zone.children.keys().chain(zone.settings.shared()).cloned().collect();
    for account in enrolled {
        enrol::withdraw(world, &account, &management, request.now);
    }
    let operation = operations::begin(world, &id, Kind::Delete, request.now, DECOMMISSION, None);
    if let Some(zone) = world.services.controltower.zones.get_mut(&id) {
        let over = request.now.saturating_add(DECOMMISSION).unwrap_or(Timestamp::MAX);
        (zone.gone_at, zone.busy_until, zone.operation) = (Some(over), over, Some(operation.clone()));
    }
    Ok(json!({ "operationIdentifier": operation }))
}

/// `GetLandingZone`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let (organization, zone) = named(world, request)?;
    let operation = zone.operation.as_ref().and_then(|id| world.services.controltower.operations.get(id));
    let status = match operation.map(|operation| operation.status(request.now)) {
        Some("IN_PROGRESS") => "PROCESSING",
        Some("FAILED") => "FAILED",
        _ => "ACTIVE",
    };
    let drifted = drift::of_zone(world, organization, zone);
    let mut shape = json!({
        "arn": zone.arn,
        "version": zone.version,
        "latestAvailableVersion": LATEST,
        "status": status,
        "driftStatus": { "status": drift::word(drifted) },
        "manifest": zone.manifest,
    });
    if let (true, Some(members)) = (zone.auto_enrol, shape.as_object_mut()) {
        members.insert("remediationTypes".to_owned(), json!(["INHERITANCE_DRIFT"]));
    }
    Ok(json!({ "landingZone": shape }))
}

/// `ListLandingZones`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let zones = own_zone(world, request)?.map(|(_, zone)| json!({ "arn": zone.arn }));
    paging("ListLandingZones", "landingZones").page(request, zones.into_iter().collect())
}

/// Begins an operation on the landing zone itself. What it sets up is there when it is finished.
fn begin(
    world: &mut World,
    id: &OrganizationId,
    kind: Kind,
    failure: Option<String>,
    takes: SignedDuration,
    now: Timestamp,
) -> Result<String, ApiError> {
    let succeeds = failure.is_none();
    let operation = operations::begin(world, id, kind, now, takes, failure);
    let over = now.saturating_add(takes).unwrap_or(Timestamp::MAX);
    if let Some(zone) = world.services.controltower.zones.get_mut(id) {
        (zone.busy_until, zone.operation) = (over, Some(operation.clone()));
    }
    if succeeds {
        set_up::set_up(world, id, Some(&operation), now, over)?;
    }
    Ok(operation)
}

/// The landing zone that the input names.
fn named<'w>(world: &'w World, request: &Request<'_>) -> Result<(&'w OrganizationRecord, &'w Zone), ApiError> {
    let arn = request.required("landingZoneIdentifier")?;
    own_zone(world, request)?.filter(|(_, zone)| zone.arn == arn).ok_or_else(|| not_found("The landing zone does not exist."))
}

/// What the input asks for, when it can be had.
fn wish(
    world: &World,
    organization: &OrganizationRecord,
    request: &Request<'_>,
    home: &str,
    zone: Option<&Zone>,
) -> Result<Wish, ApiError> {
    let version = request.required("version")?;
    if !VERSIONS.contains(&version) {
        return Err(invalid(format!("`{version}` is not a version of landing zones.")));
    }
    let types = request.texts("remediationTypes");
    if types.iter().any(|kind| *kind != "INHERITANCE_DRIFT") {
        return Err(invalid("remediationTypes must be INHERITANCE_DRIFT."));
    }
    if !types.is_empty() && !is_since(version, AUTO_ENROLMENT_SINCE) {
        return Err(invalid(format!("remediationTypes needs version {AUTO_ENROLMENT_SINCE} or later.")));
    }
    let manifest = request.input.get("manifest").or(zone.map(|zone| &zone.manifest)).cloned().unwrap_or_else(|| json!({}));
    let refuse = |fault: String| invalid(format!("The landing zone manifest is not valid: {fault}."));
    let settings = manifest::read(&manifest, version, home).map_err(refuse)?;
    if let Some(region) = settings.governed.iter().find(|region| !world.regions.contains(region)) {
        return Err(refuse(format!("the region {region} is not available")));
    }
    manifest::check_accounts(world, organization, &settings, version, request.now).map_err(refuse)?;
    let roles = world.accounts.get(&organization.management).map(|account| &account.roles);
    let missing = SERVICE_ROLES
        .iter()
        .find(|(role, last)| is_since(last, version) && roles.is_none_or(|roles| !roles.contains_key(*role)))
        .map(|(role, _)| *role);
    match missing {
        Some(role) => Err(invalid(format!("AWS Control Tower needs the role {role} in the management account."))),
        None => Ok(Wish { version: version.to_owned(), manifest, settings, auto_enrol: !types.is_empty() }),
    }
}
