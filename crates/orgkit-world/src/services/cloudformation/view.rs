//! StackSets as Cloud Control shows them: resources of the type `AWS::CloudFormation::StackSet`.

use super::state::{AutoDeployment, StackSet};
use super::{change, operations, shapes};
use crate::ApiError;
use crate::call::Request;
use crate::ids::uuid_of;
use crate::world::World;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The type of CloudFormation StackSets.
pub(crate) const KIND: &str = "AWS::CloudFormation::StackSet";

/// The properties that an update can change here.
const CHANGEABLE: [&str; 4] = ["AutoDeployment", "Description", "ManagedExecution", "TemplateBody"];

/// The ids of the caller's StackSets in the region.
pub(crate) fn listed<'w>(world: &'w World, request: &Request<'_>) -> Vec<&'w str> {
    let sets = world.services.cloudformation.sets.get(&request.caller.account).into_iter().flat_map(BTreeMap::values);
    sets.filter(|set| set.region == request.region).map(|set| set.id.as_str()).collect()
}

/// The properties of the caller's StackSet with that id [CloudFormation Template Reference, AWS::CloudFormation::StackSet].
pub(crate) fn properties(world: &World, request: &Request<'_>, id: &str) -> Option<Value> {
    find(world, request, id).map(document)
}

/// Changes the caller's StackSet to what the properties say. The handler of the type waits until it is free, so an operation that is in
/// progress refuses nothing.
pub(crate) fn update(world: &mut World, request: &Request<'_>, id: &str, wanted: &Value) -> Result<(), ApiError> {
    let set = find(world, request, id).ok_or_else(|| ApiError::new("ResourceNotFoundException", "The StackSet does not exist."))?;
    let before = document(set);
    let mut names: Vec<&String> = before.as_object().into_iter().chain(wanted.as_object()).flat_map(Map::keys).collect();
    names.retain(|name| before.get(name.as_str()) != wanted.get(name.as_str()));
    if let Some(name) = names.iter().find(|name| !CHANGEABLE.contains(&name.as_str())) {
        return Err(ApiError::new("NotUpdatableException", format!("The property {name} cannot be changed here.")));
    }
    let flag = |pointer: &str| wanted.pointer(pointer).and_then(Value::as_bool).unwrap_or(false);
    let enabled = flag("/AutoDeployment/Enabled");
    let retain = flag("/AutoDeployment/RetainStacksOnAccountRemoval");
    let text = |name: &str| wanted.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut renewed = StackSet {
        auto_deployment: AutoDeployment { enabled, retain },
        description: text("Description"),
        managed_execution: flag("/ManagedExecution/Active"),
        template: text("TemplateBody").unwrap_or_else(|| set.template.clone()),
        ..set.clone()
    };
    let starts_at = set.busy_until().filter(|until| request.now < *until).unwrap_or(request.now);
    let operation = operations::new("UPDATE", uuid_of(&format!("UPDATE/{id}/{}", request.now.as_millisecond())), starts_at, request.now);
    let owner = request.caller.account.clone();
    change::apply(world, &owner, &mut renewed, operation, request);
    if let Some(set) = world.services.cloudformation.set_mut(&owner, id) {
        *set = renewed;
    }
    Ok(())
}

fn find<'w>(world: &'w World, request: &Request<'_>, id: &str) -> Option<&'w StackSet> {
    let sets = world.services.cloudformation.sets.get(&request.caller.account)?;
    sets.get(id).filter(|set| set.region == request.region)
}

fn document(set: &StackSet) -> Value {
    let units: Vec<&String> = set.targets.keys().collect();
    let regions: BTreeSet<&String> = set.targets.values().flatten().collect();
    let group = json!([{ "DeploymentTargets": { "OrganizationalUnitIds": units }, "Regions": regions }]);
    let mut document = json!({
        "StackSetId": set.id,
        "StackSetName": set.name,
        "PermissionModel": shapes::permission_model(set),
        "StackInstancesGroup": group,
    });
    let optional = [
        ("AutoDeployment", set.service_managed.then(|| shapes::auto_deployment(set))),
        ("Description", set.description.as_deref().map(Value::from)),
        ("ManagedExecution", set.managed_execution.then(|| json!({ "Active": true }))),
        ("TemplateBody", (!set.template.is_empty()).then(|| set.template.as_str().into())),
    ];
    if let Some(members) = document.as_object_mut() {
        members.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    }
    document
}
