//! Where a journal is kept: a file of this machine, or a bucket that a team shares.

use crate::config::TeamState;
use crate::error::CliError;
use crate::exit::Exit;
use crate::time::machine_now;
use jiff::Timestamp;
use orgkit_aws::ProfileKeys;
use orgkit_execute::{Claim, Durability, JournalError, JournalStore, Lease, Record, SqliteStore};
use orgkit_state::{KeyError, KeySource, Keys, ObjectStoreJournal, SharedSettings, StateError};
use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

/// Where a journal is.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// In a file.
    File {
        /// Its path.
        path: PathBuf,
        /// What its entries survive.
        durability: Durability,
    },
    /// In a bucket.
    Team(TeamState),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, .. } => path.display().fmt(f),
            Self::Team(team) => f.write_str(&team.settings().place()),
        }
    }
}

impl Place {
    /// A rehearsal's journal stays where its simulated AWS is, and survives what that survives.
    pub(crate) fn of(team: Option<&TeamState>, path: PathBuf, rehearsal: bool) -> Self {
        match team {
            Some(team) if !rehearsal => Self::Team(team.clone()),
            _ => Self::File { path, durability: if rehearsal { Durability::Kill } else { Durability::PowerCut } },
        }
    }

    /// Opens the store to write to it.
    pub(crate) async fn open(&self) -> Result<Store, CliError> {
        match self {
            Self::File { path, durability } => {
                SqliteStore::open_with(path, *durability).map(Store::File).map_err(|error| crate::journal::error(&error))
            }
            Self::Team(team) => {
                let (settings, keys) = shared(team).await?;
                let opened = ObjectStoreJournal::open(&settings, keys).await;
                opened.map(|store| Store::Team(Box::new(store))).map_err(|error| unusable(&error))
            }
        }
    }

    /// Opens the store to look at it; `None` where there is none.
    pub(crate) async fn read(&self) -> Result<Option<Store>, CliError> {
        match self {
            Self::File { path, .. } if !path.exists() => Ok(None),
            Self::File { path, .. } => {
                SqliteStore::read(path).map(|store| Some(Store::File(store))).map_err(|error| crate::journal::error(&error))
            }
            Self::Team(team) => {
                let (settings, keys) = shared(team).await?;
                let opened = ObjectStoreJournal::read(&settings, keys);
                opened.map(|store| Some(Store::Team(Box::new(store)))).map_err(|error| unusable(&error))
            }
        }
    }
}

async fn shared(team: &TeamState) -> Result<(SharedSettings, Arc<dyn KeySource>), CliError> {
    let keys = ProfileKeys::of(team.profile.as_deref()).await;
    let keys = keys.map_err(|error| CliError::from_source(Exit::Credentials, "OK1601", &error).named("[state] cannot be used"))?;
    Ok((team.settings(), Arc::new(Profile(keys))))
}

/// A shared store that cannot be used, as a person sees it.
fn unusable(error: &StateError) -> CliError {
    match error {
        StateError::Unconditional { .. } => CliError::from_source(Exit::Refused, "OK1407", error)
            .hint("keep the journal in Amazon S3 or in another store that honours conditional writes, or leave `[state]` out"),
        StateError::Store { .. } => CliError::from_source(Exit::Unexpected, "OK1406", error).hint(UNREACHED),
        StateError::Endpoint { .. } | StateError::Setting { .. } => {
            CliError::from_source(Exit::Usage, "OK1202", error).hint("docs/shared-state.md says what `[state]` holds")
        }
    }
}

/// What to do about a store that cannot be reached.
pub(crate) const UNREACHED: &str = "docs/shared-state.md lists what the bucket and the profile need; nothing further was done to AWS";

/// The keys of an AWS profile.
#[derive(Debug)]
struct Profile(ProfileKeys);

impl KeySource for Profile {
    fn keys(&self) -> Pin<Box<dyn Future<Output = Result<Keys, KeyError>> + Send + '_>> {
        Box::pin(async {
            let keys = self.0.at(machine_now()).await?;
            Ok(Keys { id: keys.id, secret: keys.secret, token: keys.token })
        })
    }
}

/// A journal's store.
#[derive(Debug)]
pub(crate) enum Store {
    /// A file.
    File(SqliteStore),
    /// A bucket.
    Team(Box<ObjectStoreJournal>),
}

impl JournalStore for Store {
    async fn load(&mut self) -> Result<Vec<Record>, JournalError> {
        match self {
            Self::File(store) => store.load().await,
            Self::Team(store) => store.load().await,
        }
    }

    async fn append(&mut self, records: &[Record]) -> Result<(), JournalError> {
        match self {
            Self::File(store) => store.append(records).await,
            Self::Team(store) => store.append(records).await,
        }
    }

    async fn lease(&mut self) -> Result<Option<Lease>, JournalError> {
        match self {
            Self::File(store) => store.lease().await,
            Self::Team(store) => store.lease().await,
        }
    }

    async fn take(&mut self, claim: &Claim) -> Result<Lease, JournalError> {
        match self {
            Self::File(store) => store.take(claim).await,
            Self::Team(store) => store.take(claim).await,
        }
    }

    async fn renew(&mut self, until: Timestamp) -> Result<(), JournalError> {
        match self {
            Self::File(store) => store.renew(until).await,
            Self::Team(store) => store.renew(until).await,
        }
    }

    async fn release(&mut self) -> Result<(), JournalError> {
        match self {
            Self::File(store) => store.release().await,
            Self::Team(store) => store.release().await,
        }
    }

    fn place(&self) -> String {
        match self {
            Self::File(store) => store.place(),
            Self::Team(store) => store.place(),
        }
    }
}
