//! The status that a run keeps beside its journal, so that `orgkit status` need not read the whole journal to answer.
//!
//! It is derived and can be deleted at any time: it counts only where it names an entry that the journal has, and nothing newer is missing in it.

use crate::state::State;
use crate::store::{Place, Store};
use crate::time::machine_now;
use jiff::{SignedDuration, Timestamp};
use orgkit_execute::{Journal, Mark, SqliteStore};
use orgkit_model::Digest;
use orgkit_report::{Seen, Status};
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::path::Path;

/// The name of its file.
const FILE: &str = "status.json";

/// How often a run writes it at most.
const EVERY: SignedDuration = SignedDuration::from_secs(1);

/// How old it may be, where entries were written after it and a run goes on.
const FRESH: SignedDuration = SignedDuration::from_secs(2);

/// A status, and the entry up to which it holds.
#[derive(Serialize, Deserialize)]
struct Glance {
    /// The entry's place in the journal.
    entry: u64,
    /// The entry's hash.
    hash: String,
    /// When it was written, by the machine's clock.
    at: Timestamp,
    /// The status.
    status: Status,
    /// The digest of everything above.
    digest: Digest,
}

impl Glance {
    fn digest(&self) -> Digest {
        Digest::of(&(self.entry, &self.hash, self.at, &self.status))
    }
}

/// Keeps the status of a run.
pub(crate) struct Keeper<'a> {
    state: &'a State,
    place: &'a Place,
    last: Cell<Option<Timestamp>>,
}

impl<'a> Keeper<'a> {
    /// A keeper for the journal at `place`.
    pub(crate) fn new(state: &'a State, place: &'a Place) -> Self {
        Self { state, place, last: Cell::new(None) }
    }

    /// Writes the status down, unless it did so a moment ago.
    pub(crate) fn look(&self, journal: &Journal<Store>) {
        let now = machine_now();
        if self.last.get().is_none_or(|last| now.duration_since(last).abs() >= EVERY) {
            self.last.set(Some(now));
            self.keep(journal);
        }
    }

    /// Writes the status down. Where that fails, `orgkit status` reads the journal.
    pub(crate) fn keep(&self, journal: &Journal<Store>) {
        if let Place::Team(_) = self.place {
            return;
        }
        drop(glance(journal).map(|glance| serde_json::to_vec(&glance).map(|text| self.state.write_derived(FILE, &text))));
    }
}

fn glance(journal: &Journal<Store>) -> Option<Glance> {
    let mark = journal.mark();
    let status = Status::of(&journal.run(), None, &Seen::default())?;
    let glance = Glance { entry: mark.seq, hash: mark.hash, at: machine_now(), status, digest: Digest::of(&()) };
    Some(Glance { digest: glance.digest(), ..glance })
}

/// The status of the journal at `place` from what its run kept, where that is enough; `None` where the journal has to be read.
pub(crate) fn read(folder: &Path, place: &Place, seen: &Seen) -> Option<Status> {
    let Place::File { path, .. } = place else { return None };
    let text = std::fs::read(folder.join(FILE)).ok()?;
    let glance: Glance = serde_json::from_slice(&text).ok().filter(|glance: &Glance| glance.digest == glance.digest())?;
    let mark = Mark { seq: glance.entry, hash: glance.hash };
    // Whatever is wrong with the journal is told by reading all of it.
    let entries = SqliteStore::read(path).and_then(|store| store.since(&mark)).ok()??;
    let fresh = seen.running == Some(true) && machine_now().duration_since(glance.at).abs() <= FRESH;
    (entries.len() == 1 || fresh).then(|| glance.status.seen(entries.last(), seen))
}
