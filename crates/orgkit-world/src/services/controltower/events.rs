//! What happens to enrolled accounts that move or leave.

use super::enrol;
use super::operations::{self, Kind};
use super::versions::{MOVED_ACCOUNT, deploys};
use super::zone::Target;
use crate::world::World;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId, ParentId};

/// An account has moved. With automatic enrolment it gets the baselines of a registered unit, or loses those that it had; accounts that are moved
/// into one unit wait for each other [Control Tower User Guide, account-auto-enrollment]. Otherwise it has drifted. Shared accounts belong to the
/// landing zone itself.
pub(in crate::services) fn moved(world: &mut World, account: &AccountId, to: &ParentId, now: Timestamp) {
    let Some(organization) = world.organization_of(account) else { return };
    let Some(zone) = world.services.controltower.zones.get(&organization.id).filter(|zone| zone.enrols_moved()) else {
        return;
    };
    if organization.management == *account || zone.settings.shared().contains(account) {
        return;
    }
    let mut wanted: Vec<(String, String)> =
        zone.on_unit(to.as_str(), now).map(|enabled| (enabled.arn.clone(), enabled.baseline.clone())).collect();
    wanted.sort_by_key(|(_, baseline)| !deploys(baseline));
    let failure = wanted
        .iter()
        .filter(|(_, baseline)| deploys(baseline) && !zone.has_deployed(account))
        .find_map(|_| enrol::obstacle(world, organization, &zone.settings, &zone.version, account, now));
    let (enrolled, id) = (!zone.children.get(account).is_none_or(|children| children.is_empty()), organization.id.clone());
    if wanted.is_empty() {
        if enrolled {
            unenrol(world, &id, account, now);
        }
        return;
    }
    let ready_at = queue(world, &id, to, now);
    let failed = failure.is_some();
    let operation = operations::begin(world, &id, Kind::EnableBaseline, now, ready_at.duration_since(now), failure);
    for (parent, _) in &wanted {
        enrol::enrol(world, &id, parent, account, failed, (Some(&operation), now, ready_at));
    }
}

/// An account leaves its organization. AWS asks to unenrol it first. One that is enrolled still takes along what was deployed into it: the landing
/// zone has drifted, and the next one will not enrol the account as it is. The landing zone goes with its organization.
pub(in crate::services) fn left(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    let is_management = world.organizations.get(organization).is_some_and(|organization| organization.management == *account);
    let zones = &mut world.services.controltower.zones;
    if is_management {
        zones.remove(organization);
        return;
    }
    if let Some(zone) = zones.get_mut(organization)
        && let Some(children) = zone.children.remove(account)
        && children.values().any(|child| !child.failed && child.is_there(now) && !child.leaving)
    {
        zone.strays.insert(account.clone());
    }
}

fn unenrol(world: &mut World, id: &OrganizationId, account: &AccountId, now: Timestamp) {
    let operation = operations::begin(world, id, Kind::DisableBaseline, now, MOVED_ACCOUNT, None);
    let over = now.saturating_add(MOVED_ACCOUNT).unwrap_or(Timestamp::MAX);
    enrol::unenrol(world, id, None, account, (&operation, now, over));
}

/// When the enrolment of an account that was just moved into a unit is over.
fn queue(world: &mut World, id: &OrganizationId, to: &ParentId, now: Timestamp) -> Timestamp {
    let Some(zone) = world.services.controltower.zones.get_mut(id) else {
        return now;
    };
    let mut units = zone.baselines.values().filter_map(|enabled| match &enabled.target {
        Target::Unit(unit) if unit.as_str() == to.as_str() => Some(unit.clone()),
        _ => None,
    });
    let unit = units.next_back();
    let begins = unit.as_ref().and_then(|unit| zone.queues.get(unit)).copied().unwrap_or(now).max(now);
    let over = begins.saturating_add(MOVED_ACCOUNT).unwrap_or(Timestamp::MAX);
    zone.queues.extend(unit.map(|unit| (unit, over)));
    over
}
