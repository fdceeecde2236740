//! Roots, units and accounts by the names that a world file has for them.

use super::gap::Gaps;
use crate::worldfile::ROOT;
use orgkit_model::{AccountId, OrganizationSnapshot};
use std::collections::BTreeMap;

/// What a world file calls the roots and units of one organization.
pub(super) struct Places<'a> {
    snapshot: &'a OrganizationSnapshot,
    /// Paths of units, by id.
    paths: BTreeMap<&'a str, String>,
}

impl<'a> Places<'a> {
    /// The places of an organization.
    pub(super) fn new(snapshot: &'a OrganizationSnapshot) -> Self {
        let path =
            |unit: &orgkit_model::Unit| snapshot.unit_path(&unit.id.clone().into()).iter().map(|name| written(name)).collect::<Vec<_>>();
        let paths = snapshot.units.iter().map(|unit| (unit.id.as_str(), below_root(path(unit)))).collect();
        Self { snapshot, paths }
    }

    /// The path of a unit, by its id.
    pub(super) fn path(&self, unit: &str) -> Option<&str> {
        self.paths.get(unit).map(String::as_str)
    }

    /// A root, unit or account as policies name it.
    pub(super) fn place(&self, id: &str) -> Option<String> {
        if id == self.snapshot.root.as_str() {
            return Some(ROOT.to_owned());
        }
        let account = || id.parse::<AccountId>().ok().filter(|account| self.snapshot.accounts.contains_key(account));
        self.path(id).map(str::to_owned).or_else(|| account().map(|account| account.to_string()))
    }

    /// Where an account is: the path of its unit, or `None` for the root.
    pub(super) fn unit_of(&self, account: &AccountId) -> Option<String> {
        self.path(self.snapshot.parents.get(account)?.as_str()).map(str::to_owned)
    }

    /// Root, units and accounts, by id.
    pub(super) fn all_ids(&self) -> impl Iterator<Item = &'a str> {
        let units = self.snapshot.units.iter().map(|unit| unit.id.as_str());
        std::iter::once(self.snapshot.root.as_str()).chain(units).chain(self.snapshot.accounts.keys().map(AccountId::as_str))
    }

    /// Says which units have other names in the world.
    pub(super) fn tell(&self, gaps: &mut Gaps) {
        for unit in &self.snapshot.units {
            let name = self.path(unit.id.as_str()).and_then(|path| path.rsplit('/').next());
            if let Some(name) = name.filter(|name| *name != unit.name) {
                gaps.left_out(format!(
                    "Unit {} is called `{}`, which a world file cannot say; in the world it is `{name}`.",
                    unit.id, unit.name
                ));
            }
        }
    }
}

/// The path; no unit below the root can be called like the root.
fn below_root(mut path: Vec<String>) -> String {
    if let Some(first) = path.first_mut().filter(|first| *first == ROOT) {
        first.push('_');
    }
    path.join("/")
}

/// A unit's name in a path, where `/` separates names.
fn written(name: &str) -> String {
    if name.is_empty() { "_".to_owned() } else { name.replace('/', "_") }
}
