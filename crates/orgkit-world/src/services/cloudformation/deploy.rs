//! Stacks come into accounts and go, with what they made.

use super::state::{Instance, OPERATION_TAKES, Outcome, Stack, StackSet, stack_names};
use super::template::{self, Context, Planned};
use crate::world::{Resource, ResourceKey, Role, World};
use jiff::Timestamp;
use orgkit_model::{AccountId, AccountState};
use serde_json::Value;
use std::collections::BTreeMap;

/// A StackSet as far as a deployment needs it, so that the world can be changed meanwhile.
pub(super) struct Plan {
    pub(super) owner: AccountId,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) template: String,
    parameters: BTreeMap<String, String>,
    capabilities: Vec<String>,
    service_managed: bool,
    /// The role that lets a self-managed StackSet into accounts.
    execution_role: Option<String>,
}

impl Plan {
    pub(super) fn of(owner: &AccountId, set: &StackSet) -> Self {
        Self {
            owner: owner.clone(),
            service_managed: set.service_managed,
            id: set.id.clone(),
            name: set.name.clone(),
            template: set.template.clone(),
            parameters: set.parameters.clone(),
            capabilities: set.capabilities.clone(),
            execution_role: set.execution_role.clone(),
        }
    }
}

/// Makes a stack in an account and region, and tells the instance that stands for it.
pub(super) fn deploy(
    world: &mut World,
    plan: &Plan,
    account: &AccountId,
    region: &str,
    unit: Option<String>,
    at: (Timestamp, &str),
) -> Instance {
    let (now, operation) = at;
    let ready_at = now.saturating_add(OPERATION_TAKES).unwrap_or(Timestamp::MAX);
    let made = make(world, plan, account, region, now);
    let (stack, outcome) = match made {
        Ok(stack) => (Some(stack), Outcome::Succeeded),
        Err(outcome) => (None, outcome),
    };
    Instance { stack, unit, operation: Some(operation.to_owned()), ready_at, outcome }
}

fn make(world: &mut World, plan: &Plan, account: &AccountId, region: &str, now: Timestamp) -> Result<String, Outcome> {
    check_account(world, plan, account, now)?;
    let (name, arn) = stack_names(&plan.id, &plan.name, account, region, &now.as_millisecond().to_string());
    fill(world, plan, account, region, (&name, &arn), now)?;
    let stack = Stack {
        arn: arn.clone(),
        name,
        region: region.to_owned(),
        set: Some(plan.id.clone()),
        created_at: now,
        ready_at: now.saturating_add(OPERATION_TAKES).unwrap_or(Timestamp::MAX),
        deleted_at: None,
        description: None,
        template: plan.template.clone(),
    };
    world.services.cloudformation.stacks.entry(account.clone()).or_default().insert(arn.clone(), stack);
    Ok(arn)
}

/// An account that is in use and lets the StackSet in: as a member of the owner's organization, or with the execution role.
pub(super) fn check_account(world: &World, plan: &Plan, account: &AccountId, now: Timestamp) -> Result<(), Outcome> {
    let missing = || Outcome::Failed(format!("Account {account} was not found"));
    let record = world.accounts.get(account).ok_or_else(missing)?;
    if record.state(now) != AccountState::Active {
        return Err(Outcome::Skipped);
    }
    if plan.service_managed {
        let organization = |account: &AccountId| world.membership(account).map(|membership| &membership.organization);
        let together = organization(account).is_some() && organization(account) == organization(&plan.owner);
        return if together { Ok(()) } else { Err(Outcome::Failed(format!("Account {account} is not in the organization"))) };
    }
    let role = plan.execution_role.as_deref().unwrap_or_default();
    if record.roles.get(role).is_some_and(|role| role.trust.contains(plan.owner.as_str())) {
        return Ok(());
    }
    Err(Outcome::Failed(format!("Account {account} should have '{role}' role with trust relationship to the administration role")))
}

/// Puts what the template makes into the account, marked with the stack.
fn fill(world: &mut World, plan: &Plan, account: &AccountId, region: &str, stack: (&str, &str), now: Timestamp) -> Result<(), Outcome> {
    let planned = template::resources(&plan.template, &Context { account, region, stack, parameters: &plan.parameters });
    check_resources(world, plan, account, region, &planned)?;
    let mut roles = Vec::new();
    for resource in planned.iter().filter(|resource| is_role(resource)) {
        roles.push(role(account, resource, stack.1, now).map_err(Outcome::Failed)?);
    }
    let Some(record) = world.accounts.get_mut(account) else { return Ok(()) };
    record.roles.extend(roles.into_iter().map(|role| (role.name.clone(), role)));
    for resource in planned.into_iter().filter(|resource| !is_role(resource)) {
        let key = ResourceKey { region: region.to_owned(), kind: resource.kind, identifier: resource.name };
        let deployed_by = (!resource.retained).then(|| stack.1.to_owned());
        record.resources.insert(key, Resource { properties: Value::Object(resource.properties), deployed_by });
    }
    Ok(())
}

