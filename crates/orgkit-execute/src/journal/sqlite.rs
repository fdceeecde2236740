//! A journal in a SQLite file.
//!
//! The file is written with a rollback journal and not with a write-ahead log: SQLite drops damaged frames of a log without a word, and a
//! journal that lost its last entries without a word would be worse than none [SQLite, "Write-Ahead Logging", "The WAL File"].

use super::record;
use super::store::{Claim, JournalStore, Lease, Mark, Record};
use crate::JournalError;
use jiff::Timestamp;
use orgkit_model::Entry;
use rusqlite::types::Type;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};
use std::path::{Path, PathBuf};
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

/// What an entry survives once its append has returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Everything, power cuts included: SQLite's `synchronous = FULL`.
    PowerCut,
    /// The end of the process at any moment, `kill -9` included: `synchronous = OFF`. After a power cut the file may be damaged, which is noticed.
    Kill,
}

/// How long a reader or writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(5);

/// A journal file.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    path: PathBuf,
    place: String,
    mine: Option<u64>,
}

impl SqliteStore {
    /// Opens or makes a journal file whose entries survive everything once they are written.
    ///
    /// # Errors
    /// As [`SqliteStore::open_with`].
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Self::open_with(path, Durability::PowerCut)
    }

    /// Opens or makes a journal file. A new one is made under another name first, so that a file of the right name is never an empty one: that
    /// would be a journal that was lost.
    ///
    /// # Errors
    /// A file that is no journal, that is damaged, that a later orgkit wrote, or that cannot be opened or made.
    pub fn open_with(path: &Path, durability: Durability) -> Result<Self, JournalError> {
        let place = path.display().to_string();
        if !path.exists() {
            Self::create(path, &place)?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|source| JournalError::io("open", &place, source))?;
        let store = Self { connection, path: path.to_owned(), place, mine: None };
        let format = store.format()?;
        store.check_structure()?;
        store.make(match durability {
            Durability::PowerCut => "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL;",
            Durability::Kill => "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF;",
        })?;
        if format < JOURNAL_FORMAT {
            store.make(&format!("BEGIN; {LEASES} PRAGMA user_version = {JOURNAL_FORMAT}; COMMIT;"))?;
        }
        Ok(store)
    }

    fn create(path: &Path, place: &str) -> Result<(), JournalError> {
        let (new, left) = (path.with_extension("db-new"), path.with_extension("db-new-journal"));
        let io = |source: std::io::Error| JournalError::io("make", place, source);
        for stale in [&new, &left] {
            match std::fs::remove_file(stale) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(io(error)),
                _ => {}
            }
        }
        let connection = Connection::open(&new).map_err(|source| JournalError::io("make", place, source))?;
        let store = Self { connection, path: new, place: place.to_owned(), mine: None };
        store.make(&format!(
            "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL;
            BEGIN; {ENTRIES} {LEASES} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {JOURNAL_FORMAT}; COMMIT;"
        ))?;
        drop(store);
        // The journal of the new name's last write is empty by now, and of no use under the old one.
        drop(std::fs::remove_file(&left));
        std::fs::rename(path.with_extension("db-new"), path).map_err(io)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Only where folders can be synchronized: on others the file's own synchronization has to do.
        drop(std::fs::File::open(folder).and_then(|folder| folder.sync_all()));
        Ok(())
    }

    /// Opens a journal file to look at it while somebody else may write to it. Nothing can be written through it. What a killed process has half
    /// written is taken back first, as by whoever opens the file next.
    ///
    /// # Errors
    /// As [`SqliteStore::open`]; a file that is not there is not made.
    pub fn read(path: &Path) -> Result<Self, JournalError> {
        let place = path.display().to_string();
        let open = |flags| Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        let failed = |source| JournalError::io("open", &place, source);
        let connection = open(OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
        let mut store = Self { connection, path: path.to_owned(), place: place.clone(), mine: None };
        if store.is_half_written() {
            store.connection = open(OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(failed)?;
        }
        store.format()?;
        Ok(store)
    }

    /// Whether a write was cut short that this connection cannot take back [SQLite, "Result and Error Codes", SQLITE_READONLY_ROLLBACK].
    fn is_half_written(&self) -> bool {
        let looked = self.connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
        let codes = looked.err().and_then(|error| error.sqlite_error().map(|error| (error.code, error.extended_code)));
        codes.is_some_and(|(code, extended)| {
            matches!(code, ErrorCode::ReadOnly | ErrorCode::CannotOpen) || extended == rusqlite::ffi::SQLITE_READONLY_ROLLBACK
        })
    }

    /// The file's format.
    fn format(&self) -> Result<i64, JournalError> {
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
            (APPLICATION, 1..=JOURNAL_FORMAT, _) => Ok(format),
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
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure
                | ErrorCode::DiskFull
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::OutOfMemory,
            ) if !is_short(&error) => self.io("read", error),
            _ => self.damaged(1, error.to_string()),
        }
    }

    /// Whether everything in the file hangs together: pages that are in nobody's use are written to, and had better be.
    fn check_structure(&self) -> Result<(), JournalError> {
        let said: String =
            self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|error| self.unreadable(error))?;
        if said == "ok" { Ok(()) } else { Err(self.damaged(1, said)) }
    }

    /// Whether the file is as long as its header says, and the lease no older than what was written under it.
    fn check_around(&self, last: Option<&Record>) -> Result<(), JournalError> {
        let number = |name: &str| {
            let read = self.connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
            read.map(i64::cast_unsigned).map_err(|error| self.unreadable(error))
        };
        let (pages, size) = (number("page_count")?, number("page_size")?);
        let length = std::fs::metadata(&self.path).map_err(|source| JournalError::io("read", &self.place, source))?.len();
        let mode: String =
            self.connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).map_err(|error| self.unreadable(error))?;
        // A journal of format 1 may have its last pages in a log beside it, until a writer brings it up.
        if mode != "wal" && pages.checked_mul(size) != Some(length) {
            return Err(self.damaged(last.map_or(0, |last| last.seq), format!("it has {length} bytes, and not {pages} pages of {size}")));
        }
        let leased = standing(&self.connection).map_err(|error| self.unreadable(error))?.map_or(0, |lease| lease.generation);
        match last {
            Some(last) if last.generation > leased => Err(self.damaged(last.seq, "its lease is older than what was written under it")),
            _ => Ok(()),
        }
    }

    fn rows(&self, from: u64) -> Result<Vec<Record>, rusqlite::Error> {
        const ROWS: &str = "SELECT seq, at, generation, event, previous, hash FROM entry WHERE seq >= ?1 ORDER BY seq";
        let mut statement = self.connection.prepare(ROWS)?;
        let rows = statement.query_map([from.cast_signed()], |row| {
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

    /// The records from a place on, and whether everything around them fits. One look: a writer waits for its end.
    fn load_from(&self, from: u64) -> Result<Vec<Record>, JournalError> {
        self.connection.execute_batch("BEGIN").map_err(|error| self.unreadable(error))?;
        let loaded = self.loaded(from);
        let ended = self.connection.execute_batch("COMMIT").map_err(|error| self.unreadable(error));
        loaded.and_then(|records| ended.map(|()| records))
    }

    fn loaded(&self, from: u64) -> Result<Vec<Record>, JournalError> {
        let records = self.rows(from).map_err(|error| self.unreadable(error))?;
        let tail = self.tail().map_err(|error| self.unreadable(error))?;
        let last = records.last().map_or((0, ""), |record| (record.seq, record.hash.as_str()));
        if tail.as_ref().map(|(seq, hash)| (*seq, hash.as_str())) != Some(last) {
            return Err(self.damaged(records.len() as u64 + 1, "entries are missing at its end"));
        }
        self.check_around(records.last())?;
        Ok(records)
    }

    /// The entries from a mark on, the marked one first, checked against the chain of hashes: for whoever knows what was before them. `None` where
    /// the journal does not hold the mark.
    ///
    /// # Errors
    /// Whatever is wrong with those entries or with the file around them. What lies before the mark is not read.
    pub fn since(&self, mark: &Mark) -> Result<Option<Vec<Entry>>, JournalError> {
        let records = self.load_from(mark.seq)?;
        if records.first().is_none_or(|first| first.seq != mark.seq || first.hash != mark.hash) {
            return Ok(None);
        }
        let mut previous = records.first().map(|first| first.previous.clone()).unwrap_or_default();
        let decoded = records.iter().zip(mark.seq..).map(|(record, seq)| {
            let entry = record::decode(record, seq, &previous).map_err(|why| self.damaged(seq, why))?;
            previous.clone_from(&record.hash);
            Ok(entry)
        });
        decoded.collect::<Result<_, _>>().map(Some)
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
        self.load_from(0)
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

/// Whether a page is not there: the file is shorter than it should be.
fn is_short(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHORT_READ)
}

/// The lease as it stands.
fn standing(connection: &Connection) -> Result<Option<Lease>, rusqlite::Error> {
    let read = |row: &rusqlite::Row<'_>| {
        let until: String = row.get(2)?;
        // A time that cannot be read is damage, and not a lease that has run out.
        let until = until.parse().map_err(|error| rusqlite::Error::FromSqlConversionFailure(2, Type::Text, Box::new(error)))?;
        Ok(Lease { generation: row.get::<_, i64>(0)?.cast_unsigned(), holder: row.get(1)?, until })
    };
    connection.query_row("SELECT generation, holder, until FROM lease", [], read).optional()
}
