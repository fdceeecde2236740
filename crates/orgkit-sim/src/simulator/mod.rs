//! The simulator: a world behind the wire protocols, with a clock, faults and, if wanted, a file.

mod bystander;
mod call;
mod connector;
mod error;
mod injected;
mod inner;
mod log;
mod serve;
mod snapshot;
#[cfg(test)]
mod tests;
mod throttle;

pub use bystander::{Bystander, Passage, Seen};
pub use call::CallError;
pub use error::SimError;
pub use serve::Clock;

use crate::wire::{HttpRequest, HttpResponse};
use inner::{Inner, Origin};
use jiff::{SignedDuration, Timestamp};
use log::{Entry, Log};
use orgkit_model::AccountId;
use orgkit_world::faults::{ArmedFaults, FaultPlan, Loss};
use orgkit_world::{AccountView, Keys, PersonAct, WorldFile, keys_of};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How long a request takes on the virtual clock.
const REQUEST_TAKES: SignedDuration = SignedDuration::from_millis(40);

/// A simulated AWS that can be called. Clones are handles to the same one.
#[derive(Clone)]
pub struct Simulator {
    inner: Arc<Mutex<Inner>>,
}

impl Simulator {
    /// A simulator that keeps nothing.
    ///
    /// # Errors
    /// [`SimError::Build`].
    pub fn in_memory(file: &WorldFile, seed: u64, start: Timestamp) -> Result<Self, SimError> {
        let origin = Arc::new(Origin::File { file: Box::new(file.clone()), seed });
        let world = origin.world(start).map_err(SimError::Build)?;
        Ok(Self::with(Inner::new(origin, world, start, start)))
    }

    /// A simulator that keeps its world in a file and takes up where that left off; a file that is there already keeps its own start.
    /// Each change is in the file before its answer is given, so the world survives a kill of the process.
    ///
    /// # Errors
    /// [`SimError::Build`], [`SimError::Store`], and what a file that is not this world's gives.
    pub fn open(path: &Path, file: &WorldFile, seed: u64, start: Timestamp) -> Result<Self, SimError> {
        let (log, kept) = Log::open(path, file, seed, start)?;
        let origin = Arc::new(Origin::File { file: Box::new(file.clone()), seed });
        let world = origin.world(kept.start).map_err(SimError::Build)?;
        let mut inner = Inner::new(origin, world, kept.start, kept.start);
        for (entry, now) in kept.entries {
            inner.replay(entry, now).map_err(|error| log.damaged(format!("a change in it is refused now: {error}")))?;
        }
        inner.index_sessions();
        inner.keep_in(log);
        Ok(Self::with(inner))
    }

    /// Another simulator that begins with this one's world and clock. It keeps nothing, nothing fails in it, and nobody stands beside it. A
    /// reset takes both back to the same beginning.
    #[must_use]
    pub fn fork(&self) -> Self {
        let inner = self.lock();
        Self::with(Inner::new(Arc::clone(&inner.origin), inner.world.clone(), inner.start, inner.now))
    }

    fn with(inner: Inner) -> Self {
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// The time on the virtual clock. Each in-process request moves it on by 40 milliseconds.
    pub fn now(&self) -> Timestamp {
        self.lock().now
    }

    /// Lets time pass on the virtual clock, and returns the new time.
    ///
    /// # Errors
    /// [`SimError::Unsaved`] when the file of the world cannot be written.
    pub fn advance(&self, by: SignedDuration) -> Result<Timestamp, SimError> {
        let mut inner = self.lock();
        inner.pass(by.max(SignedDuration::ZERO));
        inner.save(&Entry::Clock)?;
        Ok(inner.now)
    }

    /// The access key of an account's administrator; `None` for an account that is not in this world.
    pub fn credentials(&self, account: &AccountId) -> Option<Keys> {
        self.lock().world.administrator(account).map(|_| keys_of(account))
    }

    /// All accounts, by id.
    pub fn accounts(&self) -> Vec<AccountView> {
        self.lock().world.accounts().collect()
    }

    /// Does what a person does outside the run, and returns it with everything filled in that it left open.
    ///
    /// # Errors
    /// [`SimError::Refused`] when it is not possible, [`SimError::Unsaved`] when it could not be written down.
    pub fn act(&self, act: &PersonAct) -> Result<PersonAct, SimError> {
        let mut inner = self.lock();
        let draw = u64::try_from(inner.now.as_millisecond()).unwrap_or_default();
        inner.act(act, draw)
    }

    /// Arms a fault plan, in the place of one that is armed. Its times are counted from now.
    ///
    /// # Errors
    /// [`SimError::Plan`].
    pub fn arm(&self, plan: FaultPlan) -> Result<(), SimError> {
        plan.check()?;
        let mut inner = self.lock();
        let now = inner.now;
        inner.faults.arm(plan, now);
        Ok(())
    }

    /// From now on nothing fails.
    pub fn disarm(&self) {
        self.lock().faults.disarm();
    }

    /// The plan that is armed, with what has come of it.
    pub fn armed(&self) -> Option<ArmedFaults> {
        self.lock().faults.armed().cloned()
    }

    /// Switches AWS's request limits on or off. They are on to begin with.
    pub fn set_throttling(&self, on: bool) {
        self.lock().throttle.set(on);
    }

    /// Lets the clock of a served simulator go on from what it shows now, when the machine's clock shows `clock`. Without this a clock that
    /// is behind the machine's catches up with it.
    pub fn go_on_from_here(&self, clock: Timestamp) {
        let mut inner = self.lock();
        inner.ahead = inner.now.duration_since(clock);
    }

    /// Answers a request at the virtual clock's time.
    pub(crate) fn answer_in_process(&self, request: &HttpRequest<'_>) -> Result<HttpResponse, Loss> {
        let mut inner = self.lock();
        inner.pass(REQUEST_TAKES);
        let signer = inner.now;
        inner.answer(request, signer)
    }

    /// Answers a request of a client whose clock shows `clock`. The world's time runs with that clock, ahead of it by as much as it was put
    /// forward, and never goes back.
    fn answer_at(&self, request: &HttpRequest<'_>, clock: Timestamp) -> Result<HttpResponse, Loss> {
        let mut inner = self.lock();
        inner.follow(clock);
        inner.answer(request, clock)
    }

    /// The world's time when `clock` shows the machine's.
    fn now_at(&self, clock: Timestamp) -> Timestamp {
        let mut inner = self.lock();
        inner.follow(clock);
        inner.now
    }

    /// Lets time pass on the world's clock, which otherwise runs with `clock`.
    fn advance_at(&self, clock: Timestamp, by: SignedDuration) -> Result<Timestamp, SimError> {
        let mut inner = self.lock();
        inner.follow(clock);
        let to = inner.now.saturating_add(by.max(SignedDuration::ZERO)).unwrap_or(Timestamp::MAX);
        inner.ahead = to.duration_since(clock);
        inner.follow(clock);
        inner.save(&Entry::Clock)?;
        Ok(inner.now)
    }

    /// Puts the world's clock to a later time; it goes on running with `clock`.
    fn set_at(&self, clock: Timestamp, to: Timestamp) -> Result<Timestamp, SimError> {
        let now = self.now_at(clock);
        if to <= now {
            return Err(SimError::Past { now, wanted: to });
        }
        self.advance_at(clock, to.duration_since(now))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic while the lock was held left nothing half done that a later caller could not stand: calls check before they change.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulator").finish_non_exhaustive()
    }
}
