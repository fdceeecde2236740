//! What GuardDuty, Security Hub and Inspector have in common when they work for an organization: in each region an administrator that the
//! management account appointed and that is registered with Organizations, and member accounts.
//!
//! Organizations has the last word. An administrator is one only while it is registered there, and a member only while it is in the
//! administrator's organization; what is stored here beyond that counts for nothing. So deregistering an administrator with Organizations
//! ends it in all regions, which Security Hub documents [Security Hub User Guide, remove-admin-overview]; that GuardDuty and Inspector do
//! the same is unconfirmed.

use super::States;
use crate::call::Request;
use crate::world::{AccountRecord, OrganizationRecord, World};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, AccountState, OrganizationId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The administrators and members of one service. `S` is what its administrator can set for the organization in a region.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Administration<S> {
    /// By organization and region.
    administrators: BTreeMap<OrganizationId, BTreeMap<String, Administrator<S>>>,
    /// By account and region.
    members: BTreeMap<AccountId, BTreeMap<String, Member>>,
}

/// The administrator of an organization in a region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Administrator<S> {
    pub(crate) account: AccountId,
    /// Since when it was registered with Organizations when it was appointed: another registration does not renew the appointment.
    registered: Timestamp,
    pub(crate) settings: S,
}

/// An account's relation to the administrator in a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Member {
    pub(crate) administrator: AccountId,
    pub(crate) relation: Relation,
    /// From when it is so.
    pub(crate) since: Timestamp,
}

/// How a member stands to its administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Relation {
    /// It is associated.
    Enabled,
    /// The administrator disassociated it and still knows it.
    Removed,
}

/// A list of accounts, sorted by whether their administrator knows them.
pub(crate) struct Known<'w, 'a> {
    pub(crate) members: Vec<(&'w AccountRecord, &'w Member)>,
    pub(crate) unknown: Vec<&'a str>,
}

/// Why an administrator is not appointed or dismissed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The caller does not manage an organization with all features.
    NotManagement,
    /// The account is not an active member of the caller's organization.
    NotMember,
    /// Organizations registers no management account.
    Management,
    /// Another account is the administrator, here or in another region.
    Another,
    /// The account is the administrator already.
    Already,
    /// The account is not the administrator.
    NotAdministrator,
}

impl Refusal {
    /// What is wrong, in a sentence.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::NotManagement => "Only the management account of an organization with all features can do this.",
            Self::NotMember => "The account is not an active member of the organization.",
            Self::Management => "The management account cannot be registered as a delegated administrator.",
            Self::Another => "Another account is already the delegated administrator of the organization.",
            Self::Already => "The account is already the delegated administrator in this Region.",
            Self::NotAdministrator => "The account is not the delegated administrator in this Region.",
        }
    }
}

/// A service with administrators and members: its name in Organizations, and where its [`Administration`] is kept.
pub(crate) struct Product<S: 'static> {
    pub(crate) principal: &'static str,
    pub(crate) state: fn(&States) -> &Administration<S>,
    pub(crate) state_mut: fn(&mut States) -> &mut Administration<S>,
}

