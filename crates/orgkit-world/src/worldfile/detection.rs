//! What a world file says about the services that watch accounts: GuardDuty, Security Hub, Inspector, Access Analyzer, Resource Explorer.

use super::types::is_no;
use orgkit_model::AccountId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A service with a delegated administrator and member accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DetectionService {
    /// Amazon GuardDuty.
    GuardDuty,
    /// AWS Security Hub CSPM.
    SecurityHub,
    /// Amazon Inspector.
    Inspector2,
}

/// Which accounts of an organization get a service by themselves (botocore `guardduty/2017-11-28`, shape `AutoEnableMembers`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum AutoEnable {
    /// Accounts that join.
    New,
    /// All accounts, which none can get out of.
    All,
    /// None.
    #[default]
    None,
}

/// Services of an organization that one of its accounts administers. Its accounts are members since they joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DetectionSpec {
    /// The services. Each has one entry in an organization, since it has one administrator.
    pub services: Vec<DetectionService>,
    /// The delegated administrator, a member account. It is registered with Organizations, and the services have trusted access.
    pub administrator: AccountId,
    /// Which accounts get the services by themselves. With `NONE` the organization has no members. Left out: `NEW`. Security Hub and
    /// Inspector do not know `ALL`; for them it is `NEW`.
    #[serde(default = "new", skip_serializing_if = "is_new")]
    pub auto_enable: AutoEnable,
    /// The regions. Left out: all of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// The accounts that are no members in spite of that. Left out: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<AccountId>,
}

/// Services that an account has for itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnDetectionSpec {
    /// The services.
    pub services: Vec<DetectionService>,
    /// The regions. Left out: all of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
}

/// An analyzer of IAM Access Analyzer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnalyzerSpec {
    /// Its name.
    pub name: String,
    /// Its type. One of an organization is active when the account manages it, or administers `access-analyzer.amazonaws.com` for it, and
    /// that has trusted access.
    #[serde(rename = "type")]
    pub kind: AnalyzerType,
    /// The region it is in.
    pub region: String,
}

/// What an analyzer looks for, and where (botocore `accessanalyzer/2019-11-01`, shape `Type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AnalyzerType {
    /// Access from outside the account.
    Account,
    /// Access from outside the organization.
    Organization,
    /// Permissions in the account that nobody uses.
    AccountUnusedAccess,
    /// Permissions in the organization that nobody uses.
    OrganizationUnusedAccess,
    /// Access from inside the account.
    AccountInternalAccess,
    /// Access from inside the organization.
    OrganizationInternalAccess,
}

/// AWS Resource Explorer in an account: an index and a default view in each of its regions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceExplorerSpec {
    /// The regions. Left out: all of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// The region whose index has the resources of all of them. Left out: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregator: Option<String>,
    /// Whether its views are over its whole organization. Left out: no.
    #[serde(default, skip_serializing_if = "is_no")]
    pub organization: bool,
}

impl DetectionService {
    /// Its name in Organizations.
    pub fn principal(self) -> &'static str {
        match self {
            Self::GuardDuty => "guardduty.amazonaws.com",
            Self::SecurityHub => "securityhub.amazonaws.com",
            Self::Inspector2 => "inspector2.amazonaws.com",
        }
    }
}

impl AutoEnable {
    /// The word in the API: `NEW`, `ALL` or `NONE`.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "NEW",
            Self::All => "ALL",
            Self::None => "NONE",
        }
    }

    /// What a word in the API means.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::New, Self::All, Self::None].into_iter().find(|auto| auto.word() == word)
    }
}

impl AnalyzerType {
    /// All types.
    pub const EVERY: [Self; 6] = [
        Self::Account,
        Self::Organization,
        Self::AccountUnusedAccess,
        Self::OrganizationUnusedAccess,
        Self::AccountInternalAccess,
        Self::OrganizationInternalAccess,
    ];

    /// The word in the API: `ORGANIZATION_UNUSED_ACCESS`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Account => "ACCOUNT",
            Self::Organization => "ORGANIZATION",
            Self::AccountUnusedAccess => "ACCOUNT_UNUSED_ACCESS",
            Self::OrganizationUnusedAccess => "ORGANIZATION_UNUSED_ACCESS",
            Self::AccountInternalAccess => "ACCOUNT_INTERNAL_ACCESS",
            Self::OrganizationInternalAccess => "ORGANIZATION_INTERNAL_ACCESS",
        }
    }

    /// Whether it analyzes an organization.
    pub fn is_of_organization(self) -> bool {
        matches!(self, Self::Organization | Self::OrganizationUnusedAccess | Self::OrganizationInternalAccess)
    }
}

fn new() -> AutoEnable {
    AutoEnable::New
}

fn is_new(auto: &AutoEnable) -> bool {
    *auto == AutoEnable::New
}
