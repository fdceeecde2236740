//! Two chains of guardrails compared without a single request: for which actions do they say something else, and through which statements?
//!
//! Both chains are taken apart into what may deny an action: a deny with its conditions, or a level whose allows are conditional or missing. Denies
//! commute across levels and so do levels, a condition has one spelling, and what the two chains say about an account's own organization is the same when
//! each speaks about its own. What is left over on either side is the difference.
//!
//! The comparison is safe in one direction: **an action that is not reported is answered the same by both chains**, for every request whose
//! organization ids and paths are rewritten as the move rewrites them. "The same" is allowed, denied or unknown; whether a statement denies or nothing
//! allows makes no difference. An action that is reported may still be answered the same: that one condition follows from another is seen for equal
//! operators on equal keys alone.
//!
//! ```
//! use orgkit_iam::compare::symbolic::{Change, Side, difference};
//! use orgkit_iam::{Document, Level, Policy, RcpServices, Universe};
//!
//! let chain = |document: &str| -> Result<Vec<Level>, orgkit_iam::ParseError> {
//!     Ok(vec![Level { target: "r-root".into(), policies: vec![Policy::new("guard", Document::parse(document)?)] }])
//! };
//! let old = chain(r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#)?;
//! let new = chain(r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "NotAction": "redshift:*", "Resource": "*"}}"#)?;
//! let (old, new) = (Side { scps: &old, ..Side::default() }, Side { scps: &new, ..Side::default() });
//!
//! let differences = difference(&old, &new, Universe::embedded(), &RcpServices::default());
//! assert_eq!((differences[0].change, differences[0].named.to_string()), (Change::AllowedNowhere, "redshift:*".to_owned()));
//! # Ok::<(), orgkit_iam::ParseError>(())
//! ```

mod chain;
mod classes;
mod literal;
mod own;
mod statement;

use crate::{Access, Folded, Level, PolicyKind, RcpServices, Universe};
use chain::{ActionSets, Chain, Guardrail, Origin, Restriction};
use classes::classes;
use literal::Table;
use own::Own;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The guardrails of an account in one place, and what that place is called in conditions.
#[derive(Debug, Clone, Copy, Default)]
pub struct Side<'a> {
    /// The service control policies, from the root down. Empty: none apply.
    pub scps: &'a [Level],
    /// The resource control policies, from the root down.
    pub rcps: &'a [Level],
    /// The id of the organization, such as `o-exampleorgid`; `None` for an account that stands alone.
    pub organization: Option<&'a str>,
    /// The path of the account as in `aws:PrincipalOrgPaths`, such as `o-exampleorgid/r-ab12/ou-ab12-11111111/`.
    pub path: Option<&'a str>,
}

/// How what a guardrail says of an action changes, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// A statement denies it, whatever the request. It was not always denied before.
    DeniedAlways,
    /// A level has nothing that allows it, whatever the request. It was not always denied before.
    AllowedNowhere,
    /// It is denied under conditions under which it was not, and nothing that denied it has gone.
    DeniedUnderConditions,
    /// It is denied under other conditions than before: more, fewer, or others.
    ConditionChanged,
    /// What denied it, always or under conditions, no longer does.
    NoLongerDenied,
}

impl Change {
    /// Its name, as results print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DeniedAlways => "denied always",
            Self::AllowedNowhere => "allowed nowhere",
            Self::DeniedUnderConditions => "denied under conditions",
            Self::ConditionChanged => "condition changed",
            Self::NoLongerDenied => "no longer denied",
        }
    }
}

/// The part that something plays in a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// This statement denies.
    Denies,
    /// Its level allows under the condition of this statement, or under that of another one that is named.
    Allows,
    /// Nothing at this level allows.
    AllowsNothing,
}

/// A statement, or a level, that makes a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What it does.
    pub part: Part,
    /// The root, unit or account that the policy is attached to.
    pub target: Arc<str>,
    /// The policy; empty where a level is meant.
    pub policy: Arc<str>,
    /// The statement's `Sid`, or its place as `#1`; empty where a level is meant.
    pub statement: String,
    /// Principal, resource and conditions in words; empty where it asks for nothing.
    pub condition: String,
}

/// Actions of which a guardrail says something else than before, all for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Service control policies speak about what the account's principals may do, resource control policies about what anybody may do to its resources.
    pub kind: PolicyKind,
    /// What changes.
    pub change: Change,
    /// The gravest access level among the actions.
    pub access: Access,
    /// The actions, as indices into [`Universe::actions`], ascending.
    pub actions: Vec<usize>,
    /// The same actions, written with wildcards where those name no other action of the universe.
    pub named: Folded,
    /// What no longer denies, or denies otherwise. Empty where new denies leave it without meaning.
    pub old: Vec<Source>,
    /// What denies now.
    pub new: Vec<Source>,
}

