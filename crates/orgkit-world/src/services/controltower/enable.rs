//! Enabling baselines on units, and changing and disabling them.

use super::baselines::{named, target_arn};
use super::enrol::{self, Enrolments, enrolments};
use super::operations::{self, Kind};
use super::versions::{BACKUP, Baseline, CONFIG, CONTROL_TOWER, IDENTITY_CENTER, Level, UNIT, UNIT_ACCOUNT, baseline, deploys};
use super::zone::{Enabled, Target, Zone};
use super::{check_free, conflict, invalid, new_arn, not_found, zone};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{OrganizationRecord, World};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, OrganizationId, UnitId};
use serde_json::{Value, json};

/// The parameter by which a unit is told of Identity Center (botocore `controltower/2018-05-10`; Control Tower User Guide,
/// baseline-api-examples).
const IDENTITY_CENTER_PARAMETER: &str = "IdentityCenterEnabledBaselineArn";

/// `EnableBaseline` on a unit: every account that stands directly in it gets the baseline.
pub(super) fn enable(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, zone) = zone(world, request)?;
    let (baseline, version) = (named(request)?, request.required("baselineVersion")?);
    let unit = unit(organization, request.required("targetIdentifier")?)?.clone();
    check_baseline(zone, baseline, version)?;
    check_unit(organization, zone, &unit, baseline, request.now)?;
    let parameters = parameters(request, zone, baseline)?;
    check_free(zone, request.now)?;
    let (id, home, management) = (organization.id.clone(), zone.home.clone(), organization.management.clone());
    let plan = enrolments(world, organization, zone, &unit, baseline.id, request.now);
    let regions = zone.settings.governed.clone();
    let arn = new_arn(world, &home, management.as_str(), "enabledbaseline");
    let enabled = Enabled {
        arn: arn.clone(),
        baseline: baseline.id.to_owned(),
        version: version.to_owned(),
        target: Target::Unit(unit),
        parent: None,
        parameters,
        regions,
        operation: None,
        ready_at: request.now,
        failed: false,
        leaving: false,
    };
    if let Some(zone) = world.services.controltower.zones.get_mut(&id) {
        zone.prune(request.now);
        zone.baselines.insert(arn.clone(), enabled);
    }
    let operation = carry_out(world, &id, &arn, Kind::EnableBaseline, &plan, request.now);
    Ok(json!({ "operationIdentifier": operation, "arn": arn }))
}

/// `UpdateEnabledBaseline`: another version, or other parameters.
pub(super) fn update(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, zone, enabled) = of_unit(world, request)?;
    let version = request.required("baselineVersion")?;
    let baseline = baseline(&enabled.baseline).ok_or_else(|| not_found("The baseline does not exist."))?;
    check_baseline(zone, baseline, version)?;
    let parameters = parameters(request, zone, baseline)?;
    check_free(zone, request.now)?;
    let (id, arn) = (organization.id.clone(), enabled.arn.clone());
    let plan = plan_for(world, organization, zone, enabled, request.now);
    if let Some(enabled) = enabled_mut(world, &id, &arn) {
        (enabled.version, enabled.parameters) = (version.to_owned(), parameters);
    }
    let operation = carry_out(world, &id, &arn, Kind::UpdateEnabledBaseline, &plan, request.now);
    Ok(json!({ "operationIdentifier": operation }))
}

/// `ResetEnabledBaseline`: gives the unit's accounts what they lack, those that were moved in among them.
pub(super) fn reset(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, zone, enabled) = of_unit(world, request)?;
    check_free(zone, request.now)?;
    let (id, arn) = (organization.id.clone(), enabled.arn.clone());
    let plan = plan_for(world, organization, zone, enabled, request.now);
    let operation = carry_out(world, &id, &arn, Kind::ResetEnabledBaseline, &plan, request.now);
    Ok(json!({ "operationIdentifier": operation }))
}

