//! The administrator of an organization's GuardDuty.

use crate::cloud::AwsCloud;
use crate::convert::parse;
use crate::organizations::{pages, understood};
use aws_sdk_guardduty::Client;
use aws_sdk_guardduty::types::{AdminStatus, AutoEnableMembers};
use orgkit_cloud::CloudError;
use orgkit_model::AccountId;

/// How many accounts a call may name [botocore `guardduty/2017-11-28`, shape `AccountIds`].
const MOST: usize = 50;

/// The administrator in a region.
pub(crate) async fn administrator(cloud: &AwsCloud, by: &AccountId, region: &str) -> Result<Option<AccountId>, CloudError> {
    const OPERATION: &str = "guardduty:ListOrganizationAdminAccounts";
    let client: Client = cloud.client(by, Some(region)).await?;
    let all = pages!(cloud, by, OPERATION, client.list_organization_admin_accounts(), admin_accounts);
    let found = all.iter().find(|one| one.admin_status() == Some(&AdminStatus::Enabled));
    found.map(|one| understood(by, OPERATION, parse("adminAccountId", one.admin_account_id()))).transpose()
}

/// Appoints an administrator.
pub(crate) async fn appoint(cloud: &AwsCloud, by: &AccountId, region: &str, account: &AccountId) -> Result<(), CloudError> {
    let client: Client = cloud.client(by, Some(region)).await?;
    let call = || client.enable_organization_admin_account().admin_account_id(account.as_str()).send();
    cloud.changing(by, "guardduty:EnableOrganizationAdminAccount", call).await.map(drop)
}

/// Lets the administrator's members go, and dismisses it.
pub(crate) async fn remove(cloud: &AwsCloud, by: &AccountId, region: &str, account: &AccountId) -> Result<(), CloudError> {
    let client: Client = cloud.client(account, Some(region)).await?;
    for detector in pages!(cloud, account, "guardduty:ListDetectors", client.list_detectors(), detector_ids) {
        release_members(cloud, &client, account, &detector).await?;
    }
    let client: Client = cloud.client(by, Some(region)).await?;
    let call = || client.disable_organization_admin_account().admin_account_id(account.as_str()).send();
    cloud.changing(by, "guardduty:DisableOrganizationAdminAccount", call).await.map(drop)
}

/// Ends automatic enablement, under which no member can be disassociated, and disassociates and deletes the members.
async fn release_members(cloud: &AwsCloud, client: &Client, account: &AccountId, detector: &str) -> Result<(), CloudError> {
    let call = || client.describe_organization_configuration().detector_id(detector).send();
    let configuration = cloud.reading(account, "guardduty:DescribeOrganizationConfiguration", call).await?;
    if configuration.auto_enable_organization_members() != Some(&AutoEnableMembers::None) {
        let call = || {
            let call = client.update_organization_configuration().detector_id(detector);
            call.auto_enable_organization_members(AutoEnableMembers::None).send()
        };
        cloud.changing(account, "guardduty:UpdateOrganizationConfiguration", call).await?;
    }
    let list = || client.list_members().detector_id(detector).only_associated("false");
    let members = pages!(cloud, account, "guardduty:ListMembers", list(), members);
    let ids: Vec<String> = members.iter().filter_map(|member| member.account_id()).map(str::to_owned).collect();
    for some in ids.chunks(MOST) {
        let call = || client.disassociate_members().detector_id(detector).set_account_ids(Some(some.to_vec())).send();
        cloud.changing(account, "guardduty:DisassociateMembers", call).await?;
        let call = || client.delete_members().detector_id(detector).set_account_ids(Some(some.to_vec())).send();
        cloud.changing(account, "guardduty:DeleteMembers", call).await?;
    }
    Ok(())
}
