//! The whole report as data.

use crate::schema;
use crate::summary::Summary;
use jiff::Timestamp;
use orgkit_model::{
    Approval, Decision, Digest, Entry, ErrorClass, Event, Finding, Opening, Phase, Picture, Placement, Proof, Run, Step, StepRecord,
    StepResult, StepState, Verified,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The name and version of the report's schema.
pub const REPORT_SCHEMA: &str = "https://orgkit.dev/schema/report-1.json";

/// A report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// [`REPORT_SCHEMA`].
    pub schema: String,
    /// The result, as `--output json` prints it without the paths; `null` while the journal has no opening.
    pub summary: Option<Summary>,
    /// Why the journal could not be read to its end; `null` when it could. Everything else rests on the entries before that.
    pub corrupt: Option<String>,
    /// The number of entries it rests on.
    pub entries: u64,
    /// The digest of the estate that the plan was made from.
    pub estate_digest: Option<Digest>,
    /// The digest of the packs and their parameters.
    pub packs_digest: Option<Digest>,
    /// The approach and why.
    pub decision: Option<Decision>,
    /// Where each account goes, and who decided it.
    pub placements: Vec<Placement>,
    /// Who approved the plan.
    pub approval: Option<Approval>,
    /// When the first entry was written.
    #[schemars(with = "Option<String>")]
    pub began: Option<Timestamp>,
    /// When the last entry was written.
    #[schemars(with = "Option<String>")]
    pub last_entry: Option<Timestamp>,
    /// When everything was done and verified.
    #[schemars(with = "Option<String>")]
    pub finished: Option<Timestamp>,
    /// How things stood.
    pub before: Option<Picture>,
    /// The waves with their steps and what came of them.
    pub waves: Vec<ReportWave>,
    /// Everything that the checks said, what passed included.
    pub findings: Vec<Finding>,
    /// The last verification, with how things stand.
    pub verification: Option<ReportVerification>,
    /// The stops of the run, and why.
    pub stops: Vec<ReportStop>,
}

/// A wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportWave {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub phase: Phase,
    /// Its steps.
    pub steps: Vec<ReportStep>,
}

/// A step and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportStep {
    /// The step as planned.
    pub step: Step,
    /// What the journal says of it.
    pub record: ReportRecord,
}

/// Where a step stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ReportState {
    /// Nothing was written about it.
    Waiting,
    /// An act may have left; nobody has looked since.
    Intended,
    /// It was looked at.
    Observed {
        /// Whether its goal holds.
        holds: bool,
    },
    /// Done.
    Done {
        /// What came of it.
        result: StepResult,
    },
    /// It is being taken back.
    Undoing,
    /// It was taken back.
    Undone,
    /// The last try failed.
    Failed {
        /// How the error is to be met.
        class: ErrorClass,
        /// The error's code.
        code: String,
        /// What went wrong.
        message: String,
        /// What a person does about it.
        runbook: String,
    },
}

/// What the journal says of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportRecord {
    /// Where it stands.
    pub state: ReportState,
    /// How often an act left for it.
    pub intents: u32,
    /// What the last look saw.
    pub seen: Option<String>,
    /// The API operations of the last look.
    pub calls: Vec<String>,
    /// What packs said, when the step is a proof.
    pub proofs: Vec<Proof>,
    /// When it was first written about.
    #[schemars(with = "Option<String>")]
    pub began: Option<Timestamp>,
    /// When it was done.
    #[schemars(with = "Option<String>")]
    pub ended: Option<Timestamp>,
}

/// A verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportVerification {
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// What was found per account.
    pub accounts: Vec<Verified>,
    /// How things stood.
    pub after: Picture,
    /// What the packs said.
    pub proofs: Vec<Proof>,
}

/// A stop at a step boundary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportStop {
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

impl Report {
    /// The report on a journal.
    pub fn of(entries: &[Entry]) -> Self {
        let (run, corrupt) = replay(entries);
        let opening = run.opening.as_ref();
        let plan = opening.map(|opening| &opening.plan);
        Self {
            schema: REPORT_SCHEMA.to_owned(),
            summary: Summary::of(&run, None),
            corrupt,
            entries: run.last_seq,
            estate_digest: plan.map(|plan| plan.estate.clone()),
            packs_digest: plan.map(|plan| plan.packs.clone()),
            decision: plan.map(|plan| plan.decision.clone()),
            placements: plan.map_or_else(Vec::new, |plan| plan.placements.clone()),
            approval: run.approval.clone(),
            began: run.span.map(|(first, _)| first),
            last_entry: run.span.map(|(_, last)| last),
            finished: run.finished,
            before: opening.map(|opening| opening.before.clone()),
            waves: opening.map_or_else(Vec::new, |opening| waves(&run, opening)),
            findings: opening.map_or_else(Vec::new, |opening| opening.findings.clone()),
            verification: run.verification.clone().map(|last| ReportVerification {
                at: last.at,
                accounts: last.accounts,
                after: last.after,
                proofs: last.proofs,
            }),
            stops: stops(entries, run.last_seq),
        }
    }
}

