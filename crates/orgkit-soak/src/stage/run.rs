//! A run: one journal, one world, and as many lives as it takes.

use super::book::{Book, Counts, Shared, Violation};
use super::doom::Doom;
use super::people::{Eyes, GateKeeper, Patience, VirtualClock};
use super::store::Shaky;
use super::watched::Watched;
use crate::dice::Dice;
use crate::plans::Prepared;
use crate::poll::{now_or_never, poll_once};
use jiff::SignedDuration;
use orgkit_execute::{
    Claim, Discipline, Ended, ExecuteError, Executor, Extent, Journal, JournalError, JournalStore, MemoryStore, Progress, Tuning, read,
};
use orgkit_model::{Approval, Event, Opening, Run, StepId};
use orgkit_sim::{Call, Simulator};
use serde_json::json;
use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

/// So many polls without an end, and nothing can come of it any more.
const PATIENCE: u64 = 3_000_000;
/// A run that gives way so often in a row at the same time of day waits for itself.
const IDLE: u64 = 10_000;

/// How a life of a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// The executor came to an end.
    Ended(Ended),
    /// The journal failed, or was somebody else's.
    Journal(String),
    /// Somebody else holds the journal.
    Held,
    /// The process died.
    Crashed,
    /// The process waits for nothing.
    Hung,
}

/// A moment of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before it does anything.
    Beginning,
    /// Once it is written down as done.
    End,
}

/// What somebody outside does between two moves of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meddling {
    /// The clock jumps ahead.
    Jump(SignedDuration),
    /// Somebody invites strangers until the target's quota is used up.
    TakeQuota,
}

/// A run on its stage.
pub struct Stage<'p> {
    prepared: &'p Prepared,
    opening: Opening,
    simulator: Simulator,
    store: MemoryStore,
    book: Shared,
    /// What the executor heeds.
    pub discipline: Discipline,
    /// When people answer gates.
    pub patience: Patience,
    /// How patient the executor is.
    pub tuning: Tuning,
    /// The step at whose beginning, or at whose end, the process dies.
    pub dies_at: Option<(StepId, Moment)>,
    /// What is done between two polls, with the number of the poll.
    pub meddling: Vec<(u64, Meddling)>,
    polls: u64,
}

impl<'p> Stage<'p> {
    /// A run that has not begun, in a world of its own.
    pub fn new(prepared: &'p Prepared, doom: Doom) -> Self {
        Self::with_opening(prepared, prepared.opening.clone(), doom)
    }

    /// The same with another plan for the same world.
    pub fn with_opening(prepared: &'p Prepared, opening: Opening, doom: Doom) -> Self {
        let simulator = prepared.simulator.fork();
        let plan = Arc::new(opening.plan.clone());
        let mut book = simulator.look(|world| {
            let sharing = Arc::new(prepared.sharing.clone());
            if opening.plan == prepared.opening.plan {
                Book::new(plan, prepared.digest.clone(), sharing, Arc::clone(&prepared.index), world)
            } else {
                let index = Arc::new(super::Index::new(&plan));
                Book::new(Arc::clone(&plan), plan.digest(), sharing, index, world)
            }
        });
        book.set_doom(doom);
        let book = Shared::new(book);
        simulator.attend(Box::new(book.clone()));
        Self {
            prepared,
            opening,
            simulator,
            store: MemoryStore::new(),
            book,
            discipline: Discipline::FULL,
            patience: Patience::Prompt,
            tuning: Tuning::default(),
            dies_at: None,
            meddling: Vec::new(),
            polls: 0,
        }
    }

