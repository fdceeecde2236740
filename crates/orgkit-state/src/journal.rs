//! The store itself: pages, the lease, and who may write.

use crate::conditional::{self, Object, Put, When};
use crate::keys::KeySource;
use crate::lease::Holding;
use crate::page::{self, Tail};
use crate::sealed::{self, Unreadable};
use crate::settings::SharedSettings;
use crate::{StateError, probe};
use futures_util::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use object_store::path::Path;
use object_store::{Error, ObjectStore};
use orgkit_execute::{Claim, JournalError, JournalStore, Lease, Record};
use std::sync::Arc;

/// How many pages are read at once.
const READS: usize = 32;

/// How often a new holder tries to close the journal. Each try can fail only because an older one wrote a page in that moment, and an older
/// one that looks at the lease before its next page finds that it has lost it.
const SEALS: u32 = 8;

/// A journal in an object store.
#[derive(Debug)]
pub struct ObjectStoreJournal {
    store: Arc<dyn ObjectStore>,
    pages: Path,
    lease: Path,
    place: String,
    /// Whether the store was seen to honour conditions.
    proved: bool,
    /// What was read and checked of the journal, whose pages never change.
    known: Known,
    /// The lease that this process took, and the ETag of its last version.
    held: Option<(Holding, String)>,
}

#[derive(Debug, Default)]
struct Known {
    records: Vec<Record>,
    tail: Tail,
}

impl ObjectStoreJournal {
    /// Opens a journal to write to it.
    ///
    /// # Errors
    /// Settings that cannot be used, a store that cannot be reached, and [`StateError::Unconditional`] for one that takes no notice of
    /// conditions.
    pub async fn open(settings: &SharedSettings, keys: Arc<dyn KeySource>) -> Result<Self, StateError> {
        Self::over(settings.store(keys)?, &settings.folder()?, settings.place()).await
    }

    /// Opens a journal only to look at it: nothing is tried, and its lease cannot be taken.
    ///
    /// # Errors
    /// Settings that cannot be used.
    pub fn read(settings: &SharedSettings, keys: Arc<dyn KeySource>) -> Result<Self, StateError> {
        Ok(Self::unproved(settings.store(keys)?, &settings.folder()?, settings.place()))
    }

    /// Opens a journal in a folder of any store.
    ///
    /// # Errors
    /// As [`ObjectStoreJournal::open`].
    pub async fn over(store: Arc<dyn ObjectStore>, folder: &Path, place: String) -> Result<Self, StateError> {
        probe::conditions(&*store, &folder.clone().join("probe.txt"), &place).await?;
        Ok(Self { proved: true, ..Self::unproved(store, folder, place) })
    }

    fn unproved(store: Arc<dyn ObjectStore>, folder: &Path, place: String) -> Self {
        let (pages, lease) = (folder.clone().join("journal"), folder.clone().join("lease.json"));
        Self { store, pages, lease, place, proved: false, known: Known::default(), held: None }
    }

    fn failed(&self, action: &'static str, source: Error) -> JournalError {
        JournalError::io(action, &self.place, source)
    }

    fn damaged(&self, seq: u64, what: &str, why: Unreadable) -> JournalError {
        let place = self.place.clone();
        match why {
            Unreadable::Newer(found) => {
                JournalError::Newer { place, found: found.try_into().unwrap_or(i64::MAX), known: sealed::FORMAT.cast_signed() }
            }
            Unreadable::Damaged(why) => JournalError::Damaged { place, seq, why: format!("{what}: {why}") },
        }
    }

    /// The lease as it stands, and its ETag.
    async fn standing(&self) -> Result<Option<(Holding, String)>, JournalError> {
        let found = conditional::get(&*self.store, &self.lease).await.map_err(|error| self.failed("read", error))?;
        found.map(|object| self.holding(&object)).transpose()
    }

    fn holding(&self, object: &Object) -> Result<(Holding, String), JournalError> {
        let opened = sealed::open(&object.content);
        let (holding, _) = opened.map_err(|why| self.damaged(self.known.tail.seq + 1, "the lease", why))?;
        Ok((holding, object.tag.clone()))
    }

    /// Writes a version of the lease; the other one where that one stands now.
    async fn put_lease(&self, holding: &Holding, when: &When) -> Result<Result<String, (Holding, String)>, JournalError> {
        let (content, _) = sealed::seal(holding).map_err(|error| JournalError::Refused { why: error.to_string() })?;
        let put = conditional::put(&*self.store, &self.lease, &content, when).await;
        match put.map_err(|error| self.failed("write", error))? {
            Put::Ours(tag) => Ok(Ok(tag)),
            Put::Theirs(object) => self.holding(&object).map(Err),
        }
    }

