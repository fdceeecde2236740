//! What the journal is worth.

use super::Verdict;
use crate::stage::{Book, Told};
use jiff::Timestamp;
use orgkit_model::{Digest, Event, StepResult};
use orgkit_world::World;

/// What no record may hold: ids of access keys, and the domain of every e-mail address in the simulated worlds.
const CANARIES: &[&str] = &["AKIA", "ASIA", "aws_secret", "SecretAccessKey", "SessionToken", "@example.com"];

/// 21. One writer: records are of the generation that holds the journal.
pub(super) fn one_writer(book: &Book, told: &Told<'_>, _world: &World, _now: Timestamp) -> Verdict {
    let Told::Appended(record, _) = told else { return Ok(()) };
    if record.generation == book.lease {
        return Ok(());
    }
    Err(format!("generation {} wrote, and generation {} holds the journal", record.generation, book.lease))
}

/// 22. Each record follows the one before, and its hash fits.
pub(super) fn chained(book: &Book, told: &Told<'_>, _world: &World, _now: Timestamp) -> Verdict {
    let Told::Appended(record, _) = told else { return Ok(()) };
    if record.seq != book.ledger.seq + 1 {
        return Err(format!("record {} follows record {}", record.seq, book.ledger.seq));
    }
    if record.previous != book.ledger.hash {
        return Err(format!("record {} does not go on from the hash before", record.seq));
    }
    let text = format!("{}\n{}\n{}\n{}\n{}", record.previous, record.seq, record.at, record.generation, record.event);
    if Digest::of_bytes(text.as_bytes()).as_str() == record.hash {
        Ok(())
    } else {
        Err(format!("the hash of record {} does not fit", record.seq))
    }
}

/// 23. A proof that says nothing, such as that of a plugin that trapped or ran out of fuel, is no pass.
pub(super) fn nothing_proven_by_silence(book: &Book, told: &Told<'_>, _world: &World, _now: Timestamp) -> Verdict {
    let Told::Appended(_, entry) = told else { return Ok(()) };
    let Event::Done { step, result: StepResult::Proven } = &entry.event else { return Ok(()) };
    if book.ledger.line(step).is_some_and(|line| line.proven) {
        Ok(())
    } else {
        Err(format!("`{step}` is proven, and its last proofs are not good"))
    }
}

/// 24. No key, no token and no e-mail address in the journal.
pub(super) fn no_secrets(_book: &Book, told: &Told<'_>, _world: &World, _now: Timestamp) -> Verdict {
    let Told::Appended(record, _) = told else { return Ok(()) };
    match CANARIES.iter().find(|canary| record.event.contains(**canary)) {
        Some(canary) => Err(format!("record {} holds `{canary}`", record.seq)),
        None => Ok(()),
    }
}
