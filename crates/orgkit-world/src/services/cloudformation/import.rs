//! `ImportStacksToStackSet`: stacks that were retained become instances of a StackSet.

use super::access::{self, named};
use super::state::{Instance, OperationResult, Outcome, Stack, StackSet};
use super::targets::nearest_of;
use super::{invalid, operations};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::World;
use orgkit_model::AccountId;
use serde_json::json;
use std::collections::BTreeSet;

/// The most stacks of one call [CloudFormation API Reference, ImportStacksToStackSet].
const MOST: usize = 10;

/// A stack to import: its account, its region and the target it is in.
struct Found {
    account: AccountId,
    region: String,
    unit: Option<String>,
    stack: String,
}

/// `ImportStacksToStackSet`. What is in the stacks stays as it is. The units that are given become targets, as with `CreateStackInstances`.
pub(super) fn import(world: &mut World, request: &Request<'_>) -> Answer {
    let (owner, set) = named(world, request)?;
    let starts_at = operations::start(set, request)?;
    let ids = request.texts("StackIds");
    if ids.is_empty() {
        return Err(invalid("Stack ids are read from StackIds only here, and there must be one at least."));
    }
    if ids.len() > MOST {
        return Err(ApiError::new("LimitExceededException", format!("At most {MOST} stacks can be imported at once")));
    }
    let units: Vec<String> = request.texts("OrganizationalUnitIds").into_iter().map(str::to_owned).collect();
    let mut found = Vec::new();
    for id in ids {
        found.push(check(world, &owner, set, id, &units)?);
    }
    let set_id = set.id.clone();
    let mut operation = operations::new("CREATE", operations::id(world, request), starts_at, request.now);
    let mut made = Vec::new();
    for one in found {
        let (account, region) = (one.account.clone(), one.region.clone());
        operation.results.push(OperationResult { account, region, unit: one.unit.clone(), outcome: Outcome::Succeeded });
        if let Some(stack) = world.services.cloudformation.stacks.get_mut(&one.account).and_then(|stacks| stacks.get_mut(&one.stack)) {
            stack.set = Some(set_id.clone());
        }
        let (operation, ready_at) = (Some(operation.id.clone()), operation.ready_at);
        let instance = Instance { stack: Some(one.stack), unit: one.unit, operation, ready_at, outcome: Outcome::Succeeded };
        made.push(((one.account, one.region), instance));
    }
    let output = json!({ "OperationId": operation.id });
    if let Some(set) = world.services.cloudformation.set_mut(&owner, &set_id) {
        for unit in units {
            set.targets.entry(unit).or_default().extend(made.iter().map(|((_, region), _)| region.clone()));
        }
        set.instances.extend(made);
        set.operations.push(operation);
    }
    Ok(output)
}

/// A stack that is there, is nobody's instance, and stands in an account that the StackSet may reach.
fn check(world: &World, owner: &AccountId, set: &StackSet, id: &str, units: &[String]) -> Result<Found, ApiError> {
    let missing = || ApiError::new("StackNotFoundException", format!("Stack {id} not found")).with_status(404);
    let account: AccountId =
        id.split(':').nth(4).unwrap_or_default().parse().map_err(|_| invalid(format!("`{id}` is not a stack's ARN.")))?;
    let is_there = |stack: &&Stack| stack.deleted_at.is_none();
    let stack =
        world.services.cloudformation.stacks.get(&account).and_then(|stacks| stacks.get(id)).filter(is_there).ok_or_else(missing)?;
    if stack.set.is_some() {
        return Err(ApiError::new("InvalidOperationException", format!("Stack {id} already belongs to a stack set")));
    }
    let mut unit = None;
    if set.service_managed {
        let organization = access::organization(world, owner)?;
        if units.is_empty() {
            return Err(invalid("OrganizationalUnitIds must be specified for a SERVICE_MANAGED stack set"));
        }
        let wanted: BTreeSet<&str> = units.iter().map(String::as_str).collect();
        let place = world.membership(&account).filter(|membership| membership.organization == organization.id);
        unit = place.and_then(|place| nearest_of(organization, &place.parent, &wanted));
        if unit.is_none() {
            let message = format!("Account {account} is not in the organizational units given");
            return Err(ApiError::new("InvalidOperationException", message));
        }
    }
    Ok(Found { account, region: stack.region.clone(), unit, stack: id.to_owned() })
}
