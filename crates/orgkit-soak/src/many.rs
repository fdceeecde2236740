//! Many seeds on several threads, each with worlds of its own, and what they come to.

use crate::plans::{PrepareError, prepare_all};
use crate::stage::{Counts, Violation};
use crate::swarm::{self, Manner, Outcome};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// So many seeds a thread takes at a time.
const BATCH: u64 = 32;
/// So many red seeds are kept with what they broke.
const KEPT: usize = 20;

/// What seeds came to.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    /// How many there were.
    pub seeds: u64,
    /// Those that broke something.
    pub red: u64,
    /// The first of them, with the plan and what was broken first.
    pub first: Vec<(u64, String, Violation)>,
    /// What was counted.
    pub counts: Counts,
    /// How many accounts moved in runs that were finished.
    pub moves: u64,
    /// How many runs stand still for something that a person did.
    pub explained: u64,
    /// How often each kind of fault struck.
    pub faults: BTreeMap<&'static str, u64>,
}

impl Sum {
    /// Takes a seed's outcome in.
    pub fn add(&mut self, outcome: &Outcome) {
        self.seeds += 1;
        self.moves += outcome.moves;
        self.explained += u64::from(outcome.explained.is_some());
        self.counts.add(&outcome.counts);
        for (kind, struck) in &outcome.faults {
            *self.faults.entry(kind).or_default() += struck;
        }
        if let Some(violation) = outcome.violations.first() {
            self.red += 1;
            if self.first.len() < KEPT {
                self.first.push((outcome.seed, outcome.plan.clone(), violation.clone()));
            }
        }
    }

    fn merge(&mut self, other: Self) {
        self.seeds += other.seeds;
        self.red += other.red;
        self.moves += other.moves;
        self.explained += other.explained;
        self.counts.add(&other.counts);
        for (kind, struck) in other.faults {
            *self.faults.entry(kind).or_default() += struck;
        }
        self.first.extend(other.first);
        self.first.sort_by_key(|(seed, ..)| *seed);
        self.first.truncate(KEPT);
    }
}

/// Runs seeds on so many threads. `progress` is told the sum so far, every now and then.
///
/// # Errors
/// A canonical plan that cannot be made ready.
pub fn run(seeds: Range<u64>, threads: usize, manner: Manner, progress: &(dyn Fn(&Sum) + Sync)) -> Result<Sum, PrepareError> {
    let next = AtomicU64::new(seeds.start);
    let sum = Mutex::new(Sum::default());
    let worker = || -> Result<(), PrepareError> {
        let plans = prepare_all()?;
        loop {
            let first = next.fetch_add(BATCH, Ordering::Relaxed);
            if first >= seeds.end {
                return Ok(());
            }
            let mut own = Sum::default();
            (first..seeds.end.min(first + BATCH)).for_each(|seed| own.add(&swarm::run(&plans, seed, manner)));
            let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
            sum.merge(own);
            progress(&sum);
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    Ok(sum.into_inner().unwrap_or_else(PoisonError::into_inner))
}
