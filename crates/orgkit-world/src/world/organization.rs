//! What an organization is and has.

use super::{Attachments, Ledger, Members};
use crate::catalog::PolicyKind;
use crate::services::sso::IdentityCenter;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId, ParentId, PolicyId, RootId, UnitId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The AWS-managed SCP that is attached everywhere by default.
pub(crate) const FULL_AWS_ACCESS: &str = "p-FullAWSAccess";
/// The AWS-managed RCP that is attached everywhere and cannot be detached.
pub(crate) const RCP_FULL_AWS_ACCESS: &str = "p-RCPFullAWSAccess";

/// An organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct OrganizationRecord {
    pub(crate) id: OrganizationId,
    pub(crate) root: RootId,
    pub(crate) management: AccountId,
    /// `ALL` or `CONSOLIDATED_BILLING`.
    pub(crate) feature_set: String,
    pub(crate) created_at: Timestamp,
    /// How many accounts it may have, open invitations included.
    pub(crate) account_quota: usize,
    /// Its accounts. [`Membership`](super::Membership) says the same from the account's side.
    pub(crate) members: Members,
    pub(crate) units: BTreeMap<UnitId, UnitRecord>,
    pub(crate) policies: BTreeMap<PolicyId, PolicyRecord>,
    /// Which policy hangs on which root, unit or account.
    pub(crate) attachments: Attachments,
    /// The policy types that are enabled on the root.
    pub(crate) enabled: BTreeSet<PolicyKind>,
    /// The resource policy, which lets member accounts look at and manage policies.
    #[serde(default)]
    pub(crate) resource_policy: Option<ResourcePolicyRecord>,
    /// Delegated administrators, with since when for which service.
    pub(crate) delegated: BTreeMap<AccountId, BTreeMap<String, Timestamp>>,
    /// Trusted access, with since when.
    pub(crate) trusted: BTreeMap<String, Timestamp>,
    pub(crate) identity_center: Option<IdentityCenter>,
    pub(crate) baseline: Baseline,
    /// The tags of its root, units, policies and transfers, by id. Those of accounts are in their memberships.
    pub(crate) tags: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) ledger: Ledger,
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UnitRecord {
    pub(crate) name: String,
    pub(crate) parent: ParentId,
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PolicyRecord {
    pub(crate) id: PolicyId,
    pub(crate) kind: PolicyKind,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) aws_managed: bool,
    /// The document as it was given, and parsed.
    pub(crate) content: String,
    pub(crate) document: Value,
    /// When its document was last given.
    pub(crate) changed_at: Timestamp,
}

/// The resource policy of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ResourcePolicyRecord {
    /// `rp-…`
    pub(crate) id: String,
    /// The document as it was given.
    pub(crate) content: String,
}

/// What reaches each account that joins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Baseline {
    pub(crate) config_bucket: Option<String>,
    /// How many seconds after an account joined it is there, what GuardDuty and the like bring included.
    pub(crate) delay_seconds: u32,
}

impl Default for Baseline {
    /// Nothing, after a minute.
    fn default() -> Self {
        Self { config_bucket: None, delay_seconds: 60 }
    }
}

impl OrganizationRecord {
    /// A new organization with all features: its policy types are enabled and AWS's own policies attached to the root and the management
    /// account.
    pub(crate) fn new(id: OrganizationId, root: RootId, management: AccountId, created_at: Timestamp) -> Self {
        let mut organization = Self {
            id,
            members: Members::from_iter([(management.clone(), root.clone().into())]),
            root,
            management,
            feature_set: "ALL".to_owned(),
            created_at,
            account_quota: 10,
            units: BTreeMap::new(),
            policies: BTreeMap::new(),
            attachments: Attachments::default(),
            enabled: BTreeSet::new(),
            resource_policy: None,
            delegated: BTreeMap::new(),
            trusted: BTreeMap::new(),
            identity_center: None,
            baseline: Baseline::default(),
            tags: BTreeMap::new(),
            ledger: Ledger::default(),
        };
        for policy in PolicyKind::ALL.into_iter().filter_map(|kind| aws_policy(kind, created_at)) {
            organization.policies.insert(policy.id.clone(), policy);
        }
        organization
    }

