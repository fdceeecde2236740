//! One organization, read as a whole.

use crate::DiscoverError;
use orgkit_cloud::CloudRead;
use orgkit_model::{AccountId, Organization, OrganizationSnapshot, ParentId, PolicyType, Unit};
use std::collections::BTreeMap;

/// Reads an organization with the credentials of its management account.
///
/// # Errors
/// When any part of it cannot be read: half a tree is worse than none.
pub async fn snapshot(cloud: &impl CloudRead, management: &AccountId) -> Result<OrganizationSnapshot, DiscoverError> {
    let organization = cloud.organization(management).await?;
    let organization = organization.ok_or_else(|| DiscoverError::NoOrganization { account: management.clone() })?;
    managed_by(&organization, management)?;
    let root = cloud.root(management).await?;
    let units = units(cloud, management, root.clone().into()).await?;
    let accounts: BTreeMap<_, _> = cloud.accounts(management).await?.into_iter().map(|account| (account.id.clone(), account)).collect();
    let mut parents = BTreeMap::new();
    for parent in std::iter::once(root.clone().into()).chain(units.iter().map(|unit| unit.id.clone().into())) {
        for account in cloud.accounts_under(management, &parent).await? {
            parents.insert(account, parent.clone());
        }
    }
    // The sweep takes a while. An account that was moved or joined meanwhile is asked for by itself; one that left is no longer listed.
    parents.retain(|account, _| accounts.contains_key(account));
    for account in accounts.keys().filter(|account| !parents.contains_key(*account)).cloned().collect::<Vec<_>>() {
        let parent = cloud.parent(management, &account).await?;
        parents.insert(account, parent);
    }
    let mut policies = cloud.policies(management, PolicyType::ServiceControlPolicy).await?;
    policies.extend(cloud.policies(management, PolicyType::ResourceControlPolicy).await?);
    policies.sort_by(|a, b| a.id.cmp(&b.id));
    let mut delegated_administrators = cloud.delegated_administrators(management).await?;
    delegated_administrators.sort_by(|a, b| a.account.cmp(&b.account));
    Ok(OrganizationSnapshot { organization, root, units, accounts, parents, policies, delegated_administrators })
}

/// Fails unless the account manages the organization.
pub(crate) fn managed_by(organization: &Organization, account: &AccountId) -> Result<(), DiscoverError> {
    if &organization.management_account == account {
        return Ok(());
    }
    Err(DiscoverError::NotManagement {
        account: account.clone(),
        organization: organization.id.clone(),
        management: organization.management_account.clone(),
    })
}

/// All units below the root, sorted by id.
async fn units(cloud: &impl CloudRead, management: &AccountId, root: ParentId) -> Result<Vec<Unit>, DiscoverError> {
    let mut units = Vec::new();
    let mut open = vec![root];
    while let Some(parent) = open.pop() {
        for unit in cloud.units_under(management, &parent).await? {
            open.push(unit.id.clone().into());
            units.push(unit);
        }
    }
    units.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(units)
}
