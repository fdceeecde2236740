//! Controls on units. What a control does is not simulated: that it is enabled is what is asked for.

use super::baselines::target_arn;
use super::enable::unit;
use super::operations::{self, Kind, Operation};
use super::versions::{CONTROL, CONTROLS_AT_ONCE, CONTROLS_WAITING, OPTIONAL_SINCE, deploys, is_since};
use super::zone::{Target, Zone};
use super::{conflict, filter_texts, invalid, new_arn, not_found, own_zone, paging, zone};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{OrganizationRecord, World};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{OrganizationId, UnitId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A control that is enabled on a unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Control {
    arn: String,
    /// The control's ARN.
    identifier: String,
    unit: UnitId,
    parameters: Value,
    operation: String,
    /// When that operation is over.
    ready_at: Timestamp,
    /// Whether that operation takes it away.
    leaving: bool,
}

impl Control {
    fn is_there(&self, now: Timestamp) -> bool {
        !(self.leaving && now >= self.ready_at)
    }
}

/// `EnableControl`. The unit must be registered; since 4.0 it need not be [Control Tower User Guide, controls-dedicated-env-notes]. There is no
/// list of controls: an identifier must have the form of one.
pub(super) fn enable(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, zone) = zone(world, request)?;
    let identifier = request.required("controlIdentifier")?;
    let of_region = format!("arn:aws:controltower:{}::control/", zone.home);
    let named = ["arn:aws:controlcatalog:::control/", &of_region]
        .iter()
        .any(|prefix| identifier.len() > prefix.len() && identifier.starts_with(prefix));
    if !named {
        return Err(not_found(format!("The control {identifier} does not exist.")));
    }
    let target = request.required("targetIdentifier")?;
    let unit = unit(organization, target)?.clone();
    let registered = zone.on_unit(unit.as_str(), request.now).any(|enabled| deploys(&enabled.baseline));
    if !registered && !is_since(&zone.version, OPTIONAL_SINCE) {
        return Err(invalid("The organizational unit is not registered with AWS Control Tower."));
    }
    if find(zone, identifier, &unit, request.now).is_some() {
        return Err(conflict("The control is enabled on the organizational unit already."));
    }
    let takes = queue(world, &organization.id, request.now)?;
    let (id, home, management) = (organization.id.clone(), zone.home.clone(), organization.management.clone());
    let arn = new_arn(world, &home, management.as_str(), "enabledcontrol");
    let operation = begin(world, &id, Kind::EnableControl, (identifier, target, &arn), request.now, takes);
    let ready_at = request.now.saturating_add(takes).unwrap_or(Timestamp::MAX);
    let parameters = request.input.get("parameters").cloned().unwrap_or_else(|| json!([]));
    let identifier = identifier.to_owned();
    let control = Control { arn: arn.clone(), identifier, unit, parameters, operation: operation.clone(), ready_at, leaving: false };
    if let Some(zone) = world.services.controltower.zones.get_mut(&id) {
        zone.controls.retain(|_, control| control.is_there(request.now));
        zone.controls.insert(arn.clone(), control);
    }
    Ok(json!({ "operationIdentifier": operation, "arn": arn }))
}

/// `DisableControl`, by the ARN of the enabled control or by control and target.
pub(super) fn disable(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, zone) = zone(world, request)?;
    let missing = || not_found("The control is not enabled.");
    let control = match (request.text("enabledControlIdentifier"), request.text("controlIdentifier"), request.text("targetIdentifier")) {
        (Some(arn), ..) => by_arn(zone, arn, request.now),
        (None, Some(identifier), Some(target)) => find(zone, identifier, unit(organization, target)?, request.now),
        _ => return Err(invalid("Give enabledControlIdentifier, or controlIdentifier and targetIdentifier.")),
    };
    let control = control.filter(|control| !control.leaving).ok_or_else(missing)?;
    let takes = queue(world, &organization.id, request.now)?;
    let (id, arn, identifier) = (organization.id.clone(), control.arn.clone(), control.identifier.clone());
    let target = target_arn(organization, &Target::Unit(control.unit.clone()));
    let operation = begin(world, &id, Kind::DisableControl, (&identifier, &target, &arn), request.now, takes);
    if let Some(control) = world.services.controltower.zones.get_mut(&id).and_then(|zone| zone.controls.get_mut(&arn)) {
        control.ready_at = request.now.saturating_add(takes).unwrap_or(Timestamp::MAX);
        (control.leaving, control.operation) = (true, operation.clone());
    }
    Ok(json!({ "operationIdentifier": operation }))
}

