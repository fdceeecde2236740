//! The simulator: a world behind the wire protocols, with a clock and, if wanted, a file.

mod connector;
mod log;
mod serve;
#[cfg(test)]
mod tests;
mod throttle;

pub use serve::Clock;

use crate::wire::{self, HttpRequest, HttpResponse, Times};
use jiff::{SignedDuration, Timestamp};
use log::{Entry, Log};
use orgkit_model::AccountId;
use orgkit_world::catalog::Operation;
use orgkit_world::{AccountView, ApiError, BuildError, Call, Keys, World, WorldFile, catalog, keys_of};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use throttle::Throttle;

/// How long a request takes on the virtual clock.
const REQUEST_TAKES: SignedDuration = SignedDuration::from_millis(40);

/// What can go wrong with a simulator, apart from the refusals that callers get.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The world file describes a world that cannot be.
    #[error("cannot build the simulated world")]
    Build(#[source] BuildError),
    /// The file of a simulated world could not be read or written.
    #[error("cannot use the simulated world in `{path}`")]
    Store {
        /// The file.
        path: String,
        /// What SQLite says.
        #[source]
        source: rusqlite::Error,
    },
    /// The file was made from another world file or seed.
    #[error("`{path}` holds another simulated world than the world file and seed describe")]
    OtherWorld {
        /// The file.
        path: String,
    },
    /// The file was written by a newer orgkit.
    #[error("`{path}` was written by a newer orgkit (format {found}, this one reads up to {known})")]
    Newer {
        /// The file.
        path: String,
        /// Its format.
        found: i64,
        /// The newest format that this program reads.
        known: i64,
    },
    /// The file cannot be a record of a simulated world.
    #[error("`{path}` is damaged: {reason}")]
    Damaged {
        /// The file.
        path: String,
        /// What does not fit.
        reason: String,
    },
    /// A change could not be written down; the simulator answers nothing any more.
    #[error("cannot go on after a change that was not saved")]
    Unsaved,
    /// AWS Support would not do it.
    #[error("AWS Support refused")]
    Refused(#[source] ApiError),
}

/// What a person does outside the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum PersonAct {
    /// AWS Support makes a suspended account active again.
    ReinstateAccount {
        /// The account.
        account: AccountId,
    },
}

/// A simulated AWS that can be called. Clones are handles to the same one.
#[derive(Clone)]
pub struct Simulator {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    world: World,
    now: Timestamp,
    /// How far the clock was put forward of the one that a served simulator follows.
    ahead: SignedDuration,
    throttle: Throttle,
    log: Option<Log>,
    /// Set when a change could not be written down: memory is then ahead of the file, and nobody may see it.
    unsaved: bool,
}

impl Simulator {
    /// A simulator that keeps nothing.
    ///
    /// # Errors
    /// [`SimError::Build`].
    pub fn in_memory(file: &WorldFile, seed: u64, start: Timestamp) -> Result<Self, SimError> {
        let world = World::from_file(file, seed, start).map_err(SimError::Build)?;
        Ok(Self::with(Inner { world, now: start, ahead: SignedDuration::ZERO, throttle: Throttle::default(), log: None, unsaved: false }))
    }

