//! Executors that leave something out, and a plan in the wrong order: each is noticed, or what notices nothing is worth nothing.

use crate::plans::Prepared;
use crate::stage::Violation;
use crate::swarm::{self, Manner};
use orgkit_execute::Discipline;
use orgkit_model::{AccountId, Action, Opening, Step};

/// Something that is wrong on purpose.
#[derive(Debug, Clone, Copy)]
pub struct Mutant {
    /// What is wrong.
    pub name: &'static str,
    /// How seeds are run with it.
    pub manner: Manner,
}

const FULL: Discipline = Discipline::FULL;
const PLAIN: Manner = Manner { discipline: FULL, spoil: None, trace: false };

/// All of them.
pub const MUTANTS: &[Mutant] = &[
    Mutant { name: "acts again without looking first", manner: Manner { discipline: Discipline { reconcile: false, ..FULL }, ..PLAIN } },
    Mutant {
        name: "acts before the intent is durable",
        manner: Manner { discipline: Discipline { intent_first: false, ..FULL }, ..PLAIN },
    },
    Mutant { name: "trusts the reply of a write", manner: Manner { discipline: Discipline { look_after: false, ..FULL }, ..PLAIN } },
    Mutant { name: "ignores that the lease is lost", manner: Manner { discipline: Discipline { heed_lease: false, ..FULL }, ..PLAIN } },
    Mutant { name: "accepts before it prepares", manner: Manner { spoil: Some(accept_first), ..PLAIN } },
];

/// The first seed that notices a mutant, with what it noticed; `None` when none of them does.
pub fn noticed(plans: &[Prepared], mutant: &Mutant, seeds: std::ops::RangeInclusive<u64>) -> Option<(u64, Violation)> {
    seeds.into_iter().find_map(|seed| Some((seed, swarm::run(plans, seed, mutant.manner).violations.into_iter().next()?)))
}

/// The plan with each account's invitation and acceptance before its preparation.
fn accept_first(opening: &Opening) -> Opening {
    let mut opening = opening.clone();
    for wave in &mut opening.plan.waves {
        for account in wave.accounts.clone() {
            swap(&mut wave.steps, &account);
        }
    }
    opening
}

fn swap(steps: &mut Vec<Step>, account: &AccountId) {
    let is_of = |step: &Step| step.account.as_ref() == Some(account);
    let joins = |step: &Step| is_of(step) && matches!(step.action, Action::Invite | Action::Accept);
    let Some(first) = steps.iter().position(is_of) else { return };
    let (mut joining, mut others): (Vec<Step>, Vec<Step>) = steps.drain(..).partition(joins);
    let accept = joining.iter().find(|step| step.action == Action::Accept).map(|step| step.id.clone());
    if let Some(invite) = joining.first_mut() {
        invite.after.clear();
    }
    // What prepared the account comes once it has moved.
    let prepares = |step: &Step| matches!(step.action, Action::OpenAccess { .. } | Action::DeregisterDelegatedAdministrator { .. });
    for step in others.iter_mut().filter(|step| is_of(step) && prepares(step)) {
        step.after.extend(accept.clone());
    }
    let tail = others.split_off(first.min(others.len()));
    others.append(&mut joining);
    others.extend(tail);
    *steps = others;
}
