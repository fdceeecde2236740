//! AWS Cloud Control API (botocore `cloudcontrol/2021-09-30`) over the resources that the world keeps as documents.

mod delegated_admin;
mod patch;
mod requests;
mod types;

pub(crate) use requests::State;

use super::{cloudformation, own};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::page::Paging;
use crate::world::{Resource, ResourceKey, World};
use serde_json::{Map, Value, json};

const PAGING: Paging = Paging {
    list: "ListResources",
    items: "ResourceDescriptions",
    limit: "MaxResults",
    token: "NextToken",
    usual: 20,
    most: 100,
    bad_token: "InvalidRequestException",
};

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "cloudcontrol",
    signing_name: "cloudcontrolapi",
    actions: "cloudformation",
    model: "cloudcontrol/2021-09-30",
    protocol: Protocol::Json { target: "CloudApiService" },
    faults: Faults { invalid: "InvalidRequestException", message: "Message", ..Faults::JSON },
    operations: &[
        read("ListResources", list).rules(
            "only the primary identifier is sure to be among the properties; a type that is neither known nor there is refused",
            "CloudFormation CLI User Guide, resource-type-test-contract",
        ),
        read("GetResource", get).rules("resources of the caller's account and the region", "Cloud Control API User Guide, resource-operations-read"),
        change("CreateResource", create).rules(
            "required properties, made-up identifiers and ARNs by type, what is there already, client tokens; done at once, asked for with a token",
            "Cloud Control API User Guide, resource-operations-create",
        ),
        change("UpdateResource", update).rules(
            "a JSON patch of add, replace and remove; the identifier stays; done at once, asked for with a token",
            "Cloud Control API User Guide, resource-operations-update",
        ),
        change("DeleteResource", delete).rules(
            "a bucket goes with its policy; done at once, asked for with a token",
            "Cloud Control API User Guide, resource-operations-delete",
        ),
        read("GetResourceRequestStatus", requests::status).rules("requests of the caller's account", "Cloud Control API User Guide, resource-operations-manage-requests"),
    ],
};

/// `ListResources` of a type in the region. As the contract of list handlers has it, only the primary identifier is sure to be among the
/// properties [CloudFormation CLI User Guide, resource-type-test-contract]; the rest takes `GetResource`.
pub(crate) fn list(world: &World, request: &Request<'_>) -> Answer {
    let kind = type_name(request)?;
    let listed = if kind == cloudformation::STACK_SET {
        let ids = cloudformation::listed(world, request).into_iter();
        ids.map(|id| json!({ "Identifier": id, "Properties": json!({ "StackSetId": id }).to_string() })).collect()
    } else if kind == delegated_admin::KIND {
        let ids = delegated_admin::listed(world, request).into_iter();
        ids.map(|id| json!({ "Identifier": id, "Properties": json!({ "DelegatedAdminIdentifier": id }).to_string() })).collect()
    } else {
        let here = own(world, request)?.resources.iter().filter(|(key, _)| key.kind == kind && key.region == request.region);
        here.map(|(key, resource)| description(key, &identifying(key, resource))).collect()
    };
    let mut output = PAGING.page(request, listed)?;
    if let Some(members) = output.as_object_mut() {
        members.insert("TypeName".to_owned(), kind.into());
    }
    Ok(output)
}

/// `GetResource`.
pub(crate) fn get(world: &World, request: &Request<'_>) -> Answer {
    let key = key(request)?;
    Ok(json!({ "TypeName": key.kind, "ResourceDescription": description(&key, &properties(world, request, &key)?) }))
}

/// `CreateResource` of a type whose schema is known here.
pub(crate) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    if let Some(before) = requests::repeated(world, request)? {
        return Ok(before);
    }
    let kind = type_name(request)?;
    if kind == delegated_admin::KIND {
        return create_delegated_admin(world, request);
    }
    let unsupported = || ApiError::new("UnsupportedActionException", format!("Resource type {kind} does not support CREATE action here."));
    let known = types::find(kind).ok_or_else(unsupported)?;
    let desired: Value = serde_json::from_str(request.required("DesiredState")?).map_err(|_| bad_state("it is not JSON"))?;
    let desired = desired.as_object().ok_or_else(|| bad_state("it is no object"))?;
    let account = request.caller.account.clone();
    // A copy gives the identifiers, so that a call which is refused takes none.
    let nonce = world.ids.clone().uuid();
    let draft = known.draft(desired, request.region, account.as_str(), &nonce);
    let draft = draft.map_err(|missing| bad_state(&format!("required key [{missing}] not found")))?;
    let key = ResourceKey { region: request.region.to_owned(), kind: kind.to_owned(), identifier: draft.identifier };
    if own(world, request)?.resources.contains_key(&key) {
        let message = format!("Resource of type '{kind}' with identifier '{}' already exists.", key.identifier);
        return Err(ApiError::new("AlreadyExistsException", message));
    }
    let resource = Resource { properties: Value::Object(draft.properties), deployed_by: None };
    let output = requests::done(world, request, &key, "CREATE");
    if let Some(account) = world.accounts.get_mut(&account) {
        account.resources.insert(key, resource);
    }
    Ok(output)
}

