//! Operators that meet between any two requests, on a store that loses replies, runs writes late, and never tells.

use crate::common::{Dice, assert_whole, claim, next_records};
use crate::rough::Rough;
use object_store::ObjectStore;
use object_store::path::Path;
use orgkit_execute::{JournalError, JournalStore, Record};
use orgkit_state::ObjectStoreJournal;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// What everybody sees.
struct Scene {
    store: Arc<dyn ObjectStore>,
    dice: RefCell<Dice>,
    /// Seconds that have passed.
    clock: Cell<i64>,
    /// Records whose append was answered: they must be there for ever.
    answered: RefCell<Vec<Record>>,
    /// For each lease that was given: its generation, and how many records its holder then found.
    given: RefCell<Vec<(u64, usize)>>,
    fenced: Cell<u32>,
    held: Cell<u32>,
}

impl Scene {
    fn below(&self, end: u64) -> u64 {
        self.dice.borrow_mut().below(end)
    }

    /// One process of an operator after the other, each from its start to an end of some kind.
    async fn operator(&self, name: &str) {
        for _ in 0..6 {
            if let Err(error) = self.process(name).await {
                match error {
                    JournalError::Fenced { .. } => self.fenced.set(self.fenced.get() + 1),
                    JournalError::Held { .. } => self.held.set(self.held.get() + 1),
                    JournalError::Io { .. } => {}
                    other => panic!("{name}: {other:?}"),
                }
            }
        }
    }

    async fn process(&self, name: &str) -> Result<(), JournalError> {
        let folder = Path::from("team");
        let Ok(mut journal) = ObjectStoreJournal::over(Arc::clone(&self.store), &folder, "rough".to_owned()).await else { return Ok(()) };
        let standing = journal.lease().await?;
        let believes_dead = standing.filter(|_| self.below(4) == 0).map(|lease| lease.generation);
        let lease = journal.take(&claim(name, self.clock.get()).taking_over(believes_dead)).await?;
        let mut mine = journal.load().await?;
        self.given.borrow_mut().push((lease.generation, mine.len()));
        for _ in 0..self.below(8) {
            let records = next_records(&mine, lease.generation, name, 1 + self.below(3));
            journal.append(&records).await?;
            self.answered.borrow_mut().extend(records.clone());
            mine.extend(records);
            if self.below(4) == 0 {
                journal.renew(claim(name, self.clock.get()).until).await?;
            }
        }
        if self.below(2) == 0 { journal.release().await } else { Ok(()) }
    }
}

/// Runs three operators in an order that the seed decides; what was seen.
fn play(seed: u64, lost: u64) -> (usize, u32, u32) {
    let scene = Scene {
        store: Arc::new(Rough::new(seed, lost)),
        dice: RefCell::new(Dice(!seed)),
        clock: Cell::new(0),
        answered: RefCell::default(),
        given: RefCell::default(),
        fenced: Cell::new(0),
        held: Cell::new(0),
    };
    let mut context = Context::from_waker(Waker::noop());
    let mut running: Vec<Pin<Box<dyn Future<Output = ()> + '_>>> =
        ["ana", "ben", "eve"].into_iter().map(|name| Box::pin(scene.operator(name)) as _).collect();
    while !running.is_empty() {
        // Whoever is next may run for long, as if the others slept.
        let next = usize::try_from(scene.below(running.len() as u64)).unwrap();
        for _ in 0..=scene.below(12) {
            if running[next].as_mut().poll(&mut context) == Poll::Ready(()) {
                drop(running.swap_remove(next));
                break;
            }
        }
        scene.clock.set(scene.clock.get() + i64::try_from(scene.below(4)).unwrap());
    }
    let records = read(&scene.store);
    assert_whole(&records);
    for answered in scene.answered.borrow().iter() {
        let place = usize::try_from(answered.seq).unwrap() - 1;
        assert_eq!(records.get(place), Some(answered), "seed {seed}: an answered append is gone");
    }
    for (generation, found) in scene.given.borrow().iter() {
        let stale = records.iter().skip(*found).find(|record| record.generation < *generation);
        assert_eq!(stale, None, "seed {seed}: written after generation {generation} was given");
    }
    (records.len(), scene.fenced.get(), scene.held.get())
}

/// Reads the journal when everybody is gone, as often as it takes.
fn read(store: &Arc<dyn ObjectStore>) -> Vec<Record> {
    let folder = Path::from("team");
    let read = async {
        loop {
            let Ok(mut journal) = ObjectStoreJournal::over(Arc::clone(store), &folder, "rough".to_owned()).await else { continue };
            match journal.load().await {
                Err(JournalError::Io { .. }) => {}
                other => return other.unwrap(),
            }
        }
    };
    let (mut read, mut context) = (std::pin::pin!(read), Context::from_waker(Waker::noop()));
    loop {
        if let Poll::Ready(records) = read.as_mut().poll(&mut context) {
            return records;
        }
    }
}

/// Many seeds; all that may happen must have happened.
fn play_many(seeds: u64, lost: u64) {
    let mut seen = (0, 0, 0);
    for seed in 0..seeds {
        let (records, fenced, held) = play(seed, lost);
        seen = (seen.0 + records, seen.1 + fenced, seen.2 + held);
    }
    let enough = u32::try_from(seeds).unwrap() / 40;
    assert!(seen.0 > 1000 && seen.1 > enough && seen.2 > enough, "(records, fenced, held) = {seen:?}");
}

#[test]
fn operators_meet_anywhere_and_no_number_is_given_twice() {
    play_many(1_000, 0);
}

#[test]
fn lost_and_late_writes_change_nothing() {
    for lost in [30, 8, 4] {
        play_many(700, lost);
    }
}
