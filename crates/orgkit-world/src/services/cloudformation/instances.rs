//! Stack instances.

use super::access::named;
use super::deploy::{self, Plan};
use super::sets::flag_of;
use super::state::{Instance, OperationResult, Outcome};
use super::{invalid, operations, paging, shapes, targets};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::World;
use jiff::Timestamp;
use orgkit_model::AccountId;
use serde_json::json;

/// `CreateStackInstances`. An account and region that has an instance is brought up to date.
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let (owner, set) = named(world, request)?;
    let starts_at = operations::start(set, request)?;
    let wanted = targets::to_create(world, request, &owner, set)?;
    let (plan, id) = (Plan::of(&owner, set), set.id.clone());
    let mut operation = operations::new("CREATE", operations::id(world, request), starts_at, request.now);
    (operation.targets, operation.tolerance) = (wanted.given, operations::tolerance(request));
    let mut made = Vec::new();
    for (account, unit) in &wanted.accounts {
        for region in &wanted.regions {
            let key = (account.clone(), region.clone());
            let there = world.services.cloudformation.find(&owner, request.region, &id).and_then(|set| set.instances.get(&key)).cloned();
            let stack = there.and_then(|instance| instance.stack);
            let mut instance = match stack {
                Some(stack) => {
                    let outcome = deploy::renew(world, &plan, account, region, &stack, request.now);
                    Instance {
                        stack: Some(stack),
                        unit: unit.clone(),
                        operation: Some(operation.id.clone()),
                        ready_at: request.now,
                        outcome,
                    }
                }
                None => deploy::deploy(world, &plan, account, region, unit.clone(), (request.now, &operation.id)),
            };
            instance.ready_at = operation.ready_at;
            let result =
                OperationResult { account: account.clone(), region: region.clone(), unit: unit.clone(), outcome: instance.outcome.clone() };
            operation.results.push(result);
            made.push((key, instance));
        }
    }
    let output = json!({ "OperationId": operation.id });
    if let Some(set) = world.services.cloudformation.set_mut(&owner, &id) {
        set.instances.extend(made);
        set.operations.push(operation);
        for unit in wanted.units {
            set.targets.entry(unit).or_default().extend(wanted.regions.iter().cloned());
        }
    }
    Ok(output)
}

/// `DeleteStackInstances`. Units that are given are no longer targets in those regions.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let (owner, set) = named(world, request)?;
    let retain = flag_of(request.input.get("RetainStacks")).ok_or_else(|| invalid("RetainStacks must be specified"))?;
    let starts_at = operations::start(set, request)?;
    let wanted = targets::to_delete(world, request, set)?;
    let (plan, id) = (Plan::of(&owner, set), set.id.clone());
    let mut operation = operations::new("DELETE", operations::id(world, request), starts_at, request.now);
    (operation.targets, operation.retain_stacks) = (wanted.given, Some(retain));
    for (account, unit) in wanted.accounts {
        for region in &wanted.regions {
            let key = (account.clone(), region.clone());
            let Some(outcome) = remove(world, &plan, key, retain, request.now) else { continue };
            operation.results.push(OperationResult { account: account.clone(), region: region.clone(), unit: unit.clone(), outcome });
        }
    }
    let output = json!({ "OperationId": operation.id });
    if let Some(set) = world.services.cloudformation.set_mut(&owner, &id) {
        set.operations.push(operation);
        for unit in &wanted.units {
            if let Some(regions) = set.targets.get_mut(unit) {
                regions.retain(|region| !wanted.regions.contains(region));
            }
        }
        set.targets.retain(|_, regions| !regions.is_empty());
    }
    Ok(output)
}

/// Takes one instance away, with its stack unless that is retained; `None` when there is none. One whose account does not let the StackSet
/// in any more stays, unless its stack is retained.
fn remove(world: &mut World, plan: &Plan, key: (AccountId, String), retain: bool, now: Timestamp) -> Option<Outcome> {
    let allowed = if retain { Ok(()) } else { deploy::check_account(world, plan, &key.0, now) };
    let set = world.services.cloudformation.set_mut(&plan.owner, &plan.id)?;
    if let Err(outcome) = allowed {
        set.instances.get_mut(&key)?.outcome = outcome.clone();
        return Some(outcome);
    }
    match set.instances.remove(&key)?.stack {
        Some(stack) if retain => deploy::retain(world, &key.0, &stack),
        Some(stack) => deploy::delete(world, &key.0, &stack, now),
        None => {}
    }
    Some(Outcome::Succeeded)
}

/// `ListStackInstances`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let (_, set) = named(world, request)?;
    let (account, region) = (request.text("StackInstanceAccount"), request.text("StackInstanceRegion"));
    let filters = request.input.get("Filters").and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
    let text = |value: &serde_json::Value, pointer: &str| value.pointer(pointer).and_then(serde_json::Value::as_str).map(str::to_owned);
    let passes = |shape: &serde_json::Value| {
        filters.iter().all(|filter| {
            let at = match text(filter, "/Name").as_deref() {
                Some("DETAILED_STATUS") => "/StackInstanceStatus/DetailedStatus",
                Some("LAST_OPERATION_ID") => "/LastOperationId",
                _ => "/DriftStatus",
            };
            text(shape, at) == text(filter, "/Values")
        })
    };
    let seen = set
        .instances
        .iter()
        .filter(|((of, at), _)| account.is_none_or(|account| account == of.as_str()) && region.is_none_or(|region| region == at.as_str()));
    let all = seen.map(|((account, region), instance)| shapes::instance(set, account, region, instance, request.now));
    paging("ListStackInstances").page(request, all.filter(passes).collect())
}

/// `DescribeStackInstance`.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let (_, set) = named(world, request)?;
    let (account, region) = (request.required("StackInstanceAccount")?, request.required("StackInstanceRegion")?);
    let missing = || {
        let message = format!("Stack instance not found for StackSet {} in {account}, {region}", set.name);
        ApiError::new("StackInstanceNotFoundException", message).with_status(404)
    };
    let account: AccountId = account.parse().map_err(|_| invalid(format!("`{account}` is not an account id.")))?;
    let instance = set.instances.get(&(account.clone(), region.to_owned())).ok_or_else(missing)?;
    Ok(json!({ "StackInstance": shapes::instance(set, &account, region, instance, request.now) }))
}