impl<S: Default> Product<S> {
    /// The administrator of an organization in a region.
    pub(crate) fn administrator<'w>(&self, world: &'w World, organization: &OrganizationId, region: &str) -> Option<&'w Administrator<S>> {
        let administrator = (self.state)(&world.services).administrators.get(organization)?.get(region)?;
        let registered = world.delegated_since(organization, &administrator.account, self.principal)?;
        (registered == administrator.registered).then_some(administrator)
    }

    /// The organization that the caller administers in the region, with what it has set there.
    pub(crate) fn administered<'w>(&self, world: &'w World, request: &Request<'_>) -> Option<(&'w OrganizationRecord, &'w S)> {
        let organization = world.organization_of(&request.caller.account)?;
        let administrator = self.administrator(world, &organization.id, request.region)?;
        (administrator.account == request.caller.account).then_some((organization, &administrator.settings))
    }

    /// What the administrator of an organization has set in a region.
    pub(crate) fn settings_mut<'w>(&self, world: &'w mut World, organization: &OrganizationId, region: &str) -> Option<&'w mut S> {
        let administrators = &mut (self.state_mut)(&mut world.services).administrators;
        Some(&mut administrators.get_mut(organization)?.get_mut(region)?.settings)
    }

    /// An account's relation to the administrator of its organization, one that is only coming included.
    pub(crate) fn relation<'w>(&self, world: &'w World, account: &AccountId, region: &str) -> Option<&'w Member> {
        let member = (self.state)(&world.services).members.get(account)?.get(region)?;
        let administrator = self.administrator(world, &world.membership(account)?.organization, region)?;
        (administrator.account == member.administrator).then_some(member)
    }

    /// An account's membership, when it is associated with the administrator of its organization.
    pub(crate) fn membership<'w>(&self, world: &'w World, account: &AccountId, request: &Request<'_>) -> Option<&'w Member> {
        let associated = |member: &&Member| member.relation == Relation::Enabled && member.since <= request.now;
        self.relation(world, account, request.region).filter(associated)
    }

    /// The accounts that the caller, the administrator, knows in the region, by id: the associated ones, and the others too if asked for.
    pub(crate) fn members<'w>(
        &self,
        world: &'w World,
        request: &Request<'_>,
        only_associated: bool,
    ) -> Vec<(&'w AccountRecord, &'w Member)> {
        let Some((organization, _)) = self.administered(world, request) else {
            return Vec::new();
        };
        let state = (self.state)(&world.services);
        let known = state.members.iter().filter_map(|(id, regions)| {
            let member = regions.get(request.region).filter(|member| member.administrator == request.caller.account)?;
            let record = world.accounts.get(id)?;
            let place = record.membership.as_ref()?;
            let wanted = member.since <= request.now && (!only_associated || member.relation == Relation::Enabled);
            (wanted && place.organization == organization.id).then_some((record, member))
        });
        known.collect()
    }

    /// The accounts of a list that the caller, the administrator, knows in the region, and the others.
    pub(crate) fn known<'w, 'a>(&self, world: &'w World, request: &Request<'_>, asked: Vec<&'a str>) -> Known<'w, 'a> {
        let mut found = Known { members: Vec::new(), unknown: Vec::new() };
        for id in asked {
            let account = id.parse().ok().and_then(|id| world.accounts.get(&id));
            let member = account.and_then(|account| Some((account, self.relation(world, &account.id, request.region)?)));
            match member.filter(|(_, member)| member.administrator == request.caller.account && member.since <= request.now) {
                Some(member) => found.members.push(member),
                None => found.unknown.push(id),
            }
        }
        found
    }

    /// Whether an administrator has any associated account in the region, one that is only coming included.
    pub(crate) fn has_members(&self, world: &World, region: &str, administrator: &AccountId) -> bool {
        let state = (self.state)(&world.services);
        let mut members = state.members.iter().filter_map(|(id, regions)| Some((id, regions.get(region)?)));
        members.any(|(id, member)| {
            let associated = member.relation == Relation::Enabled && &member.administrator == administrator;
            associated && self.relation(world, id, region).is_some()
        })
    }

    /// Whether the caller, a management account, can appoint an account in the region. A service has one administrator for all regions.
    pub(crate) fn check_appointment(&self, world: &World, request: &Request<'_>, account: &str) -> Result<(), Refusal> {
        let organization = managed(world, request)?;
        let (record, _) = world.member(&organization.id, account).ok_or(Refusal::NotMember)?;
        if record.state(request.now) != AccountState::Active {
            return Err(Refusal::NotMember);
        }
        if record.id == organization.management {
            return Err(Refusal::Management);
        }
        match self.administrator(world, &organization.id, request.region) {
            Some(administrator) if administrator.account == record.id => return Err(Refusal::Already),
            Some(_) => return Err(Refusal::Another),
            None => {}
        }
        match world.delegate_of(&organization.id, self.principal) {
            Some(other) if other != &record.id => Err(Refusal::Another),
            _ => Ok(()),
        }
    }

    /// Makes an account the administrator of an organization in a region: the service gets trusted access, and the account is registered
    /// with Organizations. Members that an earlier administrator had are no members of this one.
    pub(crate) fn appoint(&self, world: &mut World, organization: &OrganizationId, region: &str, account: &AccountId, now: Timestamp) {
        let Some(registered) = world.delegate(organization, account, self.principal, now) else {
            return;
        };
        self.forget_members(world, organization, region);
        let administrator = Administrator { account: account.clone(), registered, settings: S::default() };
        let administrators = &mut (self.state_mut)(&mut world.services).administrators;
        administrators.entry(organization.clone()).or_default().insert(region.to_owned(), administrator);
    }

    /// The caller's organization, whose administrator in the region is the account.
    pub(crate) fn check_dismissal<'w>(
        &self,
        world: &'w World,
        request: &Request<'_>,
        account: &str,
    ) -> Result<(&'w OrganizationRecord, &'w Administrator<S>), Refusal> {
        let organization = managed(world, request)?;
        let administrator = self.administrator(world, &organization.id, request.region);
        let administrator = administrator.filter(|administrator| administrator.account.as_str() == account);
        administrator.map(|administrator| (organization, administrator)).ok_or(Refusal::NotAdministrator)
    }

    /// Ends the administrator's work in a region; the members stand alone. It stays registered with Organizations until it is deregistered
    /// there [GuardDuty User Guide, change-guardduty-delegated-admin].
    pub(crate) fn dismiss(&self, world: &mut World, organization: &OrganizationId, region: &str) {
        self.forget_members(world, organization, region);
        if let Some(regions) = (self.state_mut)(&mut world.services).administrators.get_mut(organization) {
            regions.remove(region);
        }
    }

    fn forget_members(&self, world: &mut World, organization: &OrganizationId, region: &str) {
        let members: Vec<AccountId> = world.members(organization).map(|(account, _)| account.id.clone()).collect();
        for account in members {
            self.forget(world, &account, region);
        }
    }

    /// Associates an account with an administrator from a time on. An account that is associated with it already stays as it is.
    pub(crate) fn associate(&self, world: &mut World, account: &AccountId, region: &str, administrator: &AccountId, since: Timestamp) {
        let regions = (self.state_mut)(&mut world.services).members.entry(account.clone()).or_default();
        let is_associated = |member: &Member| &member.administrator == administrator && member.relation == Relation::Enabled;
        if !regions.get(region).is_some_and(is_associated) {
            let member = Member { administrator: administrator.clone(), relation: Relation::Enabled, since };
            regions.insert(region.to_owned(), member);
        }
    }

    /// Disassociates an account; its administrator still knows it.
    pub(crate) fn disassociate(&self, world: &mut World, account: &AccountId, region: &str, now: Timestamp) {
        let members = &mut (self.state_mut)(&mut world.services).members;
        if let Some(member) = members.get_mut(account).and_then(|regions| regions.get_mut(region)) {
            (member.relation, member.since) = (Relation::Removed, now);
        }
    }

    /// Makes the administrator forget an account.
    pub(crate) fn forget(&self, world: &mut World, account: &AccountId, region: &str) {
        if let Some(regions) = (self.state_mut)(&mut world.services).members.get_mut(account) {
            regions.remove(region);
        }
    }

    /// The regions of an organization whose settings are wanted, with the administrator there and what is made of the settings.
    pub(crate) fn regions<T>(
        &self,
        world: &World,
        organization: &OrganizationId,
        wanted: impl Fn(&S) -> Option<T>,
    ) -> Vec<(String, AccountId, T)> {
        let regions = (self.state)(&world.services).administrators.get(organization);
        let in_office = regions.into_iter().flat_map(BTreeMap::keys).filter_map(|region| {
            let administrator = self.administrator(world, organization, region)?;
            Some((region.clone(), administrator.account.clone(), wanted(&administrator.settings)?))
        });
        in_office.collect()
    }

    /// An account is leaving an organization: it is nobody's member and administers nothing there any more.
    pub(crate) fn left(&self, world: &mut World, account: &AccountId, organization: &OrganizationId) {
        let state = (self.state_mut)(&mut world.services);
        state.members.remove(account);
        if let Some(regions) = state.administrators.get_mut(organization) {
            regions.retain(|_, administrator| &administrator.account != account);
        }
    }
}

