//! The landing zone that a world file describes.

use super::versions::{CONTROL_TOWER, IDENTITY_CENTER, OPTIONAL_SINCE, SERVICE_ROLES, baseline, is_since};
use super::zone::{Enabled, Target, Zone};
use super::{enrol, manifest, new_arn, set_up};
use crate::ApiError;
use crate::world::{ADMINISTRATOR_ACCESS, Role, World};
use crate::worldfile::{LandingZoneSpec, OrganizationSpec};
use jiff::Timestamp;
use orgkit_model::{AccountId, AccountState, OrganizationId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Gives an organization the landing zone that the file says it has, set up when the organization was created: with its shared accounts, its
/// registered units, and the accounts in them enrolled, but for those that the file names.
///
/// # Errors
/// `ValidationException` for shared accounts or versions that cannot be.
pub(crate) fn found(world: &mut World, organization: &OrganizationSpec, start: Timestamp) -> Result<(), ApiError> {
    let (Some(spec), Some(record)) = (&organization.landing_zone, world.organizations.get(&organization.id)) else {
        return Ok(());
    };
    let (id, management, at) = (record.id.clone(), record.management.clone(), record.created_at);
    let manifest = manifest_of(world, spec);
    let settings = manifest::read(&manifest, &spec.version, &spec.home_region).map_err(super::invalid)?;
    service_roles(world, &management, &spec.version, at);
    let zone = Zone {
        arn: new_arn(world, &spec.home_region, management.as_str(), "landingzone"),
        home: spec.home_region.clone(),
        version: spec.version.clone(),
        manifest,
        // The units are the file's; none is made.
        settings: manifest::Settings { units: Vec::new(), ..settings },
        auto_enrol: spec.auto_enrol,
        operation: None,
        set_up: false,
        busy_until: at,
        gone_at: None,
        shared_parent: None,
        strays: BTreeSet::new(),
        baselines: BTreeMap::new(),
        children: BTreeMap::new(),
        queues: BTreeMap::new(),
        controls: BTreeMap::new(),
    };
    world.services.controltower.zones.insert(id.clone(), zone);
    set_up::set_up(world, &id, None, at, at)?;
    for path in &spec.units {
        register(world, organization, spec, path, (at, start));
    }
    // `set_up` wants them made; from here on a reset finds them by name.
    if let Some(zone) = world.services.controltower.zones.get_mut(&id) {
        zone.settings.units = manifest::read(&zone.manifest, &zone.version, &zone.home).map_err(super::invalid)?.units;
    }
    Ok(())
}

/// Registers a unit and enrols the accounts in it that are in use at the start: both were done when the organization was created.
fn register(world: &mut World, organization: &OrganizationSpec, spec: &LandingZoneSpec, path: &str, (at, start): (Timestamp, Timestamp)) {
    let (id, unit) = (&organization.id, organization.unit_id(path));
    let Some(version) = baseline(CONTROL_TOWER).and_then(|baseline| baseline.version_for(&spec.version)) else {
        return;
    };
    let arn = new_arn(world, &spec.home_region, organization.management.as_str(), "enabledbaseline");
    let accounts = to_enrol(world, id, spec, &unit.clone().into(), start);
    let Some(zone) = world.services.controltower.zones.get_mut(id) else {
        return;
    };
    let center = zone.baselines.values().find(|enabled| enabled.baseline == IDENTITY_CENTER);
    let parameters: Vec<Value> =
        center.map(|center| json!({ "key": "IdentityCenterEnabledBaselineArn", "value": center.arn })).into_iter().collect();
    let enabled = Enabled {
        arn: arn.clone(),
        baseline: CONTROL_TOWER.to_owned(),
        version: version.to_owned(),
        target: Target::Unit(unit),
        parent: None,
        parameters: parameters.into(),
        regions: zone.settings.governed.clone(),
        operation: None,
        ready_at: at,
        failed: false,
        leaving: false,
    };
    zone.baselines.insert(arn.clone(), enabled);
    for account in accounts {
        enrol::enrol(world, id, &arn, &account, false, (None, at, at));
    }
}

/// The accounts in a unit that the file does not leave out: active members without a part of their own in the landing zone.
fn to_enrol(world: &World, id: &OrganizationId, spec: &LandingZoneSpec, unit: &orgkit_model::ParentId, now: Timestamp) -> Vec<AccountId> {
    let left_out = |account: &AccountId| spec.not_enrolled.contains(account) || *account == spec.log_archive || *account == spec.audit;
    let active = world.members_under(id, unit).filter(|(record, _)| record.state(now) == AccountState::Active);
    active.map(|(record, _)| record.id.clone()).filter(|account| !left_out(account)).collect()
}

/// The roles that Control Tower has in the management account.
fn service_roles(world: &mut World, management: &AccountId, version: &str, at: Timestamp) {
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "Service": "controltower.amazonaws.com" }, "Action": "sts:AssumeRole" }],
    });
    let Some(account) = world.accounts.get_mut(management) else {
        return;
    };
    for (name, last) in SERVICE_ROLES {
        if is_since(last, version)
            && let Ok(mut role) = Role::new(management, name, "/service-role/", &trust.to_string(), at)
        {
            role.attached.insert(ADMINISTRATOR_ACCESS.to_owned());
            account.roles.entry(name.to_owned()).or_insert(role);
        }
    }
}

/// The manifest that makes such a landing zone.
fn manifest_of(world: &World, spec: &LandingZoneSpec) -> Value {
    let governed = if spec.governed_regions.is_empty() { std::slice::from_ref(&spec.home_region) } else { &spec.governed_regions };
    let buckets = json!({ "loggingBucket": { "retentionDays": 365 }, "accessLoggingBucket": { "retentionDays": 3650 } });
    let mut manifest = json!({
        "accessManagement": { "enabled": spec.identity_center },
        "centralizedLogging": { "enabled": true, "accountId": spec.log_archive, "configurations": buckets },
        "governedRegions": governed,
    });
    let more = if is_since(&spec.version, OPTIONAL_SINCE) {
        json!({
            "securityRoles": { "enabled": true, "accountId": spec.audit },
            "config": { "enabled": true, "accountId": spec.audit, "configurations": buckets },
        })
    } else {
        let unit = world.organization_of(&spec.audit).and_then(|organization| {
            let (_, unit) = organization.unit(world.membership(&spec.audit)?.parent.as_str())?;
            Some(unit.name.as_str())
        });
        json!({ "securityRoles": { "accountId": spec.audit }, "organizationStructure": { "security": { "name": unit } } })
    };
    if let (Some(manifest), Value::Object(more)) = (manifest.as_object_mut(), more) {
        manifest.extend(more);
    }
    manifest
}