fn create_delegated_admin(world: &mut World, request: &Request<'_>) -> Answer {
    let desired: Value = serde_json::from_str(request.required("DesiredState")?).map_err(|_| bad_state("it is not JSON"))?;
    let account = desired.get("AdminAccountId").and_then(Value::as_str);
    let account = account.ok_or_else(|| bad_state("required key [AdminAccountId] not found"))?;
    let identifier = delegated_admin::create(world, request, account)?;
    let key = ResourceKey { region: request.region.to_owned(), kind: delegated_admin::KIND.to_owned(), identifier };
    Ok(requests::done(world, request, &key, "CREATE"))
}

/// `UpdateResource` with a JSON patch. The change is there at once; as with AWS the answer is `IN_PROGRESS`, and
/// `GetResourceRequestStatus` tells the outcome.
pub(crate) fn update(world: &mut World, request: &Request<'_>) -> Answer {
    if let Some(before) = requests::repeated(world, request)? {
        return Ok(before);
    }
    let key = key(request)?;
    let patch = request.required("PatchDocument")?;
    let before = properties(world, request, &key)?;
    let properties = patch::patched(&before, patch)?;
    if key.kind == delegated_admin::KIND {
        return Err(ApiError::new("NotUpdatableException", "The administrator of Security Hub is replaced, not updated."));
    }
    if identity(&key.kind, &before) != identity(&key.kind, &properties) {
        return Err(ApiError::new("NotUpdatableException", "The primary identifier of a resource cannot be changed."));
    }
    if key.kind == cloudformation::STACK_SET {
        cloudformation::update_view(world, request, &key.identifier, &properties)?;
    }
    let output = requests::done(world, request, &key, "UPDATE");
    let account = world.accounts.get_mut(&request.caller.account);
    if let Some(resource) = account.and_then(|account| account.resources.get_mut(&key)) {
        resource.properties = properties;
    }
    Ok(output)
}

/// `DeleteResource`.
pub(crate) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    if let Some(before) = requests::repeated(world, request)? {
        return Ok(before);
    }
    let key = key(request)?;
    if key.kind == delegated_admin::KIND {
        delegated_admin::properties(world, request, &key.identifier).ok_or_else(|| not_found(&key))?;
        delegated_admin::delete(world, request, &key.identifier)?;
        return Ok(requests::done(world, request, &key, "DELETE"));
    }
    own(world, request)?.resources.get(&key).ok_or_else(|| not_found(&key))?;
    let output = requests::done(world, request, &key, "DELETE");
    if let Some(account) = world.accounts.get_mut(&request.caller.account) {
        account.resources.remove(&key);
        if key.kind == "AWS::S3::Bucket" {
            account.resources.remove(&ResourceKey { kind: "AWS::S3::BucketPolicy".to_owned(), ..key });
        }
    }
    Ok(output)
}

/// What Cloud Control shows of a resource. StackSets are CloudFormation's own.
fn properties(world: &World, request: &Request<'_>, key: &ResourceKey) -> Result<Value, ApiError> {
    let properties = if key.kind == cloudformation::STACK_SET {
        cloudformation::properties(world, request, &key.identifier)
    } else if key.kind == delegated_admin::KIND {
        delegated_admin::properties(world, request, &key.identifier)
    } else {
        own(world, request)?.resources.get(key).map(|resource| resource.properties.clone())
    };
    properties.ok_or_else(|| not_found(key))
}

/// The value of the property that identifies a resource, where the type is known.
fn identity<'a>(kind: &str, properties: &'a Value) -> Option<&'a Value> {
    properties.get(types::find(kind)?.property())
}

fn bad_state(fault: &str) -> ApiError {
    ApiError::new("InvalidRequestException", format!("Model validation failed: {fault}."))
}

fn not_found(key: &ResourceKey) -> ApiError {
    let message = format!("Resource of type '{}' with identifier '{}' was not found.", key.kind, key.identifier);
    ApiError::new("ResourceNotFoundException", message)
}

fn key(request: &Request<'_>) -> Result<ResourceKey, ApiError> {
    let kind = type_name(request)?;
    Ok(ResourceKey { region: request.region.to_owned(), kind: kind.to_owned(), identifier: request.required("Identifier")?.to_owned() })
}

fn type_name<'a>(request: &Request<'a>) -> Result<&'a str, ApiError> {
    let name = request.required("TypeName")?;
    if types::is_type_name(name) {
        Ok(name)
    } else {
        Err(ApiError::new("TypeNotFoundException", format!("The type '{name}' cannot be found.")))
    }
}

/// The top-level properties that are part of the primary identifier.
fn identifying(key: &ResourceKey, resource: &Resource) -> Value {
    let is_part = |value: &Value| value.as_str().is_some_and(|text| key.identifier.split('|').any(|part| part == text));
    let properties = resource.properties.as_object().into_iter().flatten();
    let kept: Map<String, Value> =
        properties.filter(|(_, value)| is_part(value)).map(|(name, value)| (name.clone(), value.clone())).collect();
    Value::Object(kept)
}

fn description(key: &ResourceKey, properties: &Value) -> Value {
    json!({ "Identifier": key.identifier, "Properties": properties.to_string() })
}
