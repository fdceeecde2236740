//! Handshakes: what they are, and finding those of a sender or a recipient without looking at all.

use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, HandshakeId, HandshakeState, OrganizationId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Finished handshakes can be seen for 30 days (botocore `organizations/2016-11-28`, operation `DescribeHandshake`).
const FINISHED_SEEN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A question that one account asks another, and the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HandshakeRecord {
    pub(crate) id: HandshakeId,
    /// The sender's organization.
    pub(crate) organization: OrganizationId,
    pub(crate) sender: Sender,
    /// Who answers; `None` for an e-mail address that no account had when it was sent.
    pub(crate) recipient: Option<AccountId>,
    /// The e-mail address, when the recipient was named by it.
    pub(crate) email: Option<String>,
    pub(crate) notes: Option<String>,
    pub(crate) requested_at: Timestamp,
    /// When it expires if nobody answers.
    pub(crate) expires_at: Timestamp,
    /// The answer and when it was given; `None` while there is none.
    pub(crate) answer: Option<(HandshakeState, Timestamp)>,
    pub(crate) kind: HandshakeKind,
}

/// The management account that sent a handshake, as it was then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sender {
    pub(crate) account: AccountId,
    pub(crate) email: String,
    pub(crate) name: String,
    /// The feature set of its organization.
    pub(crate) feature_set: String,
}

/// What a handshake is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum HandshakeKind {
    /// An account is to join the organization.
    Invite {
        /// The tags that the account gets.
        tags: BTreeMap<String, String>,
    },
    /// The organization is to get all features; its management account has the last word.
    EnableAllFeatures {
        /// The invited members whose approval is missing.
        waiting: BTreeSet<AccountId>,
    },
    /// An invited member approves that the organization gets all features.
    ApproveAllFeatures {
        /// The `ENABLE_ALL_FEATURES` handshake.
        parent: HandshakeId,
    },
    /// Another organization's bill is to go to the sender.
    TransferResponsibility {
        /// The id of the transfer.
        transfer: String,
        /// When it would begin.
        start: Timestamp,
    },
}

impl HandshakeKind {
    /// The value of `Action` (botocore shape `ActionType`).
    pub(crate) fn action(&self) -> &'static str {
        match self {
            Self::Invite { .. } => "INVITE",
            Self::EnableAllFeatures { .. } => "ENABLE_ALL_FEATURES",
            Self::ApproveAllFeatures { .. } => "APPROVE_ALL_FEATURES",
            Self::TransferResponsibility { .. } => "TRANSFER_RESPONSIBILITY",
        }
    }
}

impl HandshakeRecord {
    /// Its state at a time. One that waits for several recipients is `REQUESTED` until all have answered.
    pub(crate) fn state(&self, now: Timestamp) -> HandshakeState {
        match (&self.answer, &self.kind) {
            (Some((state, _)), _) => *state,
            (None, _) if now >= self.expires_at => HandshakeState::Expired,
            (None, HandshakeKind::EnableAllFeatures { waiting }) if !waiting.is_empty() => HandshakeState::Requested,
            (None, _) => HandshakeState::Open,
        }
    }

    /// Whether nobody has answered, and somebody still may.
    pub(crate) fn is_pending(&self, now: Timestamp) -> bool {
        matches!(self.state(now), HandshakeState::Requested | HandshakeState::Open)
    }

    /// Whether the API still shows it.
    pub(crate) fn is_visible(&self, now: Timestamp) -> bool {
        let finished = match self.answer {
            Some((_, at)) => at,
            None if now >= self.expires_at => self.expires_at,
            None => return true,
        };
        now.duration_since(finished) < FINISHED_SEEN
    }

    /// The key that stands for the recipient: the account's id, or an e-mail address that no account had.
    fn whom(&self) -> String {
        whom(self.recipient.as_ref(), self.email.as_deref())
    }
}

/// The key of a recipient in the indexes.
fn whom(account: Option<&AccountId>, email: Option<&str>) -> String {
    account.map_or_else(|| email.unwrap_or_default().to_lowercase(), ToString::to_string)
}

/// The handshakes of the world.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Handshakes {
    records: BTreeMap<HandshakeId, HandshakeRecord>,
    /// By recipient.
    received: BTreeMap<String, BTreeSet<HandshakeId>>,
    /// By the sender's organization.
    sent: BTreeMap<OrganizationId, BTreeSet<HandshakeId>>,
    /// The invitations that count against the limits of an organization.
    invitations: BTreeMap<OrganizationId, Invitations>,
}

