//! Entries as records, and records as entries: the chain of hashes.

use super::store::Record;
use crate::JournalError;
use orgkit_model::{Digest, Entry, Event};
use std::sync::Arc;

/// An entry's record, at the end of a chain whose last hash is `previous`.
pub(super) fn encode(entry: &Entry, previous: &str) -> Result<Record, JournalError> {
    let event = serde_json::to_string(&entry.event).map_err(|error| JournalError::Refused { why: error.to_string() })?;
    let hash = chain(previous, entry, &event);
    Ok(Record { seq: entry.seq, at: entry.at.to_string(), generation: entry.generation, event, previous: previous.to_owned(), hash })
}

/// The entry of a record that stands at place `seq` behind one with the hash `previous`.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn decode(record: &Record, seq: u64, previous: &str) -> Result<Entry, String> {
    let at = record.at.parse().map_err(|_| "its time is no time".to_owned())?;
    let event = event(&record.event).map_err(|error| format!("its event cannot be read ({error})"))?;
    let entry = Entry { seq: record.seq, at, generation: record.generation, event };
    let fits = entry.seq == seq
        && record.at == at.to_string()
        && record.previous == previous
        && record.hash == chain(previous, &entry, &record.event);
    if fits { Ok(entry) } else { Err("its hash does not fit".to_owned()) }
}

/// How the text of an opening begins.
const OPENED: &str = r#"{"event":"opened","#;

/// An event that was written as text. serde reads an enum that is tagged from within through a tree of values; the opening of a large migration
/// has megabytes, so it is read for what it says it is.
fn event(text: &str) -> Result<Event, serde_json::Error> {
    if text.starts_with(OPENED) {
        return serde_json::from_str(text).map(|opening| Event::Opened(Arc::new(opening)));
    }
    serde_json::from_str(text)
}

fn chain(previous: &str, entry: &Entry, event: &str) -> String {
    let text = format!("{previous}\n{}\n{}\n{}\n{event}", entry.seq, entry.at, entry.generation);
    Digest::of_bytes(text.as_bytes()).as_str().to_owned()
}
