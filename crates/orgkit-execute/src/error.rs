//! What can go wrong while carrying a plan out.

use jiff::Timestamp;
use orgkit_cloud::CloudError;

/// A journal that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Where it is kept cannot be opened, read or written.
    #[error("cannot {action} journal `{place}`")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where it is kept.
        place: String,
        /// The store's word for it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What is there is no journal.
    #[error("`{place}` is not an orgkit journal")]
    NotAJournal {
        /// Where it is kept.
        place: String,
    },
    /// A later orgkit wrote it.
    #[error("journal `{place}` has format {found}, and this orgkit knows formats up to {known}")]
    Newer {
        /// Where it is kept.
        place: String,
        /// Its format.
        found: i64,
        /// The newest known.
        known: i64,
    },
    /// Its chain of hashes is broken, or its entries cannot follow each other.
    #[error("journal `{place}` is damaged at entry {seq}: {why}")]
    Damaged {
        /// Where it is kept.
        place: String,
        /// The first entry that is wrong.
        seq: u64,
        /// What is wrong with it.
        why: String,
    },
    /// Somebody else holds it.
    #[error("{holder} holds the journal until {until} (generation {generation})")]
    Held {
        /// Who.
        holder: String,
        /// Until when, unless it is renewed.
        until: Timestamp,
        /// The generation of that lease.
        generation: u64,
    },
    /// Somebody else has taken it over: this process must not write or act any more.
    #[error("{holder} has taken the journal over (generation {generation})")]
    Fenced {
        /// Who.
        holder: String,
        /// The generation of that lease.
        generation: u64,
    },
    /// orgkit tried to write an entry that cannot come next: a bug, and nothing was written.
    #[error("an entry was refused: {why}")]
    Refused {
        /// Why it cannot come next.
        why: String,
    },
}

impl JournalError {
    /// A store that failed.
    pub fn io(action: &'static str, place: &str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Io { action, place: place.to_owned(), source: Box::new(source) }
    }
}

/// Why a run ended without an end.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    /// The journal failed: nothing further was done.
    #[error("the journal failed, and nothing further was done")]
    Journal(#[from] JournalError),
    /// A read that a decision rests on failed.
    #[error("could not read what the next step rests on")]
    Cloud(#[from] CloudError),
    /// A rule of a pack could not run.
    #[error("could not prove the baseline: {0}")]
    Proof(String),
}