/// The whole report on a journal as JSON.
pub fn report_json(entries: &[Entry]) -> Value {
    // INVARIANT: a report has string keys and no failing `Serialize`, so it always becomes a `Value`.
    #[expect(clippy::expect_used, reason = "stated invariant")]
    serde_json::to_value(Report::of(entries)).expect("a report serializes")
}

/// The JSON Schema of [`Report`], as published in `schemas/report-1.json`.
pub fn report_schema() -> Value {
    schema::of::<Report>(REPORT_SCHEMA)
}

/// The run that the entries describe, and why they could not be read to their end, if so.
pub(crate) fn replay(entries: &[Entry]) -> (Run, Option<String>) {
    let mut run = Run::default();
    for entry in entries {
        if let Err(illegal) = run.apply(entry) {
            return (run, Some(illegal.to_string()));
        }
    }
    (run, None)
}

/// The stops among the entries up to `last`.
pub(crate) fn stops(entries: &[Entry], last: u64) -> Vec<ReportStop> {
    let stop = |entry: &Entry| match &entry.event {
        Event::Stopped { reason } => Some(ReportStop { at: entry.at, reason: reason.clone() }),
        _ => None,
    };
    entries.iter().take_while(|entry| entry.seq <= last).filter_map(stop).collect()
}

fn waves(run: &Run, opening: &Opening) -> Vec<ReportWave> {
    let step = |step: &Step| {
        let record = run.record(&step.id).map(|record| report_record(step, record))?;
        Some(ReportStep { step: step.clone(), record })
    };
    let waves = opening.plan.waves.iter();
    waves
        .map(|wave| ReportWave { name: wave.name.clone(), phase: wave.phase, steps: wave.steps.iter().filter_map(step).collect() })
        .collect()
}

fn report_record(step: &Step, record: &StepRecord) -> ReportRecord {
    let state = match &record.state {
        StepState::Waiting => ReportState::Waiting,
        StepState::Intended => ReportState::Intended,
        StepState::Observed { holds } => ReportState::Observed { holds: *holds },
        StepState::Done(result) => ReportState::Done { result: result.clone() },
        StepState::Undoing { .. } => ReportState::Undoing,
        StepState::Undone => ReportState::Undone,
        StepState::Failed { class, code, message } => {
            ReportState::Failed { class: *class, code: code.clone(), message: message.clone(), runbook: crate::runbook(step, *class) }
        }
    };
    ReportRecord {
        state,
        intents: record.intents,
        seen: record.seen.clone(),
        calls: record.calls.clone(),
        proofs: record.proofs.clone(),
        began: record.began,
        ended: record.ended,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Ending, journal};

    #[test]
    fn the_published_schema_is_that_of_the_code_and_every_report_follows_it() {
        let published: Value = serde_json::from_str(include_str!("../../../schemas/report-1.json")).unwrap();
        assert!(published == report_schema(), "write it again with `cargo run --example sample`");
        let validator = jsonschema::validator_for(&published).unwrap();
        for ending in [Ending::Opened, Ending::HalfDone, Ending::Stuck, Ending::Finished] {
            validator.validate(&report_json(&journal(ending))).unwrap();
        }
        validator.validate(&report_json(&[])).unwrap();
    }

    #[test]
    fn a_report_reads_back_and_has_every_step() {
        let value = report_json(&journal(Ending::Finished));
        let report: Report = serde_json::from_value(value).unwrap();
        assert_eq!(report, Report::of(&journal(Ending::Finished)));
        assert_eq!(report.waves.iter().map(|wave| wave.steps.len()).sum::<usize>(), 27);
    }

    #[test]
    fn a_corrupt_journal_is_said_to_be_corrupt() {
        let mut entries = journal(Ending::Finished);
        entries.remove(5);
        let report = Report::of(&entries);
        assert_eq!((report.corrupt.as_deref(), report.entries), (Some("entry 7 cannot follow what came before it: expected entry 6"), 5));
    }
}
