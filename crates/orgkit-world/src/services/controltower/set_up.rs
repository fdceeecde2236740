//! What a landing zone sets up for itself: units, its shared accounts, trusted access.

use super::manifest::Settings;
use super::versions::{
    AUDIT, BACKUP_ADMIN, CENTRAL_CONFIG, CENTRAL_SECURITY_ROLES, CENTRAL_VAULT, IDENTITY_CENTER, LOG_ARCHIVE, OPTIONAL_SINCE, baseline,
    is_since,
};
use super::zone::{Enabled, Target, Zone};
use super::{blueprint::Blueprint, enrol, new_arn};
use crate::ApiError;
use crate::services;
use crate::world::{OrganizationRecord, UnitRecord, World};
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId, ParentId, UnitId};
use serde_json::json;

/// What keeps a landing zone from being set up: the shared accounts must be as clean as accounts that are enrolled [Control Tower User Guide,
/// getting-started-prereqs]. Accounts that it uses already are not looked at again.
pub(super) fn obstacle(
    world: &World,
    organization: &OrganizationRecord,
    settings: &Settings,
    version: &str,
    zone: Option<&Zone>,
    now: Timestamp,
) -> Option<String> {
    let known = zone.filter(|zone| zone.set_up).map(|zone| zone.settings.shared()).unwrap_or_default();
    let fresh = settings.shared().into_iter().filter(|account| !known.contains(account));
    let mut obstacles = fresh.filter_map(|account| Some((account, enrol::obstacle(world, organization, settings, version, account, now)?)));
    obstacles.next().map(|(account, why)| format!("The landing zone cannot be set up with account {account}: {why}"))
}

/// Sets the landing zone up as its settings say, or brings it back to them.
pub(super) fn set_up(
    world: &mut World,
    id: &OrganizationId,
    operation: Option<&str>,
    now: Timestamp,
    ready_at: Timestamp,
) -> Result<(), ApiError> {
    let Some(settings) = world.services.controltower.zones.get(id).map(|zone| zone.settings.clone()) else {
        return Ok(());
    };
    let made: Vec<UnitId> = settings.units.iter().map(|name| unit(world, id, name, now)).collect::<Result<_, _>>()?;
    trust(world, id, &settings, now);
    if let Some(security) = made.first() {
        gather(world, id, &settings, &security.clone().into(), now)?;
    }
    let place = settings.shared().first().and_then(|account| world.membership(account)).map(|membership| membership.parent.clone());
    let baselines = own_baselines(world, id, operation, ready_at);
    let Some(organization) = world.organizations.get(id) else {
        return Ok(());
    };
    let Some(zone) = world.services.controltower.zones.get_mut(id) else {
        return Ok(());
    };
    zone.shared_parent = place;
    zone.set_up = true;
    zone.strays.clear();
    zone.baselines.retain(|_, enabled| match &enabled.target {
        Target::Unit(unit) => organization.units.contains_key(unit),
        Target::Account(_) => false,
    });
    zone.baselines.extend(baselines.into_iter().map(|enabled| (enabled.arn.clone(), enabled)));
    let blueprint = Blueprint::of(organization, zone);
    for account in settings.shared() {
        if let Some(record) = world.accounts.get_mut(account) {
            blueprint.deploy_shared(record, now, ready_at);
        }
    }
    Ok(())
}

/// The unit of that name under the root; it is made when it is not there.
fn unit(world: &mut World, id: &OrganizationId, name: &str, now: Timestamp) -> Result<UnitId, ApiError> {
    let organization = world.organization_mut(id)?;
    let root: ParentId = organization.root.clone().into();
    if let Some((unit, _)) = organization.units.iter().find(|(_, unit)| unit.name == name && unit.parent == root) {
        return Ok(unit.clone());
    }
    let prefix = format!("ou-{}-", organization.root.as_str().trim_start_matches("r-"));
    let unit: UnitId = world.ids.id(&prefix, 8)?;
    let organization = world.organization_mut(id)?;
    organization.units.insert(unit.clone(), UnitRecord { name: name.to_owned(), parent: root });
    organization.attach_defaults(unit.as_str(), now);
    Ok(unit)
}

