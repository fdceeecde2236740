//! What every store of a journal promises, as one check for the tests of all of them.

use crate::{Claim, JournalError, JournalStore, Lease, Record};
use jiff::{SignedDuration, Timestamp};

use std::fmt::Debug;

/// A promise that a store did not keep.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a store has to keep this: {promise}; it did not: {seen}")]
pub struct Broken {
    /// What was promised.
    pub promise: &'static str,
    /// What was seen.
    pub seen: String,
}

/// Tries everything that a store promises. `hand` gives one more hand on one and the same store, which is empty at first; each is a process
/// of its own.
///
/// # Errors
/// The first promise that is not kept.
pub async fn keeps_promises<S: JournalStore>(mut hand: impl AsyncFnMut() -> S) -> Result<(), Broken> {
    let (mut ana, mut ben) = (hand().await, hand().await);
    begins_empty(&mut ana).await?;
    one_holds_it(&mut ana, &mut ben).await?;
    the_old_one_is_fenced(&mut ana, &mut ben).await?;
    let mut eve = hand().await;
    a_dead_one_is_taken_over(&mut ben, &mut eve).await?;
    what_is_given_back_is_free(&mut eve, &mut ana).await?;
    let seen = hand().await.load().await;
    holds("a new process finds all of it", matches!(&seen, Ok(all) if *all == records(1..=7, &[1, 1, 1, 1, 2, 3, 4])), &seen)
}

async fn begins_empty<S: JournalStore>(store: &mut S) -> Result<(), Broken> {
    let (records, lease) = (store.load().await, store.lease().await);
    holds("a new journal has no records", matches!(&records, Ok(all) if all.is_empty()), &records)?;
    holds("nobody holds a new journal", matches!(lease, Ok(None)), &lease)?;
    let append = store.append(&records_of(1, 1)).await;
    holds("without a lease nothing is written", append.is_err(), &append)?;
    let records = store.load().await;
    holds("what is refused is not there", matches!(&records, Ok(all) if all.is_empty()), &records)
}

async fn one_holds_it<S: JournalStore>(ana: &mut S, ben: &mut S) -> Result<(), Broken> {
    let taken = ana.take(&claim("ana", 0)).await;
    holds("the first lease has generation 1", is_lease(&taken, 1, "ana", 60), &taken)?;
    let shown = ben.lease().await;
    holds("others see the lease", matches!(&shown, Ok(Some(lease)) if *lease == lease_of(1, "ana", 60)), &shown)?;
    for claim in [claim("ben", 59), claim("ben", 59).taking_over(Some(7))] {
        let refused = ben.take(&claim).await;
        holds("a good lease keeps others out", is_held(&refused, 1, "ana", 60), &refused)?;
    }
    for records in [records_of(1, 1), records(2..=4, &[1, 1, 1]), Vec::new()] {
        let append = ana.append(&records).await;
        holds("the holder writes", append.is_ok(), &append)?;
    }
    let seen = ben.load().await;
    holds("others read what was written", matches!(&seen, Ok(all) if *all == records(1..=4, &[1, 1, 1, 1])), &seen)?;
    let renewed = ana.renew(at(90)).await;
    holds("the holder renews", renewed.is_ok(), &renewed)?;
    let refused = ben.take(&claim("ben", 60)).await;
    holds("a renewed lease is good for longer", is_held(&refused, 1, "ana", 90), &refused)
}

async fn the_old_one_is_fenced<S: JournalStore>(ana: &mut S, ben: &mut S) -> Result<(), Broken> {
    let taken = ben.take(&claim("ben", 90)).await;
    holds("a lease that has run out is taken", is_lease(&taken, 2, "ben", 150), &taken)?;
    let refusals = [ana.append(&records_of(5, 1)).await, ana.renew(at(500)).await, ana.release().await];
    for refused in refusals {
        holds("an old generation can do nothing more", is_fenced(&refused, 2, "ben"), &refused)?;
    }
    let append = ben.append(&records_of(5, 2)).await;
    holds("the new holder goes on at the next number", append.is_ok(), &append)?;
    let refused = ana.append(&records_of(6, 1)).await;
    holds("an old generation can do nothing more", is_fenced(&refused, 2, "ben"), &refused)
}

async fn a_dead_one_is_taken_over<S: JournalStore>(ben: &mut S, eve: &mut S) -> Result<(), Broken> {
    let taken = eve.take(&claim("eve", 91).taking_over(Some(2))).await;
    holds("the generation that a person names is taken over", is_lease(&taken, 3, "eve", 151), &taken)?;
    let refused = ben.append(&records_of(6, 2)).await;
    holds("whoever was taken over is fenced", is_fenced(&refused, 3, "eve"), &refused)?;
    let append = eve.append(&records_of(6, 3)).await;
    holds("the new holder writes", append.is_ok(), &append)
}

async fn what_is_given_back_is_free<S: JournalStore>(eve: &mut S, ana: &mut S) -> Result<(), Broken> {
    let released = eve.release().await;
    holds("the holder gives the lease back", released.is_ok(), &released)?;
    let append = eve.append(&records_of(7, 3)).await;
    holds("whoever gave it back does not write", append.is_err(), &append)?;
    let taken = ana.take(&claim("ana", 92)).await;
    holds("a lease that was given back is taken at once", is_lease(&taken, 4, "ana", 152), &taken)?;
    let append = ana.append(&records_of(7, 4)).await;
    holds("who comes back with a new generation writes", append.is_ok(), &append)
}

fn holds(promise: &'static str, kept: bool, seen: &impl Debug) -> Result<(), Broken> {
    if kept { Ok(()) } else { Err(Broken { promise, seen: format!("{seen:?}") }) }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000_000 + seconds)
}

fn claim(holder: &str, seconds: i64) -> Claim {
    Claim { holder: holder.to_owned(), now: at(seconds), until: at(seconds + 60), take_over: None }
}

fn lease_of(generation: u64, holder: &str, until: i64) -> Lease {
    Lease { generation, holder: holder.to_owned(), until: at(until) }
}

fn is_lease(taken: &Result<Lease, JournalError>, generation: u64, holder: &str, until: i64) -> bool {
    matches!(taken, Ok(lease) if *lease == lease_of(generation, holder, until))
}

fn is_held(taken: &Result<Lease, JournalError>, of: u64, by: &str, to: i64) -> bool {
    matches!(taken, Err(JournalError::Held { holder, until, generation }) if *generation == of && holder == by && *until == at(to))
}

fn is_fenced(done: &Result<(), JournalError>, by_generation: u64, by: &str) -> bool {
    matches!(done, Err(JournalError::Fenced { holder, generation }) if *generation == by_generation && holder == by)
}

/// Records with these numbers, each of the generation that stands for it.
fn records(numbers: impl IntoIterator<Item = u64>, generations: &[u64]) -> Vec<Record> {
    numbers.into_iter().zip(generations).flat_map(|(seq, generation)| records_of(seq, *generation)).collect()
}

/// One record. A store does not look into it.
fn records_of(seq: u64, generation: u64) -> Vec<Record> {
    let hash = |seq: u64| if seq == 0 { String::new() } else { format!("hash {seq}") };
    let event = format!(r#"{{"event":"test","text":"line\n\"{seq}\" – ä"}}"#);
    vec![Record { seq, at: at(0).to_string(), generation, event, previous: hash(seq - 1), hash: hash(seq) }]
}
