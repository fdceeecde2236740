//! IAM roles and policies, and trails, as a world file describes them.

use super::build::{ADMINISTRATOR_ACCESS, BuildError, bad_document};
use super::membership::SSO_ROLE_PATH;
use super::{ManagedPolicy, Role, Trail};
use crate::ids::{iam_id, uuid_of};
use crate::worldfile::{IamPolicySpec, OrganizationSpec, PermissionSetSpec, RoleSpec, TrailSpec};
use jiff::Timestamp;
use orgkit_model::AccountId;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// A customer managed policy, by its ARN.
pub(super) fn managed_policy(account: &AccountId, spec: &IamPolicySpec, created_at: Timestamp) -> (String, ManagedPolicy) {
    let arn = format!("arn:aws:iam::{account}:policy/{}", spec.name);
    (arn.clone(), ManagedPolicy { name: spec.name.clone(), arn, document: spec.document.clone(), created_at })
}

/// An account's own trail.
pub(super) fn own_trail(account: &AccountId, spec: &TrailSpec, started_at: Timestamp) -> Trail {
    Trail {
        name: spec.name.clone(),
        arn: format!("arn:aws:cloudtrail:{}:{account}:trail/{}", spec.home_region, spec.name),
        home_region: spec.home_region.clone(),
        bucket: spec.bucket.clone(),
        multi_region: spec.multi_region,
        log_file_validation: spec.log_file_validation,
        kms_key: spec.kms_key.clone(),
        of_organization: false,
        started_at,
    }
}

/// A role that the file describes.
pub(super) fn made_role(account: &AccountId, spec: &RoleSpec, created_at: Timestamp) -> Result<Role, BuildError> {
    let attached = spec
        .managed_policies
        .iter()
        .map(|policy| if policy.starts_with("arn:") { policy.clone() } else { format!("arn:aws:iam::{account}:policy/{policy}") });
    let role = Role::new(account, &spec.name, &spec.path, &spec.trust_document(), created_at);
    let role = role.map_err(|fault| bad_document(&spec.name, fault.to_string()))?;
    Ok(Role {
        attached: attached.collect(),
        inline: spec.inline.iter().map(|policy| (policy.name.clone(), policy.document.clone())).collect(),
        deployed_by: spec.deployed_by.clone(),
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

/// The role that IAM Identity Center makes in an account for a permission set.
pub(super) fn sso_role(
    account: &AccountId,
    organization: &OrganizationSpec,
    set: &PermissionSetSpec,
    created_at: Timestamp,
) -> Result<Role, BuildError> {
    let suffix = uuid_of(&format!("{}/{}/{account}", organization.id, set.name)).replace('-', "");
    let name = format!("AWSReservedSSO_{}_{}", set.name, suffix.get(..16).unwrap_or_default());
    let provider = format!("arn:aws:iam::{account}:saml-provider/AWSSSO_{}_DO_NOT_DELETE", suffix.get(16..32).unwrap_or_default());
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Federated": provider },
            "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
            "Condition": { "StringEquals": { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
        }],
    });
    Role::new(account, &name, SSO_ROLE_PATH, &trust.to_string(), created_at).map_err(|fault| bad_document(&name, fault.to_string()))
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
            deployed_by: None,
        })
    }
}
