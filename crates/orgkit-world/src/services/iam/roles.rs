//! Roles.

use super::documents;
use super::{exceeds, invalid, name, no_such_entity, own, own_mut, page, path, shapes};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::ids::iam_id;
use crate::world::{AccountRecord, Role, World};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many roles an account may have [IAM User Guide, reference_iam-quotas, of October 2026].
pub(super) const ROLES: usize = 1_000;
/// How many tags a role may have, there.
const TAGS: usize = 50;

/// `ListRoles`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let prefix = request.text("PathPrefix").unwrap_or("/");
    let roles = own(world, request)?.roles.values().filter(|role| role.path.starts_with(prefix));
    page(request, "ListRoles", "Roles", roles.map(shapes::role).collect())
}

/// `GetRole`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    Ok(json!({ "Role": shapes::role(find(own(world, request)?, request)?) }))
}

/// The role that the input names.
pub(super) fn find<'w>(account: &'w AccountRecord, request: &Request<'_>) -> Result<&'w Role, ApiError> {
    let name = request.required("RoleName")?;
    account.roles.get(name).ok_or_else(|| no_role(name))
}

/// The role that the input names, to change it. Roles that services made are theirs.
pub(super) fn find_mut<'w>(world: &'w mut World, request: &Request<'_>) -> Result<&'w mut Role, ApiError> {
    let name = request.required("RoleName")?;
    let role = own_mut(world, request)?.roles.get_mut(name).ok_or_else(|| no_role(name))?;
    check_not_protected(role)?;
    Ok(role)
}

fn check_not_protected(role: &Role) -> Result<(), ApiError> {
    if role.path.starts_with("/aws-reserved/") || role.path.starts_with("/aws-service-role/") {
        let message = format!("Cannot perform the operation on the protected role '{}' - this role is only modifiable by AWS", role.name);
        return Err(ApiError::new("UnmodifiableEntity", message));
    }
    Ok(())
}

/// `CreateRole`. Its unique id is another one than that of an earlier role with its name.
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?;
    let (name, path) = (name(request, "RoleName", 64)?, path(request)?);
    let trust = documents::trust(request, "AssumeRolePolicyDocument")?;
    let max_session = request.number("MaxSessionDuration").unwrap_or(3600);
    if !(3600..=43_200).contains(&max_session) {
        return Err(invalid(request, "maxSessionDuration"));
    }
    let tags = tags(request)?;
    let boundary = request.text("PermissionsBoundary").map(|arn| super::policies::attachable(world, request, arn)).transpose()?;
    if account.roles.contains_key(name) {
        return Err(ApiError::new("EntityAlreadyExists", format!("Role with name {name} already exists.")).with_status(409));
    }
    if account.roles.len() >= ROLES {
        return Err(exceeds("RolesPerAccount", ROLES));
    }
    let created = Role::new(&account.id, name, path, trust, request.now);
    let created = created.map_err(|error| ApiError::new("MalformedPolicyDocument", error.to_string()))?;
    let role = Role {
        id: iam_id("AROA", &format!("{}/{}", created.arn, request.now)),
        description: request.text("Description").map(str::to_owned),
        max_session,
        boundary,
        tags,
        ..created
    };
    let output = json!({ "Role": shapes::role(&role) });
    own_mut(world, request)?.roles.insert(role.name.clone(), role);
    Ok(output)
}

fn tags(request: &Request<'_>) -> Result<BTreeMap<String, String>, ApiError> {
    let list = request.input.get("Tags").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if list.len() > TAGS {
        return Err(ApiError::new("LimitExceeded", format!("The number of tags is more than {TAGS}.")).with_status(409));
    }
    let text = |tag: &Value, member: &str| tag.get(member).and_then(Value::as_str).map(str::to_owned);
    let pairs = list.iter().map(|tag| Some((text(tag, "Key")?, text(tag, "Value").unwrap_or_default())));
    let tags: Option<BTreeMap<String, String>> = pairs.collect();
    let unique = tags.filter(|tags| tags.len() == list.len());
    unique.ok_or_else(|| ApiError::new("InvalidInput", "Tags need keys, and each key stands once."))
}

/// `DeleteRole`: what hangs on it goes first. Sessions of it have nothing any more.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let role = find_mut(world, request)?;
    let conflict = |what: &str| Err(ApiError::new("DeleteConflict", format!("Cannot delete entity, must {what} first.")).with_status(409));
    if !role.attached.is_empty() {
        return conflict("detach all policies");
    }
    if !role.inline.is_empty() {
        return conflict("delete policies");
    }
    let name = role.name.clone();
    own_mut(world, request)?.roles.remove(&name);
    Ok(json!({}))
}

/// `UpdateAssumeRolePolicy`.
pub(super) fn update_trust(world: &mut World, request: &Request<'_>) -> Answer {
    let role = find_mut(world, request)?;
    let trust = documents::trust(request, "PolicyDocument")?;
    let document = serde_json::from_str(trust).map_err(|error| ApiError::new("MalformedPolicyDocument", error.to_string()))?;
    (role.trust, role.trust_document) = (trust.to_owned(), document);
    Ok(json!({}))
}

fn no_role(name: &str) -> ApiError {
    no_such_entity(format!("The role with name {name} cannot be found."))
}
