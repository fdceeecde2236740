//! A world from a world file.

use super::build_detection;
use super::build_parts::{access_role, made_role, managed_policy, own_trail};
use super::build_services::{event_data_store, identity_center, sso_role};
use super::membership::bring_baseline;
use super::organization::full_access;
use super::{
    AccountRecord, Activity, Baseline, Handshakes, Members, Membership, OrganizationRecord, PolicyRecord, Resource, ResourceKey, Role,
    SavingsPlan, Standing, UnitRecord, World,
};
use crate::authorize::Compiled;
use crate::catalog::PolicyKind;
use crate::ids::Ids;
use crate::policy_document;
use crate::services::cloudtrail::Trail;
use crate::services::{self, States, iam};
use crate::worldfile::{AccountSpec, FeatureSet, OrganizationSpec, ROOT, WorldFile};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, AccountState, JoinedMethod, ParentId, PolicyId, PolicyType};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The policy that gives an administrator everything.
pub(crate) const ADMINISTRATOR_ACCESS: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// A world file that names something it does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The organization's management account is not among the accounts.
    #[error("organization `{0}` is managed by an account that the world file does not have")]
    NoManagementAccount(String),
    /// A unit's path, an account or a root that is not there.
    #[error("organization `{organization}` has nothing at `{place}`")]
    NoSuchPlace {
        /// The organization.
        organization: String,
        /// What it was to have.
        place: String,
    },
    /// A resource share with an organization's units, owned by an account outside any.
    #[error("account `{account}` is in no organization and shares with `{place}`")]
    NoOrganization {
        /// The account.
        account: String,
        /// With what it shares.
        place: String,
    },
    /// A policy document that AWS would not take.
    #[error("the document of `{name}` is not valid: {fault}")]
    BadDocument {
        /// Whose document it is.
        name: String,
        /// What is wrong.
        fault: String,
    },
}

impl World {
    /// The world that a file describes, at its start: ages in the file count back from `start`.
    ///
    /// # Errors
    /// A file that names units, accounts or documents that cannot be.
    pub fn from_file(file: &WorldFile, seed: u64, start: Timestamp) -> Result<Self, BuildError> {
        let mut world = Self {
            ids: Ids::new(seed),
            regions: file.regions.clone(),
            accounts: BTreeMap::new(),
            emails: BTreeMap::new(),
            organizations: BTreeMap::new(),
            handshakes: Handshakes::default(),
            transfers: BTreeMap::new(),
            departures: BTreeSet::new(),
            sessions: BTreeMap::new(),
            services: States::default(),
            compiled: Compiled::default(),
        };
        let builder = Builder { file, start };
        for spec in &file.accounts {
            let account = builder.account(spec)?;
            if let Some(billing) = &spec.billing {
                world.services.ce.describe(&spec.id, billing, account.created_at);
            }
            world.add_account(account);
            builder.shares(&mut world, spec)?;
        }
        for spec in &file.organizations {
            builder.organization(&mut world, spec)?;
        }
        builder.books(&mut world)?;
        services::described(&mut world, file, start).map_err(|error| bad_document("landing_zone", error.message))?;
        build_detection::detection(&mut world, file, |days| builder.ago(days));
        iam::build(&mut world, file, start);
        Ok(world)
    }
}

/// Makes the parts of a world from the file's.
pub(super) struct Builder<'a> {
    pub(super) file: &'a WorldFile,
    pub(super) start: Timestamp,
}

