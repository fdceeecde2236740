//! Steps that people take, and steps that the packs prove.

use super::Work;
use super::step::{StepEnd, stopped};
use crate::steps::Look;
use crate::{Clock, Ended, ExecuteError, GateDecision, Gates, JournalStore, Question, Witness};
use orgkit_cloud::CloudChange;
use orgkit_model::{AccountState, Gate, GateKind, Proof, Status, Step, StepResult};

impl<C: CloudChange, K: Clock, G: Gates, W: Witness, S: JournalStore> Work<'_, C, K, G, W, S> {
    pub(super) async fn gate(&self, step: &Step, gate: &Gate) -> Result<StepEnd, ExecuteError> {
        let mut waits = self.waits();
        loop {
            match self.answer(step, gate).await {
                Ok(GateDecision::Passed { note }) => return self.finish(step, StepResult::PassedBy { note }).await,
                Ok(GateDecision::Assumed { assumption }) => return self.finish(step, StepResult::Assumed { assumption }).await,
                Ok(GateDecision::Seen) => return self.finish(step, StepResult::AlreadyThere).await,
                Ok(GateDecision::Waiting { question }) => {
                    let questions = vec![Question { step: step.id.clone(), question }];
                    return Ok(StepEnd::Ended(Ended::Waiting { questions }));
                }
                Err(error) => {
                    if let Some(end) = self.meet_port(step, error, &mut waits).await? {
                        return Ok(end);
                    }
                }
            }
        }
    }

    /// What a person, or AWS itself, says to a gate.
    async fn answer(&self, step: &Step, gate: &Gate) -> Result<GateDecision, ExecuteError> {
        let looks = gate.kind == GateKind::ReinstateAccount;
        if looks && self.is_active(step).await? {
            return Ok(GateDecision::Seen);
        }
        let decision = self.on.gates.decide(step, gate).await?;
        // A person's word does not make an account active: AWS has to say so.
        let answered = matches!(decision, GateDecision::Passed { .. } | GateDecision::Assumed { .. });
        if looks && answered && !self.is_active(step).await? {
            return Ok(GateDecision::Waiting { question: format!("{}: AWS does not show it as active", gate.question) });
        }
        Ok(decision)
    }

    /// Whether the account that a gate waits for is active by now, as its organization sees it.
    async fn is_active(&self, step: &Step) -> Result<bool, ExecuteError> {
        let plan = self.site.plan;
        let placement = plan.placements.iter().find(|placement| Some(&placement.account) == step.account.as_ref());
        let source = placement.and_then(|placement| plan.sources.iter().find(|(id, _)| Some(id) == placement.from.as_ref()));
        let (Some((_, management)), Some(placement)) = (source, placement) else { return Ok(false) };
        let account = self.on.cloud.account(management, &placement.account).await?;
        Ok(account.is_some_and(|account| account.state == AccountState::Active))
    }

    pub(super) async fn prove(&self, step: &Step) -> Result<StepEnd, ExecuteError> {
        let account = step.account.as_ref().unwrap_or(&step.by);
        let (mut rounds, mut errors) = (self.waits(), self.waits());
        let mut missing = String::new();
        for _ in 0..self.on.tuning.proofs.max(1) {
            // No service covers an account in the moment in which it joins: waiting comes before looking.
            let reason = if missing.is_empty() { "the baseline to reach it" } else { &missing };
            if let Some(ended) = self.pause(step, reason, &mut rounds).await {
                return Ok(StepEnd::Ended(ended));
            }
            let proofs = match self.on.witness.prove(account).await {
                Ok(proofs) => proofs,
                Err(error) => match self.meet_port(step, error, &mut errors).await? {
                    Some(end) => return Ok(end),
                    None => continue,
                },
            };
            let open: Vec<_> = proofs.iter().filter(|proof| !matches!(proof.status, Status::Pass | Status::NotApplicable)).collect();
            if open.is_empty() {
                let seen = if proofs.is_empty() { "no pack proves a baseline".to_owned() } else { titles(&proofs) };
                return self.finish_seen(step, Look::new(true, seen, &[]), proofs, StepResult::Proven).await;
            }
            missing = open.iter().map(|proof| proof.title.clone()).collect::<Vec<_>>().join("; ");
        }
        Ok(stopped(format!("the baseline does not cover {account} yet: {missing}")))
    }
}

fn titles(proofs: &[Proof]) -> String {
    proofs.iter().map(|proof| proof.title.as_str()).collect::<Vec<_>>().join("; ")
}
