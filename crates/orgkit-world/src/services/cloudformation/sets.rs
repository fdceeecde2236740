//! StackSets themselves.

use super::access::{self, named};
use super::state::{AutoDeployment, StackSet};
use super::{invalid, paging, shapes, template};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::World;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The roles of self-managed StackSets, unless others are named
/// [CloudFormation User Guide, stacksets-prereqs-self-managed].
const EXECUTION_ROLE: &str = "AWSCloudFormationStackSetExecutionRole";
const ADMINISTRATION_ROLE: &str = "AWSCloudFormationStackSetAdministrationRole";

/// `CreateStackSet`. A template at a URL or of an existing stack cannot be had here.
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let name = stack_set_name(request)?;
    let service_managed = request.one_of("PermissionModel", &["SERVICE_MANAGED", "SELF_MANAGED"])? == Some("SERVICE_MANAGED");
    let owner = access::owner(world, request)?;
    if service_managed {
        access::organization(world, &owner)?;
    } else if owner != request.caller.account {
        return Err(invalid("CallAs is only valid for stack sets with the SERVICE_MANAGED permission model"));
    }
    let auto_deployment = auto_deployment(request, AutoDeployment::default())?;
    match (service_managed, auto_deployment) {
        (true, None) => return Err(invalid("AutoDeployment must be specified for a SERVICE_MANAGED stack set")),
        (false, Some(_)) => return Err(invalid("AutoDeployment is only valid for a SERVICE_MANAGED stack set")),
        _ => {}
    }
    if world.services.cloudformation.find(&owner, request.region, name).is_some() {
        return Err(ApiError::new("NameAlreadyExistsException", format!("StackSet {name} already exists")).with_status(409));
    }
    let body = template_body(request)?.ok_or_else(|| invalid("Either Template URL or Template Body must be specified."))?;
    let role = |member: &str, usual: String| (!service_managed).then(|| request.text(member).map_or(usual, str::to_owned));
    let account = &request.caller.account;
    let set = StackSet {
        id: format!("{name}:{}", world.ids.uuid()),
        name: name.to_owned(),
        region: request.region.to_owned(),
        description: request.text("Description").map(str::to_owned),
        template: body,
        parameters: pairs(request, "Parameters", "ParameterKey", "ParameterValue"),
        capabilities: request.texts("Capabilities").into_iter().map(str::to_owned).collect(),
        tags: pairs(request, "Tags", "Key", "Value"),
        service_managed,
        administration_role: role("AdministrationRoleARN", format!("arn:aws:iam::{account}:role/{ADMINISTRATION_ROLE}")),
        execution_role: role("ExecutionRoleName", EXECUTION_ROLE.to_owned()),
        auto_deployment: auto_deployment.unwrap_or_default(),
        managed_execution: flag_of(request.input.pointer("/ManagedExecution/Active")).unwrap_or(false),
        ..StackSet::default()
    };
    let output = json!({ "StackSetId": set.id });
    world.services.cloudformation.sets.entry(owner).or_default().insert(set.id.clone(), set);
    Ok(output)
}

/// `DescribeStackSet`.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let (owner, set) = named(world, request)?;
    Ok(json!({ "StackSet": shapes::stack_set(&owner, set) }))
}

/// `ListStackSets`. Deleted ones are not kept.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let owner = access::owner(world, request)?;
    let active = request.one_of("Status", &["ACTIVE", "DELETED"])? != Some("DELETED");
    let sets = world.services.cloudformation.sets.get(&owner).filter(|_| active).into_iter().flat_map(BTreeMap::values);
    // As a delegated administrator one sees service-managed StackSets only.
    let own = owner == request.caller.account;
    let seen = sets.filter(|set| set.region == request.region && (own || set.service_managed));
    paging("ListStackSets").page(request, seen.map(shapes::summary).collect())
}

/// `DeleteStackSet`. Deleting one that is not there succeeds: the operation declares no error for it.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let (owner, id) = match named(world, request) {
        Ok((owner, set)) => {
            if !set.instances.is_empty() {
                return Err(ApiError::new("StackSetNotEmptyException", "StackSet is not empty").with_status(409));
            }
            if set.busy_until().is_some_and(|until| request.now < until) {
                return Err(operation_in_progress());
            }
            (owner, set.id.clone())
        }
        Err(error) if error.code == "StackSetNotFoundException" => return Ok(json!({})),
        Err(error) => return Err(error),
    };
    if let Some(sets) = world.services.cloudformation.sets.get_mut(&owner) {
        sets.remove(&id);
    }
    Ok(json!({}))
}

/// `OperationInProgressException`.
pub(super) fn operation_in_progress() -> ApiError {
    ApiError::new("OperationInProgressException", "Another operation on the StackSet is in progress").with_status(409)
}

/// The template that the input carries, if any: JSON, or YAML, which is kept and deploys nothing.
pub(super) fn template_body(request: &Request<'_>) -> Result<Option<String>, ApiError> {
    match request.text("TemplateBody") {
        Some(body) => template::check(body).map(|()| Some(body.to_owned())),
        None if request.text("TemplateURL").is_some() || request.text("StackId").is_some() => {
            Err(invalid("Templates are read from TemplateBody only here."))
        }
        None => Ok(None),
    }
}

/// `AutoDeployment` of the input over what holds; `None` when it is left out.
pub(super) fn auto_deployment(request: &Request<'_>, now: AutoDeployment) -> Result<Option<AutoDeployment>, ApiError> {
    let Some(given) = request.input.get("AutoDeployment") else { return Ok(None) };
    let enabled = flag_of(given.get("Enabled")).unwrap_or(now.enabled);
    let retain = flag_of(given.get("RetainStacksOnAccountRemoval"));
    if !enabled && retain == Some(true) {
        return Err(invalid("RetainStacksOnAccountRemoval can be specified only if AutoDeployment is enabled"));
    }
    Ok(Some(AutoDeployment { enabled, retain: enabled && retain.unwrap_or(now.retain) }))
}

/// A truth value; the query protocol sends it as text.
pub(super) fn flag_of(value: Option<&Value>) -> Option<bool> {
    value?.as_bool().or_else(|| value?.as_str()?.parse().ok())
}

/// A list of keys and values as a map.
pub(super) fn pairs(request: &Request<'_>, list: &str, key: &str, value: &str) -> BTreeMap<String, String> {
    let items = request.input.get(list).and_then(Value::as_array).into_iter().flatten();
    let text = |item: &Value, name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
    items.filter_map(|item| Some((text(item, key)?, text(item, value)?))).collect()
}

/// Letters, digits and hyphens, a letter first, 128 at most [CloudFormation API Reference, CreateStackSet].
fn stack_set_name<'a>(request: &Request<'a>) -> Result<&'a str, ApiError> {
    let name = request.required("StackSetName")?;
    let is_name = name.len() <= 128
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_name { Ok(name) } else { Err(invalid(format!("The stack set name `{name}` is not valid."))) }
}
