//! Why a verdict is what it is.

use super::Verdict;
use super::decide::{Gates, decide};
use super::evaluator::{Evaluator, Placed};
use super::exempt::Reach;
use super::memo::Action;
use super::policies::PolicyKind;
use super::who::Naming;
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

/// A reason, and whether it keeps the request from being allowed for certain.
struct Found {
    reason: Reason,
    blocks: bool,
}

pub(super) fn explain(evaluator: &Evaluator, request: &Request, action: &Action, gates: &Gates) -> Explanation {
    let verdict = decide(gates);
    let mut found = unreached(evaluator, request, action);
    for index in action.statements.iter() {
        let Some(placed) = evaluator.statements.get(*index) else { continue };
        found.extend(by_statement(evaluator, placed, request, action, gates));
    }
    found.extend(silent(evaluator, request, action, gates));
    let blocking = || found.iter().filter(|found| found.blocks && verdict != Verdict::Allowed).map(|found| &found.reason);
    let blocked_by: BTreeSet<PolicyKind> = blocking().map(|reason| reason.kind).collect();
    let unknown_keys: BTreeSet<String> = match verdict {
        Verdict::Unknown => blocking().flat_map(|reason| reason.unknown_keys.iter().cloned()).collect(),
        _ => BTreeSet::new(),
    };
    Explanation {
        verdict,
        blocked_by: blocked_by.into_iter().collect(),
        unknown_keys: unknown_keys.into_iter().collect(),
        reasons: found.into_iter().map(|found| found.reason).collect(),
    }
}

fn reason(evaluator: &Evaluator, group: usize, role: Role) -> Option<Reason> {
    let group = evaluator.groups.get(group)?;
    let target = group.target.to_string();
    Some(Reason { role, kind: group.kind, target, policy: String::new(), statement: String::new(), unknown_keys: Vec::new() })
}

/// The kinds of guardrails that are there and do not reach this call.
fn unreached(evaluator: &Evaluator, request: &Request, action: &Action) -> Vec<Found> {
    let reach = Reach::new(evaluator, request, action);
    let kinds = [PolicyKind::Scp, PolicyKind::Rcp].into_iter();
    let first = |kind: PolicyKind| evaluator.groups.iter().position(|group| group.kind == kind);
    let unreached = kinds.filter(|kind| !reach.of(*kind)).filter_map(first);
    unreached
        .filter_map(|group| reason(evaluator, group, Role::DoesNotReach))
        .map(|reason| Found { reason: Reason { target: String::new(), ..reason }, blocks: false })
        .collect()
}

fn by_statement(evaluator: &Evaluator, placed: &Placed, request: &Request, action: &Action, gates: &Gates) -> Vec<Found> {
    let Some(base) = reason(evaluator, placed.group, Role::Allows) else { return Vec::new() };
    let Some(naming) = evaluator.naming(placed, base.kind, request) else { return Vec::new() };
    if !Reach::new(evaluator, request, action).of(base.kind) {
        return Vec::new();
    }
    let kind = base.kind;
    let (role, blocks) = match (placed.ready.fits(request), placed.ready.effect) {
        (Truth::True, Effect::Allow) => (Some(Role::Allows), false),
        (Truth::True, Effect::Deny) => (Some(Role::Denies), true),
        (Truth::Unknown, Effect::Allow) => {
            // Only a resource policy is asked how directly it names the caller.
            let naming = if kind == PolicyKind::Resource { naming } else { Naming::Direct };
            let counts = decide(gates) == Verdict::Unknown && gates.hinge_on(evaluator, request, action, (placed.group, kind, naming));
            (Some(Role::MayAllow), counts)
        }
        (Truth::Unknown, Effect::Deny) => (Some(Role::MayDeny), decide(gates) == Verdict::Unknown),
        (Truth::False, _) => (None, false),
    };
    let unknown_operator = placed.ready.tests.iter().any(|test| test.operator.is_none()).then_some((Role::UnknownOperator, false));
    let found = |(role, blocks): (Role, bool)| {
        let is_open = matches!(role, Role::MayAllow | Role::MayDeny);
        let unknown_keys = if is_open { placed.ready.unknown_keys(request) } else { Vec::new() };
        let policy = placed.policy.name.to_string();
        let statement = placed.policy.document.statement_name(placed.index);
        Found { reason: Reason { role, policy, statement, unknown_keys, ..base.clone() }, blocks }
    };
    role.map(|role| (role, blocks)).into_iter().chain(unknown_operator).map(found).collect()
}

/// Places at which nothing allows, though something would have to.
fn silent(evaluator: &Evaluator, request: &Request, action: &Action, gates: &Gates) -> Vec<Found> {
    let groups = evaluator.groups.iter().enumerate();
    let missed = groups.filter(|(at, group)| gates.is_missed(request, action, (*at, group.kind)));
    missed.filter_map(|(at, _)| reason(evaluator, at, Role::AllowsNothing)).map(|reason| Found { reason, blocks: true }).collect()
}
