//! The step machine: look, intend, act, look again, record; for the accounts of a wave side by side.

mod budget;
mod gate;
mod spans;
mod step;
mod timers;
mod tuning;
mod undo;
mod wave;

pub use tuning::{Discipline, Extent, Tuning};

use crate::steps::Site;
use crate::{Clock, Ended, ExecuteError, Gates, Journal, JournalStore, Progress, Witness, verify, verify_return};
use futures_util::lock::Mutex;
use orgkit_cloud::{Access, CloudChange, CloudError, ErrorClass};
use orgkit_model::{
    AccountId, Action, Amendment, Event, Opening, OrganizationSnapshot, Picture, Plan, Proof, Step, StepId, StepRecord, Verified, Wave,
};
use std::cell::Cell;
use std::sync::Arc;
use timers::Timers;
use tracing::Instrument;

/// Carries out the plan of a journal.
pub struct Executor<'a, C, K, G, W> {
    /// The clouds.
    pub cloud: &'a C,
    /// Time.
    pub clock: &'a K,
    /// People.
    pub gates: &'a G,
    /// Independent eyes.
    pub witness: &'a W,
    /// Patience.
    pub tuning: Tuning,
    /// How far to go.
    pub extent: Extent,
    /// What is never left out.
    pub discipline: Discipline,
    /// Whether somebody asked to stop.
    pub stop: &'a dyn Fn() -> bool,
    /// Whoever watches.
    pub watch: &'a dyn Fn(Progress<'_>),
}

/// One run of an executor: what its lanes share.
struct Work<'w, C, K, G, W, S> {
    on: &'w Executor<'w, C, K, G, W>,
    journal: &'w Journal<S>,
    site: Site<'w, C>,
    timers: Timers,
    /// Changes to organizations happen one after the other: AWS refuses two at once with `ConcurrentModificationException`.
    turn: Mutex<()>,
    /// How many lanes wait for a step of another lane.
    blocked: Cell<usize>,
    /// How many steps got stuck in the wave.
    stuck: Cell<usize>,
    /// Whether no further step is to be begun.
    halted: Cell<bool>,
}

impl<C: CloudChange, K: Clock, G: Gates, W: Witness> Executor<'_, C, K, G, W> {
    /// Goes on from where the journal stands until everything is done, or something stops it. The journal must be opened and approved.
    ///
    /// # Errors
    /// A journal that failed: nothing further was done.
    pub async fn run<S: JournalStore>(&self, journal: &Journal<S>) -> Result<Ended, ExecuteError> {
        let Some(opening) = opening_of(journal) else {
            return Ok(Ended::Stopped { reason: "the journal holds no plan".to_owned() });
        };
        let span = spans::run(&opening.plan, journal);
        self.go(journal, &opening.plan).instrument(span).await
    }

    async fn go<S: JournalStore>(&self, journal: &Journal<S>, plan: &Plan) -> Result<Ended, ExecuteError> {
        self.reopen_access(journal, plan);
        let work = self.work(journal, plan);
        for (number, wave) in self.waves(journal).iter().enumerate() {
            if let Some(ended) = work.wave(wave, number + 1, plan.waves.len()).instrument(spans::wave(wave)).await? {
                return work.close(ended).await;
            }
            if !self.extent.only.is_empty() && wave.steps.iter().any(|step| work.is_open(step)) {
                return Ok(Ended::Until { what: "the accounts that were named".to_owned() });
            }
            if self.extent.until.as_ref() == Some(&wave.name) {
                return Ok(Ended::Until { what: format!("wave {}", wave.name) });
            }
        }
        if let Some(alone) = &self.extent.alone {
            return Ok(Ended::Until { what: format!("wave {alone}") });
        }
        work.verify().await
    }

    fn work<'w, S: JournalStore>(&'w self, journal: &'w Journal<S>, plan: &'w Plan) -> Work<'w, C, K, G, W, S> {
        Work {
            on: self,
            journal,
            site: match &journal.run().plan_digest {
                Some(digest) => Site::of(self.cloud, plan, digest),
                None => Site::new(self.cloud, plan),
            },
            timers: Timers::default(),
            turn: Mutex::new(()),
            blocked: Cell::new(0),
            stuck: Cell::new(0),
            halted: Cell::new(false),
        }
    }

    /// The waves to go through: first those that were added, which wait for nothing, then the plan's.
    fn waves<S: JournalStore>(&self, journal: &Journal<S>) -> Vec<Wave> {
        let run = journal.run();
        let added = run.amendments.iter().map(|amendment| &amendment.wave);
        let planned = run.opening.iter().flat_map(|opening| &opening.plan.waves);
        let wanted = |wave: &&Wave| self.extent.alone.as_ref().is_none_or(|alone| alone == &wave.name);
        added.chain(planned).filter(wanted).cloned().collect()
    }

    /// Roles that were opened and used before are used again.
    fn reopen_access<S: JournalStore>(&self, journal: &Journal<S>, plan: &Plan) {
        for step in plan.steps().filter(|step| is_done(journal, &step.id)) {
            if let (Action::OpenAccess { role }, Some(account)) = (&step.action, &step.account) {
                let via = plan.target_management.clone();
                self.cloud.prefer_access(account, Access::Role { via, role: role.clone() });
            }
        }
    }
}

