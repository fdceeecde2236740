//! Who may do what: service control policies, and the trust policies of roles.
//!
//! A small evaluator of its own, so that an error in the one that assesses policies cannot hide behind the same error here. It knows
//! `Action` and `NotAction` with wildcards and the conditions of [`crate::condition`]; a resource element is taken to match.
//! Identity policies are not evaluated: an administrator and every role session may do what the SCPs leave.

use crate::call::Principal;
use crate::condition::{Holds, Keys, glob, holds, texts};
use crate::world::{OrganizationRecord, World};
use orgkit_model::{OrganizationId, PolicyType};
use serde_json::Value;

/// Why an action is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A statement denies it.
    Denied,
    /// A level of the organization does not allow it.
    NotAllowed,
}

impl World {
    /// Whether the SCPs let the principal do an action: each level from the root down to the account must allow it, and none may deny it.
    /// They do not bind the management account [Organizations User Guide, orgs_manage_policies_scps].
    pub(crate) fn scp_refusal(&self, principal: &Principal, action: &str, region: &str) -> Option<Refusal> {
        let organization = self.organization_of(&principal.account)?;
        if organization.management == principal.account || !organization.is_enabled(PolicyType::ServiceControlPolicy) {
            return None;
        }
        let keys = Keys::default()
            .with("aws:principalarn", Some(principal.principal_arn()))
            .with("aws:principalaccount", Some(principal.account.as_str()))
            .with("aws:principalorgid", Some(organization.id.as_str()))
            .with("aws:requestedregion", Some(region));
        let levels = self.lineage(&principal.account);
        levels.iter().find_map(|target| level_refusal(organization, target, action, &keys))
    }
}

fn level_refusal(organization: &OrganizationRecord, target: &str, action: &str, keys: &Keys<'_>) -> Option<Refusal> {
    let mut allowed = false;
    for policy in organization.policies_on(target, PolicyType::ServiceControlPolicy) {
        for statement in statements(&policy.document) {
            if !names_action(statement, action) {
                continue;
            }
            match (is_allow(statement), holds(statement, keys)) {
                (true, Holds::Yes) => allowed = true,
                (false, Holds::Yes | Holds::Unknown) => return Some(Refusal::Denied),
                _ => {}
            }
        }
    }
    (!allowed).then_some(Refusal::NotAllowed)
}

/// Whether a role's trust policy lets the principal assume it.
pub(crate) fn trusts(trust: &Value, principal: &Principal, organization: Option<&OrganizationId>, external_id: Option<&str>) -> bool {
    let keys = Keys::default()
        .with("aws:principalarn", Some(principal.principal_arn()))
        .with("aws:principalaccount", Some(principal.account.as_str()))
        .with("aws:principalorgid", organization.map(OrganizationId::as_str))
        .with("sts:externalid", external_id);
    let mut allowed = false;
    for statement in statements(trust) {
        if !names_action(statement, "sts:AssumeRole") || !names_principal(statement, principal) {
            continue;
        }
        match (is_allow(statement), holds(statement, &keys)) {
            (true, Holds::Yes) => allowed = true,
            (false, Holds::Yes | Holds::Unknown) => return false,
            _ => {}
        }
    }
    allowed
}

/// The statements of a policy document: `Statement` is one statement or a list.
pub(crate) fn statements(document: &Value) -> &[Value] {
    match document.get("Statement") {
        Some(Value::Array(list)) => list,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    }
}

fn is_allow(statement: &Value) -> bool {
    statement.get("Effect").and_then(Value::as_str) == Some("Allow")
}

fn names_action(statement: &Value, action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    let listed = |element: &Value| texts(element).any(|pattern| glob(&pattern.to_ascii_lowercase(), &action));
    match (statement.get("Action"), statement.get("NotAction")) {
        (Some(actions), _) => listed(actions),
        (None, Some(others)) => !listed(others),
        (None, None) => false,
    }
}

fn names_principal(statement: &Value, principal: &Principal) -> bool {
    let account_root = format!("arn:aws:iam::{}:root", principal.account);
    let is_named = |named: &str| {
        named == "*"
            || named == principal.account.as_str()
            || named == account_root
            || named == principal.arn
            || named == principal.principal_arn()
    };
    match statement.get("Principal") {
        Some(Value::String(all)) => all == "*",
        Some(Value::Object(kinds)) => kinds.get("AWS").is_some_and(|named| texts(named).any(is_named)),
        _ => false,
    }
}

impl Refusal {
    /// The end of AWS's sentence about it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Denied => "with an explicit deny in a service control policy",
            Self::NotAllowed => "because no service control policy allows the action",
        }
    }
}
