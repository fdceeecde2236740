//! Accounts and where they hang: listing them, and moving one.

use super::{nothing, shapes};
use crate::call::{Answer, Request};
use crate::page::Paging;
use crate::world::{OrganizationRecord, World};
use crate::{ApiError, services};
use jiff::Timestamp;
use orgkit_model::{AccountId, ParentId, UnitId};
use serde_json::{Value, json};

/// `ListAccounts`.
pub(crate) fn list_accounts(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    // Only what is on the page is looked at: there may be thousands before it.
    let shape = |id| listed(world, organization, id, request.now);
    Paging::organizations("ListAccounts", "Accounts").page_of(request, organization.members.iter(), shape)
}

/// `DescribeAccount`.
pub(crate) fn describe_account(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let id = account_id(request)?;
    let (account, place) = world.member(&organization.id, id.as_str()).ok_or_else(|| crate::error::account_not_found(&id))?;
    Ok(json!({ "Account": shapes::account(organization, account, place, request.now) }))
}

/// `ListRoots`: there is one.
pub(crate) fn list_roots(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    Paging::organizations("ListRoots", "Roots").page(request, vec![shapes::root(organization)])
}

/// `ListParents` of an account or a unit: there is one.
pub(crate) fn list_parents(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let child = request.required("ChildId")?;
    if child.parse::<AccountId>().is_err() && child.parse::<UnitId>().is_err() {
        return Err(request.invalid("INVALID_PATTERN", format!("`{child}` is not the id of an account or unit.")));
    }
    let of_account = world.member(&organization.id, child).map(|(_, place)| &place.parent);
    let parent = of_account.or_else(|| organization.unit(child).map(|(_, unit)| &unit.parent));
    let not_found = || ApiError::new("ChildNotFoundException", format!("We can't find an account or unit {child}."));
    Paging::organizations("ListParents", "Parents").page(request, vec![shapes::parent(parent.ok_or_else(not_found)?)])
}

/// `ListChildren` of a root or unit: its accounts or its units.
pub(crate) fn list_children(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let parent = parent(organization, request)?;
    request.required("ChildType")?;
    let kind = request.one_of("ChildType", &["ACCOUNT", "ORGANIZATIONAL_UNIT"])?;
    let children: Vec<Value> = if kind == Some("ACCOUNT") {
        organization.members.under(&parent).map(|id| json!({ "Id": id, "Type": "ACCOUNT" })).collect()
    } else {
        let units = organization.units.iter().filter(|(_, unit)| unit.parent == parent);
        units.map(|(id, _)| json!({ "Id": id, "Type": "ORGANIZATIONAL_UNIT" })).collect()
    };
    Paging::organizations("ListChildren", "Children").page(request, children)
}

/// `ListAccountsForParent`.
pub(crate) fn list_accounts_for_parent(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let parent = parent(organization, request)?;
    let shape = |id| listed(world, organization, id, request.now);
    Paging::organizations("ListAccountsForParent", "Accounts").page_of(request, organization.members.under(&parent), shape)
}

/// A member as lists show it.
fn listed(world: &World, organization: &OrganizationRecord, id: &AccountId, now: Timestamp) -> Value {
    let member = world.placed(id);
    member.map(|(account, place)| shapes::account(organization, account, place, now)).unwrap_or_default()
}

/// `MoveAccount`: the source must be where the account is.
pub(crate) fn move_account(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    let id = account_id(request)?;
    let (source, destination) = (parent_id(request, "SourceParentId")?, parent_id(request, "DestinationParentId")?);
    let (_, place) = world.member(&organization.id, id.as_str()).ok_or_else(|| crate::error::account_not_found(&id))?;
    if place.parent != source {
        let message = "We can't find a source root or OU with the ParentId that you specified.";
        return Err(ApiError::new("SourceParentNotFoundException", message));
    }
    let not_found = || ApiError::new("DestinationParentNotFoundException", "We can't find the destination container that you specified.");
    let destination = organization.parent(destination.as_str()).ok_or_else(not_found)?;
    if destination == place.parent {
        return Err(ApiError::new("DuplicateAccountException", "That account is already present in the specified destination."));
    }
    let organization = organization.id.clone();
    world.put_under(&organization, &id, &destination)?;
    services::moved(world, &id, &destination, request.now);
    Ok(nothing())
}

/// The account that the input names.
pub(super) fn account_id(request: &Request<'_>) -> Result<AccountId, ApiError> {
    let id = request.required("AccountId")?;
    id.parse().map_err(|_| request.invalid("INVALID_PATTERN", format!("`{id}` is not an account id.")))
}

/// The root or unit that the input's `ParentId` names.
pub(super) fn parent(organization: &OrganizationRecord, request: &Request<'_>) -> Result<ParentId, ApiError> {
    let id = parent_id(request, "ParentId")?;
    let not_found = || ApiError::new("ParentNotFoundException", "We can't find a root or OU with the ParentId that you specified.");
    organization.parent(id.as_str()).ok_or_else(not_found)
}

/// A member of the input that has the form of the id of a root or unit.
fn parent_id(request: &Request<'_>, member: &str) -> Result<ParentId, ApiError> {
    let id = request.required(member)?;
    id.parse().map_err(|_| request.invalid("INVALID_PATTERN", format!("`{id}` is not the id of a root or unit.")))
}
