//! The state of a run, derived from its journal by one pure function that serves live writes, recovery, reports and tests alike.

use crate::{
    AccountId, Action, Approval, Digest, Entry, ErrorClass, Event, Opening, Picture, Proof, Step, StepClass, StepId, StepResult, Verified,
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Where a step stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepState {
    /// Nothing was written about it.
    Waiting,
    /// An act may have left; nobody has looked since.
    Intended,
    /// It was looked at: whether its goal holds.
    Observed {
        /// Whether the goal holds.
        holds: bool,
    },
    /// Done.
    Done(StepResult),
    /// The last try failed.
    Failed {
        /// How the error is to be met.
        class: ErrorClass,
        /// The error's code.
        code: String,
        /// What went wrong.
        message: String,
    },
}

/// What the journal says of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRecord {
    /// Where it stands.
    pub state: StepState,
    /// How often an act left for it.
    pub intents: u32,
    /// What the last look saw.
    pub seen: Option<String>,
    /// The operations of the last look.
    pub calls: Vec<String>,
    /// What packs said, when the step is a proof.
    pub proofs: Vec<Proof>,
    /// When it was first written about.
    pub began: Option<Timestamp>,
    /// When it was done.
    pub ended: Option<Timestamp>,
}

impl StepRecord {
    fn new() -> Self {
        Self { state: StepState::Waiting, intents: 0, seen: None, calls: Vec::new(), proofs: Vec::new(), began: None, ended: None }
    }

