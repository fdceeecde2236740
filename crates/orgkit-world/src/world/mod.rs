//! The world: accounts, organizations and what is in them.

mod activity;
mod attachments;
mod build;
mod build_books;
mod build_detection;
mod build_parts;
mod build_services;
mod delegation;
mod handshakes;
mod index;
mod ledger;
mod lookup;
mod membership;
mod organization;
mod records;
mod standing;
mod transfers;
mod view;

use crate::authorize::Compiled;
use crate::call::{Answer, Call, Principal, Request};
use crate::catalog::{self, Effect};
use crate::ids::Ids;
use crate::keys::Keys;
use crate::{ApiError, services};
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) use activity::{Activity, Event};
pub(crate) use attachments::Attachments;
pub(crate) use build::ADMINISTRATOR_ACCESS;
pub use build::BuildError;
pub(crate) use build_parts::{access_role, access_trust};
pub(crate) use handshakes::{HandshakeKind, HandshakeRecord, Handshakes, Sender};
pub(crate) use index::Members;
pub(crate) use ledger::{CREATION_TAKES, Creation, Ledger, Outcome};
pub(crate) use organization::{Baseline, OrganizationRecord, PolicyRecord, ResourcePolicyRecord, UnitRecord};
pub(crate) use records::{AccountRecord, ManagedPolicy, Membership, PolicyVersion, Resource, ResourceKey, Role, SavingsPlan};
pub use records::{AccountView, Session};
pub(crate) use standing::{CLOSING_TAKES, Standing};
pub(crate) use transfers::{Participant, TransferRecord, TransferStatus};
pub use view::{Home, Invitation};

/// A simulated AWS without its wire: everything there is, and the rules by which it changes.
///
/// Time comes in with each call, ids come from the seed, and a refused call changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct World {
    pub(crate) ids: Ids,
    pub(crate) regions: Vec<String>,
    pub(crate) accounts: BTreeMap<AccountId, AccountRecord>,
    /// The accounts by e-mail address in lower case. [`World::add_account`] keeps it.
    pub(crate) emails: BTreeMap<String, AccountId>,
    pub(crate) organizations: BTreeMap<OrganizationId, OrganizationRecord>,
    pub(crate) handshakes: Handshakes,
    /// Billing transfers by id.
    pub(crate) transfers: BTreeMap<String, TransferRecord>,
    /// When closed accounts leave their organizations for good.
    pub(crate) departures: BTreeSet<(Timestamp, AccountId)>,
    /// Sessions by access key id.
    pub(crate) sessions: BTreeMap<String, Session>,
    /// What the services keep for themselves.
    pub(crate) services: services::States,
    /// Policies made ready.
    #[serde(skip)]
    pub(crate) compiled: Compiled,
}

impl World {
    /// Does what the caller asks, or says why not.
    ///
    /// # Errors
    /// The service's own error, as its API declares it.
    pub fn handle(&mut self, caller: &Principal, call: &Call, now: Timestamp) -> Answer {
        let unknown = || ApiError::unknown_operation(&call.service, &call.operation);
        let service = catalog::service(&call.service).ok_or_else(unknown)?;
        let operation = service.operation(&call.operation).ok_or_else(unknown)?;
        let request = Request { caller, service, operation, region: &call.region, input: &call.input, now };
        self.catch_up(now);
        self.admit(operation, &request)?;
        match operation.effect {
            Effect::Read(read) => read(self, &request),
            Effect::Change(change) => {
                let answer = change(self, &request);
                services::cloudtrail::record(self, operation, &request, &answer);
                answer
            }
        }
    }

    /// The session that an access key id belongs to.
    pub fn session(&self, access_key_id: &str) -> Option<&Session> {
        self.sessions.get(access_key_id)
    }

    /// The administrator of an account, whose keys are [`crate::keys_of`].
    pub fn administrator(&self, account: &AccountId) -> Option<Principal> {
        self.accounts.contains_key(account).then(|| Principal {
            account: account.clone(),
            arn: format!("arn:aws:iam::{account}:user/admin"),
            user_id: crate::ids::iam_id("AIDA", account.as_str()),
            role: None,
            session: None,
        })
    }

    /// The user whose long-term access key has that id: an account's administrator, or a user that the world file names.
    pub fn owner_of_key(&self, access_key_id: &str) -> Option<Principal> {
        let account = crate::account_of_key(access_key_id)?;
        if crate::keys_of(&account).access_key_id == access_key_id {
            return self.administrator(&account);
        }
        services::iam::owner_of_key(self, &account, access_key_id)
    }

    /// All accounts, by id.
    pub fn accounts(&self) -> impl Iterator<Item = AccountView> {
        self.accounts.values().map(|account| AccountView {
            id: account.id.clone(),
            name: account.name.clone(),
            organization: account.membership.as_ref().map(|membership| membership.organization.clone()),
        })
    }

    /// The sessions that were opened, by access key id.
    pub fn sessions(&self) -> impl Iterator<Item = (&str, &Session)> {
        self.sessions.iter().map(|(key, session)| (key.as_str(), session))
    }

    /// Ends a session at a time, unless it ends before that anyway.
    pub fn end_session(&mut self, access_key_id: &str, at: Timestamp) {
        if let Some(session) = self.sessions.get_mut(access_key_id) {
            session.expires_at = session.expires_at.min(at);
        }
    }

    /// The regions in use.
    pub fn regions(&self) -> impl Iterator<Item = &str> {
        self.regions.iter().map(String::as_str)
    }

    /// What ids are drawn from.
    pub fn seed(&self) -> u64 {
        self.ids.seed()
    }

    /// The organization that an account is in.
    pub fn organization_id(&self, account: &AccountId) -> Option<&OrganizationId> {
        self.membership(account).map(|membership| &membership.organization)
    }

    /// Ends the sessions that fit at a time, unless they end before that anyway.
    pub(crate) fn end_sessions(&mut self, fits: impl Fn(&Session) -> bool, at: Timestamp) {
        for session in self.sessions.values_mut().filter(|session| session.expires_at > at && fits(session)) {
            session.expires_at = at;
        }
    }

    /// Opens a session for an assumed role and returns its keys.
    pub(crate) fn open_session(&mut self, principal: Principal, expires_at: Timestamp) -> Keys {
        let nonce = self.ids.take(32);
        let keys = crate::keys::session_keys(&principal.account, &nonce);
        let token = keys.session_token.clone().unwrap_or_default();
        self.sessions.insert(keys.access_key_id.clone(), Session { principal, token, expires_at });
        keys
    }
}
