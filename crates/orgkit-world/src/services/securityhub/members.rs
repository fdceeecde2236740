//! The members of an organization's Security Hub, as its administrator sees them, and their own view.

use super::hubs::{hub_of, own_hub};
use super::organization::administered;
use super::{PRODUCT, invalid, not_found, paging, provide};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::iso;
use crate::services::administration::{Known, Member, Relation};
use crate::world::{AccountRecord, World};
use orgkit_model::AccountId;
use serde_json::{Value, json};

/// How many accounts a call may name (botocore, shape `AccountDetailsList`).
const MOST: usize = 50;

/// `CreateMembers`: accounts of the organization are members at once; they get a hub with the default standards if they have none.
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, _) = administered(world, request)?;
    let details = request.input.get("AccountDetails").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if details.is_empty() || details.len() > MOST {
        return Err(invalid(format!("AccountDetails must name 1 to {MOST} accounts.")));
    }
    let (mut accepted, mut others) = (Vec::new(), Vec::new());
    for detail in details {
        let id = detail.get("AccountId").and_then(Value::as_str).ok_or_else(|| invalid("AccountId is required."))?;
        let refusal = match world.member(&organization.id, id) {
            Some((account, _)) if account.id == request.caller.account => "The administrator is no member of its own.",
            Some((account, _)) if account.id == organization.management && hub_of(world, &account.id, request.region).is_none() => {
                "The organization management account must first enable Security Hub to be added as a member."
            }
            Some((account, _)) => {
                accepted.push(account.id.clone());
                continue;
            }
            None => "The account is not in the organization; membership by invitation is not simulated.",
        };
        others.push(unprocessed(id, refusal));
    }
    for account in accepted {
        provide(world, &account, request.region, true, request.now);
        PRODUCT.associate(world, &account, request.region, &request.caller.account, request.now);
    }
    Ok(json!({ "UnprocessedAccounts": others }))
}

/// `ListMembers`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    own_hub(world, request)?;
    let members = PRODUCT.members(world, request, request.flag("OnlyAssociated").unwrap_or(true));
    paging("ListMembers", "Members", 50).page(request, members.into_iter().map(|(account, member)| shape(account, member)).collect())
}

/// `GetMembers`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    own_hub(world, request)?;
    let known = named(world, request)?;
    let members: Vec<Value> = known.members.into_iter().map(|(account, member)| shape(account, member)).collect();
    let others: Vec<Value> = known.unknown.into_iter().map(|id| unprocessed(id, "The account is not a member.")).collect();
    Ok(json!({ "Members": members, "UnprocessedAccounts": others }))
}

/// `DisassociateMembers`. That an account which is no member is refused is unconfirmed.
pub(super) fn disassociate(world: &mut World, request: &Request<'_>) -> Answer {
    administered(world, request)?;
    let known = named(world, request)?;
    if let Some(id) = known.unknown.first() {
        return Err(not_found(format!("Account {id} is not a member.")));
    }
    let known: Vec<AccountId> = known.members.into_iter().map(|(account, _)| account.id.clone()).collect();
    for account in known {
        PRODUCT.disassociate(world, &account, request.region, request.now);
    }
    Ok(json!({}))
}

/// `DeleteMembers`.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    administered(world, request)?;
    let known = named(world, request)?;
    let mut others: Vec<Value> = known.unknown.into_iter().map(|id| unprocessed(id, "The account is not a member.")).collect();
    let mut deleted = Vec::new();
    for (account, member) in known.members {
        if member.relation == Relation::Removed {
            deleted.push(account.id.clone());
        } else {
            others.push(unprocessed(account.id.as_str(), "The account belongs to the organization: disassociate it first."));
        }
    }
    for account in deleted {
        PRODUCT.forget(world, &account, request.region);
    }
    Ok(json!({ "UnprocessedAccounts": others }))
}

/// `GetAdministratorAccount`, for a member.
pub(super) fn administrator(world: &World, request: &Request<'_>) -> Answer {
    own_hub(world, request)?;
    let Some(member) = PRODUCT.membership(world, &request.caller.account, request) else {
        return Ok(json!({}));
    };
    Ok(json!({
        "Administrator": { "AccountId": member.administrator, "InvitedAt": iso(member.since), "MemberStatus": "Enabled" },
    }))
}

/// The accounts that a call names.
fn named<'w, 'a>(world: &'w World, request: &Request<'a>) -> Result<Known<'w, 'a>, ApiError> {
    let asked = request.texts("AccountIds");
    if asked.is_empty() { Err(invalid("AccountIds must not be empty.")) } else { Ok(PRODUCT.known(world, request, asked)) }
}

fn unprocessed(id: &str, words: &str) -> Value {
    json!({ "AccountId": id, "ProcessingResult": words })
}

fn shape(account: &AccountRecord, member: &Member) -> Value {
    json!({
        "AccountId": account.id,
        "Email": account.email,
        "MasterId": member.administrator,
        "AdministratorId": member.administrator,
        "MemberStatus": if member.relation == Relation::Enabled { "Enabled" } else { "Removed" },
        "UpdatedAt": iso(member.since),
    })
}
