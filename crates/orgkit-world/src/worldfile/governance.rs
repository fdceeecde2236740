//! What a world file says of Control Tower, of AWS Config beyond recorders, and of Account Management.

use super::check::Check;
use super::error::{WorldError, WorldProblem};
use super::source::at;
use super::types::is_no;
use super::{AccountSpec, OrganizationSpec};
use crate::services::controltower::VERSIONS;
use orgkit_model::AccountId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A Control Tower landing zone that is set up, with AWS Config and centralized logging.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LandingZoneSpec {
    /// Its version: `3.0`, `3.1`, `3.2`, `3.3` or `4.0`. Left out: `4.0`.
    #[serde(default = "latest", skip_serializing_if = "is_latest")]
    pub version: String,
    /// The region it was made in.
    pub home_region: String,
    /// The regions that it governs, the home region among them. Left out: the home region.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub governed_regions: Vec<String>,
    /// The account with the logs. It stands in one unit with the audit account.
    pub log_archive: AccountId,
    /// The audit account.
    pub audit: AccountId,
    /// Whether accounts are enrolled and unenrolled by moving them. Left out: no.
    #[serde(default, skip_serializing_if = "is_no")]
    pub auto_enrol: bool,
    /// Whether it manages access with IAM Identity Center. Left out: no.
    #[serde(default, skip_serializing_if = "is_no")]
    pub identity_center: bool,
    /// The registered units, parents before their children. The active accounts directly in them are enrolled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<String>,
    /// Accounts in registered units that are not enrolled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_enrolled: Vec<AccountId>,
}

/// An organization rule of AWS Config: it is in every member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfigRuleSpec {
    /// The rule's name.
    pub name: String,
    /// The region it was made in.
    pub region: String,
    /// The identifier of AWS's managed rule, such as `IAM_PASSWORD_POLICY`.
    pub identifier: String,
    /// The account that deploys it. Left out: the management account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
}

/// An aggregator of AWS Config, over all regions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AggregatorSpec {
    /// Its name.
    pub name: String,
    /// The region it was made in.
    pub region: String,
    /// The accounts that it collects from. Left out: those of the account's organization.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<AccountId>,
}

/// A permission for the AWS Config aggregators of another account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AggregationAuthorizationSpec {
    /// The region whose configuration may be collected.
    pub region: String,
    /// The account with the aggregators.
    pub account: AccountId,
    /// Their region. Left out: the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregator_region: Option<String>,
}

/// Whom AWS writes to besides the root user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlternateContactSpec {
    /// What it is for; an account has one of each at most.
    #[serde(rename = "type")]
    pub kind: ContactType,
    /// The contact's name.
    pub name: String,
    /// Its title. Left out: the type's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its e-mail address.
    pub email: String,
    /// Its telephone number.
    pub phone: String,
}

/// What an alternate contact is for (botocore `account/2021-02-01`, shape `AlternateContactType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ContactType {
    /// Bills and payments.
    Billing,
    /// Operations.
    Operations,
    /// Security.
    Security,
}

impl ContactType {
    /// Its name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Billing => "BILLING",
            Self::Operations => "OPERATIONS",
            Self::Security => "SECURITY",
        }
    }
}

fn latest() -> String {
    VERSIONS.last().copied().unwrap_or_default().to_owned()
}

fn is_latest(version: &str) -> bool {
    version == latest()
}