    /// Whether the step is done.
    pub fn is_done(&self) -> bool {
        matches!(self.state, StepState::Done(_))
    }
}

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
    pub opening: Option<Opening>,
    /// The digest of the plan in `opening`.
    pub plan_digest: Option<Digest>,
    /// Who approved it.
    pub approval: Option<Approval>,
    /// What is known of each step of the plan.
    pub steps: BTreeMap<StepId, StepRecord>,
    /// The accounts in the order in which they joined the target.
    pub joined: Vec<AccountId>,
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

    /// Whether every step is done.
    pub fn all_done(&self) -> bool {
        self.opening.is_some() && self.steps.values().all(StepRecord::is_done)
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

    /// Says why an entry cannot come next, without taking it in.
    pub fn check(&self, entry: &Entry) -> Result<(), String> {
        if entry.seq != self.last_seq + 1 {
            return Err(format!("expected entry {}", self.last_seq + 1));
        }
        if entry.generation < self.generation.max(1) {
            return Err(format!("generation {} wrote already", self.generation));
        }
        if self.opening.is_some() == matches!(entry.event, Event::Opened(_)) {
            return Err("a journal opens once, with its first entry".to_owned());
        }
        match &entry.event {
            Event::Opened(_) | Event::Stopped { .. } => Ok(()),
            Event::Approved { digest, .. } if self.plan_digest.as_ref() == Some(digest) => Ok(()),
            Event::Approved { .. } => Err("the approval names another plan".to_owned()),
            Event::Intent { step } => self.check_intent(step),
            Event::Observed { step, .. } | Event::Failed { step, .. } => self.check_open(step),
            Event::Done { step, result } => self.check_done(step, result),
            Event::Verified { .. } if self.all_done() => Ok(()),
            Event::Verified { .. } => Err("steps are left to do".to_owned()),
            Event::Finished if self.verification.as_ref().is_some_and(|last| last.accounts.iter().all(|account| account.ok)) => Ok(()),
            Event::Finished => Err("it was not verified".to_owned()),
        }
    }

    /// The step of that name in the plan.
    pub fn step(&self, id: &StepId) -> Option<&Step> {
        let (wave, place) = self.places.get(id)?;
        self.opening.as_ref()?.plan.waves.get(*wave)?.steps.get(*place)
    }

    fn planned(&self, id: &StepId) -> Result<(&Step, &StepRecord), String> {
        self.step(id).zip(self.steps.get(id)).ok_or_else(|| format!("the plan has no step `{id}`"))
    }

    /// A wave begins when those before it are done.
    fn check_wave(&self, id: &StepId) -> Result<(), String> {
        let wave = self.places.get(id).map_or(0, |(wave, _)| *wave);
        match self.left.iter().take(wave).position(|left| *left > 0) {
            Some(open) => Err(format!("`{id}` is in wave {}, and wave {} is not done", wave + 1, open + 1)),
            None => Ok(()),
        }
    }

    fn check_open(&self, id: &StepId) -> Result<(), String> {
        let (step, record) = self.planned(id)?;
        if self.approval.is_none() {
            return Err("the plan is not approved".to_owned());
        }
        if record.is_done() {
            return Err(format!("`{id}` is done"));
        }
        self.check_wave(id)?;
        match step.after.iter().find(|before| !self.steps.get(*before).is_some_and(StepRecord::is_done)) {
            Some(before) => Err(format!("`{id}` comes after `{before}`, which is not done")),
            None => Ok(()),
        }
    }

    fn check_intent(&self, id: &StepId) -> Result<(), String> {
        self.check_open(id)?;
        match self.planned(id)?.1.state {
            StepState::Intended => Err(format!("`{id}` may have acted already, and nobody has looked")),
            StepState::Failed { class: ErrorClass::Ambiguous, .. } => {
                Err(format!("`{id}` may have acted, and nobody has looked since it failed"))
            }
            StepState::Observed { holds: true } => Err(format!("`{id}` was seen to hold")),
            _ => Ok(()),
        }
    }

    fn check_done(&self, id: &StepId, result: &StepResult) -> Result<(), String> {
        self.check_open(id)?;
        let (step, record) = self.planned(id)?;
        let by_person = matches!(result, StepResult::PassedBy { .. } | StepResult::Assumed { .. });
        match (step.class, &record.state) {
            (StepClass::Human, _) => Ok(()),
            (_, StepState::Observed { holds: true }) if !by_person => Ok(()),
            _ => Err(format!("`{id}` was not seen to hold")),
        }
    }

    fn take(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::Opened(opening) => {
                self.plan_digest = Some(opening.plan.digest());
                self.steps = opening.plan.steps().map(|step| (step.id.clone(), StepRecord::new())).collect();
                for (wave, steps) in opening.plan.waves.iter().map(|wave| &wave.steps).enumerate() {
                    self.places.extend(steps.iter().enumerate().map(|(place, step)| (step.id.clone(), (wave, place))));
                    self.left.push(steps.len());
                }
                self.opening = Some((**opening).clone());
            }
            Event::Approved { by, .. } => self.approval = Some(by.clone()),
            Event::Intent { step } => self.update(step, at, |record| {
                record.state = StepState::Intended;
                record.intents += 1;
            }),
            Event::Observed { step, holds, seen, calls, proofs } => self.update(step, at, |record| {
                record.state = StepState::Observed { holds: *holds };
                record.seen = Some(seen.clone());
                record.calls.clone_from(calls);
                record.proofs.clone_from(proofs);
            }),
            Event::Done { step, result } => {
                self.update(step, at, |record| {
                    record.state = StepState::Done(result.clone());
                    record.ended = Some(at);
                });
                if let Some(left) = self.places.get(step).and_then(|(wave, _)| self.left.get_mut(*wave)) {
                    *left = left.saturating_sub(1);
                }
                self.note_joined(step);
            }
            Event::Failed { step, class, code, message } => self.update(step, at, |record| {
                record.state = StepState::Failed { class: *class, code: code.clone(), message: message.clone() };
            }),
            Event::Stopped { reason } => self.stopped = Some(reason.clone()),
            Event::Verified { accounts, after, proofs } => {
                self.verification = Some(Verification { at, accounts: accounts.clone(), after: after.clone(), proofs: proofs.clone() });
            }
            Event::Finished => self.finished = Some(at),
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
