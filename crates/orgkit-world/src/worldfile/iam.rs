//! What a world file says about IAM beyond roles and policies.

use super::IamPolicySpec;
use super::account::{is_slash, slash};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An IAM user with an access key. Its key is made up from account and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserSpec {
    /// The user's name; `admin` is the administrator that every account has anyway.
    pub name: String,
    /// Its path. Left out: `/`.
    #[serde(default = "slash", skip_serializing_if = "is_slash")]
    pub path: String,
    /// The managed policies attached to it: names of the account's own `policies`, or ARNs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub managed_policies: Vec<String>,
    /// The inline policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inline: Vec<IamPolicySpec>,
    /// The permissions boundary: the name of one of the account's own `policies`, or an ARN. Left out: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions_boundary: Option<String>,
}

/// The document of a policy of AWS's own. A few are known without this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AwsManagedPolicySpec {
    /// Its ARN, such as `arn:aws:iam::aws:policy/ReadOnlyAccess`.
    pub arn: String,
    /// The document, as JSON text.
    pub document: String,
}

/// A feature of centralized root access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum RootAccess {
    /// The root credentials of members are managed centrally.
    RootCredentialsManagement,
    /// Privileged tasks are done in sessions of `sts:AssumeRoot`.
    RootSessions,
}