    /// A simulator that keeps its world in a file and takes up where that left off; a file that is there already keeps its own start.
    /// Each change is in the file before its answer is given, so the world survives a kill of the process.
    ///
    /// # Errors
    /// All but [`SimError::Refused`] and [`SimError::Unsaved`].
    pub fn open(path: &Path, file: &WorldFile, seed: u64, start: Timestamp) -> Result<Self, SimError> {
        let (log, kept) = Log::open(path, file, seed, start)?;
        let world = World::from_file(file, seed, kept.start).map_err(SimError::Build)?;
        let mut inner =
            Inner { world, now: kept.start, ahead: SignedDuration::ZERO, throttle: Throttle::default(), log: None, unsaved: false };
        for (entry, now) in kept.entries {
            inner.replay(&entry, now).map_err(|error| log.damaged(format!("a change in it is refused now: {error}")))?;
        }
        inner.log = Some(log);
        Ok(Self::with(inner))
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

    /// Does what a person does outside the API.
    ///
    /// # Errors
    /// [`SimError::Refused`] when it is not possible, [`SimError::Unsaved`] when it could not be written down.
    pub fn act(&self, act: &PersonAct) -> Result<(), SimError> {
        let mut inner = self.lock();
        inner.act(act).map_err(SimError::Refused)?;
        inner.save(&Entry::Person { act: act.clone() })
    }

    /// Answers a request at the virtual clock's time.
    fn answer_in_process(&self, request: &HttpRequest<'_>) -> HttpResponse {
        let mut inner = self.lock();
        inner.pass(REQUEST_TAKES);
        let signer = inner.now;
        inner.answer(request, signer)
    }

    /// Answers a request of a client whose clock shows `clock`. The world's time runs with that clock, ahead of it by as much as it was put
    /// forward, and never goes back.
    fn answer_at(&self, request: &HttpRequest<'_>, clock: Timestamp) -> HttpResponse {
        let mut inner = self.lock();
        inner.follow(clock);
        inner.answer(request, clock)
    }

    /// Lets time pass on the world's clock, which otherwise runs with `clock`.
    fn advance_at(&self, clock: Timestamp, by: SignedDuration) -> Result<Timestamp, SimError> {
        let mut inner = self.lock();
        inner.follow(clock);
        inner.ahead = inner.ahead.saturating_add(by.max(SignedDuration::ZERO));
        inner.follow(clock);
        inner.save(&Entry::Clock)?;
        Ok(inner.now)
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

impl Inner {
    fn pass(&mut self, by: SignedDuration) {
        self.now = self.now.saturating_add(by).unwrap_or(Timestamp::MAX);
    }

    fn follow(&mut self, clock: Timestamp) {
        self.now = self.now.max(clock.saturating_add(self.ahead).unwrap_or(Timestamp::MAX));
    }

    fn answer(&mut self, request: &HttpRequest<'_>, signer: Timestamp) -> HttpResponse {
        let accepted = match wire::accept(&self.world, request, Times { world: self.now, signer }) {
            Ok(accepted) => accepted,
            Err(refusal) => return refusal,
        };
        let (caller, call) = (&accepted.caller, &accepted.call);
        let admitted = if self.unsaved { Err(not_saved()) } else { self.throttle.admit(&caller.account, call, self.now) };
        let mut answer = admitted.and_then(|()| self.world.handle(caller, call, self.now));
        if answer.is_ok() && is_changing(call) {
            let entry = Entry::Call { caller: caller.clone(), call: call.clone() };
            if self.save(&entry).is_err() {
                answer = Err(not_saved());
            }
        }
        wire::respond(&accepted, &answer)
    }

    fn act(&mut self, act: &PersonAct) -> Result<(), ApiError> {
        match act {
            PersonAct::ReinstateAccount { account } => self.world.reinstate(account, self.now),
        }
    }

    fn replay(&mut self, entry: &Entry, now: Timestamp) -> Result<(), ApiError> {
        self.now = now;
        match entry {
            Entry::Call { caller, call } => self.world.handle(caller, call, now).map(|_| ()),
            Entry::Person { act } => self.act(act),
            Entry::Clock => Ok(()),
        }
    }

    /// Writes a change down, if there is a file.
    fn save(&mut self, entry: &Entry) -> Result<(), SimError> {
        let now = self.now;
        let saved = self.log.as_mut().map_or(Ok(()), |log| log.append(entry, now));
        saved.map_err(|_| {
            self.unsaved = true;
            SimError::Unsaved
        })
    }
}

/// Whether a call changes the world when it succeeds.
fn is_changing(call: &Call) -> bool {
    catalog::service(&call.service).and_then(|service| service.operation(&call.operation)).is_some_and(Operation::is_changing)
}

/// The answer when a change could not be written down.
fn not_saved() -> ApiError {
    ApiError::new("ServiceException", "The simulated world could not be saved.").with_status(500)
}
