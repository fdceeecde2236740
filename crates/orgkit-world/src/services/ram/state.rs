//! What resource shares and invitations are.

use jiff::{SignedDuration, Timestamp};
use orgkit_model::AccountId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Invitations that nobody answers expire after seven days [RAM User Guide, working-with-shared-invitations].
const INVITATION_LIVES: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A deleted share is seen for two hours [RAM User Guide, working-with-sharing-delete].
const DELETED_SEEN: SignedDuration = SignedDuration::from_hours(2);

/// All resource shares and invitations.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// By ARN.
    shares: BTreeMap<String, Share>,
    /// The ARNs of the shares of an owner, and of those with a principal: worlds have many accounts, and few of them share.
    by_owner: BTreeMap<AccountId, BTreeSet<String>>,
    by_principal: BTreeMap<String, BTreeSet<String>>,
    /// By ARN.
    pub(super) invitations: BTreeMap<String, Invitation>,
}

/// A resource share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Share {
    pub(crate) arn: String,
    pub(crate) owner: AccountId,
    pub(crate) name: String,
    pub(crate) region: String,
    /// ARNs of organizations and units, account ids, and what else RAM takes.
    pub(crate) principals: BTreeMap<String, Association>,
    /// Since when each resource is in it, by ARN.
    pub(crate) resources: BTreeMap<String, Timestamp>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) allow_external: bool,
    /// `retainSharingOnAccountLeaveOrganization`.
    pub(crate) retain: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) deleted_at: Option<Timestamp>,
}

/// A principal's part in a share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Association {
    pub(crate) since: Timestamp,
    /// The ARN of the invitation that it takes; `None` within an organization.
    pub(crate) invitation: Option<String>,
}

/// An invitation to a share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Invitation {
    pub(super) arn: String,
    pub(super) share: String,
    pub(super) share_name: String,
    pub(super) region: String,
    pub(super) sender: AccountId,
    pub(super) receiver: AccountId,
    pub(super) sent_at: Timestamp,
    /// Whether it was accepted; `None` while nobody has answered.
    pub(super) accepted: Option<bool>,
}

impl Invitation {
    /// Its status at a time.
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        match self.accepted {
            Some(true) => "ACCEPTED",
            Some(false) => "REJECTED",
            None if now.duration_since(self.sent_at) >= INVITATION_LIVES => "EXPIRED",
            None => "PENDING",
        }
    }
}

impl Share {
    /// `ACTIVE`, or `DELETED` while it still is seen.
    pub(super) fn status(&self) -> &'static str {
        if self.deleted_at.is_some() { "DELETED" } else { "ACTIVE" }
    }

    /// Whether it is listed.
    pub(super) fn is_seen(&self, now: Timestamp) -> bool {
        self.deleted_at.is_none_or(|at| now.duration_since(at) < DELETED_SEEN)
    }
}

impl State {
    /// The share with that ARN.
    pub(super) fn share(&self, arn: &str) -> Option<&Share> {
        self.shares.get(arn)
    }

    /// The same, to change anything but its principals.
    pub(super) fn share_mut(&mut self, arn: &str) -> Option<&mut Share> {
        self.shares.get_mut(arn)
    }

    /// The shares of an owner.
    pub(super) fn of_owner(&self, owner: &AccountId) -> impl Iterator<Item = &Share> {
        self.by_owner.get(owner).into_iter().flatten().filter_map(|arn| self.shares.get(arn))
    }

    /// The shares with a principal.
    pub(super) fn with_principal(&self, principal: &str) -> impl Iterator<Item = &Share> {
        self.by_principal.get(principal).into_iter().flatten().filter_map(|arn| self.shares.get(arn))
    }

    /// Puts in a new share.
    pub(crate) fn insert(&mut self, share: Share) {
        self.by_owner.entry(share.owner.clone()).or_default().insert(share.arn.clone());
        for principal in share.principals.keys() {
            self.by_principal.entry(principal.clone()).or_default().insert(share.arn.clone());
        }
        self.shares.insert(share.arn.clone(), share);
    }

    /// Gives a principal a part in a share.
    pub(super) fn add(&mut self, share: &str, principal: &str, association: Association) {
        if let Some(found) = self.shares.get_mut(share) {
            found.principals.insert(principal.to_owned(), association);
            self.by_principal.entry(principal.to_owned()).or_default().insert(share.to_owned());
        }
    }

    /// Takes a principal's part in a share away.
    pub(super) fn remove(&mut self, share: &str, principal: &str) {
        if let Some(found) = self.shares.get_mut(share) {
            found.principals.remove(principal);
        }
        if let Some(shares) = self.by_principal.get_mut(principal) {
            shares.remove(share);
        }
    }

    /// The status of a principal's part in a share.
    pub(super) fn association_status(&self, association: &Association, now: Timestamp) -> &'static str {
        let invitation = association.invitation.as_ref().and_then(|arn| self.invitations.get(arn));
        match invitation.map(|invitation| invitation.status(now)) {
            None | Some("ACCEPTED") => "ASSOCIATED",
            Some("PENDING") => "ASSOCIATING",
            Some(_) => "FAILED",
        }
    }
}
