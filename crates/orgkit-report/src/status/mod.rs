//! How a migration stands, from its journal alone: for whoever looks while it goes on, or after it stopped.

mod count;
mod text;

pub use count::StatusCounts;
pub use text::status_text;

use crate::words;
use count::{Counts, Stands};
use jiff::Timestamp;
use orgkit_model::{AccountId, Action, Entry, Event, Phase, Run, Step, StepId, StepState};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The name and version of the schema.
pub const STATUS_SCHEMA: &str = "https://orgkit.dev/schema/status-1.json";

/// What is known besides the journal's entries.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Whether a run holds the journal now; `None` when that cannot be known.
    pub running: Option<bool>,
    /// The process that holds the state directory.
    pub process: Option<u32>,
    /// Who holds the lease of a journal that is shared.
    pub holder: Option<String>,
    /// The command that goes on with the migration.
    pub again: String,
}

/// How a migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// A run goes on.
    Running,
    /// No run goes on, and the same command goes on with it.
    Stopped,
    /// No run goes on, and a person is asked before anything else can be done.
    Waiting,
    /// No run goes on, and a step is stuck until a person clears it.
    Stuck,
    /// Everything is done and verified.
    Finished,
}

/// A wave in which steps are left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatusWave {
    /// Its place, from 1.
    pub number: usize,
    /// How many waves there are.
    pub of: usize,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub phase: Phase,
    /// How many steps it has.
    pub steps: usize,
    /// How many of them are left.
    pub left: usize,
    /// When it began.
    #[schemars(with = "Option<String>")]
    pub began: Option<Timestamp>,
}

/// A step that has begun, or whose time has not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatusStep {
    /// The step.
    pub step: StepId,
    /// The account it concerns.
    pub account: Option<AccountId>,
    /// What it does, in one line.
    pub title: String,
    /// Where it stands: the last look, or the last thing that went wrong.
    pub why: String,
    /// When it began.
    #[schemars(with = "Option<String>")]
    pub since: Option<Timestamp>,
    /// The earliest time at which it can be done, where that is known.
    #[schemars(with = "Option<String>")]
    pub until: Option<Timestamp>,
}

/// What a person has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatusQuestion {
    /// The step.
    pub step: StepId,
    /// The account it concerns.
    pub account: Option<AccountId>,
    /// What has to be done or decided, or what went wrong.
    pub question: String,
    /// What to check and to do, line by line; empty for a plain question.
    pub runbook: Vec<String>,
    /// What to type when that is done; `NOTE` stands for your words, which are kept.
    pub command: String,
}

/// The last thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatusLast {
    /// Its place in the journal, from 1.
    pub entry: u64,
    /// When, by the clock of the run: that of the simulated AWS in a rehearsal.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// What, in one line.
    pub what: String,
}

/// How a migration or its rehearsal stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Status {
    /// [`STATUS_SCHEMA`].
    pub schema: String,
    /// In one word.
    pub standing: Standing,
    /// The world's name when this is a rehearsal; `null` when it is real.
    pub rehearsal: Option<String>,
    /// Whether a run holds the journal now; `null` when that cannot be known.
    pub running: Option<bool>,
    /// Who holds the journal, or held it last.
    pub holder: Option<String>,
    /// The process that holds the state directory, where it can be known.
    pub process: Option<u32>,
    /// The generation of the last run: 1 for the first, one more for each that went on.
    pub generation: u64,
    /// The wave in which steps are left; `null` when none are.
    pub wave: Option<StatusWave>,
    /// How many steps stand where.
    pub steps: StatusCounts,
    /// How many of the accounts that the plan moves stand where.
    pub accounts: StatusCounts,
    /// The steps that have begun and are not done, and those that wait for a time.
    pub doing: Vec<StatusStep>,
    /// What a person is asked.
    pub questions: Vec<StatusQuestion>,
    /// The steps that are stuck, with what a person has to check and do.
    pub stuck: Vec<StatusQuestion>,
    /// Why the last run stopped, when it said so.
    pub stopped: Option<String>,
    /// The last thing that happened.
    pub last: Option<StatusLast>,
    /// The command that goes on with the migration; `null` when it is finished.
    pub next: Option<String>,
}

