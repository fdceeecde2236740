//! Why a verdict is what it is.

use super::Verdict;
use super::decide::{Gates, decide};
use super::evaluator::{Action, Evaluator, Placed};
use super::policies::PolicyKind;
use crate::condition::Truth;
use crate::document::Effect;
use crate::request::Request;
use std::collections::BTreeSet;

/// A verdict with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What comes out.
    pub verdict: Verdict,
    /// The kinds of policies that keep it from being allowed for certain, in the order in which they are asked.
    pub blocked_by: Vec<PolicyKind>,
    /// The condition keys that the verdict depends on and that are not known, in lower case. Empty unless the verdict is [`Verdict::Unknown`].
    pub unknown_keys: Vec<String>,
    /// What decided it.
    pub reasons: Vec<Reason>,
}

/// The part that something plays in a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// This statement allows.
    Allows,
    /// This statement denies.
    Denies,
    /// This statement would allow, if what is unknown were so.
    MayAllow,
    /// This statement would deny, if what is unknown were so.
    MayDeny,
    /// Nothing at this place allows it.
    AllowsNothing,
    /// The policies of this kind do not reach this call.
    DoesNotReach,
    /// A condition of this statement has an operator that the language does not have; it fails closed.
    UnknownOperator,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What it does.
    pub role: Role,
    /// The kind of policy.
    pub kind: PolicyKind,
    /// The root, unit or account that the policy is attached to; empty for other policies.
    pub target: String,
    /// The policy; empty where no single one is meant.
    pub policy: String,
    /// The statement's `Sid`, or its place as `#1`; empty where no single one is meant.
    pub statement: String,
    /// The keys that it depends on and that are not known.
    pub unknown_keys: Vec<String>,
}

pub(super) fn explain(evaluator: &Evaluator, request: &Request, action: &Action, gates: &Gates) -> Explanation {
    let verdict = decide(gates);
    let mut reasons = unreached(evaluator, request, action);
    for index in action.statements.iter() {
        let Some(placed) = evaluator.statements.get(*index) else { continue };
        reasons.extend(by_statement(evaluator, placed, request, action));
    }
    reasons.extend(silent_levels(evaluator, gates));
    reasons.extend(silent_grants(evaluator, gates));
    let mut blocked_by: BTreeSet<PolicyKind> =
        reasons.iter().filter(|reason| blocks(reason, verdict, gates)).map(|reason| reason.kind).collect();
    if verdict == Verdict::Allowed {
        blocked_by.clear();
    }
    let unknown_keys = match verdict {
        Verdict::Unknown => unknown_keys(&reasons, gates),
        _ => BTreeSet::new(),
    };
    Explanation { verdict, blocked_by: blocked_by.into_iter().collect(), unknown_keys: unknown_keys.into_iter().collect(), reasons }
}

fn reason(evaluator: &Evaluator, group: usize, role: Role) -> Option<Reason> {
    let group = evaluator.groups.get(group)?;
    let target = group.target.to_string();
    Some(Reason { role, kind: group.kind, target, policy: String::new(), statement: String::new(), unknown_keys: Vec::new() })
}

/// The kinds of guardrails that are there and do not reach this call.
fn unreached(evaluator: &Evaluator, request: &Request, action: &Action) -> Vec<Reason> {
    let kinds = [PolicyKind::Scp, PolicyKind::Rcp].into_iter();
    let first = |kind: PolicyKind| evaluator.groups.iter().position(|group| group.kind == kind);
    let unreached = kinds.filter(|kind| !evaluator.reaches(*kind, request, action)).filter_map(first);
    unreached
        .filter_map(|group| reason(evaluator, group, Role::DoesNotReach))
        .map(|reason| Reason { target: String::new(), ..reason })
        .collect()
}

fn by_statement(evaluator: &Evaluator, placed: &Placed, request: &Request, action: &Action) -> Vec<Reason> {
    let Some(base) = reason(evaluator, placed.group, Role::Allows) else { return Vec::new() };
    if !evaluator.reaches(base.kind, request, action) || evaluator.naming(placed, base.kind, request).is_none() {
        return Vec::new();
    }
    let role = match (placed.ready.fits(request), placed.ready.effect) {
        (Truth::True, Effect::Allow) => Some(Role::Allows),
        (Truth::True, Effect::Deny) => Some(Role::Denies),
        (Truth::Unknown, Effect::Allow) => Some(Role::MayAllow),
        (Truth::Unknown, Effect::Deny) => Some(Role::MayDeny),
        (Truth::False, _) => None,
    };
    let unknown_operator = placed.ready.tests.iter().any(|test| test.operator.is_none()).then_some(Role::UnknownOperator);
    let name = |role: Role| Reason {
        role,
        policy: placed.policy.name.to_string(),
        statement: placed.policy.document.statement_name(placed.index),
        unknown_keys: if matches!(role, Role::MayAllow | Role::MayDeny) { placed.ready.unknown_keys(request) } else { Vec::new() },
        ..base.clone()
    };
    role.into_iter().chain(unknown_operator).map(name).collect()
}

/// Levels of service control policies, and endpoints, at which nothing allows.
fn silent_levels(evaluator: &Evaluator, gates: &Gates) -> Vec<Reason> {
    let groups = evaluator.groups.iter().zip(&gates.allowed).enumerate();
    let silent =
        groups.filter(|(_, (group, allowed))| matches!(group.kind, PolicyKind::Scp | PolicyKind::Endpoint) && **allowed == Truth::False);
    silent.filter_map(|(at, _)| reason(evaluator, at, Role::AllowsNothing)).collect()
}

/// Identity, boundary, session and resource policies that allow nothing, where the request is not granted without them.
fn silent_grants(evaluator: &Evaluator, gates: &Gates) -> Vec<Reason> {
    if gates.granted == Truth::True {
        return Vec::new();
    }
    let groups = evaluator.groups.iter().zip(&gates.allowed).enumerate();
    let silent = groups.filter(|(_, (group, allowed))| match group.kind {
        PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session => **allowed == Truth::False,
        PolicyKind::Resource => gates.by_resource() == Truth::False,
        PolicyKind::Scp | PolicyKind::Rcp | PolicyKind::Endpoint => false,
    });
    silent.filter_map(|(at, _)| reason(evaluator, at, Role::AllowsNothing)).collect()
}

/// Whether a reason keeps the request from being allowed for certain.
fn blocks(reason: &Reason, verdict: Verdict, gates: &Gates) -> bool {
    match reason.role {
        Role::Denies | Role::AllowsNothing => true,
        Role::MayDeny => verdict == Verdict::Unknown,
        Role::MayAllow => verdict == Verdict::Unknown && gates.granted.and(gates.guarded) == Truth::Unknown,
        Role::Allows | Role::DoesNotReach | Role::UnknownOperator => false,
    }
}

/// The keys that a verdict depends on: those of denies that may apply, and those of allows that are needed.
fn unknown_keys(reasons: &[Reason], gates: &Gates) -> BTreeSet<String> {
    let needs_allow = |kind: PolicyKind| match kind {
        PolicyKind::Scp | PolicyKind::Endpoint => gates.guarded == Truth::Unknown,
        _ => gates.granted == Truth::Unknown,
    };
    let counted = reasons.iter().filter(|reason| match reason.role {
        Role::MayDeny => true,
        Role::MayAllow => needs_allow(reason.kind),
        _ => false,
    });
    counted.flat_map(|reason| reason.unknown_keys.iter().cloned()).collect()
}
