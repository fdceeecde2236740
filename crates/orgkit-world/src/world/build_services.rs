//! StackSets, resource shares and Identity Center, as a world file describes them.

use super::World;
use super::build::{BuildError, Builder, bad_document, parent, target_id};
use crate::ids::uuid_of;
use crate::services::cloudformation::{self, Seed};
use crate::services::cloudtrail::EventDataStore;
use crate::services::ram::{Association, Share};
use crate::services::sso::{self, Group, IdentityCenter, PermissionSet, Placement, User};
use crate::worldfile::{AccountSpec, EventDataStoreSpec, IdentityCenterSpec, OrganizationSpec, PermissionSetSpec, ROOT, StackSetSpec};
use jiff::Timestamp;
use orgkit_model::AccountId;
use std::collections::{BTreeMap, BTreeSet};

impl Builder<'_> {
    /// Gives the management account the organization's StackSets, with a stack in every account that they deploy to.
    pub(super) fn stack_sets(&self, world: &mut World, organization: &OrganizationSpec) -> Result<(), BuildError> {
        for spec in &organization.stack_sets {
            let units: Result<Vec<String>, BuildError> = spec.units.iter().map(|place| target_id(self.file, organization, place)).collect();
            let mut accounts = Vec::new();
            for account in self.file.accounts_of(organization).filter(|account| account.id != organization.management) {
                let unit = nearest(spec, account.unit.as_deref().unwrap_or(ROOT));
                if unit.is_some() || has_from(account, &spec.name) {
                    let unit = unit.map(|unit| parent(organization, unit)).transpose()?;
                    accounts.push((account.id.clone(), unit.map(|unit| unit.to_string())));
                }
            }
            let seed = Seed {
                id: cloudformation::stack_set_id(&organization.id, &spec.name),
                name: spec.name.clone(),
                region: spec.region.clone(),
                template: spec.template.clone().unwrap_or_default(),
                units: units?,
                auto_deployment: spec.auto_deployment,
                retain: spec.retain_stacks_on_account_removal,
                since: self.ago(organization.age_days),
            };
            world.services.cloudformation.plant(&organization.management, seed, accounts);
        }
        Ok(())
    }

    /// The stack that something in an account belongs to, by the name of its StackSet.
    pub(super) fn stack(&self, account: &AccountSpec, stack_set: Option<&str>) -> Option<String> {
        let organization = self.file.organization_of(account)?;
        let spec = organization.stack_sets.iter().find(|spec| Some(spec.name.as_str()) == stack_set)?;
        Some(cloudformation::world_stack(&cloudformation::stack_set_id(&organization.id, &spec.name), &account.id, &spec.region))
    }

    /// Puts in the resource shares of an account. Those with accounts outside its organization were accepted.
    pub(super) fn shares(&self, world: &mut World, owner: &AccountSpec) -> Result<(), BuildError> {
        let organization = self.file.organization_of(owner);
        let at = self.ago(owner.age_days);
        for share in &owner.shares {
            let id = uuid_of(&format!("{}/{}", owner.id, share.name));
            let mut principals = BTreeMap::new();
            for principal in &share.principals {
                let name = share_principal(owner, organization, principal)?;
                let inside = name.parse::<AccountId>().ok().and_then(|account| self.file.account(&account)).is_none_or(|account| {
                    organization.is_some() && self.file.organization_of(account).map(|it| &it.id) == organization.map(|it| &it.id)
                });
                // An invitation that is no longer on record: it was accepted long ago.
                let invitation = (!inside).then(|| format!("arn:aws:ram:{}:{}:resource-share-invitation/{id}", share.region, owner.id));
                principals.insert(name, Association { since: at, invitation });
            }
            world.services.ram.insert(Share {
                arn: format!("arn:aws:ram:{}:{}:resource-share/{id}", share.region, owner.id),
                owner: owner.id.clone(),
                name: share.name.clone(),
                region: share.region.clone(),
                principals,
                resources: share.resources.iter().map(|arn| (arn.clone(), at)).collect(),
                tags: BTreeMap::new(),
                allow_external: share.allow_external_principals,
                retain: share.retain_sharing_on_account_leave,
                created_at: at,
                updated_at: at,
                deleted_at: None,
            });
        }
        Ok(())
    }
}

