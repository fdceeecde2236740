//! A chain of guardrails taken apart, and what it says of a class of actions.

use super::classes::Class;
use super::literal::{Clause, Table};
use super::own::Own;
use super::statement::{Demands, demands};
use crate::document::{Effect, Element};
use crate::{Level, PolicyKind, Universe};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Sets of actions, by the patterns that they are written with. Both chains share them.
#[derive(Debug, Default)]
pub(super) struct ActionSets {
    numbers: BTreeMap<BTreeSet<String>, usize>,
    sets: Vec<Vec<usize>>,
}

impl ActionSets {
    /// The set that the patterns of an element name, negated or not.
    fn number(&mut self, element: &Element, universe: &Universe) -> usize {
        let patterns: BTreeSet<String> = element.values.iter().map(str::to_ascii_lowercase).collect();
        if let Some(number) = self.numbers.get(&patterns) {
            return *number;
        }
        let mut members: Vec<usize> = patterns.iter().flat_map(|pattern| universe.matching(pattern)).collect();
        members.sort_unstable();
        members.dedup();
        self.numbers.insert(patterns, self.sets.len());
        self.sets.push(members);
        self.sets.len() - 1
    }

    /// All sets.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[usize]> {
        self.sets.iter().map(Vec::as_slice)
    }

    fn contains(&self, number: usize, action: usize) -> bool {
        self.sets.get(number).is_some_and(|set| set.binary_search(&action).is_ok())
    }
}

/// A statement and where it stands.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) level: usize,
    pub(super) effect: Effect,
    pub(super) policy: Arc<str>,
    pub(super) name: String,
    /// A set of actions, and whether it is what is not in it.
    actions: (usize, bool),
    pub(super) demands: Demands,
}

/// A chain of one kind of guardrail, from the root down.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) kind: PolicyKind,
    pub(super) targets: Vec<Arc<str>>,
    pub(super) statements: Vec<Placed>,
}

impl Chain {
    pub(super) fn new(
        kind: PolicyKind,
        levels: &[Level],
        own: &Own,
        universe: &Universe,
        sets: &mut ActionSets,
        table: &mut Table,
    ) -> Self {
        let mut statements = Vec::new();
        for (level, attached) in levels.iter().enumerate() {
            for policy in &attached.policies {
                for (index, statement) in policy.document.statements.iter().enumerate() {
                    statements.push(Placed {
                        level,
                        effect: statement.effect,
                        policy: policy.name.clone(),
                        name: policy.document.statement_name(index),
                        actions: (sets.number(&statement.action, universe), statement.action.negated),
                        demands: demands(kind, &policy.document, statement, own, table),
                    });
                }
            }
        }
        Self { kind, targets: levels.iter().map(|level| level.target.clone()).collect(), statements }
    }

    /// What it says of the actions of a class.
    pub(super) fn guardrail(&self, class: &Class, sets: &ActionSets, table: &Table) -> Guardrail {
        let mut guardrail = Guardrail::default();
        if self.kind == PolicyKind::Rcp && !class.reached_by_rcps {
            return guardrail;
        }
        let mut allows: Vec<(BTreeSet<Clause>, BTreeSet<Origin>)> = vec![Default::default(); self.targets.len()];
        for (number, placed) in self.statements.iter().enumerate() {
            let (set, negated) = placed.actions;
            if sets.contains(set, class.representative()) == negated {
                continue;
            }
            let clauses = if class.wildcard_only { &placed.demands.of_wildcard_only } else { &placed.demands.of_any };
            match (placed.effect, allows.get_mut(placed.level)) {
                (Effect::Deny, _) => clauses.iter().for_each(|clause| guardrail.add(Restriction::If(*clause), [Origin::Statement(number)])),
                (Effect::Allow, Some((level, origins))) if !clauses.is_empty() => {
                    level.extend(clauses);
                    origins.insert(Origin::Statement(number));
                }
                (Effect::Allow, _) => (),
            }
        }
        // What resource control policies allow says nothing: `RCPFullAWSAccess` is at every level.
        if self.kind == PolicyKind::Scp {
            for (level, (clauses, origins)) in allows.into_iter().enumerate() {
                if clauses.is_empty() {
                    guardrail.add(Restriction::Unless(Vec::new()), [Origin::Level(level)]);
                } else if !clauses.iter().any(|clause| table.is_always(*clause)) {
                    guardrail.add(Restriction::Unless(clauses.into_iter().collect()), origins);
                }
            }
        }
        guardrail
    }
}

/// Where a restriction comes from: a statement, or a level at which nothing allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    Level(usize),
    Statement(usize),
}

/// One way in which a request may be denied.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Restriction {
    /// Denied if a clause holds.
    If(Clause),
    /// Denied unless one of these holds. Sorted.
    Unless(Vec<Clause>),
}

impl Restriction {
    /// Whether it denies whatever the request.
    pub(super) fn is_always(&self, table: &Table) -> bool {
        match self {
            Self::If(clause) => table.is_always(*clause),
            Self::Unless(clauses) => clauses.is_empty(),
        }
    }

    /// Whether it denies everything that another denies. It may, where this says `false`.
    fn covers(&self, other: &Self, table: &Table) -> bool {
        if self == other || self.is_always(table) {
            return true;
        }
        match (self, other) {
            (Self::If(one), Self::If(other)) => table.implies(*other, *one),
            // What one lets pass, the other does too.
            (Self::Unless(ones), Self::Unless(others)) => ones.iter().all(|one| others.iter().any(|other| table.implies(*one, *other))),
            _ => false,
        }
    }
}

/// Everything that may deny an action, in any order: denies and levels commute, as long as what allows stays with its level.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Guardrail {
    restrictions: BTreeMap<Restriction, BTreeSet<Origin>>,
}

impl Guardrail {
    fn add(&mut self, restriction: Restriction, origins: impl IntoIterator<Item = Origin>) {
        self.restrictions.entry(restriction).or_default().extend(origins);
    }

    /// Its restrictions.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Restriction> {
        self.restrictions.keys()
    }

    /// Whether it lets everything pass.
    pub(super) fn is_open(&self) -> bool {
        self.restrictions.is_empty()
    }

    /// What it has in common with another one.
    pub(super) fn intersection(&self, other: &Self) -> Self {
        let common = self.restrictions.iter().filter(|(restriction, _)| other.restrictions.contains_key(restriction));
        Self { restrictions: common.map(|(restriction, origins)| (restriction.clone(), origins.clone())).collect() }
    }

    /// Whether one of its restrictions denies everything that another one does.
    pub(super) fn covers(&self, restriction: &Restriction, table: &Table) -> bool {
        self.restrictions.contains_key(restriction) || self.iter().any(|own| own.covers(restriction, table))
    }

    /// Where restrictions come from.
    pub(super) fn origins<'a>(&self, restrictions: impl IntoIterator<Item = &'a Restriction>) -> Vec<Origin> {
        let found: BTreeSet<Origin> =
            restrictions.into_iter().filter_map(|restriction| self.restrictions.get(restriction)).flatten().copied().collect();
        found.into_iter().collect()
    }
}
