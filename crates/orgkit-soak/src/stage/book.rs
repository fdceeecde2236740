//! What is known of a run from outside: every call, every record, and what they broke.

use super::doom::{Doom, Strike};
use super::index::Index;
use super::ledger::Ledger;
use crate::invariants;
use jiff::Timestamp;
use orgkit_cloud::{Effect, ErrorClass, class_of};
use orgkit_execute::{Lease, Record};
use orgkit_model::{AccountId, Digest, Entry, OrganizationId, Plan};
use orgkit_sim::{Bystander, CallError, Passage, Seen};
use orgkit_world::World;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// At most so many violations of a run are kept: the first one counts.
const KEPT: usize = 8;

/// Something that happened, as the invariants are told of it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Told<'a> {
    /// A change is on its way.
    Asked(&'a Seen<'a>),
    /// A change was answered or its answer got lost; whether it was done.
    Answered(&'a Seen<'a>, bool),
    /// A record became durable. The ledger does not have it yet.
    Appended(&'a Record, &'a Entry),
}

/// An invariant that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The invariant's number, 1 to 25; 0 for a run that ended without an end.
    pub invariant: u8,
    /// The event at which it was seen.
    pub event: String,
    /// What was wrong.
    pub detail: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "invariant {}, at {}: {}", self.invariant, self.event, self.detail)
    }
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// The calls that reached the simulator.
    pub calls: u64,
    /// The changes among them.
    pub changes: u64,
    /// The writes to the journal, each of one or more records.
    pub writes: u64,
    /// After so many events the invariants were checked.
    pub events: u64,
    /// How often a process died.
    pub crashes: u64,
    /// How often a write to the journal failed.
    pub journal_errors: u64,
    /// How often a proof said nothing.
    pub trapped: u64,
    /// The changes that a process made whose lease had been taken while its call was under way.
    pub late: u64,
}

impl Counts {
    /// Adds others up.
    pub fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.changes += other.changes;
        self.writes += other.writes;
        self.events += other.events;
        self.crashes += other.crashes;
        self.journal_errors += other.journal_errors;
        self.trapped += other.trapped;
        self.late += other.late;
    }
}

/// What is known of a run.
#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) opening_plan: Arc<Plan>,
    pub(crate) digest: Digest,
    pub(crate) sharing: Arc<BTreeSet<AccountId>>,
    pub(crate) ledger: Ledger,
    pub(crate) counts: Counts,
    pub(crate) violations: Vec<Violation>,
    /// The generation that holds the journal.
    pub(crate) lease: u64,
    /// The generation of whoever calls now.
    pub(crate) caller: u64,
    /// Where every account was before the change that is under way.
    pub(crate) homes: Vec<(AccountId, Option<OrganizationId>)>,
    /// The accounts of the world at its beginning.
    pub(crate) everybody: Vec<AccountId>,
    /// How much of StackSets each account had before the change that is under way.
    pub(crate) deployed: BTreeMap<AccountId, usize>,
    /// When the new management account last entered an account by its own way.
    pub(crate) exercised: BTreeMap<AccountId, Timestamp>,
    /// When each account landed in the target's root.
    pub(crate) at_root: BTreeMap<AccountId, Timestamp>,
    pub(crate) access_role: &'static str,
    doom: Doom,
    /// How many of a hundred proofs say nothing, and what decides which.
    traps: (u64, crate::dice::Dice),
    looking: bool,
    dead: bool,
    dies: bool,
    yields: bool,
    trace: Option<Vec<String>>,
}

/// A book that the store, the clouds and the simulator write in.
#[derive(Debug, Clone)]
pub(crate) struct Shared(Arc<Mutex<Book>>);

impl Shared {
    pub(crate) fn new(book: Book) -> Self {
        Self(Arc::new(Mutex::new(book)))
    }

    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut Book) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.with(|book| book.dead)
    }

    pub(crate) fn yields(&self) -> bool {
        self.with(|book| book.yields)
    }
}

impl Bystander for Shared {
    fn asked(&mut self, seen: &Seen<'_>, world: &World) -> Passage {
        self.with(|book| book.asked(seen, world))
    }

    fn answered(&mut self, seen: &Seen<'_>, world: &World, answer: &Result<Value, CallError>) {
        self.with(|book| book.answered(seen, world, answer));
    }
}

