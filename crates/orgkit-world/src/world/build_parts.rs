//! IAM roles and policies, and trails, as a world file describes them.

use super::build::{ADMINISTRATOR_ACCESS, BuildError, bad_document};
use super::{ManagedPolicy, PolicyVersion, Role};
use crate::ids::iam_id;
use crate::services::cloudtrail::Trail;
use crate::worldfile::{AccountSpec, IamPolicySpec, RoleSpec, TrailSpec};
use jiff::Timestamp;
use orgkit_model::AccountId;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// A customer managed policy, by its ARN.
pub(super) fn managed_policy(account: &AccountId, spec: &IamPolicySpec, created_at: Timestamp) -> (String, ManagedPolicy) {
    let policy = ManagedPolicy::new(account, &spec.name, "/", &spec.document, created_at);
    (policy.arn.clone(), policy)
}

/// An account's own trail.
pub(super) fn own_trail(account: &AccountId, spec: &TrailSpec, started_at: Timestamp) -> Trail {
    Trail {
        multi_region: spec.multi_region,
        log_file_validation: spec.log_file_validation,
        kms_key: spec.kms_key.clone(),
        started_at: Some(started_at),
        ..Trail::new(account, &spec.name, &spec.home_region, &spec.bucket)
    }
}

/// A role that the file describes.
pub(super) fn made_role(account: &AccountSpec, spec: &RoleSpec, stack: Option<String>, created_at: Timestamp) -> Result<Role, BuildError> {
    let role = Role::new(&account.id, &spec.name, &spec.path, &spec.trust_document(), created_at);
    let role = role.map_err(|fault| bad_document(&spec.name, fault.to_string()))?;
    Ok(Role {
        attached: spec.managed_policies.iter().map(|policy| account.policy_arn(policy)).collect(),
        inline: spec.inline.iter().map(|policy| (policy.name.clone(), policy.document.clone())).collect(),
        boundary: spec.permissions_boundary.as_ref().map(|policy| account.policy_arn(policy)),
        deployed_by: stack,
        ..role
    })
}

/// The role that Organizations makes in accounts it creates; without a name it is `OrganizationAccountAccessRole` [Organizations User Guide,
/// orgs_manage_accounts_access].
pub(crate) fn access_role(
    account: &AccountId,
    management: &AccountId,
    name: Option<&str>,
    created_at: Timestamp,
) -> Result<Role, BuildError> {
    let name = name.unwrap_or("OrganizationAccountAccessRole");
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{management}:root") }, "Action": "sts:AssumeRole" }],
    });
    let role = Role::new(account, name, "/", &trust.to_string(), created_at).map_err(|fault| bad_document(name, fault.to_string()))?;
    Ok(Role { attached: BTreeSet::from([ADMINISTRATOR_ACCESS.to_owned()]), ..role })
}

impl ManagedPolicy {
    /// A policy with its first version.
    pub(crate) fn new(account: &AccountId, name: &str, path: &str, document: &str, created_at: Timestamp) -> Self {
        let arn = format!("arn:aws:iam::{account}:policy{path}{name}");
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            id: iam_id("ANPA", &arn),
            arn,
            description: None,
            created_at,
            versions: BTreeMap::from([(1, PolicyVersion { document: document.to_owned(), created_at })]),
            default: 1,
        }
    }
}

impl Role {
    /// A role without policies.
    pub(crate) fn new(account: &AccountId, name: &str, path: &str, trust: &str, created_at: Timestamp) -> Result<Self, serde_json::Error> {
        let arn = format!("arn:aws:iam::{account}:role{path}{name}");
        Ok(Self {
            name: name.to_owned(),
            path: path.to_owned(),
            id: iam_id("AROA", &arn),
            arn,
            created_at,
            description: None,
            max_session: 3600,
            trust: trust.to_owned(),
            trust_document: serde_json::from_str(trust)?,
            attached: BTreeSet::new(),
            inline: BTreeMap::new(),
            boundary: None,
            tags: BTreeMap::new(),
            deployed_by: None,
        })
    }
}
