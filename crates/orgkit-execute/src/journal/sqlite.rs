//! A journal in a SQLite file.
//!
//! The file is written with a rollback journal and not with a write-ahead log: SQLite drops damaged frames of a log without a word, and a
//! journal that lost its last entries without a word would be worse than none [SQLite, "Write-Ahead Logging", "The WAL File"].

use super::store::{Claim, JournalStore, Lease, Record};
use crate::JournalError;
use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};
use std::path::Path;
use std::time::Duration;

/// The format that this orgkit writes, in SQLite's `user_version`. A newer one is refused, format 1, which had no leases, is brought up.
pub const JOURNAL_FORMAT: i64 = 2;

/// "orgj": SQLite's `application_id` of a journal.
const APPLICATION: i64 = 0x6f72_676a;

const ENTRIES: &str = "
    CREATE TABLE entry (
        seq INTEGER PRIMARY KEY, at TEXT NOT NULL, generation INTEGER NOT NULL, event TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
    ) STRICT;
    CREATE TABLE tail (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
    INSERT INTO tail VALUES (1, 0, '');";

const LEASES: &str = "
    CREATE TABLE lease (
        one INTEGER PRIMARY KEY CHECK (one = 1), generation INTEGER NOT NULL, holder TEXT NOT NULL, until TEXT NOT NULL
    ) STRICT;
    INSERT INTO lease SELECT 1, max(generation), '', '1970-01-01T00:00:00Z' FROM entry HAVING max(generation) IS NOT NULL;";

/// How long a reader or writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(5);

/// A journal file. Every append is durable before it returns (`synchronous = FULL`).
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    place: String,
    mine: Option<u64>,
}

impl SqliteStore {
    /// Opens or makes a journal file.
    ///
    /// # Errors
    /// A file that is no journal, that a later orgkit wrote, or that cannot be opened or made.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let connection = Connection::open(path).map_err(|source| JournalError::io("open", &path.display().to_string(), source))?;
        let store = Self { connection, place: path.display().to_string(), mine: None };
        let format = store.format()?;
        store.make("PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL;")?;
        match format {
            Some(JOURNAL_FORMAT) => {}
            Some(_) => store.make(&format!("BEGIN; {LEASES} PRAGMA user_version = {JOURNAL_FORMAT}; COMMIT;"))?,
            None => store.make(&format!(
                "BEGIN; {ENTRIES} {LEASES} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {JOURNAL_FORMAT}; COMMIT;"
            ))?,
        }
        Ok(store)
    }

    /// Opens a journal file to look at it while somebody else may write to it. Nothing can be written through it.
    ///
    /// # Errors
    /// As [`SqliteStore::open`]; a file that is not there is not made.
    pub fn read(path: &Path) -> Result<Self, JournalError> {
        let place = path.display().to_string();
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|source| JournalError::io("open", &place, source))?;
        let store = Self { connection, place, mine: None };
        match store.format()? {
            Some(_) => Ok(store),
            None => Err(JournalError::NotAJournal { place: store.place }),
        }
    }

    /// The file's format; `None` for an empty file.
    fn format(&self) -> Result<Option<i64>, JournalError> {
        let not_a_journal = || JournalError::NotAJournal { place: self.place.clone() };
        self.connection.busy_timeout(PATIENCE).map_err(|error| self.io("prepare", error))?;
        let pragma = |name: &str| self.connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
        let application = match pragma("application_id") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => return Err(not_a_journal()),
            other => other.map_err(|error| self.unreadable(error))?,
        };
        let format = pragma("user_version").map_err(|error| self.unreadable(error))?;
        let tables = self.connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
        match (application, format, tables.map_err(|error| self.unreadable(error))?) {
            (0, 0, 0) => Ok(None),
            (APPLICATION, 1..=JOURNAL_FORMAT, _) => Ok(Some(format)),
            (APPLICATION, found, _) if found > JOURNAL_FORMAT => {
                Err(JournalError::Newer { place: self.place.clone(), found, known: JOURNAL_FORMAT })
            }
            _ => Err(not_a_journal()),
        }
    }

    fn make(&self, script: &str) -> Result<(), JournalError> {
        self.connection.execute_batch(script).map_err(|error| self.io("prepare", error))
    }

    fn io(&self, action: &'static str, source: rusqlite::Error) -> JournalError {
        JournalError::io(action, &self.place, source)
    }

    fn damaged(&self, seq: u64, why: impl Into<String>) -> JournalError {
        JournalError::Damaged { place: self.place.clone(), seq, why: why.into() }
    }

    fn unreadable(&self, error: rusqlite::Error) -> JournalError {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) | None => self.damaged(1, error.to_string()),
            Some(_) => self.io("read", error),
        }
    }

    fn rows(&self) -> Result<Vec<Record>, rusqlite::Error> {
        let mut statement = self.connection.prepare("SELECT seq, at, generation, event, previous, hash FROM entry ORDER BY seq")?;
        let rows = statement.query_map([], |row| {
            Ok(Record {
                seq: row.get::<_, i64>(0)?.cast_unsigned(),
                at: row.get(1)?,
                generation: row.get::<_, i64>(2)?.cast_unsigned(),
                event: row.get(3)?,
                previous: row.get(4)?,
                hash: row.get(5)?,
            })
        })?;
        rows.collect()
    }

    fn tail(&self) -> Result<Option<(u64, String)>, rusqlite::Error> {
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?));
        self.connection.query_row("SELECT seq, hash FROM tail", [], read).optional()
    }

    /// Does something as the holder of the lease, all or nothing.
    fn as_holder(
        &mut self,
        action: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<(), rusqlite::Error>,
    ) -> Result<(), JournalError> {
        let (mine, place) = (self.mine, self.place.clone());
        let io = |source| JournalError::io(action, &place, source);
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(io)?;
        match standing(&transaction).map_err(io)? {
            Some(lease) if mine == Some(lease.generation) => {}
            Some(lease) => return Err(JournalError::Fenced { holder: lease.holder, generation: lease.generation }),
            None => return Err(JournalError::Refused { why: "nobody holds the journal".to_owned() }),
        }
        work(&transaction).map_err(io)?;
        transaction.commit().map_err(io)
    }
}

