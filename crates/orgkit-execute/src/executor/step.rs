//! One step: look, intend, act, look again, record.

use super::tuning::later;
use super::{Work, cloud};
use crate::steps::{Look, runbook};
use crate::{Clock, Ended, ExecuteError, Gates, JournalError, JournalStore, Progress, Trouble, Witness};
use orgkit_cloud::{CloudChange, CloudError, ErrorClass};
use orgkit_model::{Action, Event, Proof, Step, StepResult};
use std::time::Duration;

/// What one step came to.
pub(super) enum StepEnd {
    /// It is done, and a read shows it.
    Done,
    /// The lane cannot go on.
    Ended(Ended),
}

/// How often a step was tried, and how long it waited.
pub(super) struct Waits {
    pub(super) tries: u32,
    next: Duration,
    waited: u64,
}

impl<C: CloudChange, K: Clock, G: Gates, W: Witness, S: JournalStore> Work<'_, C, K, G, W, S> {
    pub(super) async fn step(&self, step: &Step) -> Result<StepEnd, ExecuteError> {
        if let Some(runbook) = self.runbook_of(step) {
            let message = "it waits for a person".to_owned();
            return Ok(StepEnd::Ended(Ended::Stuck { troubles: vec![Trouble { step: step.id.clone(), message, runbook }] }));
        }
        if let Some(until) = step.not_before.filter(|until| *until > self.on.clock.now())
            && let Some(ended) = self.stay(step, until, "the time from which AWS allows it").await
        {
            return Ok(StepEnd::Ended(ended));
        }
        match &step.action {
            Action::Gate(gate) => self.gate(step, gate).await,
            Action::ProveBaseline => self.prove(step).await,
            _ => self.change(step).await,
        }
    }

    async fn change(&self, step: &Step) -> Result<StepEnd, ExecuteError> {
        let mut waits = self.waits();
        loop {
            let look = match self.look_before(step).await {
                Ok(look) => look,
                Err(error) => match self.meet(step, error, &mut waits, false).await? {
                    Some(end) => return Ok(end),
                    None => continue,
                },
            };
            if look.holds {
                return self.done(step, look).await;
            }
            if self.may_have_acted(step) || self.intents(step) > 0 {
                self.observed(step, look, Vec::new()).await?;
            }
            match self.act(step).await? {
                Ok(()) => return self.settle(step).await,
                Err(error) => {
                    // "Already in that state" is no failure when the goal holds.
                    if matches!(error.class, ErrorClass::Refused | ErrorClass::Fatal)
                        && let Ok(look) = self.site.look(step).await
                        && look.holds
                    {
                        return self.done(step, look).await;
                    }
                    if let Some(end) = self.meet(step, error, &mut waits, true).await? {
                        return Ok(end);
                    }
                }
            }
        }
    }

    /// Whoever may have acted looks before acting again; so does everybody else.
    async fn look_before(&self, step: &Step) -> Result<Look, CloudError> {
        if self.on.discipline.reconcile || !self.may_have_acted(step) {
            return self.site.look(step).await;
        }
        Ok(Look::new(false, "nobody looked", &[]))
    }

    /// Writes the intent, then makes the change. Changes to organizations take turns.
    async fn act(&self, step: &Step) -> Result<Result<(), CloudError>, ExecuteError> {
        let _turn = self.turn.lock().await;
        let intent = Event::Intent { step: step.id.clone() };
        if self.on.discipline.heed_lease {
            self.journal.hold(self.on.clock.now()).await?;
        }
        if self.on.discipline.intent_first {
            match self.write(intent).await {
                Err(ExecuteError::Journal(JournalError::Fenced { .. })) if !self.on.discipline.heed_lease => {}
                written => written?,
            }
        }
        let acted = self.site.act(step).await;
        tracing::debug!(ok = acted.is_ok(), "acted");
        Ok(acted)
    }

    /// Waits until an independent read shows the effect: success is never taken from the write's own answer.
    async fn settle(&self, step: &Step) -> Result<StepEnd, ExecuteError> {
        if !self.on.discipline.look_after {
            return self.done(step, Look::new(true, "the call succeeded", &[])).await;
        }
        let mut waits = self.waits();
        let mut last = None;
        // Control Tower works for minutes, and on one thing at a time.
        let looks = if matches!(step.action, Action::Enrol { .. }) { self.on.tuning.proofs } else { self.on.tuning.looks };
        for _ in 0..looks {
            match self.site.look(step).await {
                Ok(look) if look.holds => return self.done(step, look).await,
                Ok(look) => last = Some(look),
                Err(error) if error.class == ErrorClass::Retry => {}
                Err(error) => {
                    if let Some(end) = self.meet(step, error, &mut waits, false).await? {
                        return Ok(end);
                    }
                }
            }
            if let Some(ended) = self.pause(step, "its effect to show", &mut waits).await {
                return Ok(StepEnd::Ended(ended));
            }
        }
        let seen = last.as_ref().map_or_else(String::new, |look| format!(": {}", look.seen));
        if let Some(look) = last {
            self.observed(step, look, Vec::new()).await?;
        }
        Ok(stopped(format!("the effect of `{}` does not show yet{seen}", step.id)))
    }

    /// What an error means for the step: `None` to try again, after the wait that it asks for.
    pub(super) async fn meet(
        &self,
        step: &Step,
        error: CloudError,
        waits: &mut Waits,
        acted: bool,
    ) -> Result<Option<StepEnd>, ExecuteError> {
        if acted {
            self.failed(step, &error).await?;
        }
        if let Some(later) = later(&error) {
            if waits.waited < later.at_most {
                waits.waited += later.every;
                let until = self.after(Duration::from_secs(later.every));
                return Ok(self.stay(step, until, later.what).await.map(StepEnd::Ended));
            }
            return self.trouble(step, &error, acted).await.map(Some);
        }
        match error.class {
            ErrorClass::Retry | ErrorClass::Ambiguous if waits.tries + 1 < self.on.tuning.tries => {
                waits.tries += 1;
                Ok(self.pause(step, &error.message, waits).await.map(StepEnd::Ended))
            }
            ErrorClass::Retry | ErrorClass::Ambiguous => {
                Ok(Some(stopped(format!("`{}` was tried {} times: {}", step.id, self.on.tuning.tries, error.message))))
            }
            ErrorClass::Credentials => {
                self.halted.set(true);
                Ok(Some(StepEnd::Ended(Ended::Credentials { step: step.id.clone(), message: error.to_string() })))
            }
            ErrorClass::Refused | ErrorClass::Fatal => self.trouble(step, &error, acted).await.map(Some),
        }
    }

    /// As [`Work::meet`], for what a port said. Errors that are not the cloud's end the run.
    pub(super) async fn meet_port(&self, step: &Step, error: ExecuteError, waits: &mut Waits) -> Result<Option<StepEnd>, ExecuteError> {
        self.meet(step, cloud(error)?, waits, false).await
    }

    /// A person has to look after the step; so many of them, and no further account is begun.
    async fn trouble(&self, step: &Step, error: &CloudError, written: bool) -> Result<StepEnd, ExecuteError> {
        if !written {
            self.failed(step, error).await?;
        }
        let message = error.to_string();
        let runbook = runbook(self.site.plan, step, &message);
        self.write(Event::Stuck { step: step.id.clone(), runbook: runbook.clone() }).await?;
        (self.on.watch)(Progress::Stuck { step, runbook: &runbook });
        self.stuck.set(self.stuck.get() + 1);
        if self.stuck.get() >= self.on.tuning.failures {
            self.halted.set(true);
        }
        Ok(StepEnd::Ended(Ended::Stuck { troubles: vec![Trouble { step: step.id.clone(), message, runbook }] }))
    }

    pub(super) fn waits(&self) -> Waits {
        Waits { tries: 0, next: self.on.tuning.first_wait, waited: 0 }
    }

    /// Waits before the next try or look, longer each time. `Some` when the run is to end instead.
    pub(super) async fn pause(&self, step: &Step, reason: &str, waits: &mut Waits) -> Option<Ended> {
        let time = waits.next;
        waits.next = time.saturating_mul(2).min(self.on.tuning.longest_wait);
        self.stay(step, self.after(time), reason).await
    }

    /// Waits until a time. `Some` when that is longer than a run stays, or when somebody asks to stop.
    pub(super) async fn stay(&self, step: &Step, until: jiff::Timestamp, reason: &str) -> Option<Ended> {
        let time = Duration::try_from(until.duration_since(self.on.clock.now())).unwrap_or_default();
        if time > self.on.tuning.longest_stay {
            return Some(Ended::Scheduled { until, reason: reason.to_owned() });
        }
        tracing::debug!(%until, reason, "waiting");
        (self.on.watch)(Progress::Waiting { step, reason });
        self.timers.until(self.on.clock, until, &|| self.halting()).await;
        self.halting().then(|| Ended::Stopped { reason: format!("`{}` was waiting for {reason}", step.id) })
    }

    fn after(&self, time: Duration) -> jiff::Timestamp {
        self.on.clock.now().saturating_add(time).unwrap_or(jiff::Timestamp::MAX)
    }

    fn observation(step: &Step, look: Look, proofs: Vec<Proof>) -> Event {
        Event::Observed { step: step.id.clone(), holds: look.holds, seen: look.seen, calls: look.calls, proofs }
    }

    pub(super) async fn observed(&self, step: &Step, look: Look, proofs: Vec<Proof>) -> Result<(), ExecuteError> {
        self.write(Self::observation(step, look, proofs)).await
    }

    async fn done(&self, step: &Step, look: Look) -> Result<StepEnd, ExecuteError> {
        let result = if self.intents(step) > 0 { StepResult::Acted } else { StepResult::AlreadyThere };
        self.finish_seen(step, look, Vec::new(), result).await
    }

    /// What was seen and that the step is done are written as one.
    pub(super) async fn finish_seen(
        &self,
        step: &Step,
        look: Look,
        proofs: Vec<Proof>,
        result: StepResult,
    ) -> Result<StepEnd, ExecuteError> {
        let done = Event::Done { step: step.id.clone(), result };
        self.journal.append_all(self.on.clock.now(), vec![Self::observation(step, look, proofs), done]).await?;
        Ok(StepEnd::Done)
    }

    pub(super) async fn finish(&self, step: &Step, result: StepResult) -> Result<StepEnd, ExecuteError> {
        self.write(Event::Done { step: step.id.clone(), result }).await?;
        Ok(StepEnd::Done)
    }

    async fn failed(&self, step: &Step, error: &CloudError) -> Result<(), ExecuteError> {
        let code = error.reason.clone().or_else(|| error.code.clone()).unwrap_or_else(|| "NoAnswer".to_owned());
        self.write(Event::Failed { step: step.id.clone(), class: error.class, code, message: error.to_string() }).await
    }
}

pub(super) fn stopped(reason: String) -> StepEnd {
    StepEnd::Ended(Ended::Stopped { reason })
}
