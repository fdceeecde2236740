//! What can go wrong while carrying a plan out.

use orgkit_cloud::CloudError;
use std::path::PathBuf;

/// A journal that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be opened, read or written.
    #[error("cannot {action} journal `{}`", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// SQLite's word for it.
        #[source]
        source: rusqlite::Error,
    },
    /// The file is no journal.
    #[error("`{}` is not an orgkit journal", path.display())]
    NotAJournal {
        /// The file.
        path: PathBuf,
    },
    /// A later orgkit wrote it.
    #[error("journal `{}` has format {found}, and this orgkit knows formats up to {known}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest known.
        known: i64,
    },
    /// Its chain of hashes is broken, or its entries cannot follow each other.
    #[error("journal `{}` is damaged at entry {seq}: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first entry that is wrong.
        seq: u64,
        /// What is wrong with it.
        why: String,
    },
    /// orgkit tried to write an entry that cannot come next: a bug, and nothing was written.
    #[error("an entry was refused: {why}")]
    Refused {
        /// Why it cannot come next.
        why: String,
    },
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
