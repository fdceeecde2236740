//! From a way into an account to a caller.

use super::{Ask, SimCloud};
use jiff::Timestamp;
use orgkit_cloud::{Access, CloudError, Effect, ErrorClass, SESSION_NAME};
use orgkit_model::AccountId;
use orgkit_world::{Call, Principal};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A way into an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    Administrator,
    Access(Access),
}

/// The ways into accounts, and the callers that they gave with the end of their sessions.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    ways: BTreeMap<AccountId, Vec<Way>>,
    made: BTreeMap<AccountId, Caller>,
}

/// A caller, and when its session ends; an administrator's keys do not end.
#[derive(Debug, Clone)]
struct Caller {
    principal: Principal,
    ends: Option<Timestamp>,
}

impl Sessions {
    pub(super) fn add(&mut self, account: AccountId, way: Way) {
        self.ways.entry(account).or_default().push(way);
    }

    /// Puts a way first. Returns the accounts whose callers went with it: the account, and those reached through it.
    pub(super) fn prefer(&mut self, account: &AccountId, access: Access) -> Vec<AccountId> {
        let first = Way::Access(access);
        let known = self.ways.entry(account.clone()).or_default();
        known.retain(|way| way != &first);
        known.insert(0, first);
        self.drop_callers(account)
    }

    /// Takes a way away. Returns the accounts whose callers went with it.
    pub(super) fn forget(&mut self, account: &AccountId, access: &Access) -> Vec<AccountId> {
        let gone = Way::Access(access.clone());
        if let Some(known) = self.ways.get_mut(account) {
            known.retain(|way| way != &gone);
        }
        self.drop_callers(account)
    }

    /// Drops the callers of an account and of those reached through it, and says which.
    fn drop_callers(&mut self, account: &AccountId) -> Vec<AccountId> {
        let mut affected = vec![account.clone()];
        let goes_via = |way: &Way, accounts: &[AccountId]| matches!(way, Way::Access(Access::Role { via, .. }) if accounts.contains(via));
        while let Some((next, _)) =
            self.ways.iter().find(|(id, ways)| !affected.contains(id) && ways.iter().any(|way| goes_via(way, &affected)))
        {
            affected.push(next.clone());
        }
        self.made.retain(|id, _| !affected.contains(id));
        affected
    }

    /// Whether there is only one way into an account.
    pub(super) fn has_one_way(&self, account: &AccountId) -> bool {
        self.ways.get(account).is_some_and(|ways| ways.len() == 1)
    }

    /// Adds a way for when there is no other.
    pub(super) fn offer(&mut self, account: &AccountId, access: Access) {
        let known = self.ways.entry(account.clone()).or_default();
        if known.is_empty() {
            known.push(Way::Access(access));
        }
    }
}

impl SimCloud {
    /// Who calls for an account: by the first of its ways that gives credentials.
    pub(super) fn principal(&self, account: &AccountId) -> Result<Principal, CloudError> {
        self.find(account, &[]).map(|caller| caller.principal)
    }

    /// A caller by one way, made anew.
    pub(super) fn fresh(&self, account: &AccountId, access: &Access) -> Result<Principal, CloudError> {
        self.open(account, &Way::Access(access.clone()), &[]).map(|caller| caller.principal)
    }

    fn find(&self, account: &AccountId, trail: &[AccountId]) -> Result<Caller, CloudError> {
        let now = self.simulator.now();
        if let Some(caller) = self.sessions.borrow().made.get(account).filter(|caller| caller.ends.is_none_or(|ends| now < ends)) {
            return Ok(caller.clone());
        }
        let ask = Ask::of(account, None, "sts", "AssumeRole");
        if trail.contains(account) {
            let message = format!("the roles that lead to {account} go in a circle");
            return Err(ask.own(ErrorClass::Fatal, Some("RoleCircle"), message));
        }
        let ways = self.sessions.borrow().ways.get(account).cloned().unwrap_or_default();
        let mut failure = None;
        for way in &ways {
            match self.open(account, way, trail) {
                Ok(caller) => {
                    self.sessions.borrow_mut().made.insert(account.clone(), caller.clone());
                    return Ok(caller);
                }
                // A way that is only busy is the way all the same: another one may lead to less.
                Err(error) if error.class == ErrorClass::Retry => return Err(error),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        Err(failure.unwrap_or_else(|| no_way(account)))
    }

    fn open(&self, account: &AccountId, way: &Way, trail: &[AccountId]) -> Result<Caller, CloudError> {
        match way {
            Way::Administrator => {
                let principal = self.simulator.administrator(account).ok_or_else(|| no_way(account))?;
                Ok(Caller { principal, ends: None })
            }
            Way::Access(Access::Profile(_)) => Err(no_way(account)),
            Way::Access(Access::Role { via, role }) => {
                let trail = [trail, std::slice::from_ref(account)].concat();
                let base = self.find(via, &trail)?;
                self.assume(&base.principal, account, role)
            }
        }
    }

    fn assume(&self, base: &Principal, account: &AccountId, role: &str) -> Result<Caller, CloudError> {
        let ask = Ask::of(account, None, "sts", "AssumeRole");
        let input = json!({ "RoleArn": format!("arn:aws:iam::{account}:role/{role}"), "RoleSessionName": SESSION_NAME });
        let call =
            Call { service: "sts".to_owned(), operation: "AssumeRole".to_owned(), region: orgkit_cloud::HOME_REGION.to_owned(), input };
        let answer = self.simulator.call(base, &call).map_err(|error| {
            let error = ask.error(&error, Effect::Read);
            // Whatever STS refuses, there are no credentials.
            let class = if error.class == ErrorClass::Retry { ErrorClass::Retry } else { ErrorClass::Credentials };
            CloudError { class, ..error }
        })?;
        let key = answer.pointer("/Credentials/AccessKeyId").and_then(Value::as_str).unwrap_or_default();
        let session = self.simulator.session(key).ok_or_else(|| ask.malformed("Credentials.AccessKeyId"))?;
        Ok(Caller { principal: session.principal, ends: Some(session.expires_at) })
    }
}

fn no_way(account: &AccountId) -> CloudError {
    let message = format!("no profile and no role is known for account {account}");
    Ask::of(account, None, "sts", "GetCallerIdentity").own(ErrorClass::Credentials, Some("NoAccess"), message)
}
