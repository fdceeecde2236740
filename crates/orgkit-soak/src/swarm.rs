//! Seeds: each draws a plan, a mix of faults, and what people and machines do meanwhile; the run goes on until it is done, or until it says what
//! a person did that keeps it from being done.

use crate::crashes::no_op;
use crate::dice::Dice;
use crate::plans::Prepared;
use crate::stage::{Counts, Doom, Fate, Life, Meddling, Patience, Stage, Strike, Violation};
use jiff::SignedDuration;
use orgkit_execute::{Discipline, Ended};
use orgkit_model::{Event, Opening};
use orgkit_sim::{Fault, FaultPlan, Passage, PeopleRule, PersonAct};
use std::collections::{BTreeMap, BTreeSet};

/// After so many lives nothing fails any more.
const LOUD: u64 = 10;
/// After so many quiet lives without progress a run stands still for good.
const STILL: u64 = 4;
/// No run may take more lives than that.
const LIVES: u64 = 60;

/// What a seed came to.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// The plan that it drew.
    pub plan: String,
    /// What was broken.
    pub violations: Vec<Violation>,
    /// What was counted.
    pub counts: Counts,
    /// Accounts that were to move, where the run was finished.
    pub moves: u64,
    /// What keeps a run from being finished, where something does.
    pub explained: Option<String>,
    /// How often each kind of fault struck.
    pub faults: BTreeMap<&'static str, u64>,
    /// What happened, line by line, if it was to be kept.
    pub trace: Vec<String>,
}

/// How a seed is run.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// What the executor heeds.
    pub discipline: Discipline,
    /// Changes the plan before it is approved.
    pub spoil: Option<fn(&Opening) -> Opening>,
    /// Whether each call and record is kept.
    pub trace: bool,
}

impl Default for Manner {
    fn default() -> Self {
        Self { discipline: Discipline::FULL, spoil: None, trace: false }
    }
}

/// Runs a seed.
pub fn run(plans: &[Prepared], seed: u64, manner: Manner) -> Outcome {
    let mut dice = Dice::new(seed);
    let Some(prepared) = dice.one_of(plans) else { return Outcome::default() };
    let opening = manner.spoil.map(|spoil| spoil(&prepared.opening));
    let mut stage = match opening {
        Some(opening) => Stage::with_opening(prepared, opening, doom(&mut dice)),
        None => Stage::new(prepared, doom(&mut dice)),
    };
    stage.discipline = manner.discipline;
    if manner.trace {
        stage.trace();
    }
    set_up(&mut stage, &mut dice, seed);
    let mut operator = Operator { dice, seed, deeds: Vec::new(), faults: BTreeMap::new(), quiet: false, excused: BTreeSet::new() };
    let finished = operator.operate(&mut stage);
    operator.close(&mut stage, finished)
}

/// Where the process dies and where the journal fails: nowhere, at one place, or at several.
fn doom(dice: &mut Dice) -> Doom {
    let mut doom = Doom::default();
    if dice.happens(60) {
        for _ in 0..dice.between(1, 4) {
            let fate = if dice.happens(50) { Fate::Lost } else { Fate::Kept };
            let strike = if dice.happens(70) { Strike::Crash(fate) } else { Strike::Error(fate) };
            doom.writes.push((dice.between(1, 70), strike));
        }
    }
    if dice.happens(50) {
        for _ in 0..dice.between(1, 4) {
            let passage = *dice.one_of(&[Passage::LoseRequest, Passage::LoseAnswer]).unwrap_or(&Passage::LoseAnswer);
            doom.changes.push((dice.between(1, 24), passage, dice.happens(60)));
        }
    }
    doom
}

