//! What is so, for those who check a run from outside: no caller, no permission, nothing that is seen late.

use super::{AccountRecord, HandshakeKind, HandshakeRecord, World};
use jiff::Timestamp;
use orgkit_model::{AccountId, AccountState, HandshakeId, JoinedMethod, OrganizationId, ParentId};

/// Where an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Home<'w> {
    /// The account.
    pub account: &'w AccountId,
    /// Its organization; `None` when it stands alone.
    pub organization: Option<&'w OrganizationId>,
    /// The root or unit that it is in.
    pub parent: Option<&'w ParentId>,
    /// How and when it came into its organization.
    pub joined: Option<(JoinedMethod, Timestamp)>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// An invitation into an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invitation<'w> {
    /// The handshake.
    pub id: &'w HandshakeId,
    /// The inviting organization.
    pub organization: &'w OrganizationId,
    /// The invited account; `None` for an e-mail address that no account had.
    pub account: Option<&'w AccountId>,
    /// The notes that it was sent with.
    pub notes: Option<&'w str>,
    /// Whether it can be answered at the time that was asked about.
    pub open: bool,
    /// When it expires if nobody answers.
    pub expires_at: Timestamp,
}

impl World {
    /// Where every account is, by id.
    pub fn homes(&self) -> impl Iterator<Item = Home<'_>> {
        self.accounts.values().map(AccountRecord::home)
    }

    /// Where an account is; `None` for one that does not exist.
    pub fn home(&self, account: &AccountId) -> Option<Home<'_>> {
        self.accounts.get(account).map(AccountRecord::home)
    }

    /// The state of an account at a time.
    pub fn state_of(&self, account: &AccountId, now: Timestamp) -> Option<AccountState> {
        self.accounts.get(account).map(|record| record.state(now))
    }

    /// Whether two accounts were sold by the same seller.
    pub fn same_seller(&self, one: &AccountId, other: &AccountId) -> bool {
        let seller = |account| self.accounts.get(account).map(|record| record.signup.seller);
        seller(one).is_some() && seller(one) == seller(other)
    }

    /// Whether an account manages an organization.
    pub fn manages(&self, account: &AccountId) -> bool {
        self.organization_of(account).is_some_and(|organization| &organization.management == account)
    }

    /// For how many services an account is its organization's delegated administrator.
    pub fn delegations(&self, account: &AccountId) -> usize {
        self.organization_of(account)
            .and_then(|organization| organization.delegated.get(account))
            .map_or(0, std::collections::BTreeMap::len)
    }

    /// The accounts that an organization lists, as it counts them itself; an account's own word is [`World::home`].
    pub fn listed(&self) -> impl Iterator<Item = (&OrganizationId, &AccountId)> {
        self.organizations.iter().flat_map(|(id, organization)| organization.members.iter().map(move |account| (id, account)))
    }

    /// How many roles and resources of an account came with a StackSet.
    pub fn deployed_in(&self, account: &AccountId) -> usize {
        let Some(record) = self.accounts.get(account) else { return 0 };
        let roles = record.roles.values().filter(|role| role.deployed_by.is_some()).count();
        roles + record.resources.values().filter(|resource| resource.deployed_by.is_some()).count()
    }

    /// The invitations that an organization has sent and that can still be answered.
    pub fn open_invitations(&self, organization: &OrganizationId, now: Timestamp) -> impl Iterator<Item = Invitation<'_>> {
        self.handshakes.sent_by(organization).filter_map(move |handshake| handshake.invitation(now)).filter(|invitation| invitation.open)
    }

    /// The invitation with that id; `None` when there is none, or the handshake is about something else.
    pub fn invitation(&self, id: &HandshakeId, now: Timestamp) -> Option<Invitation<'_>> {
        self.handshakes.get(id)?.invitation(now)
    }

    /// How many accounts an organization may have, and how many it has, open invitations included.
    pub fn places(&self, organization: &OrganizationId, now: Timestamp) -> Option<(usize, usize)> {
        let record = self.organizations.get(organization)?;
        Some((record.account_quota, record.members.len() + self.handshakes.invitations_open(organization, now)))
    }
}

impl AccountRecord {
    fn home(&self) -> Home<'_> {
        let membership = self.membership.as_ref();
        Home {
            account: &self.id,
            organization: membership.map(|membership| &membership.organization),
            parent: membership.map(|membership| &membership.parent),
            joined: membership.map(|membership| (membership.method, membership.joined_at)),
            created_at: self.created_at,
        }
    }
}

impl HandshakeRecord {
    fn invitation(&self, now: Timestamp) -> Option<Invitation<'_>> {
        let HandshakeKind::Invite { .. } = &self.kind else { return None };
        Some(Invitation {
            id: &self.id,
            organization: &self.organization,
            account: self.recipient.as_ref(),
            notes: self.notes.as_deref(),
            open: self.is_pending(now),
            expires_at: self.expires_at,
        })
    }
}
