//! The journal: one SQLite file, one row per event, each with the hash of the one before.

use crate::JournalError;
use jiff::Timestamp;
use orgkit_model::{Digest, Entry, Event, Run};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::{Path, PathBuf};

/// The format that this orgkit writes, in SQLite's `user_version`. A newer one is refused.
pub const JOURNAL_FORMAT: i64 = 1;

/// "orgj": SQLite's `application_id` of a journal.
const APPLICATION: i64 = 0x6f72_676a;

const SCHEMA: &str = "
    CREATE TABLE entry (
        seq INTEGER PRIMARY KEY, at TEXT NOT NULL, generation INTEGER NOT NULL, event TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
    ) STRICT;
    CREATE TABLE tail (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
    INSERT INTO tail VALUES (1, 0, '');";

/// An open journal. Every append is durable before it returns (`synchronous=FULL`); after a failed append nothing more may be done.
#[derive(Debug)]
pub struct Journal {
    connection: Connection,
    path: PathBuf,
    run: Run,
    generation: u64,
    hash: String,
}

impl Journal {
    /// Opens or makes the journal at a path, checks every entry, and begins a new generation.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let io = |action| move |source| JournalError::Io { action, path: path.to_owned(), source };
        let connection = Connection::open(path).map_err(io("open"))?;
        prepare(&connection, path)?;
        let mut journal = Self { connection, path: path.to_owned(), run: Run::default(), generation: 0, hash: String::new() };
        for entry in journal.load()? {
            journal.run.apply(&entry).map_err(|error| journal.damaged(error.seq, error.why))?;
        }
        journal.generation = journal.run.generation + 1;
        Ok(journal)
    }

    /// The state of the run.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Where it is kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Every entry, checked against the chain of hashes.
    pub fn entries(&self) -> Result<Vec<Entry>, JournalError> {
        Ok(self.read()?.0)
    }

    fn load(&mut self) -> Result<Vec<Entry>, JournalError> {
        let (entries, hash) = self.read()?;
        self.hash = hash;
        Ok(entries)
    }

    /// Writes an event down. It is durable when this returns.
    pub fn append(&mut self, at: Timestamp, event: Event) -> Result<(), JournalError> {
        let entry = Entry { seq: self.run.last_seq + 1, at, generation: self.generation, event };
        self.run.check(&entry).map_err(|why| JournalError::Refused { why })?;
        let text = serde_json::to_string(&entry.event).map_err(|error| JournalError::Refused { why: error.to_string() })?;
        let hash = chain(&self.hash, &entry, &text);
        self.write(&entry, &text, &hash).map_err(|source| JournalError::Io { action: "write", path: self.path.clone(), source })?;
        self.hash = hash;
        self.run.apply(&entry).map_err(|error| JournalError::Refused { why: error.why })
    }

    fn write(&mut self, entry: &Entry, text: &str, hash: &str) -> Result<(), rusqlite::Error> {
        let transaction = self.connection.transaction()?;
        transaction.prepare_cached("INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
            entry.seq.cast_signed(),
            entry.at.to_string(),
            entry.generation.cast_signed(),
            text,
            self.hash,
            hash
        ])?;
        transaction.prepare_cached("UPDATE tail SET seq = ?1, hash = ?2")?.execute(params![entry.seq.cast_signed(), hash])?;
        transaction.commit()
    }

    fn damaged(&self, seq: u64, why: impl Into<String>) -> JournalError {
        JournalError::Damaged { path: self.path.clone(), seq, why: why.into() }
    }

    fn read(&self) -> Result<(Vec<Entry>, String), JournalError> {
        let rows = self.rows().map_err(|error| self.unreadable(error))?;
        let mut entries = Vec::with_capacity(rows.len());
        let mut hash = String::new();
        for (place, row) in rows.into_iter().enumerate() {
            let seq = place as u64 + 1;
            let at: Timestamp = row.at.parse().map_err(|_| self.damaged(seq, "its time is no time"))?;
            let event: Event =
                serde_json::from_str(&row.event).map_err(|error| self.damaged(seq, format!("its event cannot be read ({error})")))?;
            let entry = Entry { seq: row.seq.cast_unsigned(), at, generation: row.generation.cast_unsigned(), event };
            if entry.seq != seq || row.at != at.to_string() || row.previous != hash || row.hash != chain(&hash, &entry, &row.event) {
                return Err(self.damaged(seq, "its hash does not fit"));
            }
            hash = row.hash;
            entries.push(entry);
        }
        let tail = self.tail().map_err(|error| self.unreadable(error))?;
        if tail != Some((entries.len() as u64, hash.clone())) {
            return Err(self.damaged(entries.len() as u64 + 1, "entries are missing at its end"));
        }
        Ok((entries, hash))
    }

    fn unreadable(&self, error: rusqlite::Error) -> JournalError {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) | None => self.damaged(1, error.to_string()),
            Some(_) => JournalError::Io { action: "read", path: self.path.clone(), source: error },
        }
    }

    fn rows(&self) -> Result<Vec<Row>, rusqlite::Error> {
        let mut statement = self.connection.prepare("SELECT seq, at, generation, event, previous, hash FROM entry ORDER BY seq")?;
        let rows = statement.query_map([], |row| {
            Ok(Row {
                seq: row.get(0)?,
                at: row.get(1)?,
                generation: row.get(2)?,
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
}

struct Row {
    seq: i64,
    at: String,
    generation: i64,
    event: String,
    previous: String,
    hash: String,
}

fn chain(previous: &str, entry: &Entry, event: &str) -> String {
    let text = format!("{previous}\n{}\n{}\n{}\n{event}", entry.seq, entry.at, entry.generation);
    Digest::of_bytes(text.as_bytes()).as_str().to_owned()
}

fn prepare(connection: &Connection, path: &Path) -> Result<(), JournalError> {
    let io = |action| move |source| JournalError::Io { action, path: path.to_owned(), source };
    let not_a_journal = || JournalError::NotAJournal { path: path.to_owned() };
    let pragma = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
    let application = match pragma("application_id") {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => return Err(not_a_journal()),
        other => other.map_err(io("read"))?,
    };
    let format = pragma("user_version").map_err(io("read"))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(io("read"))?;
    match (application, format, tables) {
        (0, 0, 0) => {}
        (APPLICATION, JOURNAL_FORMAT, _) => {}
        (APPLICATION, found, _) if found > JOURNAL_FORMAT => {
            return Err(JournalError::Newer { path: path.to_owned(), found, known: JOURNAL_FORMAT });
        }
        _ => return Err(not_a_journal()),
    }
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;").map_err(io("prepare"))?;
    if tables == 0 {
        let script = format!("BEGIN; {SCHEMA} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {JOURNAL_FORMAT}; COMMIT;");
        connection.execute_batch(&script).map_err(io("create"))?;
    }
    Ok(())
}