impl Builder<'_> {
    pub(super) fn ago(&self, days: u32) -> Timestamp {
        self.start.saturating_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN)
    }

    fn account(&self, spec: &AccountSpec) -> Result<AccountRecord, BuildError> {
        let created_at = self.ago(spec.age_days);
        let mut account = AccountRecord {
            standing: self.standing(spec, created_at),
            payment_method: spec.payment_method,
            signup: spec.signup.clone(),
            policies: spec.policies.iter().map(|policy| managed_policy(&spec.id, policy, created_at)).collect(),
            trails: spec.trails.iter().map(|trail| own_trail(&spec.id, trail, created_at)).collect(),
            event_data_stores: spec.event_data_stores.iter().map(|store| event_data_store(&spec.id, store, created_at)).collect(),
            ..AccountRecord::new(spec.id.clone(), &spec.name, &spec.email(), created_at)
        };
        for role in &spec.roles {
            let stack = self.stack(spec, role.deployed_by.as_deref());
            let created_at = role.age_days.map_or(created_at, |days| self.ago(days));
            account.roles.insert(role.name.clone(), made_role(spec, role, stack, created_at)?);
        }
        for config in &spec.config {
            let setup = account.config.entry(config.region.clone()).or_default();
            match &config.service {
                Some(service) => setup.link(service, config.linked_name()),
                None => setup.bring(&config.recorder, config.recording, config.bucket.as_deref(), created_at),
            }
        }
        for resource in &spec.resources {
            let properties = json_of(&resource.identifier, &resource.properties)?;
            let key = ResourceKey { region: resource.region.clone(), kind: resource.kind.clone(), identifier: resource.identifier.clone() };
            account.resources.insert(key, Resource { properties, deployed_by: self.stack(spec, resource.deployed_by.as_deref()) });
        }
        account.savings_plans = spec.savings_plans.iter().map(|plan| self.savings_plan(&spec.id, plan)).collect();
        for (number, activity) in spec.activity.iter().enumerate() {
            account.activity.push(Activity::new(&spec.id, number, activity, self.start)?);
        }
        Ok(account)
    }

    /// A suspended account of which the file says when it was closed goes the way of closed accounts; other states stay as they are.
    fn standing(&self, spec: &AccountSpec, created_at: Timestamp) -> Standing {
        match (spec.state, spec.closed_days) {
            (AccountState::Active, _) => Standing::Open { from: created_at },
            (AccountState::Suspended, Some(days)) => Standing::Closed { at: self.ago(days) },
            (state, _) => Standing::Held { state },
        }
    }

    fn savings_plan(&self, account: &AccountId, spec: &crate::worldfile::SavingsPlanSpec) -> SavingsPlan {
        let day = SignedDuration::from_hours(24);
        let end = self.start.saturating_add(day * i32::try_from(spec.ends_in_days).unwrap_or(i32::MAX)).unwrap_or(Timestamp::MAX);
        let term = day * i32::try_from(spec.term_years.saturating_mul(365)).unwrap_or(i32::MAX);
        SavingsPlan {
            id: spec.id.clone(),
            arn: format!("arn:aws:savingsplans::{account}:savingsplan/{}", spec.id),
            kind: spec.kind,
            commitment: spec.commitment.clone(),
            start: end.saturating_sub(term).unwrap_or(Timestamp::MIN),
            end,
        }
    }

    fn organization(&self, world: &mut World, spec: &OrganizationSpec) -> Result<(), BuildError> {
        if !world.accounts.contains_key(&spec.management) {
            return Err(BuildError::NoManagementAccount(spec.id.to_string()));
        }
        let mut organization = OrganizationRecord::new(spec.id.clone(), spec.root_id(), spec.management.clone(), self.ago(spec.age_days));
        organization.account_quota = usize::try_from(self.file.account_quota(spec)).unwrap_or(usize::MAX);
        for unit in &spec.units {
            let (above, name) = unit.path.rsplit_once('/').unwrap_or((ROOT, &unit.path));
            let record = UnitRecord { name: name.to_owned(), parent: parent(spec, above)? };
            organization.units.insert(spec.unit_id(&unit.path), record);
        }
        let members: Vec<AccountId> = self.file.accounts_of(spec).map(|account| account.id.clone()).collect();
        let usual = [PolicyType::ServiceControlPolicy, PolicyType::ResourceControlPolicy];
        let usual = if spec.feature_set == FeatureSet::All { &usual[..] } else { &[] };
        for kind in spec.policy_types.as_deref().unwrap_or(usual) {
            organization.enable(*kind, &members, organization.created_at);
        }
        for place in &spec.full_access_detached {
            let target = target_id(self.file, spec, place)?;
            if let Some(policy) = full_access(PolicyKind::ServiceControlPolicy) {
                organization.attachments.detach(&target, &policy);
            }
        }
        spec.feature_set.as_str().clone_into(&mut organization.feature_set);
        let places =
            self.file.accounts_of(spec).map(|member| Ok((member.id.clone(), parent(spec, member.unit.as_deref().unwrap_or(ROOT))?)));
        organization.members = places.collect::<Result<Members, BuildError>>()?;
        self.policies(world, spec, &mut organization)?;
        organization.trusted = spec.trusted_access.iter().map(|service| (service.clone(), organization.created_at)).collect();
        for delegated in &spec.delegated_administrators {
            let services = delegated.services.iter().map(|service| (service.clone(), organization.created_at)).collect();
            organization.delegated.insert(delegated.account.clone(), services);
        }
        organization.identity_center = spec.identity_center.as_ref().map(|center| identity_center(spec, center, organization.created_at));
        organization.baseline = baseline(spec);
        self.members(world, spec, &organization)?;
        self.management(world, spec, &organization)?;
        world.organizations.insert(spec.id.clone(), organization);
        Ok(())
    }

    fn policies(&self, world: &mut World, spec: &OrganizationSpec, organization: &mut OrganizationRecord) -> Result<(), BuildError> {
        for policy in &spec.policies {
            let drawn = || world.ids.id("p-", 8).map_err(|error| bad_document(&policy.name, error.message));
            let id: PolicyId = policy.id.clone().map_or_else(drawn, Ok)?;
            let document =
                policy_document::parse(policy.kind.into(), &policy.document).map_err(|error| bad_document(&policy.name, error.message))?;
            for place in &policy.attach {
                organization.attachments.attach(&target_id(self.file, spec, place)?, id.clone(), organization.created_at);
            }
            let record = PolicyRecord {
                id: id.clone(),
                kind: policy.kind.into(),
                name: policy.name.clone(),
                description: String::new(),
                aws_managed: false,
                content: policy.document.clone(),
                document,
                changed_at: organization.created_at,
            };
            organization.policies.insert(id, record);
        }
        Ok(())
    }

    /// Puts the accounts in their places and gives them what the organization brings.
    fn members(&self, world: &mut World, spec: &OrganizationSpec, organization: &OrganizationRecord) -> Result<(), BuildError> {
        for member in self.file.accounts_of(spec) {
            let parent = parent(spec, member.unit.as_deref().unwrap_or(ROOT))?;
            let is_management = member.id == spec.management;
            let Some(account) = world.accounts.get_mut(&member.id) else {
                continue;
            };
            let joined_at = self.ago(self.file.member_days(member).unwrap_or(spec.age_days));
            // The account that creates an organization counts as invited.
            let method = if is_management { JoinedMethod::Invited } else { member.joined };
            let joined = Membership { organization: spec.id.clone(), parent, method, joined_at, tags: member.tags.clone() };
            account.membership = Some(joined);
            if !is_management {
                bring_baseline(organization, account, &self.file.regions, joined_at);
            }
            if self.file.has_access_role(member) {
                let role = access_role(&member.id, &spec.management, None, joined_at)?;
                account.roles.entry(role.name.clone()).or_insert(role);
            }
            let sets = organization.identity_center.iter().flat_map(|center| &center.permission_sets);
            let makes_roles = !account.roles.values().any(Role::is_of_identity_center);
            for set in sets.filter(|set| makes_roles && set.accounts.contains_key(&member.id)) {
                let role = sso_role(&member.id, spec, set, joined_at)?;
                account.roles.insert(role.name.clone(), role);
            }
        }
        Ok(())
    }

    /// Gives the management account the organization's trail and StackSets.
    fn management(&self, world: &mut World, spec: &OrganizationSpec, organization: &OrganizationRecord) -> Result<(), BuildError> {
        if let Some(account) = world.accounts.get_mut(&spec.management) {
            account.trails.extend(
                spec.trail
                    .iter()
                    .map(|trail| Trail { of_organization: true, ..own_trail(&spec.management, trail, organization.created_at) }),
            );
        }
        self.stack_sets(world, spec)
    }
}

