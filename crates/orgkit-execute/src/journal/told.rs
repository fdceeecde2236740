//! What is written down, told to whoever listens through `tracing`: one event for each entry, after it is durable.

use orgkit_model::{Entry, Event, Run};
use tracing::{debug, error, info, warn};

/// Tells of an entry. `run` has taken it in.
pub(super) fn tell(entry: &Entry, run: &Run) {
    let seq = entry.seq;
    match &entry.event {
        Event::Opened(opening) => {
            let (waves, steps) = (opening.plan.waves.len(), opening.plan.steps().count());
            info!(entry = seq, accounts = opening.plan.placements.len(), waves, steps, "opened");
        }
        Event::Approved { digest, .. } => info!(entry = seq, %digest, "approved"),
        Event::Lease { holder } => info!(entry = seq, holder, generation = entry.generation, "lease"),
        Event::Began { wave, .. } => info!(entry = seq, wave, "began"),
        Event::Excused { account, .. } => warn!(entry = seq, %account, "excused"),
        Event::Amended(amendment) => warn!(entry = seq, account = %amendment.account, wave = amendment.wave.name, "amended"),
        Event::Stopped { reason } => warn!(entry = seq, reason, "stopped"),
        Event::Verified { accounts, .. } => {
            let wrong = accounts.iter().filter(|account| !account.ok).count();
            info!(entry = seq, accounts = accounts.len(), wrong, "verified");
        }
        Event::Finished => info!(entry = seq, "finished"),
        of_step => tell_step(seq, of_step, run),
    }
}

fn tell_step(seq: u64, event: &Event, run: &Run) {
    match event {
        Event::Intent { step } => {
            let attempt = run.record(step).map_or(0, |record| record.intents);
            info!(entry = seq, %step, attempt, "intent");
        }
        Event::Observed { step, holds, seen, .. } => debug!(entry = seq, %step, holds, seen, "observed"),
        Event::Done { step, .. } => info!(entry = seq, %step, "done"),
        Event::Failed { step, code, message, .. } => warn!(entry = seq, %step, code, error = message, "failed"),
        Event::Stuck { step, .. } => error!(entry = seq, %step, "stuck"),
        Event::Cleared { step, note } => info!(entry = seq, %step, note, "cleared"),
        Event::Undoing { step } => info!(entry = seq, %step, "undoing"),
        Event::Undone { step, seen, .. } => info!(entry = seq, %step, seen, "undone"),
        _ => {}
    }
}
