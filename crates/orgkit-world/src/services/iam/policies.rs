//! Managed policies: the account's own, and AWS's as far as they are known.

use super::aws_managed::{self, AwsManaged, POLICIES, is_aws_managed};
use super::documents::{self, MANAGED};
use super::{document, exceeds, name, no_such_entity, own, own_mut, page, path, shapes};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{AccountRecord, ManagedPolicy, PolicyVersion, World};
use serde_json::{Value, json};

/// How many customer managed policies an account may have, and how many versions each of them [IAM User Guide, reference_iam-quotas, of
/// October 2026].
pub(super) const PER_ACCOUNT: usize = 1_500;
pub(super) const VERSIONS: usize = 5;

/// The ARN of a policy that can be attached: one of the account, or any of AWS's own, known here or not.
pub(super) fn attachable(world: &World, request: &Request<'_>, arn: &str) -> Result<String, ApiError> {
    if is_aws_managed(arn) || own(world, request)?.policies.contains_key(arn) {
        return Ok(arn.to_owned());
    }
    Err(no_such_entity(format!("Policy {arn} does not exist or is not attachable.")))
}

/// A policy that the input names.
enum Found<'w> {
    Own(&'w ManagedPolicy),
    Aws(&'static AwsManaged),
}

fn find<'w>(world: &'w World, request: &Request<'_>) -> Result<Found<'w>, ApiError> {
    let arn = request.required("PolicyArn")?;
    let own = own(world, request)?.policies.get(arn).map(Found::Own);
    own.or_else(|| aws_managed::find(arn).map(Found::Aws)).ok_or_else(|| no_policy(arn))
}

/// `CreatePolicy`.
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?;
    let (name, path) = (name(request, "PolicyName", 128)?, path(request)?);
    let document = documents::permissions(request)?;
    MANAGED.check(std::iter::once(document))?;
    if account.policies.values().any(|policy| policy.name == name) {
        let message = format!("A policy called {name} already exists. Duplicate names are not allowed.");
        return Err(ApiError::new("EntityAlreadyExists", message).with_status(409));
    }
    if account.policies.len() >= PER_ACCOUNT {
        return Err(exceeds("PoliciesPerAccount", PER_ACCOUNT));
    }
    let mut policy = ManagedPolicy::new(&account.id, name, path, document, request.now);
    policy.description = request.text("Description").map(str::to_owned);
    let output = json!({ "Policy": shapes::policy(world, account, &policy) });
    own_mut(world, request)?.policies.insert(policy.arn.clone(), policy);
    Ok(output)
}

/// `GetPolicy`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?;
    let shape = match find(world, request)? {
        Found::Own(policy) => shapes::policy(world, account, policy),
        Found::Aws(policy) => shapes::aws_policy(world, account, policy),
    };
    Ok(json!({ "Policy": shape }))
}

/// `GetPolicyVersion`.
pub(super) fn get_version(world: &World, request: &Request<'_>) -> Answer {
    let (arn, wanted) = (request.required("PolicyArn")?, request.required("VersionId")?);
    let shape = match find(world, request)? {
        Found::Own(policy) => number(wanted).and_then(|number| shapes::version(policy, number, true)),
        Found::Aws(policy) => {
            let document = document(world, &request.caller.account, arn);
            document.filter(|_| policy.version == wanted).map(|document| shapes::aws_version(policy, document))
        }
    };
    let shape = shape.ok_or_else(|| no_such_entity(format!("Policy {arn} version {wanted} does not exist or is not attachable.")))?;
    Ok(json!({ "PolicyVersion": shape }))
}

/// `v3` as a number.
fn number(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.parse().ok()
}