impl Status {
    /// How a run stands; `None` while its journal has no plan.
    pub fn of(run: &Run, last: Option<&Entry>, seen: &Seen) -> Option<Self> {
        let opening = run.opening.as_ref()?;
        let counts = Counts::of(run);
        let (mut doing, mut questions, mut stuck) = (Vec::new(), Vec::new(), Vec::new());
        for (step, stands) in counts.steps(run) {
            match stands {
                Stands::Begun => doing.push(begun(run, step)),
                Stands::Due(until) => doing.push(StatusStep { until: Some(until), ..begun(run, step) }),
                Stands::Waiting => questions.push(question(step)),
                Stands::Stuck => stuck.push(trouble(run, step)),
                Stands::Done | Stands::Left | Stands::Out => {}
            }
        }
        let status = Self {
            schema: STATUS_SCHEMA.to_owned(),
            standing: if run.finished.is_some() { Standing::Finished } else { Standing::Stopped },
            rehearsal: opening.rehearsal.clone(),
            running: None,
            holder: run.holder.clone(),
            process: None,
            generation: run.generation,
            wave: wave(run),
            steps: counts.of_steps(run),
            accounts: counts.of_accounts(run),
            doing,
            questions,
            stuck,
            stopped: run.stopped.clone(),
            last: None,
            next: None,
        };
        Some(status.seen(last, seen))
    }

    /// The same status, looked at again: with what is known now besides the entries that it was made from, and the last entry.
    #[must_use]
    pub fn seen(mut self, last: Option<&Entry>, seen: &Seen) -> Self {
        self.standing = match (self.standing, seen.running) {
            (Standing::Finished, _) => Standing::Finished,
            (_, Some(true)) => Standing::Running,
            _ if !self.stuck.is_empty() => Standing::Stuck,
            _ if !self.questions.is_empty() => Standing::Waiting,
            _ => Standing::Stopped,
        };
        self.running = seen.running;
        self.process = seen.process;
        self.holder = seen.holder.clone().or(self.holder);
        self.questions.iter_mut().for_each(|one| one.command = format!("{} --pass-gate '{}=NOTE'", seen.again, one.step));
        self.stuck.iter_mut().for_each(|one| one.command = format!("{} --clear '{}=NOTE'", seen.again, one.step));
        self.last = last.map(|entry| StatusLast { entry: entry.seq, at: entry.at, what: what(&entry.event) });
        self.next = (self.standing != Standing::Finished).then(|| seen.again.clone());
        self
    }
}

/// The JSON Schema of [`Status`], as published in `schemas/status-1.json`.
pub fn status_schema() -> Value {
    crate::schema::of::<Status>(STATUS_SCHEMA)
}

fn wave(run: &Run) -> Option<StatusWave> {
    let (place, left) = run.left().iter().enumerate().find(|(_, left)| **left > 0)?;
    let wave = run.waves().nth(place)?;
    Some(StatusWave {
        number: place + 1,
        of: run.left().len(),
        name: wave.name.clone(),
        phase: wave.phase,
        steps: wave.steps.len(),
        left: *left,
        began: run.begun.get(&wave.name).copied(),
    })
}

fn begun(run: &Run, step: &Step) -> StatusStep {
    let record = run.record(&step.id);
    let why = record.and_then(|record| match &record.state {
        StepState::Failed { message, .. } => Some(message.clone()),
        StepState::Observed { .. } => record.seen.clone(),
        StepState::Waiting => None,
        state => Some(words::state(state).to_owned()),
    });
    StatusStep {
        step: step.id.clone(),
        account: step.account.clone(),
        title: step.title.clone(),
        why: why.unwrap_or_default(),
        since: record.and_then(|record| record.began),
        until: None,
    }
}

