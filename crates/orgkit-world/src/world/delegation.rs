//! What the services that work for organizations tell Organizations, and ask it: who administers them.

use super::World;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId};

impl World {
    /// Since when an account is the delegated administrator of a service in its organization; `None` when it is not.
    pub(crate) fn delegated_since(&self, organization: &OrganizationId, account: &AccountId, service: &str) -> Option<Timestamp> {
        self.organizations.get(organization)?.delegated.get(account)?.get(service).copied()
    }

    /// The account that is registered for a service that has one delegated administrator at most.
    pub(crate) fn delegate_of(&self, organization: &OrganizationId, service: &str) -> Option<&AccountId> {
        let delegated = &self.organizations.get(organization)?.delegated;
        delegated.iter().find(|(_, services)| services.contains_key(service)).map(|(account, _)| account)
    }

    /// Gives a service trusted access and registers its delegated administrator, as the service itself does when its own API is used
    /// [Organizations User Guide, orgs_integrate_services]. Returns since when the account is registered.
    pub(crate) fn delegate(
        &mut self,
        organization: &OrganizationId,
        account: &AccountId,
        service: &str,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let organization = self.organizations.get_mut(organization)?;
        organization.trusted.entry(service.to_owned()).or_insert(now);
        let services = organization.delegated.entry(account.clone()).or_default();
        Some(*services.entry(service.to_owned()).or_insert(now))
    }
}
