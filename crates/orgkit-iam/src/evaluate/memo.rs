//! What is remembered between requests: for each action the statements that speak about it.

use super::evaluator::Evaluator;
use super::exempt::rcps_know;
use super::policies::PolicyKind;
use crate::condition::Truth;
use crate::document::Effect;
use foldhash::fast::FixedState;
use std::hash::BuildHasher;
use std::sync::Arc;

/// How many actions are remembered before it begins anew. AWS has about 22,000.
const MOST: usize = 65_536;

/// What is remembered between requests. One for each thread; with another evaluator it begins anew.
#[derive(Debug, Clone, Default)]
pub struct Memo {
    of: Option<Arc<()>>,
    /// In the order in which they came.
    entries: Vec<Entry>,
    /// Where an action's entry is, found by its hash: its number counted from 1, or 0. A power of two and at least twice as many as entries. A table
    /// of its own, because nothing in this crate may depend on the order of a table of the standard library.
    slots: Vec<usize>,
    /// Room for what groups allow, so that no decision needs memory of its own.
    pub(super) room: Vec<Truth>,
}

#[derive(Debug, Clone)]
struct Entry {
    hash: u64,
    /// The action as callers spell it.
    name: Box<str>,
    action: Action,
}

/// What the policies say about an action, whatever else there is about a request.
#[derive(Debug, Clone)]
pub(super) struct Action {
    pub(super) lower: Box<str>,
    /// Every statement that speaks about it, in the evaluator's order.
    pub(super) statements: Box<[usize]>,
    /// Those of them that deny, but for resource control policies that do not know its service.
    pub(super) denies: Box<[usize]>,
    /// For each group those that allow.
    pub(super) allows: Box<[Allows]>,
}

/// What of a group allows an action.
#[derive(Debug, Clone)]
pub(super) enum Allows {
    /// A statement allows it to everyone, on every resource, without conditions.
    Always,
    /// These statements, where they fit.
    Where(Box<[usize]>),
}

impl Action {
    pub(super) fn new(evaluator: &Evaluator, name: &str) -> Self {
        let lower = name.to_ascii_lowercase().into_boxed_str();
        let rcps_know = rcps_know(&lower, &evaluator.services);
        let about = evaluator.statements.iter().enumerate().filter(|(_, placed)| placed.ready.is_about(&lower));
        let about: Vec<_> = about.map(|(index, placed)| (index, placed, evaluator.kind(placed.group))).collect();
        let denies =
            about.iter().filter(|(_, placed, kind)| placed.ready.effect == Effect::Deny && (*kind != PolicyKind::Rcp || rcps_know));
        let allows = (0..evaluator.groups.len()).map(|group| {
            let allowing = || about.iter().filter(move |(_, placed, _)| placed.group == group && placed.ready.effect == Effect::Allow);
            // With a resource policy it counts how directly it names the caller.
            if allowing().any(|(_, placed, kind)| *kind != PolicyKind::Resource && placed.ready.is_unconditional()) {
                return Allows::Always;
            }
            Allows::Where(allowing().map(|(index, ..)| *index).collect())
        });
        Self {
            statements: about.iter().map(|(index, ..)| *index).collect(),
            denies: denies.map(|(index, ..)| *index).collect(),
            allows: allows.collect(),
            lower,
        }
    }
}

impl Memo {
    /// What an evaluator's policies say about an action.
    pub(super) fn action(&mut self, evaluator: &Evaluator, name: &str) -> Option<&Action> {
        if !self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, &evaluator.identity)) || self.entries.len() >= MOST {
            let room = std::mem::take(&mut self.room);
            *self = Self { of: Some(Arc::clone(&evaluator.identity)), entries: Vec::new(), slots: vec![0; 64], room };
        }
        let hash = FixedState::default().hash_one(name);
        let number = self.number(hash, |entry| entry.hash == hash && *entry.name == *name);
        let number =
            number.unwrap_or_else(|slot| self.insert(slot, Entry { hash, name: name.into(), action: Action::new(evaluator, name) }));
        self.entries.get(number - 1).map(|entry| &entry.action)
    }

    /// The number of the entry that is looked for, or the slot where it belongs.
    fn number(&self, hash: u64, is_it: impl Fn(&Entry) -> bool) -> Result<usize, usize> {
        let last = self.slots.len() - 1;
        // Only the low bits count.
        let mut slot = usize::try_from(hash & 0xffff_ffff).unwrap_or_default() & last;
        loop {
            match self.slots.get(slot).copied().unwrap_or_default() {
                0 => return Err(slot),
                number if self.entries.get(number - 1).is_some_and(&is_it) => return Ok(number),
                _ => slot = (slot + 1) & last,
            }
        }
    }

    fn insert(&mut self, slot: usize, entry: Entry) -> usize {
        self.entries.push(entry);
        let number = self.entries.len();
        if let Some(place) = self.slots.get_mut(slot) {
            *place = number;
        }
        if number * 2 > self.slots.len() {
            self.grow();
        }
        number
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 4];
        for index in 0..self.entries.len() {
            let hash = self.entries.get(index).map_or(0, |entry| entry.hash);
            if let Err(slot) = self.number(hash, |_| false)
                && let Some(place) = self.slots.get_mut(slot)
            {
                *place = index + 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Level, Policy, RcpServices};

    fn evaluator(action: &str) -> Evaluator {
        let document = format!(r#"{{"Statement": {{"Effect": "Deny", "Action": "{action}", "Resource": "*"}}}}"#);
        let policy = Policy::new("", Document::parse(&document).unwrap());
        Evaluator::guardrails(&[Level { target: "".into(), policies: vec![policy] }], &[], RcpServices::default())
    }

    #[test]
    fn remembers_many_actions_and_forgets_another_evaluators() {
        let (gets, puts) = (evaluator("s3:Get*"), evaluator("s3:Put*"));
        let mut memo = Memo::default();
        let denies = |memo: &mut Memo, evaluator: &Evaluator, name: &str| memo.action(evaluator, name).unwrap().denies.len();
        for _ in 0..2 {
            for index in 0..1000 {
                assert_eq!(denies(&mut memo, &gets, &format!("s3:Get{index}")), 1);
                assert_eq!(denies(&mut memo, &gets, &format!("s3:Put{index}")), 0);
            }
        }
        assert_eq!(memo.entries.len(), 2000);
        assert_eq!(denies(&mut memo, &puts, "s3:Put1"), 1);
        assert_eq!(memo.entries.len(), 1);
    }
}
