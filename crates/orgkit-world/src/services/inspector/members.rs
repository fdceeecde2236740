//! The members of an organization's Inspector, as its delegated administrator sees them.

use super::organization::administered;
use super::{PRODUCT, invalid, not_found, provide};
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::page::Paging;
use crate::services::administration::{Member, Relation, settled};
use crate::world::World;
use orgkit_model::AccountId;
use serde_json::{Value, json};

pub(super) const fn paging(list: &'static str, items: &'static str) -> Paging {
    Paging { list, items, limit: "maxResults", token: "nextToken", usual: 50, most: 50, bad_token: "ValidationException" }
}

/// `AssociateMember`: the account is a member, and scanned as new members are, after a while.
pub(super) fn associate(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, settings) = administered(world, request)?;
    let id = request.required("accountId")?;
    let (account, _) = world.member(&organization.id, id).ok_or_else(|| invalid("The account is not in the organization."))?;
    let account = account.id.clone();
    if account == request.caller.account {
        return Err(invalid("The delegated administrator is no member of its own."));
    }
    let (resources, at) = (settings.auto_enable.clone(), settled(organization, request.now));
    provide(world, &account, request.region, &resources, at);
    PRODUCT.associate(world, &account, request.region, &request.caller.account, at);
    Ok(json!({ "accountId": id }))
}

/// `DisassociateMember`.
pub(super) fn disassociate(world: &mut World, request: &Request<'_>) -> Answer {
    administered(world, request)?;
    let id = request.required("accountId")?;
    let account: AccountId = id.parse().map_err(|_| invalid("accountId is not an account id."))?;
    if PRODUCT.membership(world, &account, request).is_none() {
        return Err(invalid("The account is not an associated member."));
    }
    PRODUCT.disassociate(world, &account, request.region, request.now);
    Ok(json!({ "accountId": id }))
}

/// `GetMember`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let id = request.required("accountId")?;
    administered(world, request)?;
    let account: Option<AccountId> = id.parse().ok();
    let member = account.and_then(|account| PRODUCT.relation(world, &account, request.region));
    let member = member.filter(|member| member.since <= request.now).ok_or_else(|| not_found("The account is not a member."))?;
    Ok(json!({ "member": shape(id, member) }))
}

/// `ListMembers`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    administered(world, request)?;
    let members = PRODUCT.members(world, request, request.flag("onlyAssociated").unwrap_or(true));
    let shapes = members.into_iter().map(|(account, member)| shape(account.id.as_str(), member)).collect();
    paging("ListMembers", "members").page(request, shapes)
}

fn shape(account: &str, member: &Member) -> Value {
    json!({
        "accountId": account,
        "relationshipStatus": if member.relation == Relation::Enabled { "ENABLED" } else { "REMOVED" },
        "delegatedAdminAccountId": member.administrator,
        "updatedAt": epoch(member.since),
    })
}
