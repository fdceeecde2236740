//! IAM Identity Center: its permission sets, and the names that only the roles tell.

use super::gap::Gaps;
use super::seen::{Seen, list, text};
use super::{HOME_REGION, iam};
use crate::worldfile::{IdentityCenterSpec, PermissionSetSpec};
use orgkit_model::{AccountId, Fact, OrganizationSnapshot};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

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
    let looked: BTreeSet<&AccountId> = snapshot.accounts.keys().filter(|account| seen.looked(account, iam::KIND)).collect();
    let mut unnamed = 0_usize;
    let mut left = provisioned;
    let permission_sets = found.iter().map(|fact| {
        let accounts: BTreeSet<AccountId> = list(&fact.doc, "AccountIds")
            .iter()
            .filter_map(|id| id.as_str()?.parse().ok())
            .filter(|id| snapshot.accounts.contains_key(id))
            .collect();
        let visible: BTreeSet<&AccountId> = accounts.iter().filter(|account| looked.contains(account)).collect();
        let name = left
            .iter()
            .find(|(_, has)| !visible.is_empty() && has.iter().collect::<BTreeSet<_>>() == visible)
            .map(|(name, _)| name.clone());
        name.as_ref().map(|name| left.remove(name));
        unnamed += usize::from(name.is_none());
        let name = name.unwrap_or_else(|| fallback(fact));
        PermissionSetSpec { name, arn: Some(fact.name.clone()), group: "unknown".to_owned(), accounts: accounts.into_iter().collect() }
    });
    let permission_sets = permission_sets.collect();
    gaps.assumed(format!(
        "The groups that have the permission sets of {id} are called `unknown`; sets in the same accounts may have each other's names."
    ));
    if unnamed > 0 {
        gaps.assumed(format!("{unnamed} permission sets of {id} have the last part of their ARNs for a name: no role tells it."));
    }
    Some(IdentityCenterSpec { region: HOME_REGION.to_owned(), instance: Some(instance.to_owned()), permission_sets })
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
