//! The policies of permission sets. Accounts that have a set keep what they have until it is provisioned again.

use super::{named, paging, set_mut};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::World;
use serde_json::json;

/// `AttachManagedPolicyToPermissionSet`.
pub(super) fn attach(world: &mut World, request: &Request<'_>) -> Answer {
    let (_, _, set) = named(world, request)?;
    let policy = request.required("ManagedPolicyArn")?;
    if !policy.starts_with("arn:aws:iam::aws:policy/") {
        return Err(ApiError::new("ValidationException", format!("`{policy}` is not the ARN of an AWS managed policy.")));
    }
    if set.managed.contains(policy) {
        return Err(ApiError::new("ConflictException", "The policy is attached to the permission set already."));
    }
    let arn = set.arn.clone();
    let set = set_mut(world, request, &arn)?;
    set.managed.insert(policy.to_owned());
    set.version += 1;
    Ok(json!({}))
}

/// `ListManagedPoliciesInPermissionSet`.
pub(super) fn list_managed(world: &World, request: &Request<'_>) -> Answer {
    let (_, _, set) = named(world, request)?;
    let shape = |arn: &String| json!({ "Name": arn.rsplit('/').next(), "Arn": arn });
    paging("ListManagedPoliciesInPermissionSet", "AttachedManagedPolicies").page(request, set.managed.iter().map(shape).collect())
}

/// `PutInlinePolicyToPermissionSet`.
pub(super) fn put_inline(world: &mut World, request: &Request<'_>) -> Answer {
    let (_, _, set) = named(world, request)?;
    let policy = request.required("InlinePolicy")?;
    let document = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(policy);
    if document.is_err() {
        return Err(ApiError::new("ValidationException", "The inline policy is not a JSON object."));
    }
    let arn = set.arn.clone();
    let set = set_mut(world, request, &arn)?;
    set.inline = Some(policy.to_owned());
    set.version += 1;
    Ok(json!({}))
}

/// `GetInlinePolicyForPermissionSet`.
pub(super) fn get_inline(world: &World, request: &Request<'_>) -> Answer {
    let (_, _, set) = named(world, request)?;
    Ok(json!({ "InlinePolicy": set.inline.as_deref().unwrap_or_default() }))
}
