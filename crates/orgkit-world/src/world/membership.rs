//! Joining and leaving an organization, and everything that comes and goes with it.

use super::{AccountRecord, InspectorMembership, Membership, OrganizationRecord, Resource, World};
use crate::organizations::all_features;
use crate::services::{self, cloudtrail};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, JoinedMethod, OrganizationId, ParentId};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The path of the roles that IAM Identity Center makes.
pub(crate) const SSO_ROLE_PATH: &str = "/aws-reserved/sso.amazonaws.com/";

/// The type of CloudFormation StackSets.
pub(crate) const STACK_SET: &str = "AWS::CloudFormation::StackSet";

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

    /// What an account loses with its organization: the policies and tags on it, its delegations, its place in Identity Center and Inspector,
    /// stacks that are not to be retained, and resource shares that are not to be kept. Shadows of the organization trail are not stored, so
    /// they go by themselves.
    fn leave_behind(&mut self, account: &AccountId, now: Timestamp) {
        let Some(membership) = self.membership(account).cloned() else {
            return;
        };
        services::left(self, account, &membership.organization, now);
        all_features::left(self, account, &membership.organization, now);
        let deleting = self.stack_sets_that_delete(&membership.organization);
        if let Some(organization) = self.organizations.get_mut(&membership.organization) {
            organization.attachments.release(account.as_str());
            organization.delegated.remove(account);
            organization.members.remove(account);
            for set in organization.identity_center.iter_mut().flat_map(|center| &mut center.permission_sets) {
                set.accounts.remove(account);
            }
        }
        for owner in self.accounts.values_mut() {
            let same = owner.membership.as_ref().is_some_and(|other| other.organization == membership.organization);
            for share in owner.shares.iter_mut().filter(|share| same && !share.retain) {
                share.principals.remove(account.as_str());
            }
        }
        if let Some(record) = self.accounts.get_mut(account) {
            record.inspector.clear();
            record.roles.retain(|_, role| role.path != SSO_ROLE_PATH && role.deployed_by.as_ref().is_none_or(|by| !deleting.contains(by)));
            record.resources.retain(|_, resource| resource.deployed_by.as_ref().is_none_or(|by| !deleting.contains(by)));
            cloudtrail::end_organization_trails(&mut record.trails);
        }
    }

    /// The service-managed StackSets of an organization that delete their stacks from an account that leaves: those with automatic
    /// deployment and without `RetainStacksOnAccountRemoval` [CloudFormation User Guide, stacksets-orgs-manage-auto-deployment].
    fn stack_sets_that_delete(&self, organization: &OrganizationId) -> BTreeSet<String> {
        let owner = self.organizations.get(organization).and_then(|organization| self.accounts.get(&organization.management));
        let resources = owner.into_iter().flat_map(|owner| &owner.resources);
        resources.filter(|(key, _)| key.kind == STACK_SET).filter_map(|(_, resource)| deletes_on_leave(resource)).collect()
    }
}

/// The StackSet's name, when it deletes its stacks from an account that leaves.
fn deletes_on_leave(stack_set: &Resource) -> Option<String> {
    let deployment = stack_set.properties.get("AutoDeployment")?;
    let flag = |name: &str| deployment.get(name).and_then(Value::as_bool).unwrap_or(false);
    let name = stack_set.properties.get("StackSetName")?.as_str()?;
    (flag("Enabled") && !flag("RetainStacksOnAccountRemoval")).then(|| name.to_owned())
}

/// Gives an account what its organization brings to every member, from a time on. A region that has a recorder already keeps it: AWS Config
/// has one customer managed recorder a region.
pub(crate) fn bring_baseline(organization: &OrganizationRecord, account: &mut AccountRecord, regions: &[String], from: Timestamp) {
    for region in regions {
        if let Some(bucket) = &organization.baseline.config_bucket {
            account.config.entry(region.clone()).or_default().bring("default", true, Some(bucket), from);
        }
        if let Some((administrator, resources)) = &organization.baseline.inspector {
            let membership = InspectorMembership { administrator: administrator.clone(), resources: resources.clone(), from };
            account.inspector.insert(region.clone(), membership);
        }
    }
}
