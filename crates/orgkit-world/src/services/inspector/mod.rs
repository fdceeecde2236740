//! Amazon Inspector (botocore `inspector2/2020-06-08`): what is scanned in each account and region, and the organization's delegated
//! administrator with its members.

mod members;
mod organization;
mod status;

use super::administration::{Administration, Product, settled};
use crate::ApiError;
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::world::World;
use crate::worldfile::InspectorResource;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "inspector2",
    signing_name: "inspector2",
    actions: "inspector2",
    model: "inspector2/2020-06-08",
    protocol: Protocol::RestJson,
    faults: Faults::REST,
    operations: &[
        read("BatchGetAccountStatus", status::batch_get)
            .at("POST", "/status/batch/get")
            .rules("the caller's own and its members'", "Inspector API Reference, BatchGetAccountStatus"),
        change("Enable", status::enable).at("POST", "/enable").rules(
            "the caller itself or its members; code scans of functions need their standard scans",
            "Inspector API Reference, Enable",
        ),
        change("Disable", status::disable)
            .at("POST", "/disable")
            .rules("not by members for themselves; an administrator disassociates its members first", "Inspector API Reference, Disable"),
        read("GetDelegatedAdminAccount", organization::get)
            .at("POST", "/delegatedadminaccounts/get")
            .rules("management account, administrator and members", "Inspector API Reference, GetDelegatedAdminAccount"),
        read("ListDelegatedAdminAccounts", organization::list)
            .at("POST", "/delegatedadminaccounts/list")
            .rules("management account and administrator", "Inspector API Reference, ListDelegatedAdminAccounts"),
        change("EnableDelegatedAdminAccount", organization::enable).at("POST", "/delegatedadminaccounts/enable").rules(
            "management account only; one administrator for all regions; trusted access and registration with Organizations",
            "Inspector User Guide, designating-admin",
        ),
        change("DisableDelegatedAdminAccount", organization::disable)
            .at("POST", "/delegatedadminaccounts/disable")
            .rules("a region at a time; members stand alone and keep their scans", "Inspector User Guide, remove-delegated-admin"),
        read("DescribeOrganizationConfiguration", organization::describe)
            .at("POST", "/organizationconfiguration/describe")
            .rules("administrator only", "Inspector API Reference, DescribeOrganizationConfiguration"),
        change("UpdateOrganizationConfiguration", organization::update)
            .at("POST", "/organizationconfiguration/update")
            .rules("what new members get", "Inspector API Reference, UpdateOrganizationConfiguration"),
        change("AssociateMember", members::associate)
            .at("POST", "/members/associate")
            .rules("accounts of the organization, after a while", "Inspector API Reference, AssociateMember"),
        change("DisassociateMember", members::disassociate)
            .at("POST", "/members/disassociate")
            .rules("its scans stay", "Inspector User Guide, disassociating-member-accounts"),
        read("GetMember", members::get).at("POST", "/members/get").rules("administrator only", "Inspector API Reference, GetMember"),
        read("ListMembers", members::list)
            .at("POST", "/members/list")
            .rules("associated ones unless said", "Inspector API Reference, ListMembers"),
    ],
};

/// What Inspector keeps.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// What is scanned, by account and region, and from when.
    scans: BTreeMap<AccountId, BTreeMap<String, Scans>>,
    administration: Administration<Settings>,
}

/// What is scanned in one account and region, with when it begins.
type Scans = BTreeMap<InspectorResource, Timestamp>;

/// What an administrator has set for its organization in a region.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// What is scanned in accounts that become members.
    pub(crate) auto_enable: BTreeSet<InspectorResource>,
}

/// Inspector as a service with an administrator and members.
pub(crate) const PRODUCT: Product<Settings> = Product {
    principal: "inspector2.amazonaws.com",
    state: |states| &states.inspector.administration,
    state_mut: |states| &mut states.inspector.administration,
};

/// An account has joined an organization: with automatic enablement it becomes a member and is scanned.
pub(super) fn joined(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    let automatic = |settings: &Settings| (!settings.auto_enable.is_empty()).then(|| settings.auto_enable.clone());
    let regions = PRODUCT.regions(world, organization, automatic);
    let Some(at) = world.organizations.get(organization).map(|organization| settled(organization, now)) else {
        return;
    };
    for (region, administrator, resources) in regions {
        provide(world, account, &region, &resources, at);
        PRODUCT.associate(world, account, &region, &administrator, at);
    }
}

/// An account is leaving an organization: its scans stay, those that were only coming do not come
/// [Inspector User Guide, disassociating-member-accounts; for leaving the organization it is unconfirmed].
pub(super) fn left(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    for scans in world.services.inspector.scans.get_mut(account).into_iter().flat_map(BTreeMap::values_mut) {
        scans.retain(|_, from| *from <= now);
    }
    PRODUCT.left(world, account, organization);
}

/// Scans resources of an account from a time on. What is scanned already stays so.
pub(crate) fn provide(world: &mut World, account: &AccountId, region: &str, resources: &BTreeSet<InspectorResource>, from: Timestamp) {
    let regions = world.services.inspector.scans.entry(account.clone()).or_default();
    let scans = regions.entry(region.to_owned()).or_default();
    for resource in resources {
        scans.entry(*resource).or_insert(from);
    }
}

fn denied(message: &str) -> ApiError {
    ApiError::new("AccessDeniedException", message).with_status(403)
}

fn not_found(message: &str) -> ApiError {
    ApiError::new("ResourceNotFoundException", message).with_status(404)
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationException", message)
}

impl InspectorResource {
    /// All of them, in the order of the API.
    const EVERY: [Self; 5] = [Self::Ec2, Self::Ecr, Self::Lambda, Self::LambdaCode, Self::CodeRepository];

    /// Its name as a resource type (botocore, shape `ResourceScanType`).
    fn type_name(self) -> &'static str {
        match self {
            Self::Ec2 => "EC2",
            Self::Ecr => "ECR",
            Self::Lambda => "LAMBDA",
            Self::LambdaCode => "LAMBDA_CODE",
            Self::CodeRepository => "CODE_REPOSITORY",
        }
    }

    /// Its name as a member of a shape (botocore, shape `ResourceState`).
    fn member(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Ecr => "ecr",
            Self::Lambda => "lambda",
            Self::LambdaCode => "lambdaCode",
            Self::CodeRepository => "codeRepository",
        }
    }
}
