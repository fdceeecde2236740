//! AWS Security Hub CSPM (botocore `securityhub/2018-10-26`): the hub of an account and region with its standards, the organization's
//! administrator with its members, and the home region of findings.
//!
//! Membership by invitation, configuration policies and the newer Security Hub (`SecurityHubV2`) are not simulated.

mod aggregators;
mod hubs;
mod members;
mod organization;
mod standards;

use super::administration::{Administration, Product, settled};
use crate::ApiError;
use crate::call::Request;
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::page::Paging;
use crate::world::World;
use aggregators::Aggregator;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) use hubs::provide;
pub(crate) use organization::{appointed as administrator, disable as dismiss, enable as appoint};

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "securityhub",
    signing_name: "securityhub",
    actions: "securityhub",
    model: "securityhub/2018-10-26",
    protocol: Protocol::RestJson,
    faults: Faults { invalid: "InvalidInputException", internal: "InternalException", message: "Message", ..Faults::REST },
    operations: &[
        change("EnableSecurityHub", hubs::enable)
            .at("POST", "/accounts")
            .rules("once a region; default standards unless said", "Security Hub API Reference, EnableSecurityHub"),
        read("DescribeHub", hubs::describe)
            .at("GET", "/accounts")
            .rules("only where it is enabled", "Security Hub API Reference, DescribeHub"),
        change("DisableSecurityHub", hubs::disable)
            .at("DELETE", "/accounts")
            .rules("not by the administrator; ends membership and standards", "Security Hub API Reference, DisableSecurityHub"),
        read("DescribeStandards", standards::describe)
            .at("GET", "/standards")
            .rules("the standards of AWS, with those that a new hub has", "Security Hub User Guide, standards-reference"),
        read("GetEnabledStandards", standards::enabled)
            .at("POST", "/standards/get")
            .rules("INCOMPLETE without a recorder of AWS Config", "Security Hub API Reference, GetEnabledStandards"),
        change("BatchEnableStandards", standards::enable)
            .at("POST", "/standards/register")
            .rules("standards that exist", "Security Hub API Reference, BatchEnableStandards"),
        change("EnableOrganizationAdminAccount", organization::enable).at("POST", "/organization/admin/enable").rules(
            "management account only; one administrator for all regions; trusted access and registration with Organizations; hub",
            "Security Hub User Guide, designate-orgs-admin-account",
        ),
        change("DisableOrganizationAdminAccount", organization::disable)
            .at("POST", "/organization/admin/disable")
            .rules("a region at a time; not under central configuration", "Security Hub User Guide, remove-admin-overview"),
        read("ListOrganizationAdminAccounts", organization::list)
            .at("GET", "/organization/admin")
            .rules("management account only", "Security Hub API Reference, ListOrganizationAdminAccounts"),
        read("DescribeOrganizationConfiguration", organization::describe)
            .at("GET", "/organization/configuration")
            .rules("administrator only; PENDING for a while", "Security Hub API Reference, DescribeOrganizationConfiguration"),
        change("UpdateOrganizationConfiguration", organization::update).at("POST", "/organization/configuration").rules(
            "central configuration only from the home region, without automatic enablement, for all regions",
            "Security Hub API Reference, OrganizationConfiguration",
        ),
        change("CreateMembers", members::create).at("POST", "/members").rules(
            "accounts of the organization; the management account enables Security Hub first",
            "Security Hub API Reference, CreateMembers",
        ),
        read("ListMembers", members::list)
            .at("GET", "/members")
            .rules("associated ones unless said", "Security Hub API Reference, ListMembers"),
        read("GetMembers", members::get)
            .at("POST", "/members/get")
            .rules("unknown accounts are unprocessed", "Security Hub API Reference, GetMembers"),
        change("DisassociateMembers", members::disassociate)
            .at("POST", "/members/disassociate")
            .rules("their hubs stay", "Security Hub API Reference, DisassociateMembers"),
        change("DeleteMembers", members::delete)
            .at("POST", "/members/delete")
            .rules("not associated accounts of the organization", "Security Hub API Reference, DeleteMembers"),
        read("GetAdministratorAccount", members::administrator)
            .at("GET", "/administrator")
            .rules("nothing for accounts that are not members", "Security Hub API Reference, GetAdministratorAccount"),
        change("CreateFindingAggregator", aggregators::create)
            .at("POST", "/findingAggregator/create")
            .rules("one an account, whose region is the home region; not by members", "Security Hub User Guide, finding-aggregation"),
        read("ListFindingAggregators", aggregators::list)
            .at("GET", "/findingAggregator/list")
            .rules("from any region", "Security Hub API Reference, ListFindingAggregators"),
        read("GetFindingAggregator", aggregators::get)
            .at("GET", "/findingAggregator/get/{FindingAggregatorArn+}")
            .rules("only the caller's own", "Security Hub API Reference, GetFindingAggregator"),
    ],
};

/// What Security Hub keeps.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// By account and region.
    hubs: BTreeMap<AccountId, BTreeMap<String, Hub>>,
    /// By account: it has one home region.
    aggregators: BTreeMap<AccountId, Aggregator>,
    administration: Administration<Settings>,
}

/// Security Hub in an account and a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hub {
    /// From when it is there.
    subscribed_at: Timestamp,
    /// `SECURITY_CONTROL` or `STANDARD_CONTROL`.
    generator: String,
    /// The enabled standards, by the last part of their ARNs.
    standards: BTreeSet<String>,
}

/// What an administrator has set for its organization in a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// Whether new accounts become members.
    pub(crate) auto_enable: bool,
    /// Whether new members get the default standards.
    pub(crate) standards: bool,
    /// From when configuration is central; `None` while it is local.
    central: Option<Timestamp>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { auto_enable: false, standards: true, central: None }
    }
}

/// Security Hub as a service with an administrator and members.
pub(crate) const PRODUCT: Product<Settings> = Product {
    principal: "securityhub.amazonaws.com",
    state: |states| &states.securityhub.administration,
    state_mut: |states| &mut states.securityhub.administration,
};

/// An account has joined an organization: with automatic enablement it gets a hub, if it has none, and becomes a member.
pub(super) fn joined(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    let automatic = |settings: &Settings| settings.auto_enable.then_some(settings.standards);
    let regions = PRODUCT.regions(world, organization, automatic);
    let Some(at) = world.organizations.get(organization).map(|organization| settled(organization, now)) else {
        return;
    };
    for (region, administrator, standards) in regions {
        provide(world, account, &region, standards, at);
        PRODUCT.associate(world, account, &region, &administrator, at);
    }
}

/// An account is leaving an organization: its hubs stay and are its own, those that were only coming do not come.
pub(super) fn left(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    if let Some(hubs) = world.services.securityhub.hubs.get_mut(account) {
        hubs.retain(|_, hub| hub.subscribed_at <= now);
    }
    PRODUCT.left(world, account, organization);
}

const fn paging(list: &'static str, items: &'static str, most: usize) -> Paging {
    Paging { list, items, limit: "MaxResults", token: "NextToken", usual: most, most, bad_token: "InvalidInputException" }
}

fn no_access(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidAccessException", message).with_status(401)
}

fn not_found(message: impl Into<String>) -> ApiError {
    ApiError::new("ResourceNotFoundException", message).with_status(404)
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidInputException", message)
}

/// The refusal of a caller that has no hub in the region.
fn not_subscribed(request: &Request<'_>) -> ApiError {
    no_access(format!("Account {} is not subscribed to AWS Security Hub", request.caller.account))
}
