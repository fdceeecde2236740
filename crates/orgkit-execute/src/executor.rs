//! The step machine: look, intend, act, look again, record.

use crate::look::{Eyes, Look};
use crate::{Clock, ExecuteError, GateDecision, Gates, Journal, Progress, Witness, verify};
use orgkit_cloud::{Access, CloudChange, CloudError, ErrorClass};
use orgkit_model::{
    AccountId, AccountState, Action, Event, Gate, GateKind, OrganizationSnapshot, Picture, Plan, Proof, Status, Step, StepId, StepResult,
    StepState, Verified,
};
use std::time::Duration;

/// How patient the executor is.
#[derive(Debug, Clone, Copy)]
pub struct Tuning {
    /// How often a step that AWS asks to repeat is tried.
    pub tries: u32,
    /// The wait before the second try; it doubles each time.
    pub first_wait: Duration,
    /// How often an effect is looked for after an act.
    pub looks: u32,
    /// How often the baseline is looked for after an account joined. The wait between doubles up to `longest_wait`.
    pub proofs: u32,
    /// The longest wait between two looks for the baseline.
    pub longest_wait: Duration,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { tries: 8, first_wait: Duration::from_secs(1), looks: 6, proofs: 40, longest_wait: Duration::from_secs(30) }
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Everything is done and verified.
    Finished,
    /// It stopped at a step boundary and can be resumed.
    Stopped {
        /// Why.
        reason: String,
    },
    /// A human gate waits for an answer.
    Waiting {
        /// The gate's step.
        step: StepId,
        /// What has to be done or decided.
        question: String,
    },
    /// A step needs a person: trying again would change nothing.
    Stuck {
        /// The step.
        step: StepId,
        /// What AWS, or orgkit, said.
        message: String,
    },
    /// Credentials are missing, expired or of another account.
    Credentials {
        /// The step.
        step: StepId,
        /// What is wrong with them.
        message: String,
    },
}

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
    /// Whether somebody asked to stop.
    pub stop: &'a dyn Fn() -> bool,
    /// Whoever watches.
    pub watch: &'a dyn Fn(Progress<'_>),
}

/// What one step came to.
enum StepEnd {
    Done,
    Ended(Ended),
}

