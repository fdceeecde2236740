//! The file of a simulated world: what it was made from, and every change since, in order.
//!
//! The world itself is not stored: it is deterministic, so the changes give it back.

use super::error::SimError;
use jiff::Timestamp;
use orgkit_model::Digest;
use orgkit_world::{Call, PersonAct, Principal, World, WorldFile};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Marks the file as one of ours: `OKSW`.
const APPLICATION_ID: i64 = 0x4f4b_5357;
/// The format that this program writes, and the newest that it reads. Format 1 had fewer kinds of entries.
const FORMAT: i64 = 2;

/// A change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[expect(clippy::large_enum_variant, reason = "there is one at a time, on its way into the file")]
pub(super) enum Entry {
    /// A call that succeeded.
    Call {
        /// Who called.
        caller: Principal,
        /// What.
        call: Call,
    },
    /// What a person did.
    Person {
        /// What.
        act: PersonAct,
    },
    /// A session ended before its time.
    SessionEnds {
        /// Its key.
        access_key_id: String,
        /// When.
        ends: Timestamp,
    },
    /// Time passed.
    Clock,
    /// The world began again.
    Reset,
    /// Another world took its place.
    Restore {
        /// The world.
        world: Box<World>,
    },
}

/// What a file held when it was opened.
pub(super) struct Kept {
    pub(super) start: Timestamp,
    pub(super) entries: Vec<(Entry, Timestamp)>,
}

/// An open file.
pub(super) struct Log {
    path: String,
    connection: Connection,
    entries: i64,
}

impl Log {
    /// Opens the file of a world, or makes it.
    pub(super) fn open(path: &Path, file: &WorldFile, seed: u64, start: Timestamp) -> Result<(Self, Kept), SimError> {
        let name = path.display().to_string();
        let store = |source: rusqlite::Error| store_error(&name, source);
        let connection = Connection::open(path).map_err(store)?;
        // One process at a time: two would write two histories.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(store)?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(store)?;
        connection.pragma_update(None, "synchronous", "NORMAL").map_err(store)?;
        let mut log = Self { path: name.clone(), connection, entries: 0 };
        let world = identity(file, seed);
        let kept = match log.format()? {
            0 => log.create(&world, start).map_err(store)?,
            1..=FORMAT => {
                let kept = log.read(&world)?;
                // From now on there may be entries that older programs do not know.
                log.connection.pragma_update(None, "user_version", FORMAT).map_err(store)?;
                kept
            }
            found if found > FORMAT => return Err(SimError::Newer { path: name, found, known: FORMAT }),
            found => return Err(log.damaged(format!("it has format {found}"))),
        };
        log.entries = i64::try_from(kept.entries.len()).unwrap_or(i64::MAX);
        Ok((log, kept))
    }

    /// The file's format; 0 for a new file.
    fn format(&self) -> Result<i64, SimError> {
        let pragma = |name: &str| self.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let read = || Ok((pragma("application_id")?, pragma("user_version")?, self.is_empty()?));
        match read().map_err(|source| store_error(&self.path, source))? {
            (0, 0, true) => Ok(0),
            (APPLICATION_ID, format, false) => Ok(format),
            _ => Err(self.damaged("it is not a file of a simulated world".to_owned())),
        }
    }

    fn is_empty(&self) -> rusqlite::Result<bool> {
        self.connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
    }

    fn create(&mut self, world: &str, start: Timestamp) -> rusqlite::Result<Kept> {
        let transaction = self.connection.transaction()?;
        transaction.execute_batch(
            "CREATE TABLE world (digest TEXT NOT NULL, start TEXT NOT NULL) STRICT;
             CREATE TABLE change (n INTEGER PRIMARY KEY, at TEXT NOT NULL, entry TEXT NOT NULL) STRICT;",
        )?;
        transaction.execute("INSERT INTO world (digest, start) VALUES (?1, ?2)", params![world, start.to_string()])?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
        transaction.commit()?;
        Ok(Kept { start, entries: Vec::new() })
    }

    fn read(&self, world: &str) -> Result<Kept, SimError> {
        let store = |source: rusqlite::Error| store_error(&self.path, source);
        let kept: Option<(String, String)> = self
            .connection
            .query_row("SELECT digest, start FROM world", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(store)?;
        let (digest, start) = kept.ok_or_else(|| self.damaged("it does not say which world it holds".to_owned()))?;
        if digest != world {
            return Err(SimError::OtherWorld { path: self.path.clone() });
        }
        let start = start.parse().map_err(|_| self.damaged("its start is no time".to_owned()))?;
        let mut statement = self.connection.prepare("SELECT n, at, entry FROM change ORDER BY n").map_err(store)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).map_err(store)?;
        let mut entries = Vec::new();
        for (expected, row) in (1i64..).zip(rows) {
            let (n, at, entry): (i64, String, String) = row.map_err(store)?;
            let parsed = at.parse().ok().zip(serde_json::from_str(&entry).ok());
            let (at, entry) = parsed.filter(|_| n == expected).ok_or_else(|| self.damaged(format!("change {expected} cannot be read")))?;
            entries.push((entry, at));
        }
        Ok(Kept { start, entries })
    }

    /// Writes a change behind those that are there.
    pub(super) fn append(&mut self, entry: &Entry, at: Timestamp) -> Result<(), SimError> {
        let n = self.entries + 1;
        let text = serde_json::to_string(entry).map_err(|error| self.damaged(error.to_string()))?;
        let mut insert = self
            .connection
            .prepare_cached("INSERT INTO change (n, at, entry) VALUES (?1, ?2, ?3)")
            .map_err(|source| store_error(&self.path, source))?;
        insert.execute(params![n, at.to_string(), text]).map_err(|source| store_error(&self.path, source))?;
        drop(insert);
        self.entries = n;
        Ok(())
    }

    /// The error for a file that cannot be right.
    pub(super) fn damaged(&self, reason: String) -> SimError {
        SimError::Damaged { path: self.path.clone(), reason }
    }
}

/// What tells one world from another: the file's content and the seed.
fn identity(file: &WorldFile, seed: u64) -> String {
    format!("{}/{seed}", Digest::of(file).as_str())
}

/// SQLite's error, or `Damaged` where SQLite says that the file is.
fn store_error(path: &str, source: rusqlite::Error) -> SimError {
    match source.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
            SimError::Damaged { path: path.to_owned(), reason: "it is not a sound SQLite file".to_owned() }
        }
        _ => SimError::Store { path: path.to_owned(), source },
    }
}
