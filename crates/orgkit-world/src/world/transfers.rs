//! Billing transfers: one organization's management account pays the bill of another organization.

use super::{Handshakes, World};
use jiff::Timestamp;
use orgkit_model::{AccountId, HandshakeId, HandshakeState, OrganizationId};
use serde::{Deserialize, Serialize};

/// A transfer of the responsibility for a bill, from the invitation on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TransferRecord {
    /// `rt-…`.
    pub(crate) id: String,
    pub(crate) name: String,
    /// Whose bill it is.
    pub(crate) source: Participant,
    /// Who pays it. It sent the invitation.
    pub(crate) target: Participant,
    pub(crate) start: Timestamp,
    /// When it ends; `None` until one of both withdraws it.
    pub(crate) end: Option<Timestamp>,
    pub(crate) handshake: HandshakeId,
}

/// One side of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Participant {
    pub(crate) organization: OrganizationId,
    /// The management account, with its e-mail address.
    pub(crate) account: AccountId,
    pub(crate) email: String,
}

/// The value of `Status` (botocore shape `ResponsibilityTransferStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum TransferStatus {
    /// The invitation is open.
    Requested,
    /// The invitation was declined.
    Declined,
    /// The invitation was cancelled.
    Canceled,
    /// Nobody answered the invitation in time.
    Expired,
    /// It was accepted, and begins or has begun.
    Accepted,
    /// It was accepted, and ends or has ended.
    Withdrawn,
}

impl TransferRecord {
    /// Its status at a time: that of its invitation, until it is withdrawn.
    pub(crate) fn status(&self, handshakes: &Handshakes, now: Timestamp) -> TransferStatus {
        match handshakes.get(&self.handshake).map(|handshake| handshake.state(now)) {
            Some(HandshakeState::Accepted) if self.end.is_some() => TransferStatus::Withdrawn,
            Some(HandshakeState::Accepted) => TransferStatus::Accepted,
            Some(HandshakeState::Declined) => TransferStatus::Declined,
            Some(HandshakeState::Open | HandshakeState::Requested) => TransferStatus::Requested,
            Some(HandshakeState::Expired) => TransferStatus::Expired,
            Some(HandshakeState::Canceled) | None => TransferStatus::Canceled,
        }
    }

    /// Whether it was accepted and has not ended.
    pub(crate) fn is_active(&self, handshakes: &Handshakes, now: Timestamp) -> bool {
        let accepted = matches!(self.status(handshakes, now), TransferStatus::Accepted | TransferStatus::Withdrawn);
        accepted && self.end.is_none_or(|end| now < end)
    }

    /// Whether it is active, or its invitation is open.
    pub(crate) fn is_in_process(&self, handshakes: &Handshakes, now: Timestamp) -> bool {
        self.is_active(handshakes, now) || self.status(handshakes, now) == TransferStatus::Requested
    }
}

impl World {
    /// The transfers by which an organization pays the bills of others.
    pub(crate) fn inbound(&self, organization: &OrganizationId) -> impl Iterator<Item = &TransferRecord> {
        self.transfers.values().filter(move |transfer| &transfer.target.organization == organization)
    }

    /// The transfers by which others pay the bill of an organization.
    pub(crate) fn outbound(&self, organization: &OrganizationId) -> impl Iterator<Item = &TransferRecord> {
        self.transfers.values().filter(move |transfer| &transfer.source.organization == organization)
    }
}
