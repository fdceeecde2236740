//! Finding things in the world, with the errors for what is not there or not the caller's.

use super::{AccountRecord, Membership, OrganizationRecord, World};
use crate::ApiError;
use crate::call::Request;
use crate::organizations::delegation;
use orgkit_model::{AccountId, OrganizationId, ParentId};

impl World {
    /// An account's place in its organization.
    pub(crate) fn membership(&self, account: &AccountId) -> Option<&Membership> {
        self.accounts.get(account)?.membership.as_ref()
    }

    /// The organization that an account is in.
    pub(crate) fn organization_of(&self, account: &AccountId) -> Option<&OrganizationRecord> {
        self.organizations.get(&self.membership(account)?.organization)
    }

    /// The accounts of an organization, by id.
    pub(crate) fn members<'a>(&'a self, organization: &'a OrganizationId) -> impl Iterator<Item = (&'a AccountRecord, &'a Membership)> {
        let members = self.organizations.get(organization).into_iter().flat_map(|organization| organization.members.iter());
        members.filter_map(|id| self.placed(id))
    }

    /// The accounts directly under a root or unit.
    pub(crate) fn members_under<'a>(
        &'a self,
        organization: &'a OrganizationId,
        parent: &'a ParentId,
    ) -> impl Iterator<Item = (&'a AccountRecord, &'a Membership)> {
        let members = self.organizations.get(organization).into_iter().flat_map(|organization| organization.members.under(parent));
        members.filter_map(|id| self.placed(id))
    }

    /// An account with its place.
    pub(crate) fn placed(&self, account: &AccountId) -> Option<(&AccountRecord, &Membership)> {
        let account = self.accounts.get(account)?;
        Some((account, account.membership.as_ref()?))
    }

    /// A member of an organization.
    pub(crate) fn member(&self, organization: &OrganizationId, account: &str) -> Option<(&AccountRecord, &Membership)> {
        let record = self.accounts.get(&account.parse::<AccountId>().ok()?)?;
        let membership = record.membership.as_ref()?;
        (&membership.organization == organization).then_some((record, membership))
    }

    /// The ids from the root of its organization down to the account, itself included.
    pub(crate) fn lineage(&self, account: &AccountId) -> Vec<String> {
        let (Some(organization), Some(membership)) = (self.organization_of(account), self.membership(account)) else {
            return Vec::new();
        };
        let mut ids = organization.path_to(&membership.parent);
        ids.push(account.to_string());
        ids
    }

    /// The caller's organization.
    pub(crate) fn own(&self, request: &Request<'_>) -> Result<&OrganizationRecord, ApiError> {
        self.organization_of(&request.caller.account)
            .ok_or_else(|| ApiError::new("AWSOrganizationsNotInUseException", "Your account is not a member of an organization."))
    }

    /// The caller's organization, which only its management account may change.
    pub(crate) fn managed(&self, request: &Request<'_>) -> Result<&OrganizationRecord, ApiError> {
        let organization = self.own(request)?;
        if organization.management == request.caller.account { Ok(organization) } else { Err(not_yours()) }
    }

    /// The caller's organization, which its management account and its delegated administrators may read, and whom its resource policy
    /// lets do this call.
    pub(crate) fn readable(&self, request: &Request<'_>) -> Result<&OrganizationRecord, ApiError> {
        let organization = self.own(request)?;
        if organization.delegated.contains_key(&request.caller.account) { Ok(organization) } else { self.administered(request) }
    }

    /// The caller's organization, whose policies its management account may change, and whom its resource policy lets do this call. A
    /// delegated administrator of a service only reads [Organizations API Reference, RegisterDelegatedAdministrator].
    pub(crate) fn administered(&self, request: &Request<'_>) -> Result<&OrganizationRecord, ApiError> {
        let organization = self.own(request)?;
        let is_management = organization.management == request.caller.account;
        if is_management || delegation::allows(organization, request) { Ok(organization) } else { Err(not_yours()) }
    }

    /// Puts a member under another root or unit of its organization: its membership and the organization's own list say the same.
    pub(crate) fn put_under(&mut self, organization: &OrganizationId, account: &AccountId, parent: &ParentId) -> Result<(), ApiError> {
        if let Some(membership) = self.accounts.get_mut(account).and_then(|record| record.membership.as_mut()) {
            membership.parent = parent.clone();
        }
        self.organization_mut(organization)?.members.put(account, parent);
        Ok(())
    }

    /// An organization that was just looked up, to change it.
    pub(crate) fn organization_mut(&mut self, id: &OrganizationId) -> Result<&mut OrganizationRecord, ApiError> {
        self.organizations
            .get_mut(id)
            .ok_or_else(|| ApiError::new("AWSOrganizationsNotInUseException", "Your account is not a member of an organization."))
    }
}

/// The refusal of a caller who is neither the management account nor, where that is enough, a delegated administrator.
pub(crate) fn not_yours() -> ApiError {
    ApiError::new("AccessDeniedException", "You don't have permissions to access this resource.")
}
