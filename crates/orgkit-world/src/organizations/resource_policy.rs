//! The resource policy of an organization: keeping it. What it allows is in [`super::delegation`].

use super::{SERVICE, need_all_features, nothing, shapes, tags};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::PolicyKind;
use crate::policy_document;
use crate::world::{OrganizationRecord, ResourcePolicyRecord, World};
use orgkit_iam::{Document, DocumentKind, Principals, Statement, glob_matches};
use serde_json::json;

/// How long the document may be, in characters (botocore `organizations/2016-11-28`, shape `ResourcePolicyContent`).
const MOST: usize = 40_000;

/// What the policy can let others change; of what only looks it can let them do everything [Organizations User Guide,
/// orgs_delegate_policies, as of October 2026].
const CHANGES: [&str; 9] = [
    "AttachPolicy",
    "CreatePolicy",
    "DeletePolicy",
    "DetachPolicy",
    "DisablePolicyType",
    "EnablePolicyType",
    "TagResource",
    "UntagResource",
    "UpdatePolicy",
];

/// `PutResourcePolicy`: an organization has one. It keeps its id when it is put again.
pub(crate) fn put(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    need_all_features(organization)?;
    let content = request.required("Content")?;
    let tags = tags(request)?;
    check(world, organization, request, content)?;
    let id = organization.id.clone();
    let before = organization.resource_policy.clone();
    let mut policy = match before {
        Some(policy) => policy,
        None => ResourcePolicyRecord { id: format!("rp-{}", world.ids.take(8)), content: String::new() },
    };
    policy.content = content.to_owned();
    let organization = world.organization_mut(&id)?;
    let output = json!({ "ResourcePolicy": shapes::resource_policy(organization, &policy) });
    let all = organization.tags.get(&policy.id).cloned().unwrap_or_default();
    organization.tag(&policy.id, all.into_iter().chain(tags).collect());
    organization.resource_policy = Some(policy);
    Ok(output)
}

/// `DescribeResourcePolicy`.
pub(crate) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    need_all_features(organization)?;
    let policy = organization.resource_policy.as_ref().ok_or_else(not_found)?;
    Ok(json!({ "ResourcePolicy": shapes::resource_policy(organization, policy) }))
}

/// `DeleteResourcePolicy`.
pub(crate) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    need_all_features(organization)?;
    if organization.resource_policy.is_none() {
        return Err(not_found());
    }
    let id = organization.id.clone();
    let organization = world.organization_mut(&id)?;
    if let Some(policy) = organization.resource_policy.take() {
        organization.tags.remove(&policy.id);
    }
    Ok(nothing())
}

fn not_found() -> ApiError {
    ApiError::new("ResourcePolicyNotFoundException", "We can't find a resource policy of the organization.")
}

fn check(world: &World, organization: &OrganizationRecord, request: &Request<'_>, content: &str) -> Result<(), ApiError> {
    if content.is_empty() {
        return Err(request.invalid("MIN_LENGTH_EXCEEDED", "Content must have at least 1 character.".to_owned()));
    }
    if content.chars().count() > MOST {
        return Err(request.invalid("MAX_LENGTH_EXCEEDED", format!("Content must have at most {MOST} characters.")));
    }
    let malformed = |fault: String| request.invalid("INVALID_RESOURCE_POLICY_JSON", fault);
    let document = Document::parse(content).map_err(|error| malformed(error.to_string()))?;
    if let Some(fault) = policy_document::fault(content, DocumentKind::Resource) {
        return Err(malformed(fault));
    }
    for statement in &document.statements {
        if !names_members(world, organization, statement) {
            return Err(request.invalid("INVALID_PRINCIPAL", "The principals must be in member accounts of the organization.".to_owned()));
        }
        if statement.action.negated || !statement.action.values.iter().all(is_supported) {
            let message = "The policy has an action that cannot be delegated.".to_owned();
            return Err(request.invalid("UNSUPPORTED_ACTION_IN_RESOURCE_POLICY", message));
        }
        if !is_about(organization, statement) {
            let message = "The policy has a resource that is not of the organization.".to_owned();
            return Err(request.invalid("UNSUPPORTED_RESOURCE_IN_RESOURCE_POLICY", message));
        }
        if !policy_types(statement).all(|kind| kind.contains(['*', '?']) || PolicyKind::parse(kind).is_some()) {
            let message = "The policy has a policy type that does not exist.".to_owned();
            return Err(request.invalid("UNSUPPORTED_POLICY_TYPE_IN_RESOURCE_POLICY", message));
        }
    }
    Ok(())
}

/// Whether the principals of a statement are accounts, users and roles of the organization. Everybody is nobody in particular, and refused
/// (unconfirmed).
fn names_members(world: &World, organization: &OrganizationRecord, statement: &Statement) -> bool {
    let Some(principal) = statement.principal.as_ref().filter(|principal| !principal.negated) else { return false };
    let Principals::ByType(types) = &principal.who else { return false };
    let is_member = |named: &str| {
        let account = if named.starts_with("arn:") { named.split(':').nth(4).unwrap_or_default() } else { named };
        world.member(&organization.id, account).is_some()
    };
    types.iter().all(|(kind, named)| kind.value == "AWS" && named.iter().all(is_member))
}

/// Whether everything that an action pattern matches can be delegated.
fn is_supported(pattern: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    let Some(name) = pattern.strip_prefix("organizations:") else { return false };
    let can = |operation: &str| operation.starts_with("Describe") || operation.starts_with("List") || CHANGES.contains(&operation);
    let mut matched = SERVICE.operations.iter().map(|row| row.name).filter(|row| glob_matches(name, &row.to_ascii_lowercase())).peekable();
    let looks = name.starts_with("describe") || name.starts_with("list");
    (looks || matched.peek().is_some()) && matched.all(can)
}

/// Whether a statement is about the organization: anything of it, or ARNs of its management account.
fn is_about(organization: &OrganizationRecord, statement: &Statement) -> bool {
    let own = format!("arn:aws:organizations::{}:", organization.management);
    let is_own = |named: &str| named == "*" || named.starts_with(&own) || named.starts_with("arn:aws:organizations::aws:policy/");
    statement.resource.as_ref().is_some_and(|resource| !resource.negated && resource.values.iter().all(is_own))
}

/// The policy types that the conditions of a statement name.
fn policy_types(statement: &Statement) -> impl Iterator<Item = &str> {
    let conditions = statement.conditions().filter(|(_, key, _)| key.value.eq_ignore_ascii_case("organizations:PolicyType"));
    conditions.flat_map(|(_, _, values)| values.iter())
}
