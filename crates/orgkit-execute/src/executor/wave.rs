//! A wave: its accounts side by side, each account's steps one after the other.

use super::step::StepEnd;
use super::timers::Alarm;
use super::{Work, spans};
use crate::{Clock, Ended, ExecuteError, Gates, JournalStore, Progress, Witness};
use futures_util::future::{FutureExt, LocalBoxFuture};
use orgkit_cloud::CloudChange;
use orgkit_model::{AccountId, Action, Step, StepState, Wave};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll};
use tracing::Instrument;

/// How a lane ended: `None` when all its steps are done, or when it may not go on and somebody else says why.
type LaneEnd = Result<Option<Ended>, ExecuteError>;

impl<C: CloudChange, K: Clock, G: Gates, W: Witness, S: JournalStore> Work<'_, C, K, G, W, S> {
    /// Works on a wave until all its steps are done (`None`) or none can go on.
    pub(super) async fn wave(&self, wave: &Wave, number: usize, of: usize) -> Result<Option<Ended>, ExecuteError> {
        let open: Vec<&Step> = wave.steps.iter().filter(|step| self.is_wanted(step)).collect();
        if open.is_empty() {
            return Ok(None);
        }
        if (self.on.stop)() {
            return Ok(Some(Ended::Stopped { reason: "asked to stop".to_owned() }));
        }
        (self.on.watch)(Progress::Wave { wave, number, of });
        if let Some(ended) = self.alone(self.begin(wave)).await? {
            return Ok(Some(ended));
        }
        self.stuck.set(0);
        self.halted.set(false);
        let ended = self.drive(lanes(wave, &open)).await?;
        let asked = (self.on.stop)().then(|| Ended::Stopped { reason: "asked to stop".to_owned() });
        Ok(match (ended, asked) {
            (Some(ended), Some(asked)) => Some(ended.and(asked)),
            (ended, asked) => ended.or(asked).filter(|_| open.iter().any(|step| !self.is_done(&step.id))),
        })
    }

    /// Whether a step is to be worked on: open, of an account that was asked for and that the plan does not go on without.
    fn is_wanted(&self, step: &Step) -> bool {
        let only = &self.on.extent.only;
        self.is_open(step) && (only.is_empty() || step.account.as_ref().is_none_or(|account| only.contains(account)))
    }

    /// Whether a step is left to do, and not of an account that the plan goes on without.
    pub(super) fn is_open(&self, step: &Step) -> bool {
        let run = self.journal.run();
        let added = run.amendments.iter().any(|amendment| amendment.wave.steps.iter().any(|one| one.id == step.id));
        let excused = !added && step.account.as_ref().is_some_and(|account| run.is_excused(account));
        !excused && run.record(&step.id).is_some_and(|record| !record.is_done())
    }

    /// Runs lanes, so many at once as the tuning allows, until none can go on.
    async fn drive(&self, mut waiting: VecDeque<Vec<&Step>>) -> Result<Option<Ended>, ExecuteError> {
        let mut running: Vec<LocalBoxFuture<'_, LaneEnd>> = Vec::new();
        let mut alarm = Alarm::default();
        let mut ended: Option<Ended> = None;
        loop {
            while !self.halting() && running.len().saturating_sub(self.blocked.get()) < self.on.tuning.concurrency.max(1) {
                let Some(lane) = waiting.pop_front() else { break };
                running.push(self.lane(lane).boxed_local());
            }
            match poll_fn(|cx| self.poll(&mut running, &mut alarm, !waiting.is_empty(), cx)).await {
                Turn::Ended(end) => {
                    ended = match (ended, end?) {
                        (Some(one), Some(other)) => Some(one.and(other)),
                        (one, other) => one.or(other),
                    };
                }
                Turn::Room => {}
                Turn::Over => return Ok(ended),
            }
        }
    }

    /// Runs one thing that waits, with nothing beside it.
    pub(super) async fn alone<T>(&self, work: impl Future<Output = T>) -> T {
        let (mut work, mut alarm) = (std::pin::pin!(work), Alarm::default());
        poll_fn(|cx| {
            loop {
                if let Poll::Ready(end) = work.as_mut().poll(cx) {
                    return Poll::Ready(end);
                }
                if alarm.poll(self.on.clock, &self.timers, cx).is_pending() {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    /// Polls every lane until none of them changes anything any more; then lets time pass.
    fn poll<'k>(
        &'k self,
        running: &mut Vec<LocalBoxFuture<'_, LaneEnd>>,
        alarm: &mut Alarm<'k>,
        more: bool,
        cx: &mut Context<'_>,
    ) -> Poll<Turn> {
        loop {
            let before = self.journal.run().last_seq;
            for place in 0..running.len() {
                if let Some(Poll::Ready(end)) = running.get_mut(place).map(|lane| lane.as_mut().poll(cx)) {
                    drop(running.remove(place));
                    return Poll::Ready(Turn::Ended(end));
                }
            }
            if self.journal.run().last_seq != before {
                continue;
            }
            if running.len() == self.blocked.get() && (!more || self.halting()) {
                return Poll::Ready(Turn::Over);
            }
            if more && !self.halting() && running.len().saturating_sub(self.blocked.get()) < self.on.tuning.concurrency.max(1) {
                return Poll::Ready(Turn::Room);
            }
            if alarm.poll(self.on.clock, &self.timers, cx).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// The steps of one account, or those of whole organizations, one after the other.
    ///
    /// Where a gate waits for a person, the gates that could be asked as well are asked, too: a person hears all questions at once.
    async fn lane(&self, steps: Vec<&Step>) -> LaneEnd {
        let mut waiting: Option<Ended> = None;
        for step in steps {
            if waiting.is_some() && !(matches!(step.action, Action::Gate(_)) && step.after.iter().all(|before| self.is_done(before))) {
                continue;
            }
            self.predecessors(step).await;
            if self.halting() {
                return Ok(waiting);
            }
            (self.on.watch)(Progress::Began { step });
            if let StepEnd::Ended(ended) = self.step(step).instrument(spans::step(step)).await? {
                let asks = matches!(ended, Ended::Waiting { .. });
                waiting = Some(match waiting {
                    Some(earlier) => earlier.and(ended),
                    None => ended,
                });
                if !asks {
                    return Ok(waiting);
                }
                continue;
            }
            if let Some(StepState::Done(result)) = self.journal.run().record(&step.id).map(|record| &record.state) {
                (self.on.watch)(Progress::Done { step, result });
            }
        }
        Ok(waiting)
    }

    /// Waits for the steps before, which other lanes do.
    async fn predecessors(&self, step: &Step) {
        let ready = || self.halting() || step.after.iter().all(|before| self.is_done(before));
        if !ready() {
            self.blocked.set(self.blocked.get() + 1);
            poll_fn(|_| if ready() { Poll::Ready(()) } else { Poll::Pending }).await;
            self.blocked.set(self.blocked.get() - 1);
        }
    }
}

/// What polling all lanes came to.
enum Turn {
    /// A lane ended.
    Ended(LaneEnd),
    /// There is room for another lane.
    Room,
    /// Nothing can go on.
    Over,
}

/// The open steps of a wave by account, in the wave's order; first those that concern whole organizations.
fn lanes<'s>(wave: &Wave, open: &[&'s Step]) -> VecDeque<Vec<&'s Step>> {
    let of =
        |account: Option<&AccountId>| -> Vec<&'s Step> { open.iter().filter(|step| step.account.as_ref() == account).copied().collect() };
    let others = open.iter().filter_map(|step| step.account.as_ref()).filter(|account| !wave.accounts.contains(account));
    let mut accounts: Vec<&AccountId> = Vec::new();
    for account in others.chain(&wave.accounts) {
        if !accounts.contains(&account) {
            accounts.push(account);
        }
    }
    let lanes = std::iter::once(of(None)).chain(accounts.into_iter().map(|account| of(Some(account))));
    lanes.filter(|lane| !lane.is_empty()).collect()
}
