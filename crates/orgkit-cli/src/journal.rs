//! The journal of a run: opened, taken or only looked at; and its errors as a person sees them.

use crate::error::CliError;
use crate::exit::Exit;
use crate::store::{Place, Store, UNREACHED};
use crate::time::{Time, machine_now};
use orgkit_execute::{Claim, Clock, Journal, JournalError, JournalStore, Lease};
use orgkit_model::{Entry, Run};
use std::convert::Infallible;
use std::time::Duration;

/// How often the lease of a shared journal is looked after while a run goes on, waits included.
const BEAT: Duration = Duration::from_secs(10);

/// Takes a journal. Whoever holds the state directory knows that no other orgkit is at work in it, so the lease of one that was killed is taken
/// over there at once. In a shared journal a person says which generation is dead, or it runs out.
pub(crate) async fn take(place: &Place, clock: &impl Clock, dead: Option<u64>) -> Result<Journal<Store>, CliError> {
    let mut store = place.open().await?;
    let dead = match place {
        Place::File { .. } => store.lease().await.map_err(|failed| error(&failed))?.map(|lease| lease.generation),
        Place::Team(_) => dead,
    };
    Journal::open(store, &Claim::new(holder(), clock.now()).taking_over(dead)).await.map_err(|failed| error(&failed))
}

/// What a journal holds, to look at; `None` where nothing was ever written.
pub(crate) async fn read(place: &Place) -> Result<Option<(Run, Vec<Entry>)>, CliError> {
    let Some(mut store) = place.read().await? else { return Ok(None) };
    let read = orgkit_execute::read(&mut store).await.map_err(|failed| error(&failed))?;
    Ok(Some(read).filter(|(_, entries)| !entries.is_empty()))
}

/// The lease of a shared journal, while it is good: somebody is at work then, on whatever machine.
pub(crate) async fn lease(place: &Place) -> Result<Option<Lease>, CliError> {
    let Place::Team(_) = place else { return Ok(None) };
    let Some(mut store) = place.read().await? else { return Ok(None) };
    let lease = store.lease().await.map_err(|failed| error(&failed))?;
    Ok(lease.filter(|lease| lease.until > machine_now()))
}

/// Does something for as long as it takes, and keeps a shared journal's lease good meanwhile: AWS may let a run wait for longer than that.
pub(crate) async fn while_held<T>(place: &Place, journal: &Journal<Store>, clock: &Time, work: impl Future<Output = T>) -> T {
    if let Place::File { .. } = place {
        return work.await;
    }
    tokio::select! {
        biased;
        done = work => done,
        never = keep(journal, clock) => match never {},
    }
}

/// A beat that fails says nothing: the run looks at its lease itself before it acts.
async fn keep(journal: &Journal<Store>, clock: &Time) -> Infallible {
    loop {
        tokio::time::sleep(BEAT).await;
        drop(journal.hold(clock.now()).await);
    }
}

/// Who this is: the user, the machine and the process.
#[expect(clippy::disallowed_methods, reason = "the command line sees the environment")]
fn holder() -> String {
    let variable = |name| std::env::var(name).ok().filter(|text| !text.is_empty());
    let user = variable("USER").or_else(|| variable("USERNAME")).unwrap_or_else(|| "somebody".to_owned());
    let kernel = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok().map(|name| name.trim().to_owned());
    let machine = variable("HOSTNAME").or_else(|| variable("COMPUTERNAME")).or_else(kernel);
    let machine = machine.unwrap_or_else(|| "this machine".to_owned());
    format!("{user} on {machine}, process {}", std::process::id())
}

/// A journal that cannot be used, as a person sees it.
pub(crate) fn error(error: &JournalError) -> CliError {
    match error {
        JournalError::Io { place, .. } if place.starts_with("s3://") => {
            CliError::from_source(Exit::Unexpected, "OK1406", error).hint(UNREACHED)
        }
        JournalError::Io { .. } => CliError::from_source(Exit::Unexpected, "OK1401", error)
            .hint("free the disk or repair its permissions, then run the same command again; nothing further was done to AWS"),
        JournalError::Newer { .. } => {
            CliError::from_source(Exit::Corrupt, "OK1403", error).hint("use the orgkit that wrote it, or a later one")
        }
        JournalError::Damaged { .. } | JournalError::NotAJournal { .. } => {
            CliError::from_source(Exit::Corrupt, "OK1402", error).hint("restore it from a backup; a rehearsal starts over with `--fresh`")
        }
        JournalError::Held { generation, .. } => CliError::from_source(Exit::Locked, "OK1404", error)
            .hint(format!("wait for it; `orgkit migrate --take-over {generation}` goes on at once where that process is known to be dead")),
        JournalError::Fenced { .. } => CliError::from_source(Exit::Stopped, "OK1405", error)
            .hint("nothing further was done here; `orgkit status` shows what the other one does"),
        JournalError::Refused { .. } => {
            CliError::from_source(Exit::Unexpected, "OK2101", error).hint("nothing was written; please report this with the journal")
        }
    }
}