/// `DisableBaseline` on a unit, with its accounts, or on an account that no longer stands in the unit it has the baseline from: that is how one
/// is unenrolled without automatic enrolment [Control Tower User Guide, account-transfer].
pub(super) fn disable(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, zone, enabled) = enabled(world, request)?;
    let (id, arn) = (organization.id.clone(), enabled.arn.clone());
    let (accounts, parent): (Vec<AccountId>, String) = match (&enabled.target, &enabled.parent) {
        (Target::Unit(_), _) => {
            let has = |child: &Enabled| child.parent.as_deref() == Some(arn.as_str());
            let with = zone.children.iter().filter(|(_, children)| children.values().any(has));
            (with.map(|(account, _)| account.clone()).collect(), arn.clone())
        }
        (Target::Account(account), Some(parent)) => {
            if inherits(world, zone, account, parent) {
                return Err(invalid("The account has the baseline from its organizational unit. Move the account out of it first."));
            }
            (vec![account.clone()], parent.clone())
        }
        _ => return Err(invalid("The baseline belongs to the landing zone and is changed with it.")),
    };
    check_free(zone, request.now)?;
    let takes = takes(accounts.len());
    let over = request.now.saturating_add(takes).unwrap_or(Timestamp::MAX);
    let operation = operations::begin(world, &id, Kind::DisableBaseline, request.now, takes, None);
    for account in &accounts {
        enrol::unenrol(world, &id, Some(&parent), account, (&operation, request.now, over));
    }
    if let Some(enabled) = enabled_mut(world, &id, &arn) {
        (enabled.leaving, enabled.failed, enabled.ready_at, enabled.operation) = (true, false, over, Some(operation.clone()));
    }
    keep_busy(world, &id, over);
    Ok(json!({ "operationIdentifier": operation }))
}

/// Enrols the accounts of a unit as planned, and keeps the landing zone busy until that is over. What concerns the unit as a whole leaves all
/// accounts as they are.
fn carry_out(world: &mut World, id: &OrganizationId, arn: &str, kind: Kind, plan: &Enrolments, now: Timestamp) -> String {
    let takes = takes(plan.accounts.len());
    let over = now.saturating_add(takes).unwrap_or(Timestamp::MAX);
    let failure = plan.failure();
    let failed = failure.is_some();
    let operation = operations::begin(world, id, kind, now, takes, failure);
    let regions = world.services.controltower.zones.get(id).map(|zone| zone.settings.governed.clone()).unwrap_or_default();
    if let Some(enabled) = enabled_mut(world, id, arn) {
        (enabled.operation, enabled.ready_at, enabled.failed, enabled.regions) = (Some(operation.clone()), over, failed, regions);
    }
    for (account, failure) in plan.accounts.iter().filter(|_| plan.unit_failure.is_none()) {
        enrol::enrol(world, id, arn, account, failure.is_some(), (Some(&operation), now, over));
    }
    keep_busy(world, id, over);
    operation
}

fn takes(accounts: usize) -> SignedDuration {
    UNIT + UNIT_ACCOUNT * i32::try_from(accounts).unwrap_or(i32::MAX)
}

fn keep_busy(world: &mut World, id: &OrganizationId, until: Timestamp) {
    if let Some(zone) = world.services.controltower.zones.get_mut(id) {
        zone.busy_until = until;
    }
}

fn enabled_mut<'w>(world: &'w mut World, id: &OrganizationId, arn: &str) -> Option<&'w mut Enabled> {
    world.services.controltower.zones.get_mut(id)?.baselines.get_mut(arn)
}

/// The unit with that ARN. The root is none.
pub(super) fn unit<'w>(organization: &'w OrganizationRecord, arn: &str) -> Result<&'w UnitId, ApiError> {
    let id = arn.rsplit('/').next().unwrap_or_default();
    let found = organization.unit(id).map(|(unit, _)| unit);
    let found = found.filter(|unit| target_arn(organization, &Target::Unit((*unit).clone())) == arn);
    match found {
        Some(unit) => Ok(unit),
        None if arn.contains(":ou/") => Err(not_found(format!("The organizational unit {arn} does not exist."))),
        None => Err(invalid("Only organizational units are supported as targets.")),
    }
}

/// Refuses a baseline that is not for units, or a version that does not go with the landing zone.
fn check_baseline(zone: &Zone, baseline: &Baseline, version: &str) -> Result<(), ApiError> {
    if baseline.level != Level::Unit {
        return Err(invalid(format!("{} cannot be enabled on an organizational unit.", baseline.name)));
    }
    if !baseline.fits(version, &zone.version) {
        let message = format!("Version {version} of {} does not go with version {} of the landing zone.", baseline.name, zone.version);
        return Err(invalid(message));
    }
    let settings = &zone.settings;
    let missing = match baseline.id {
        CONTROL_TOWER | CONFIG if settings.config.is_none() => Some("config"),
        CONTROL_TOWER if settings.audit.is_none() => Some("securityRoles"),
        BACKUP if settings.backup.is_none() => Some("backup"),
        _ => None,
    };
    match missing {
        Some(name) => Err(invalid(format!("{} needs `{name}` to be enabled in the landing zone.", baseline.name))),
        None => Ok(()),
    }
}

