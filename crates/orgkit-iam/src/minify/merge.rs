//! Between statements: what another one covers goes, and what differs in one list becomes one.

use super::Part;
use super::tidy::tidy;
use crate::claim::{Claim, Requirement, cover};

/// Makes statements fewer and shorter until nothing changes. `beside` holds statements that stay where they are and cover what they cover.
pub(super) fn reduce(parts: &mut Vec<Part>, beside: &[Claim]) {
    loop {
        let before = size(parts);
        parts.iter_mut().filter(|part| !part.is_pinned).for_each(tidy);
        absorb(parts, beside);
        while merge_once(parts) {}
        // Every round that changes something leaves fewer characters, so this ends.
        if size(parts) >= before {
            return;
        }
    }
}

fn size(parts: &[Part]) -> usize {
    parts.iter().map(|part| part.claim.to_statement().to_json().to_string().len()).sum()
}

/// Takes from each statement what all others together cover.
fn absorb(parts: &mut Vec<Part>, beside: &[Claim]) {
    let mut at = 0;
    while let Some(part) = parts.get(at) {
        if part.is_pinned {
            at += 1;
            continue;
        }
        let others = parts.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, other)| &other.claim).chain(beside);
        let mut missing = cover(&part.claim, &others.collect::<Vec<_>>()).missing;
        match (missing.pop(), missing.is_empty()) {
            (None, _) => {
                parts.remove(at);
            }
            // The rest of it, when that is one statement; more than one would be longer.
            (Some(rest), true) => {
                if let Some(part) = parts.get_mut(at) {
                    part.claim = rest;
                }
                at += 1;
            }
            (Some(_), false) => at += 1,
        }
    }
}

/// Puts the two statements together that save most.
fn merge_once(parts: &mut Vec<Part>) -> bool {
    let keys: Vec<Key> = parts.iter().map(Key::new).collect();
    let mut best: Option<(usize, usize, usize)> = None;
    for (first, one) in keys.iter().enumerate() {
        for (second, two) in keys.iter().enumerate().skip(first + 1) {
            let saved = one.shared(two);
            if saved > 0 && best.is_none_or(|(most, ..)| saved > most) {
                best = Some((saved, first, second));
            }
        }
    }
    let Some((_, first, second)) = best else { return false };
    // INVARIANT: both are places of statements, the second behind the first.
    let other = parts.remove(second);
    let Some(part) = parts.get_mut(first) else { return false };
    join(&mut part.claim, other.claim);
    tidy(part);
    true
}

/// What two statements must have in common to become one.
struct Key {
    /// `None` for a statement that stays as it is.
    alike: Option<String>,
    actions: (bool, Vec<String>),
    resources: (bool, Vec<String>),
    requirements: Vec<Wording>,
    /// Which of them may be put together by values.
    are_any_of: Vec<bool>,
}

/// A condition: operator, key and values.
type Wording = (String, String, Vec<String>);

impl Key {
    fn new(part: &Part) -> Self {
        let claim = &part.claim;
        let mut requirements: Vec<(Wording, bool)> = claim.requirements.iter().map(owned).collect();
        requirements.sort();
        let (requirements, are_any_of) = requirements.into_iter().unzip();
        let alike = (!part.is_pinned).then(|| claim.group());
        let (actions, resources) = (claim.actions.key(str::to_ascii_lowercase), claim.resources.key(str::to_owned));
        Self { alike, actions, resources, requirements, are_any_of }
    }

    /// How many characters are written twice, about, if the two can become one: they are equal in all lists but one, and that one is an "or".
    fn shared(&self, other: &Self) -> usize {
        if self.alike.is_none() || self.alike != other.alike {
            return 0;
        }
        let same_actions = self.actions == other.actions;
        let same_resources = self.resources == other.resources;
        let same_requirements = self.requirements == other.requirements;
        let may = match (same_actions, same_resources, same_requirements) {
            (_, true, true) => same_actions || !(self.actions.0 || other.actions.0),
            (true, false, true) => !(self.resources.0 || other.resources.0),
            (true, true, false) => self.differ_in_values(other),
            _ => false,
        };
        let length = |list: &(bool, Vec<String>)| list.1.iter().map(|text| text.len() + 3).sum::<usize>();
        let conditions: usize = self
            .requirements
            .iter()
            .map(|(operator, key, values)| operator.len() + key.len() + values.iter().map(String::len).sum::<usize>())
            .sum();
        let common = [(same_actions, length(&self.actions)), (same_resources, length(&self.resources)), (same_requirements, conditions)];
        if may { 1 + common.iter().filter(|(same, _)| *same).map(|(_, length)| length).sum::<usize>() } else { 0 }
    }

    /// Whether the conditions are of the same names and differ in the values of one, of which one value must match.
    fn differ_in_values(&self, other: &Self) -> bool {
        if self.requirements.len() != other.requirements.len() {
            return false;
        }
        let pairs = self.requirements.iter().zip(&other.requirements).zip(self.are_any_of.iter().zip(&other.are_any_of));
        let mut different = pairs.filter(|((one, two), _)| one != two);
        let Some((((operator, key, _), (others, other_key, _)), (one, two))) = different.next() else { return false };
        operator == others && key == other_key && *one && *two && different.next().is_none()
    }
}

fn owned(requirement: &Requirement) -> (Wording, bool) {
    let (operator, key, values) = requirement.parts();
    ((operator, key, values.into_iter().map(str::to_owned).collect()), requirement.is_any_of())
}

/// Puts the lists of two statements together. Where they are equal they stay equal once what is said twice is gone.
fn join(claim: &mut Claim, other: Claim) {
    if !claim.actions.negated {
        claim.actions.items.extend(other.actions.items);
    }
    if !claim.resources.negated {
        claim.resources.items.extend(other.resources.items);
    }
    let is_in = |one: &Requirement, list: &[Requirement]| list.iter().any(|other| other.parts() == one.parts());
    let mine_alone = claim.requirements.iter().position(|mine| !is_in(mine, &other.requirements));
    let theirs_alone = other.requirements.iter().find(|theirs| !is_in(theirs, &claim.requirements));
    if let (Some(theirs), Some(mine)) = (theirs_alone, mine_alone.and_then(|place| claim.requirements.get_mut(place))) {
        *mine = mine.with(mine.values.iter().chain(&theirs.values).cloned().collect());
    }
}
