//! Delegated administrators and trusted access.

use super::shapes::account;
use super::{constraint, nothing, tree};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::error::account_not_found;
use crate::format::epoch;
use crate::page::Paging;
use crate::world::World;
use orgkit_model::AccountState;
use serde_json::{Value, json};

/// `ListDelegatedAdministrators`, of one service or of all.
pub(crate) fn list_administrators(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
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
    let id = tree::account_id(request)?;
    world.member(&organization.id, id.as_str()).ok_or_else(|| account_not_found(&id))?;
    let services = organization.delegated.get(&id).ok_or_else(not_registered)?;
    let listed = services.iter().map(|(service, since)| json!({ "ServicePrincipal": service, "DelegationEnabledDate": epoch(*since) }));
    Paging::organizations("ListDelegatedServicesForAccount", "DelegatedServices").page(request, listed.collect())
}

/// `RegisterDelegatedAdministrator`: a member that is in use, for a service that has trusted access.
pub(crate) fn register(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    let (id, service) = (tree::account_id(request)?, service_principal(request)?);
    let (record, _) = world.member(&organization.id, id.as_str()).ok_or_else(|| account_not_found(&id))?;
    if organization.management == id {
        let message = "You can't register the management account as a delegated administrator.";
        return Err(constraint("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR", message));
    }
    if record.state(request.now) != AccountState::Active {
        let message = "You can't register a suspended account as a delegated administrator.";
        return Err(constraint("CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR", message));
    }
    if organization.delegated.get(&id).is_some_and(|services| services.contains_key(service)) {
        return Err(ApiError::new(
            "AccountAlreadyRegisteredException",
            "The account is already a delegated administrator for the service.",
        ));
    }
    if !organization.trusted.contains_key(service) {
        return Err(constraint("SERVICE_ACCESS_NOT_ENABLED", "Enable trusted access for the service first."));
    }
    let organization = organization.id.clone();
    let organization = world.organization_mut(&organization)?;
    organization.delegated.entry(id).or_default().insert(service.to_owned(), request.now);
    Ok(nothing())
}

/// `DeregisterDelegatedAdministrator` for one service.
pub(crate) fn deregister(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    let (id, service) = (tree::account_id(request)?, service_principal(request)?);
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

/// `ListAWSServiceAccessForOrganization`: the services with trusted access.
pub(crate) fn list_access(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let shape = |(service, since): (&String, &jiff::Timestamp)| json!({ "ServicePrincipal": service, "DateEnabled": epoch(*since) });
    let services: Vec<Value> = organization.trusted.iter().map(shape).collect();
    Paging::organizations("ListAWSServiceAccessForOrganization", "EnabledServicePrincipals").page(request, services)
}

/// `EnableAWSServiceAccess`. Asking twice is not an error.
pub(crate) fn enable_access(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    let service = service_principal(request)?;
    if organization.feature_set != "ALL" {
        return Err(constraint("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE", "The organization must have all features enabled."));
    }
    let organization = organization.id.clone();
    let organization = world.organization_mut(&organization)?;
    organization.trusted.entry(service.to_owned()).or_insert(request.now);
    Ok(nothing())
}

fn not_registered() -> ApiError {
    ApiError::new("AccountNotRegisteredException", "The specified account is not a delegated administrator for this AWS service.")
}

fn service_principal<'a>(request: &Request<'a>) -> Result<&'a str, ApiError> {
    let service = request.required("ServicePrincipal")?;
    if service.len() <= 128 && service.ends_with(".amazonaws.com") {
        return Ok(service);
    }
    Err(request.invalid("UNRECOGNIZED_SERVICE_PRINCIPAL", format!("`{service}` is not a service principal.")))
}
