//! IAM Identity Center: its permission sets, and the names that only the roles tell.

use super::gap::Gaps;
use super::seen::{Seen, list, text};
use super::{HOME_REGION, iam};
use crate::worldfile::{IdentityCenterSpec, PermissionSetSpec};
use orgkit_model::{AccountId, Fact, OrganizationSnapshot};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The facts of permission sets: in which accounts each is.
pub(super) const KIND: &str = "sso-admin:ListAccountsForProvisionedPermissionSet";

/// What the names of the roles begin with that permission sets have in accounts [IAM Identity Center User Guide, referencingpermissionsets].
const ROLE: &str = "AWSReservedSSO_";

/// The organization's instance, where discovery saw it.
pub(super) fn identity_center(seen: &Seen<'_>, snapshot: &OrganizationSnapshot, gaps: &mut Gaps) -> Option<IdentityCenterSpec> {
    let found = seen.facts(&snapshot.organization.management_account, KIND);
    let id = &snapshot.organization.id;
    let provisioned = names(seen, snapshot);
    let Some(instance) = found.iter().find_map(|fact| text(&fact.doc, "InstanceArn")) else {
        if !provisioned.is_empty() {
            gaps.unseen(format!(
                "Members of {id} have roles of IAM Identity Center, but its instance was not seen in {HOME_REGION}. The world has the roles, \
                 which go when an account leaves, but no permission sets."
            ));
        }
        return None;
    };
    let mut names = Names { seen, left: provisioned, unnamed: 0 };
    let is_member = |account: &AccountId| snapshot.accounts.contains_key(account);
    let permission_sets = found.iter().map(|fact| {
        let accounts = list(&fact.doc, "AccountIds").iter().filter_map(|id| id.as_str()?.parse().ok()).filter(is_member);
        let accounts: BTreeSet<AccountId> = accounts.collect();
        let name = names.take(&accounts).unwrap_or_else(|| fallback(fact));
        PermissionSetSpec {
            name,
            arn: Some(fact.name.clone()),
            group: "unknown".to_owned(),
            accounts: accounts.into_iter().collect(),
            managed_policies: Vec::new(),
            inline_policy: None,
        }
    });
    let permission_sets = permission_sets.collect();
    gaps.assumed(format!(
        "The groups that have the permission sets of {id} are called `unknown`; sets in the same accounts may have each other's names."
    ));
    if names.unnamed > 0 {
        gaps.assumed(format!(
            "Permission sets of {id} whose names no role tells ({}) have the last part of their ARNs for a name.",
            names.unnamed
        ));
    }
    Some(IdentityCenterSpec { region: HOME_REGION.to_owned(), instance: Some(instance.to_owned()), permission_sets, users: Vec::new() })
}

/// The names of permission sets that no set has got yet, with the accounts that have their roles.
struct Names<'a> {
    seen: &'a Seen<'a>,
    left: BTreeMap<String, BTreeSet<AccountId>>,
    unnamed: usize,
}

impl Names<'_> {
    /// A name whose roles are in just these accounts, as far as anybody could look.
    fn take(&mut self, accounts: &BTreeSet<AccountId>) -> Option<String> {
        let visible: BTreeSet<&AccountId> = accounts.iter().filter(|account| self.seen.looked(account, iam::KIND)).collect();
        let fits = |has: &BTreeSet<AccountId>| !visible.is_empty() && has.iter().eq(visible.iter().copied());
        let name = self.left.iter().find(|(_, has)| fits(has)).map(|(name, _)| name.clone());
        match &name {
            Some(name) => drop(self.left.remove(name)),
            None => self.unnamed += 1,
        }
        name
    }
}

fn fallback(fact: &Fact) -> String {
    fact.name.rsplit('/').next().unwrap_or(&fact.name).to_owned()
}

/// The names of permission sets by the roles in the accounts, with the accounts.
fn names(seen: &Seen<'_>, snapshot: &OrganizationSnapshot) -> BTreeMap<String, BTreeSet<AccountId>> {
    let mut names: BTreeMap<String, BTreeSet<AccountId>> = BTreeMap::new();
    for account in snapshot.accounts.keys() {
        for fact in seen.facts(account, iam::KIND) {
            if let Some(name) = name_of_set(&fact.doc) {
                names.entry(name.to_owned()).or_default().insert(account.clone());
            }
        }
    }
    names
}

/// `Admin` for the role `AWSReservedSSO_Admin_0123456789abcdef`.
fn name_of_set(role: &Value) -> Option<&str> {
    let (name, _) = text(role, "RoleName")?.strip_prefix(ROLE)?.rsplit_once('_')?;
    Some(name)
}
