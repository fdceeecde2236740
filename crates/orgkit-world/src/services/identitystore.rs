//! The identity store of IAM Identity Center (botocore `identitystore/2020-06-15`): the groups and users that assignments name.

use super::sso::{Group, IdentityCenter, User};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::format::epoch;
use crate::page::Paging;
use crate::world::World;
use serde_json::{Value, json};

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "identitystore",
    signing_name: "identitystore",
    actions: "identitystore",
    model: "identitystore/2020-06-15",
    protocol: Protocol::Json { target: "AWSIdentityStore" },
    faults: Faults { message: "Message", ..Faults::JSON },
    operations: &[
        read("ListGroups", list_groups)
            .rules("filter by DisplayName; in the instance's region", "Identity Store API Reference, ListGroups"),
        read("ListUsers", list_users).rules("filter by UserName; in the instance's region", "Identity Store API Reference, ListUsers"),
        read("GetGroupId", get_group_id).rules("by DisplayName", "Identity Store API Reference, GetGroupId"),
        change("CreateGroup", create_group)
            .rules("unique names; management account and delegated administrators", "Identity Store API Reference, CreateGroup"),
    ],
};

/// Lists come in pages of 100 items at most (botocore, shape `MaxResults`).
const fn paging(list: &'static str, items: &'static str) -> Paging {
    Paging { list, items, limit: "MaxResults", token: "NextToken", usual: 100, most: 100, bad_token: "ValidationException" }
}

/// `ListGroups`.
fn list_groups(world: &World, request: &Request<'_>) -> Answer {
    let store = store(world, request)?;
    let name = filter(request, "DisplayName")?;
    let groups = store.groups.iter().filter(|(_, group)| name.is_none_or(|name| name == group.name));
    let shape = |(id, group): (&String, &Group)| {
        let mut shape = described(&store.store, "Group", id, group.created_at);
        if let Some(members) = shape.as_object_mut() {
            members.insert("DisplayName".to_owned(), group.name.as_str().into());
            members.extend(group.description.as_deref().map(|text| ("Description".to_owned(), text.into())));
        }
        shape
    };
    paging("ListGroups", "Groups").page(request, groups.map(shape).collect())
}

/// `ListUsers`.
fn list_users(world: &World, request: &Request<'_>) -> Answer {
    let store = store(world, request)?;
    let name = filter(request, "UserName")?;
    let users = store.users.iter().filter(|(_, user)| name.is_none_or(|name| name == user.name));
    let shape = |(id, user): (&String, &User)| {
        let mut shape = described(&store.store, "User", id, user.created_at);
        if let Some(members) = shape.as_object_mut() {
            members.insert("UserName".to_owned(), user.name.as_str().into());
            members.insert("DisplayName".to_owned(), user.name.as_str().into());
        }
        shape
    };
    paging("ListUsers", "Users").page(request, users.map(shape).collect())
}

/// `GetGroupId`.
fn get_group_id(world: &World, request: &Request<'_>) -> Answer {
    let store = store(world, request)?;
    let attribute = request.input.pointer("/AlternateIdentifier/UniqueAttribute");
    let text = |name: &str| attribute.and_then(|attribute| attribute.get(name)).and_then(Value::as_str);
    let (Some("displayName" | "DisplayName"), Some(name)) = (text("AttributePath"), text("AttributeValue")) else {
        return Err(ApiError::new("ValidationException", "Groups are found by their displayName."));
    };
    let found = store.groups.iter().find(|(_, group)| group.name == name);
    let (id, _) = found.ok_or_else(|| ApiError::new("ResourceNotFoundException", format!("The group {name} does not exist.")))?;
    Ok(json!({ "IdentityStoreId": store.store, "GroupId": id, "GroupArn": arn("group", id) }))
}

/// `CreateGroup`.
fn create_group(world: &mut World, request: &Request<'_>) -> Answer {
    let store = store(world, request)?;
    let name = request.text("DisplayName").unwrap_or_default().to_owned();
    if name.is_empty() || name.chars().count() > 1024 {
        return Err(ApiError::new("ValidationException", "A group has a display name of at most 1,024 characters."));
    }
    if store.groups.values().any(|group| group.name == name) {
        return Err(ApiError::new("ConflictException", format!("The group {name} exists already.")));
    }
    let store_id = store.store.clone();
    let id = world.ids.uuid();
    let output = json!({ "IdentityStoreId": store_id, "GroupId": id, "GroupArn": arn("group", &id), "Revision": "1" });
    let group = Group { name, description: request.text("Description").map(str::to_owned), created_at: request.now };
    let organization = world.membership(&request.caller.account).map(|membership| membership.organization.clone());
    let organization = organization.and_then(|id| world.organizations.get_mut(&id));
    if let Some(center) = organization.and_then(|organization| organization.identity_center.as_mut()) {
        center.groups.insert(id, group);
    }
    Ok(output)
}

/// The members that groups and users have in common.
fn described(store: &str, kind: &str, id: &str, created_at: jiff::Timestamp) -> Value {
    json!({
        "IdentityStoreId": store,
        format!("{kind}Id"): id,
        format!("{kind}Arn"): arn(&kind.to_lowercase(), id),
        "Revision": "1",
        "CreatedAt": epoch(created_at),
        "UpdatedAt": epoch(created_at),
    })
}

fn arn(kind: &str, id: &str) -> String {
    format!("arn:aws:identitystore:::{kind}/{id}")
}

/// The value of the one filter, which must be on an attribute.
fn filter<'a>(request: &'a Request<'_>, attribute: &str) -> Result<Option<&'a str>, ApiError> {
    let Some(filter) = request.input.pointer("/Filters/0") else { return Ok(None) };
    let text = |name: &str| filter.get(name).and_then(Value::as_str);
    if text("AttributePath").is_none_or(|path| !path.eq_ignore_ascii_case(attribute)) {
        return Err(ApiError::new("ValidationException", format!("Only {attribute} can be filtered by.")));
    }
    Ok(text("AttributeValue"))
}

/// The store that the input names, for the management account and delegated administrators, in the instance's region.
fn store<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w IdentityCenter, ApiError> {
    let wanted = request.required("IdentityStoreId")?;
    let caller = &request.caller.account;
    let not_found = || ApiError::new("ResourceNotFoundException", format!("The identity store {wanted} does not exist."));
    let organization = world.organization_of(caller).ok_or_else(not_found)?;
    let delegated = organization.delegated.get(caller).is_some_and(|services| services.contains_key("sso.amazonaws.com"));
    if &organization.management != caller && !delegated {
        return Err(ApiError::new("AccessDeniedException", "Only the management account and delegated administrators can do this."));
    }
    let center = organization.identity_center.as_ref();
    center.filter(|center| center.store == wanted && center.region == request.region).ok_or_else(not_found)
}
