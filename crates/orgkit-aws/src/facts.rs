//! The fact kinds that orgkit can read, one function each, in files by service. A document has the member names of AWS's wire format and
//! leaves out what AWS left out, and what changes by itself (such as when a role was last used).

mod cloudcontrol;
mod cloudtrail;
mod config;
pub(crate) mod control_tower;
mod doc;
mod events;
mod iam;
mod inspector2;
mod organizations;
mod ram;
mod savingsplans;
mod sso_admin;

use crate::cloud::AwsCloud;
use crate::error::own_error;
use orgkit_cloud::{CloudError, ErrorClass, FACT_KINDS, FactDoc};
use orgkit_model::AccountId;

pub(crate) use doc::json as document;
pub(crate) use events::events;

/// Whose facts, where, and for which kind: what every collector needs.
#[derive(Clone, Copy)]
struct Ask<'a> {
    cloud: &'a AwsCloud,
    by: &'a AccountId,
    region: Option<&'a str>,
    kind: &'a str,
}

/// The facts of one kind, sorted by name.
pub(crate) async fn collect(cloud: &AwsCloud, by: &AccountId, region: Option<&str>, kind: &str) -> Result<Vec<FactDoc>, CloudError> {
    let fatal = |message| Err(own_error(ErrorClass::Fatal, by, kind, Some("UnknownFactKind"), message));
    match FACT_KINDS.iter().find(|(known, _)| *known == kind) {
        None => return fatal("orgkit has no collector for this kind of fact".to_owned()),
        Some((_, regional)) if *regional != region.is_some() => {
            let where_to = if *regional { "in a region" } else { "once for all regions" };
            return fatal(format!("this kind of fact is read {where_to}"));
        }
        Some(_) => {}
    }
    let ask = Ask { cloud, by, region, kind };
    let mut facts = match kind {
        "cloudtrail:DescribeTrails" => cloudtrail::trails(ask).await,
        "cloudtrail:GetTrailStatus" => cloudtrail::statuses(ask).await,
        "config:DescribeConfigurationRecorderStatus" => config::recorder_statuses(ask).await,
        "config:DescribeConfigurationRecorders" => config::recorders(ask).await,
        "config:DescribeDeliveryChannels" => config::delivery_channels(ask).await,
        "controltower:GetLandingZone" => control_tower::landing_zones(ask).await,
        "controltower:ListEnabledBaselines" => control_tower::enabled_baselines(ask).await,
        "iam:GetAccountAuthorizationDetails" => iam::authorization_details(ask).await,
        "inspector2:BatchGetAccountStatus" => inspector2::status(ask).await,
        "inspector2:GetDelegatedAdminAccount" => inspector2::delegated_administrator(ask).await,
        "organizations:ListInboundResponsibilityTransfers" => organizations::inbound(ask).await,
        "organizations:ListOutboundResponsibilityTransfers" => organizations::outbound(ask).await,
        "ram:GetResourceShareAssociations" => ram::principals(ask).await,
        "savingsplans:DescribeSavingsPlans" => savingsplans::plans(ask).await,
        "sso-admin:ListAccountsForProvisionedPermissionSet" => sso_admin::provisioned(ask).await,
        resource_type => cloudcontrol::resources(ask, resource_type).await,
    }?;
    facts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(facts)
}
