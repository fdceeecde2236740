//! Trusted access: which services may work with the organization.

use super::{constraint, need_all_features, nothing};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::service_principal;
use crate::format::epoch;
use crate::page::Paging;
use crate::world::World;
use jiff::Timestamp;
use serde_json::json;

/// `ListAWSServiceAccessForOrganization`: the services with trusted access.
pub(crate) fn list(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    need_all_features(organization)?;
    let shape = |(service, since): (&String, &Timestamp)| json!({ "ServicePrincipal": service, "DateEnabled": epoch(*since) });
    Paging::organizations("ListAWSServiceAccessForOrganization", "EnabledServicePrincipals").page_of(request, &organization.trusted, shape)
}

/// `EnableAWSServiceAccess`. Asking twice is not an error.
pub(crate) fn enable(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    let service = principal(request)?;
    need_all_features(organization)?;
    if service_principal(service).is_none() {
        return Err(unrecognized(request, service));
    }
    let organization = organization.id.clone();
    let organization = world.organization_mut(&organization)?;
    organization.trusted.entry(service.to_owned()).or_insert(request.now);
    Ok(nothing())
}

/// `DisableAWSServiceAccess`. Asking twice is not an error. A policy type that needs the service is to be disabled first; that the service's
/// delegated administrators are to be deregistered first is the order that the services' guides give, and the API's answer unconfirmed.
pub(crate) fn disable(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    let service = principal(request)?;
    need_all_features(organization)?;
    if service_principal(service).is_none() && !organization.trusted.contains_key(service) {
        return Err(unrecognized(request, service));
    }
    if organization.enabled.iter().any(|kind| kind.rules().access == Some(service)) {
        return Err(constraint("POLICY_TYPE_ENABLED_FOR_THIS_SERVICE", "Disable the policy type of the service first."));
    }
    if organization.delegated.values().any(|services| services.contains_key(service)) {
        let message = "Deregister the delegated administrators of the service first.";
        return Err(constraint("DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE", message));
    }
    let organization = organization.id.clone();
    world.organization_mut(&organization)?.trusted.remove(service);
    Ok(nothing())
}

/// The service principal that the input names.
pub(super) fn principal<'a>(request: &Request<'a>) -> Result<&'a str, ApiError> {
    let service = request.required("ServicePrincipal")?;
    match service.chars().count() {
        0 => Err(request.invalid("MIN_LENGTH_EXCEEDED", "ServicePrincipal must have at least 1 character.".to_owned())),
        1..=128 => Ok(service),
        _ => Err(request.invalid("MAX_LENGTH_EXCEEDED", "ServicePrincipal must have at most 128 characters.".to_owned())),
    }
}

/// The refusal of a service that does not work with Organizations.
pub(super) fn unrecognized(request: &Request<'_>, service: &str) -> ApiError {
    request.invalid("UNRECOGNIZED_SERVICE_PRINCIPAL", format!("`{service}` is not the principal of a service that does this."))
}
