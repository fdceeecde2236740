//! Where policies are attached.

use super::{constraint, nothing, policies, policy_type, shapes};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::page::Paging;
use crate::world::{OrganizationRecord, World};
use orgkit_model::{AccountId, ParentId, PolicyType};
use serde_json::{Value, json};

/// `AttachPolicy` to a root, unit or account.
pub(crate) fn attach(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let policy = policies::find(organization, request)?;
    let target = target(world, organization, request)?;
    if !organization.enabled.contains(&policy.kind) {
        return Err(ApiError::new("PolicyTypeNotEnabledException", "The specified policy type isn't currently enabled in this root."));
    }
    if organization.attachments.contains(&(target.to_owned(), policy.id.clone())) {
        return Err(ApiError::new(
            "DuplicatePolicyAttachmentException",
            "The selected policy is already attached to the specified target.",
        ));
    }
    if organization.policies_on(target, policy.kind).count() >= most_attached(policy.kind) {
        let message = "You attempted to exceed the number of policies of the specified type that can be attached to an entity.";
        return Err(constraint("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", message));
    }
    let (organization, attachment) = (organization.id.clone(), (target.to_owned(), policy.id.clone()));
    world.organization_mut(&organization)?.attachments.insert(attachment);
    Ok(nothing())
}

/// `DetachPolicy`. The last SCP of a target stays, and AWS's own RCP cannot be detached.
pub(crate) fn detach(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let policy = policies::find(organization, request)?;
    let target = target(world, organization, request)?;
    if policy.aws_managed && policy.kind == PolicyType::ResourceControlPolicy {
        return Err(request.invalid("NON_DETACHABLE_POLICY", "You can't detach this policy.".to_owned()));
    }
    let attachment = (target.to_owned(), policy.id.clone());
    if !organization.attachments.contains(&attachment) {
        return Err(ApiError::new(
            "PolicyNotAttachedException",
            "The policy isn't attached to the specified target in the specified root.",
        ));
    }
    if organization.policies_on(target, policy.kind).count() == 1 {
        let message = "You attempted to detach a policy that would leave fewer than the minimum number of policies of its type.";
        return Err(constraint("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", message));
    }
    let organization = organization.id.clone();
    world.organization_mut(&organization)?.attachments.remove(&attachment);
    Ok(nothing())
}

/// `ListPoliciesForTarget`: what is attached to the target itself, not what it inherits.
pub(crate) fn list_policies(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let target = target(world, organization, request)?;
    let attached = policy_type(request, "Filter")?.into_iter().flat_map(|kind| organization.policies_on(target, kind));
    let summaries = attached.map(|policy| shapes::policy_summary(organization, policy)).collect();
    Paging::organizations("ListPoliciesForTarget", "Policies").page(request, summaries)
}

/// `ListTargetsForPolicy`.
pub(crate) fn list_targets(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let policy = policies::find(organization, request)?;
    let attached = organization.attachments.iter().filter(|(_, id)| *id == policy.id);
    let targets = attached.map(|(target, _)| target_summary(world, organization, target)).collect();
    Paging::organizations("ListTargetsForPolicy", "Targets").page(request, targets)
}

fn target_summary(world: &World, organization: &OrganizationRecord, target: &str) -> Value {
    let (arn, name, kind) = if let Some((account, _)) = world.member(&organization.id, target) {
        (shapes::account_arn(organization, target), account.name.as_str(), "ACCOUNT")
    } else if let Some((_, unit)) = organization.unit(target) {
        (shapes::unit_arn(organization, target), unit.name.as_str(), "ORGANIZATIONAL_UNIT")
    } else {
        (shapes::root_arn(organization), "Root", "ROOT")
    };
    json!({ "TargetId": target, "Arn": arn, "Name": name, "Type": kind })
}

/// How many policies of a type may be attached to one target [Organizations User Guide, orgs_reference_limits].
fn most_attached(kind: PolicyType) -> usize {
    match kind {
        PolicyType::ServiceControlPolicy => 10,
        PolicyType::ResourceControlPolicy => 5,
    }
}

/// The root, unit or account that the input's `TargetId` names.
fn target<'a>(world: &World, organization: &OrganizationRecord, request: &Request<'a>) -> Result<&'a str, ApiError> {
    let id = request.required("TargetId")?;
    if id.parse::<AccountId>().is_err() && id.parse::<ParentId>().is_err() {
        return Err(request.invalid("INVALID_PATTERN_TARGET_ID", format!("`{id}` is not the id of a root, unit or account.")));
    }
    if organization.parent(id).is_some() || world.member(&organization.id, id).is_some() {
        return Ok(id);
    }
    Err(ApiError::new("TargetNotFoundException", "We can't find a root, OU, or account with the TargetId that you specified."))
}
