//! What `orgkit policy diff` answers, as JSON prints it.

use super::chains::ChainDifference;
use super::replay::Replayed;
use orgkit_iam::Universe;
use orgkit_iam::compare::Move;
use serde::Serialize;

/// The answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    /// The account's id.
    pub(super) account: String,
    /// Its name.
    pub(super) name: String,
    /// Where it stands.
    pub(super) from: String,
    /// Where it is to stand.
    pub(super) to: String,
    /// What becomes of the calls on record, where records were given.
    pub(super) activity: Option<Replayed>,
    /// How the guardrails differ, where none were.
    pub(super) guardrails: Option<Guardrails>,
}

/// How the guardrails differ.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Guardrails {
    /// The day of the list of actions.
    pub(super) actions_as_of: String,
    /// Gravest first.
    pub(super) differences: Vec<ChainDifference>,
}

impl Answer {
    /// From records.
    pub(super) fn of_calls(replayed: Replayed) -> Self {
        Self::about(replayed.report.account.clone(), Some(replayed), None)
    }

    /// From the chains alone.
    pub(super) fn of_chains(asked: &Move, differences: Vec<ChainDifference>) -> Self {
        let actions_as_of = Universe::embedded().date().to_owned();
        Self::about(asked.account.clone(), None, Some(Guardrails { actions_as_of, differences }))
    }

    fn about(account: String, activity: Option<Replayed>, guardrails: Option<Guardrails>) -> Self {
        Self { account, name: String::new(), from: String::new(), to: String::new(), activity, guardrails }
    }

    /// The same with the names of account and places.
    pub(super) fn between(self, name: String, from: String, to: String) -> Self {
        Self { name, from, to, ..self }
    }

    /// Whether something is newly denied.
    pub(super) fn denies(&self) -> bool {
        let by_calls = self
            .activity
            .iter()
            .map(|activity| &activity.report)
            .any(|report| std::iter::once(&report.after).chain(&report.window).any(|changes| !changes.newly_denied.is_empty()));
        by_calls || self.guardrails.iter().any(|guardrails| guardrails.differences.iter().any(|one| one.denies))
    }

    /// In how many places the files could not be read.
    pub(super) fn broken(&self) -> usize {
        self.activity.as_ref().map_or(0, |activity| activity.broken.len())
    }
}
