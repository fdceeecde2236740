//! A plan's steps, found by name and by account.

use super::serves::named_in;
use orgkit_model::{AccountId, Action, Plan, Step, StepClass, StepId};
use orgkit_sim::Seen;
use std::collections::BTreeMap;

/// The steps of a plan by place, name and account.
#[derive(Debug)]
pub struct Index {
    pub(crate) steps: Vec<Step>,
    /// The wave of each step, from 0.
    pub(crate) waves: Vec<usize>,
    places: BTreeMap<StepId, usize>,
    of_account: BTreeMap<AccountId, Vec<usize>>,
    of_nobody: Vec<usize>,
}

impl Index {
    /// The steps of a plan.
    pub(crate) fn new(plan: &Plan) -> Self {
        let mut index =
            Self { steps: Vec::new(), waves: Vec::new(), places: BTreeMap::new(), of_account: BTreeMap::new(), of_nobody: Vec::new() };
        for (wave, steps) in plan.waves.iter().map(|wave| &wave.steps).enumerate() {
            for step in steps {
                let place = index.steps.len();
                index.places.insert(step.id.clone(), place);
                match &step.account {
                    Some(account) => index.of_account.entry(account.clone()).or_default().push(place),
                    None => index.of_nobody.push(place),
                }
                index.waves.push(wave);
                index.steps.push(step.clone());
            }
        }
        index
    }

    /// The place of a step.
    pub(crate) fn place(&self, id: &StepId) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The steps of an account, with their places.
    pub(crate) fn of(&self, account: &AccountId) -> impl Iterator<Item = (usize, &Step)> {
        let places = self.of_account.get(account).into_iter().flatten();
        places.filter_map(|place| Some((*place, self.steps.get(*place)?)))
    }

    /// An account's step that does a thing.
    pub(crate) fn find(&self, account: &AccountId, does: fn(&Action) -> bool) -> Option<(usize, &Step)> {
        self.of(account).find(|(_, step)| does(&step.action))
    }

    /// An account's points of no return.
    pub(crate) fn points_of_no_return(&self, account: &AccountId) -> impl Iterator<Item = usize> {
        self.of(account).filter(|(_, step)| step.class == StepClass::PointOfNoReturn).map(|(place, _)| place)
    }

    /// The steps that a call may be about: those of the accounts that make it or are named in it, and those of no account. A list that a
    /// management account asks for names nobody, and is about all.
    pub(crate) fn about(&self, seen: &Seen<'_>) -> Vec<usize> {
        let ids = named_in(&seen.call.input).filter_map(|id| id.parse::<AccountId>().ok());
        let mut named: Vec<AccountId> = ids.chain([seen.caller.account.clone()]).filter(|id| self.of_account.contains_key(id)).collect();
        if named.is_empty() && seen.call.operation.starts_with("List") {
            return (0..self.steps.len()).collect();
        }
        named.sort();
        named.dedup();
        let mut places: Vec<usize> = named.iter().filter_map(|id| self.of_account.get(id)).flatten().copied().collect();
        places.extend(&self.of_nobody);
        places
    }
}
