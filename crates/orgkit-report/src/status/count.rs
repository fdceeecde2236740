//! Where each step stands, and how many stand where.

use jiff::Timestamp;
use orgkit_model::{AccountId, Action, Run, Step, StepRecord};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many steps or accounts stand where. Each is counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatusCounts {
    /// All.
    pub total: usize,
    /// Done.
    pub done: usize,
    /// Begun and not done: being worked on while a run goes on.
    pub begun: usize,
    /// Waiting for a person to do or decide something.
    pub waiting: usize,
    /// Stuck until a person clears it.
    pub stuck: usize,
    /// Not begun.
    pub left: usize,
    /// Left out of the rest of the plan by a person.
    pub excused: usize,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// Done.
    Done,
    /// Begun and not done.
    Begun,
    /// It could begin, but for a time that has not come.
    Due(Timestamp),
    /// A person is asked.
    Waiting,
    /// Stuck.
    Stuck,
    /// Not begun.
    Left,
    /// Of an account that the plan goes on without.
    Out,
}

/// Where every step of a run stands, in the order of the waves.
pub(super) struct Counts(Vec<Stands>);

impl Counts {
    /// Looks at every step once.
    pub(super) fn of(run: &Run) -> Self {
        let planned = run.opening.as_ref().map_or(0, |opening| opening.plan.waves.len());
        let open = run.left().iter().position(|left| *left > 0).unwrap_or(planned);
        let places = run.waves().enumerate().flat_map(|(place, wave)| wave.steps.iter().map(move |step| (place, step)));
        Self(places.map(|(place, step)| stands(run, step, place < planned, place <= open || place >= planned)).collect())
    }

    /// The steps with where they stand.
    pub(super) fn steps<'a>(&'a self, run: &'a Run) -> impl Iterator<Item = (&'a Step, Stands)> {
        run.waves().flat_map(|wave| &wave.steps).zip(self.0.iter().copied())
    }

    /// How many steps stand where.
    pub(super) fn of_steps(&self, run: &Run) -> StatusCounts {
        let mut counts = StatusCounts::default();
        self.steps(run).for_each(|(_, stands)| counts.add(stands));
        counts
    }

    /// How many accounts stand where. One with steps that are stuck is stuck, else one that waits for a person waits.
    pub(super) fn of_accounts(&self, run: &Run) -> StatusCounts {
        let mut steps: BTreeMap<&AccountId, StatusCounts> = BTreeMap::new();
        for (step, stands) in self.steps(run) {
            if let Some(account) = &step.account {
                steps.entry(account).or_default().add(stands);
            }
        }
        let mut counts = StatusCounts::default();
        for placement in run.opening.iter().flat_map(|opening| &opening.plan.placements) {
            let of = steps.get(&placement.account).copied().unwrap_or_default();
            counts.add(of.as_one());
        }
        counts
    }
}

impl StatusCounts {
    fn add(&mut self, stands: Stands) {
        self.total += 1;
        match stands {
            Stands::Done => self.done += 1,
            Stands::Begun => self.begun += 1,
            Stands::Waiting => self.waiting += 1,
            Stands::Stuck => self.stuck += 1,
            Stands::Left | Stands::Due(_) => self.left += 1,
            Stands::Out => self.excused += 1,
        }
    }

    /// Where an account stands that has these steps.
    fn as_one(self) -> Stands {
        match self {
            Self { stuck: 1.., .. } => Stands::Stuck,
            Self { waiting: 1.., .. } => Stands::Waiting,
            Self { begun: 1.., .. } => Stands::Begun,
            Self { done, left: 1.., .. } => {
                if done > 0 {
                    Stands::Begun
                } else {
                    Stands::Left
                }
            }
            Self { excused: 1.., .. } => Stands::Out,
            _ => Stands::Done,
        }
    }
}

fn stands(run: &Run, step: &Step, is_planned: bool, is_open: bool) -> Stands {
    let record = run.record(&step.id);
    if record.is_some_and(StepRecord::is_done) {
        return Stands::Done;
    }
    if is_planned && step.account.as_ref().is_some_and(|account| run.is_excused(account)) {
        return Stands::Out;
    }
    if record.is_some_and(StepRecord::is_stuck) {
        return Stands::Stuck;
    }
    let is_turn = is_open && step.after.iter().all(|before| run.record(before).is_some_and(StepRecord::is_done));
    let now = run.span.map(|(_, last)| last);
    // A rehearsal answers for people by itself.
    let asks = run.opening.as_ref().is_some_and(|opening| opening.rehearsal.is_none());
    match (&step.action, record.and_then(|record| record.began), step.not_before) {
        (Action::Gate(_), _, _) if is_turn && asks => Stands::Waiting,
        (_, Some(_), _) => Stands::Begun,
        (_, None, Some(until)) if is_turn && now.is_some_and(|now| now < until) => Stands::Due(until),
        _ => Stands::Left,
    }
}
