//! The journal of a run: opened, taken or only looked at; and its errors as a person sees them.

use crate::error::CliError;
use crate::exit::Exit;
use crate::state::State;
use orgkit_execute::{Claim, Clock, Journal, JournalError, JournalStore, SqliteStore};
use orgkit_model::{Entry, Run};
use std::path::Path;

/// Where the journals of this orgkit are kept.
pub(crate) type Store = SqliteStore;

/// Takes the journal of a state directory. Whoever holds the directory knows that no other orgkit is at work in it, so the lease of one that was
/// killed is taken over at once.
pub(crate) async fn take(state: &State, clock: &impl Clock) -> Result<Journal<Store>, CliError> {
    let open = async {
        let mut store = SqliteStore::open(&state.file("journal.db"))?;
        let standing = store.lease().await?.map(|lease| lease.generation);
        Journal::open(store, &Claim::new(holder(), clock.now()).taking_over(standing)).await
    };
    open.await.map_err(|failed| error(&failed))
}

/// What a journal holds, to look at.
pub(crate) async fn read(path: &Path) -> Result<(Run, Vec<Entry>), CliError> {
    let looked = async { orgkit_execute::read(&mut SqliteStore::read(path)?).await };
    looked.await.map_err(|failed| error(&failed))
}

/// Who this is: the user, the machine and the process.
fn holder() -> String {
    let variable = |name| std::env::var(name).ok().filter(|text| !text.is_empty());
    let user = variable("USER").or_else(|| variable("USERNAME")).unwrap_or_else(|| "somebody".to_owned());
    let machine = variable("HOSTNAME").or_else(|| variable("COMPUTERNAME")).unwrap_or_else(|| "this machine".to_owned());
    format!("{user} on {machine}, process {}", std::process::id())
}

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
        JournalError::Held { .. } => {
            CliError::from_source(Exit::Locked, "OK1404", error).hint("wait for it; `orgkit status` shows what it does")
        }
        JournalError::Fenced { .. } => CliError::from_source(Exit::Stopped, "OK1405", error)
            .hint("nothing further was done here; `orgkit status` shows what the other one does"),
        JournalError::Refused { .. } => {
            CliError::from_source(Exit::Unexpected, "OK2101", error).hint("nothing was written; please report this with the journal")
        }
    }
}