/// The faults, the people and the clock.
fn set_up(stage: &mut Stage<'_>, dice: &mut Dice, seed: u64) {
    if dice.happens(70) {
        let mut plan = FaultPlan::swarm(seed);
        plan.quiet_after_seconds = Some(dice.between(1, 20) * 3600);
        plan.people = people(dice);
        // A plan that was drawn is a good one; if it were not, the run is simply not disturbed.
        drop(stage.simulator().arm(plan));
    }
    stage.simulator().set_throttling(dice.happens(60));
    if dice.happens(15) {
        stage.patience = Patience::From(stage.simulator().now().saturating_add(SignedDuration::from_hours(3)).unwrap_or_default());
    }
    if dice.happens(20) {
        stage.set_traps(30, Dice::new(seed ^ 0x7261_7073));
    }
    if dice.happens(20) {
        let hours = i64::try_from(dice.between(1, 48)).unwrap_or(1);
        stage.meddling.push((dice.between(1, 40), Meddling::Jump(SignedDuration::from_hours(hours))));
        stage.give_way();
    }
    if dice.happens(8) {
        stage.meddling.push((dice.between(1, 60), Meddling::TakeQuota));
        stage.give_way();
    }
}

/// What people do in the middle of it.
fn people(dice: &mut Dice) -> Vec<PeopleRule> {
    if !dice.happens(35) {
        return Vec::new();
    }
    let acts = [
        PersonAct::DeclineInvitation { account: None },
        PersonAct::CancelInvitation { account: None },
        PersonAct::AcceptInvitation { account: None },
        PersonAct::MoveAccount { account: None, to: None },
        PersonAct::CloseAccount { account: None },
        PersonAct::RemoveAccount { account: None },
        PersonAct::LeaveOrganization { account: None },
        PersonAct::AttachPolicy { organization: None, policy: None, target: None },
        PersonAct::DetachPolicy { organization: None, policy: None, target: None },
        PersonAct::EditPolicy { organization: None, policy: None, content: None },
        PersonAct::EndSessions { account: None },
    ];
    let mut rules = Vec::new();
    for _ in 0..dice.between(1, 3) {
        let Some(act) = dice.one_of(&acts).cloned() else { continue };
        // An invitation is there only for a while: those who answer it come just before it would be accepted.
        let answers =
            matches!(act, PersonAct::DeclineInvitation { .. } | PersonAct::CancelInvitation { .. } | PersonAct::AcceptInvitation { .. });
        let (operation, last) = if answers { (Some("AcceptHandshake".to_owned()), 3) } else { (None, 160) };
        rules.push(PeopleRule { act, at_seconds: None, before_call: Some(dice.between(1, last)), service: None, operation });
    }
    rules
}

/// Whoever runs orgkit: starts it again, renews what ran out, clears what is stuck.
struct Operator {
    dice: Dice,
    seed: u64,
    /// What people did that may keep the run from its end.
    deeds: Vec<PersonAct>,
    faults: BTreeMap<&'static str, u64>,
    quiet: bool,
    excused: BTreeSet<String>,
}

impl Operator {
    /// Until the run is finished, or stands still although nothing fails any more. Whether it is finished.
    fn operate(&mut self, stage: &mut Stage<'_>) -> bool {
        let (mut still, mut done) = (0, 0);
        for life in 0..LIVES {
            if life == LOUD || stage.simulator().armed().is_none_or(|armed| armed.is_quiet(stage.simulator().now())) && life > 2 {
                self.hush(stage);
            }
            if !stage.violations().is_empty() {
                return false;
            }
            let end = if !self.quiet && self.dice.happens(7) { self.rival(stage) } else { stage.life(self.dice.happens(50)) };
            match end {
                Life::Ended(Ended::Finished) => return true,
                Life::Hung => {
                    stage.violate(0, "life", "the process waits for nothing".to_owned());
                    return false;
                }
                end => self.between(stage, &end),
            }
            still = if stage.done() > done || !self.quiet { 0 } else { still + 1 };
            done = stage.done();
            if still >= STILL && !self.excuse(stage, &mut still) {
                return false;
            }
        }
        false
    }

    /// Two at once, one of which was told that the other is gone.
    fn rival(&mut self, stage: &mut Stage<'_>) -> Life {
        let after = self.dice.between(1, 80);
        let (one, two) = stage.rivals(&mut self.dice, after);
        match (one, two) {
            (Life::Hung, _) | (_, Life::Hung) => Life::Hung,
            (Life::Ended(Ended::Finished), _) | (_, Life::Ended(Ended::Finished)) => Life::Ended(Ended::Finished),
            (_, two) => two,
        }
    }