/// The invitations of an organization that count against its limits.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Invitations {
    /// Those that nobody has answered, by recipient, with when they were sent and when they expire.
    unanswered: BTreeMap<String, (Timestamp, Timestamp)>,
    /// When those were sent that were declined or cancelled.
    refused: BTreeSet<(Timestamp, HandshakeId)>,
}

impl Handshakes {
    /// Adds a handshake.
    pub(crate) fn insert(&mut self, handshake: HandshakeRecord) {
        let id = &handshake.id;
        self.received.entry(handshake.whom()).or_default().insert(id.clone());
        self.sent.entry(handshake.organization.clone()).or_default().insert(id.clone());
        if let (HandshakeKind::Invite { .. }, None) = (&handshake.kind, handshake.answer) {
            let invitations = self.invitations.entry(handshake.organization.clone()).or_default();
            invitations.unanswered.retain(|_, (_, expires_at)| handshake.requested_at < *expires_at);
            invitations.unanswered.insert(handshake.whom(), (handshake.requested_at, handshake.expires_at));
        }
        self.records.insert(id.clone(), handshake);
    }

    /// The handshake with that id.
    pub(crate) fn get(&self, id: &HandshakeId) -> Option<&HandshakeRecord> {
        self.records.get(id)
    }

    /// What a handshake is about, to change it.
    pub(crate) fn kind_mut(&mut self, id: &HandshakeId) -> Option<&mut HandshakeKind> {
        self.records.get_mut(id).map(|handshake| &mut handshake.kind)
    }

    /// Writes the answer to a handshake down.
    pub(crate) fn answer(&mut self, id: &HandshakeId, state: HandshakeState, now: Timestamp) {
        let Some(handshake) = self.records.get_mut(id) else {
            return;
        };
        handshake.answer = Some((state, now));
        if let (HandshakeKind::Invite { .. }, Some(invitations)) = (&handshake.kind, self.invitations.get_mut(&handshake.organization)) {
            invitations.unanswered.remove(&handshake.whom());
            if state != HandshakeState::Accepted {
                invitations.refused.insert((handshake.requested_at, id.clone()));
            }
        }
    }

    /// The ids of all handshakes.
    #[cfg(test)]
    pub(crate) fn ids(&self) -> impl Iterator<Item = &HandshakeId> {
        self.records.keys()
    }

    /// What an account has received, by id or by its e-mail address.
    pub(crate) fn received_by(&self, account: &AccountId, email: &str) -> impl Iterator<Item = &HandshakeRecord> {
        let keys = [whom(Some(account), None), whom(None, Some(email))];
        keys.into_iter().filter_map(|key| self.received.get(&key)).flatten().filter_map(|id| self.records.get(id))
    }

    /// What an organization has sent.
    pub(crate) fn sent_by(&self, organization: &OrganizationId) -> impl Iterator<Item = &HandshakeRecord> {
        self.sent.get(organization).into_iter().flatten().filter_map(|id| self.records.get(id))
    }

    /// Whether an organization has an open invitation to an account or e-mail address.
    pub(crate) fn has_invited(&self, organization: &OrganizationId, to: (Option<&AccountId>, Option<&str>), now: Timestamp) -> bool {
        let sent = self.invitations.get(organization).and_then(|invitations| invitations.unanswered.get(&whom(to.0, to.1)));
        sent.is_some_and(|(_, expires_at)| now < *expires_at)
    }

    /// How many open invitations an organization has.
    pub(crate) fn invitations_open(&self, organization: &OrganizationId, now: Timestamp) -> usize {
        let unanswered = self.invitations.get(organization).into_iter().flat_map(|invitations| invitations.unanswered.values());
        unanswered.filter(|(_, expires_at)| now < *expires_at).count()
    }

    /// How many invitations an organization has sent since a time, those that were accepted left out.
    pub(crate) fn invitations_since(&self, organization: &OrganizationId, since: Timestamp) -> usize {
        let Some(invitations) = self.invitations.get(organization) else {
            return 0;
        };
        let unanswered = invitations.unanswered.values().filter(|(requested_at, _)| *requested_at > since).count();
        unanswered + invitations.refused.iter().rev().take_while(|(requested_at, _)| *requested_at > since).count()
    }

    /// Forgets what an organization has sent.
    pub(crate) fn forget(&mut self, organization: &OrganizationId) {
        self.invitations.remove(organization);
        for id in self.sent.remove(organization).unwrap_or_default() {
            if let Some(handshake) = self.records.remove(&id)
                && let Some(received) = self.received.get_mut(&handshake.whom())
            {
                received.remove(&id);
            }
        }
    }
}
