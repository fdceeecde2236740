//! The state of a run, derived from its journal by one pure function that serves live writes, recovery, reports and tests alike.

mod check;
mod record;

pub use record::{StepRecord, StepState};

use crate::{AccountId, Action, Amendment, Approval, Digest, Entry, Event, Opening, Picture, Proof, Step, StepId, Verified, Wave};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The last verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// When.
    pub at: Timestamp,
    /// What was found per account.
    pub accounts: Vec<Verified>,
    /// How things stood.
    pub after: Picture,
    /// What the packs said.
    pub proofs: Vec<Proof>,
}

/// An event that cannot follow what came before: the journal is corrupt, or the writer has a bug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {seq} cannot follow what came before it: {why}")]
pub struct IllegalEvent {
    /// The entry.
    pub seq: u64,
    /// Why.
    pub why: String,
}

/// The state of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// What it started from.
    pub opening: Option<Arc<Opening>>,
    /// The digest of the plan in `opening`.
    pub plan_digest: Option<Digest>,
    /// Who approved it.
    pub approval: Option<Approval>,
    /// What is known of each step of the plan.
    pub steps: BTreeMap<StepId, StepRecord>,
    /// The waves that have begun, by name.
    pub begun: BTreeMap<String, Timestamp>,
    /// The accounts that a person lets the plan go on without, with that person's words.
    pub excused: BTreeMap<AccountId, String>,
    /// What was added to the plan, in its order.
    pub amendments: Vec<Amendment>,
    /// The accounts in the order in which they joined the target.
    pub joined: Vec<AccountId>,
    /// Who holds the journal, as the last lease says.
    pub holder: Option<String>,
    /// Why it stopped, when the last thing it did was to stop.
    pub stopped: Option<String>,
    /// The last verification.
    pub verification: Option<Verification>,
    /// When it finished.
    pub finished: Option<Timestamp>,
    /// The number of the last entry.
    pub last_seq: u64,
    /// The generation of the last entry.
    pub generation: u64,
    /// When the first and the last entry were written.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Where each step stands in the plan: wave and place.
    places: BTreeMap<StepId, (usize, usize)>,
    /// How many steps of each wave are left to do.
    left: Vec<usize>,
}

impl Run {
    /// The run that a whole journal describes.
    pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<Self, IllegalEvent> {
        let mut run = Self::default();
        for entry in entries {
            run.apply(entry)?;
        }
        Ok(run)
    }

    /// The step of the plan, with its record.
    pub fn record(&self, id: &StepId) -> Option<&StepRecord> {
        self.steps.get(id)
    }

    /// The waves of the plan, and those that were added to it.
    pub fn waves(&self) -> impl Iterator<Item = &Wave> {
        let planned = self.opening.iter().flat_map(|opening| &opening.plan.waves);
        planned.chain(self.amendments.iter().map(|amendment| &amendment.wave))
    }

    /// The step of that name, in the plan or what was added to it.
    pub fn step(&self, id: &StepId) -> Option<&Step> {
        let (wave, place) = self.places.get(id)?;
        let planned = self.planned_waves();
        let wave = match wave.checked_sub(planned) {
            Some(added) => &self.amendments.get(added)?.wave,
            None => self.opening.as_ref()?.plan.waves.get(*wave)?,
        };
        wave.steps.get(*place)
    }

    /// The steps of an account in the plan itself.
    pub fn steps_of<'a>(&'a self, account: &'a AccountId) -> impl Iterator<Item = &'a Step> {
        let steps = self.opening.iter().flat_map(|opening| opening.plan.steps());
        steps.filter(move |step| step.account.as_ref() == Some(account))
    }

    /// Whether the plan goes on without an account.
    pub fn is_excused(&self, account: &AccountId) -> bool {
        self.excused.contains_key(account)
    }

    /// How many steps of each wave are left to do, those of excused accounts aside.
    pub fn left(&self) -> &[usize] {
        &self.left
    }

    /// Whether every step is done, those of excused accounts aside.
    pub fn all_done(&self) -> bool {
        self.opening.is_some() && self.left.iter().all(|left| *left == 0)
    }