    /// Whether a policy type is enabled.
    pub(crate) fn is_enabled(&self, kind: impl Into<PolicyKind>) -> bool {
        self.enabled.contains(&kind.into())
    }

    /// Enables a policy type: AWS's own policy of the type, if there is one, is attached to the root, all units and the given accounts.
    pub(crate) fn enable(&mut self, kind: impl Into<PolicyKind>, accounts: &[AccountId], at: Timestamp) {
        let kind = kind.into();
        self.enabled.insert(kind);
        let Some(policy) = full_access(kind) else { return };
        self.attachments.attach(self.root.as_str(), policy.clone(), at);
        for unit in self.units.keys() {
            self.attachments.attach(unit.as_str(), policy.clone(), at);
        }
        for account in accounts {
            self.attachments.attach(account.as_str(), policy.clone(), at);
        }
    }

    /// Attaches AWS's own policies of the enabled types to a new unit or account.
    pub(crate) fn attach_defaults(&mut self, target: &str, at: Timestamp) {
        for policy in self.enabled.iter().filter_map(|kind| full_access(*kind)) {
            self.attachments.attach(target, policy, at);
        }
    }

    /// The policies of a type that are attached to a root, unit or account itself.
    pub(crate) fn policies_on<'a>(&'a self, target: &str, kind: impl Into<PolicyKind>) -> impl Iterator<Item = &'a PolicyRecord> {
        let kind = kind.into();
        self.attachments.on(target).filter_map(|(id, _)| self.policies.get(id)).filter(move |policy| policy.kind == kind)
    }

    /// Whether a root or unit of this organization has the id.
    pub(crate) fn has_parent(&self, id: &ParentId) -> bool {
        id.as_str() == self.root.as_str() || self.unit(id.as_str()).is_some()
    }

    /// The root or unit of this organization with that id.
    pub(crate) fn parent(&self, id: &str) -> Option<ParentId> {
        id.parse::<ParentId>().ok().filter(|parent| self.has_parent(parent))
    }

    /// The unit with that id.
    pub(crate) fn unit(&self, id: &str) -> Option<(&UnitId, &UnitRecord)> {
        self.units.get_key_value(&id.parse().ok()?)
    }

    /// The ids from the root down to a root or unit, itself included.
    pub(crate) fn path_to(&self, parent: &ParentId) -> Vec<String> {
        let mut ids = vec![parent.to_string()];
        let mut at = self.unit(parent.as_str());
        while let Some((_, unit)) = at {
            ids.push(unit.parent.to_string());
            at = self.unit(unit.parent.as_str());
        }
        ids.reverse();
        ids
    }
}

/// The id of AWS's own policy of a type, for the types that have one.
pub(crate) fn full_access(kind: impl Into<PolicyKind>) -> Option<PolicyId> {
    let id = match kind.into() {
        PolicyKind::ServiceControlPolicy => FULL_AWS_ACCESS,
        PolicyKind::ResourceControlPolicy => RCP_FULL_AWS_ACCESS,
        _ => return None,
    };
    id.parse().ok()
}

fn aws_policy(kind: PolicyKind, at: Timestamp) -> Option<PolicyRecord> {
    let mut statement = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    let (name, description) = match kind {
        PolicyKind::ResourceControlPolicy => {
            statement = json!({ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" });
            ("RCPFullAWSAccess", "Allows access to every resource")
        }
        _ => ("FullAWSAccess", "Allows access to every operation"),
    };
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] });
    Some(PolicyRecord {
        id: full_access(kind)?,
        kind,
        name: name.to_owned(),
        description: description.to_owned(),
        aws_managed: true,
        content: document.to_string(),
        document,
        changed_at: at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aws_policies_are_well_formed() {
        let ids = PolicyKind::ALL.map(|kind| full_access(kind).map(|id| id.to_string()));
        let there: Vec<&str> = ids.iter().flatten().map(String::as_str).collect();
        assert_eq!(there, [FULL_AWS_ACCESS, RCP_FULL_AWS_ACCESS]);
    }
}