/// `ListEnabledControls`, of a unit or of all.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let pages = crate::page::Paging { usual: 50, most: 200, ..paging("ListEnabledControls", "enabledControls") };
    let Some((organization, zone)) = own_zone(world, request)? else {
        return pages.page(request, Vec::new());
    };
    let wanted = request.text("targetIdentifier").map(|target| unit(organization, target)).transpose()?;
    let (identifiers, statuses) = (filter_texts(request, "controlIdentifiers"), filter_texts(request, "statuses"));
    let drifts = filter_texts(request, "driftStatuses");
    let fits = |control: &&Control| {
        control.is_there(request.now)
            && wanted.is_none_or(|unit| control.unit == *unit)
            && (identifiers.is_empty() || identifiers.contains(&control.identifier.as_str()))
            && (statuses.is_empty() || statuses.contains(&status(control, request.now)))
            && (drifts.is_empty() || drifts.contains(&"IN_SYNC"))
    };
    pages.page(request, zone.controls.values().filter(fits).map(|control| shape(organization, control, request.now)).collect())
}

/// `GetEnabledControl`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let (organization, zone) = zone(world, request)?;
    let control = by_arn(zone, request.required("enabledControlIdentifier")?, request.now);
    let control = control.ok_or_else(|| not_found("The enabled control does not exist."))?;
    let mut shape = shape(organization, control, request.now);
    if let Some(members) = shape.as_object_mut() {
        let regions: Vec<Value> = zone.settings.governed.iter().map(|region| json!({ "name": region })).collect();
        members.insert("targetRegions".to_owned(), regions.into());
        members.insert("parameters".to_owned(), control.parameters.clone());
    }
    Ok(json!({ "enabledControlDetails": shape }))
}

fn by_arn<'w>(zone: &'w Zone, arn: &str, now: Timestamp) -> Option<&'w Control> {
    zone.controls.get(arn).filter(|control| control.is_there(now))
}

fn find<'w>(zone: &'w Zone, identifier: &str, unit: &UnitId, now: Timestamp) -> Option<&'w Control> {
    let fits = |control: &&Control| control.identifier == identifier && control.unit == *unit && control.is_there(now);
    zone.controls.values().find(fits)
}

fn begin(
    world: &mut World,
    id: &OrganizationId,
    kind: Kind,
    (identifier, target, enabled): (&str, &str, &str),
    now: Timestamp,
    takes: SignedDuration,
) -> String {
    let operation = operations::begin(world, id, kind, now, takes, None);
    if let Some(noted) = world.services.controltower.operations.get_mut(&operation) {
        let about = [("controlIdentifier", identifier), ("targetIdentifier", target), ("enabledControlIdentifier", enabled)];
        noted.about = about.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    }
    operation
}

/// How long an operation takes that is begun now: ten run at once, a hundred wait.
fn queue(world: &World, id: &OrganizationId, now: Timestamp) -> Result<SignedDuration, ApiError> {
    let runs = |operation: &&Operation| operation.kind.is_of_controls() && operation.organization == *id && now < operation.ends;
    let running = world.services.controltower.operations.values().filter(runs).count();
    if running >= CONTROLS_AT_ONCE + CONTROLS_WAITING {
        let message = format!("{} control operations are in progress or queued.", running);
        return Err(ApiError::new("ServiceQuotaExceededException", message).with_status(402));
    }
    let turns = i32::try_from(running / CONTROLS_AT_ONCE + 1).unwrap_or(i32::MAX);
    Ok(CONTROL * turns)
}

fn status(control: &Control, now: Timestamp) -> &'static str {
    if now < control.ready_at { "UNDER_CHANGE" } else { "SUCCEEDED" }
}

fn shape(organization: &OrganizationRecord, control: &Control, now: Timestamp) -> Value {
    json!({
        "arn": control.arn,
        "controlIdentifier": control.identifier,
        "targetIdentifier": target_arn(organization, &Target::Unit(control.unit.clone())),
        "statusSummary": { "status": status(control, now), "lastOperationIdentifier": control.operation },
        "driftStatusSummary": { "driftStatus": "IN_SYNC" },
    })
}
