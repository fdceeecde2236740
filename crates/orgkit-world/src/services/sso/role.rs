//! The role that Identity Center makes in an account for a permission set.

use super::records::PermissionSet;
use crate::ids::uuid_of;
use crate::world::Role;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId};
use serde_json::json;
use std::collections::BTreeMap;

/// The path of the roles that Identity Center makes [IAM Identity Center User Guide, using-service-linked-roles].
pub(super) const PATH: &str = "/aws-reserved/sso.amazonaws.com/";

/// The name of the inline policy in such roles.
const INLINE: &str = "AwsSSOInlinePolicy";

/// The letters that tell the roles of one permission set in different organizations and accounts apart.
fn suffix(organization: &OrganizationId, name: &str, account: &AccountId) -> String {
    uuid_of(&format!("{organization}/{name}/{account}")).replace('-', "")
}

/// The name of a permission set's role in an account.
pub(super) fn role_name(organization: &OrganizationId, name: &str, account: &AccountId) -> String {
    format!("AWSReservedSSO_{name}_{}", suffix(organization, name, account).get(..16).unwrap_or_default())
}

/// The role of a permission set in an account, with the policies that the set has now.
///
/// # Errors
/// None in practice: the trust policy is made here.
pub(crate) fn sso_role(
    account: &AccountId,
    organization: &OrganizationId,
    set: &PermissionSet,
    created_at: Timestamp,
) -> Result<Role, serde_json::Error> {
    let suffix = suffix(organization, &set.name, account);
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
    let role = Role::new(account, &role_name(organization, &set.name, account), PATH, &trust.to_string(), created_at)?;
    let inline: BTreeMap<String, String> = set.inline.iter().map(|document| (INLINE.to_owned(), document.clone())).collect();
    Ok(Role { attached: set.managed.clone(), inline, ..role })
}
