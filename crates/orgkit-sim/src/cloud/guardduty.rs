//! The administrator of an organization's GuardDuty.

use super::convert::{parse, text};
use super::{Ask, SimCloud, nothing};
use orgkit_cloud::CloudError;
use orgkit_model::AccountId;
use serde_json::{Value, json};

/// How many accounts a call may name [botocore `guardduty/2017-11-28`, shape `AccountIds`].
const MOST: usize = 50;

/// The administrator in a region.
pub(super) fn administrator(cloud: &SimCloud, by: &AccountId, region: &str) -> Result<Option<AccountId>, CloudError> {
    let ask = Ask::of(by, Some(region), "guardduty", "ListOrganizationAdminAccounts");
    let all = cloud.pages(&ask, nothing(), "adminAccounts", "nextToken")?;
    let found = all.iter().find(|one| text(one, "adminStatus") == Some("ENABLED"));
    found.map(|one| parse(&ask, one, "adminAccountId")).transpose()
}

/// Lets the administrator's members go, and dismisses it.
pub(super) fn remove(cloud: &SimCloud, by: &AccountId, region: &str, account: &AccountId) -> Result<(), CloudError> {
    let ask = |operation| Ask::of(account, Some(region), "guardduty", operation);
    let detectors = cloud.pages(&ask("ListDetectors"), nothing(), "detectorIds", "nextToken")?;
    for detector in detectors.iter().filter_map(Value::as_str) {
        let configuration = cloud.read(&ask("DescribeOrganizationConfiguration"), &json!({ "DetectorId": detector }))?;
        if text(&configuration, "autoEnableOrganizationMembers") != Some("NONE") {
            let input = json!({ "DetectorId": detector, "autoEnableOrganizationMembers": "NONE" });
            cloud.change(&ask("UpdateOrganizationConfiguration"), &input)?;
        }
        let input = json!({ "DetectorId": detector, "onlyAssociated": "false" });
        let members = cloud.pages(&ask("ListMembers"), input, "members", "nextToken")?;
        let ids: Vec<&str> = members.iter().filter_map(|member| text(member, "accountId")).collect();
        for some in ids.chunks(MOST) {
            let input = json!({ "DetectorId": detector, "accountIds": some });
            cloud.change(&ask("DisassociateMembers"), &input)?;
            cloud.change(&ask("DeleteMembers"), &input)?;
        }
    }
    let input = json!({ "adminAccountId": account });
    cloud.change(&Ask::of(by, Some(region), "guardduty", "DisableOrganizationAdminAccount"), &input).map(drop)
}