    /// Takes one entry in, or refuses it and stays as it was.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), IllegalEvent> {
        self.check(entry).map_err(|why| IllegalEvent { seq: entry.seq, why })?;
        self.last_seq = entry.seq;
        self.generation = entry.generation;
        self.span = Some((self.span.map_or(entry.at, |(first, _)| first), entry.at));
        if !matches!(entry.event, Event::Stopped { .. }) {
            self.stopped = None;
        }
        self.take(&entry.event, entry.at);
        Ok(())
    }

    fn planned_waves(&self) -> usize {
        self.opening.as_ref().map_or(0, |opening| opening.plan.waves.len())
    }

    /// Whether a step is of an account that the plan goes on without. Steps that were added are never.
    fn is_out(&self, id: &StepId) -> bool {
        let planned = self.places.get(id).is_some_and(|(wave, _)| *wave < self.planned_waves());
        planned && self.step(id).and_then(|step| step.account.as_ref()).is_some_and(|account| self.is_excused(account))
    }

    fn take(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::Opened(opening) => {
                self.plan_digest = Some(opening.plan.digest());
                opening.plan.waves.iter().for_each(|wave| self.add_wave(wave));
                self.opening = Some(Arc::clone(opening));
            }
            Event::Approved { by, .. } => self.approval = Some(by.clone()),
            Event::Lease { holder } => self.holder = Some(holder.clone()),
            Event::Began { wave, .. } => {
                self.begun.entry(wave.clone()).or_insert(at);
            }
            Event::Excused { account, note } => self.excuse(account, note),
            Event::Amended(amendment) => {
                let note = format!("goes another way: {}", amendment.wave.name);
                if !self.is_excused(&amendment.account) {
                    self.excuse(&amendment.account, &note);
                }
                self.add_wave(&amendment.wave);
                self.amendments.push((**amendment).clone());
                (self.finished, self.verification) = (None, None);
            }
            Event::Stopped { reason } => self.stopped = Some(reason.clone()),
            Event::Verified { accounts, after, proofs } => {
                self.verification = Some(Verification { at, accounts: accounts.clone(), after: after.clone(), proofs: proofs.clone() });
            }
            Event::Finished => self.finished = Some(at),
            of_step => self.take_step(of_step, at),
        }
    }

    fn take_step(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::Intent { step } => self.update(step, at, |record| {
                record.state = StepState::Intended;
                record.intents += 1;
            }),
            Event::Observed { step, holds, seen, calls, proofs } => self.update(step, at, |record| {
                record.state = match record.state {
                    StepState::Undoing { .. } => StepState::Undoing { looked: true },
                    _ => StepState::Observed { holds: *holds },
                };
                record.seen = Some(seen.clone());
                record.calls.clone_from(calls);
                record.proofs.clone_from(proofs);
            }),
            Event::Done { step, result } => {
                self.update(step, at, |record| {
                    record.state = StepState::Done(result.clone());
                    record.ended = Some(at);
                });
                self.count(step, |left| left.saturating_sub(1));
                self.note_joined(step);
            }
            Event::Failed { step, class, code, message } => self.update(step, at, |record| {
                if !matches!(record.state, StepState::Undoing { .. }) {
                    record.state = StepState::Failed { class: *class, code: code.clone(), message: message.clone() };
                }
            }),
            Event::Stuck { step, runbook } => self.update(step, at, |record| record.stuck = Some(runbook.clone())),
            Event::Cleared { step, .. } => self.update(step, at, StepRecord::clear),
            Event::Undoing { step } => {
                let was_done = self.record(step).is_some_and(StepRecord::is_done);
                self.update(step, at, |record| record.state = StepState::Undoing { looked: false });
                if was_done && !self.is_out(step) {
                    self.count(step, |left| left + 1);
                }
            }
            Event::Undone { step, seen, calls } => self.update(step, at, |record| {
                record.state = StepState::Undone;
                record.seen = Some(seen.clone());
                record.calls.clone_from(calls);
                record.ended = None;
            }),
            // INVARIANT: `take` has met all others.
            _ => {}
        }
    }

    fn add_wave(&mut self, wave: &Wave) {
        let number = self.left.len();
        self.steps.extend(wave.steps.iter().map(|step| (step.id.clone(), StepRecord::new())));
        self.places.extend(wave.steps.iter().enumerate().map(|(place, step)| (step.id.clone(), (number, place))));
        self.left.push(wave.steps.len());
    }

    /// From now on nothing waits for what was left to do for an account.
    fn excuse(&mut self, account: &AccountId, note: &str) {
        let open = |id: &&StepId| !self.steps.get(*id).is_some_and(StepRecord::is_done);
        let open: Vec<StepId> = self.steps_of(account).map(|step| &step.id).filter(open).cloned().collect();
        for step in open {
            self.count(&step, |left| left.saturating_sub(1));
        }
        self.excused.insert(account.clone(), note.to_owned());
    }

    fn count(&mut self, id: &StepId, change: impl FnOnce(usize) -> usize) {
        if let Some(left) = self.places.get(id).and_then(|(wave, _)| self.left.get_mut(*wave)) {
            *left = change(*left);
        }
    }

    fn update(&mut self, id: &StepId, at: Timestamp, change: impl FnOnce(&mut StepRecord)) {
        if let Some(record) = self.steps.get_mut(id) {
            record.began.get_or_insert(at);
            change(record);
        }
    }

    fn note_joined(&mut self, id: &StepId) {
        if let Some(Step { action: Action::Accept, account: Some(account), .. }) = self.step(id) {
            let account = account.clone();
            self.joined.push(account);
        }
    }
}
