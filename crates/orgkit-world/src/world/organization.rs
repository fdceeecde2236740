//! What an organization is and has.

use crate::services::sso::IdentityCenter;
use crate::worldfile::InspectorResource;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId, ParentId, PolicyId, PolicyType, RootId, UnitId};
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
    pub(crate) units: BTreeMap<UnitId, UnitRecord>,
    pub(crate) policies: BTreeMap<PolicyId, PolicyRecord>,
    /// Which policy hangs on which root, unit or account.
    pub(crate) attachments: BTreeSet<(String, PolicyId)>,
    /// The policy types that are enabled on the root.
    pub(crate) enabled: BTreeSet<PolicyType>,
    /// Delegated administrators, with since when for which service.
    pub(crate) delegated: BTreeMap<AccountId, BTreeMap<String, Timestamp>>,
    /// Trusted access, with since when.
    pub(crate) trusted: BTreeMap<String, Timestamp>,
    pub(crate) identity_center: Option<IdentityCenter>,
    pub(crate) baseline: Baseline,
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UnitRecord {
    pub(crate) name: String,
    pub(crate) parent: ParentId,
}

/// An SCP or RCP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PolicyRecord {
    pub(crate) id: PolicyId,
    pub(crate) kind: PolicyType,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) aws_managed: bool,
    /// The document as it was given, and parsed.
    pub(crate) content: String,
    pub(crate) document: Value,
}

/// What reaches each account that joins.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Baseline {
    pub(crate) config_bucket: Option<String>,
    /// The delegated administrator of Inspector and what it scans.
    pub(crate) inspector: Option<(AccountId, BTreeSet<InspectorResource>)>,
    /// How many seconds after an account joined it is there.
    pub(crate) delay_seconds: u32,
}

impl OrganizationRecord {
    /// A new organization with all features: its policy types are enabled and AWS's own policies attached to the root and the management
    /// account.
    pub(crate) fn new(id: OrganizationId, root: RootId, management: AccountId, created_at: Timestamp) -> Self {
        let mut organization = Self {
            id,
            root,
            management,
            feature_set: "ALL".to_owned(),
            created_at,
            account_quota: 10,
            units: BTreeMap::new(),
            policies: BTreeMap::new(),
            attachments: BTreeSet::new(),
            enabled: BTreeSet::new(),
            delegated: BTreeMap::new(),
            trusted: BTreeMap::new(),
            identity_center: None,
            baseline: Baseline::default(),
        };
        for kind in [PolicyType::ServiceControlPolicy, PolicyType::ResourceControlPolicy] {
            let policy = aws_policy(kind);
            organization.policies.insert(policy.id.clone(), policy);
        }
        organization
    }

    /// Enables a policy type: AWS's own policy of the type is attached to the root, all units and the given accounts.
    pub(crate) fn enable(&mut self, kind: PolicyType, accounts: &[AccountId]) {
        self.enabled.insert(kind);
        let mut targets = vec![self.root.to_string()];
        targets.extend(self.units.keys().map(ToString::to_string));
        targets.extend(accounts.iter().map(ToString::to_string));
        self.attachments.extend(targets.into_iter().map(|target| (target, full_access(kind))));
    }

    /// Attaches AWS's own policies of the enabled types to a new unit or account.
    pub(crate) fn attach_defaults(&mut self, target: &str) {
        let defaults = self.enabled.iter().map(|kind| (target.to_owned(), full_access(*kind)));
        self.attachments.extend(defaults);
    }

    /// Detaches all policies from something that goes. Organizations have many attachments, so the others are not looked at.
    pub(crate) fn detach_all(&mut self, target: &str) {
        let from = (target.to_owned(), lowest_policy());
        let its: Vec<(String, PolicyId)> = self.attachments.range(from..).take_while(|(on, _)| on == target).cloned().collect();
        for attachment in its {
            self.attachments.remove(&attachment);
        }
    }

    /// The policies of a type that are attached to a root, unit or account itself.
    pub(crate) fn policies_on<'a>(&'a self, target: &'a str, kind: PolicyType) -> impl Iterator<Item = &'a PolicyRecord> {
        let attached = self.attachments.range((target.to_owned(), lowest_policy())..).take_while(move |(on, _)| on == target);
        attached.filter_map(|(_, id)| self.policies.get(id)).filter(move |policy| policy.kind == kind)
    }

    /// Whether a root or unit of this organization has the id.
    pub(crate) fn has_parent(&self, id: &ParentId) -> bool {
        id.as_str() == self.root.as_str() || self.units.keys().any(|unit| unit.as_str() == id.as_str())
    }

    /// The root or unit of this organization with that id.
    pub(crate) fn parent(&self, id: &str) -> Option<ParentId> {
        id.parse::<ParentId>().ok().filter(|parent| self.has_parent(parent))
    }

    /// The unit with that id.
    pub(crate) fn unit(&self, id: &str) -> Option<(&UnitId, &UnitRecord)> {
        self.units.iter().find(|(unit, _)| unit.as_str() == id)
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

/// The id of AWS's own policy of a type.
pub(crate) fn full_access(kind: PolicyType) -> PolicyId {
    let id = match kind {
        PolicyType::ServiceControlPolicy => FULL_AWS_ACCESS,
        PolicyType::ResourceControlPolicy => RCP_FULL_AWS_ACCESS,
    };
    // INVARIANT: both ids are well-formed constants; `aws_policies_are_well_formed` parses them.
    #[expect(clippy::expect_used, reason = "stated invariant")]
    id.parse().expect("a policy id of AWS's own")
}

fn aws_policy(kind: PolicyType) -> PolicyRecord {
    let mut statement = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    let (name, description) = match kind {
        PolicyType::ServiceControlPolicy => ("FullAWSAccess", "Allows access to every operation"),
        PolicyType::ResourceControlPolicy => {
            statement = json!({ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" });
            ("RCPFullAWSAccess", "Allows access to every resource")
        }
    };
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] });
    PolicyRecord {
        id: full_access(kind),
        kind,
        name: name.to_owned(),
        description: description.to_owned(),
        aws_managed: true,
        content: document.to_string(),
        document,
    }
}

/// The id that sorts before every other.
fn lowest_policy() -> PolicyId {
    // INVARIANT: eight zeros are a policy id, and `0` is the lowest character that one may have.
    #[expect(clippy::expect_used, reason = "stated invariant")]
    "p-00000000".parse().expect("a policy id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aws_policies_are_well_formed() {
        assert_eq!(full_access(PolicyType::ServiceControlPolicy).as_str(), FULL_AWS_ACCESS);
        assert_eq!(full_access(PolicyType::ResourceControlPolicy).as_str(), RCP_FULL_AWS_ACCESS);
    }
}