/// Refuses IAM resources that were not acknowledged, and names that are taken.
fn check_resources(world: &World, plan: &Plan, account: &AccountId, region: &str, planned: &[Planned]) -> Result<(), Outcome> {
    let acknowledged = plan.capabilities.iter().any(|capability| capability.contains("IAM"));
    if !acknowledged && planned.iter().any(|resource| resource.kind.starts_with("AWS::IAM::")) {
        return Err(Outcome::Failed("Requires capabilities : [CAPABILITY_NAMED_IAM]".to_owned()));
    }
    let Some(record) = world.accounts.get(account) else { return Ok(()) };
    let taken = |resource: &&Planned| {
        if is_role(resource) {
            return record.roles.contains_key(&resource.name);
        }
        let key = ResourceKey { region: region.to_owned(), kind: resource.kind.clone(), identifier: resource.name.clone() };
        record.resources.contains_key(&key)
    };
    match planned.iter().find(taken) {
        Some(resource) => Err(Outcome::Failed(format!("{} already exists in the account ({})", resource.name, resource.kind))),
        None => Ok(()),
    }
}

fn is_role(resource: &Planned) -> bool {
    resource.kind == "AWS::IAM::Role"
}

/// `AWS::IAM::Role`.
fn role(account: &AccountId, planned: &Planned, stack: &str, now: Timestamp) -> Result<Role, String> {
    let property = |name: &str| planned.properties.get(name);
    let trust = property("AssumeRolePolicyDocument").ok_or_else(|| format!("{}: AssumeRolePolicyDocument is required", planned.name))?;
    let path = property("Path").and_then(Value::as_str).unwrap_or("/");
    let made = Role::new(account, &planned.name, path, &trust.to_string(), now).map_err(|fault| fault.to_string())?;
    let attached = property("ManagedPolicyArns").and_then(Value::as_array).into_iter().flatten();
    let inline = property("Policies").and_then(Value::as_array).into_iter().flatten();
    let inline =
        inline.filter_map(|policy| Some((policy.get("PolicyName")?.as_str()?.to_owned(), policy.get("PolicyDocument")?.to_string())));
    Ok(Role {
        description: property("Description").and_then(Value::as_str).map(str::to_owned),
        max_session: property("MaxSessionDuration").and_then(Value::as_i64).unwrap_or(made.max_session),
        attached: attached.filter_map(Value::as_str).map(str::to_owned).collect(),
        inline: inline.collect(),
        deployed_by: (!planned.retained).then(|| stack.to_owned()),
        ..made
    })
}

/// Deletes a stack with what it made.
pub(super) fn delete(world: &mut World, account: &AccountId, stack: &str, now: Timestamp) {
    empty(world, account, stack);
    if let Some(stack) = world.services.cloudformation.stacks.get_mut(account).and_then(|stacks| stacks.get_mut(stack)) {
        (stack.deleted_at, stack.set) = (Some(now), None);
    }
}

/// Lets go of a stack: it stays with what it made, and is nobody's instance any more.
pub(super) fn retain(world: &mut World, account: &AccountId, stack: &str) {
    if let Some(stack) = world.services.cloudformation.stacks.get_mut(account).and_then(|stacks| stacks.get_mut(stack)) {
        stack.set = None;
    }
}

/// Brings a stack to the StackSet's template: what it made goes, what the new template makes comes. A template that makes nothing here
/// leaves things as they are.
pub(super) fn renew(world: &mut World, plan: &Plan, account: &AccountId, region: &str, stack: &str, now: Timestamp) -> Outcome {
    let known = world.services.cloudformation.stacks.get(account).and_then(|stacks| stacks.get(stack));
    let Some(name) = known.map(|stack| stack.name.clone()) else { return Outcome::Succeeded };
    let context = Context { account, region, stack: (&name, stack), parameters: &plan.parameters };
    if template::resources(&plan.template, &context).is_empty() {
        return Outcome::Succeeded;
    }
    let before = world.accounts.get(account).map(|record| (record.roles.clone(), record.resources.clone()));
    empty(world, account, stack);
    if let Err(outcome) = fill(world, plan, account, region, (&name, stack), now) {
        // CloudFormation rolls a failed update back.
        if let (Some(record), Some((roles, resources))) = (world.accounts.get_mut(account), before) {
            (record.roles, record.resources) = (roles, resources);
        }
        return outcome;
    }
    if let Some(stack) = world.services.cloudformation.stacks.get_mut(account).and_then(|stacks| stacks.get_mut(stack)) {
        stack.template.clone_from(&plan.template);
    }
    Outcome::Succeeded
}

fn empty(world: &mut World, account: &AccountId, stack: &str) {
    let is_its = |deployed_by: &Option<String>| deployed_by.as_deref() == Some(stack);
    if let Some(record) = world.accounts.get_mut(account) {
        record.roles.retain(|_, role| !is_its(&role.deployed_by));
        record.resources.retain(|_, resource| !is_its(&resource.deployed_by));
    }
}
