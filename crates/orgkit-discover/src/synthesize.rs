//! Facts that the organization walk has already read, in the shape of the calls that gave them, so that checks need no second source.

use orgkit_model::{Account, AccountId, Collection, Estate, Fact, OrganizationSnapshot, Outcome};
use serde_json::{Value, json};

pub(crate) const DESCRIBE_ACCOUNT: &str = "organizations:DescribeAccount";
pub(crate) const DESCRIBE_ORGANIZATION: &str = "organizations:DescribeOrganization";

/// The kinds that are never asked for account by account.
pub(crate) const SYNTHESIZED: [&str; 2] = [DESCRIBE_ACCOUNT, DESCRIBE_ORGANIZATION];

/// Adds what the walk read: one document per account and one per organization.
pub(crate) fn add(estate: &mut Estate) {
    let sides = std::iter::once((&estate.target, "target")).chain(estate.sources.iter().map(|source| (source, "source")));
    let mut facts = Vec::new();
    for (side, role) in sides {
        facts.push(organization(side, role));
        facts.extend(side.accounts.values().map(|account| fact(&account.id, DESCRIBE_ACCOUNT, account.id.as_str(), member(side, account))));
    }
    facts.extend(estate.standalone.iter().map(|account| fact(&account.id, DESCRIBE_ACCOUNT, account.id.as_str(), standalone(account))));
    estate.collections.extend(facts.iter().map(|fact| Collection {
        account: fact.account.clone(),
        region: None,
        kind: fact.kind.clone(),
        outcome: Outcome::Collected { count: 1 },
    }));
    estate.facts.extend(facts);
}

fn fact(account: &AccountId, kind: &str, name: &str, doc: Value) -> Fact {
    Fact { account: account.clone(), region: None, kind: kind.to_owned(), name: name.to_owned(), doc }
}

fn organization(side: &OrganizationSnapshot, role: &str) -> Fact {
    let organization = &side.organization;
    let doc = json!({
        "Id": organization.id,
        "MasterAccountId": organization.management_account,
        "FeatureSet": organization.feature_set,
        "Role": role,
    });
    fact(&organization.management_account, DESCRIBE_ORGANIZATION, organization.id.as_str(), doc)
}

fn member(side: &OrganizationSnapshot, account: &Account) -> Value {
    let path = side.parents.get(&account.id).map(|parent| side.unit_path(parent)).unwrap_or_default();
    let administers = side.delegated_administrators.iter().find(|administrator| administrator.account == account.id);
    json!({
        "Id": account.id,
        "Name": account.name,
        "State": account.state,
        "JoinedMethod": account.joined_method,
        "OrganizationId": side.organization.id,
        "ManagementAccount": account.id == side.organization.management_account,
        "UnitPath": path,
        "DelegatedAdministratorFor": administers.map(|administrator| administrator.services.as_slice()).unwrap_or_default(),
        "Tags": {},
    })
}

fn standalone(account: &Account) -> Value {
    json!({
        "Id": account.id,
        "Name": account.name,
        "State": account.state,
        "JoinedMethod": null,
        "OrganizationId": null,
        "ManagementAccount": false,
        "UnitPath": [],
        "DelegatedAdministratorFor": [],
        "Tags": {},
    })
}
