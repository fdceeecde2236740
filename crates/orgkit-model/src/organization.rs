//! Organizations, their trees and what hangs in them.

use crate::{AccountId, HandshakeId, OrganizationId, ParentId, PolicyId, RootId, UnitId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An organization, as `organizations:DescribeOrganization` gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// The organization's id.
    pub id: OrganizationId,
    /// The management account. It can never be changed.
    pub management_account: AccountId,
    /// `ALL` or `CONSOLIDATED_BILLING`.
    pub feature_set: String,
}

/// An account's state, as `Account.State` has it (`Status` was retired on 2026-09-09).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountState {
    /// Created, not yet usable.
    PendingActivation,
    /// In use. The only state in which an account can move.
    Active,
    /// Closed by its owner or suspended by AWS; can be reinstated through AWS Support for up to 90 days.
    Suspended,
    /// A closure is under way.
    PendingClosure,
    /// Closed for good.
    Closed,
}

/// How an account came into its organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JoinedMethod {
    /// It accepted an invitation.
    Invited,
    /// The organization created it.
    Created,
}

/// A member of an organization, as `organizations:ListAccounts` gives it, without its e-mail address: orgkit keeps none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The account's id.
    pub id: AccountId,
    /// The account's name.
    pub name: String,
    /// The account's state.
    pub state: AccountState,
    /// How it joined its organization; `None` for a standalone account.
    pub joined_method: Option<JoinedMethod>,
    /// When it joined its organization; `None` for a standalone account.
    pub joined_at: Option<Timestamp>,
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// The unit's id.
    pub id: UnitId,
    /// The unit's name, unique among its siblings.
    pub name: String,
    /// The root or unit that it hangs under.
    pub parent: ParentId,
}

/// The policy types that orgkit reads and writes, of the 15 that AWS has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PolicyType {
    /// SCP: limits what principals of member accounts may do.
    ServiceControlPolicy,
    /// RCP: limits who may use resources of member accounts.
    ResourceControlPolicy,
}

impl PolicyType {
    /// The name that the API uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ServiceControlPolicy => "SERVICE_CONTROL_POLICY",
            Self::ResourceControlPolicy => "RESOURCE_CONTROL_POLICY",
        }
    }
}

/// A policy of an organization with the places it is attached to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The policy's id.
    pub id: PolicyId,
    /// The policy's name, unique in its organization and type.
    pub name: String,
    /// The policy's type.
    pub kind: PolicyType,
    /// Whether AWS owns it (`FullAWSAccess`).
    pub aws_managed: bool,
    /// The document, exactly as stored.
    pub content: String,
    /// The ids of the roots, units and accounts it is attached to, sorted.
    pub targets: Vec<String>,
}

/// An account that administers services for its organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegatedAdministrator {
    /// The member account.
    pub account: AccountId,
    /// The service principals, such as `guardduty.amazonaws.com`, sorted.
    pub services: Vec<String>,
}

/// A handshake's state. An invitation is `OPEN` once sent; the last four are final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HandshakeState {
    /// Made, not yet sent.
    Requested,
    /// Sent and waiting.
    Open,
    /// Withdrawn by the sender.
    Canceled,
    /// Accepted.
    Accepted,
    /// Refused by the recipient.
    Declined,
    /// Not answered in time (an invitation: 15 days).
    Expired,
}

/// An invitation to an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handshake {
    /// The handshake's id.
    pub id: HandshakeId,
    /// Its state.
    pub state: HandshakeState,
    /// The inviting organization: the party of type `ORGANIZATION`. Whoever accepts must check it first.
    pub organization: Option<OrganizationId>,
    /// The invited account: the party of type `ACCOUNT`, where the invitation names one.
    pub account: Option<AccountId>,
    /// The sender's notes; orgkit writes `orgkit:<plan>:<step>` there so that it knows its own invitations again.
    pub notes: Option<String>,
    /// When it was sent.
    pub requested: Option<Timestamp>,
}

/// Everything read of one organization at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSnapshot {
    /// The organization.
    pub organization: Organization,
    /// Its root.
    pub root: RootId,
    /// Its units, sorted by id.
    pub units: Vec<Unit>,
    /// Its accounts, the management account included, by id.
    pub accounts: BTreeMap<AccountId, Account>,
    /// What each account hangs under.
    pub parents: BTreeMap<AccountId, ParentId>,
    /// Its SCPs and RCPs, sorted by id.
    pub policies: Vec<Policy>,
    /// Its delegated administrators, sorted by account.
    pub delegated_administrators: Vec<DelegatedAdministrator>,
}

impl OrganizationSnapshot {
    /// The names of the units from the root down to `parent`; empty for the root itself.
    pub fn unit_path(&self, parent: &ParentId) -> Vec<String> {
        let mut names = Vec::new();
        let mut at = parent.as_str();
        while let Some(unit) = self.units.iter().find(|unit| unit.id.as_str() == at) {
            names.push(unit.name.clone());
            at = unit.parent.as_str();
        }
        names.reverse();
        names
    }

    /// The unit at a path of names, or `None`. The empty path names no unit.
    pub fn unit_at(&self, path: &[String]) -> Option<&Unit> {
        let mut at: ParentId = self.root.clone().into();
        let mut found = None;
        for name in path {
            let unit = self.units.iter().find(|unit| unit.parent == at && &unit.name == name)?;
            at = unit.id.clone().into();
            found = Some(unit);
        }
        found
    }

    /// The ids from the root down to the account: root, units, account. Policies attached to any of them apply to the account.
    pub fn lineage(&self, account: &AccountId) -> Vec<String> {
        let mut ids = vec![account.to_string()];
        let mut at = self.parents.get(account).map(|parent| parent.as_str().to_owned());
        while let Some(id) = at {
            at = self.units.iter().find(|unit| unit.id.as_str() == id).map(|unit| unit.parent.as_str().to_owned());
            ids.push(id);
        }
        ids.reverse();
        ids
    }

    /// The members without the management account, by id.
    pub fn members(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values().filter(|account| account.id != self.organization.management_account)
    }
}