/// The organization with all features that the caller manages.
fn managed<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w OrganizationRecord, Refusal> {
    let organization = world.organization_of(&request.caller.account);
    let is_managed = |organization: &&OrganizationRecord| organization.management == request.caller.account;
    organization.filter(is_managed).filter(|organization| organization.feature_set == "ALL").ok_or(Refusal::NotManagement)
}

/// The organization that the caller manages, for lists that only its management account may see.
pub(crate) fn managed_by<'w>(world: &'w World, request: &Request<'_>) -> Option<&'w OrganizationRecord> {
    managed(world, request).ok()
}

/// When what a service brings to a member of an organization is there, if it begins now. AWS gives no number.
pub(crate) fn settled(organization: &OrganizationRecord, now: Timestamp) -> Timestamp {
    let delay = SignedDuration::from_secs(organization.baseline.delay_seconds.into());
    now.saturating_add(delay).unwrap_or(Timestamp::MAX)
}

/// The active accounts of an organization besides its administrator.
pub(crate) fn reachable(world: &World, organization: &OrganizationId, administrator: &AccountId, now: Timestamp) -> Vec<AccountId> {
    let active = |account: &&AccountRecord| account.state(now) == AccountState::Active && &account.id != administrator;
    world.members(organization).map(|(account, _)| account).filter(active).map(|account| account.id.clone()).collect()
}
