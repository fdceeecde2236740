//! A thousand accounts in waves: how long it takes on the virtual clock against what AWS's own limits allow, and how much of the real time is the
//! executor's own.
#![expect(clippy::disallowed_methods, reason = "the executor's own time is real time")]

use crate::plans::{ACCESS_ROLE, KINDS, PrepareError, Prepared, ready, start};
use crate::poll::now_or_never;
use crate::stage::{Book, Counts, Doom, Eyes, GateKeeper, Life, Patience, Shared, Stage, Violation, VirtualClock, Watched};
use jiff::{SignedDuration, Timestamp};
use orgkit_execute::{Claim, Discipline, Ended, ExecuteError, Executor, Extent, Journal, JournalError, Progress, SqliteStore, Tuning};
use orgkit_model::{AccountId, AccountState, Approval, Event};
use orgkit_plan::{Options, WishedWave};
use orgkit_sim::{Fault, FaultPlan, FaultRule, Loss, OrganizationRole, WorldFile, generate};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How old a created account is at least when it moves, in days [Organizations User Guide, orgs_account_migration, 2026-08].
const YOUNGEST: u32 = 7;
/// How old the young ones of these estates are, in days.
const YOUNG: u32 = 5;
/// Invitations, acceptances within one organization, and moves a second [Organizations User Guide, orgs_reference_limits, 2026-10].
const INVITED: f64 = 3.0;
const ACCEPTED: f64 = 5.0;
const MOVED: f64 = 2.0;
/// Each account is moved twice: to where it arrives, and to its unit.
const MOVES: f64 = 2.0;
/// A run takes no more lives than that.
const LIVES: u32 = 100;

/// A run that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ThousandError {
    /// The plan could not be made ready.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The run failed.
    #[error(transparent)]
    Execute(#[from] ExecuteError),
    /// There is no place for the journal.
    #[error("cannot make a folder for the journal")]
    Folder(#[from] std::io::Error),
    /// The run did not come to its end.
    #[error("the run is not finished: {0}")]
    Unfinished(String),
}

/// How long a run took, and how long it had to take.
#[derive(Debug, Clone)]
pub struct Makespan {
    /// The accounts that moved.
    pub accounts: usize,
    /// The waves that they moved in.
    pub waves: usize,
    /// What it took on the virtual clock.
    pub took: SignedDuration,
    /// What AWS's limits and ages take.
    pub bound: SignedDuration,
    /// Which of them sets the bound.
    pub set_by: String,
    /// What was counted.
    pub counts: Counts,
    /// What was broken.
    pub violations: Vec<Violation>,
    /// What it took in real time, checks included.
    pub real: Duration,
}

impl Makespan {
    /// How many times the bound it took.
    pub fn ratio(&self) -> f64 {
        self.took.as_secs_f64() / self.bound.as_secs_f64().max(1.0)
    }
}

impl std::fmt::Display for Makespan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} accounts in {} waves: {:.2} h, bound {:.2} h set by {}: {:.3} times the bound; {} calls, {} events, {} violations, {:.1} s real",
            self.accounts,
            self.waves,
            self.took.as_secs_f64() / 3600.0,
            self.bound.as_secs_f64() / 3600.0,
            self.set_by,
            self.ratio(),
            self.counts.calls,
            self.counts.events,
            self.violations.len(),
            self.real.as_secs_f64(),
        )?;
        self.violations.iter().try_for_each(|violation| write!(f, "\n  {violation}"))
    }
}

/// The executor's own time per step.
#[derive(Debug, Clone)]
pub struct OwnTime {
    /// The steps measured.
    pub steps: usize,
    /// The time that half of them stay under.
    pub median: Duration,
    /// The time that 99 of a hundred stay under.
    pub most: Duration,
}

impl std::fmt::Display for OwnTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "own time per step, journal in SQLite included, cloud aside: median {:.3} ms, 99th of a hundred {:.3} ms, {} steps",
            self.median.as_secs_f64() * 1000.0,
            self.most.as_secs_f64() * 1000.0,
            self.steps,
        )
    }
}

