//! Effective policies: what the management policies above and on an account come to.

mod merge;
mod validate;

use super::shapes::{account, account_path};
use super::{need_all_features, tree};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::PolicyKind;
use crate::error::account_not_found;
use crate::format::epoch;
use crate::page::Paging;
use crate::world::{AccountRecord, Membership, OrganizationRecord, PolicyRecord, World};
use jiff::Timestamp;
use merge::{Layer, Setting, merge};
use orgkit_model::{AccountId, ParentId};
use serde_json::{Value, json};
use validate::{Fault, faults};

/// `DescribeEffectivePolicy`: any member may ask for itself, and who may read the organization for every account. Roots and units have none.
/// Where no policy applies, or the type is not enabled, there is no effective policy. One that is not valid is shown as it comes out
/// (unconfirmed).
pub(crate) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.own(request)?;
    need_all_features(organization)?;
    let kind = management_type(request)?;
    let target = request.text("TargetId").unwrap_or(request.caller.account.as_str());
    if target.parse::<ParentId>().is_ok() {
        return Err(request.invalid("TARGET_NOT_SUPPORTED", "An effective policy is an account's.".to_owned()));
    }
    if target.parse::<AccountId>().is_err() {
        return Err(request.invalid("INVALID_PATTERN_TARGET_ID", format!("`{target}` is not an account id.")));
    }
    if target != request.caller.account.as_str() {
        world.readable(request)?;
    }
    let not_there = || ApiError::new("TargetNotFoundException", "We can't find an account with the TargetId that you specified.");
    let (account, place) = world.member(&organization.id, target).ok_or_else(not_there)?;
    let effective = effective(organization, kind, account, place).ok_or_else(not_found)?;
    let content = effective.policy.document().unwrap_or_else(|| json!({}));
    Ok(json!({
        "EffectivePolicy": {
            "PolicyContent": content.to_string(),
            "LastUpdatedTimestamp": epoch(effective.updated_at),
            "TargetId": account.id,
            "PolicyType": kind,
        },
    }))
}

/// `ListAccountsWithInvalidEffectivePolicy`.
pub(crate) fn list_invalid(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    need_all_features(organization)?;
    let kind = management_type(request)?;
    if !organization.is_enabled(kind) {
        return Err(not_found());
    }
    let is_invalid = |(record, place): &(&AccountRecord, &Membership)| {
        effective(organization, kind, record, place).is_some_and(|effective| !faults(kind, &effective.policy).is_empty())
    };
    let invalid = world.members(&organization.id).filter(|_| validate::can_fail(kind)).filter(is_invalid);
    let paging = Paging::organizations("ListAccountsWithInvalidEffectivePolicy", "Accounts");
    let page = paging.page_of(request, invalid, |(record, place)| account(organization, record, place, request.now))?;
    Ok(with(page, [("PolicyType", json!(kind))]))
}

/// `ListEffectivePolicyValidationErrors` of an account.
pub(crate) fn list_errors(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    need_all_features(organization)?;
    let kind = management_type(request)?;
    let id = tree::account_id(request)?;
    let (record, place) = world.member(&organization.id, id.as_str()).ok_or_else(|| account_not_found(&id))?;
    let effective = effective(organization, kind, record, place).ok_or_else(not_found)?;
    let paging = Paging::organizations("ListEffectivePolicyValidationErrors", "EffectivePolicyValidationErrors");
    let page = paging.page_of(request, faults(kind, &effective.policy), shape)?;
    let about = [
        ("AccountId", json!(id)),
        ("PolicyType", json!(kind)),
        ("Path", json!(account_path(organization, record, place))),
        ("EvaluationTimestamp", epoch(effective.updated_at)),
    ];
    Ok(with(page, about))
}

/// A page with what it is about.
fn with<const N: usize>(mut page: Value, about: [(&str, Value); N]) -> Value {
    if let Some(members) = page.as_object_mut() {
        members.extend(about.map(|(name, value)| (name.to_owned(), value)));
    }
    page
}

/// `EffectivePolicyValidationError`.
fn shape(fault: Fault) -> Value {
    json!({
        "ErrorCode": fault.code,
        "ErrorMessage": fault.message,
        "PathToError": fault.path,
        "ContributingPolicies": fault.policies,
    })
}

/// The type that the input names, of those that merge (botocore `organizations/2016-11-28`, shape `EffectivePolicyType`).
fn management_type(request: &Request<'_>) -> Result<PolicyKind, ApiError> {
    let kind = super::policy_type(request, "PolicyType")?;
    if kind.is_management() {
        return Ok(kind);
    }
    Err(request.invalid("INVALID_ENUM_POLICY_TYPE", "Policies of this type have no effective policy.".to_owned()))
}

fn not_found() -> ApiError {
    ApiError::new("EffectivePolicyNotFoundException", "There is no effective policy of this type.")
}

/// What an account's policies of a type come to.
struct Effective {
    policy: Setting,
    /// When the last of its policies was changed or attached, or when the account joined, if that was later.
    updated_at: Timestamp,
}

/// The effective policy of an account; `None` when no policy applies to it. Attachments go with the type when it is disabled.
fn effective(organization: &OrganizationRecord, kind: PolicyKind, account: &AccountRecord, place: &Membership) -> Option<Effective> {
    let mut lineage = organization.path_to(&place.parent);
    lineage.push(account.id.to_string());
    let mut updated_at = place.joined_at;
    let mut levels = Vec::new();
    for target in &lineage {
        let mut attached: Vec<(u64, &PolicyRecord)> = Vec::new();
        for (id, attachment) in organization.attachments.on(target) {
            let Some(policy) = organization.policies.get(id).filter(|policy| policy.kind == kind) else { continue };
            updated_at = updated_at.max(policy.changed_at).max(attachment.at);
            attached.push((attachment.number, policy));
        }
        attached.sort_by_key(|(number, _)| *number);
        let layers = attached.into_iter().map(|(_, policy)| Layer { policy: &policy.id, document: &policy.document });
        levels.push(layers.collect::<Vec<Layer<'_>>>());
    }
    let applies = levels.iter().any(|level| !level.is_empty());
    applies.then(|| Effective { policy: merge(&levels), updated_at })
}
