//! The result of a migration as one JSON object: what `--output json` prints and scripts read.

use crate::{standing, words};
use jiff::Timestamp;
use orgkit_model::{
    Accepted, AccountId, Action, Approach, Digest, Finding, LeftOut, Opening, OrganizationId, Phase, Run, Status, Step, StepId, StepRecord,
    StepResult, StepState, Was,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// The name and version of the result's schema.
pub const RESULT_SCHEMA: &str = "https://orgkit.dev/schema/migrate-result-1.json";

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RunResult {
    /// Every step is done and verified.
    Completed,
    /// It stopped at a step boundary and can be resumed.
    Stopped,
    /// A step failed in a way that trying again does not cure: a person must act.
    Stuck,
}

/// How far an account has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AccountStatus {
    /// In the target, with all its steps done, and nothing that was read since speaks against it.
    Migrated,
    /// In the target, with steps left to do.
    Joined,
    /// Not in the target yet.
    Pending,
    /// A person let the plan go on without it.
    Excused,
    /// A step of its failed, or the verification found something else than planned.
    Failed,
}

/// An account that the plan moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountResult {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// What it was before.
    pub was: Was,
    /// How far it has come.
    pub status: AccountStatus,
    /// The organization that it is in now; `null` when it is standalone.
    pub organization: Option<OrganizationId>,
    /// The path of the unit that it is in now (`Workloads/Production`, `Root` for the root); `null` when it is standalone.
    pub unit: Option<String>,
}

/// An organization that the plan moves accounts out of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceOrganization {
    /// Its id.
    pub id: OrganizationId,
    /// Whether it is deleted.
    pub deleted: bool,
}

/// A wave and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaveResult {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub phase: Phase,
    /// Its accounts in the order in which they move.
    pub accounts: Vec<AccountId>,
    /// How many steps it has.
    pub steps: usize,
    /// How many of them are done.
    pub done: usize,
    /// When its first step began.
    #[schemars(with = "Option<String>")]
    pub began: Option<Timestamp>,
    /// When its last step was done; `null` while steps are left.
    #[schemars(with = "Option<String>")]
    pub ended: Option<Timestamp>,
}

/// How many steps stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepCounts {
    /// All steps of the plan.
    pub total: usize,
    /// Those that are done.
    pub done: usize,
    /// Those whose last try failed.
    pub failed: usize,
    /// Those that are left, the failed ones not counted.
    pub left: usize,
}

/// An account that the plan went on without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Excused {
    /// The account.
    pub account: AccountId,
    /// Why, in the words of the person who decided it.
    pub note: String,
}

/// A gate that a rehearsal passed in a person's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assumption {
    /// The gate's step.
    pub step: StepId,
    /// The account it concerns.
    pub account: Option<AccountId>,
    /// What a person would have been asked.
    pub question: String,
    /// What the rehearsal assumed.
    pub assumption: String,
}

/// The result of a migration or of its rehearsal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// [`RESULT_SCHEMA`].
    pub schema: String,
    /// How the run ended.
    pub result: RunResult,
    /// The world's name when this was a rehearsal; `null` when it was real.
    pub rehearsal: Option<String>,
    /// The approach that was taken.
    pub approach: Approach,
    /// The organization to move into.
    pub target_organization: OrganizationId,
    /// The accounts that the plan moves, sorted by id.
    pub accounts: Vec<AccountResult>,
    /// The accounts in the order in which they joined the target.
    pub order: Vec<AccountId>,
    /// The organizations that accounts were moved out of.
    pub source_organizations: Vec<SourceOrganization>,
    /// The accounts that the plan leaves where they are.
    pub left_out: Vec<LeftOut>,
    /// The findings that would have kept an account from moving, and that somebody accepted by name.
    pub accepted: Vec<Accepted>,
    /// The accounts that a person let the plan go on without, sorted by id.
    pub excused: Vec<Excused>,
    /// The waves in their order, those that were added last.
    pub waves: Vec<WaveResult>,
    /// How many steps stand where.
    pub steps: StepCounts,
    /// The gates that a rehearsal passed, and on which assumption.
    pub assumptions: Vec<Assumption>,
    /// What was wrong, or could not be looked at, when the plan was made.
    pub findings: Vec<Finding>,
    /// The digest of the plan.
    pub plan_digest: Digest,
    /// Where the journal is.
    pub journal: Option<String>,
    /// Where the report is.
    pub report: Option<String>,
}

