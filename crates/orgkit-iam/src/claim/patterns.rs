//! Lists of patterns, plain or negated, compared as the sets that they are.

use super::text;
use crate::document::{Element, Text};
use crate::evaluate::ResourcePattern;
use crate::matching::ActionPattern;

/// A pattern that can be compared with its like.
pub(crate) trait Pattern: Clone {
    /// Whether it matches all that another one matches. `false` may mean that it is not decided.
    fn includes(&self, other: &Self) -> bool;
    /// Whether both may match something. `true` may mean that it is not decided.
    fn overlaps(&self, other: &Self) -> bool;
    /// Whether it matches everything.
    fn is_everything(&self) -> bool;
}

/// The patterns of `Action`, `NotAction`, `Resource` or `NotResource`.
#[derive(Debug, Clone)]
pub(crate) struct Patterns<P> {
    /// Whether the set is everything that none of them matches.
    pub(crate) negated: bool,
    /// The patterns, as written and ready.
    pub(crate) items: Vec<(Text, P)>,
}

impl<P: Pattern> Patterns<P> {
    pub(super) fn new(element: &Element, ready: impl Fn(&str) -> P) -> Self {
        let items = element.values.items.iter().map(|text| (text.clone(), ready(&text.value)));
        Self { negated: element.negated, items: items.collect() }
    }

    /// A list that is written down here.
    pub(crate) fn listed(negated: bool, items: Vec<(Text, P)>) -> Self {
        Self { negated, items }
    }

    /// Whether every member of another set is one of this.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        match (self.negated, other.negated) {
            (_, false) => other.items.iter().all(|(_, pattern)| self.covers_pattern(pattern)),
            (true, true) => self.items.iter().all(|(_, mine)| other.items.iter().any(|(_, theirs)| theirs.includes(mine))),
            (false, true) => self.is_everything(),
        }
    }

    /// Whether everything that a pattern matches is in the set.
    pub(crate) fn covers_pattern(&self, pattern: &P) -> bool {
        if self.negated {
            self.items.iter().all(|(_, mine)| !mine.overlaps(pattern))
        } else {
            self.items.iter().any(|(_, mine)| mine.includes(pattern))
        }
    }

    /// Whether something that a pattern matches may be in the set.
    pub(crate) fn overlaps_pattern(&self, pattern: &P) -> bool {
        if self.negated {
            !self.items.iter().any(|(_, mine)| mine.includes(pattern))
        } else {
            self.items.iter().any(|(_, mine)| mine.overlaps(pattern))
        }
    }

    /// Whether everything is in the set.
    pub(crate) fn is_everything(&self) -> bool {
        if self.negated { self.items.is_empty() } else { self.items.iter().any(|(_, pattern)| pattern.is_everything()) }
    }

    /// Cuts a negated set by another one: what is in both, and what is in this one only. `None` where nothing is in this one only, and where it cannot be
    /// written as a list.
    pub(crate) fn cut_by(&self, other: &Self) -> Option<(Self, Self)> {
        if !self.negated || !other.negated {
            return None;
        }
        let theirs = other.items.iter().filter(|(_, theirs)| !self.items.iter().any(|(_, mine)| mine.includes(theirs)));
        let beyond: Vec<(Text, P)> = theirs.cloned().collect();
        let is_list = beyond.iter().all(|(_, theirs)| self.covers_pattern(theirs));
        let both = self.items.iter().chain(&beyond).cloned().collect();
        (is_list && !beyond.is_empty()).then(|| (Self::listed(true, both), Self::listed(false, beyond)))
    }

    /// The same with some of its patterns only.
    pub(crate) fn only(&self, places: &[usize]) -> Self {
        let items = places.iter().filter_map(|place| self.items.get(*place).cloned());
        Self { negated: self.negated, items: items.collect() }
    }

    /// Leaves out every pattern that another one of the list includes; of equal ones the shortest stays, and of those the first.
    pub(crate) fn absorb(&mut self) {
        let mut kept: Vec<(Text, P)> = Vec::new();
        for item in std::mem::take(&mut self.items) {
            match kept.iter().position(|(_, one)| one.includes(&item.1)) {
                Some(at) => {
                    if let Some(one) = kept.get_mut(at).filter(|one| item.1.includes(&one.1) && item.0.value.len() < one.0.value.len()) {
                        *one = item;
                    }
                }
                None => {
                    kept.retain(|(_, one)| !item.1.includes(one));
                    kept.push(item);
                }
            }
        }
        self.items = kept;
    }

    /// The patterns as texts, sorted.
    pub(crate) fn key(&self, write: impl Fn(&str) -> String) -> (bool, Vec<String>) {
        let mut texts: Vec<String> = self.items.iter().map(|(text, _)| write(&text.value)).collect();
        texts.sort();
        texts.dedup();
        (self.negated, texts)
    }
}

impl<P: Everything> Patterns<P> {
    /// Everything, written as `*`.
    pub(crate) fn everything() -> Self {
        Self { negated: false, items: vec![(text("*"), P::everything())] }
    }
}

/// A pattern that can be `*`.
pub(crate) trait Everything {
    /// What matches everything.
    fn everything() -> Self;
}

impl Everything for ActionPattern {
    fn everything() -> Self {
        Self::Any
    }
}

impl Everything for ResourcePattern {
    fn everything() -> Self {
        Self::Everything
    }
}

impl Pattern for ActionPattern {
    fn includes(&self, other: &Self) -> bool {
        self.includes(other)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.overlaps(other)
    }

    fn is_everything(&self) -> bool {
        *self == Self::Any
    }
}

impl Pattern for ResourcePattern {
    /// Patterns with variables are compared by their form alone: what they match depends on the request.
    fn includes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Everything, _) => true,
            (Self::Like(outer), Self::Like(inner)) => outer.includes(inner),
            (Self::Like(outer), Self::Everything | Self::Template(_)) => outer.is_any(),
            (Self::Template(one), Self::Template(two)) => one == two,
            (Self::Template(_), _) => false,
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Like(one), Self::Like(two)) => one.overlaps(two),
            _ => true,
        }
    }

    fn is_everything(&self) -> bool {
        match self {
            Self::Everything => true,
            Self::Like(glob) => glob.is_any(),
            Self::Template(_) => false,
        }
    }
}
