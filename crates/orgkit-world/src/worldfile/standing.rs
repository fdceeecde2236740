//! What a world file says about how accounts were signed up, and about the bills of organizations.

use super::types::{is_yes, yes};
use orgkit_model::OrganizationId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the owner of an account has confirmed, and who sold the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignupSpec {
    /// Whether the e-mail address is verified. The management account of an organization needs that to invite accounts. Left out: yes.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub email_verified: bool,
    /// Whether the phone number is verified. An account needs that to stand alone. Left out: yes.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub phone_verified: bool,
    /// Who sold the account. Accounts join organizations of the same seller only. Left out: `AWS_INC`.
    #[serde(default, skip_serializing_if = "is_usual_seller")]
    pub seller: Seller,
}

impl Default for SignupSpec {
    fn default() -> Self {
        Self { email_verified: true, phone_verified: true, seller: Seller::AwsInc }
    }
}

/// The seller of record of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Seller {
    /// Amazon Web Services, Inc.
    #[default]
    AwsInc,
    /// Amazon Web Services EMEA SARL.
    AwsEmeaSarl,
    /// Amazon Web Services India Private Limited, formerly Amazon Internet Services Private Limited.
    AwsIndia,
}

/// What an organization can do beyond one bill (botocore `organizations/2016-11-28`, shape `OrganizationFeatureSet`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FeatureSet {
    /// Everything.
    #[default]
    All,
    /// One bill for all accounts: no policies, no trusted access.
    ConsolidatedBilling,
}

impl FeatureSet {
    /// The name that the API uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::ConsolidatedBilling => "CONSOLIDATED_BILLING",
        }
    }
}

/// Billing transfers of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BillingTransfersSpec {
    /// How many other organizations' bills it may take over. Left out: 0, which is what AWS grants.
    #[serde(default, skip_serializing_if = "is_none")]
    pub inbound_quota: u32,
    /// The organization that pays its bill. It cannot be deleted while that lasts. Left out: none, it pays itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_by: Option<OrganizationId>,
}

pub(super) fn is_usual_signup(signup: &SignupSpec) -> bool {
    *signup == SignupSpec::default()
}

pub(super) fn is_usual_transfers(transfers: &BillingTransfersSpec) -> bool {
    *transfers == BillingTransfersSpec::default()
}

pub(super) fn is_all_features(features: &FeatureSet) -> bool {
    *features == FeatureSet::All
}

fn is_usual_seller(seller: &Seller) -> bool {
    *seller == Seller::AwsInc
}

fn is_none(number: &u32) -> bool {
    *number == 0
}
