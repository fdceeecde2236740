//! Amazon GuardDuty (botocore `guardduty/2017-11-28`): detectors, one an account and region, and the organization's administrator with its
//! members.
//!
//! Membership by invitation is not simulated.

mod detectors;
mod features;
mod members;
mod organization;

use super::administration::{Administration, Product, settled};
use crate::ApiError;
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::world::World;
use crate::worldfile::AutoEnable;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) use detectors::provide;
pub(crate) use features::{Part, usual};

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "guardduty",
    signing_name: "guardduty",
    actions: "guardduty",
    model: "guardduty/2017-11-28",
    protocol: Protocol::RestJson,
    faults: Faults { invalid: "BadRequestException", internal: "InternalServerErrorException", ..Faults::REST },
    operations: &[
        change("CreateDetector", detectors::create).at("POST", "/detector").rules(
            "one detector an account and region; features but runtime monitoring on unless said",
            "GuardDuty API Reference, CreateDetector",
        ),
        read("ListDetectors", detectors::list).at("GET", "/detector").rules("at most one", "GuardDuty API Reference, ListDetectors"),
        read("GetDetector", detectors::get)
            .at("GET", "/detector/{DetectorId}")
            .rules("only the caller's own", "GuardDuty API Reference, GetDetector"),
        change("UpdateDetector", detectors::update)
            .at("POST", "/detector/{DetectorId}")
            .rules("a member cannot suspend its own", "GuardDuty User Guide, administrator_member_relationships"),
        change("DeleteDetector", detectors::delete)
            .at("DELETE", "/detector/{DetectorId}")
            .rules("not by a member, nor by an administrator with members", "GuardDuty User Guide, guardduty_suspend-disable"),
        change("EnableOrganizationAdminAccount", organization::enable).at("POST", "/admin/enable").rules(
            "management account only; one administrator for all regions; trusted access and registration with Organizations; detector",
            "GuardDuty User Guide, guardduty_organizations",
        ),
        change("DisableOrganizationAdminAccount", organization::disable).at("POST", "/admin/disable").rules(
            "a region at a time; only without associated members; stays registered",
            "GuardDuty User Guide, change-guardduty-delegated-admin",
        ),
        read("ListOrganizationAdminAccounts", organization::list)
            .at("GET", "/admin")
            .rules("management account only", "GuardDuty API Reference, ListOrganizationAdminAccounts"),
        read("DescribeOrganizationConfiguration", organization::describe)
            .at("GET", "/detector/{DetectorId}/admin")
            .rules("administrator only", "GuardDuty API Reference, DescribeOrganizationConfiguration"),
        change("UpdateOrganizationConfiguration", organization::update).at("POST", "/detector/{DetectorId}/admin").rules(
            "NEW, ALL, NONE for members and features; ALL reaches existing accounts after a while",
            "GuardDuty API Reference, UpdateOrganizationConfiguration",
        ),
        change("CreateMembers", members::create)
            .at("POST", "/detector/{DetectorId}/member")
            .rules("accounts of the organization; the management account needs a detector first", "GuardDuty API Reference, CreateMembers"),
        read("ListMembers", members::list)
            .at("GET", "/detector/{DetectorId}/member")
            .rules("associated ones unless said", "GuardDuty API Reference, ListMembers"),
        read("GetMembers", members::get)
            .at("POST", "/detector/{DetectorId}/member/get")
            .rules("unknown accounts are unprocessed", "GuardDuty API Reference, GetMembers"),
        change("DisassociateMembers", members::disassociate)
            .at("POST", "/detector/{DetectorId}/member/disassociate")
            .rules("not while all accounts are enabled automatically", "GuardDuty API Reference, DisassociateMembers"),
        change("DeleteMembers", members::delete)
            .at("POST", "/detector/{DetectorId}/member/delete")
            .rules("only after they were disassociated", "GuardDuty User Guide, delete-member-accounts-guardduty-organization"),
        read("GetAdministratorAccount", members::administrator)
            .at("GET", "/detector/{DetectorId}/administrator")
            .rules("nothing for accounts that are not members", "GuardDuty API Reference, GetAdministratorAccount"),
    ],
};

/// What GuardDuty keeps.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// By account and region.
    detectors: BTreeMap<AccountId, BTreeMap<String, Detector>>,
    administration: Administration<Settings>,
}

/// A detector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Detector {
    id: String,
    /// Whether it is `ENABLED`; otherwise GuardDuty is suspended.
    enabled: bool,
    /// `FIFTEEN_MINUTES`, `ONE_HOUR` or `SIX_HOURS`.
    frequency: String,
    features: BTreeSet<Part>,
    tags: BTreeMap<String, String>,
    /// From when it is there.
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// What an administrator has set for its organization in a region.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) auto_enable: AutoEnable,
    /// Features that are not listed are not enabled automatically.
    #[serde(with = "crate::pairs")]
    pub(crate) features: BTreeMap<Part, AutoEnable>,
}

impl Settings {
    /// The features that an account gets when it becomes a member.
    fn features_of_members(&self) -> BTreeSet<Part> {
        self.features.iter().filter(|(_, auto)| **auto != AutoEnable::None).map(|(part, _)| *part).collect()
    }
}

/// GuardDuty as a service with an administrator and members.
pub(crate) const PRODUCT: Product<Settings> = Product {
    principal: "guardduty.amazonaws.com",
    state: |states| &states.guardduty.administration,
    state_mut: |states| &mut states.guardduty.administration,
};

/// An account has joined an organization: with automatic enablement it gets a detector, if it has none, and becomes a member.
pub(super) fn joined(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    let automatic = |settings: &Settings| (settings.auto_enable != AutoEnable::None).then(|| settings.features_of_members());
    let regions = PRODUCT.regions(world, organization, automatic);
    let Some(at) = world.organizations.get(organization).map(|organization| settled(organization, now)) else {
        return;
    };
    for (region, administrator, features) in regions {
        provide(world, account, &region, &features, at);
        PRODUCT.associate(world, account, &region, &administrator, at);
    }
}

/// An account is leaving an organization: its detectors stay and are its own; those that were only coming do not come.
pub(super) fn left(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    if let Some(detectors) = world.services.guardduty.detectors.get_mut(account) {
        detectors.retain(|_, detector| detector.created_at <= now);
    }
    PRODUCT.left(world, account, organization);
}

/// GuardDuty's one error for every fault of the caller.
fn bad(message: impl Into<String>) -> ApiError {
    ApiError::new("BadRequestException", message)
}
