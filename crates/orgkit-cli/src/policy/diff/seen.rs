//! Which events were seen, across the threads that read.
#![expect(clippy::disallowed_types, reason = "asked whether it holds an id, never iterated; tens of millions of ids may be in it")]

use std::collections::HashSet;
use std::sync::Mutex;

/// How many parts the set has, so that threads seldom wait for each other.
const PARTS: u128 = 64;

/// Ids of events.
pub(super) struct Seen {
    parts: Vec<Mutex<HashSet<u128>>>,
}

impl Seen {
    pub(super) fn new() -> Self {
        Self { parts: (0..PARTS).map(|_| Mutex::default()).collect() }
    }

    /// Whether an id comes for the first time.
    pub(super) fn is_first(&self, id: u128) -> bool {
        let part = usize::try_from(id % PARTS).ok().and_then(|part| self.parts.get(part));
        // A thread that panicked left the set as it was before or after one insertion.
        part.is_none_or(|part| part.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(id))
    }
}
