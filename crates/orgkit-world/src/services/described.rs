//! What a world file says of the services that keep a state of their own.

use super::account::OptIn;
use super::config::{Aggregator, Authorization, Deployment};
use super::controltower;
use crate::ApiError;
use crate::world::World;
use crate::worldfile::{AccountSpec, OrganizationSpec, WorldFile};
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeSet;

/// Gives a world what its file says, once accounts and organizations are there.
///
/// # Errors
/// `ValidationException` for a landing zone that cannot be.
pub(crate) fn described(world: &mut World, file: &WorldFile, start: Timestamp) -> Result<(), ApiError> {
    for account in &file.accounts {
        account_management(world, account, start);
        config(world, account, start);
    }
    for organization in &file.organizations {
        config_rules(world, organization, start);
        controltower::found(world, organization, start)?;
    }
    Ok(())
}

fn account_management(world: &mut World, spec: &AccountSpec, start: Timestamp) {
    let state = &mut world.services.account;
    for contact in &spec.alternate_contacts {
        let kind = contact.kind.as_str();
        let shape = json!({
            "AlternateContactType": kind,
            "Name": contact.name,
            "Title": contact.title.as_deref().unwrap_or(kind),
            "EmailAddress": contact.email,
            "PhoneNumber": contact.phone,
        });
        state.contacts.entry(spec.id.clone()).or_default().insert(kind.to_owned(), shape);
    }
    for region in &spec.opt_in_regions {
        let chosen = OptIn { wanted: true, ready_at: start };
        state.regions.entry(spec.id.clone()).or_default().insert(region.clone(), chosen);
    }
}

fn config(world: &mut World, spec: &AccountSpec, start: Timestamp) {
    let organization = world.membership(&spec.id).map(|membership| membership.organization.clone());
    let state = &mut world.services.config;
    for given in &spec.config_aggregators {
        let aggregator = Aggregator::new(&spec.id, &given.name, &given.accounts, organization.clone(), start);
        state.aggregators.entry((spec.id.clone(), given.region.clone())).or_default().insert(given.name.clone(), aggregator);
    }
    for granted in &spec.aggregation_authorizations {
        let region = granted.aggregator_region.as_ref().unwrap_or(&granted.region).clone();
        let authorization = Authorization { account: granted.account.clone(), region, created_at: start };
        state.authorizations.entry((spec.id.clone(), granted.region.clone())).or_default().push(authorization);
    }
}

fn config_rules(world: &mut World, spec: &OrganizationSpec, start: Timestamp) {
    for rule in &spec.config_rules {
        let owner = rule.account.as_ref().unwrap_or(&spec.management).clone();
        let settings = json!({ "OrganizationManagedRuleMetadata": { "RuleIdentifier": rule.identifier } });
        let id = crate::uuid_of(&format!("{}/{}", spec.id, rule.name)).replace('-', "").chars().take(8).collect();
        let deployment = Deployment { id, settings, excluded: BTreeSet::new(), updated_at: start };
        world.services.config.rules.entry((owner, rule.region.clone())).or_default().insert(rule.name.clone(), deployment);
    }
}
