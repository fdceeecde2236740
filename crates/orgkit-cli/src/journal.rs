//! Journal errors as a person sees them.

use crate::error::CliError;
use crate::exit::Exit;
use orgkit_execute::JournalError;

/// A journal that cannot be used, as a person sees it.
pub(crate) fn error(error: &JournalError) -> CliError {
    match error {
        JournalError::Io { .. } => CliError::from_source(Exit::Unexpected, "OK1401", error)
            .hint("free the disk or repair its permissions, then run the same command again; nothing further was done to AWS"),
        JournalError::Newer { .. } => {
            CliError::from_source(Exit::Corrupt, "OK1403", error).hint("use the orgkit that wrote it, or a later one")
        }
        JournalError::Damaged { .. } | JournalError::NotAJournal { .. } => {
            CliError::from_source(Exit::Corrupt, "OK1402", error).hint("restore it from a backup; a rehearsal starts over with `--fresh`")
        }
        JournalError::Refused { .. } => {
            CliError::from_source(Exit::Unexpected, "OK2101", error).hint("nothing was written; please report this with the journal")
        }
    }
}
