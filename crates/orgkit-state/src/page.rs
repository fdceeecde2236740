//! A page: the records of one append, in one object, so that all of them are there or none.

use crate::lease::Holding;
use crate::sealed::{self, Unreadable};
use object_store::path::Path;
use orgkit_execute::Record;
use serde::{Deserialize, Serialize};

/// What stands in the object of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    /// Its number, from 1, which is also its object's name.
    pub(crate) page: u64,
    /// The generation of its writer.
    pub(crate) generation: u64,
    /// The token of its writer's lease, which no other writer has.
    pub(crate) writer: String,
    /// The sum of the page before; empty for the first.
    pub(crate) after: String,
    /// The records; none where a new holder closed the journal to older ones.
    pub(crate) records: Vec<Row>,
}

/// A record as it stands in a page, whose generation is its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    seq: u64,
    at: String,
    event: String,
    previous: String,
    hash: String,
}

impl Row {
    pub(crate) fn of(record: &Record) -> Self {
        Self {
            seq: record.seq,
            at: record.at.clone(),
            event: record.event.clone(),
            previous: record.previous.clone(),
            hash: record.hash.clone(),
        }
    }

    fn into_record(self, generation: u64) -> Record {
        Record { seq: self.seq, at: self.at, generation, event: self.event, previous: self.previous, hash: self.hash }
    }
}

/// Where the next page goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tail {
    /// The number of the last page; 0 where there is none.
    pub(crate) page: u64,
    /// The number of the last record.
    pub(crate) seq: u64,
    /// The generation of the last page.
    pub(crate) generation: u64,
    /// The sum of the last page.
    pub(crate) sum: String,
}

impl Tail {
    /// The page that comes next.
    pub(crate) fn next(&self, writer: &Holding, records: &[Record]) -> Page {
        Page {
            page: self.page + 1,
            generation: writer.generation,
            writer: writer.token.clone(),
            after: self.sum.clone(),
            records: records.iter().map(Row::of).collect(),
        }
    }

    /// The tail after a page, and the page's records; why not, where the page cannot come next.
    pub(crate) fn follow(&self, content: &[u8]) -> Result<(Self, Vec<Record>), Unreadable> {
        let (page, sum): (Page, String) = sealed::open(content)?;
        let wrong = |why: &str| Err(Unreadable::Damaged(why.to_owned()));
        if page.page != self.page + 1 {
            return wrong("its name is another page's");
        }
        if page.after != self.sum {
            return wrong("it does not follow the page before");
        }
        if page.generation < self.generation {
            return wrong("its generation is older than that of the page before");
        }
        let mut seq = self.seq;
        for row in &page.records {
            seq += 1;
            if row.seq != seq {
                return wrong("its records do not follow each other");
            }
        }
        let generation = page.generation;
        let records = page.records.into_iter().map(|row| row.into_record(generation)).collect();
        Ok((Self { page: page.page, seq, generation, sum }, records))
    }
}

/// The object of a page: twenty digits, so that names sort as numbers do.
pub(crate) fn path(folder: &Path, page: u64) -> Path {
    folder.clone().join(format!("{page:020}.json"))
}

/// The page that an object holds, by its name.
pub(crate) fn number(path: &Path) -> Option<u64> {
    let digits = path.filename()?.strip_suffix(".json")?;
    let is_number = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|page| is_number && *page > 0)
}
