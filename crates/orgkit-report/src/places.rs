//! Who is who and where, read from the pictures and the placements of a run.

use orgkit_model::{AccountId, Opening, OrganizationId, Picture, TreeAccount, TreeNode};
use std::collections::BTreeMap;

/// Where an account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its organization; `None` when it is standalone.
    pub(crate) organization: Option<OrganizationId>,
    /// Its unit's path, `Root` for the root; `None` when it is standalone.
    pub(crate) unit: Option<String>,
}

/// Where each account of a picture is.
pub(crate) fn places(picture: &Picture) -> BTreeMap<&AccountId, Place> {
    let mut found = BTreeMap::new();
    for account in &picture.standalone {
        found.insert(&account.id, Place { organization: None, unit: None });
    }
    for organization in &picture.organizations {
        walk(&organization.root, "", &mut |path, account| {
            let unit = if path.is_empty() { "Root" } else { path };
            found.insert(&account.id, Place { organization: Some(organization.id.clone()), unit: Some(unit.to_owned()) });
        });
    }
    found
}

/// Calls `visit` with each account under `node` and the path of its unit, which is empty for the root.
pub(crate) fn walk<'a>(node: &'a TreeNode, path: &str, visit: &mut impl FnMut(&str, &'a TreeAccount)) {
    for account in &node.accounts {
        visit(path, account);
    }
    for unit in &node.units {
        let below = if path.is_empty() { unit.name.clone() } else { format!("{path}/{}", unit.name) };
        walk(unit, &below, visit);
    }
}

/// The names of the accounts.
pub(crate) struct Names(BTreeMap<AccountId, String>);

impl Names {
    /// The names that a run knows from its start.
    pub(crate) fn of(opening: &Opening) -> Self {
        let mut names: BTreeMap<_, _> =
            opening.before.standalone.iter().map(|account| (account.id.clone(), account.name.clone())).collect();
        for organization in &opening.before.organizations {
            walk(&organization.root, "", &mut |_, account| {
                names.insert(account.id.clone(), account.name.clone());
            });
        }
        for placement in &opening.plan.placements {
            names.entry(placement.account.clone()).or_insert_with(|| placement.name.clone());
        }
        Self(names)
    }

    /// The account's name, where it is known.
    pub(crate) fn name(&self, account: &AccountId) -> Option<&str> {
        self.0.get(account).map(String::as_str)
    }

    /// `name (id)`, or the id alone.
    pub(crate) fn label(&self, account: &AccountId) -> String {
        self.name(account).map_or_else(|| account.to_string(), |name| format!("{} ({account})", crate::words::clean(name)))
    }
}
