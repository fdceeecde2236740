//! What can be worked out from the accounts, kept beside them so that nobody has to look at all of them.

use super::{AccountRecord, World};
use orgkit_model::{AccountId, ParentId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The members of an organization, by id and by place. Their memberships say the same; a saved world has each member once, and the places are
/// worked out when it is read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "BTreeMap<AccountId, ParentId>", into = "BTreeMap<AccountId, ParentId>")]
pub(crate) struct Members {
    /// What each member hangs under.
    parents: BTreeMap<AccountId, ParentId>,
    /// The members directly under each root or unit; one without members has no entry.
    under: BTreeMap<ParentId, BTreeSet<AccountId>>,
}

impl Members {
    /// Puts an account under a root or unit: a new member, or one that was elsewhere.
    pub(crate) fn put(&mut self, account: &AccountId, parent: &ParentId) {
        self.remove(account);
        self.parents.insert(account.clone(), parent.clone());
        self.under.entry(parent.clone()).or_default().insert(account.clone());
    }

    /// Takes an account out.
    pub(crate) fn remove(&mut self, account: &AccountId) {
        let Some(parent) = self.parents.remove(account) else { return };
        if let Some(siblings) = self.under.get_mut(&parent) {
            siblings.remove(account);
            if siblings.is_empty() {
                self.under.remove(&parent);
            }
        }
    }

    /// How many there are, the management account included.
    pub(crate) fn len(&self) -> usize {
        self.parents.len()
    }

    /// Whether an account is one.
    pub(crate) fn contains(&self, account: &AccountId) -> bool {
        self.parents.contains_key(account)
    }

    /// All of them, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &AccountId> {
        self.parents.keys()
    }

    /// Those directly under a root or unit, by id.
    pub(crate) fn under(&self, parent: &ParentId) -> impl Iterator<Item = &AccountId> {
        self.under.get(parent).into_iter().flatten()
    }
}

impl FromIterator<(AccountId, ParentId)> for Members {
    fn from_iter<T: IntoIterator<Item = (AccountId, ParentId)>>(members: T) -> Self {
        members.into_iter().collect::<BTreeMap<_, _>>().into()
    }
}

impl From<BTreeMap<AccountId, ParentId>> for Members {
    fn from(parents: BTreeMap<AccountId, ParentId>) -> Self {
        let mut under: BTreeMap<ParentId, BTreeSet<AccountId>> = BTreeMap::new();
        for (account, parent) in &parents {
            under.entry(parent.clone()).or_default().insert(account.clone());
        }
        Self { parents, under }
    }
}

impl From<Members> for BTreeMap<AccountId, ParentId> {
    fn from(members: Members) -> Self {
        members.parents
    }
}

impl World {
    /// Adds an account that is in no organization.
    pub(crate) fn add_account(&mut self, account: AccountRecord) {
        // Of accounts that share an address, against AWS's rules, the lowest id is found.
        let known = self.emails.entry(account.email.to_lowercase()).or_insert_with(|| account.id.clone());
        if account.id < *known {
            known.clone_from(&account.id);
        }
        self.accounts.insert(account.id.clone(), account);
    }

    /// The account with an e-mail address. Letter case does not count.
    pub(crate) fn account_with_email(&self, email: &str) -> Option<&AccountRecord> {
        self.accounts.get(self.emails.get(&email.to_lowercase())?)
    }
}
