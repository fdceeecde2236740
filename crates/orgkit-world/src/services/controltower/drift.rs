//! Drift: where what is there differs from what the landing zone and its units ask for.

use super::blueprint::Blueprint;
use super::versions::{Level, baseline, deploys};
use super::zone::{Enabled, Target, Zone};
use crate::world::{OrganizationRecord, World};
use jiff::Timestamp;
use orgkit_model::AccountId;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// `DRIFTED` or `IN_SYNC`.
pub(super) fn word(drifted: bool) -> &'static str {
    if drifted { "DRIFTED" } else { "IN_SYNC" }
}

/// Whether the landing zone itself has drifted: an enrolled account has left the organization, a shared account is not in its place, or a
/// registered unit is gone [Control Tower User Guide, governance-drift].
pub(super) fn of_zone(world: &World, organization: &OrganizationRecord, zone: &Zone) -> bool {
    let in_place = |account: &AccountId| {
        let member = world.member(&organization.id, account.as_str());
        member.is_some_and(|(_, place)| zone.shared_parent.as_ref() == Some(&place.parent))
    };
    let is_gone = |enabled: &Enabled| matches!(&enabled.target, Target::Unit(unit) if !organization.units.contains_key(unit));
    let displaced = zone.set_up && zone.settings.shared().into_iter().any(|account| !in_place(account));
    !zone.strays.is_empty() || displaced || zone.baselines.values().any(is_gone)
}

/// The ARNs of enabled baselines with inheritance drift: those of accounts that do not have what their unit asks for, and those of the units
/// (botocore `controltower/2018-05-10`, shape `EnabledBaselineDriftTypes`).
pub(super) fn inheritance<'w>(world: &'w World, organization: &'w OrganizationRecord, zone: &'w Zone, now: Timestamp) -> BTreeSet<&'w str> {
    let mut units: BTreeMap<&str, Vec<&Enabled>> = BTreeMap::new();
    for enabled in zone.baselines.values().filter(|enabled| enabled.is_there(now)) {
        if let Target::Unit(unit) = &enabled.target {
            units.entry(unit.as_str()).or_default().push(enabled);
        }
    }
    let (blueprint, shared) = (Blueprint::of(organization, zone), zone.settings.shared());
    let mut drifted = BTreeSet::new();
    for (record, place) in world.members(&organization.id) {
        if record.id == organization.management || shared.contains(&record.id) {
            continue;
        }
        let wanted = units.get(place.parent.as_str()).map(Vec::as_slice).unwrap_or_default();
        let children: Vec<&Enabled> = zone.on_account(&record.id, now).collect();
        let follows = |child: &Enabled, parent: &Enabled| {
            child.parent.as_deref() == Some(parent.arn.as_str())
                && child.version == parent.version
                && !child.failed
                && (!deploys(&child.baseline) || blueprint.is_intact(record))
        };
        drifted
            .extend(wanted.iter().filter(|parent| !children.iter().any(|child| follows(child, parent))).map(|parent| parent.arn.as_str()));
        drifted.extend(children.iter().filter(|child| !wanted.iter().any(|parent| follows(child, parent))).map(|child| child.arn.as_str()));
    }
    drifted
}

/// `driftStatusSummary`; `None` for the baselines of the landing zone itself, whose drift Control Tower does not detect.
pub(super) fn summary(enabled: &Enabled, zone: &Zone, inheritance: &BTreeSet<&str>) -> Option<Value> {
    let known = baseline(&enabled.baseline).filter(|baseline| baseline.level == Level::Unit)?;
    let source = enabled.regions != zone.settings.governed || !known.fits(&enabled.version, &zone.version);
    Some(json!({
        "types": {
            "inheritance": { "status": word(inheritance.contains(enabled.arn.as_str())) },
            "source": { "status": word(source) },
        },
    }))
}
