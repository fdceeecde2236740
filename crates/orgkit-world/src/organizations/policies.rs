//! Policies themselves; where they are attached is in [`super::policy_targets`].

use super::{constraint, name, nothing, policy_type, shapes, tags};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::PolicyKind;
use crate::page::Paging;
use crate::policy_document;
use crate::world::{OrganizationRecord, PolicyRecord, World};
use orgkit_model::PolicyId;
use serde_json::json;

/// `ListPolicies` of a type.
pub(crate) fn list(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let kind = policy_type(request, "Filter")?;
    let listed = organization.policies.values().filter(|policy| policy.kind == kind);
    Paging::organizations("ListPolicies", "Policies").page_of(request, listed, |policy| shapes::policy_summary(organization, policy))
}

/// `DescribePolicy`, the document included.
pub(crate) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let policy = find(organization, request)?;
    Ok(json!({ "Policy": shapes::policy(organization, policy) }))
}

/// `CreatePolicy`. A type need not be enabled to have policies, but the organization must have all features.
pub(crate) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.administered(request)?;
    let (name, content) = (name(request, "Name")?, request.required("Content")?);
    let description = description(request)?.ok_or_else(|| request.invalid("INPUT_REQUIRED", "You must specify Description.".to_owned()))?;
    let tags = tags(request)?;
    let kind = policy_type(request, "Type")?;
    check_available(organization)?;
    let document = policy_document::parse(kind, content)?;
    check_name(organization, kind, name, None)?;
    if organization.policies.values().filter(|policy| policy.kind == kind && !policy.aws_managed).count() >= kind.rules().most {
        return Err(constraint("POLICY_NUMBER_LIMIT_EXCEEDED", "You have exceeded the number of policies that you can have."));
    }
    let organization = organization.id.clone();
    let id: PolicyId = world.ids.id("p-", 8)?;
    let policy = PolicyRecord {
        id: id.clone(),
        kind,
        name: name.to_owned(),
        description: description.to_owned(),
        aws_managed: false,
        content: content.to_owned(),
        document,
        changed_at: request.now,
    };
    let organization = world.organization_mut(&organization)?;
    let output = json!({ "Policy": shapes::policy(organization, &policy) });
    organization.tag(id.as_str(), tags);
    organization.policies.insert(id, policy);
    Ok(output)
}

/// `UpdatePolicy`: a new name, description or document.
pub(crate) fn update(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.administered(request)?;
    let policy = find_own(organization, request)?;
    let new_name = if request.text("Name").is_some() { name(request, "Name")? } else { &policy.name };
    check_name(organization, policy.kind, new_name, Some(&policy.id))?;
    let content = request.text("Content").unwrap_or(&policy.content);
    let changed_at = if request.text("Content").is_some() { request.now } else { policy.changed_at };
    let changed = PolicyRecord {
        name: new_name.to_owned(),
        description: description(request)?.unwrap_or(&policy.description).to_owned(),
        document: policy_document::parse(policy.kind, content)?,
        content: content.to_owned(),
        changed_at,
        ..policy.clone()
    };
    let organization = organization.id.clone();
    let organization = world.organization_mut(&organization)?;
    let output = json!({ "Policy": shapes::policy(organization, &changed) });
    organization.policies.insert(changed.id.clone(), changed);
    Ok(output)
}

/// `DeletePolicy`: only one that is attached nowhere.
pub(crate) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.administered(request)?;
    let id = find_own(organization, request)?.id.clone();
    if organization.attachments.targets_of(&id).next().is_some() {
        return Err(ApiError::new("PolicyInUseException", "The policy is attached to one or more entities. Detach it first."));
    }
    let organization = organization.id.clone();
    let organization = world.organization_mut(&organization)?;
    organization.policies.remove(&id);
    organization.tags.remove(id.as_str());
    Ok(nothing())
}

/// Refuses what needs all features: policies of any type [Organizations User Guide, orgs_manage_policies].
pub(super) fn check_available(organization: &OrganizationRecord) -> Result<(), ApiError> {
    if organization.feature_set == "ALL" {
        return Ok(());
    }
    let message = "You can't use the specified policy type with the feature set currently enabled for this organization.";
    Err(ApiError::new("PolicyTypeNotAvailableForOrganizationException", message))
}

fn description<'a>(request: &Request<'a>) -> Result<Option<&'a str>, ApiError> {
    match request.text("Description") {
        Some(text) if text.chars().count() > 512 => {
            Err(request.invalid("MAX_LENGTH_EXCEEDED", "Description must have at most 512 characters.".to_owned()))
        }
        text => Ok(text),
    }
}

fn check_name(organization: &OrganizationRecord, kind: PolicyKind, name: &str, but: Option<&PolicyId>) -> Result<(), ApiError> {
    let taken = |policy: &PolicyRecord| policy.kind == kind && policy.name == name && Some(&policy.id) != but;
    if organization.policies.values().any(taken) {
        return Err(ApiError::new("DuplicatePolicyException", "A policy with the same name already exists."));
    }
    Ok(())
}

/// The policy that the input's `PolicyId` names.
pub(super) fn find<'w>(organization: &'w OrganizationRecord, request: &Request<'_>) -> Result<&'w PolicyRecord, ApiError> {
    let id = request.required("PolicyId")?;
    let id: PolicyId = id.parse().map_err(|_| request.invalid("INVALID_SYNTAX_POLICY_ID", format!("`{id}` is not a policy id.")))?;
    let message = "We can't find a policy with the PolicyId that you specified.";
    organization.policies.get(&id).ok_or_else(|| ApiError::new("PolicyNotFoundException", message))
}

/// A policy that is the customer's own, to change it.
fn find_own<'w>(organization: &'w OrganizationRecord, request: &Request<'_>) -> Result<&'w PolicyRecord, ApiError> {
    let policy = find(organization, request)?;
    if policy.aws_managed {
        return Err(request.invalid("IMMUTABLE_POLICY", "You can't change a policy that is managed by AWS.".to_owned()));
    }
    Ok(policy)
}