impl Summary {
    /// The result of a run, with the paths of its journal and report; `None` while the journal has no opening and there is no plan to
    /// speak of.
    pub fn of(run: &Run, paths: Option<(&str, &str)>) -> Option<Self> {
        let opening = run.opening.as_ref()?;
        let plan_digest = run.plan_digest.clone()?;
        let sources = source_organizations(run, opening);
        Some(Self {
            schema: RESULT_SCHEMA.to_owned(),
            result: result(run),
            rehearsal: opening.rehearsal.clone(),
            approach: opening.plan.decision.taken,
            target_organization: opening.plan.target.clone(),
            accounts: standing::accounts(run, opening, &sources),
            order: run.joined.clone(),
            source_organizations: sources,
            left_out: opening.plan.left_out.clone(),
            accepted: opening.plan.accepted.clone(),
            excused: run.excused.iter().map(|(account, note)| Excused { account: account.clone(), note: note.clone() }).collect(),
            waves: run.waves().map(|wave| wave_result(run, wave)).collect(),
            steps: step_counts(run),
            assumptions: assumptions(run, opening),
            findings: opening.findings.iter().filter(|finding| is_open(finding)).cloned().collect(),
            plan_digest,
            journal: paths.map(|(journal, _)| journal.to_owned()),
            report: paths.map(|(_, report)| report.to_owned()),
        })
    }

    /// How many accounts stand so.
    pub fn count(&self, status: AccountStatus) -> usize {
        self.accounts.iter().filter(|account| account.status == status).count()
    }

    /// The result in one sentence, for people.
    pub fn verdict(&self) -> String {
        let what = if self.rehearsal.is_some() { "Rehearsal" } else { "Migration" };
        let how = match self.result {
            RunResult::Completed => "completed",
            RunResult::Stopped => "stopped",
            RunResult::Stuck => "stuck",
        };
        let mut parts = vec![format!("{} of {} moved", self.count(AccountStatus::Migrated), words::count(self.accounts.len(), "account"))];
        for (status, word) in
            [(AccountStatus::Joined, "joined but not finished"), (AccountStatus::Failed, "failed"), (AccountStatus::Excused, "excused")]
        {
            match self.count(status) {
                0 => {}
                number => parts.push(format!("{number} {word}")),
            }
        }
        let deleted = self.source_organizations.iter().filter(|source| source.deleted).count();
        match (deleted, self.source_organizations.len()) {
            (_, 0) | (0, _) => {}
            (1, 1) => parts.push("the old organization deleted".to_owned()),
            (deleted, all) => parts.push(format!("{deleted} of {all} old organizations deleted")),
        }
        format!("{what} {how}: {}", words::list(&parts))
    }
}

/// The JSON Schema of [`Summary`], as published in `schemas/migrate-result-1.json`.
pub fn result_schema() -> Value {
    crate::schema::of::<Summary>(RESULT_SCHEMA)
}

/// Whether a finding asks for attention: something is wrong, or nobody could look.
pub(crate) fn is_open(finding: &Finding) -> bool {
    matches!(finding.status, Status::Fail | Status::Undetermined)
}

fn result(run: &Run) -> RunResult {
    if run.finished.is_some() {
        RunResult::Completed
    } else if run.steps.values().any(StepRecord::is_stuck) {
        RunResult::Stuck
    } else {
        RunResult::Stopped
    }
}

fn source_organizations(run: &Run, opening: &Opening) -> Vec<SourceOrganization> {
    let done: BTreeSet<_> = opening
        .plan
        .steps()
        .filter(|step| run.record(&step.id).is_some_and(StepRecord::is_done))
        .filter_map(|step| match &step.action {
            Action::DeleteOrganization { organization } => Some(organization),
            _ => None,
        })
        .collect();
    let sources = opening.plan.sources.iter();
    sources.map(|(id, _)| SourceOrganization { id: id.clone(), deleted: done.contains(id) }).collect()
}

fn wave_result(run: &Run, wave: &orgkit_model::Wave) -> WaveResult {
    let records: Vec<_> = wave.steps.iter().filter_map(|step| run.record(&step.id)).collect();
    let done = records.iter().filter(|record| record.is_done()).count();
    let ended = if done == wave.steps.len() { records.iter().filter_map(|record| record.ended).max() } else { None };
    WaveResult {
        name: wave.name.clone(),
        phase: wave.phase,
        accounts: wave.accounts.clone(),
        steps: wave.steps.len(),
        done,
        began: records.iter().filter_map(|record| record.began).min(),
        ended,
    }
}

fn step_counts(run: &Run) -> StepCounts {
    let mut counts = StepCounts { total: run.steps.len(), ..StepCounts::default() };
    for record in run.steps.values() {
        match record.state {
            StepState::Done(_) => counts.done += 1,
            StepState::Failed { .. } => counts.failed += 1,
            _ => counts.left += 1,
        }
    }
    counts
}

