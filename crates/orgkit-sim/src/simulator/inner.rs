//! What a simulator is made of, behind its lock.

use super::bystander::{Bystander, Passage, Seen};
use super::call::CallError;
use super::error::SimError;
use super::injected::{Injected, Struck, TIMEOUT_TAKES};
use super::log::{Entry, Log};
use super::throttle::Throttle;
use crate::wire::{self, HttpRequest, HttpResponse, Times};
use jiff::{SignedDuration, Timestamp};
use orgkit_world::catalog::{self, Operation};
use orgkit_world::faults::{Due, Fault, Loss, expired};
use orgkit_world::{Answer, ApiError, BuildError, Call, PersonAct, Principal, World, WorldFile};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the world is made of when it starts over.
pub(super) enum Origin {
    /// A world file.
    File {
        /// The file.
        file: Box<WorldFile>,
        /// What ids are drawn from.
        seed: u64,
    },
    /// A world that was saved.
    World(Box<World>),
}

pub(super) struct Inner {
    pub(super) world: World,
    pub(super) origin: Arc<Origin>,
    /// When the world began.
    pub(super) start: Timestamp,
    pub(super) now: Timestamp,
    /// How far the clock is ahead of the one that a served simulator follows; below zero: behind.
    pub(super) ahead: SignedDuration,
    pub(super) throttle: Throttle,
    pub(super) faults: Injected,
    log: Option<Log>,
    /// Set when a change could not be written down: memory is then ahead of the file, and nobody may see it.
    unsaved: bool,
    /// Until when the sessions of a name are good, by the ARN that they act under: callers without a wire carry no key.
    sessions: BTreeMap<String, Timestamp>,
    pub(super) bystander: Option<Box<dyn Bystander>>,
}

impl Origin {
    pub(super) fn world(&self, start: Timestamp) -> Result<World, BuildError> {
        match self {
            Self::File { file, seed } => World::from_file(file, *seed, start),
            Self::World(world) => Ok((**world).clone()),
        }
    }
}

impl Inner {
    pub(super) fn new(origin: Arc<Origin>, world: World, start: Timestamp, now: Timestamp) -> Self {
        let mut inner = Self {
            world,
            origin,
            start,
            now,
            ahead: SignedDuration::ZERO,
            throttle: Throttle::default(),
            faults: Injected::default(),
            log: None,
            unsaved: false,
            sessions: BTreeMap::new(),
            bystander: None,
        };
        inner.index_sessions();
        inner
    }

    pub(super) fn keep_in(&mut self, log: Log) {
        self.log = Some(log);
    }

    pub(super) fn is_saved(&self) -> bool {
        self.log.is_some()
    }

    pub(super) fn origin_world(&self) -> Result<World, BuildError> {
        self.origin.world(self.start)
    }

    pub(super) fn pass(&mut self, by: SignedDuration) {
        self.go_to(self.now.saturating_add(by).unwrap_or(Timestamp::MAX));
    }

    /// Follows a clock that the world's own is ahead of or behind; the world's never goes back.
    pub(super) fn follow(&mut self, clock: Timestamp) {
        self.go_to(clock.saturating_add(self.ahead).unwrap_or(Timestamp::MAX));
    }

    /// Lets it be later. What people do at a time is done at that time.
    fn go_to(&mut self, to: Timestamp) {
        while let Some(due) = self.faults.due_by(to.max(self.now)) {
            self.now = self.now.max(due.at);
            self.carry_out(&due);
        }
        self.now = self.now.max(to);
    }

    pub(super) fn answer(&mut self, request: &HttpRequest<'_>, signer: Timestamp) -> Result<HttpResponse, Loss> {
        let accepted = match wire::accept(&self.world, request, Times { world: self.now, signer }) {
            Ok(accepted) => accepted,
            Err(refusal) => return Ok(refusal),
        };
        let answer = match self.perform(&accepted.caller, &accepted.call) {
            Ok(output) => Ok(output),
            Err(CallError::Refused(error)) => Err(error),
            Err(CallError::LostBefore(loss) | CallError::LostAfter(loss)) => return Err(loss),
        };
        Ok(wire::respond(&accepted, &answer))
    }

    /// Does what a caller asks, unless something goes wrong.
    pub(super) fn perform(&mut self, caller: &Principal, call: &Call) -> Result<Value, CallError> {
        if self.unsaved {
            return Err(not_saved().into());
        }
        for due in self.faults.due_before(caller, call, self.now) {
            self.carry_out(&due);
        }
        let Some(mut bystander) = self.bystander.take() else { return self.carry(caller, call) };
        let seen = |inner: &Self| Seen { caller, call, changes: is_changing(call), now: inner.now };
        let answer = match bystander.asked(&seen(self), &self.world) {
            Passage::Go => self.carry(caller, call),
            Passage::LoseRequest => Err(CallError::LostBefore(Loss::Reset)),
            Passage::LoseAnswer => self.carry(caller, call).and(Err(CallError::LostAfter(Loss::Reset))),
        };
        bystander.answered(&seen(self), &self.world, &answer);
        self.bystander = Some(bystander);
        answer
    }