impl<C: CloudChange, K: Clock, G: Gates, W: Witness> Executor<'_, C, K, G, W> {
    /// Goes on from where the journal stands until everything is done, or something stops it. The journal must be opened and approved.
    pub async fn run(&self, journal: &mut Journal) -> Result<Ended, ExecuteError> {
        let Some(plan) = journal.run().opening.as_ref().map(|opening| opening.plan.clone()) else {
            return Ok(Ended::Stopped { reason: "the journal holds no plan".to_owned() });
        };
        self.reopen_access(journal, &plan);
        let eyes = Eyes::new(self.cloud, &plan);
        for (number, wave) in plan.waves.iter().enumerate() {
            let open: Vec<&Step> = wave.steps.iter().filter(|step| !is_done(journal, &step.id)).collect();
            if open.is_empty() {
                continue;
            }
            (self.watch)(Progress::Wave { wave, number: number + 1, of: plan.waves.len() });
            for step in open {
                if (self.stop)() {
                    return self.stopped(journal, "asked to stop");
                }
                (self.watch)(Progress::Began { step });
                if let StepEnd::Ended(end) = self.step(journal, &eyes, step).await? {
                    return Ok(end);
                }
                if let Some(StepState::Done(result)) = journal.run().record(&step.id).map(|record| &record.state) {
                    (self.watch)(Progress::Done { step, result });
                }
            }
        }
        self.verify(journal, &plan).await
    }

    /// Roles that were opened and used before are used again.
    fn reopen_access(&self, journal: &Journal, plan: &Plan) {
        for step in plan.steps().filter(|step| is_done(journal, &step.id)) {
            if let (Action::OpenAccess { role }, Some(account)) = (&step.action, &step.account) {
                let via = plan.target_management.clone();
                self.cloud.prefer_access(account, Access::Role { via, role: role.clone() });
            }
        }
    }

    async fn step(&self, journal: &mut Journal, eyes: &Eyes<'_, C>, step: &Step) -> Result<StepEnd, ExecuteError> {
        match &step.action {
            Action::Gate(gate) => self.gate(journal, eyes.plan, step, gate).await,
            Action::ProveBaseline => self.prove(journal, step).await,
            _ => self.change(journal, eyes, step).await,
        }
    }

    async fn change(&self, journal: &mut Journal, eyes: &Eyes<'_, C>, step: &Step) -> Result<StepEnd, ExecuteError> {
        let mut wait = self.tuning.first_wait;
        for _ in 0..self.tuning.tries {
            let look = match eyes.look(step).await {
                Ok(look) => look,
                Err(error) if error.class == ErrorClass::Retry => {
                    self.pause(step, &error.message, &mut wait).await;
                    continue;
                }
                Err(error) => return self.failed(journal, step, &error),
            };
            if look.holds {
                return self.done(journal, step, look);
            }
            if journal.run().record(&step.id).is_some_and(|record| record.intents > 0) {
                self.observed(journal, step, look, Vec::new())?;
            }
            self.write(journal, Event::Intent { step: step.id.clone() })?;
            match eyes.act(step).await {
                Ok(()) => return self.settle(journal, eyes, step).await,
                Err(error) if matches!(error.class, ErrorClass::Retry | ErrorClass::Ambiguous) => {
                    self.write_failure(journal, step, &error)?;
                    self.pause(step, &error.message, &mut wait).await;
                }
                Err(error) => {
                    // "Already in that state" is no failure when the goal holds.
                    let look = eyes.look(step).await?;
                    return if look.holds { self.done(journal, step, look) } else { self.failed(journal, step, &error) };
                }
            }
        }
        self.stopped(journal, &format!("`{}` was tried {} times", step.id, self.tuning.tries)).map(StepEnd::Ended)
    }

    /// Waits until an independent read shows the effect: success is never taken from the write's own answer.
    async fn settle(&self, journal: &mut Journal, eyes: &Eyes<'_, C>, step: &Step) -> Result<StepEnd, ExecuteError> {
        let mut wait = self.tuning.first_wait;
        let mut last = None;
        for _ in 0..self.tuning.looks {
            match eyes.look(step).await {
                Ok(look) if look.holds => return self.done(journal, step, look),
                Ok(look) => last = Some(look),
                Err(error) if error.class == ErrorClass::Retry => {}
                Err(error) => return self.failed(journal, step, &error),
            }
            self.pause(step, "its effect to show", &mut wait).await;
        }
        let seen = last.as_ref().map_or_else(String::new, |look| format!(": {}", look.seen));
        if let Some(look) = last {
            self.observed(journal, step, look, Vec::new())?;
        }
        self.stopped(journal, &format!("the effect of `{}` does not show yet{seen}", step.id)).map(StepEnd::Ended)
    }

    async fn pause(&self, step: &Step, reason: &str, wait: &mut Duration) {
        (self.watch)(Progress::Waiting { step, reason });
        self.clock.sleep(*wait).await;
        *wait = wait.saturating_mul(2);
    }

    async fn gate(&self, journal: &mut Journal, plan: &Plan, step: &Step, gate: &Gate) -> Result<StepEnd, ExecuteError> {
        if gate.kind == GateKind::ReinstateAccount && self.is_active(plan, step).await? {
            return self.finish(journal, step, StepResult::AlreadyThere);
        }
        let decision = self.gates.decide(step, gate).await?;
        // A person's word does not make an account active: AWS has to say so.
        if gate.kind == GateKind::ReinstateAccount && decision != GateDecision::Waiting && !self.is_active(plan, step).await? {
            let question = format!("{}: AWS does not show it as active", gate.question);
            return self.waiting(journal, step, question);
        }
        match decision {
            GateDecision::Passed { note } => self.finish(journal, step, StepResult::PassedBy { note }),
            GateDecision::Assumed { assumption } => self.finish(journal, step, StepResult::Assumed { assumption }),
            GateDecision::Waiting => self.waiting(journal, step, gate.question.clone()),
        }
    }

    fn waiting(&self, journal: &mut Journal, step: &Step, question: String) -> Result<StepEnd, ExecuteError> {
        self.stopped(journal, &format!("gate `{}` waits for a person: {question}", step.id))?;
        Ok(StepEnd::Ended(Ended::Waiting { step: step.id.clone(), question }))
    }

    /// Whether the account that a gate waits for is active by now, as its organization sees it.
    async fn is_active(&self, plan: &Plan, step: &Step) -> Result<bool, ExecuteError> {
        let placement = plan.placements.iter().find(|placement| Some(&placement.account) == step.account.as_ref());
        let source = placement.and_then(|placement| plan.sources.iter().find(|(id, _)| Some(id) == placement.from.as_ref()));
        let (Some((_, management)), Some(placement)) = (source, placement) else { return Ok(false) };
        let account = self.cloud.account(management, &placement.account).await?;
        Ok(account.is_some_and(|account| account.state == AccountState::Active))
    }

    async fn prove(&self, journal: &mut Journal, step: &Step) -> Result<StepEnd, ExecuteError> {
        let account = step.account.as_ref().unwrap_or(&step.by);
        let mut wait = self.tuning.first_wait.saturating_mul(2);
        let mut missing = String::new();
        for _ in 0..self.tuning.proofs.max(1) {
            // No service covers an account in the moment in which it joins: waiting comes before looking.
            self.pause(step, if missing.is_empty() { "the baseline to reach it" } else { &missing }, &mut wait).await;
            wait = wait.min(self.tuning.longest_wait);
            let proofs = self.witness.prove(account).await?;
            let open: Vec<_> = proofs.iter().filter(|proof| !matches!(proof.status, Status::Pass | Status::NotApplicable)).collect();
            if open.is_empty() {
                let seen = if proofs.is_empty() { "no pack proves a baseline".to_owned() } else { titles(&proofs) };
                let look = Look { holds: true, seen, calls: Vec::new() };
                self.observed(journal, step, look, proofs)?;
                return self.finish(journal, step, StepResult::Proven);
            }
            missing = open.iter().map(|proof| proof.title.clone()).collect::<Vec<_>>().join("; ");
        }
        self.stopped(journal, &format!("the baseline does not cover {account} yet: {missing}")).map(StepEnd::Ended)
    }

    async fn verify(&self, journal: &mut Journal, plan: &Plan) -> Result<Ended, ExecuteError> {
        if journal.run().finished.is_some() {
            return Ok(Ended::Finished);
        }
        (self.watch)(Progress::Verifying);
        let target = self.witness.organization(&plan.target_management).await?;
        let mut sources: Vec<OrganizationSnapshot> = Vec::new();
        for (id, management) in &plan.sources {
            let now = self.cloud.organization(management).await?;
            if now.is_some_and(|organization| &organization.id == id) {
                sources.push(self.witness.organization(management).await?);
            }
        }
        let proofs = last_proofs(journal);
        let accounts = verify(plan, &target, &sources, &proofs);
        let wrong = accounts.iter().find(|account| !account.ok).cloned();
        let after = Picture::of_parts(&target, &sources, &[]);
        self.write(journal, Event::Verified { accounts, after, proofs })?;
        match wrong {
            Some(Verified { account, detail, .. }) => {
                self.stopped(journal, &format!("verification found {account} not as planned: {detail}"))
            }
            None => {
                self.write(journal, Event::Finished)?;
                Ok(Ended::Finished)
            }
        }
    }

    fn write(&self, journal: &mut Journal, event: Event) -> Result<(), ExecuteError> {
        Ok(journal.append(self.clock.now(), event)?)
    }

    fn observed(&self, journal: &mut Journal, step: &Step, look: Look, proofs: Vec<Proof>) -> Result<(), ExecuteError> {
        self.write(journal, Event::Observed { step: step.id.clone(), holds: look.holds, seen: look.seen, calls: look.calls, proofs })
    }

    fn done(&self, journal: &mut Journal, step: &Step, look: Look) -> Result<StepEnd, ExecuteError> {
        let acted = journal.run().record(&step.id).is_some_and(|record| record.intents > 0);
        self.observed(journal, step, look, Vec::new())?;
        self.finish(journal, step, if acted { StepResult::Acted } else { StepResult::AlreadyThere })
    }

    fn finish(&self, journal: &mut Journal, step: &Step, result: StepResult) -> Result<StepEnd, ExecuteError> {
        self.write(journal, Event::Done { step: step.id.clone(), result })?;
        Ok(StepEnd::Done)
    }

    fn write_failure(&self, journal: &mut Journal, step: &Step, error: &CloudError) -> Result<(), ExecuteError> {
        let code = error.reason.clone().or_else(|| error.code.clone()).unwrap_or_else(|| "NoAnswer".to_owned());
        self.write(journal, Event::Failed { step: step.id.clone(), class: error.class, code, message: error.to_string() })
    }

    fn failed(&self, journal: &mut Journal, step: &Step, error: &CloudError) -> Result<StepEnd, ExecuteError> {
        self.write_failure(journal, step, error)?;
        let (step, message) = (step.id.clone(), error.to_string());
        Ok(StepEnd::Ended(match error.class {
            ErrorClass::Credentials => Ended::Credentials { step, message },
            _ => Ended::Stuck { step, message },
        }))
    }

    fn stopped(&self, journal: &mut Journal, reason: &str) -> Result<Ended, ExecuteError> {
        self.write(journal, Event::Stopped { reason: reason.to_owned() })?;
        Ok(Ended::Stopped { reason: reason.to_owned() })
    }
}

fn is_done(journal: &Journal, id: &StepId) -> bool {
    journal.run().record(id).is_some_and(orgkit_model::StepRecord::is_done)
}

fn titles(proofs: &[Proof]) -> String {
    proofs.iter().map(|proof| proof.title.as_str()).collect::<Vec<_>>().join("; ")
}

/// The proofs of every account, as the last look at each saw them.
fn last_proofs(journal: &Journal) -> Vec<Proof> {
    let mut proofs: Vec<Proof> = journal.run().steps.values().flat_map(|record| record.proofs.clone()).collect();
    let key = |proof: &Proof| -> (AccountId, String) { (proof.account.clone(), proof.rule.clone()) };
    proofs.sort_by_key(key);
    proofs
}