/// Moves so many accounts in so many waves with faults on; `young` of the last wave are too young at first.
///
/// # Errors
/// A plan that cannot be made, or a run that does not end.
pub fn run(accounts: usize, waves: usize, young: usize) -> Result<Makespan, ThousandError> {
    let estate = Estate::new(accounts, waves, young);
    let prepared = estate.prepare()?;
    let mut stage = Stage::new(&prepared, Doom::default());
    drop(stage.simulator().arm(faults()));
    let (began, real) = (stage.simulator().now(), Instant::now());
    let mut last = Life::Held;
    for _ in 0..LIVES {
        last = stage.life(true);
        match &last {
            Life::Ended(Ended::Finished) => break,
            Life::Ended(Ended::Scheduled { until, .. }) => {
                drop(stage.simulator().advance(until.duration_since(stage.simulator().now())));
            }
            Life::Hung => break,
            // Whoever operates it looks at what is stuck, and lets it go on.
            _ => stage.stuck().into_iter().for_each(|step| {
                stage.write(Event::Cleared { step, note: "looked at it".to_owned() });
            }),
        }
    }
    if last != Life::Ended(Ended::Finished) {
        let (done, words) = (stage.done(), stage.last_words());
        return Err(ThousandError::Unfinished(format!("{done} steps are done; {last:?}; {words:?}; {:?}", stage.violations().first())));
    }
    let (bound, set_by) = estate.bound(began);
    Ok(Makespan {
        accounts: prepared.moves(),
        waves: prepared.plan().waves.iter().filter(|wave| !wave.accounts.is_empty()).count(),
        took: stage.simulator().now().duration_since(began),
        bound,
        set_by,
        counts: stage.counts(),
        violations: stage.violations(),
        real: real.elapsed(),
    })
}

/// Measures the executor's own time per step on a journal in SQLite, with no faults.
///
/// # Errors
/// A plan that cannot be made, or a run that does not end.
pub fn own_time(accounts: usize, waves: usize) -> Result<OwnTime, ThousandError> {
    let prepared = Estate::new(accounts, waves, 0).prepare()?;
    let folder = tempfile::tempdir()?;
    let mut times = now_or_never(measure(&prepared, SqliteStore::open(&folder.path().join("journal.db"))?))?;
    times.sort();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    Ok(OwnTime { steps: times.len(), median: at(50), most: at(99) })
}

async fn measure(prepared: &Prepared, store: SqliteStore) -> Result<Vec<Duration>, ThousandError> {
    let simulator = prepared.simulator.fork();
    simulator.set_throttling(false);
    let plan = Arc::new(prepared.plan().clone());
    let sharing = Arc::new(prepared.sharing.clone());
    let book = simulator.look(|world| Book::new(plan, prepared.digest.clone(), sharing, Arc::clone(&prepared.index), world));
    let book = Shared::new(book);
    let journal = Journal::open(store, &Claim::new("soak", simulator.now())).await?;
    journal.append(simulator.now(), Event::Opened(Arc::new(prepared.opening.clone()))).await?;
    let approach = prepared.plan().decision.taken;
    let approved = Event::Approved { digest: prepared.digest.clone(), by: Approval::Rehearsal, approach };
    journal.append(simulator.now(), approved).await?;
    let generation = Rc::new(Cell::new(journal.generation()));
    let cloud = Watched::new(prepared.cloud(&simulator), book.clone(), generation);
    let clock = VirtualClock { simulator: simulator.clone(), book: book.clone() };
    let times = RefCell::new(Vec::new());
    let last = Cell::new((Instant::now(), Duration::ZERO));
    let executor = Executor {
        cloud: &cloud,
        clock: &clock,
        gates: &GateKeeper { simulator: simulator.clone(), patience: Patience::Prompt },
        witness: &Eyes { cloud: &cloud, book },
        tuning: Tuning { longest_stay: Duration::from_secs(86_400), ..Tuning::default() },
        extent: Extent::default(),
        discipline: Discipline::FULL,
        stop: &|| false,
        watch: &|progress| {
            if let Progress::Done { .. } = progress {
                let (now, spent) = (Instant::now(), cloud.spent());
                let (before, spent_before) = last.replace((now, spent));
                times.borrow_mut().push(now.duration_since(before).saturating_sub(spent.saturating_sub(spent_before)));
            }
        },
    };
    match executor.run(&journal).await? {
        Ended::Finished => Ok(times.into_inner()),
        other => Err(ThousandError::Unfinished(format!("{other:?}"))),
    }
}

/// An estate of many accounts, and the waves that they move in.
struct Estate {
    world: WorldFile,
    waves: Vec<Vec<AccountId>>,
    young: usize,
    coverage: u32,
}

