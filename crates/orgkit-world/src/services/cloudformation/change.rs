//! `UpdateStackSet`.

use super::access::named;
use super::deploy::{self, Plan};
use super::sets::{auto_deployment, flag_of, pairs, template_body};
use super::state::{Operation, OperationResult, StackSet};
use super::{invalid, operations};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::World;
use orgkit_model::AccountId;
use serde_json::json;

/// `UpdateStackSet`: the settings, and the stacks. Without accounts or units it updates all stacks; which of them a call names makes no
/// difference here.
pub(super) fn update(world: &mut World, request: &Request<'_>) -> Answer {
    let (owner, set) = named(world, request)?;
    let starts_at = operations::start(set, request)?;
    let mut renewed = settings(request, set)?;
    let mut operation = operations::new("UPDATE", operations::id(world, request), starts_at, request.now);
    (operation.targets, operation.tolerance) = (request.input.get("DeploymentTargets").cloned(), operations::tolerance(request));
    let output = json!({ "OperationId": operation.id });
    apply(world, &owner, &mut renewed, operation, request);
    if let Some(set) = world.services.cloudformation.set_mut(&owner, &renewed.id) {
        *set = renewed;
    }
    Ok(output)
}

/// Brings all stacks of a changed StackSet up to date, as an operation of it.
pub(super) fn apply(world: &mut World, owner: &AccountId, set: &mut StackSet, mut operation: Operation, request: &Request<'_>) {
    let plan = Plan::of(owner, set);
    for ((account, region), instance) in &mut set.instances {
        let Some(stack) = &instance.stack else { continue };
        instance.outcome = deploy::renew(world, &plan, account, region, stack, request.now);
        (instance.ready_at, instance.operation) = (operation.ready_at, Some(operation.id.clone()));
        let (account, region, unit) = (account.clone(), region.clone(), instance.unit.clone());
        operation.results.push(OperationResult { account, region, unit, outcome: instance.outcome.clone() });
    }
    set.operations.push(operation);
}

/// The StackSet as the input wants it. Parameters that are left out are gone; what else is left out stays.
fn settings(request: &Request<'_>, set: &StackSet) -> Result<StackSet, ApiError> {
    let template = template_body(request)?;
    if template.is_none()
        && flag_of(request.input.get("UsePreviousTemplate")) != Some(true)
        && request.input.get("AutoDeployment").is_none()
    {
        return Err(invalid("Either Template URL or Template Body must be specified."));
    }
    let wanted = auto_deployment(request, set.auto_deployment)?;
    if wanted.is_some() && !set.service_managed {
        return Err(invalid("AutoDeployment is only valid for a SERVICE_MANAGED stack set"));
    }
    if wanted.is_some() && (request.input.get("DeploymentTargets").is_some() || !request.texts("Regions").is_empty()) {
        return Err(invalid("If you specify AutoDeployment, don't specify DeploymentTargets or Regions"));
    }
    if request.text("PermissionModel").is_some_and(|model| (model == "SERVICE_MANAGED") != set.service_managed) && !set.instances.is_empty()
    {
        return Err(ApiError::new("InvalidOperationException", "The permission model of a StackSet with instances cannot be changed"));
    }
    let given = request.texts("Capabilities");
    let mut parameters = pairs(request, "Parameters", "ParameterKey", "ParameterValue");
    for parameter in request.input.get("Parameters").and_then(serde_json::Value::as_array).into_iter().flatten() {
        let name = parameter.get("ParameterKey").and_then(serde_json::Value::as_str).unwrap_or_default();
        if let (Some(true), Some(old)) = (flag_of(parameter.get("UsePreviousValue")), set.parameters.get(name)) {
            parameters.insert(name.to_owned(), old.clone());
        }
    }
    Ok(StackSet {
        description: request.text("Description").map(str::to_owned).or_else(|| set.description.clone()),
        template: template.unwrap_or_else(|| set.template.clone()),
        parameters,
        capabilities: if given.is_empty() { set.capabilities.clone() } else { given.into_iter().map(str::to_owned).collect() },
        tags: if request.input.get("Tags").is_some() { pairs(request, "Tags", "Key", "Value") } else { set.tags.clone() },
        auto_deployment: wanted.unwrap_or(set.auto_deployment),
        managed_execution: flag_of(request.input.pointer("/ManagedExecution/Active")).unwrap_or(set.managed_execution),
        ..set.clone()
    })
}