/// Compares two places for an account. Gravest change first, then access level, number of actions, name.
///
/// Only the actions of the universe are compared: an action that AWS has added since its day is judged by the evaluator like any other, but not listed
/// here. For actions that have no resource types, a statement about a resource other than `*` says nothing.
pub fn difference(old: &Side<'_>, new: &Side<'_>, universe: &Universe, services: &RcpServices) -> Vec<Difference> {
    let mut sets = ActionSets::default();
    let mut table = Table::default();
    let mut chains = |side: &Side<'_>| {
        let own = Own::new(side.organization, side.path);
        [(PolicyKind::Scp, side.scps), (PolicyKind::Rcp, side.rcps)]
            .map(|(kind, levels)| Chain::new(kind, levels, &own, universe, &mut sets, &mut table))
    };
    let (old, new) = (chains(old), chains(new));
    let mut groups: BTreeMap<(PolicyKind, Changed), Vec<usize>> = BTreeMap::new();
    for class in classes(universe, sets.iter(), services) {
        for (old, new) in old.iter().zip(&new) {
            let (before, after) = (old.guardrail(&class, &sets, &table), new.guardrail(&class, &sets, &table));
            if let Some(changed) = changed(&before, &after, &table) {
                groups.entry((new.kind, changed)).or_default().extend(&class.members);
            }
        }
    }
    let [scps, rcps] = [0, 1].map(|kind| (old.get(kind), new.get(kind)));
    let mut differences: Vec<Difference> = groups
        .into_iter()
        .map(|((kind, changed), mut actions)| {
            actions.sort_unstable();
            let (old, new) = if kind == PolicyKind::Scp { scps } else { rcps };
            describe(kind, &changed, actions, (old, new), universe)
        })
        .collect();
    // Stable: equals stay in the order of the chains.
    differences.sort_by(|one, other| rank(one).cmp(&rank(other)));
    differences
}

fn rank(difference: &Difference) -> (Change, Reverse<Access>, Reverse<usize>, &Folded, PolicyKind) {
    let gravity = if difference.change == Change::AllowedNowhere { Change::DeniedAlways } else { difference.change };
    (gravity, Reverse(difference.access), Reverse(difference.actions.len()), &difference.named, difference.kind)
}

/// What changes for a class of actions, and through what.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Changed {
    change: Change,
    old: Vec<Origin>,
    new: Vec<Origin>,
}

/// Compares two guardrails; `None`: they deny the same.
fn changed(old: &Guardrail, new: &Guardrail, table: &Table) -> Option<Changed> {
    let added: Vec<&Restriction> = new.iter().filter(|restriction| !old.covers(restriction, table)).collect();
    let removed: Vec<&Restriction> = old.iter().filter(|restriction| !new.covers(restriction, table)).collect();
    let always: Vec<&Restriction> = added.iter().copied().filter(|restriction| restriction.is_always(table)).collect();
    if !always.is_empty() {
        let by_statement = always.iter().any(|restriction| matches!(restriction, Restriction::If(_)));
        let change = if by_statement { Change::DeniedAlways } else { Change::AllowedNowhere };
        return Some(Changed { change, old: Vec::new(), new: new.origins(always) });
    }
    let change = match (added.is_empty(), removed.is_empty()) {
        (true, true) => return None,
        (false, true) => Change::DeniedUnderConditions,
        (false, false) => Change::ConditionChanged,
        // What was always denied and still is under conditions is not simply open.
        (true, false) if !new.is_open() && removed.iter().any(|restriction| restriction.is_always(table)) => Change::ConditionChanged,
        (true, false) => Change::NoLongerDenied,
    };
    // Beside what was added and removed, what it takes the place of; not what both have, nor what that makes needless.
    let own = |one: &Guardrail, other: &Guardrail| {
        let both: Guardrail = one.intersection(other);
        let own = one.iter().filter(|restriction| !both.covers(restriction, table));
        one.origins(own)
    };
    Some(Changed { change, old: own(old, new), new: own(new, old) })
}

fn describe(
    kind: PolicyKind,
    changed: &Changed,
    actions: Vec<usize>,
    (old, new): (Option<&Chain>, Option<&Chain>),
    universe: &Universe,
) -> Difference {
    let sources = |chain: Option<&Chain>, origins: &[Origin]| -> Vec<Source> {
        chain.into_iter().flat_map(|chain| origins.iter().filter_map(|origin| source(chain, *origin))).collect()
    };
    let access = actions.iter().filter_map(|at| universe.actions().get(*at)).map(|entry| entry.access).max();
    Difference {
        kind,
        change: changed.change,
        access: access.unwrap_or(Access::List),
        named: universe.fold(&actions),
        actions,
        old: sources(old, &changed.old),
        new: sources(new, &changed.new),
    }
}

fn source(chain: &Chain, origin: Origin) -> Option<Source> {
    match origin {
        Origin::Level(level) => Some(Source {
            part: Part::AllowsNothing,
            target: chain.targets.get(level)?.clone(),
            policy: "".into(),
            statement: String::new(),
            condition: String::new(),
        }),
        Origin::Statement(number) => {
            let placed = chain.statements.get(number)?;
            Some(Source {
                part: if placed.effect == crate::Effect::Deny { Part::Denies } else { Part::Allows },
                target: chain.targets.get(placed.level)?.clone(),
                policy: placed.policy.clone(),
                statement: placed.name.clone(),
                condition: placed.demands.text.clone(),
            })
        }
    }
}

#[cfg(test)]
mod tests;
