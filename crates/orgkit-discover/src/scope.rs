//! What to discover.

use orgkit_model::{AccountId, FactKind};
use std::collections::BTreeMap;

/// What to discover: the two sides, the regions, and the kinds of facts that packs and planner ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The management account of the organization to move into.
    pub target_management: AccountId,
    /// The management accounts of the organizations to move out of.
    pub sources: Vec<AccountId>,
    /// The roles by which those management accounts enter their members, by management account.
    pub member_roles: BTreeMap<AccountId, String>,
    /// The accounts to take in that are in no organization, with the names that the user gave them.
    pub standalone: Vec<(AccountId, String)>,
    /// The regions to look at.
    pub regions: Vec<String>,
    /// The kinds of facts to collect.
    pub kinds: Vec<FactKind>,
    /// How the calls that were made in the accounts are looked up; `None`: not at all.
    pub activity: Option<Lookup>,
}

/// How far CloudTrail's event history is read in each account and region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lookup {
    /// How many days back; CloudTrail keeps 90.
    pub days: u32,
    /// How many pages of 50 events at most. AWS answers two a second.
    pub pages: u32,
}

impl Default for Lookup {
    fn default() -> Self {
        Self { days: 90, pages: 40 }
    }
}

impl Scope {
    /// The name of an account that no organization names: the user's, or its id.
    pub(crate) fn name_of(&self, account: &AccountId) -> String {
        let given = self.standalone.iter().find(|(id, _)| id == account);
        given.map_or_else(|| account.to_string(), |(_, name)| name.clone())
    }
}