fn question(step: &Step) -> StatusQuestion {
    let question = match &step.action {
        Action::Gate(gate) => gate.question.clone(),
        _ => step.title.clone(),
    };
    StatusQuestion { step: step.id.clone(), account: step.account.clone(), question, runbook: Vec::new(), command: String::new() }
}

fn trouble(run: &Run, step: &Step) -> StatusQuestion {
    let record = run.record(&step.id);
    let message = record.and_then(|record| match &record.state {
        StepState::Failed { message, .. } => Some(message.clone()),
        _ => None,
    });
    StatusQuestion {
        step: step.id.clone(),
        account: step.account.clone(),
        question: message.unwrap_or_else(|| step.title.clone()),
        runbook: record.and_then(|record| record.stuck.clone()).unwrap_or_default(),
        command: String::new(),
    }
}

/// An event in one line.
fn what(event: &Event) -> String {
    match event {
        Event::Opened(_) => "the plan was written down".to_owned(),
        Event::Approved { .. } => "the plan was approved".to_owned(),
        Event::Lease { holder } => format!("{holder} went on"),
        Event::Began { wave, .. } => format!("wave {wave} began"),
        Event::Intent { step } => format!("{step}: about to act"),
        Event::Observed { step, seen, .. } => format!("{step}: seen: {seen}"),
        Event::Done { step, .. } => format!("{step}: done"),
        Event::Failed { step, message, .. } => format!("{step}: {message}"),
        Event::Stuck { step, .. } => format!("{step}: stuck"),
        Event::Cleared { step, note } => format!("{step}: cleared: {note}"),
        Event::Excused { account, note } => format!("{account}: left out: {note}"),
        Event::Undoing { step } => format!("{step}: about to be undone"),
        Event::Undone { step, .. } => format!("{step}: undone"),
        Event::Amended(amendment) => format!("wave {} was added for {}", amendment.wave.name, amendment.account),
        Event::Stopped { reason } => format!("stopped: {reason}"),
        Event::Verified { .. } => "both estates were read again".to_owned(),
        Event::Finished => "finished".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Paint;
    use crate::fixture::{Ending, journal};

    fn status(ending: Ending, running: Option<bool>) -> Status {
        let entries = journal(ending);
        let run = Run::replay(&entries).unwrap();
        let seen = Seen {
            running,
            process: running.filter(|running| *running).map(|_| 4711),
            holder: None,
            again: "orgkit migrate --rehearse".to_owned(),
        };
        Status::of(&run, entries.last(), &seen).unwrap()
    }

    #[test]
    fn a_journal_without_a_plan_has_no_status() {
        assert_eq!(Status::of(&Run::default(), None, &Seen::default()), None);
    }

    #[test]
    fn every_step_and_account_is_counted_once() {
        for ending in [Ending::Opened, Ending::HalfDone, Ending::Stuck, Ending::Finished] {
            let status = status(ending, None);
            for counts in [status.steps, status.accounts] {
                let sum = counts.done + counts.begun + counts.waiting + counts.stuck + counts.left + counts.excused;
                assert_eq!(sum, counts.total, "{ending:?}: {counts:?}");
            }
            assert_eq!(status.accounts.total, 4);
        }
    }

    #[test]
    fn a_status_that_was_kept_is_seen_as_one_that_is_made_now() {
        for ending in [Ending::Opened, Ending::HalfDone, Ending::Stuck, Ending::Finished] {
            let kept = serde_json::to_string(&Status { last: None, ..status(ending, None) }).unwrap();
            let entries = journal(ending);
            for running in [None, Some(false), Some(true)] {
                let now = status(ending, running);
                let seen = Seen { running, process: now.process, holder: None, again: "orgkit migrate --rehearse".to_owned() };
                let again: Status = serde_json::from_str(&kept).unwrap();
                assert_eq!(again.seen(entries.last(), &seen), now, "{ending:?} {running:?}");
            }
        }
    }

    #[test]
    fn the_standing_tells_who_has_to_act() {
        for (ending, running, expected) in [
            (Ending::Opened, Some(true), Standing::Running),
            (Ending::HalfDone, Some(false), Standing::Stopped),
            (Ending::HalfDone, None, Standing::Stopped),
            (Ending::Finished, Some(true), Standing::Finished),
        ] {
            let status = status(ending, running);
            assert_eq!(status.standing, expected, "{ending:?} {running:?}");
            assert_eq!(status.next.is_none(), expected == Standing::Finished);
        }
    }

    #[test]
    fn a_screen_is_enough_for_people_and_says_what_to_type() {
        for (ending, running, says) in [
            (Ending::HalfDone, Some(true), "running (process 4711"),
            (Ending::HalfDone, Some(false), "Go on with: orgkit migrate --rehearse\n"),
            (Ending::HalfDone, None, "whether a run goes on is not known"),
            (Ending::Finished, Some(false), ": finished"),
        ] {
            let text = status_text(&status(ending, running), Paint::plain());
            assert!(text.lines().count() <= 24 && text.contains(says), "{says}:\n{text}");
        }
    }

    #[test]
    fn the_process_of_the_holder_is_named_once() {
        let running = status(Ending::HalfDone, Some(true));
        for (holder, says) in [
            (None, "running (process 4711"),
            (Some("ana on build-7, process 4711"), "running (held by ana on build-7, process 4711"),
            (Some("ben on build-8, process 9"), "running (held by ben on build-8, process 9, process 4711"),
        ] {
            let text = status_text(&Status { holder: holder.map(str::to_owned), ..running.clone() }, Paint::plain());
            assert!(text.contains(says), "{text}");
            assert_eq!(text.matches("4711").count(), 1, "{text}");
        }
    }

    #[test]
    fn a_gate_whose_turn_has_come_is_a_question_with_its_command() {
        let mut entries = journal(Ending::Finished);
        if let Some(Event::Opened(opening)) = entries.first_mut().map(|entry| &mut entry.event) {
            std::sync::Arc::make_mut(opening).rehearsal = None;
        }
        let gate = |entry: &Entry| matches!(&entry.event, Event::Done { result: orgkit_model::StepResult::Assumed { .. }, .. });
        let before = entries.iter().position(gate).unwrap();
        let run = Run::replay(&entries[..before]).unwrap();
        let seen = Seen { running: Some(false), again: "orgkit migrate".to_owned(), ..Seen::default() };
        let status = Status::of(&run, None, &seen).unwrap();
        assert_eq!((status.standing, status.questions.len(), status.steps.waiting, status.accounts.waiting), (Standing::Waiting, 1, 1, 1));
        assert!(status.questions[0].command.starts_with("orgkit migrate --pass-gate '"), "{}", status.questions[0].command);
        let text = status_text(&status, Paint::plain());
        assert!(text.contains(&status.questions[0].command) && text.contains("waits for a person"), "{text}");
    }

    #[test]
    fn the_published_schema_is_that_of_the_code_and_every_status_follows_it() {
        let published: Value = serde_json::from_str(include_str!("../../../../schemas/status-1.json")).unwrap();
        assert!(published == status_schema(), "write it again with `cargo run --example sample`");
        let validator = jsonschema::validator_for(&published).unwrap();
        for ending in [Ending::Opened, Ending::HalfDone, Ending::Stuck, Ending::Finished] {
            validator.validate(&serde_json::to_value(status(ending, None)).unwrap()).unwrap();
        }
        assert!(validator.validate(&serde_json::json!({"schema": STATUS_SCHEMA})).is_err());
    }
}
