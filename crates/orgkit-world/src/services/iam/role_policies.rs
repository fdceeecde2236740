//! The policies of roles: attached and inline.

use super::documents::{self, INLINE};
use super::roles::{find, find_mut};
use super::{exceeds, name, no_such_entity, own, page, policies, shapes};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::World;
use serde_json::{Value, json};

/// How many managed policies a role may have [IAM User Guide, reference_iam-quotas, of October 2026].
pub(super) const ATTACHED: usize = 10;

/// `AttachRolePolicy`: a policy of the account, or one of AWS's own.
pub(super) fn attach(world: &mut World, request: &Request<'_>) -> Answer {
    let role = find(own(world, request)?, request)?;
    let (is_full, has) = (role.attached.len() >= ATTACHED, |arn: &str| role.attached.contains(arn));
    let arn = policies::attachable(world, request, request.required("PolicyArn")?)?;
    let refused = is_full && !has(&arn);
    let role = find_mut(world, request)?;
    if refused {
        return Err(exceeds("PoliciesPerRole", ATTACHED));
    }
    role.attached.insert(arn);
    Ok(json!({}))
}

/// `DetachRolePolicy`.
pub(super) fn detach(world: &mut World, request: &Request<'_>) -> Answer {
    let role = find_mut(world, request)?;
    let arn = request.required("PolicyArn")?;
    if role.attached.remove(arn) { Ok(json!({})) } else { Err(no_such_entity(format!("Policy {arn} was not found."))) }
}

/// `ListAttachedRolePolicies`.
pub(super) fn list_attached(world: &World, request: &Request<'_>) -> Answer {
    let role = find(own(world, request)?, request)?;
    let prefix = request.text("PathPrefix").unwrap_or("/");
    let path = |arn: &str| arn.split_once(":policy").is_some_and(|(_, path)| path.starts_with(prefix));
    let attached = match shapes::attached(role.attached.iter().filter(|arn| path(arn))) {
        Value::Array(attached) => attached,
        _ => Vec::new(),
    };
    page(request, "ListAttachedRolePolicies", "AttachedPolicies", attached)
}

/// `PutRolePolicy`.
pub(super) fn put(world: &mut World, request: &Request<'_>) -> Answer {
    let role = find_mut(world, request)?;
    let policy = name(request, "PolicyName", 128)?;
    let document = documents::permissions(request)?;
    let others = role.inline.iter().filter(|(name, _)| *name != policy).map(|(_, document)| document.as_str());
    INLINE.check(others.chain(std::iter::once(document)))?;
    role.inline.insert(policy.to_owned(), document.to_owned());
    Ok(json!({}))
}

/// `GetRolePolicy`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let role = find(own(world, request)?, request)?;
    let policy = request.required("PolicyName")?;
    let document = role.inline.get(policy).ok_or_else(|| no_policy(policy))?;
    Ok(json!({ "RoleName": role.name, "PolicyName": policy, "PolicyDocument": shapes::encoded(document) }))
}

/// `ListRolePolicies`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let role = find(own(world, request)?, request)?;
    page(request, "ListRolePolicies", "PolicyNames", role.inline.keys().map(|name| name.as_str().into()).collect())
}

/// `DeleteRolePolicy`.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let role = find_mut(world, request)?;
    let policy = request.required("PolicyName")?;
    role.inline.remove(policy).map(|_| json!({})).ok_or_else(|| no_policy(policy))
}

fn no_policy(name: &str) -> ApiError {
    no_such_entity(format!("The role policy with name {name} cannot be found."))
}
