//! Spans: a run has waves, a wave has steps. They say who did what for how long; what happened is told entry by entry.

use crate::Journal;
use crate::journal::JournalStore;
use orgkit_model::{Plan, Step, Wave};
use tracing::{Span, field, info_span};

/// The span of a run.
pub(super) fn run<S: JournalStore>(plan: &Plan, journal: &Journal<S>) -> Span {
    let run = journal.run();
    let digest = run.plan_digest.as_ref().map(field::display);
    let rehearsal = run.opening.as_ref().and_then(|opening| opening.rehearsal.as_deref());
    info_span!("run", plan = digest, target_organization = %plan.target, generation = journal.generation(), rehearsal)
}

/// The span of a wave: it is not there when there is nothing to do.
pub(super) fn wave(wave: &Wave) -> Span {
    info_span!("wave", wave = wave.name, phase = wave.phase.as_str())
}

/// The span of one step.
pub(super) fn step(step: &Step) -> Span {
    let account = step.account.as_ref().map(field::display);
    info_span!("step", step = %step.id, account, action = step.action.kind())
}
