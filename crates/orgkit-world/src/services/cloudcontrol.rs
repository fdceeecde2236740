//! AWS Cloud Control API (botocore `cloudcontrol/2021-09-30`) over the resources that the world keeps as documents.

use super::{cloudformation, own};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::format::epoch;
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
        read("ListResources", list),
        read("GetResource", get),
        change("UpdateResource", update),
        read("GetResourceRequestStatus", request_status),
    ],
};

/// `ListResources` of a type in the region. As the contract of list handlers has it, only the primary identifier is sure to be among the
/// properties [CloudFormation CLI User Guide, resource-type-test-contract]; the rest takes `GetResource`.
pub(crate) fn list(world: &World, request: &Request<'_>) -> Answer {
    let kind = type_name(request)?;
    let listed = if kind == cloudformation::STACK_SET {
        let ids = cloudformation::listed(world, request).into_iter();
        ids.map(|id| json!({ "Identifier": id, "Properties": json!({ "StackSetId": id }).to_string() })).collect()
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

/// `UpdateResource` with a JSON patch (RFC 6902) of `add`, `replace` and `remove`. The change is there at once; as with AWS the answer is
/// `IN_PROGRESS`, and `GetResourceRequestStatus` tells the outcome.
pub(crate) fn update(world: &mut World, request: &Request<'_>) -> Answer {
    let key = key(request)?;
    let patch: Value = serde_json::from_str(request.required("PatchDocument")?).map_err(|_| bad_patch("it is not JSON"))?;
    let mut properties = properties(world, request, &key)?;
    for operation in patch.as_array().ok_or_else(|| bad_patch("it is not a list"))? {
        apply(&mut properties, operation)?;
    }
    if key.kind == cloudformation::STACK_SET {
        cloudformation::update_view(world, request, &key.identifier, &properties)?;
    }
    let token = world.ids.uuid();
    let event = |status: &str| {
        json!({
            "TypeName": key.kind,
            "Identifier": key.identifier,
            "RequestToken": token,
            "Operation": "UPDATE",
            "OperationStatus": status,
            "EventTime": epoch(request.now),
        })
    };
    let output = json!({ "ProgressEvent": event("IN_PROGRESS") });
    world.requests.insert(token.clone(), event("SUCCESS"));
    let account = world.accounts.get_mut(&request.caller.account);
    if let Some(resource) = account.and_then(|account| account.resources.get_mut(&key)) {
        resource.properties = properties;
    }
    Ok(output)
}

/// `GetResourceRequestStatus`.
pub(crate) fn request_status(world: &World, request: &Request<'_>) -> Answer {
    let token = request.required("RequestToken")?;
    let event = world.requests.get(token);
    let event =
        event.ok_or_else(|| ApiError::new("RequestTokenNotFoundException", format!("Request with token {token} was not found.")))?;
    Ok(json!({ "ProgressEvent": event }))
}

/// What Cloud Control shows of a resource. StackSets are CloudFormation's own.
fn properties(world: &World, request: &Request<'_>, key: &ResourceKey) -> Result<Value, ApiError> {
    let properties = if key.kind == cloudformation::STACK_SET {
        cloudformation::properties(world, request, &key.identifier)
    } else {
        own(world, request)?.resources.get(key).map(|resource| resource.properties.clone())
    };
    properties.ok_or_else(|| not_found(key))
}

/// Applies one operation of a JSON patch.
fn apply(properties: &mut Value, operation: &Value) -> Result<(), ApiError> {
    let text = |name: &str| operation.get(name).and_then(Value::as_str).ok_or_else(|| bad_patch("an operation needs `op` and `path`"));
    let (op, path) = (text("op")?, text("path")?);
    let (parent, name) = path.rsplit_once('/').ok_or_else(|| bad_patch("a path begins with `/`"))?;
    let name = name.replace("~1", "/").replace("~0", "~");
    let value = || operation.get("value").cloned().ok_or_else(|| bad_patch("the operation needs `value`"));
    let no_parent = || bad_patch("a path leads nowhere");
    match (op, properties.pointer_mut(parent).ok_or_else(no_parent)?) {
        ("add", Value::Object(members)) => {
            members.insert(name, value()?);
        }
        ("replace", Value::Object(members)) => *members.get_mut(&name).ok_or_else(no_parent)? = value()?,
        ("remove", Value::Object(members)) => {
            members.remove(&name).ok_or_else(no_parent)?;
        }
        ("add", Value::Array(items)) if name == "-" => items.push(value()?),
        ("add", Value::Array(items)) => items.insert(index(&name, items.len() + 1)?, value()?),
        ("replace", Value::Array(items)) => {
            let at = index(&name, items.len())?;
            items[at] = value()?;
        }
        ("remove", Value::Array(items)) => {
            items.remove(index(&name, items.len())?);
        }
        _ => return Err(bad_patch("only `add`, `replace` and `remove` of members and items are simulated")),
    }
    Ok(())
}

/// An index below `end`.
fn index(name: &str, end: usize) -> Result<usize, ApiError> {
    name.parse().ok().filter(|index| *index < end).ok_or_else(|| bad_patch("an index is out of range"))
}

fn bad_patch(fault: &str) -> ApiError {
    ApiError::new("InvalidRequestException", format!("The patch document is not valid: {fault}."))
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
    let is_type = name.split("::").count() == 3 && name.split("::").all(|part| !part.is_empty());
    if is_type { Ok(name) } else { Err(ApiError::new("TypeNotFoundException", format!("The type '{name}' cannot be found."))) }
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
