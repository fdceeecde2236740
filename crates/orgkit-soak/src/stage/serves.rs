//! Which calls carry a step out, and which reads tell whether its goal holds.

use orgkit_model::{AccountId, Action, Step};
use orgkit_sim::Seen;
use serde_json::Value;

/// The changes that a step may make, by service and operation; empty for one that changes nothing. A kind of step that is not listed may make
/// any change for its account: [`serves`] then asks only who calls.
fn changes(action: &Action) -> Option<&'static [&'static str]> {
    Some(match action {
        Action::CreateUnit { .. } => &["CreateOrganizationalUnit"],
        Action::ApplyPolicy { .. } => &["CreatePolicy", "AttachPolicy", "UpdatePolicy"],
        Action::UpdatePolicy { .. } => &["UpdatePolicy"],
        Action::RetainStacks { .. } => &["UpdateResource", "UpdateStackSet"],
        Action::DeregisterDelegatedAdministrator { .. } => &["DeregisterDelegatedAdministrator"],
        Action::OpenAccess { .. } => &["CreateRole", "UpdateAssumeRolePolicy", "AttachRolePolicy"],
        Action::Invite => &["InviteAccountToOrganization"],
        Action::Accept => &["AcceptHandshake"],
        Action::MoveToUnit { .. } => &["MoveAccount"],
        Action::DeleteOrganization { .. } => &["DeleteOrganization"],
        Action::Enrol { .. } => &["ResetEnabledBaseline", "EnableBaseline"],
        Action::TransferTrust { .. } => &["UpdateAssumeRolePolicy"],
        Action::BridgeShare { .. } => &["CreateResourceShare", "AcceptResourceShareInvitation"],
        Action::Gate(_) | Action::ProveBaseline => &[],
        _ => return None,
    })
}

/// The reads that tell whether a step's goal holds. `None`: any read does.
fn reads(action: &Action) -> Option<&'static [&'static str]> {
    Some(match action {
        Action::CreateUnit { .. } => &["ListOrganizationalUnitsForParent"],
        Action::ApplyPolicy { .. } => &["ListPolicies", "ListTargetsForPolicy", "DescribePolicy"],
        Action::UpdatePolicy { .. } => &["ListPolicies", "DescribePolicy"],
        Action::RetainStacks { .. } => &["GetResource", "ListResources", "DescribeStackSet"],
        Action::DeregisterDelegatedAdministrator { .. } => &["ListDelegatedAdministrators", "ListDelegatedServicesForAccount"],
        Action::OpenAccess { .. } => &["AssumeRole", "GetCallerIdentity", "GetRole"],
        Action::Invite | Action::Accept => {
            &["ListHandshakesForAccount", "ListHandshakesForOrganization", "DescribeHandshake", "DescribeAccount", "DescribeOrganization"]
        }
        Action::MoveToUnit { .. } => &["ListParents", "ListAccountsForParent", "ListChildren"],
        Action::DeleteOrganization { .. } => &["DescribeOrganization"],
        Action::Enrol { .. } => &["ListEnabledBaselines", "GetEnabledBaseline"],
        Action::TransferTrust { .. } => &["GetRole"],
        _ => return None,
    })
}

/// Whether a change is one that the step makes.
pub(crate) fn serves(step: &Step, seen: &Seen<'_>) -> bool {
    let is_consumer = matches!(&step.action, Action::BridgeShare { principals, .. } if principals.contains(&seen.caller.account));
    let by_right = seen.caller.account == step.by || step.account.as_ref() == Some(&seen.caller.account) || is_consumer;
    let named = changes(&step.action).is_none_or(|operations| operations.contains(&seen.call.operation.as_str()));
    by_right && named && is_meant(step, seen)
}

/// Whether a call may undo the step: whoever carries it out, or whom it concerns, may make it.
pub(crate) fn may_undo(step: &Step, seen: &Seen<'_>) -> bool {
    seen.caller.account == step.by || step.account.as_ref() == Some(&seen.caller.account)
}

/// Whether a change names what the step is about.
fn is_meant(step: &Step, seen: &Seen<'_>) -> bool {
    let input = &seen.call.input;
    let says = |pointer: &str, wanted: &str| input.pointer(pointer).and_then(Value::as_str) == Some(wanted);
    let account = step.account.as_ref().map(AccountId::as_str).unwrap_or_default();
    match &step.action {
        Action::CreateUnit { path } => path.last().is_some_and(|name| says("/Name", name)),
        Action::ApplyPolicy { name, .. } => seen.call.operation != "CreatePolicy" || says("/Name", name),
        Action::UpdatePolicy { policy, .. } => says("/PolicyId", policy.as_str()),
        Action::RetainStacks { stack_set, .. } => seen.call.operation != "UpdateResource" || says("/Identifier", stack_set),
        Action::DeregisterDelegatedAdministrator { service } => says("/AccountId", account) && says("/ServicePrincipal", service),
        Action::TransferTrust { role, .. } => role.ends_with(input.pointer("/RoleName").and_then(Value::as_str).unwrap_or("-")),
        Action::OpenAccess { role } => says("/RoleName", role) && seen.caller.account.as_str() == account,
        Action::Invite => says("/Target/Id", account),
        Action::Accept => seen.caller.account.as_str() == account,
        Action::MoveToUnit { .. } => says("/AccountId", account),
        _ => true,
    }
}

/// Whether a read tells about the step.
pub(crate) fn tells(step: &Step, seen: &Seen<'_>) -> bool {
    let named = reads(&step.action).is_none_or(|operations| operations.contains(&seen.call.operation.as_str()));
    named && (seen.caller.account == step.by || step.account.as_ref().is_some_and(|account| concerns(account, seen)))
}

/// Whether a call is made by an account or names it.
fn concerns(account: &AccountId, seen: &Seen<'_>) -> bool {
    &seen.caller.account == account || named_in(&seen.call.input).any(|named| named == account.as_str())
}

/// The account ids in an input: as members, in `Target`, and in ARNs.
pub(crate) fn named_in(input: &Value) -> impl Iterator<Item = &str> {
    let members = input.as_object().into_iter().flat_map(|members| members.values());
    let target = input.pointer("/Target/Id");
    members
        .chain(target)
        .filter_map(Value::as_str)
        .flat_map(|text| text.split(':'))
        .filter(|part| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit()))
}
