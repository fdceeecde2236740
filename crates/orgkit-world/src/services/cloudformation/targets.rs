//! Which accounts an operation is about.

use super::access;
use super::invalid;
use super::state::StackSet;
use crate::ApiError;
use crate::call::Request;
use crate::world::{OrganizationRecord, World};
use orgkit_model::{AccountId, ParentId};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Accounts with the target each is in.
pub(super) type Accounts = Vec<(AccountId, Option<String>)>;

/// What an operation is about.
pub(super) struct Targets {
    pub(super) accounts: Accounts,
    pub(super) units: Vec<String>,
    pub(super) regions: Vec<String>,
    /// As they were given.
    pub(super) given: Option<Value>,
}

/// The regions of the input; they must be in use in the world.
pub(super) fn regions(world: &World, request: &Request<'_>) -> Result<Vec<String>, ApiError> {
    let regions: Vec<String> = request.texts("Regions").into_iter().map(str::to_owned).collect();
    if regions.is_empty() {
        return Err(invalid("Region list cannot be empty"));
    }
    match regions.iter().find(|region| !world.regions.contains(region)) {
        Some(region) => Err(invalid(format!("Region {region} is not supported"))),
        None => Ok(regions),
    }
}

/// Where instances are to be made.
pub(super) fn to_create(world: &World, request: &Request<'_>, owner: &AccountId, set: &StackSet) -> Result<Targets, ApiError> {
    let regions = regions(world, request)?;
    let given = request.input.get("DeploymentTargets");
    if !set.service_managed {
        let accounts = own_accounts(request)?.into_iter().map(|account| (account, None)).collect();
        return Ok(Targets { accounts, units: Vec::new(), regions, given: None });
    }
    let organization = access::organization(world, owner)?;
    let given = given.ok_or_else(|| invalid("DeploymentTargets must be specified for a SERVICE_MANAGED stack set"))?;
    let (units, named) = (list(given, "OrganizationalUnitIds"), accounts(given)?);
    if units.is_empty() {
        return Err(invalid("Organizational unit ids must be specified"));
    }
    let filter = given.get("AccountFilterType").and_then(Value::as_str);
    let found = in_units(world, organization, &units)?;
    let accounts = found.into_iter().filter(|(account, _)| match filter {
        Some("INTERSECTION") => named.contains(account),
        Some("DIFFERENCE") => !named.contains(account),
        _ => named.is_empty() || named.contains(account),
    });
    if filter == Some("UNION") {
        return Err(invalid("AccountFilterType UNION is not supported for CreateStackInstances"));
    }
    Ok(Targets { accounts: accounts.collect(), units, regions, given: Some(given.clone()) })
}

/// Where instances are to be deleted: what is there counts, not where the accounts are now.
pub(super) fn to_delete(world: &World, request: &Request<'_>, set: &StackSet) -> Result<Targets, ApiError> {
    let regions = regions(world, request)?;
    let given = request.input.get("DeploymentTargets");
    let (units, named, filter) = match given.filter(|_| set.service_managed) {
        Some(given) => (list(given, "OrganizationalUnitIds"), accounts(given)?, given.get("AccountFilterType").and_then(Value::as_str)),
        None if set.service_managed => return Err(invalid("DeploymentTargets must be specified for a SERVICE_MANAGED stack set")),
        None => (Vec::new(), own_accounts(request)?, None),
    };
    if units.is_empty() && named.is_empty() {
        return Err(invalid("Accounts or organizational units must be specified"));
    }
    let within = |unit: Option<&String>| unit.is_some_and(|unit| units.contains(unit));
    let is_meant = |account: &AccountId, unit: Option<&String>| match filter {
        _ if units.is_empty() => named.contains(account),
        Some("INTERSECTION") => within(unit) && named.contains(account),
        Some("DIFFERENCE") => within(unit) && !named.contains(account),
        Some("NONE") => within(unit),
        _ => within(unit) || named.contains(account),
    };
    let found: BTreeMap<AccountId, Option<String>> = set
        .instances
        .iter()
        .filter(|((account, region), instance)| regions.contains(region) && is_meant(account, instance.unit.as_ref()))
        .map(|((account, _), instance)| (account.clone(), instance.unit.clone()))
        .collect();
    Ok(Targets { accounts: found.into_iter().collect(), units, regions, given: given.cloned() })
}

/// The accounts under roots and units, each with the nearest of them. The management account never gets stacks of service-managed StackSets
/// [CloudFormation User Guide, stacksets-orgs-associate-stackset-with-org].
pub(super) fn in_units(world: &World, organization: &OrganizationRecord, units: &[String]) -> Result<Accounts, ApiError> {
    if let Some(unknown) = units.iter().find(|unit| organization.parent(unit).is_none()) {
        return Err(invalid(format!("Organizational unit {unknown} was not found in the organization")));
    }
    let units: BTreeSet<&str> = units.iter().map(String::as_str).collect();
    // Many accounts stand under one unit: its way up is looked at once.
    let mut nearest: BTreeMap<ParentId, Option<String>> = BTreeMap::new();
    let mut found = Vec::new();
    for (account, membership) in world.members(&organization.id).filter(|(account, _)| account.id != organization.management) {
        let unit = nearest.entry(membership.parent.clone()).or_insert_with(|| nearest_of(organization, &membership.parent, &units));
        if let Some(unit) = unit {
            found.push((account.id.clone(), Some(unit.clone())));
        }
    }
    Ok(found)
}

/// The nearest of some units on the way up from a root or unit.
pub(super) fn nearest_of(organization: &OrganizationRecord, parent: &ParentId, units: &BTreeSet<&str>) -> Option<String> {
    organization.path_to(parent).into_iter().rev().find(|id| units.contains(id.as_str()))
}

/// `Accounts` of the input, for self-managed StackSets.
fn own_accounts(request: &Request<'_>) -> Result<BTreeSet<AccountId>, ApiError> {
    let accounts = accounts(request.input)?;
    if accounts.is_empty() { Err(invalid("Account list cannot be empty")) } else { Ok(accounts) }
}

fn accounts(given: &Value) -> Result<BTreeSet<AccountId>, ApiError> {
    let parsed = |id: String| id.parse().map_err(|_| invalid(format!("`{id}` is not an account id.")));
    list(given, "Accounts").into_iter().map(parsed).collect()
}

fn list(given: &Value, name: &str) -> Vec<String> {
    given.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