    /// The call on its way to the service and back.
    fn carry(&mut self, caller: &Principal, call: &Call) -> Result<Value, CallError> {
        let struck = self.faults.strike(caller, call, self.now);
        self.pass(struck.latency());
        if let Some(loss) = struck.lost_before() {
            self.wait_in_vain(loss);
            return Err(CallError::LostBefore(loss));
        }
        if struck.ends_session() {
            self.end_session_of(caller);
        }
        if let Some(refusal) = struck.refusal(call) {
            return Err(refusal.into());
        }
        self.throttle.admit(&self.world, &caller.account, call, self.now)?;
        let output = self.apply(caller, call, &struck)?;
        match struck.lost_after() {
            None => Ok(output),
            Some(loss) => {
                self.wait_in_vain(loss);
                Err(CallError::LostAfter(loss))
            }
        }
    }

    /// Refuses a session that has ended, for callers who come without the wire, which looks at their keys.
    pub(super) fn check_session(&self, caller: &Principal, call: &Call) -> Result<(), ApiError> {
        let ended = caller.role.is_some() && self.sessions.get(&caller.arn).is_some_and(|ends| *ends <= self.now);
        match catalog::service(&call.service).filter(|_| ended) {
            Some(service) => Err(expired(service)),
            None => Ok(()),
        }
    }

    /// Does what a person does, and writes it down.
    pub(super) fn act(&mut self, act: &PersonAct, draw: u64) -> Result<PersonAct, SimError> {
        let done = self.world.act(act, draw, self.now).map_err(SimError::Refused)?;
        self.index_sessions();
        self.save(&Entry::Person { act: done.clone() })?;
        Ok(done)
    }

    /// Writes a change down, if there is a file.
    pub(super) fn save(&mut self, entry: &Entry) -> Result<(), SimError> {
        let now = self.now;
        let saved = self.log.as_mut().map_or(Ok(()), |log| log.append(entry, now));
        saved.map_err(|_| {
            self.unsaved = true;
            SimError::Unsaved
        })
    }

    /// Does again what was written down.
    pub(super) fn replay(&mut self, entry: Entry, now: Timestamp) -> Result<(), ApiError> {
        self.now = now;
        match entry {
            Entry::Call { caller, call } => self.world.handle(&caller, &call, now).map(|_| ()),
            Entry::Person { act } => self.world.act(&act, 0, now).map(|_| ()),
            Entry::SessionEnds { access_key_id, ends } => {
                self.world.end_session(&access_key_id, ends);
                Ok(())
            }
            Entry::Clock => Ok(()),
            Entry::Reset => {
                let world = self.origin_world();
                self.world = world.map_err(|error| ApiError::new("ServiceException", error.to_string()))?;
                Ok(())
            }
            Entry::Restore { world } => {
                self.world = *world;
                Ok(())
            }
        }
    }

    /// Works out until when sessions are good.
    pub(super) fn index_sessions(&mut self) {
        self.sessions.clear();
        for (_, session) in self.world.sessions() {
            let ends = self.sessions.entry(session.principal.arn.clone()).or_insert(session.expires_at);
            *ends = session.expires_at.max(*ends);
        }
    }

    fn apply(&mut self, caller: &Principal, call: &Call, struck: &Struck) -> Answer {
        if !is_changing(call) {
            return match self.faults.stale_world(caller, call, self.now) {
                Some(world) => world.handle(caller, call, self.now),
                None => self.world.handle(caller, call, self.now),
            };
        }
        let stale: Vec<Fault> = struck.stale().cloned().collect();
        let before = (!stale.is_empty()).then(|| self.world.clone());
        let output = self.world.handle(caller, call, self.now)?;
        let entry = Entry::Call { caller: caller.clone(), call: call.clone() };
        self.save(&entry).map_err(|_| not_saved())?;
        for (fault, before) in stale.iter().zip(std::iter::repeat(before).flatten()) {
            self.faults.open_window(fault, before, call, self.now);
        }
        self.opened(&output, struck)?;
        Ok(output)
    }

    /// Takes down a session that a call opened, and shortens it where a fault says so.
    fn opened(&mut self, output: &Value, struck: &Struck) -> Result<(), ApiError> {
        let Some(key) = output.pointer("/Credentials/AccessKeyId").and_then(Value::as_str) else { return Ok(()) };
        if let Some(seconds) = struck.shortens_session() {
            let lasts = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
            self.end_session(key, self.now.saturating_add(lasts).unwrap_or(Timestamp::MAX)).map_err(|_| not_saved())?;
            self.index_sessions();
        } else if let Some(session) = self.world.session(key) {
            let ends = self.sessions.entry(session.principal.arn.clone()).or_insert(session.expires_at);
            *ends = session.expires_at.max(*ends);
        }
        Ok(())
    }

    fn end_session_of(&mut self, caller: &Principal) {
        let own = self.world.sessions().filter(|(_, session)| &session.principal == caller);
        let keys: Vec<String> = own.map(|(key, _)| key.to_owned()).collect();
        for key in keys {
            // Where it cannot be written down, nothing is answered any more.
            let _ = self.end_session(&key, self.now);
        }
        self.sessions.insert(caller.arn.clone(), self.now);
    }

    fn end_session(&mut self, access_key_id: &str, ends: Timestamp) -> Result<(), SimError> {
        self.world.end_session(access_key_id, ends);
        self.save(&Entry::SessionEnds { access_key_id: access_key_id.to_owned(), ends })
    }

    fn carry_out(&mut self, due: &Due) {
        let outcome = match self.act(&due.act, due.draw) {
            Ok(done) => Ok(done),
            Err(SimError::Refused(error)) => Err(error),
            Err(_) => Err(not_saved()),
        };
        self.faults.done(due, outcome);
    }

    fn wait_in_vain(&mut self, loss: Loss) {
        if loss == Loss::Timeout {
            self.pass(TIMEOUT_TAKES);
        }
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
