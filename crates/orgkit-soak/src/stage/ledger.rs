//! The checker's own account of a journal: kept from the events alone, apart from the executor's `Run`, so that an error in the one is not an
//! error in the other.

use super::index::Index;
use super::serves::{may_undo, serves, tells};
use jiff::Timestamp;
use orgkit_model::{AccountId, Action, Entry, ErrorClass, Event, Status, StepId, StepResult};
use orgkit_sim::Seen;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Standing {
    /// Nothing was written about it, or a person has cleared it.
    #[default]
    Waiting,
    /// An act may have left.
    Intended,
    /// A look showed whether its goal holds.
    Seen(bool),
    /// The last try failed, and this is how that is to be met.
    Failed(ErrorClass),
    /// It is done.
    Done,
    /// A person is needed.
    Stuck,
    /// It is being undone.
    Undoing,
    /// It was undone.
    Undone,
}

/// What is known of a step.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    pub(crate) standing: Standing,
    /// The generations that wrote an intent, the last one last.
    pub(crate) intended_by: Vec<u64>,
    /// The number of the last change that was made for it and that may have had an effect.
    pub(crate) acted: Option<u64>,
    /// The number of the last read that told about it.
    pub(crate) read: Option<u64>,
    /// Whether the last proofs about it were good.
    pub(crate) proven: bool,
    /// When it was done.
    pub(crate) done_at: Option<Timestamp>,
}

/// The journal so far.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    pub(crate) index: Arc<Index>,
    pub(crate) lines: Vec<Line>,
    pub(crate) approved: bool,
    pub(crate) generation: u64,
    pub(crate) seq: u64,
    /// The waves that were begun, with the places reserved for each.
    pub(crate) begun: BTreeMap<String, u64>,
    pub(crate) excused: BTreeSet<AccountId>,
    pub(crate) verified: bool,
    pub(crate) finished: bool,
    /// Why the run ended, when the last event says so.
    pub(crate) last_words: Option<String>,
    /// The hash of the last record.
    pub(crate) hash: String,
}

impl Ledger {
    /// An empty journal.
    pub(crate) fn new(index: Arc<Index>) -> Self {
        let lines = vec![Line::default(); index.steps.len()];
        Self {
            index,
            lines,
            approved: false,
            generation: 0,
            seq: 0,
            begun: BTreeMap::new(),
            excused: BTreeSet::new(),
            verified: false,
            finished: false,
            last_words: None,
            hash: String::new(),
        }
    }

    /// What is known of a step.
    pub(crate) fn line(&self, id: &StepId) -> Option<&Line> {
        self.lines.get(self.index.place(id)?)
    }

    /// Whether a step is done.
    pub(crate) fn is_done(&self, id: &StepId) -> bool {
        self.line(id).is_some_and(|line| line.standing == Standing::Done)
    }

    /// Whether an account's step that does a thing is done; `None` where there is no such step.
    pub(crate) fn has_done(&self, account: &AccountId, does: fn(&Action) -> bool) -> Option<bool> {
        self.index.find(account, does).map(|(_, step)| self.is_done(&step.id))
    }

    /// Whether a step is done, or of an account that the plan goes on without.
    pub(crate) fn is_settled(&self, place: usize) -> bool {
        let done = self.lines.get(place).is_some_and(|line| line.standing == Standing::Done);
        let account = self.index.steps.get(place).and_then(|step| step.account.as_ref());
        done || account.is_some_and(|account| self.excused.contains(account))
    }

    /// Whether an account is past the point of no return.
    pub(crate) fn is_past_return(&self, account: &AccountId) -> bool {
        self.index.points_of_no_return(account).any(|place| self.lines.get(place).is_some_and(|line| line.standing == Standing::Done))
    }

    /// The places of the steps for which a process whose journal was taken over meanwhile had written its intent before: its call was under way,
    /// and nothing can call it back.
    pub(crate) fn under_way(&self, seen: &Seen<'_>, generation: u64) -> bool {
        self.index.about(seen).into_iter().any(|place| {
            let (Some(step), Some(line)) = (self.index.steps.get(place), self.lines.get(place)) else { return false };
            line.intended_by.contains(&generation) && serves(step, seen)
        })
    }