    /// Reads what was written since.
    async fn catch_up(&mut self) -> Result<(), JournalError> {
        let last = page::path(&self.pages, self.known.tail.page);
        let listed: Vec<_> =
            self.store.list_with_offset(Some(&self.pages), &last).try_collect().await.map_err(|error| self.failed("list", error))?;
        let mut numbers = Vec::with_capacity(listed.len());
        for meta in listed {
            let stray = || Unreadable::Damaged("it is no page of a journal".to_owned());
            let number = page::number(&meta.location).ok_or_else(|| self.damaged(1, meta.location.as_ref(), stray()))?;
            numbers.push(number);
        }
        numbers.sort_unstable();
        let paths: Vec<Path> = numbers.iter().map(|number| page::path(&self.pages, *number)).collect();
        let store = Arc::clone(&self.store);
        let mut reads = futures_util::stream::iter(paths).map(|path| read(Arc::clone(&store), path)).buffered(READS);
        while let Some((path, content)) = reads.next().await {
            let content = content.map_err(|error| self.failed("read", error))?;
            self.follow(&path, &content)?;
        }
        Ok(())
    }

    /// Takes the next page in.
    fn follow(&mut self, path: &Path, content: &[u8]) -> Result<(), JournalError> {
        let followed = self.known.tail.follow(content);
        let (tail, records) = followed.map_err(|why| self.damaged(self.known.tail.seq + 1, path.as_ref(), why))?;
        self.known.records.extend(records);
        self.known.tail = tail;
        Ok(())
    }

    /// Writes the page that comes next.
    async fn put_page(&self, writer: &Holding, records: &[Record]) -> Result<(Path, Vec<u8>, Option<Object>), JournalError> {
        let page = self.known.tail.next(writer, records);
        let path = page::path(&self.pages, page.page);
        let (content, _) = sealed::seal(&page).map_err(|error| JournalError::Refused { why: error.to_string() })?;
        let put = conditional::put(&*self.store, &path, &content, &When::Missing).await;
        match put.map_err(|error| self.failed("write", error))? {
            Put::Ours(_) => Ok((path, content, None)),
            Put::Theirs(object) => Ok((path, content, Some(object))),
        }
    }

    /// Closes the journal to every older generation: an empty page of this one takes the number that they would write to next.
    async fn close_to_older(&mut self, mine: &Holding) -> Result<(), JournalError> {
        for _ in 0..SEALS {
            let (path, content, theirs) = self.put_page(mine, &[]).await?;
            let Some(theirs) = theirs else {
                return self.follow(&path, &content);
            };
            self.follow(&path, &theirs.content)?;
            self.catch_up().await?;
            if self.known.tail.generation > mine.generation {
                return Err(self.lost().await);
            }
        }
        let busy = "an older holder does not stop writing";
        Err(JournalError::io("close", &self.place, std::io::Error::other(busy)))
    }

    /// Makes sure that the lease is still this process's.
    async fn check_held(&mut self) -> Result<Holding, JournalError> {
        let Some((mine, tag)) = self.held.clone() else {
            return Err(self.without_lease().await);
        };
        let now = conditional::tag(&*self.store, &self.lease).await.map_err(|error| self.failed("read", error))?;
        if now.as_ref() == Some(&tag) {
            return Ok(mine);
        }
        match self.standing().await? {
            // A version of this process whose reply was lost.
            Some((standing, tag)) if standing.is_same(&mine) => {
                self.held = Some((standing.clone(), tag));
                Ok(standing)
            }
            Some((standing, _)) => Err(fenced(&standing)),
            None => Err(self.damaged(self.known.tail.seq + 1, "the lease", Unreadable::Damaged("it is gone".to_owned()))),
        }
    }

    /// Why somebody without a lease may not write.
    async fn without_lease(&self) -> JournalError {
        match self.standing().await {
            Ok(Some((standing, _))) => fenced(&standing),
            Ok(None) => JournalError::Refused { why: "nobody holds the journal".to_owned() },
            Err(error) => error,
        }
    }

    /// The error of a process whose place in the journal somebody else has taken.
    async fn lost(&self) -> JournalError {
        match self.standing().await {
            Ok(Some((standing, _))) => fenced(&standing),
            Ok(None) => JournalError::Fenced { holder: "somebody".to_owned(), generation: self.known.tail.generation },
            Err(error) => error,
        }
    }