impl Book {
    pub(crate) fn new(plan: Arc<Plan>, digest: Digest, sharing: Arc<BTreeSet<AccountId>>, index: Arc<Index>, world: &World) -> Self {
        Self {
            opening_plan: plan,
            digest,
            sharing,
            ledger: Ledger::new(index),
            counts: Counts::default(),
            violations: Vec::new(),
            lease: 0,
            caller: 0,
            homes: Vec::new(),
            everybody: world.homes().map(|home| home.account.clone()).collect(),
            deployed: BTreeMap::new(),
            exercised: BTreeMap::new(),
            at_root: BTreeMap::new(),
            access_role: crate::plans::ACCESS_ROLE,
            doom: Doom::default(),
            traps: (0, crate::dice::Dice::new(0)),
            looking: true,
            dead: false,
            dies: false,
            yields: false,
            trace: None,
        }
    }

    pub(crate) fn set_doom(&mut self, doom: Doom) {
        self.doom = doom;
    }

    pub(crate) fn set_traps(&mut self, percent: u64, dice: crate::dice::Dice) {
        self.traps = (percent, dice);
    }

    pub(crate) fn set_yields(&mut self, yields: bool) {
        self.yields = yields;
    }

    pub(crate) fn set_trace(&mut self) {
        self.trace = Some(Vec::new());
    }

    pub(crate) fn trace(&mut self) -> Vec<String> {
        self.trace.take().unwrap_or_default()
    }