/// Checks what the file says of an account.
pub(super) fn check_account(check: &Check<'_>, index: usize, account: &AccountSpec) -> Result<(), WorldError> {
    let list = at!["accounts", index, "config_aggregators"];
    check.unique(list, Some("name"), "aggregator", &account.config_aggregators, |aggregator| &aggregator.name)?;
    for (number, aggregator) in account.config_aggregators.iter().enumerate() {
        check.region(at!["accounts", index, "config_aggregators", number, "region"], &aggregator.region)?;
        if aggregator.accounts.is_empty() && check.organization_of(account).is_none() {
            let message = format!("account `{}` is in no organization that `{}` could collect from", account.id, aggregator.name);
            let hint = "list the `accounts` of the aggregator";
            return Err(check.fail(at!["accounts", index, "config_aggregators", number], WorldProblem::Contradiction { message, hint }));
        }
    }
    for (number, granted) in account.aggregation_authorizations.iter().enumerate() {
        check.region(at!["accounts", index, "aggregation_authorizations", number, "region"], &granted.region)?;
    }
    let list = at!["accounts", index, "alternate_contacts"];
    check.unique(list, Some("type"), "alternate contact", &account.alternate_contacts, |contact| contact.kind.as_str())?;
    check.unique(at!["accounts", index, "opt_in_regions"], None, "region", &account.opt_in_regions, String::as_str)
}

/// Checks what the file says of an organization.
pub(super) fn check_organization(check: &Check<'_>, index: usize, organization: &OrganizationSpec) -> Result<(), WorldError> {
    for (number, rule) in organization.config_rules.iter().enumerate() {
        check.region(at!["organizations", index, "config_rules", number, "region"], &rule.region)?;
        if let Some(account) = &rule.account {
            check.in_organization(at!["organizations", index, "config_rules", number, "account"], account, organization)?;
        }
    }
    organization.landing_zone.as_ref().map_or(Ok(()), |zone| landing_zone(check, index, organization, zone))
}

fn landing_zone(check: &Check<'_>, index: usize, organization: &OrganizationSpec, zone: &LandingZoneSpec) -> Result<(), WorldError> {
    let refuse = |key: &str, message: String, hint| {
        Err(check.fail(at!["organizations", index, "landing_zone", key], WorldProblem::Contradiction { message, hint }))
    };
    if !VERSIONS.contains(&zone.version.as_str()) {
        return refuse("version", format!("landing zones have no version `{}`", zone.version), "it can be 3.0, 3.1, 3.2, 3.3 or 4.0");
    }
    check.region(at!["organizations", index, "landing_zone", "home_region"], &zone.home_region)?;
    for (number, region) in zone.governed_regions.iter().enumerate() {
        check.region(at!["organizations", index, "landing_zone", "governed_regions", number], region)?;
    }
    if !zone.governed_regions.is_empty() && !zone.governed_regions.contains(&zone.home_region) {
        let message = format!("the landing zone does not govern its home region `{}`", zone.home_region);
        return refuse("governed_regions", message, "list the home region, too");
    }
    for (number, path) in zone.units.iter().enumerate() {
        check.unit(at!["organizations", index, "landing_zone", "units", number], path, "", organization)?;
    }
    for (number, account) in zone.not_enrolled.iter().enumerate() {
        check.in_organization(at!["organizations", index, "landing_zone", "not_enrolled", number], account, organization)?;
    }
    let mut units = Vec::new();
    for (key, id) in [("log_archive", &zone.log_archive), ("audit", &zone.audit)] {
        let path = at!["organizations", index, "landing_zone", key];
        check.in_organization(path, id, organization)?;
        units.push(check.account(path, id)?.unit.as_deref());
    }
    let [Some(archive), Some(audit)] = units[..] else {
        return refuse("audit", "the shared accounts of the landing zone stand in no unit".to_owned(), "give both the same `unit`");
    };
    if archive != audit || zone.log_archive == zone.audit {
        let message = "log archive and audit must be two accounts of one unit".to_owned();
        return refuse("audit", message, "give both the same `unit`");
    }
    if organization.baseline.as_ref().is_some_and(|baseline| baseline.config_bucket.is_some()) {
        let message = "the organization brings AWS Config both by `baseline` and by its landing zone".to_owned();
        return refuse(
            "home_region",
            message,
            "leave out `config_bucket`: recorders that are there already keep accounts from being enrolled",
        );
    }
    Ok(())
}