impl JournalStore for SqliteStore {
    async fn load(&mut self) -> Result<Vec<Record>, JournalError> {
        let records = self.rows().map_err(|error| self.unreadable(error))?;
        let tail = self.tail().map_err(|error| self.unreadable(error))?;
        let last = records.last().map_or((0, ""), |record| (record.seq, record.hash.as_str()));
        if tail.as_ref().map(|(seq, hash)| (*seq, hash.as_str())) != Some(last) {
            return Err(self.damaged(records.len() as u64 + 1, "entries are missing at its end"));
        }
        Ok(records)
    }

    async fn append(&mut self, records: &[Record]) -> Result<(), JournalError> {
        self.as_holder("write", |transaction| {
            for record in records {
                transaction.prepare_cached("INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
                    record.seq.cast_signed(),
                    record.at,
                    record.generation.cast_signed(),
                    record.event,
                    record.previous,
                    record.hash
                ])?;
                let mut tail = transaction.prepare_cached("UPDATE tail SET seq = ?1, hash = ?2")?;
                tail.execute(params![record.seq.cast_signed(), record.hash])?;
            }
            Ok(())
        })
    }

    async fn lease(&mut self) -> Result<Option<Lease>, JournalError> {
        standing(&self.connection).map_err(|error| self.unreadable(error))
    }

    async fn take(&mut self, claim: &Claim) -> Result<Lease, JournalError> {
        let place = self.place.clone();
        let io = |source| JournalError::io("write", &place, source);
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(io)?;
        let lease = claim.against(standing(&transaction).map_err(io)?.as_ref())?;
        let values = params![lease.generation.cast_signed(), lease.holder, lease.until.to_string()];
        transaction.execute("INSERT OR REPLACE INTO lease VALUES (1, ?1, ?2, ?3)", values).map_err(io)?;
        transaction.commit().map_err(io)?;
        self.mine = Some(lease.generation);
        Ok(lease)
    }

    async fn renew(&mut self, until: Timestamp) -> Result<(), JournalError> {
        self.as_holder("write", |transaction| transaction.execute("UPDATE lease SET until = ?1", [until.to_string()]).map(drop))
    }

    async fn release(&mut self) -> Result<(), JournalError> {
        self.renew(Timestamp::UNIX_EPOCH).await?;
        self.mine = None;
        Ok(())
    }

    fn place(&self) -> String {
        self.place.clone()
    }
}

/// The lease as it stands. Its time was written by orgkit; one that cannot be read counts as run out.
fn standing(connection: &Connection) -> Result<Option<Lease>, rusqlite::Error> {
    let read = |row: &rusqlite::Row<'_>| {
        let until: String = row.get(2)?;
        Ok(Lease {
            generation: row.get::<_, i64>(0)?.cast_unsigned(),
            holder: row.get(1)?,
            until: until.parse().unwrap_or(Timestamp::UNIX_EPOCH),
        })
    };
    connection.query_row("SELECT generation, holder, until FROM lease", [], read).optional()
}
