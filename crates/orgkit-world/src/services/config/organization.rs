//! What AWS Config does for a whole organization: who may ask for it, and what is deployed to members.

use super::{ByPlace, place};
use crate::ApiError;
use crate::call::Request;
use crate::world::World;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// The service principal of aggregation [AWS Config Developer Guide, set-up-aggregator-cli].
pub(super) const AGGREGATION: &str = "config.amazonaws.com";
/// The service principal of rules and conformance packs (botocore `config/2014-11-12`, operation `PutOrganizationConfigRule`).
pub(super) const DEPLOYMENT: &str = "config-multiaccountsetup.amazonaws.com";

/// A rule or conformance pack that an account deploys to its organization in a region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Deployment {
    /// Eight letters that are part of its ARN and of the rules' names in the members.
    pub(crate) id: String,
    /// What it is, as it was given.
    pub(crate) settings: Value,
    pub(crate) excluded: BTreeSet<AccountId>,
    pub(crate) updated_at: Timestamp,
}

/// The organization that the caller may set AWS Config up for: as its management account, or as the delegated administrator of a service
/// principal. All features must be enabled.
pub(super) fn speaks_for(world: &World, request: &Request<'_>, principal: &str) -> Result<OrganizationId, ApiError> {
    let caller = &request.caller.account;
    let organization = world
        .organization_of(caller)
        .ok_or_else(|| ApiError::new("NoAvailableOrganizationException", "The account is not in an organization."))?;
    let delegated = organization.delegated.get(caller).is_some_and(|services| services.contains_key(principal));
    if &organization.management != caller && !delegated {
        return Err(denied());
    }
    if organization.feature_set != "ALL" {
        let message = "The organization does not have all features enabled.";
        return Err(ApiError::new("OrganizationAllFeaturesNotEnabledException", message));
    }
    Ok(organization.id.clone())
}

/// As [`speaks_for`], for the operations that look at and delete what was deployed: they declare no other refusal than
/// `OrganizationAccessDeniedException`.
pub(super) fn may_administer(world: &World, request: &Request<'_>) -> Result<(), ApiError> {
    speaks_for(world, request, DEPLOYMENT).map(|_| ()).map_err(|_| denied())
}

/// Enables trusted access for a service principal, which AWS Config does by itself when the management account asks it for something
/// (botocore `config/2014-11-12`, operations `PutConfigurationAggregator` and `PutOrganizationConfigRule`).
pub(super) fn trust(world: &mut World, organization: &OrganizationId, principal: &str, request: &Request<'_>) {
    if let Some(organization) = world.organizations.get_mut(organization)
        && organization.management == request.caller.account
    {
        organization.trusted.entry(principal.to_owned()).or_insert(request.now);
    }
}

/// What reaches the caller from its organization in the region, with the names.
pub(super) fn reaching<'w>(world: &'w World, request: &Request<'_>, deployed: &'w ByPlace<Deployment>) -> Vec<(&'w str, &'w Deployment)> {
    let account = &request.caller.account;
    let Some(organization) = world.organization_of(account) else {
        return Vec::new();
    };
    let from_here = |owner: &AccountId, region: &str| {
        region == request.region && world.membership(owner).is_some_and(|membership| membership.organization == organization.id)
    };
    let places = deployed.iter().filter(|((owner, region), _)| from_here(owner, region)).flat_map(|(_, named)| named);
    places.filter(|(_, deployment)| !deployment.excluded.contains(account)).map(|(name, deployment)| (name.as_str(), deployment)).collect()
}

/// Makes or changes a deployment of the caller, and returns its id.
pub(super) fn deploy(
    world: &mut World,
    request: &Request<'_>,
    of: fn(&mut super::State) -> &mut ByPlace<Deployment>,
    name: &str,
    settings: Value,
) -> String {
    let at = place(request);
    let found = of(&mut world.services.config).get(&at).and_then(|known| known.get(name)).map(|known| known.id.clone());
    let id = found.unwrap_or_else(|| world.ids.take(8));
    let excluded = request.texts("ExcludedAccounts").into_iter().filter_map(|id| id.parse().ok()).collect();
    let deployment = Deployment { id: id.clone(), settings, excluded, updated_at: request.now };
    of(&mut world.services.config).entry(at).or_default().insert(name.to_owned(), deployment);
    id
}

fn denied() -> ApiError {
    let message = "Only the management account and the delegated administrators of AWS Config can do that.";
    ApiError::new("OrganizationAccessDeniedException", message)
}
