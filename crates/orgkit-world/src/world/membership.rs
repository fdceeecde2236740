//! Joining and leaving an organization, and everything that comes and goes with it.

use super::{AccountRecord, Membership, OrganizationRecord, World};
use crate::organizations::all_features;
use crate::services;
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, JoinedMethod, OrganizationId, ParentId};
use std::collections::BTreeMap;

impl World {
    /// Puts an account into the root of an organization. If it is in another one, it leaves that in the same breath: there is no moment in
    /// which it stands alone [Organizations User Guide, orgs_account_migration].
    pub(crate) fn join(
        &mut self,
        account: &AccountId,
        organization: &OrganizationId,
        method: JoinedMethod,
        tags: BTreeMap<String, String>,
        now: Timestamp,
    ) {
        self.leave_behind(account, now);
        let regions = self.regions.clone();
        let (Some(joined), Some(record)) = (self.organizations.get_mut(organization), self.accounts.get_mut(account)) else {
            return;
        };
        joined.attach_defaults(account.as_str(), now);
        let parent: ParentId = joined.root.clone().into();
        joined.members.put(account, &parent);
        record.membership = Some(Membership { organization: organization.clone(), parent, method, joined_at: now, tags });
        let delay = SignedDuration::from_secs(joined.baseline.delay_seconds.into());
        bring_baseline(joined, record, &regions, now.saturating_add(delay).unwrap_or(Timestamp::MAX));
        services::joined(self, account, organization, now);
    }

    /// Takes an account out of its organization; it stands alone afterwards.
    pub(crate) fn leave(&mut self, account: &AccountId, now: Timestamp) {
        self.leave_behind(account, now);
        if let Some(record) = self.accounts.get_mut(account) {
            record.membership = None;
        }
    }

    /// What an account loses with its organization: the policies and tags on it, its delegations, and what the services take from it.
    fn leave_behind(&mut self, account: &AccountId, now: Timestamp) {
        let Some(membership) = self.membership(account).cloned() else {
            return;
        };
        services::left(self, account, &membership.organization, now);
        all_features::left(self, account, &membership.organization, now);
        if let Some(organization) = self.organizations.get_mut(&membership.organization) {
            organization.attachments.release(account.as_str());
            organization.delegated.remove(account);
            organization.members.remove(account);
        }
    }
}

/// Gives an account what its organization brings to every member, from a time on. A region that has a recorder already keeps it: AWS Config
/// has one customer managed recorder a region.
pub(crate) fn bring_baseline(organization: &OrganizationRecord, account: &mut AccountRecord, regions: &[String], from: Timestamp) {
    for region in regions {
        if let Some(bucket) = &organization.baseline.config_bucket {
            account.config.entry(region.clone()).or_default().bring("default", true, Some(bucket), from);
        }
    }
}
