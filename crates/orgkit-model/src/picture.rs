//! How an estate looks as trees.

use crate::{Account, AccountState, Estate, OrganizationSnapshot, OrganizationTree, ParentId, Picture, TreeAccount, TreeNode};

impl Picture {
    /// The picture of an estate.
    pub fn of(estate: &Estate) -> Self {
        Self::of_parts(&estate.target, &estate.sources, &estate.standalone)
    }

    /// The picture of the target, the sources that still exist, and the accounts outside them.
    pub fn of_parts(target: &OrganizationSnapshot, sources: &[OrganizationSnapshot], standalone: &[Account]) -> Self {
        let mut outside: Vec<_> = standalone.iter().map(|account| tree_account(None, account)).collect();
        outside.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Self { organizations: std::iter::once(target).chain(sources).map(tree).collect(), standalone: outside }
    }
}

fn tree(organization: &OrganizationSnapshot) -> OrganizationTree {
    OrganizationTree {
        id: organization.organization.id.clone(),
        management_account: organization.organization.management_account.clone(),
        root: node(organization, &organization.root.clone().into(), "Root"),
    }
}

fn node(organization: &OrganizationSnapshot, at: &ParentId, name: &str) -> TreeNode {
    let mut units: Vec<_> = organization
        .units
        .iter()
        .filter(|unit| &unit.parent == at)
        .map(|unit| node(organization, &unit.id.clone().into(), &unit.name))
        .collect();
    units.sort_by(|a, b| a.name.cmp(&b.name));
    let mut accounts: Vec<_> = organization
        .parents
        .iter()
        .filter(|(_, parent)| *parent == at)
        .filter_map(|(id, _)| organization.accounts.get(id))
        .map(|account| tree_account(Some(organization), account))
        .collect();
    accounts.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let mut policies: Vec<_> = organization
        .policies
        .iter()
        .filter(|policy| !policy.aws_managed && policy.targets.iter().any(|target| target == at.as_str()))
        .map(|policy| policy.name.clone())
        .collect();
    policies.sort();
    TreeNode { name: name.to_owned(), units, accounts, policies }
}

fn tree_account(organization: Option<&OrganizationSnapshot>, account: &Account) -> TreeAccount {
    let mut marks = Vec::new();
    if organization.is_some_and(|known| known.organization.management_account == account.id) {
        marks.push("management".to_owned());
    }
    if organization.is_some_and(|known| known.delegated_administrators.iter().any(|admin| admin.account == account.id)) {
        marks.push("delegated administrator".to_owned());
    }
    if account.state != AccountState::Active {
        marks.push("suspended".to_owned());
    }
    TreeAccount { id: account.id.clone(), name: account.name.clone(), marks }
}
