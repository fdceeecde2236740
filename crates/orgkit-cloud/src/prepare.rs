//! What has to be done before an account leaves its organization.
#![expect(async_fn_in_trait, reason = "orgkit runs its futures on one thread; no caller needs `Send`")]

use crate::{CloudError, CloudRead};
use orgkit_model::{AccountId, Product};
use serde_json::Value;
use std::time::Duration;

/// How often Cloud Control is asked whether a change has ended.
pub const POLLS: u32 = 120;
/// The time between two such questions.
pub const POLL_EVERY: Duration = Duration::from_secs(5);

/// The resource type that stands for the administrator of Security Hub in a region [CloudFormation Template Reference, AWS::SecurityHub::DelegatedAdmin].
pub const SECURITY_HUB_ADMINISTRATOR: &str = "AWS::SecurityHub::DelegatedAdmin";

/// A resource share of AWS RAM as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Its ARN.
    pub arn: String,
    /// Whether accounts keep their part in it when they leave the organization (`retainSharingOnAccountLeaveOrganization`).
    pub retained: bool,
    /// The principals, with the status of each one's part: `ASSOCIATED` once it has it, `ASSOCIATING` until it accepts an invitation.
    pub principals: Vec<(String, String)>,
    /// The ARNs of what is shared.
    pub resources: Vec<String>,
}

/// A resource share to be made. It is retained when accounts leave, and open to accounts outside the organization: what is retained becomes
/// external [RAM API Reference, CreateResourceShare].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShare<'a> {
    /// Its name.
    pub name: &'a str,
    /// The ARNs of what is shared.
    pub resources: &'a [String],
    /// The accounts that it is shared with.
    pub principals: &'a [AccountId],
}

/// Preparing accounts, and the organization that they are in, for their departure; and what takes it back. Each change is one that
/// [`crate::CloudChange`]'s rules hold for: none is repeated once it may have had its effect.
pub trait CloudPrepare: CloudRead {
    /// `cloudcontrol:GetResource`: a resource's properties, or `None` where there is none.
    async fn resource(&self, by: &AccountId, region: &str, type_name: &str, identifier: &str) -> Result<Option<Value>, CloudError>;
    /// `cloudcontrol:UpdateResource` with a JSON patch (RFC 6902), a list of operations. It returns when the update has ended well, and fails
    /// when it ended badly or not within ten minutes.
    async fn update_resource(
        &self,
        by: &AccountId,
        region: &str,
        type_name: &str,
        identifier: &str,
        patch: &Value,
    ) -> Result<(), CloudError>;
    /// The administrator of a product for the organization that `by` manages, in a region where the product has one in each:
    /// `guardduty:ListOrganizationAdminAccounts`, `cloudcontrol:ListResources` of `AWS::SecurityHub::DelegatedAdmin`,
    /// `inspector2:GetDelegatedAdminAccount`, `organizations:ListDelegatedAdministrators` for CloudTrail.
    async fn product_administrator(&self, by: &AccountId, product: Product, region: &str) -> Result<Option<AccountId>, CloudError>;
    /// Dismisses it: `guardduty:DisableOrganizationAdminAccount`, `cloudcontrol:DeleteResource` of `AWS::SecurityHub::DelegatedAdmin`,
    /// `inspector2:DisableDelegatedAdminAccount`, `cloudtrail:DeregisterOrganizationDelegatedAdmin`, by the management account.
    ///
    /// GuardDuty lets an administrator go only without members [GuardDuty API Reference, DisableOrganizationAdminAccount]: the administrator itself
    /// ends automatic enablement and disassociates and deletes them before. They keep their detectors.
    async fn remove_product_administrator(
        &self,
        by: &AccountId,
        product: Product,
        region: &str,
        account: &AccountId,
    ) -> Result<(), CloudError>;
    /// Appoints it: the opposite of [`CloudPrepare::remove_product_administrator`]. Members and settings do not come back with it.
    async fn appoint_product_administrator(
        &self,
        by: &AccountId,
        product: Product,
        region: &str,
        account: &AccountId,
    ) -> Result<(), CloudError>;
    /// The account's own active share of that name: `ram:GetResourceShares` and `GetResourceShareAssociations`. Where there are several, the first by ARN.
    async fn share(&self, by: &AccountId, region: &str, name: &str) -> Result<Option<Share>, CloudError>;
    /// `ram:CreateResourceShare`: its ARN.
    async fn create_share(&self, by: &AccountId, region: &str, share: &NewShare<'_>) -> Result<String, CloudError>;
    /// `ram:DeleteResourceShare`.
    async fn delete_share(&self, by: &AccountId, region: &str, arn: &str) -> Result<(), CloudError>;
    /// `ram:AcceptResourceShareInvitation` of a share's pending invitation by the account that received it. Returns whether there was one.
    async fn accept_share(&self, by: &AccountId, region: &str, share: &str) -> Result<bool, CloudError>;
}