    /// The places of the steps that a change may be made for now.
    pub(crate) fn steps_for(&self, seen: &Seen<'_>) -> Vec<usize> {
        let fits = |place: &usize| {
            let (Some(step), Some(line)) = (self.index.steps.get(*place), self.lines.get(*place)) else { return false };
            match line.standing {
                Standing::Undoing => may_undo(step, seen),
                Standing::Intended => serves(step, seen),
                _ => false,
            }
        };
        self.index.about(seen).into_iter().filter(fits).collect()
    }

    /// Takes a change down that may have had an effect.
    pub(crate) fn acted(&mut self, seen: &Seen<'_>, number: u64) {
        for place in self.index.about(seen) {
            let serves = self.index.steps.get(place).is_some_and(|step| serves(step, seen));
            if let Some(line) = self.lines.get_mut(place).filter(|line| serves && line.standing != Standing::Done) {
                line.acted = Some(number);
            }
        }
    }

    /// Takes a read down for the steps that it tells about.
    pub(crate) fn read(&mut self, seen: &Seen<'_>, number: u64) {
        for place in self.index.about(seen) {
            let (Some(step), Some(line)) = (self.index.steps.get(place), self.lines.get_mut(place)) else { continue };
            if line.standing != Standing::Done && tells(step, seen) {
                line.read = Some(number);
            }
        }
    }

    /// Takes an event in. It was judged before.
    pub(crate) fn take(&mut self, entry: &Entry) {
        self.generation = entry.generation;
        self.seq = entry.seq;
        let generation = entry.generation;
        if matches!(entry.event, Event::Done { .. }) {
            self.last_words = None;
        }
        match &entry.event {
            Event::Approved { .. } => self.approved = true,
            Event::Intent { step } => self.set(step, Standing::Intended, |line| line.intended_by.push(generation)),
            Event::Observed { step, holds, proofs, .. } => {
                self.observed(step, *holds, proofs.iter().all(|proof| matches!(proof.status, Status::Pass | Status::NotApplicable)))
            }
            Event::Done { step, result } => {
                let by_person = matches!(result, StepResult::PassedBy { .. } | StepResult::Assumed { .. });
                self.set(step, Standing::Done, |line| {
                    line.done_at = Some(entry.at);
                    line.proven |= by_person;
                });
            }
            Event::Failed { step, class, code, message } => {
                if self.line(step).is_none_or(|line| line.standing != Standing::Undoing) {
                    self.set(step, Standing::Failed(*class), |_| ());
                }
                self.last_words = Some(format!("{step} failed: {code}: {message}"));
            }
            Event::Began { wave, reserved } => {
                self.begun.insert(wave.clone(), reserved.as_ref().map_or(0, |reserved| reserved.seats.into()));
            }
            Event::Stuck { step, runbook } => {
                self.set(step, Standing::Stuck, |_| ());
                self.last_words = Some(format!("{step} is stuck: {}", runbook.join(" ")));
            }
            Event::Cleared { step, .. } => self.set(step, Standing::Waiting, |_| ()),
            Event::Excused { account, .. } => {
                self.excused.insert(account.clone());
            }
            Event::Undoing { step } => self.set(step, Standing::Undoing, |line| line.done_at = None),
            Event::Undone { step, .. } => self.set(step, Standing::Undone, |_| ()),
            Event::Stopped { reason } => self.last_words = Some(reason.clone()),
            Event::Verified { accounts, .. } => self.verified = accounts.iter().all(|account| account.ok),
            Event::Finished => self.finished = true,
            // What changes nothing that is judged.
            _ => {}
        }
    }

    fn observed(&mut self, id: &StepId, holds: bool, good: bool) {
        let undoing = self.line(id).is_some_and(|line| line.standing == Standing::Undoing);
        let standing = if undoing { Standing::Undoing } else { Standing::Seen(holds) };
        self.set(id, standing, |line| line.proven = holds && good);
    }

    fn set(&mut self, id: &StepId, standing: Standing, more: impl FnOnce(&mut Line)) {
        if let Some(line) = self.index.place(id).and_then(|place| self.lines.get_mut(place)) {
            line.standing = standing;
            more(line);
        }
    }
}