/// A root, unit or account by its path or id.
pub(super) fn target_id(file: &WorldFile, spec: &OrganizationSpec, place: &str) -> Result<String, BuildError> {
    let is_member = file.accounts_of(spec).any(|account| account.id.as_str() == place);
    if is_member { Ok(place.to_owned()) } else { parent(spec, place).map(|parent| parent.to_string()) }
}

/// A root or unit by its path.
pub(super) fn parent(spec: &OrganizationSpec, path: &str) -> Result<ParentId, BuildError> {
    if path == ROOT {
        return Ok(spec.root_id().into());
    }
    let known = spec.units.iter().any(|unit| unit.path == path);
    if known { Ok(spec.unit_id(path).into()) } else { Err(no_such_place(spec, path)) }
}

fn baseline(spec: &OrganizationSpec) -> Baseline {
    let Some(baseline) = &spec.baseline else {
        return Baseline::default();
    };
    Baseline { config_bucket: baseline.config_bucket.clone(), delay_seconds: baseline.delay_seconds }
}

pub(super) fn json_of(name: &str, text: &str) -> Result<Value, BuildError> {
    serde_json::from_str(text).map_err(|fault| bad_document(name, fault.to_string()))
}

pub(super) fn bad_document(name: &str, fault: String) -> BuildError {
    BuildError::BadDocument { name: name.to_owned(), fault }
}

fn no_such_place(spec: &OrganizationSpec, place: &str) -> BuildError {
    BuildError::NoSuchPlace { organization: spec.id.to_string(), place: place.to_owned() }
}