/// Refuses a unit that has the baseline, one that contradicts it, or whose parent is not registered: parents come first [Control Tower User Guide,
/// nested-ous].
fn check_unit(organization: &OrganizationRecord, zone: &Zone, unit: &UnitId, baseline: &Baseline, now: Timestamp) -> Result<(), ApiError> {
    let has = |unit: &str, id: &str| zone.on_unit(unit, now).any(|enabled| enabled.baseline == id);
    if has(unit.as_str(), baseline.id) {
        return Err(conflict(format!("{} is enabled on the organizational unit already.", baseline.name)));
    }
    let other = match baseline.id {
        CONTROL_TOWER => CONFIG,
        CONFIG => CONTROL_TOWER,
        _ => "",
    };
    if has(unit.as_str(), other) {
        return Err(invalid("AWSControlTowerBaseline and ConfigBaseline exclude each other on one organizational unit."));
    }
    if baseline.id == BACKUP && !has(unit.as_str(), CONTROL_TOWER) {
        return Err(invalid("BackupBaseline needs AWSControlTowerBaseline on the organizational unit."));
    }
    if zone.shared_parent.as_ref().is_some_and(|parent| parent.as_str() == unit.as_str()) {
        return Err(invalid("The organizational unit of the shared accounts belongs to the landing zone."));
    }
    let above = organization.unit(unit.as_str()).and_then(|(_, record)| organization.unit(record.parent.as_str()));
    match above {
        Some((parent, _)) if !zone.on_unit(parent.as_str(), now).any(|enabled| deploys(&enabled.baseline)) => {
            Err(invalid("The parent of the organizational unit must be registered first."))
        }
        _ => Ok(()),
    }
}

/// The parameters of the input. A landing zone with Identity Center must be named in them.
fn parameters(request: &Request<'_>, zone: &Zone, baseline: &Baseline) -> Result<Value, ApiError> {
    let given = request.input.get("parameters").cloned().unwrap_or_else(|| json!([]));
    let key = |parameter: &Value| parameter.get("key").and_then(Value::as_str) == Some(IDENTITY_CENTER_PARAMETER);
    let named = given.as_array().into_iter().flatten().find(|parameter| key(parameter)).and_then(|parameter| parameter.get("value"));
    let center = zone.baselines.values().find(|enabled| enabled.baseline == IDENTITY_CENTER);
    if let Some(center) = center.filter(|_| baseline.id == CONTROL_TOWER)
        && named.and_then(Value::as_str) != Some(center.arn.as_str())
    {
        return Err(invalid(format!("The parameter {IDENTITY_CENTER_PARAMETER} must name the landing zone's IdentityCenterBaseline.")));
    }
    Ok(given)
}

/// The enabled baseline that the input names.
fn enabled<'w>(world: &'w World, request: &Request<'_>) -> Result<(&'w OrganizationRecord, &'w Zone, &'w Enabled), ApiError> {
    let (organization, zone) = zone(world, request)?;
    let arn = request.required("enabledBaselineIdentifier")?;
    let found = zone.enabled(arn, request.now).filter(|enabled| !enabled.leaving);
    Ok((organization, zone, found.ok_or_else(|| not_found("The enabled baseline does not exist."))?))
}

/// The enabled baseline that the input names, which must be a unit's: accounts inherit theirs.
fn of_unit<'w>(world: &'w World, request: &Request<'_>) -> Result<(&'w OrganizationRecord, &'w Zone, &'w Enabled), ApiError> {
    let (organization, zone, enabled) = enabled(world, request)?;
    match &enabled.target {
        Target::Unit(_) => Ok((organization, zone, enabled)),
        Target::Account(_) => Err(invalid("Only the enabled baseline of an organizational unit can be changed.")),
    }
}

/// What an operation on an enabled baseline would do to the accounts of its unit.
fn plan_for(world: &World, organization: &OrganizationRecord, zone: &Zone, enabled: &Enabled, now: Timestamp) -> Enrolments {
    match &enabled.target {
        Target::Unit(unit) if organization.units.contains_key(unit) => enrolments(world, organization, zone, unit, &enabled.baseline, now),
        _ => Enrolments { unit_failure: Some("The organizational unit does not exist.".to_owned()), accounts: Vec::new() },
    }
}

/// Whether an account still stands in the unit that it has a baseline from.
fn inherits(world: &World, zone: &Zone, account: &AccountId, parent: &str) -> bool {
    let unit = zone.baselines.get(parent).map(|parent| &parent.target);
    let stands = world.membership(account).map(|membership| membership.parent.as_str());
    matches!(unit, Some(Target::Unit(unit)) if stands == Some(unit.as_str()))
}
