//! AWS Resource Access Manager (botocore `ram/2018-01-04`): resource shares and who has them.

use super::own;
use crate::call::{Answer, Request};
use crate::catalog::{Faults, Protocol, Service, read};
use crate::format::epoch;
use crate::page::Paging;
use crate::world::{Share, World};
use orgkit_model::AccountId;
use serde_json::{Value, json};

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "ram",
    signing_name: "ram",
    actions: "ram",
    model: "ram/2018-01-04",
    protocol: Protocol::RestJson,
    faults: Faults { invalid: "InvalidParameterException", ..Faults::REST },
    operations: &[
        read("GetResourceShareAssociations", get_associations).at("POST", "/getresourceshareassociations"),
        read("GetResourceShares", get_shares).at("POST", "/getresourceshares"),
    ],
};

const fn paging(list: &'static str, items: &'static str) -> Paging {
    Paging { list, items, limit: "maxResults", token: "nextToken", usual: 500, most: 500, bad_token: "InvalidNextTokenException" }
}

/// `GetResourceShareAssociations` of the shares that the caller owns in the region.
pub(crate) fn get_associations(world: &World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?;
    request.required("associationType")?;
    let kind = request.one_of("associationType", &["PRINCIPAL", "RESOURCE"])?.unwrap_or("PRINCIPAL");
    let wanted = request.texts("resourceShareArns");
    let member = if kind == "PRINCIPAL" { "principal" } else { "resourceArn" };
    let is_wanted = |share: &&Share| share.region == request.region && (wanted.is_empty() || wanted.contains(&share.arn.as_str()));
    let mut associations = Vec::new();
    for share in account.shares.iter().filter(is_wanted) {
        let entities = if kind == "PRINCIPAL" { &share.principals } else { &share.resources };
        for entity in entities.iter().filter(|entity| request.text(member).is_none_or(|wanted| wanted == entity.as_str())) {
            associations.push(json!({
                "resourceShareArn": share.arn,
                "resourceShareName": share.name,
                "associatedEntity": entity,
                "associationType": kind,
                "status": "ASSOCIATED",
                "creationTime": epoch(share.created_at),
                "lastUpdatedTime": epoch(share.created_at),
                "external": kind == "PRINCIPAL" && is_external(world, &account.id, entity),
            }));
        }
    }
    if request.text("associationStatus").is_some_and(|status| status != "ASSOCIATED") {
        associations.clear();
    }
    paging("GetResourceShareAssociations", "resourceShareAssociations").page(request, associations)
}

/// `GetResourceShares`: the caller's own, or those of other accounts that it has a part in.
pub(crate) fn get_shares(world: &World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?;
    request.required("resourceOwner")?;
    let owner = request.one_of("resourceOwner", &["SELF", "OTHER-ACCOUNTS"])?;
    let wanted = request.texts("resourceShareArns");
    let name = request.text("name");
    let is_wanted = |share: &Share| {
        share.region == request.region
            && (wanted.is_empty() || wanted.contains(&share.arn.as_str()))
            && name.is_none_or(|name| name == share.name)
    };
    let owners = world.accounts.values().filter(|other| (other.id == account.id) == (owner == Some("SELF")));
    let mine = |share: &Share| owner == Some("SELF") || share.principals.iter().any(|principal| covers(world, principal, &account.id));
    let shares = owners.flat_map(|owner| owner.shares.iter().map(move |share| (owner, share)));
    let listed = shares.filter(|(_, share)| is_wanted(share) && mine(share)).map(|(owner, share)| shape(&owner.id, share)).collect();
    paging("GetResourceShares", "resourceShares").page(request, listed)
}

/// Whether a principal of a share covers an account: by its id, through its organization, or through a unit it is in.
fn covers(world: &World, principal: &str, account: &AccountId) -> bool {
    if principal == account.as_str() {
        return true;
    }
    let Some(organization) = world.organization_of(account) else {
        return false;
    };
    let unit = principal.rsplit_once(&format!(":ou/{}/", organization.id)).map(|(_, unit)| unit);
    principal.ends_with(&format!(":organization/{}", organization.id))
        || unit.is_some_and(|unit| world.lineage(account).iter().any(|id| id == unit))
}

/// Whether a principal is outside the organization of the share's owner.
fn is_external(world: &World, owner: &AccountId, principal: &str) -> bool {
    let organization = world.organization_of(owner).map(|organization| &organization.id);
    match principal.parse::<AccountId>() {
        Ok(account) => organization.is_none() || world.organization_of(&account).map(|organization| &organization.id) != organization,
        Err(_) => organization.is_none_or(|organization| !principal.contains(organization.as_str())),
    }
}

fn shape(owner: &AccountId, share: &Share) -> Value {
    json!({
        "resourceShareArn": share.arn,
        "name": share.name,
        "owningAccountId": owner,
        "allowExternalPrincipals": share.allow_external,
        "status": "ACTIVE",
        "tags": [],
        "creationTime": epoch(share.created_at),
        "lastUpdatedTime": epoch(share.created_at),
        "featureSet": "STANDARD",
        "resourceShareConfiguration": { "retainSharingOnAccountLeaveOrganization": share.retain },
    })
}