/// Moves the shared accounts into their unit.
fn gather(world: &mut World, id: &OrganizationId, settings: &Settings, unit: &ParentId, now: Timestamp) -> Result<(), ApiError> {
    for account in settings.shared() {
        if world.membership(account).is_some_and(|membership| membership.parent != *unit) {
            world.put_under(id, account, unit)?;
            services::moved(world, account, unit, now);
        }
    }
    Ok(())
}

/// Trusted access for Control Tower and what it uses [Control Tower User Guide, trusted-access].
fn trust(world: &mut World, id: &OrganizationId, settings: &Settings, now: Timestamp) {
    let principals = [
        (true, "controltower.amazonaws.com"),
        (settings.log_archive.is_some(), "cloudtrail.amazonaws.com"),
        (settings.config.is_some(), "config.amazonaws.com"),
        (settings.identity_center, "sso.amazonaws.com"),
        (settings.backup.is_some(), "backup.amazonaws.com"),
    ];
    if let Some(organization) = world.organizations.get_mut(id) {
        for (_, principal) in principals.into_iter().filter(|(used, _)| *used) {
            organization.trusted.entry(principal.to_owned()).or_insert(now);
        }
    }
}

/// The baselines that the landing zone enables on its own accounts. One that is enabled already keeps its ARN.
fn own_baselines(world: &mut World, id: &OrganizationId, operation: Option<&str>, ready_at: Timestamp) -> Vec<Enabled> {
    let (Some(organization), Some(zone)) = (world.organizations.get(id), world.services.controltower.zones.get(id)) else {
        return Vec::new();
    };
    let (settings, management, home) = (&zone.settings, organization.management.clone(), zone.home.clone());
    let audit = if is_since(&zone.version, OPTIONAL_SINCE) { CENTRAL_SECURITY_ROLES } else { AUDIT };
    let central_config = settings.config.as_ref().filter(|_| is_since(&zone.version, OPTIONAL_SINCE));
    let wanted: Vec<(&str, AccountId)> = [
        (IDENTITY_CENTER, settings.identity_center.then_some(&management)),
        (audit, settings.audit.as_ref()),
        (LOG_ARCHIVE, settings.log_archive.as_ref()),
        (CENTRAL_CONFIG, central_config),
        (BACKUP_ADMIN, settings.backup.as_ref().map(|(administrator, _)| administrator)),
        (CENTRAL_VAULT, settings.backup.as_ref().map(|(_, vaults)| vaults)),
    ]
    .into_iter()
    .filter_map(|(baseline, account)| Some((baseline, account?.clone())))
    .collect();
    let known = |id: &str, account: &AccountId| {
        let same = |enabled: &&Enabled| enabled.baseline == id && enabled.target == Target::Account(account.clone());
        zone.baselines.values().find(same).map(|enabled| enabled.arn.clone())
    };
    let (version, regions) = (zone.version.clone(), settings.governed.clone());
    let arns: Vec<Option<String>> = wanted.iter().map(|(id, account)| known(id, account)).collect();
    let mut enabled = Vec::new();
    for ((id, account), arn) in wanted.into_iter().zip(arns) {
        enabled.push(Enabled {
            arn: arn.unwrap_or_else(|| new_arn(world, &home, management.as_str(), "enabledbaseline")),
            baseline: id.to_owned(),
            version: baseline(id).and_then(|baseline| baseline.version_for(&version)).unwrap_or_default().to_owned(),
            target: Target::Account(account),
            parent: None,
            parameters: json!([]),
            regions: regions.clone(),
            operation: operation.map(str::to_owned),
            ready_at,
            failed: false,
            leaving: false,
        });
    }
    enabled
}