impl Estate {
    fn new(accounts: usize, waves: usize, young: usize) -> Self {
        let mut world = generate(accounts + 1, 1);
        let manages = |id: &AccountId| world.organizations.iter().any(|organization| &organization.management == id);
        let target = world.organizations.iter().find(|organization| organization.role == OrganizationRole::Target);
        let coverage = target.and_then(|target| target.baseline.as_ref()).map_or(0, |baseline| baseline.delay_seconds);
        let inside = target.map(|target| target.id.clone());
        let movers = world
            .accounts
            .iter()
            .filter(|account| account.state == AccountState::Active && !manages(&account.id) && account.organization != inside);
        let mut movers: Vec<(bool, AccountId)> = movers.map(|account| (account.organization.is_some(), account.id.clone())).collect();
        // Members last, so that the youngest of the last wave are members: only they have to wait.
        movers.sort();
        let movers: Vec<AccountId> = movers.into_iter().map(|(_, id)| id).collect();
        let late: Vec<AccountId> = movers.iter().rev().take(young).cloned().collect();
        for account in world.accounts.iter_mut().filter(|account| late.contains(&account.id)) {
            account.age_days = YOUNG;
        }
        let size = movers.len().div_ceil(waves.max(1)).max(1);
        Self { waves: movers.chunks(size).map(<[AccountId]>::to_vec).collect(), world, young, coverage }
    }

    fn prepare(&self) -> Result<Prepared, PrepareError> {
        let movers: Vec<&AccountId> = self.waves.iter().flatten().collect();
        let stays = self.world.accounts.iter().map(|account| account.id.clone()).filter(|id| !movers.contains(&id));
        let named =
            |(number, accounts): (usize, &Vec<AccountId>)| WishedWave { name: format!("wave-{}", number + 1), accounts: accounts.clone() };
        let target = self.world.organizations.iter().find(|organization| organization.role == OrganizationRole::Target);
        let options = Options {
            access_role: ACCESS_ROLE.to_owned(),
            waves: self.waves.iter().enumerate().map(named).collect(),
            leave_out: stays.collect(),
            account_quota: target.and_then(|target| target.account_quota),
            ..Options::default()
        };
        ready("thousand", &self.world, &KINDS, options, Vec::new(), &|_| "Workloads/Production".to_owned())
    }

    /// The least time that AWS's limits and ages allow, and which of them sets it.
    ///
    /// Accepted invitations do not count against the invitations of a day, so that limit bounds only how many are open at once.
    fn bound(&self, began: Timestamp) -> (SignedDuration, String) {
        let coverage = f64::from(self.coverage);
        let seconds = |accounts: usize| {
            let accounts = f64::from(u32::try_from(accounts).unwrap_or(u32::MAX));
            let rates = [(accounts / INVITED, "invitations"), (accounts / ACCEPTED, "acceptances"), (accounts * MOVES / MOVED, "moves")];
            rates.into_iter().fold((0.0, ""), |most, one| if one.0 > most.0 { one } else { most })
        };
        let rates: f64 = self.waves.iter().map(|wave| seconds(wave.len()).0 + coverage).sum();
        let slowest = seconds(self.waves.first().map_or(0, Vec::len)).1;
        // Ages count from when the world began; reading it took some time already.
        let days = f64::from(YOUNGEST - YOUNG) * 86_400.0 - began.duration_since(start()).as_secs_f64();
        let ages = if self.young > 0 { days + seconds(self.young).0 + coverage } else { 0.0 };
        let (bound, by) = if ages > rates {
            (ages, format!("the age of {} accounts that are {YOUNG} days old and must be {YOUNGEST}", self.young))
        } else {
            (rates, format!("the rate of {slowest} and {} s of coverage per wave", self.coverage))
        };
        (SignedDuration::from_secs_f64(bound), by)
    }
}

/// Faults at moderate rates, for the whole time.
fn faults() -> FaultPlan {
    let rule = |fault, thousandths: u32| FaultRule {
        fault,
        service: None,
        operation: None,
        accounts: Vec::new(),
        regions: Vec::new(),
        only: None,
        calls: Vec::new(),
        chance: Some(f64::from(thousandths) / 1000.0),
        from_seconds: 0,
        until_seconds: None,
        times: None,
    };
    let rules = vec![
        rule(Fault::Throttled {}, 10),
        rule(Fault::ConcurrentModification {}, 10),
        rule(Fault::Internal {}, 3),
        rule(Fault::LostBefore { how: Loss::Reset }, 3),
        rule(Fault::LostAfter { how: Loss::Reset }, 3),
        rule(Fault::Latency { millis: 300 }, 20),
    ];
    FaultPlan { seed: 1, rules, ..FaultPlan::default() }
}
