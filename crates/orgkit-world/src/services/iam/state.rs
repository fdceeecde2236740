//! What IAM keeps beside the accounts' roles and policies.

use super::{ADMINISTRATOR, Feature, service_linked};
use crate::ids::iam_id;
use crate::world::World;
use crate::worldfile::{AccountSpec, WorldFile};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, OrganizationId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// IAM's own records.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// Users by account and name. The administrator that every account has is not among them.
    pub(super) users: BTreeMap<AccountId, BTreeMap<String, User>>,
    /// What is turned on of centralized root access.
    pub(super) features: BTreeMap<OrganizationId, BTreeSet<Feature>>,
    /// Documents of AWS-managed policies that the world file gives, by ARN.
    pub(super) aws_managed: BTreeMap<String, String>,
}

/// An IAM user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) arn: String,
    pub(crate) id: String,
    pub(crate) created_at: Timestamp,
    /// Attached managed policies by ARN.
    pub(crate) attached: BTreeSet<String>,
    /// Inline policies by name.
    pub(crate) inline: BTreeMap<String, String>,
    /// The permissions boundary: a managed policy by ARN.
    pub(crate) boundary: Option<String>,
    pub(crate) tags: BTreeMap<String, String>,
}

impl User {
    pub(super) fn new(account: &AccountId, name: &str, path: &str, created_at: Timestamp) -> Self {
        let arn = format!("arn:aws:iam::{account}:user{path}{name}");
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            // The administrator's id is also part of what `sts:GetCallerIdentity` answers.
            id: iam_id("AIDA", if name == ADMINISTRATOR { account.as_str() } else { &arn }),
            arn,
            created_at,
            attached: BTreeSet::new(),
            inline: BTreeMap::new(),
            boundary: None,
            tags: BTreeMap::new(),
        }
    }
}

/// Puts into a new world what its file says about IAM beyond roles and customer managed policies, and the roles that Organizations has in
/// the accounts of an organization.
pub(crate) fn build(world: &mut World, file: &WorldFile, start: Timestamp) {
    let state = &mut world.services.iam;
    state.aws_managed = file.aws_managed_policies.iter().map(|policy| (policy.arn.clone(), policy.document.clone())).collect();
    for organization in &file.organizations {
        let features: BTreeSet<Feature> = organization.root_access.iter().copied().collect();
        if !features.is_empty() {
            state.features.insert(organization.id.clone(), features);
        }
    }
    for spec in &file.accounts {
        let created_at = start.saturating_sub(SignedDuration::from_hours(24 * i64::from(spec.age_days))).unwrap_or(Timestamp::MIN);
        let users = users(spec, created_at);
        if !users.is_empty() {
            state.users.insert(spec.id.clone(), users);
        }
    }
    for account in world.accounts.values_mut() {
        if let Some(joined_at) = account.membership.as_ref().map(|membership| membership.joined_at) {
            service_linked::ensure(account, service_linked::ORGANIZATIONS, joined_at);
        }
    }
}

fn users(account: &AccountSpec, created_at: Timestamp) -> BTreeMap<String, User> {
    let user = |spec: &crate::worldfile::UserSpec| User {
        attached: spec.managed_policies.iter().map(|policy| account.policy_arn(policy)).collect(),
        inline: spec.inline.iter().map(|policy| (policy.name.clone(), policy.document.clone())).collect(),
        boundary: spec.permissions_boundary.as_ref().map(|policy| account.policy_arn(policy)),
        ..User::new(&account.id, &spec.name, &spec.path, created_at)
    };
    account.users.iter().map(|spec| (spec.name.clone(), user(spec))).collect()
}