    /// From now on nothing fails, and nobody does anything any more.
    fn hush(&mut self, stage: &mut Stage<'_>) {
        if std::mem::replace(&mut self.quiet, true) {
            return;
        }
        stage.spare();
        self.count(stage);
        stage.simulator().disarm();
        stage.give_quota_back();
        stage.set_traps(0, Dice::new(0));
    }

    fn count(&mut self, stage: &Stage<'_>) {
        if let Some(armed) = stage.simulator().armed() {
            self.deeds.extend(armed.deeds().cloned());
            for (fault, struck) in armed.strikes() {
                *self.faults.entry(kind(fault)).or_default() += struck;
            }
        }
    }

    /// Time passes until somebody starts it again; what is stuck is cleared once in a while.
    fn between(&mut self, stage: &mut Stage<'_>, end: &Life) {
        let wait = match end {
            Life::Held => SignedDuration::from_secs(61),
            Life::Ended(Ended::Scheduled { until, .. }) => until.duration_since(stage.simulator().now()),
            Life::Ended(_) => SignedDuration::from_mins(i64::try_from(self.dice.between(1, 240)).unwrap_or(1)),
            _ => SignedDuration::from_secs(i64::try_from(self.dice.between(0, 90)).unwrap_or(1)),
        };
        drop(stage.simulator().advance(wait));
        if self.quiet || self.dice.happens(50) {
            for step in stage.stuck() {
                let cleared = Event::Cleared { step, note: "looked at it".to_owned() };
                // Where the write fails, it is done the next time.
                stage.write(cleared);
            }
        }
    }

    /// What stays stuck is left out, where somebody decides so.
    fn excuse(&mut self, stage: &mut Stage<'_>, still: &mut u64) -> bool {
        if self.deeds.is_empty() || self.seed.is_multiple_of(2) {
            return false;
        }
        let accounts = stage.prepared().plan().placements.iter().map(|placement| placement.account.clone());
        let words = stage.last_words().unwrap_or_default();
        let named: Vec<_> = accounts.filter(|account| words.contains(account.as_str())).collect();
        let mut any = false;
        for account in named {
            if self.excused.insert(account.to_string()) {
                any |= stage.write(Event::Excused { account, note: "it stays behind".to_owned() });
            }
        }
        if any {
            *still = 0;
        }
        any
    }

    fn close(mut self, stage: &mut Stage<'_>, finished: bool) -> Outcome {
        self.hush(stage);
        let mut explained = None;
        if stage.violations().is_empty() {
            if finished {
                if let Err(detail) = no_op(stage) {
                    stage.violate(25, "end", detail);
                }
            } else {
                match (stage.last_words(), self.deeds.iter().find(|deed| hinders(deed))) {
                    (Some(words), Some(deed)) => explained = Some(format!("{deed:?}: {words}")),
                    (words, deed) => {
                        let detail = format!("half done, and nobody did anything that explains it; it says {words:?}, people did {deed:?}");
                        stage.violate(0, "end", detail);
                    }
                }
            }
        }
        let moves = if finished { stage.prepared().moves() } else { 0 };
        Outcome {
            seed: self.seed,
            plan: stage.prepared().name.clone(),
            violations: stage.violations(),
            counts: stage.counts(),
            moves: u64::try_from(moves).unwrap_or_default(),
            explained,
            faults: self.faults,
            trace: stage.traced(),
        }
    }
}

/// Whether what a person did can keep an account from being moved, or from being where it should be.
fn hinders(deed: &PersonAct) -> bool {
    !matches!(deed, PersonAct::EndSessions { .. } | PersonAct::ReinstateAccount { .. })
}

/// A word for a kind of fault.
fn kind(fault: &Fault) -> &'static str {
    match fault {
        Fault::Throttled {} => "throttled",
        Fault::ConcurrentModification {} => "concurrent modification",
        Fault::Internal {} => "internal failure",
        Fault::LostBefore { .. } => "request lost",
        Fault::LostAfter { .. } => "answer lost",
        Fault::StaleReads { .. } => "stale reads",
        Fault::SessionEnds {} => "session ended",
        Fault::ShortSession { .. } => "short session",
        Fault::Latency { .. } => "latency",
    }
}
