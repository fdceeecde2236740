//! What rules are shown, and what they are told about it.

use super::RuleRunner;
use orgkit_model::{AccountId, Estate, OrganizationId};
use orgkit_packs::{Of, Rule};
use orgkit_plugin_host::{CallContext, FactIndex};

/// The facts of a run with what every call is told.
pub(super) struct Scene {
    pub(super) index: FactIndex,
    pub(super) run_id: String,
    pub(super) snapshot_id: String,
    pub(super) snapshot_time: String,
    pub(super) phase: String,
    pub(super) regions: Vec<String>,
    pub(super) target: Option<OrganizationId>,
    pub(super) target_management: Option<AccountId>,
    /// The accounts that are to move, sorted, with the organization that each is in.
    pub(super) moving: Vec<(AccountId, Option<OrganizationId>)>,
}

impl Scene {
    /// The scene of a whole estate.
    pub(super) fn of_estate(estate: &Estate, phase: &str) -> Self {
        let members = estate
            .sources
            .iter()
            .flat_map(|source| source.accounts.keys().map(|account| (account.clone(), Some(source.organization.id.clone()))));
        let standalone = estate.standalone.iter().map(|account| (account.id.clone(), None));
        let mut moving: Vec<_> = members.chain(standalone).collect();
        moving.sort();
        let digest = estate.digest();
        Self {
            index: FactIndex::new(&estate.facts, &estate.collections),
            run_id: digest.short().to_owned(),
            snapshot_id: digest.as_str().to_owned(),
            snapshot_time: estate.taken_at.to_string(),
            phase: phase.to_owned(),
            regions: estate.regions.clone(),
            target: Some(estate.target.organization.id.clone()),
            target_management: Some(estate.target.organization.management_account.clone()),
            moving,
        }
    }

    /// The accounts that a rule is asked about.
    pub(super) fn accounts(&self, of: Of) -> Vec<AccountId> {
        match of {
            Of::Moving => self.moving.iter().map(|(account, _)| account.clone()).collect(),
            Of::Target => self.target_management.iter().cloned().collect(),
        }
    }

    /// What a rule is told when it is asked about an account.
    pub(super) fn context(&self, runner: &RuleRunner, rule: &Rule, account: &AccountId) -> CallContext {
        let source = self.moving.iter().find(|(moving, _)| moving == account).and_then(|(_, organization)| organization.as_ref());
        let manager = self.target_management.as_ref().map(|account| ("target-management-account".to_owned(), account.to_string()));
        let regions = ("regions".to_owned(), self.regions.join(","));
        CallContext {
            rule: rule.entry.clone(),
            run_id: self.run_id.clone(),
            snapshot_id: self.snapshot_id.clone(),
            snapshot_time: self.snapshot_time.clone(),
            phase: self.phase.clone(),
            partition: partition(&self.regions).to_owned(),
            source_org: source.map(OrganizationId::to_string),
            target_org: self.target.as_ref().map(OrganizationId::to_string),
            extra: manager.into_iter().chain([regions]).collect(),
            declared: rule.kinds().map(str::to_owned).collect(),
            templates: Some(runner.templates(rule)),
        }
    }
}

/// The partition that regions are of. An estate lies in one.
fn partition(regions: &[String]) -> &'static str {
    match regions.first().map(String::as_str) {
        Some(region) if region.starts_with("cn-") => "aws-cn",
        Some(region) if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}
