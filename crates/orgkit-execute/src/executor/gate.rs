//! Steps that people take, and steps that the packs prove.

use super::Work;
use super::step::{StepEnd, stopped};
use crate::steps::Look;
use crate::{Clock, Ended, ExecuteError, GateDecision, Gates, JournalStore, Question, Witness};
use orgkit_cloud::CloudChange;
use orgkit_model::{Gate, Proof, Status, Step, StepResult};

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

    /// What a person, or AWS itself, says to a gate. Where AWS can show whether it is so, a person's word does not make it so.
    async fn answer(&self, step: &Step, gate: &Gate) -> Result<GateDecision, ExecuteError> {
        let shown = self.site.look_at_gate(step, gate).await?;
        if shown.as_ref().is_some_and(|look| look.holds) {
            return Ok(GateDecision::Seen);
        }
        let decision = self.on.gates.decide(step, gate).await?;
        let answered = matches!(decision, GateDecision::Passed { .. } | GateDecision::Assumed { .. });
        if answered
            && shown.is_some()
            && let Some(look) = self.site.look_at_gate(step, gate).await?.filter(|look| !look.holds)
        {
            return Ok(GateDecision::Waiting { question: format!("{}: {}", gate.question, look.seen) });
        }
        Ok(decision)
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
