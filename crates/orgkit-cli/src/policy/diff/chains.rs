//! Without records: the actions of which the guardrails of both places say something else.

use orgkit_iam::compare::symbolic::{Change, Difference, Part, Side, Source, difference};
use orgkit_iam::compare::{Move, Place};
use orgkit_iam::{RcpServices, Universe};
use serde::Serialize;

/// Actions of which a guardrail says something else than before, as results print it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChainDifference {
    /// `scp`: what the account's principals may do; `rcp`: what anybody may do to its resources.
    pub(super) kind: &'static str,
    /// What changes.
    pub(super) change: &'static str,
    /// Whether it denies something that was not denied.
    pub(super) denies: bool,
    /// The gravest access level among the actions.
    pub(super) access: &'static str,
    /// How many actions.
    pub(super) count: usize,
    /// The actions, folded into wildcards.
    pub(super) actions: String,
    /// What denied before and no longer does, or otherwise.
    pub(super) old: Vec<Cause>,
    /// What denies now.
    pub(super) new: Vec<Cause>,
}

/// A statement or a level.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cause {
    /// `denies`, `allows`, `allows nothing`.
    pub(super) part: &'static str,
    pub(super) target: String,
    pub(super) policy: String,
    pub(super) statement: String,
    pub(super) condition: String,
}

/// Compares the chains of both places.
pub(super) fn compare(asked: &Move) -> Vec<ChainDifference> {
    let (old, new) = (side(&asked.old), side(&asked.new));
    let differences = difference(&old, &new, Universe::embedded(), &RcpServices::default());
    differences.into_iter().map(shown).collect()
}

fn side(place: &Place) -> Side<'_> {
    Side {
        scps: &place.seat.scps,
        rcps: &place.seat.rcps,
        organization: place.organization.as_ref().map(|organization| organization.id.as_str()),
        path: place.organization.as_ref().map(|_| place.seat.path.as_str()),
    }
}

fn shown(one: Difference) -> ChainDifference {
    ChainDifference {
        kind: one.kind.as_str(),
        change: one.change.as_str(),
        denies: one.change != Change::NoLongerDenied,
        access: one.access.as_str(),
        count: one.actions.len(),
        actions: one.named.to_string(),
        old: one.old.into_iter().map(cause).collect(),
        new: one.new.into_iter().map(cause).collect(),
    }
}

fn cause(source: Source) -> Cause {
    let part = match source.part {
        Part::Denies => "denies",
        Part::Allows => "allows",
        Part::AllowsNothing => "allows nothing",
    };
    Cause {
        part,
        target: source.target.to_string(),
        policy: source.policy.to_string(),
        statement: source.statement,
        condition: source.condition,
    }
}
