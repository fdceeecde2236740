//! One call in all places.

use super::comparer::Comparer;
use super::context::{Asked, Owner, moving, owner, place, request};
use crate::cloudtrail::{Call, Operation, Resource};
use crate::evaluate::{Evaluator, Explanation, GotThrough, Memo, Verdict};
use crate::request::Request;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a move does to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It was let through and will not be.
    NewlyDenied,
    /// It depends on what is not on record.
    Unknown,
    /// It was stopped and will not be; whether it is then allowed is for identity and resource policies to say.
    NewlyAllowed,
    /// It got through, but the guardrails of both places stop it: those of the old place are newer than the call.
    DeniedInBoth,
}

/// The change of one action at one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Finding {
    /// Index of the side, from 1: the new place, the window.
    pub(super) side: usize,
    /// Index of the action.
    pub(super) action: usize,
    pub(super) change: Change,
}

/// Evaluators by the owner of the resource, then by side and whether SCPs apply.
#[derive(Debug, Default)]
pub(super) struct Chains {
    by_owner: BTreeMap<String, Vec<Option<Chain>>>,
}

#[derive(Debug)]
struct Chain {
    evaluator: Arc<Evaluator>,
    memo: Memo,
}

impl Chains {
    /// The chains that a call meets at a side.
    fn get(&mut self, comparer: &Comparer, side: usize, scps: bool, owner: Owner<'_>) -> Option<&mut Chain> {
        let account = match owner {
            Owner::Account(account) => account,
            Owner::NotOnRecord => "",
        };
        if !self.by_owner.contains_key(account) {
            self.by_owner.insert(account.to_owned(), Vec::new());
        }
        let slots = self.by_owner.get_mut(account)?;
        let slot = side * 2 + usize::from(scps);
        if slots.len() <= slot {
            slots.resize_with(slot + 1, || None);
        }
        let slot = slots.get_mut(slot)?;
        Some(slot.get_or_insert_with(|| Chain { evaluator: Arc::new(evaluator(comparer, side, scps, account)), memo: Memo::default() }))
    }
}

fn evaluator(comparer: &Comparer, side: usize, scps: bool, owner: &str) -> Evaluator {
    let own = comparer.seat(side, comparer.account()).filter(|_| scps);
    let rcps = comparer.seat(side, owner);
    Evaluator::guardrails(
        own.map_or(&[], |seat| seat.scps.as_slice()),
        rcps.map_or(&[], |seat| seat.rcps.as_slice()),
        comparer.services().clone(),
    )
}

/// What a move does to each action of a call, at every side where it does something.
pub(super) fn judge(
    comparer: &Comparer,
    chains: &mut Chains,
    call: &Call<'_>,
    operation: &Operation,
    resources: &[Resource<'_>],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for index in 0..operation.actions.len() {
        let Some(asked) = Asked::of(call, operation, resources, index) else { continue };
        let (is_own, owner) = (is_own(comparer, call), owner(comparer, call, asked.resource));
        let mut request = request(comparer, 0, asked);
        let decide = |chains: &mut Chains, side: usize, request: &Request| {
            let chain = chains.get(comparer, side, is_own, owner)?;
            Some(chain.evaluator.decide(request, &mut chain.memo))
        };
        let Some(old) = decide(chains, 0, &request) else { continue };
        for side in 1..comparer.sides().len() {
            place(comparer, side, call, owner, &mut request.context);
            let Some(new) = decide(chains, side, &request) else { continue };
            let mut settled = || again(comparer, chains, side, asked).map_or(new, |(verdict, _)| verdict);
            let new = if new == Verdict::Unknown && call.error.is_none() { settled() } else { new };
            findings.extend(change(call, old, new).map(|change| Finding { side, action: index, change }));
        }
    }
    findings
}

fn change(call: &Call<'_>, old: Verdict, new: Verdict) -> Option<Change> {
    let allowed_anew = old.is_denied() && new == Verdict::Allowed;
    if call.was_denied() || allowed_anew {
        return allowed_anew.then_some(Change::NewlyAllowed);
    }
    match (old.is_denied(), new) {
        (_, Verdict::Allowed) => None,
        (_, Verdict::Unknown) => Some(Change::Unknown),
        (true, _) => Some(Change::DeniedInBoth),
        // A call that was made was allowed, whatever is unknown of it.
        (false, _) => Some(Change::NewlyDenied),
    }
}

/// SCPs are those of the caller's account; another account's do not change.
fn is_own(comparer: &Comparer, call: &Call<'_>) -> bool {
    call.caller.account.as_deref() == Some(comparer.account())
}

/// The verdict in a new place, given that the call got through in the old one, and the keys that it still depends on.
fn again(comparer: &Comparer, chains: &mut Chains, side: usize, asked: Asked<'_>) -> Option<(Verdict, BTreeSet<String>)> {
    let (own, owner) = (is_own(comparer, asked.call), owner(comparer, asked.call, asked.resource));
    let (before, after) = (request(comparer, 0, asked), request(comparer, side, asked));
    let old = Arc::clone(&chains.get(comparer, 0, own, owner)?.evaluator);
    let new = Arc::clone(&chains.get(comparer, side, own, owner)?.evaluator);
    let passed = GotThrough { evaluator: &old, request: &before, moving: &moving(asked.call, owner) };
    Some(new.decide_again(&after, passed))
}

/// Why a call comes out as it does at a side, and the keys that it depends on.
pub(super) fn explain(comparer: &Comparer, chains: &mut Chains, side: usize, asked: Asked<'_>) -> Option<(Explanation, BTreeSet<String>)> {
    let request = request(comparer, side, asked);
    let evaluator =
        Arc::clone(&chains.get(comparer, side, is_own(comparer, asked.call), owner(comparer, asked.call, asked.resource))?.evaluator);
    let why = evaluator.explain(&request);
    let keys = match (why.verdict, asked.call.error.is_none()) {
        (Verdict::Unknown, true) => again(comparer, chains, side, asked)?.1,
        _ => why.unknown_keys.iter().cloned().collect(),
    };
    Some((why, keys))
}
