//! Automatic deployment: what StackSets do when accounts join, move and leave
//! [CloudFormation User Guide, stacksets-orgs-manage-auto-deployment].

use super::deploy::{self, Plan};
use super::operations;
use super::state::{OperationResult, Outcome};
use super::targets::nearest_of;
use crate::ids::uuid_of;
use crate::world::World;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId};
use std::collections::{BTreeMap, BTreeSet};

/// An account has joined an organization: it stands in the root, which may be a target.
pub(crate) fn joined(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    adjust(world, account, organization, now);
}

/// An account has moved within its organization: it may have left targets, and come into others.
pub(crate) fn moved(world: &mut World, account: &AccountId, now: Timestamp) {
    if let Some(organization) = world.membership(account).map(|membership| membership.organization.clone()) {
        adjust(world, account, &organization, now);
    }
}

/// An account is leaving an organization: StackSets with automatic deployment let go of its stacks, and delete them unless they retain
/// them. What those without automatic deployment have there stays; AWS's pages do not say more.
pub(crate) fn left(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    let Some((management, sets)) = sets_of(world, organization) else { return };
    for (id, _) in sets {
        withdraw(world, &management, &id, account, now);
    }
}

/// Gives an account the stacks of the targets that it is in, and takes those of targets that it is not in.
fn adjust(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    let Some((management, sets)) = sets_of(world, organization) else { return };
    if account == &management {
        return;
    }
    for (id, targets) in sets {
        let units: BTreeSet<&str> = targets.keys().map(String::as_str).collect();
        let place = world.organizations.get(organization).zip(world.membership(account));
        match place.and_then(|(organization, membership)| nearest_of(organization, &membership.parent, &units)) {
            Some(unit) => {
                let regions = targets.get(&unit).cloned().unwrap_or_default();
                bring(world, (&management, &id), account, &unit, regions, now);
            }
            None => withdraw(world, &management, &id, account, now),
        }
    }
}

/// Regions by root or unit.
type Targets = BTreeMap<String, BTreeSet<String>>;

/// The automatically deploying StackSets of an organization with their targets, and their owner.
fn sets_of(world: &World, organization: &OrganizationId) -> Option<(AccountId, Vec<(String, Targets)>)> {
    let management = world.organizations.get(organization)?.management.clone();
    let sets = world.services.cloudformation.managed_sets(organization, &management);
    let sets: Vec<_> = sets.map(|set| (set.id.clone(), set.targets.clone())).collect();
    (!sets.is_empty()).then_some((management, sets))
}

fn bring(world: &mut World, set: (&AccountId, &str), account: &AccountId, unit: &str, regions: BTreeSet<String>, now: Timestamp) {
    let (owner, id) = set;
    let Some(set) = world.services.cloudformation.set_mut(owner, id) else { return };
    let mut missing = Vec::new();
    for region in regions {
        match set.instances.get_mut(&(account.clone(), region.clone())) {
            Some(instance) => instance.unit = Some(unit.to_owned()),
            None => missing.push(region),
        }
    }
    if missing.is_empty() {
        return;
    }
    let plan = Plan::of(owner, set);
    let mut operation = operations::new("CREATE", operation_id(id, account, "CREATE", now), now, now);
    let mut made = Vec::new();
    for region in missing {
        let instance = deploy::deploy(world, &plan, account, &region, Some(unit.to_owned()), (now, &operation.id));
        let (account, region, outcome) = (account.clone(), region, instance.outcome.clone());
        made.push(((account.clone(), region.clone()), instance));
        operation.results.push(OperationResult { account, region, unit: Some(unit.to_owned()), outcome });
    }
    if let Some(set) = world.services.cloudformation.set_mut(owner, id) {
        set.instances.extend(made);
        set.operations.push(operation);
    }
}

fn withdraw(world: &mut World, owner: &AccountId, id: &str, account: &AccountId, now: Timestamp) {
    let Some(set) = world.services.cloudformation.set_mut(owner, id) else { return };
    let regions = set.regions_in(account);
    if regions.is_empty() {
        return;
    }
    let retain = set.auto_deployment.retain;
    let mut operation = operations::new("DELETE", operation_id(id, account, "DELETE", now), now, now);
    operation.retain_stacks = Some(retain);
    let mut stacks = Vec::new();
    for region in regions {
        let Some(instance) = set.instances.remove(&(account.clone(), region.clone())) else { continue };
        stacks.extend(instance.stack);
        operation.results.push(OperationResult { account: account.clone(), region, unit: instance.unit, outcome: Outcome::Succeeded });
    }
    set.operations.push(operation);
    for stack in stacks {
        if retain {
            deploy::retain(world, account, &stack);
        } else {
            deploy::delete(world, account, &stack, now);
        }
    }
}

/// The id of an operation that nobody asked for. It is derived, so that the ids of what people ask for stay as they are.
fn operation_id(set: &str, account: &AccountId, action: &str, now: Timestamp) -> String {
    uuid_of(&format!("{action}/{set}/{account}/{}", now.as_millisecond()))
}