/// An event data store of an account.
pub(super) fn event_data_store(account: &AccountId, spec: &EventDataStoreSpec, created_at: Timestamp) -> EventDataStore {
    let id = uuid_of(&format!("{account}/{}/{}", spec.region, spec.name));
    EventDataStore {
        arn: format!("arn:aws:cloudtrail:{}:{account}:eventdatastore/{id}", spec.region),
        name: spec.name.clone(),
        region: spec.region.clone(),
        of_organization: spec.organization,
        created_at,
    }
}

/// The unit of a StackSet that an account in a unit is under: the nearest one.
fn nearest<'s>(spec: &'s StackSetSpec, place: &str) -> Option<&'s str> {
    let covers =
        |unit: &&String| *unit == ROOT || *unit == place || place.strip_prefix(unit.as_str()).is_some_and(|rest| rest.starts_with('/'));
    spec.units.iter().filter(covers).max_by_key(|unit| if *unit == ROOT { 0 } else { unit.len() }).map(String::as_str)
}

fn has_from(account: &AccountSpec, stack_set: &str) -> bool {
    let roles = account.roles.iter().map(|role| &role.deployed_by);
    let resources = account.resources.iter().map(|resource| &resource.deployed_by);
    roles.chain(resources).any(|by| by.as_deref() == Some(stack_set))
}

/// `Organization`, a unit's path or an account's id as RAM names it.
fn share_principal(owner: &AccountSpec, organization: Option<&OrganizationSpec>, principal: &str) -> Result<String, BuildError> {
    if principal.parse::<AccountId>().is_ok() {
        return Ok(principal.to_owned());
    }
    let standalone = || BuildError::NoOrganization { account: owner.id.to_string(), place: principal.to_owned() };
    let organization = organization.ok_or_else(standalone)?;
    let prefix = format!("arn:aws:organizations::{}", organization.management);
    if principal == "Organization" {
        return Ok(format!("{prefix}:organization/{}", organization.id));
    }
    Ok(format!("{prefix}:ou/{}/{}", organization.id, parent(organization, principal)?))
}

/// The instance of an organization, with the groups that its permission sets name.
pub(super) fn identity_center(organization: &OrganizationSpec, spec: &IdentityCenterSpec, created_at: Timestamp) -> IdentityCenter {
    let short = |name: &str| sso::short_id(organization.id.as_str(), name);
    let instance = format!("ssoins-{}", short("instance"));
    let store = format!("d-{}", short("store").get(..10).unwrap_or_default());
    let names: BTreeSet<&String> = spec.permission_sets.iter().map(|set| &set.group).collect();
    let group = |name: &String| (sso::group_id(&store, name), Group { name: name.clone(), description: None, created_at });
    let user = |name: &String| (sso::user_id(&store, name), User { name: name.clone(), created_at });
    IdentityCenter {
        region: spec.region.clone(),
        arn: format!("arn:aws:sso:::instance/{instance}"),
        created_at,
        permission_sets: spec
            .permission_sets
            .iter()
            .map(|set| {
                let arn = format!("arn:aws:sso:::permissionSet/{instance}/ps-{}", short(&set.name));
                permission_set(set, arn, &store, created_at)
            })
            .collect(),
        groups: names.into_iter().map(group).collect(),
        users: spec.users.iter().map(user).collect(),
        requests: BTreeMap::new(),
        store,
    }
}

fn permission_set(spec: &PermissionSetSpec, arn: String, store: &str, created_at: Timestamp) -> PermissionSet {
    let principals = BTreeSet::from([("GROUP".to_owned(), sso::group_id(store, &spec.group))]);
    let placement = || Placement { version: 0, principals: principals.clone() };
    PermissionSet {
        arn,
        name: spec.name.clone(),
        description: None,
        session_duration: "PT1H".to_owned(),
        relay_state: None,
        created_at,
        managed: spec.managed_policies.iter().cloned().collect(),
        inline: spec.inline_policy.clone(),
        version: 0,
        accounts: spec.accounts.iter().map(|account| (account.clone(), placement())).collect(),
    }
}

/// The role of a permission set in a member.
pub(super) fn sso_role(
    account: &AccountId,
    organization: &OrganizationSpec,
    set: &PermissionSet,
    created_at: Timestamp,
) -> Result<super::Role, BuildError> {
    sso::sso_role(account, &organization.id, set, created_at).map_err(|fault| bad_document(&set.name, fault.to_string()))
}
