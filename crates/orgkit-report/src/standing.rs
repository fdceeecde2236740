//! Where each account of a run stands: what was read last, or what the steps that are done imply.

use crate::places::{Place, places};
use crate::summary::{AccountResult, AccountStatus, SourceOrganization};
use crate::words;
use orgkit_model::{AccountId, Action, Opening, Placement, Run, Step, StepRecord, StepState};
use std::collections::BTreeMap;

/// The accounts that the plan moves, sorted by id, with where they stand.
pub(crate) fn accounts(run: &Run, opening: &Opening, sources: &[SourceOrganization]) -> Vec<AccountResult> {
    let mut steps: BTreeMap<&AccountId, Vec<&Step>> = BTreeMap::new();
    for step in opening.plan.steps() {
        if let Some(account) = &step.account {
            steps.entry(account).or_default().push(step);
        }
    }
    let now =
        Now { run, opening, sources, before: places(&opening.before), after: run.verification.as_ref().map(|last| places(&last.after)) };
    let mut results: Vec<_> = opening
        .plan
        .placements
        .iter()
        .map(|placement| now.account(placement, steps.get(&placement.account).map_or(&[], Vec::as_slice)))
        .collect();
    results.sort_by(|a, b| a.id.cmp(&b.id));
    results
}

/// What is known of where accounts are now.
struct Now<'a> {
    run: &'a Run,
    opening: &'a Opening,
    sources: &'a [SourceOrganization],
    before: BTreeMap<&'a AccountId, Place>,
    after: Option<BTreeMap<&'a AccountId, Place>>,
}

impl Now<'_> {
    fn account(&self, placement: &Placement, steps: &[&Step]) -> AccountResult {
        let place = self.place(placement, steps);
        AccountResult {
            id: placement.account.clone(),
            name: placement.name.clone(),
            was: placement.was,
            status: self.status(&placement.account, &place, steps),
            organization: place.organization,
            unit: place.unit,
        }
    }

    fn place(&self, placement: &Placement, steps: &[&Step]) -> Place {
        if let Some(read) = self.after.as_ref().and_then(|after| after.get(&placement.account)) {
            return read.clone();
        }
        let target = &self.opening.plan.target;
        let before = self.before.get(&placement.account).cloned();
        let before = before.unwrap_or_else(|| Place { organization: placement.from.clone(), unit: None });
        let moved = steps.iter().any(|step| matches!(step.action, Action::MoveToUnit { .. }) && self.is_done(step));
        if moved {
            return Place { organization: Some(target.clone()), unit: Some(words::unit(&placement.unit)) };
        }
        if self.run.joined.contains(&placement.account) {
            return Place { organization: Some(target.clone()), unit: Some("Root".to_owned()) };
        }
        if self.sources.iter().any(|source| source.deleted && Some(&source.id) == before.organization.as_ref()) {
            return Place { organization: None, unit: None };
        }
        before
    }

    fn status(&self, account: &AccountId, place: &Place, steps: &[&Step]) -> AccountStatus {
        let failed = |step: &&Step| self.run.record(&step.id).is_some_and(|record| matches!(record.state, StepState::Failed { .. }));
        let refuted =
            self.run.verification.as_ref().is_some_and(|last| last.accounts.iter().any(|seen| &seen.account == account && !seen.ok));
        if self.run.is_excused(account) && !steps.iter().all(|step| self.is_done(step)) {
            AccountStatus::Excused
        } else if refuted || steps.iter().any(failed) {
            AccountStatus::Failed
        } else if place.organization.as_ref() != Some(&self.opening.plan.target) {
            AccountStatus::Pending
        } else if steps.iter().all(|step| self.is_done(step)) {
            AccountStatus::Migrated
        } else {
            AccountStatus::Joined
        }
    }

    fn is_done(&self, step: &Step) -> bool {
        self.run.record(&step.id).is_some_and(StepRecord::is_done)
    }
}