/// `ListPolicies`: the account's own first.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?;
    let scope = request.one_of("Scope", &["All", "AWS", "Local"])?.unwrap_or("All");
    let usage = request.one_of("PolicyUsageFilter", &["PermissionsPolicy", "PermissionsBoundary"])?;
    let prefix = request.text("PathPrefix").unwrap_or("/");
    let only_attached = request.flag("OnlyAttached").unwrap_or(false);
    let own = account.policies.values().filter(|policy| scope != "AWS" && policy.path.starts_with(prefix));
    let aws = POLICIES.iter().filter(|policy| scope != "Local" && policy.path.starts_with(prefix));
    let shapes =
        own.map(|policy| shapes::policy(world, account, policy)).chain(aws.map(|policy| shapes::aws_policy(world, account, policy)));
    let count = |policy: &Value, member: &str| policy.get(member).and_then(Value::as_u64).unwrap_or(0);
    let is_wanted = |policy: &Value| {
        let (attached, boundary) = (count(policy, "AttachmentCount"), count(policy, "PermissionsBoundaryUsageCount"));
        match usage {
            Some("PermissionsBoundary") => boundary > 0,
            Some(_) => attached > 0,
            None => !only_attached || attached > 0,
        }
    };
    page(request, "ListPolicies", "Policies", shapes.filter(is_wanted).collect())
}

/// `CreatePolicyVersion`: the number after the highest.
pub(super) fn create_version(world: &mut World, request: &Request<'_>) -> Answer {
    let document = documents::permissions(request)?;
    MANAGED.check(std::iter::once(document))?;
    let policy = own_policy(world, request)?;
    if policy.versions.len() >= VERSIONS {
        let message = format!("A managed policy can have up to {VERSIONS} versions. Before you create a new version, you must delete one.");
        return Err(ApiError::new("LimitExceeded", message).with_status(409));
    }
    let number = policy.versions.last_key_value().map_or(1, |(number, _)| number + 1);
    policy.versions.insert(number, PolicyVersion { document: document.to_owned(), created_at: request.now });
    if request.flag("SetAsDefault").unwrap_or(false) {
        policy.default = number;
    }
    Ok(json!({ "PolicyVersion": shapes::version(policy, number, false) }))
}

/// `DeletePolicy`: nobody has it any more, and only its default version is left.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let arn = own_policy(world, request)?.arn.clone();
    let account = own(world, request)?;
    let conflict = |message: &str| Err(ApiError::new("DeleteConflict", message).with_status(409));
    if is_used(world, account, &arn) {
        return conflict("Cannot delete a policy attached to entities.");
    }
    if account.policies.get(&arn).is_some_and(|policy| policy.versions.len() > 1) {
        return conflict("This policy has more than one version. Before you delete a policy, you must delete the policy's versions.");
    }
    own_mut(world, request)?.policies.remove(&arn);
    Ok(json!({}))
}

/// `DeletePolicyVersion`: any but the default version.
pub(super) fn delete_version(world: &mut World, request: &Request<'_>) -> Answer {
    let (arn, wanted) = (request.required("PolicyArn")?, request.required("VersionId")?);
    let policy = own_policy(world, request)?;
    let there = number(wanted).filter(|number| policy.versions.contains_key(number));
    let there = there.ok_or_else(|| no_such_entity(format!("Policy {arn} version {wanted} does not exist.")))?;
    if there == policy.default {
        return Err(ApiError::new("DeleteConflict", "Cannot delete the default version of a policy.").with_status(409));
    }
    policy.versions.remove(&there);
    Ok(json!({}))
}

fn is_used(world: &World, account: &AccountRecord, arn: &str) -> bool {
    shapes::attachments(world, account, arn) + shapes::boundaries(world, account, arn) > 0
}

/// A policy of the account, to change it. AWS's own are nobody's to change.
fn own_policy<'w>(world: &'w mut World, request: &Request<'_>) -> Result<&'w mut ManagedPolicy, ApiError> {
    let arn = request.required("PolicyArn")?;
    own_mut(world, request)?.policies.get_mut(arn).ok_or_else(|| no_policy(arn))
}

fn no_policy(arn: &str) -> ApiError {
    no_such_entity(format!("Policy {arn} was not found."))
}
