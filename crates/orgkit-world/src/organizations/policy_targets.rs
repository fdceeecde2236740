//! Where policies are attached.

use super::{constraint, need_all_features, nothing, policies, policy_type, shapes};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::PolicyKind;
use crate::page::Paging;
use crate::world::{OrganizationRecord, World};
use orgkit_model::{AccountId, ParentId};
use serde_json::{Value, json};

/// `AttachPolicy` to a root, unit or account.
pub(crate) fn attach(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.administered(request)?;
    need_all_features(organization)?;
    let policy = policies::find(organization, request)?;
    let target = target(world, organization, request)?;
    if !organization.is_enabled(policy.kind) {
        return Err(ApiError::new("PolicyTypeNotEnabledException", "The specified policy type isn't currently enabled in this root."));
    }
    if organization.attachments.has(target, &policy.id) {
        return Err(ApiError::new(
            "DuplicatePolicyAttachmentException",
            "The selected policy is already attached to the specified target.",
        ));
    }
    if organization.policies_on(target, policy.kind).count() >= policy.kind.rules().attached {
        let message = "You attempted to exceed the number of policies of the specified type that can be attached to an entity.";
        return Err(constraint("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", message));
    }
    let (organization, policy) = (organization.id.clone(), policy.id.clone());
    world.organization_mut(&organization)?.attachments.attach(target, policy, request.now);
    Ok(nothing())
}

/// `DetachPolicy`. The last SCP of a target stays, and AWS's own RCP cannot be detached. Policies of the other types can all go.
pub(crate) fn detach(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.administered(request)?;
    need_all_features(organization)?;
    let policy = policies::find(organization, request)?;
    let target = target(world, organization, request)?;
    if policy.aws_managed && policy.kind == PolicyKind::ResourceControlPolicy {
        return Err(request.invalid("NON_DETACHABLE_POLICY", "You can't detach this policy.".to_owned()));
    }
    if !organization.attachments.has(target, &policy.id) {
        return Err(ApiError::new(
            "PolicyNotAttachedException",
            "The policy isn't attached to the specified target in the specified root.",
        ));
    }
    if !policy.kind.is_management() && organization.policies_on(target, policy.kind).count() == 1 {
        let message = "You attempted to detach a policy that would leave fewer than the minimum number of policies of its type.";
        return Err(constraint("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", message));
    }
    let (organization, policy) = (organization.id.clone(), policy.id.clone());
    world.organization_mut(&organization)?.attachments.detach(target, &policy);
    Ok(nothing())
}

/// `ListPoliciesForTarget`: what is attached to the target itself, not what it inherits.
pub(crate) fn list_policies(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let target = target(world, organization, request)?;
    let attached = organization.policies_on(target, policy_type(request, "Filter")?);
    let paging = Paging::organizations("ListPoliciesForTarget", "Policies");
    paging.page_of(request, attached, |policy| shapes::policy_summary(organization, policy))
}

/// `ListTargetsForPolicy`.
pub(crate) fn list_targets(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let policy = policies::find(organization, request)?;
    let targets = organization.attachments.targets_of(&policy.id);
    Paging::organizations("ListTargetsForPolicy", "Targets").page_of(request, targets, |target| target_summary(world, organization, target))
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