impl<C: CloudChange, K: Clock, G: Gates, W: Witness, S: JournalStore> Work<'_, C, K, G, W, S> {
    async fn write(&self, event: Event) -> Result<(), ExecuteError> {
        Ok(self.journal.append(self.on.clock.now(), event).await?)
    }

    /// Whether no further step is to be begun.
    fn halting(&self) -> bool {
        self.halted.get() || (self.on.stop)()
    }

    /// Writes down why the run ends, where it can go on later.
    async fn close(&self, ended: Ended) -> Result<Ended, ExecuteError> {
        let reason = match &ended {
            Ended::Finished | Ended::Until { .. } => return Ok(ended),
            Ended::Stopped { reason } => reason.clone(),
            Ended::Scheduled { until, reason } => format!("until {until} for {reason}"),
            Ended::Waiting { questions } => {
                let gates: Vec<_> =
                    questions.iter().map(|one| format!("gate `{}` waits for a person: {}", one.step, one.question)).collect();
                gates.join("; ")
            }
            Ended::Stuck { troubles } => {
                let steps: Vec<_> = troubles.iter().map(|one| format!("`{}` is stuck: {}", one.step, one.message)).collect();
                steps.join("; ")
            }
            Ended::Credentials { step, message } => format!("the credentials for `{step}` are not good: {message}"),
        };
        self.write(Event::Stopped { reason }).await?;
        Ok(ended)
    }

    async fn verify(&self) -> Result<Ended, ExecuteError> {
        if self.journal.run().finished.is_some() {
            return Ok(Ended::Finished);
        }
        (self.on.watch)(Progress::Verifying);
        match self.read_again().await {
            Ok((accounts, after, proofs)) => self.conclude(accounts, after, proofs).await,
            Err(ExecuteError::Cloud(error)) if error.class == ErrorClass::Credentials => {
                let ended = Ended::Credentials { step: StepId("verify".to_owned()), message: error.to_string() };
                self.close(ended).await
            }
            Err(ExecuteError::Cloud(error)) => self.close(Ended::Stopped { reason: format!("could not verify: {error}") }).await,
            Err(error) => Err(error),
        }
    }

    async fn conclude(&self, accounts: Vec<Verified>, after: Picture, proofs: Vec<Proof>) -> Result<Ended, ExecuteError> {
        let wrong = accounts.iter().find(|account| !account.ok).cloned();
        self.write(Event::Verified { accounts, after, proofs }).await?;
        match wrong {
            Some(Verified { account, detail, .. }) => {
                self.close(Ended::Stopped { reason: format!("verification found {account} not as planned: {detail}") }).await
            }
            None => {
                self.write(Event::Finished).await?;
                Ok(Ended::Finished)
            }
        }
    }

    /// Reads both estates once more, and says of each account whether it is where it should be.
    async fn read_again(&self) -> Result<(Vec<Verified>, Picture, Vec<Proof>), ExecuteError> {
        let plan = self.site.plan;
        let target = self.on.witness.organization(&plan.target_management).await?;
        let mut sources: Vec<OrganizationSnapshot> = Vec::new();
        for (id, management) in &plan.sources {
            let now = self.on.cloud.organization(management).await?;
            if now.is_some_and(|organization| &organization.id == id) {
                sources.push(self.on.witness.organization(management).await?);
            }
        }
        let proofs = self.last_proofs();
        let run = self.journal.run();
        let mut accounts = verify(plan, &target, &sources, &proofs);
        accounts.retain(|account| !run.is_excused(&account.account));
        let is_over = |amendment: &&Amendment| amendment.wave.steps.iter().all(|step| self.is_done(&step.id));
        for amendment in run.amendments.iter().filter(is_over) {
            let home = sources.iter().find(|source| Some(&source.organization.id) == amendment.to.as_ref());
            accounts.push(verify_return(amendment, &target, home));
        }
        Ok((accounts, Picture::of_parts(&target, &sources, &[]), proofs))
    }

    /// The proofs of every account, as the last look at each saw them.
    fn last_proofs(&self) -> Vec<Proof> {
        let mut proofs: Vec<Proof> = self.journal.run().steps.values().flat_map(|record| record.proofs.clone()).collect();
        proofs.sort_by_key(|proof| -> (AccountId, String) { (proof.account.clone(), proof.rule.clone()) });
        proofs
    }

    fn is_done(&self, id: &StepId) -> bool {
        is_done(self.journal, id)
    }

    /// Whether a call of the step may have left since anybody looked.
    fn may_have_acted(&self, step: &Step) -> bool {
        self.journal.run().record(&step.id).is_some_and(StepRecord::may_have_acted)
    }

    fn intents(&self, step: &Step) -> u32 {
        self.journal.run().record(&step.id).map_or(0, |record| record.intents)
    }

    /// Why a step is stuck, if it is.
    fn runbook_of(&self, step: &Step) -> Option<Vec<String>> {
        self.journal.run().record(&step.id)?.stuck.clone()
    }
}

/// The class of an error that came up while looking for or at something.
fn cloud(error: ExecuteError) -> Result<CloudError, ExecuteError> {
    match error {
        ExecuteError::Cloud(error) => Ok(error),
        other => Err(other),
    }
}

fn opening_of<S: JournalStore>(journal: &Journal<S>) -> Option<Arc<Opening>> {
    journal.run().opening.clone()
}

fn is_done<S: JournalStore>(journal: &Journal<S>, id: &StepId) -> bool {
    journal.run().record(id).is_some_and(StepRecord::is_done)
}