    pub(crate) fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(line());
        }
    }

    /// Whether the calls are the run's: those of others are not judged.
    pub(crate) fn set_looking(&mut self, looking: bool) {
        self.looking = looking;
    }

    /// A new process begins.
    pub(crate) fn revive(&mut self) {
        self.dead = false;
        self.looking = true;
    }

    /// The process dies: nothing that it does from now on has an effect.
    pub(crate) fn die(&mut self) {
        self.counts.crashes += 1;
        self.dead = true;
        self.note(|| "-- the process dies".to_owned());
    }

    /// What hits the write that is about to be made.
    pub(crate) fn next_write(&mut self) -> Option<Strike> {
        self.counts.writes += 1;
        let strike = self.doom.at_write(self.counts.writes);
        self.counts.journal_errors += u64::from(matches!(strike, Some(Strike::Error(_))));
        let number = self.counts.writes;
        self.note(|| format!("-- write {number}{}", strike.map_or_else(String::new, |strike| format!(": {strike:?}"))));
        strike
    }

    /// Whether the next proof says nothing.
    pub(crate) fn next_proof(&mut self) -> bool {
        let trapped = self.traps.0 > 0 && self.traps.1.happens(self.traps.0);
        self.counts.trapped += u64::from(trapped);
        trapped
    }

    /// Somebody took the journal.
    pub(crate) fn taken(&mut self, lease: &Lease) {
        if lease.generation <= self.lease {
            let detail = format!("generation {} was given although {} has been", lease.generation, self.lease);
            self.violate(21, "take", detail);
        }
        self.lease = lease.generation;
        self.note(|| format!("-- generation {} for {}", lease.generation, lease.holder));
    }

    /// A record is durable.
    pub(crate) fn appended(&mut self, record: &Record, world: &World, now: Timestamp) {
        let entry = match serde_json::from_str(&record.event) {
            Ok(event) => Entry { seq: record.seq, at: record.at.parse().unwrap_or(now), generation: record.generation, event },
            Err(error) => return self.violate(22, "append", format!("record {} is no event: {error}", record.seq)),
        };
        self.note(|| format!("{now} #{} g{} {}", record.seq, record.generation, shortened(&record.event)));
        self.judge(Told::Appended(record, &entry), world, now);
        self.ledger.take(&entry);
        self.ledger.hash.clone_from(&record.hash);
    }

    fn asked(&mut self, seen: &Seen<'_>, world: &World) -> Passage {
        if !self.looking {
            return Passage::Go;
        }
        if self.dead {
            return Passage::LoseRequest;
        }
        self.counts.calls += 1;
        if !is_change(seen) {
            return Passage::Go;
        }
        self.counts.changes += 1;
        self.counts.late += u64::from(self.caller != self.lease);
        let (passage, dies) = self.doom.at_change(self.counts.changes);
        self.dies = dies;
        self.homes.clear();
        self.homes.extend(world.homes().map(|home| (home.account.clone(), home.organization.cloned())));
        if seen.call.operation == "AcceptHandshake" {
            self.deployed.insert(seen.caller.account.clone(), world.deployed_in(&seen.caller.account));
        }
        let number = self.counts.changes;
        self.note(|| {
            format!("{} change {number} by {}: {} {} {passage:?}", seen.now, seen.caller.arn, seen.call.operation, seen.call.input)
        });
        self.judge(Told::Asked(seen), world, seen.now);
        passage
    }

    fn answered(&mut self, seen: &Seen<'_>, world: &World, answer: &Result<Value, CallError>) {
        if self.dead || !self.looking {
            return;
        }
        self.note(|| match answer {
            Ok(_) => format!("{}   {} {}: done", seen.now, seen.caller.account, seen.call.operation),
            Err(error) => format!("{}   {} {}: {error}", seen.now, seen.caller.account, seen.call.operation),
        });
        let number = self.counts.calls;
        if !is_change(seen) {
            if answer.is_ok() {
                self.entered(seen);
            }
            if is_told(answer) {
                self.ledger.read(seen, number);
            }
            return;
        }
        let definite = match answer {
            Err(CallError::Refused(error)) => class_of(Some(error.code), error.status, Effect::Change) != ErrorClass::Ambiguous,
            _ => false,
        };
        // A call that was under way when the journal was taken over is not what the new holder has to look for again.
        if !definite && self.caller == self.lease {
            self.ledger.acted(seen, number);
        }
        self.judge(Told::Answered(seen, matches!(answer, Ok(_) | Err(CallError::LostAfter(_)))), world, seen.now);
        if std::mem::take(&mut self.dies) {
            self.die();
        }
    }

    /// Notes that the new management account went into an account by its own way.
    fn entered(&mut self, seen: &Seen<'_>) {
        if seen.call.operation != "AssumeRole" || seen.caller.account != self.opening_plan.target_management {
            return;
        }
        let role = seen.call.input.get("RoleArn").and_then(Value::as_str).unwrap_or_default();
        let account = role.split(':').nth(4).and_then(|id| id.parse().ok());
        if let Some(account) = account.filter(|_| role.ends_with(self.access_role)) {
            self.exercised.insert(account, seen.now);
        }
    }

    fn judge(&mut self, told: Told<'_>, world: &World, now: Timestamp) {
        self.counts.events += 1;
        let mut broken = Vec::new();
        for invariant in invariants::ALL {
            if let Err(detail) = (invariant.holds)(self, &told, world, now) {
                broken.push((invariant.number, detail));
            }
        }
        for (number, detail) in broken {
            self.violate(number, &name(&told), detail);
        }
        invariants::remember(self, &told, world, now);
    }

    /// Takes a violation down.
    pub(crate) fn violate(&mut self, invariant: u8, event: &str, detail: String) {
        self.note(|| format!("!! invariant {invariant}: {detail}"));
        if self.violations.len() < KEPT {
            self.violations.push(Violation { invariant, event: event.to_owned(), detail });
        }
    }
}

/// Whether a call changes something that lasts; a session is nothing that lasts.
fn is_change(seen: &Seen<'_>) -> bool {
    seen.changes && seen.call.service != "sts"
}

/// Whether a read was answered: that there is no such thing, or no way in, is an answer too.
fn is_told(answer: &Result<Value, CallError>) -> bool {
    match answer {
        Ok(_) => true,
        Err(CallError::Refused(error)) => class_of(Some(error.code), error.status, Effect::Read) == ErrorClass::Refused,
        Err(_) => false,
    }
}

fn name(told: &Told<'_>) -> String {
    match told {
        Told::Asked(seen) => format!("{} by {}", seen.call.operation, seen.caller.account),
        Told::Answered(seen, done) => {
            format!("{} by {} ({})", seen.call.operation, seen.caller.account, if *done { "done" } else { "not done" })
        }
        Told::Appended(record, _) => format!("record {} {}", record.seq, shortened(&record.event)),
    }
}

fn shortened(text: &str) -> &str {
    text.char_indices().nth(300).map_or(text, |(at, _)| text.get(..at).unwrap_or(text))
}
