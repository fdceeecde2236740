//! Delegated administrators: member accounts that run a service for the organization.

use super::shapes::account;
use super::{constraint, need_all_features, nothing, tree, trusted};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::{Administrators, service_principal};
use crate::error::account_not_found;
use crate::format::epoch;
use crate::page::Paging;
use crate::world::{OrganizationRecord, World};
use jiff::Timestamp;
use orgkit_model::{AccountId, AccountState};
use serde_json::json;

/// `ListDelegatedAdministrators`, of one service or of all.
pub(crate) fn list_administrators(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    need_all_features(organization)?;
    let wanted = request.text("ServicePrincipal");
    let mut listed = Vec::new();
    for (id, services) in &organization.delegated {
        let since = services.iter().filter(|(service, _)| wanted.is_none_or(|wanted| wanted == *service)).map(|(_, since)| *since).min();
        let (Some(since), Some((record, place))) = (since, world.member(&organization.id, id.as_str())) else {
            continue;
        };
        let mut shape = account(organization, record, place, request.now);
        if let Some(members) = shape.as_object_mut() {
            members.remove("Paths");
            members.insert("DelegationEnabledDate".to_owned(), epoch(since));
        }
        listed.push(shape);
    }
    Paging::organizations("ListDelegatedAdministrators", "DelegatedAdministrators").page(request, listed)
}

/// `ListDelegatedServicesForAccount`.
pub(crate) fn list_services(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    need_all_features(organization)?;
    let id = tree::account_id(request)?;
    world.member(&organization.id, id.as_str()).ok_or_else(|| account_not_found(&id))?;
    let services = organization.delegated.get(&id).ok_or_else(not_registered)?;
    let shape = |(service, since): (&String, &Timestamp)| json!({ "ServicePrincipal": service, "DelegationEnabledDate": epoch(*since) });
    Paging::organizations("ListDelegatedServicesForAccount", "DelegatedServices").page_of(request, services, shape)
}

/// `RegisterDelegatedAdministrator`: a member that is in use, for a service that has trusted access and takes another administrator.
pub(crate) fn register(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    need_all_features(organization)?;
    let (id, service) = (tree::account_id(request)?, trusted::principal(request)?);
    let support = service_principal(service).map(|service| service.administrators);
    let limit = match support {
        None | Some(Administrators::Unsupported) => return Err(trusted::unrecognized(request, service)),
        Some(Administrators::AtMost(limit)) => Some(limit),
        Some(Administrators::Supported) => None,
    };
    check_account(world, organization, &id, request.now)?;
    if organization.delegated.get(&id).is_some_and(|services| services.contains_key(service)) {
        return Err(ApiError::new(
            "AccountAlreadyRegisteredException",
            "The account is already a delegated administrator for the service.",
        ));
    }
    if !organization.trusted.contains_key(service) {
        return Err(constraint("SERVICE_ACCESS_NOT_ENABLED", "Enable trusted access for the service first."));
    }
    check_number(organization, service, limit)?;
    let organization = organization.id.clone();
    let organization = world.organization_mut(&organization)?;
    organization.delegated.entry(id).or_default().insert(service.to_owned(), request.now);
    Ok(nothing())
}

/// Refuses accounts that cannot be delegated administrators of anything.
fn check_account(world: &World, organization: &OrganizationRecord, id: &AccountId, now: Timestamp) -> Result<(), ApiError> {
    let (record, _) = world.member(&organization.id, id.as_str()).ok_or_else(|| account_not_found(id))?;
    if &organization.management == id {
        let message = "You can't register the management account as a delegated administrator.";
        return Err(constraint("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR", message));
    }
    if record.state(now) != AccountState::Active {
        let message = "You can't register a suspended account as a delegated administrator.";
        return Err(constraint("CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR", message));
    }
    Ok(())
}

/// Refuses an administrator too many. Where a service takes one alone, the API has a reason of its own.
fn check_number(organization: &OrganizationRecord, service: &str, limit: Option<usize>) -> Result<(), ApiError> {
    let there = organization.delegated.values().filter(|services| services.contains_key(service)).count();
    match limit {
        Some(1) if there > 0 => {
            let message = "The service already has a delegated administrator. Deregister it first.";
            Err(constraint("DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE", message))
        }
        Some(limit) if there >= limit => {
            let message = "You attempted to register more delegated administrators than allowed for the service.";
            Err(constraint("MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED", message))
        }
        _ => Ok(()),
    }
}

/// `DeregisterDelegatedAdministrator` for one service.
pub(crate) fn deregister(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    need_all_features(organization)?;
    let (id, service) = (tree::account_id(request)?, trusted::principal(request)?);
    world.member(&organization.id, id.as_str()).ok_or_else(|| account_not_found(&id))?;
    let registered = organization.delegated.get(&id).is_some_and(|services| services.contains_key(service));
    if !registered {
        return Err(not_registered());
    }
    let organization = organization.id.clone();
    let organization = world.organization_mut(&organization)?;
    if let Some(services) = organization.delegated.get_mut(&id) {
        services.remove(service);
    }
    organization.delegated.retain(|_, services| !services.is_empty());
    Ok(nothing())
}

fn not_registered() -> ApiError {
    ApiError::new("AccountNotRegisteredException", "The specified account is not a delegated administrator for this AWS service.")
}
