//! Centralized root access for member accounts [IAM User Guide, id_root-enable-root-access].

use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{OrganizationRecord, World};
use serde_json::json;

pub(crate) use crate::worldfile::RootAccess as Feature;

/// The service principal by which IAM has trusted access and a delegated administrator.
const IAM: &str = "iam.amazonaws.com";

/// `ListOrganizationsFeatures`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    Ok(answer(world, manager(world, request)?))
}

/// `EnableOrganizationsRootCredentialsManagement`.
pub(super) fn enable_credentials(world: &mut World, request: &Request<'_>) -> Answer {
    set(world, request, Feature::RootCredentialsManagement, true)
}

/// `EnableOrganizationsRootSessions`.
pub(super) fn enable_sessions(world: &mut World, request: &Request<'_>) -> Answer {
    set(world, request, Feature::RootSessions, true)
}

/// `DisableOrganizationsRootCredentialsManagement`.
pub(super) fn disable_credentials(world: &mut World, request: &Request<'_>) -> Answer {
    set(world, request, Feature::RootCredentialsManagement, false)
}

/// `DisableOrganizationsRootSessions`.
pub(super) fn disable_sessions(world: &mut World, request: &Request<'_>) -> Answer {
    set(world, request, Feature::RootSessions, false)
}

fn set(world: &mut World, request: &Request<'_>, feature: Feature, on: bool) -> Answer {
    let id = manager(world, request)?.id.clone();
    let features = world.services.iam.features.entry(id).or_default();
    if on {
        features.insert(feature);
    } else {
        features.remove(&feature);
    }
    Ok(answer(world, manager(world, request)?))
}

/// The organization of a caller who may manage root access in it.
fn manager<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w OrganizationRecord, ApiError> {
    let refuse = |code: &'static str, message: &str| Err(ApiError::new(code, message));
    let account = &request.caller.account;
    let Some(organization) = world.organization_of(account) else {
        return refuse("OrganizationNotFoundException", "The account is in no organization.");
    };
    if !manages(organization, request) {
        let message = "The account is not the management account or delegated administrator for centralized root access.";
        return refuse("AccountNotManagementOrDelegatedAdministratorException", message);
    }
    if organization.feature_set != "ALL" {
        return refuse("OrganizationNotInAllFeaturesModeException", "The organization does not have all features enabled.");
    }
    if !organization.trusted.contains_key(IAM) {
        return refuse("ServiceAccessNotEnabledException", "Trusted access is not enabled for IAM in AWS Organizations.");
    }
    Ok(organization)
}

/// Whether the caller is in the management account or in the delegated administrator of IAM.
fn manages(organization: &OrganizationRecord, request: &Request<'_>) -> bool {
    let account = &request.caller.account;
    let delegated = || organization.delegated.get(account).is_some_and(|services| services.contains_key(IAM));
    &organization.management == account || delegated()
}

/// The organization in which the caller may open root sessions; `None` when it may not, or when sessions are not turned on.
pub(crate) fn may_manage_root<'w>(world: &'w World, request: &Request<'_>) -> Option<&'w OrganizationRecord> {
    let organization = manager(world, request).ok()?;
    let features = world.services.iam.features.get(&organization.id)?;
    features.contains(&Feature::RootSessions).then_some(organization)
}

fn answer(world: &World, organization: &OrganizationRecord) -> serde_json::Value {
    let features = world.services.iam.features.get(&organization.id);
    json!({ "OrganizationId": organization.id, "EnabledFeatures": features.into_iter().flatten().collect::<Vec<_>>() })
}
