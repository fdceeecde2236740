//! Findings that the plan itself remedies: no person is asked about them.

use crate::dual::{Duals, duals};
use crate::input::PlanInput;
use crate::shares::{Bridges, bridges};
use orgkit_model::{AccountId, Evidence, Finding, OrganizationId, Placement, Step};
use std::collections::{BTreeMap, BTreeSet};

/// The remedies of a plan, which come before the first account leaves its organization.
pub(crate) struct Remedies<'a> {
    duals: Duals,
    bridges: Bridges<'a>,
}

impl<'a> Remedies<'a> {
    pub(crate) fn new(input: &PlanInput<'a>, placements: &BTreeMap<AccountId, Placement>) -> Self {
        let leaving: BTreeSet<&OrganizationId> = placements.values().filter_map(|placement| placement.from.as_ref()).collect();
        let leaving: Vec<&str> = leaving.into_iter().map(OrganizationId::as_str).collect();
        Self { duals: duals(input, &leaving), bridges: bridges(input, placements) }
    }

    /// The steps.
    pub(crate) fn steps(&self) -> impl Iterator<Item = Step> {
        self.duals.steps.iter().chain(&self.bridges.steps).cloned()
    }

    /// The findings that are left to people. Where the plan would have remedied one and cannot, the finding says why.
    pub(crate) fn left(&self, findings: &[Finding]) -> Vec<Finding> {
        let is_left = |finding: &&Finding| !self.duals.remedies(finding) && !self.bridges.remedies(finding);
        findings.iter().filter(is_left).map(|finding| self.explained(finding)).collect()
    }

    fn explained(&self, finding: &Finding) -> Finding {
        let mut finding = finding.clone();
        if let Some(reason) = self.duals.refusal(&finding).or_else(|| self.bridges.refusal(&finding)) {
            let name = format!("no step of this plan can remedy it: {reason}");
            let (account, region) = (finding.account.clone(), finding.region.clone());
            let call = "orgkit".to_owned();
            finding.evidence.push(Evidence { call, account, region, name, pointer: String::new(), observed: String::new() });
        }
        finding
    }
}
