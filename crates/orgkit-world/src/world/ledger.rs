//! What an organization keeps about its accounts besides the tree: which were created and closed, and what it is allowed.

use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, HandshakeId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long the creation of an account takes. AWS speaks of a few minutes (botocore `organizations/2016-11-28`, operation `CreateAccount`);
/// the number is made up.
pub(crate) const CREATION_TAKES: SignedDuration = SignedDuration::from_mins(1);

/// An organization's books.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Ledger {
    /// The requests to create accounts, by id.
    pub(crate) creations: BTreeMap<String, Creation>,
    /// When accounts were closed. What is too old to count is dropped with the next closure.
    pub(crate) closures: Vec<Timestamp>,
    /// The last request to enable all features.
    pub(crate) migration: Option<HandshakeId>,
    /// How many other organizations' bills it may take over.
    pub(crate) inbound_transfers: usize,
    /// Whether the management account has a partner in AWS GovCloud (US).
    pub(crate) govcloud: bool,
}

/// A request to create an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Creation {
    /// `car-…`.
    pub(crate) id: String,
    /// The name for the account.
    pub(crate) name: String,
    pub(crate) requested_at: Timestamp,
    pub(crate) outcome: Outcome,
}

/// What comes of a request to create an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    /// An account.
    Created {
        /// The account.
        account: AccountId,
        /// Its partner in AWS GovCloud (US), which is another partition and not simulated.
        govcloud: Option<AccountId>,
    },
    /// Nothing.
    Failed {
        /// Why (botocore shape `CreateAccountFailureReason`).
        reason: String,
    },
}

impl Creation {
    /// When it is finished, one way or the other.
    pub(crate) fn finished_at(&self) -> Timestamp {
        self.requested_at.saturating_add(CREATION_TAKES).unwrap_or(Timestamp::MAX)
    }

    /// The value of `State` (botocore shape `CreateAccountState`).
    pub(crate) fn state(&self, now: Timestamp) -> &'static str {
        match &self.outcome {
            _ if now < self.finished_at() => "IN_PROGRESS",
            Outcome::Created { .. } => "SUCCEEDED",
            Outcome::Failed { .. } => "FAILED",
        }
    }
}
