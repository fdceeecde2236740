//! The ports of a run: the virtual clock, people at gates, and independent eyes.

use super::book::Shared;
use crate::poll::Yield;
use jiff::{SignedDuration, Timestamp};
use orgkit_cloud::CloudChange;
use orgkit_execute::{Clock, ExecuteError, GateDecision, Gates, Witness};
use orgkit_model::{AccountId, Gate, GateKind, OrganizationSnapshot, Outcome, Proof, Status, Step};
use orgkit_sim::{PersonAct, Simulator};
use std::time::Duration;

/// What the baseline is proven by.
const RECORDER: &str = "config:DescribeConfigurationRecorderStatus";

/// The simulator's clock.
#[derive(Debug)]
pub(crate) struct VirtualClock {
    pub(crate) simulator: Simulator,
    pub(crate) book: Shared,
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.simulator.now()
    }

    async fn sleep(&self, time: Duration) {
        if self.book.is_dead() {
            std::future::pending::<()>().await;
        }
        if self.book.yields() {
            Yield::default().await;
        }
        // A simulator that keeps nothing can save nothing wrong.
        drop(self.simulator.advance(SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX)));
    }
}

/// When people answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patience {
    /// At once.
    #[default]
    Prompt,
    /// Not before some time.
    From(Timestamp),
}

/// People: they answer gates, and have AWS Support reinstate what is suspended.
#[derive(Debug)]
pub(crate) struct GateKeeper {
    pub(crate) simulator: Simulator,
    pub(crate) patience: Patience,
}

impl Gates for GateKeeper {
    async fn decide(&self, step: &Step, gate: &Gate) -> Result<GateDecision, ExecuteError> {
        if let Patience::From(time) = self.patience
            && self.simulator.now() < time
        {
            return Ok(GateDecision::Waiting { question: gate.question.clone() });
        }
        if let (GateKind::ReinstateAccount, Some(account)) = (gate.kind, &step.account) {
            // Whether it worked is seen by the executor itself.
            drop(self.simulator.act(&PersonAct::ReinstateAccount { account: account.clone() }));
        }
        Ok(GateDecision::Passed { note: "agreed, ticket 42".to_owned() })
    }
}

/// Independent eyes: discovery again, and one proof that stands for the packs.
#[derive(Debug)]
pub(crate) struct Eyes<'a, C> {
    pub(crate) cloud: &'a C,
    pub(crate) book: Shared,
}

impl<C: CloudChange> Witness for Eyes<'_, C> {
    async fn prove(&self, account: &AccountId) -> Result<Vec<Proof>, ExecuteError> {
        let regions = [orgkit_cloud::HOME_REGION.to_owned()];
        let (facts, looks) = orgkit_discover::collect_account(self.cloud, account, &regions, &[RECORDER.to_owned()]).await;
        let records = facts.iter().any(|fact| fact.doc.pointer("/recording").and_then(serde_json::Value::as_bool) == Some(true));
        let looked = looks.iter().all(|look| matches!(look.outcome, Outcome::Collected { .. } | Outcome::Empty));
        // A plugin that traps, runs out of fuel or takes too long says nothing, and nothing is no pass.
        let trapped = self.book.with(|book| book.next_proof());
        let status = match (looked && !trapped, records) {
            (false, _) => Status::Undetermined,
            (true, true) => Status::Pass,
            (true, false) => Status::Fail,
        };
        let title = if status == Status::Pass { "AWS Config records" } else { "AWS Config does not record, as far as can be seen" };
        Ok(vec![Proof { rule: "soak/config-records".to_owned(), account: account.clone(), status, title: title.to_owned() }])
    }

    async fn organization(&self, management: &AccountId) -> Result<OrganizationSnapshot, ExecuteError> {
        orgkit_discover::snapshot(self.cloud, management).await.map_err(|error| ExecuteError::Proof(error.to_string()))
    }
}
