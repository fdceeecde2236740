//! Which entry may follow which: the one set of rules for live writes, recovery and tests.

use super::{Run, StepRecord, StepState};
use crate::{Amendment, Entry, Event, Step, StepClass, StepId, StepResult};

impl Run {
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
            Event::Lease { .. } if entry.generation > self.generation => Ok(()),
            Event::Lease { .. } => Err(format!("generation {} holds the journal already", self.generation)),
            Event::Approved { digest, .. } if self.plan_digest.as_ref() == Some(digest) => Ok(()),
            Event::Approved { .. } => Err("the approval names another plan".to_owned()),
            Event::Began { wave, .. } => self.check_began(wave),
            Event::Intent { step } => self.check_intent(step),
            Event::Observed { step, .. } | Event::Failed { step, .. } => self.check_active(step),
            Event::Done { step, result } => self.check_done(step, result),
            Event::Stuck { step, .. } => self.check_active(step),
            Event::Cleared { step, .. } if self.planned(step)?.1.is_stuck() => Ok(()),
            Event::Cleared { step, .. } => Err(format!("`{step}` is not stuck")),
            Event::Excused { account, .. } if self.is_excused(account) => Err(format!("{account} is excused already")),
            Event::Excused { account, .. } if self.steps_of(account).next().is_none() => Err(format!("the plan does not move {account}")),
            Event::Excused { .. } => self.check_approved(),
            Event::Undoing { step } => self.check_undoing(step),
            Event::Undone { step, .. } => self.check_undone(step),
            Event::Amended(amendment) => self.check_amended(amendment),
            Event::Verified { .. } if self.all_done() => Ok(()),
            Event::Verified { .. } => Err("steps are left to do".to_owned()),
            Event::Finished if !self.all_done() => Err("steps are left to do".to_owned()),
            Event::Finished if self.verification.as_ref().is_some_and(|last| last.accounts.iter().all(|account| account.ok)) => Ok(()),
            Event::Finished => Err("it was not verified".to_owned()),
        }
    }

    fn planned(&self, id: &StepId) -> Result<(&Step, &StepRecord), String> {
        self.step(id).zip(self.steps.get(id)).ok_or_else(|| format!("the plan has no step `{id}`"))
    }

    fn check_approved(&self) -> Result<(), String> {
        if self.approval.is_some() { Ok(()) } else { Err("the plan is not approved".to_owned()) }
    }

    fn check_began(&self, name: &str) -> Result<(), String> {
        self.check_approved()?;
        match self.waves().position(|wave| wave.name == name) {
            Some(wave) => self.check_waves_before(wave, name),
            None => Err(format!("the plan has no wave `{name}`")),
        }
    }

    /// A wave begins when those before it are done. What was added to the plan waits for nothing but its own steps.
    fn check_waves_before(&self, wave: usize, what: &str) -> Result<(), String> {
        if wave >= self.planned_waves() {
            return Ok(());
        }
        match self.left.iter().take(wave).position(|left| *left > 0) {
            Some(open) => Err(format!("`{what}` is in wave {}, and wave {} is not done", wave + 1, open + 1)),
            None => Ok(()),
        }
    }

    /// Whether a step's turn has come, and it is neither done nor stuck.
    fn check_open(&self, id: &StepId) -> Result<(), String> {
        let (step, record) = self.planned(id)?;
        self.check_approved()?;
        if record.is_done() {
            return Err(format!("`{id}` is done"));
        }
        if record.is_stuck() {
            return Err(format!("`{id}` is stuck until a person clears it"));
        }
        if self.is_out(id) {
            return Err(format!("`{id}` is of an account that the plan goes on without"));
        }
        self.check_waves_before(self.places.get(id).map_or(0, |(wave, _)| *wave), &id.0)?;
        match step.after.iter().find(|before| !self.steps.get(*before).is_some_and(StepRecord::is_done)) {
            Some(before) => Err(format!("`{id}` comes after `{before}`, which is not done")),
            None => Ok(()),
        }
    }

    /// Whether a step is being done or undone.
    fn check_active(&self, id: &StepId) -> Result<(), String> {
        match self.planned(id)?.1 {
            record if record.is_stuck() => Err(format!("`{id}` is stuck until a person clears it")),
            StepRecord { state: StepState::Undoing { .. }, .. } => Ok(()),
            _ => self.check_open(id),
        }
    }

    fn check_intent(&self, id: &StepId) -> Result<(), String> {
        self.check_open(id)?;
        let record = self.planned(id)?.1;
        match record.state {
            StepState::Undoing { .. } => Err(format!("`{id}` is being undone")),
            StepState::Observed { holds: true } => Err(format!("`{id}` was seen to hold")),
            _ if record.may_have_acted() => Err(format!("`{id}` may have acted already, and nobody has looked")),
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

    /// Only what this run did is undone, the last thing first, and never twice without looking in between.
    fn check_undoing(&self, id: &StepId) -> Result<(), String> {
        self.check_approved()?;
        let record = self.planned(id)?.1;
        match record.state {
            _ if record.is_stuck() => Err(format!("`{id}` is stuck until a person clears it")),
            StepState::Undoing { looked: true } => Ok(()),
            StepState::Undoing { looked: false } => Err(format!("`{id}` may have been undone already, and nobody has looked")),
            _ if record.intents == 0 => Err(format!("this run did not do `{id}`")),
            StepState::Intended => Err(format!("`{id}` may have acted, and nobody has looked")),
            StepState::Waiting | StepState::Undone => Err(format!("there is nothing to undo of `{id}`")),
            _ => match self.follower(id) {
                Some(later) => Err(format!("`{later}`, which comes after `{id}`, has to be undone first")),
                None => Ok(()),
            },
        }
    }

    fn check_undone(&self, id: &StepId) -> Result<(), String> {
        match self.planned(id)?.1.state {
            StepState::Undoing { .. } => Ok(()),
            _ => Err(format!("`{id}` is not being undone")),
        }
    }

    /// A step that rests on this one and that this run did.
    fn follower(&self, id: &StepId) -> Option<&StepId> {
        let account = self.step(id)?.account.as_ref();
        let rests = |step: &&Step| step.after.contains(id) && step.account.as_ref() == account;
        let acted = |step: &&Step| self.steps.get(&step.id).is_some_and(|record| record.is_done() && record.intents > 0);
        self.waves().flat_map(|wave| &wave.steps).filter(rests).find(acted).map(|step| &step.id)
    }

    fn check_amended(&self, amendment: &Amendment) -> Result<(), String> {
        self.check_approved()?;
        if let Some(known) = amendment.wave.steps.iter().find(|step| self.steps.contains_key(&step.id)) {
            return Err(format!("there is a step `{}` already", known.id));
        }
        match self.steps_of(&amendment.account).find(|step| self.steps.get(&step.id).is_some_and(StepRecord::may_have_acted)) {
            Some(step) => Err(format!("`{}` may have acted, and nobody has looked", step.id)),
            None => Ok(()),
        }
    }
}