fn assumptions(run: &Run, opening: &Opening) -> Vec<Assumption> {
    let assumed = |step: &Step| match (&step.action, &run.record(&step.id)?.state) {
        (Action::Gate(gate), StepState::Done(StepResult::Assumed { assumption })) => Some(Assumption {
            step: step.id.clone(),
            account: step.account.clone(),
            question: gate.question.clone(),
            assumption: assumption.clone(),
        }),
        _ => None,
    };
    opening.plan.steps().filter_map(assumed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Ending, SOURCE, journal};

    fn summary(ending: Ending) -> Summary {
        let run = Run::replay(&journal(ending)).unwrap();
        Summary::of(&run, Some(("journal.sqlite", "report.html"))).unwrap()
    }

    /// One line per account: id, status, organization, unit.
    fn lines(summary: &Summary) -> String {
        let line = |account: &AccountResult| {
            let organization = account.organization.as_ref().map_or("-", OrganizationId::as_str);
            let status = crate::closing_text::status(account.status);
            format!("{} {status} {organization} {}", account.id, account.unit.as_deref().unwrap_or("-"))
        };
        summary.accounts.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_fresh_run_has_every_account_where_it_was() {
        let fresh = summary(Ending::Opened);
        assert_eq!(fresh.result, RunResult::Stopped);
        insta::assert_snapshot!(lines(&fresh), @r"
        111111111111 pending o-oldcorp001 Root
        222222222222 pending o-oldcorp001 Prod
        333333333333 pending o-oldcorp001 Root
        444444444444 pending - -
        ");
    }

    #[test]
    fn a_stopped_run_tells_joined_from_migrated() {
        let half = summary(Ending::HalfDone);
        assert_eq!((half.result, half.order.len()), (RunResult::Stopped, 2));
        insta::assert_snapshot!(lines(&half), @r"
        111111111111 pending o-oldcorp001 Root
        222222222222 joined o-target0001 Root
        333333333333 pending o-oldcorp001 Root
        444444444444 migrated o-target0001 Sandbox
        ");
        insta::assert_snapshot!(half.verdict(), @"Rehearsal stopped: 1 of 4 accounts moved and 1 joined but not finished");
    }

    #[test]
    fn a_refused_step_makes_a_run_stuck() {
        let stuck = summary(Ending::Stuck);
        assert_eq!(stuck.result, RunResult::Stuck);
        assert_eq!(stuck.steps, StepCounts { total: 27, done: 20, failed: 1, left: 6 });
        assert!(!stuck.source_organizations.iter().any(|source| source.deleted));
        insta::assert_snapshot!(lines(&stuck).lines().next().unwrap(), @"111111111111 failed o-oldcorp001 Root");
    }

    #[test]
    fn a_finished_run_is_completed_with_its_assumptions() {
        let finished = summary(Ending::Finished);
        assert_eq!((finished.result, finished.count(AccountStatus::Migrated)), (RunResult::Completed, 4));
        assert_eq!(finished.source_organizations, [SourceOrganization { id: SOURCE.parse().unwrap(), deleted: true }]);
        assert_eq!(finished.assumptions.len(), 1);
        let order: Vec<_> = finished.order.iter().map(AccountId::as_str).collect();
        assert_eq!(order, ["444444444444", "222222222222", "333333333333", "111111111111"]);
        assert_eq!(finished.waves.iter().filter(|wave| wave.ended.is_some()).count(), 6);
    }

    #[test]
    fn between_its_organizations_the_old_management_account_is_standalone() {
        let entries = journal(Ending::Finished);
        let joined =
            |entry: &orgkit_model::Entry| matches!(&entry.event, orgkit_model::Event::Done { step, .. } if step.0 == "111111111111/accept");
        let until = entries.iter().position(joined).unwrap();
        let run = Run::replay(&entries[..until]).unwrap();
        insta::assert_snapshot!(lines(&Summary::of(&run, None).unwrap()).lines().next().unwrap(), @"111111111111 pending - -");
    }

    #[test]
    fn the_verification_has_the_last_word() {
        let mut entries = journal(Ending::Finished);
        entries.pop();
        if let Some(orgkit_model::Event::Verified { accounts, .. }) = entries.last_mut().map(|entry| &mut entry.event) {
            accounts[0].ok = false;
        }
        let refuted = Summary::of(&Run::replay(&entries).unwrap(), None).unwrap();
        assert_eq!((refuted.result, refuted.count(AccountStatus::Failed)), (RunResult::Stopped, 1));
    }

    #[test]
    fn the_published_schema_is_that_of_the_code_and_every_result_follows_it() {
        let published: Value = serde_json::from_str(include_str!("../../../schemas/migrate-result-1.json")).unwrap();
        assert!(published == result_schema(), "write it again with `cargo run --example sample`");
        let validator = jsonschema::validator_for(&published).unwrap();
        for ending in [Ending::Opened, Ending::HalfDone, Ending::Stuck, Ending::Finished] {
            validator.validate(&serde_json::to_value(summary(ending)).unwrap()).unwrap();
        }
        assert!(validator.validate(&serde_json::json!({"schema": RESULT_SCHEMA})).is_err());
    }
}
