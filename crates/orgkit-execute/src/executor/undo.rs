//! Taking steps back: the last one first, each looked at before and after.

use super::step::StepEnd;
use super::{Executor, Work, opening_of, spans};
use crate::{Clock, Ended, ExecuteError, Gates, Journal, JournalStore, Progress, Witness};
use orgkit_cloud::CloudChange;
use orgkit_model::{AccountId, Event, Step, StepState};
use tracing::Instrument;

impl<C: CloudChange, K: Clock, G: Gates, W: Witness> Executor<'_, C, K, G, W> {
    /// Takes back what this run did for an account, the last step first.
    ///
    /// # Errors
    /// A journal that failed: nothing further was done.
    pub async fn undo<S: JournalStore>(&self, journal: &Journal<S>, account: &AccountId) -> Result<Ended, ExecuteError> {
        let Some(opening) = opening_of(journal) else {
            return Ok(Ended::Stopped { reason: "the journal holds no plan".to_owned() });
        };
        let plan = &opening.plan;
        self.reopen_access(journal, plan);
        let work = self.work(journal, plan);
        let steps: Vec<&Step> = plan.steps().filter(|step| step.account.as_ref() == Some(account)).collect();
        for step in steps.into_iter().rev() {
            if (self.stop)() {
                return work.close(Ended::Stopped { reason: "asked to stop".to_owned() }).await;
            }
            if let StepEnd::Ended(ended) = work.alone(work.drive_undo(step).instrument(spans::step(step))).await? {
                return work.close(ended).await;
            }
        }
        Ok(Ended::Until { what: format!("what was done for {account} is undone") })
    }
}

impl<C: CloudChange, K: Clock, G: Gates, W: Witness, S: JournalStore> Work<'_, C, K, G, W, S> {
    async fn drive_undo(&self, step: &Step) -> Result<StepEnd, ExecuteError> {
        let mut waits = self.waits();
        loop {
            if self.intents(step) == 0 || matches!(self.state(step), None | Some(StepState::Undone | StepState::Waiting)) {
                return Ok(StepEnd::Done);
            }
            let error = match self.undo_once(step).await? {
                Ok(true) => return Ok(StepEnd::Done),
                Ok(false) => {
                    if let Some(ended) = self.pause(step, "its effect to go", &mut waits).await {
                        return Ok(StepEnd::Ended(ended));
                    }
                    waits.tries += 1;
                    if waits.tries >= self.on.tuning.tries {
                        return Ok(super::step::stopped(format!("the effect of `{}` does not go yet", step.id)));
                    }
                    continue;
                }
                Err(error) => error,
            };
            if let Some(end) = self.meet(step, error, &mut waits, false).await? {
                return Ok(end);
            }
        }
    }

    /// Looks, acts if it is not undone yet, and looks again: whether it is undone.
    async fn undo_once(&self, step: &Step) -> Result<Result<bool, orgkit_cloud::CloudError>, ExecuteError> {
        // An act whose outcome nobody knows is looked at first, as whenever a run goes on.
        if matches!(self.state(step), Some(state) if !matches!(state, StepState::Undoing { .. })) && self.may_have_acted(step) {
            match self.site.look(step).await {
                Ok(look) => self.observed(step, look, Vec::new()).await?,
                Err(error) => return Ok(Err(error)),
            }
        }
        let look = match self.site.look_undone(step).await {
            Ok(look) => look,
            Err(error) => return Ok(Err(error)),
        };
        if !look.holds {
            if matches!(self.state(step), Some(StepState::Undoing { looked: false })) {
                self.observed(step, look, Vec::new()).await?;
            }
            let _turn = self.turn.lock().await;
            self.journal.hold(self.on.clock.now()).await?;
            self.write(Event::Undoing { step: step.id.clone() }).await?;
            if let Err(error) = self.site.undo(step).await {
                return Ok(Err(error));
            }
        } else if !matches!(self.state(step), Some(StepState::Undoing { .. })) {
            self.write(Event::Undoing { step: step.id.clone() }).await?;
        }
        match self.site.look_undone(step).await {
            Ok(look) if look.holds => {
                self.write(Event::Undone { step: step.id.clone(), seen: look.seen, calls: look.calls }).await?;
                (self.on.watch)(Progress::Undone { step });
                Ok(Ok(true))
            }
            Ok(_) => Ok(Ok(false)),
            Err(error) => Ok(Err(error)),
        }
    }

    fn state(&self, step: &Step) -> Option<StepState> {
        self.journal.run().record(&step.id).map(|record| record.state.clone())
    }
}