    /// The world.
    pub fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    /// The plan that is carried out, made ready.
    pub fn prepared(&self) -> &'p Prepared {
        self.prepared
    }

    /// Keeps a line for each call and record from now on.
    pub fn trace(&self) {
        self.book.with(Book::set_trace);
    }

    /// The lines kept.
    pub fn traced(&self) -> Vec<String> {
        self.book.with(Book::trace)
    }

    /// Lets the process give way at each call and write, so that others may go first.
    pub fn give_way(&self) {
        self.book.with(|book| book.set_yields(true));
    }

    /// Lets some proofs say nothing.
    pub fn set_traps(&self, percent: u64, dice: Dice) {
        self.book.with(|book| book.set_traps(percent, dice));
    }

    /// What happened so far, counted.
    pub fn counts(&self) -> Counts {
        self.book.with(|book| book.counts)
    }

    /// What was broken so far.
    pub fn violations(&self) -> Vec<Violation> {
        self.book.with(|book| book.violations.clone())
    }

    /// Takes down that something was broken that only the end shows.
    pub(crate) fn violate(&self, invariant: u8, event: &str, detail: String) {
        self.book.with(|book| book.violate(invariant, event, detail));
    }

    /// The last thing that the journal says about why the run stands still.
    pub fn last_words(&self) -> Option<String> {
        self.book.with(|book| book.ledger.last_words.clone())
    }

    /// How many steps are done.
    pub fn done(&self) -> usize {
        self.book.with(|book| book.ledger.lines.iter().filter(|line| line.standing == super::Standing::Done).count())
    }

    /// The steps that are stuck.
    pub fn stuck(&self) -> Vec<StepId> {
        self.book.with(|book| {
            let places = book.ledger.lines.iter().zip(&book.ledger.index.steps);
            places.filter(|(line, _)| line.standing == super::Standing::Stuck).map(|(_, step)| step.id.clone()).collect()
        })
    }

    /// The journal as it is stored, checked and replayed.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn journal(&self) -> Result<Run, JournalError> {
        now_or_never(read(&mut self.store.clone())).map(|(run, _)| run)
    }

    /// How many records the journal has.
    pub fn records(&self) -> usize {
        self.store.len()
    }

    /// One process from its beginning to its end. `take_over`: whoever starts it knows that the one before is gone.
    pub fn life(&mut self, take_over: bool) -> Life {
        self.book.with(Book::revive);
        let claim = self.claim(take_over);
        let generation = Rc::new(Cell::new(0));
        let meddling = std::mem::take(&mut self.meddling);
        let mut polls = self.polls;
        let life = {
            let mut process = pin!(self.process(generation, claim));
            self.drive(&mut polls, &meddling, || poll_once(process.as_mut()))
        };
        self.polls = polls;
        self.meddling = meddling;
        life
    }

    /// Two processes, of which the second takes the journal from the first while that is still at work. Who moves next is drawn.
    pub fn rivals(&mut self, dice: &mut Dice, after: u64) -> (Life, Life) {
        self.book.with(Book::revive);
        self.give_way();
        let first = Rc::new(Cell::new(0));
        let mut one = pin!(self.process(Rc::clone(&first), self.claim(true)));
        let (mut ends, mut polls) = ((None, None), 0_u64);
        while ends.0.is_none() && polls < after {
            polls += 1;
            if let Poll::Ready(end) = poll_once(one.as_mut()) {
                ends.0 = Some(life_of(end));
            }
            if self.book.is_dead() {
                return (Life::Crashed, Life::Crashed);
            }
        }
        let mut two = pin!(self.process(Rc::new(Cell::new(0)), self.claim(true)));
        while (ends.0.is_none() || ends.1.is_none()) && polls < PATIENCE {
            polls += 1;
            let other = dice.happens(50);
            if ends.0.is_none() && (ends.1.is_some() || other) {
                if let Poll::Ready(end) = poll_once(one.as_mut()) {
                    ends.0 = Some(life_of(end));
                }
            } else if let Poll::Ready(end) = poll_once(two.as_mut()) {
                ends.1 = Some(life_of(end));
            }
            if self.book.is_dead() {
                return (ends.0.unwrap_or(Life::Crashed), ends.1.unwrap_or(Life::Crashed));
            }
        }
        (ends.0.unwrap_or(Life::Hung), ends.1.unwrap_or(Life::Hung))
    }

    /// From now on nothing hits the run any more, and people answer at once.
    pub(crate) fn spare(&mut self) {
        self.patience = Patience::Prompt;
        self.book.with(|book| book.set_doom(Doom::default()));
        self.meddling.clear();
    }

    /// Lets somebody else than the run make calls: they are not judged until the next life.
    pub(crate) fn look_away(&self) {
        self.book.with(|book| book.set_looking(false));
    }

    /// A person writes something into the journal. Whether it worked: this process may die, too.
    pub fn write(&mut self, event: Event) -> bool {
        self.book.with(Book::revive);
        let claim = self.claim(true);
        let store = Shaky::new(self.store.clone(), self.book.clone(), self.simulator.clone());
        let mut writing = pin!(async {
            let journal = Journal::open(store, &claim).await?;
            journal.append(self.simulator.now(), event).await?;
            journal.close().await
        });
        loop {
            match poll_once(writing.as_mut()) {
                Poll::Ready(written) => return written.is_ok(),
                Poll::Pending if self.book.is_dead() => return false,
                Poll::Pending => {}
            }
        }
    }

    fn claim(&self, take_over: bool) -> Claim {
        let lease = now_or_never(self.store.clone().lease()).ok().flatten();
        let claim = Claim::new("soak", self.simulator.now());
        claim.taking_over(lease.filter(|_| take_over).map(|lease| lease.generation))
    }

    async fn process(&self, generation: Rc<Cell<u64>>, claim: Claim) -> Result<Ended, ExecuteError> {
        let store = Shaky::new(self.store.clone(), self.book.clone(), self.simulator.clone());
        let journal = Journal::open(store, &claim).await?;
        generation.set(journal.generation());
        self.begin(&journal).await?;
        let cloud = Watched::new(self.prepared.cloud(&self.simulator), self.book.clone(), generation);
        let clock = VirtualClock { simulator: self.simulator.clone(), book: self.book.clone() };
        let gates = GateKeeper { simulator: self.simulator.clone(), patience: self.patience };
        let witness = Eyes { cloud: &cloud, book: self.book.clone() };
        let executor = Executor {
            cloud: &cloud,
            clock: &clock,
            gates: &gates,
            witness: &witness,
            tuning: self.tuning,
            extent: Extent::default(),
            discipline: self.discipline,
            stop: &|| false,
            watch: &|progress| self.watch(progress),
        };
        let ended = executor.run(&journal).await?;
        if ended == Ended::Finished {
            self.compare(&journal);
        }
        journal.close().await?;
        Ok(ended)
    }

    /// The process dies at the moment that it was told.
    fn watch(&self, progress: Progress<'_>) {
        let moment = match progress {
            Progress::Began { step } => Some((&step.id, Moment::Beginning)),
            Progress::Done { step, .. } => Some((&step.id, Moment::End)),
            _ => None,
        };
        if let (Some((step, moment)), Some((wanted, at))) = (moment, &self.dies_at)
            && step == wanted
            && moment == *at
        {
            self.book.with(Book::die);
        }
    }

    /// A journal begins with the plan and its approval.
    async fn begin(&self, journal: &Journal<Shaky>) -> Result<(), ExecuteError> {
        let (opened, approved) = (journal.run().opening.is_some(), journal.run().approval.is_some());
        if !opened {
            journal.append(self.simulator.now(), Event::Opened(Arc::new(self.opening.clone()))).await?;
        }
        if !approved {
            let digest = self.book.with(|book| book.digest.clone());
            let approach = self.opening.plan.decision.taken;
            journal.append(self.simulator.now(), Event::Approved { digest, by: Approval::Rehearsal, approach }).await?;
        }
        Ok(())
    }

    /// What the process thinks of its run is what its journal says.
    fn compare(&self, journal: &Journal<Shaky>) {
        match self.journal() {
            Ok(run) if run == *journal.run() => {}
            Ok(_) => self.violate(22, "end", "the journal replays to another run than the live one".to_owned()),
            Err(error) => self.violate(22, "end", error.to_string()),
        }
    }

    fn drive(&self, polls: &mut u64, meddling: &[(u64, Meddling)], mut poll: impl FnMut() -> Poll<Result<Ended, ExecuteError>>) -> Life {
        let (mut idle, mut last) = (0_u64, self.simulator.now());
        for _ in 0..PATIENCE {
            *polls += 1;
            meddling.iter().filter(|(at, _)| at == polls).for_each(|(_, what)| self.meddle(*what));
            if let Poll::Ready(end) = poll() {
                return life_of(end);
            }
            if self.book.is_dead() {
                return Life::Crashed;
            }
            let now = self.simulator.now();
            idle = if now == last { idle + 1 } else { 0 };
            last = now;
            if idle > IDLE {
                return Life::Hung;
            }
        }
        Life::Hung
    }

    fn meddle(&self, what: Meddling) {
        match what {
            Meddling::Jump(by) => drop(self.simulator.advance(by)),
            Meddling::TakeQuota => self.as_stranger(|ask| {
                for stranger in 0..40 {
                    let target = json!({ "Target": { "Id": format!("stranger-{stranger}@example.org"), "Type": "EMAIL" } });
                    if ask("InviteAccountToOrganization", target).is_none() {
                        break;
                    }
                }
            }),
        }
    }

    /// Whoever took the quota gives it back.
    pub fn give_quota_back(&self) {
        let plan = &self.opening.plan;
        let now = self.simulator.now();
        let strange: Vec<String> = self.simulator.look(|world| {
            let open = world.open_invitations(&plan.target, now);
            open.filter(|one| one.account.is_none()).map(|one| one.id.to_string()).collect()
        });
        self.as_stranger(|ask| {
            for id in &strange {
                ask("CancelHandshake", json!({ "HandshakeId": id }));
            }
        });
    }

    /// Calls Organizations as somebody else of the target's management account; the checks look away.
    fn as_stranger(&self, work: impl FnOnce(&dyn Fn(&str, serde_json::Value) -> Option<serde_json::Value>)) {
        let Some(caller) = self.simulator.administrator(&self.opening.plan.target_management) else { return };
        self.book.with(|book| book.set_looking(false));
        work(&|operation, input| {
            let call = Call { service: "organizations".into(), operation: operation.into(), region: "us-east-1".into(), input };
            self.simulator.call(&caller, &call).ok()
        });
        self.book.with(|book| book.set_looking(true));
    }
}

fn life_of(end: Result<Ended, ExecuteError>) -> Life {
    match end {
        Ok(ended) => Life::Ended(ended),
        Err(ExecuteError::Journal(JournalError::Held { .. })) => Life::Held,
        Err(error) => {
            let cause = std::error::Error::source(&error).map_or_else(String::new, |cause| format!(": {cause}"));
            Life::Journal(format!("{error}{cause}"))
        }
    }
}