    /// Writes the lease anew. A version of this process that came in late is written over like any other of its own.
    async fn change(&mut self, until: Timestamp) -> Result<(), JournalError> {
        let mut mine = self.check_held().await?;
        loop {
            let Some((_, tag)) = &self.held else { return Err(self.without_lease().await) };
            let next = mine.next(until, self.known.tail.page);
            match self.put_lease(&next, &When::Is(tag.clone())).await? {
                Ok(tag) => {
                    self.held = Some((next, tag));
                    return Ok(());
                }
                Err((theirs, tag)) if theirs.is_same(&mine) => {
                    self.held = Some((theirs.clone(), tag));
                    mine = theirs;
                }
                Err((theirs, _)) => return Err(fenced(&theirs)),
            }
        }
    }
}

impl JournalStore for ObjectStoreJournal {
    async fn load(&mut self) -> Result<Vec<Record>, JournalError> {
        // The lease first: pages are only ever added, so there are at least as many as it speaks of.
        let least = self.standing().await?.map_or(0, |(standing, _)| standing.pages);
        self.catch_up().await?;
        if self.known.tail.page < least {
            let missing = Unreadable::Damaged(format!("{} pages are there, and there were {least}", self.known.tail.page));
            return Err(self.damaged(self.known.tail.seq + 1, "its end is missing", missing));
        }
        Ok(self.known.records.clone())
    }

    async fn append(&mut self, records: &[Record]) -> Result<(), JournalError> {
        let mine = self.check_held().await?;
        if records.is_empty() {
            return Ok(());
        }
        if let Some(wrong) =
            records.iter().zip(self.known.tail.seq + 1..).find(|(record, seq)| record.seq != *seq || record.generation != mine.generation)
        {
            let why = format!("record {} of generation {} cannot be number {}", wrong.0.seq, wrong.0.generation, wrong.1);
            return Err(JournalError::Refused { why });
        }
        let (path, content, theirs) = self.put_page(&mine, records).await?;
        match theirs {
            None => self.follow(&path, &content),
            Some(_) => Err(self.lost().await),
        }
    }

    async fn lease(&mut self) -> Result<Option<Lease>, JournalError> {
        Ok(self.standing().await?.map(|(standing, _)| standing.lease()))
    }

    async fn take(&mut self, claim: &Claim) -> Result<Lease, JournalError> {
        self.held = None;
        if !self.proved {
            return Err(JournalError::Refused { why: "the journal was opened only to look at it".to_owned() });
        }
        let found = self.standing().await?;
        self.catch_up().await?;
        let lease = claim.against(self.last_lease(found.as_ref()).as_ref())?;
        let holding = Holding::of(&lease, self.known.tail.page);
        let when = found.map_or(When::Missing, |(_, tag)| When::Is(tag));
        match self.put_lease(&holding, &when).await? {
            Err((theirs, _)) => Err(held(&theirs)),
            Ok(tag) => {
                self.close_to_older(&holding).await?;
                self.held = Some((holding, tag));
                Ok(lease)
            }
        }
    }

    async fn renew(&mut self, until: Timestamp) -> Result<(), JournalError> {
        self.change(until).await
    }

    async fn release(&mut self) -> Result<(), JournalError> {
        self.change(Timestamp::UNIX_EPOCH).await?;
        self.held = None;
        Ok(())
    }

    fn place(&self) -> String {
        self.place.clone()
    }
}

impl ObjectStoreJournal {
    /// The lease that a new one follows. Where its object is gone, the journal still knows the generation.
    fn last_lease(&self, standing: Option<&(Holding, String)>) -> Option<Lease> {
        let written = self.known.tail.generation;
        match standing {
            Some((standing, _)) if standing.generation >= written => Some(standing.lease()),
            _ if written == 0 => None,
            _ => Some(Lease { generation: written, holder: String::new(), until: Timestamp::UNIX_EPOCH }),
        }
    }
}

/// One page, with its name. One that was listed and is not there is an error.
async fn read(store: Arc<dyn ObjectStore>, path: Path) -> (Path, Result<Vec<u8>, Error>) {
    let content = match conditional::get(&*store, &path).await {
        Ok(Some(object)) => Ok(object.content),
        Ok(None) => Err(Error::NotFound { path: path.to_string(), source: "it was listed a moment ago".into() }),
        Err(error) => Err(error),
    };
    (path, content)
}

fn fenced(standing: &Holding) -> JournalError {
    JournalError::Fenced { holder: standing.holder.clone(), generation: standing.generation }
}

fn held(standing: &Holding) -> JournalError {
    JournalError::Held { holder: standing.holder.clone(), until: standing.until, generation: standing.generation }
}
