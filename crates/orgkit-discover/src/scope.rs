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
}

impl Scope {
    /// The name of an account that no organization names: the user's, or its id.
    pub(crate) fn name_of(&self, account: &AccountId) -> String {
        let given = self.standalone.iter().find(|(id, _)| id == account);
        given.map_or_else(|| account.to_string(), |(_, name)| name.clone())
    }
}
