//! What a statement asks of a request, piece by piece, in one spelling.

use super::own::{Own, Start};
use crate::condition::{Operator, canonical_value};
use crate::document::{Language, Values};
use crate::matching::Template;
use std::collections::BTreeSet;

/// One thing that must hold for a statement to speak about a request. Equal ones hold for the same requests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Literal {
    /// The resource matches a pattern, or does not.
    Resource { negated: bool, pattern: String },
    /// The caller is one of these, or none of them.
    Principal { negated: bool, names: BTreeSet<(String, String)> },
    /// A condition holds.
    Condition(Predicate),
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Predicate {
    key: String,
    operator: Operator,
    values: BTreeSet<(Start, String)>,
}

impl Literal {
    /// A resource that matches a pattern, or one that does not.
    pub(super) fn resource(pattern: &str, negated: bool, language: Language) -> Self {
        let template = if language == Language::V2012 { Template::parse_resource(pattern) } else { Template::plain(pattern) };
        Self::Resource { negated, pattern: template.canonical(true) }
    }

    /// Whether wherever this holds, another does. Where nothing is said, `false`.
    pub(super) fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Condition(one), Self::Condition(other)) => one.implies(other),
            (one, other) => one == other,
        }
    }
}

impl Predicate {
    /// A condition; `None` for an operator that the language does not have. With `fill`, the organization of the caller is the account's own.
    pub(super) fn new(operator: &str, key: &str, values: &Values, language: Language, own: &Own, fill: bool) -> Option<Self> {
        let operator = Operator::parse(operator)?;
        let key = key.to_ascii_lowercase();
        let filled = |value| if fill && operator.takes_variables() { own.fill(value, language) } else { value.into() };
        let canonical = |value| {
            let filled = filled(value);
            let (start, rest) = own.split(&key, &filled);
            canonical_value(operator, rest, language).map(|rest| (start, rest))
        };
        let values = values.iter().filter_map(canonical).collect();
        Some(Self { operator: operator.canonical(), key, values })
    }

    /// Any value suffices, so fewer values say more; under a `…Not…` operator they say less.
    fn implies(&self, other: &Self) -> bool {
        let same = self.key == other.key && self.operator == other.operator;
        same && if self.operator.negated { other.values.is_subset(&self.values) } else { self.values.is_subset(&other.values) }
    }
}

/// What a statement asks of a request, all of it; sorted numbers of literals.
pub(super) type Clause = usize;

/// Literals and clauses by number, of both sides: equal ones have one number.
#[derive(Debug, Default)]
pub(super) struct Table {
    literals: Numbered<Literal>,
    clauses: Numbered<Vec<usize>>,
}

impl Table {
    /// The number of a clause that asks for all of these.
    pub(super) fn clause(&mut self, literals: &[Literal]) -> Clause {
        let mut numbers: Vec<usize> = literals.iter().map(|literal| self.literals.number(literal)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        self.clauses.number(&numbers)
    }

    /// Whether a clause asks for nothing.
    pub(super) fn is_always(&self, clause: Clause) -> bool {
        self.clauses.get(clause).is_some_and(Vec::is_empty)
    }

    /// Whether wherever one clause holds, another does: everything that the other asks for follows from something that it asks for.
    pub(super) fn implies(&self, one: Clause, other: Clause) -> bool {
        let (Some(ones), Some(others)) = (self.clauses.get(one), self.clauses.get(other)) else { return false };
        let follows = |wanted: &usize| ones.iter().any(|have| have == wanted || self.literal_implies(*have, *wanted));
        one == other || others.iter().all(follows)
    }

    fn literal_implies(&self, one: usize, other: usize) -> bool {
        self.literals.get(one).zip(self.literals.get(other)).is_some_and(|(one, other)| one.implies(other))
    }
}

/// Values by number, each once.
#[derive(Debug)]
struct Numbered<T> {
    numbers: std::collections::BTreeMap<T, usize>,
    values: Vec<T>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { numbers: std::collections::BTreeMap::new(), values: Vec::new() }
    }
}

impl<T: Clone + Ord> Numbered<T> {
    fn number(&mut self, value: &T) -> usize {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = self.values.len();
        self.numbers.insert(value.clone(), number);
        self.values.push(value.clone());
        number
    }

    fn get(&self, number: usize) -> Option<&T> {
        self.values.get(number)
    }
}
