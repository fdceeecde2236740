//! In which state an account is at a time, and when one that was closed is gone for good.

use super::{AccountRecord, World};
use crate::{ApiError, error};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, AccountState};
use serde::{Deserialize, Serialize};

/// How long a closure is `PENDING_CLOSURE`. AWS speaks of a few minutes (botocore `organizations/2016-11-28`, operation `CloseAccount`);
/// the number is made up.
pub(crate) const CLOSING_TAKES: SignedDuration = SignedDuration::from_mins(5);
/// How long a closed account stays `SUSPENDED` and can be had back [Account Management Reference Guide, manage-acct-closing].
const CAN_BE_REINSTATED: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What decides an account's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Standing {
    /// It is in use from a time on, and `PENDING_ACTIVATION` before.
    Open {
        /// From when.
        from: Timestamp,
    },
    /// Somebody closed it: `PENDING_CLOSURE`, then `SUSPENDED` for 90 days, then `CLOSED`.
    Closed {
        /// When it was asked for.
        at: Timestamp,
    },
    /// A world file keeps it in a state, whatever the time.
    Held {
        /// The state.
        state: AccountState,
    },
}

impl Standing {
    /// When the account leaves its organization for good; `None` for one that nobody closed.
    pub(crate) fn ends_at(&self) -> Option<Timestamp> {
        match self {
            Self::Closed { at } => Some(at.saturating_add(CAN_BE_REINSTATED).unwrap_or(Timestamp::MAX)),
            Self::Open { .. } | Self::Held { .. } => None,
        }
    }

    fn state(&self, now: Timestamp) -> AccountState {
        match self {
            Self::Open { from } if now < *from => AccountState::PendingActivation,
            Self::Open { .. } => AccountState::Active,
            Self::Closed { at } if now.duration_since(*at) < CLOSING_TAKES => AccountState::PendingClosure,
            Self::Closed { at } if now.duration_since(*at) < CAN_BE_REINSTATED => AccountState::Suspended,
            Self::Closed { .. } => AccountState::Closed,
            Self::Held { state } => *state,
        }
    }
}

impl AccountRecord {
    /// Its state at a time.
    pub(crate) fn state(&self, now: Timestamp) -> AccountState {
        self.standing.state(now)
    }
}

impl World {
    /// Closes an account. After 90 days it leaves its organization.
    pub(crate) fn close(&mut self, account: &AccountId, now: Timestamp) {
        if let Some(record) = self.accounts.get_mut(account) {
            record.standing = Standing::Closed { at: now };
            self.departures.extend(record.standing.ends_at().map(|ends_at| (ends_at, account.clone())));
        }
    }

    /// Does what AWS Support does for a customer who asks to have a closed account back: within 90 days it is `ACTIVE` again
    /// [Account Management Reference Guide, manage-acct-closing].
    ///
    /// # Errors
    /// `AccountNotFoundException` for an account that does not exist, `ConstraintViolationException` for one that is not `SUSPENDED`.
    pub fn reinstate(&mut self, account: &AccountId, now: Timestamp) -> Result<(), ApiError> {
        let record = self.accounts.get_mut(account).ok_or_else(|| error::account_not_found(account))?;
        if record.state(now) != AccountState::Suspended {
            return Err(ApiError::new("ConstraintViolationException", format!("Account {account} is not suspended.")));
        }
        if let Some(ends_at) = record.standing.ends_at() {
            self.departures.remove(&(ends_at, account.clone()));
        }
        record.standing = Standing::Open { from: record.created_at };
        Ok(())
    }

    /// Lets the accounts go that were closed 90 days ago: organizations no longer have them [Organizations User Guide,
    /// orgs_manage_accounts_close]. Each goes at its own time, before anything that happens later, so that it does not matter when this is
    /// noticed.
    pub(crate) fn catch_up(&mut self, now: Timestamp) {
        while let Some((ends_at, account)) = self.departures.first().filter(|(ends_at, _)| *ends_at <= now).cloned() {
            self.departures.pop_first();
            self.leave(&account, ends_at);
        }
    }
}
