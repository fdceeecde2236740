//! The members of an organization's GuardDuty, as its administrator sees them, and their own view.

use super::detectors::{detector_of, own_detector};
use super::organization::{administered, can_join};
use super::{PRODUCT, bad, provide};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::iso;
use crate::page::Paging;
use crate::services::administration::{Known, Member, Relation};
use crate::world::{AccountRecord, World};
use crate::worldfile::AutoEnable;
use orgkit_model::AccountId;
use serde_json::{Value, json};

/// How many accounts a call may name (botocore, shape `AccountIds`).
const MOST: usize = 50;

pub(super) const fn paging(list: &'static str, items: &'static str) -> Paging {
    Paging { list, items, limit: "maxResults", token: "nextToken", usual: 50, most: 50, bad_token: "BadRequestException" }
}

/// `CreateMembers`: accounts of the organization are members at once, with the features that members get.
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let (organization, settings) = administered(world, request)?;
    let features = settings.features_of_members();
    let details = request.input.get("accountDetails").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if details.is_empty() || details.len() > MOST {
        return Err(bad(format!("accountDetails must name 1 to {MOST} accounts.")));
    }
    let (mut accepted, mut unprocessed) = (Vec::new(), Vec::new());
    for detail in details {
        let text = |name: &str| detail.get(name).and_then(Value::as_str).ok_or_else(|| bad(format!("{name} is required.")));
        let (id, _) = (text("accountId")?, text("email")?);
        let refusal = match world.member(&organization.id, id) {
            Some((account, _)) if account.id == request.caller.account => "The administrator is no member of its own.",
            Some((account, _)) if can_join(world, &account.id, request.region) => {
                accepted.push(account.id.clone());
                continue;
            }
            Some(_) => "Operation failed because your organization master must first enable GuardDuty to be added as a member",
            None => "The account is not in the organization; membership by invitation is not simulated.",
        };
        unprocessed.push(json!({ "accountId": id, "result": refusal }));
    }
    for account in accepted {
        provide(world, &account, request.region, &features, request.now);
        PRODUCT.associate(world, &account, request.region, &request.caller.account, request.now);
    }
    Ok(json!({ "unprocessedAccounts": unprocessed }))
}

/// `ListMembers`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    own_detector(world, request)?;
    let members = PRODUCT.members(world, request, request.flag("onlyAssociated").unwrap_or(true));
    let shapes = members.into_iter().map(|(account, member)| shape(world, request, account, member)).collect();
    paging("ListMembers", "members").page(request, shapes)
}

/// `GetMembers`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    own_detector(world, request)?;
    let known = named(world, request)?;
    let members: Vec<Value> = known.members.into_iter().map(|(account, member)| shape(world, request, account, member)).collect();
    let unprocessed: Vec<Value> = known.unknown.into_iter().map(unknown).collect();
    Ok(json!({ "members": members, "unprocessedAccounts": unprocessed }))
}

/// `DisassociateMembers`: their detectors stay.
pub(super) fn disassociate(world: &mut World, request: &Request<'_>) -> Answer {
    let (_, settings) = administered(world, request)?;
    if settings.auto_enable == AutoEnable::All {
        let message = "The request is rejected because GuardDuty is enabled automatically for all accounts of the organization.";
        return Err(bad(message));
    }
    let known = named(world, request)?;
    let unprocessed: Vec<Value> = known.unknown.into_iter().map(unknown).collect();
    let members: Vec<AccountId> = known.members.into_iter().map(|(account, _)| account.id.clone()).collect();
    for account in members {
        PRODUCT.disassociate(world, &account, request.region, request.now);
    }
    Ok(json!({ "unprocessedAccounts": unprocessed }))
}

/// `DeleteMembers`.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    administered(world, request)?;
    let known = named(world, request)?;
    let mut unprocessed: Vec<Value> = known.unknown.into_iter().map(unknown).collect();
    let mut deleted = Vec::new();
    for (account, member) in known.members {
        if member.relation == Relation::Removed {
            deleted.push(account.id.clone());
        } else {
            unprocessed.push(json!({ "accountId": account.id, "result": "The account must be disassociated first." }));
        }
    }
    for account in deleted {
        PRODUCT.forget(world, &account, request.region);
    }
    Ok(json!({ "unprocessedAccounts": unprocessed }))
}

/// `GetAdministratorAccount`, for a member. Others get an answer without content; here its one member is empty.
pub(super) fn administrator(world: &World, request: &Request<'_>) -> Answer {
    own_detector(world, request)?;
    let membership = PRODUCT.membership(world, &request.caller.account, request);
    let administrator = membership
        .map(|member| json!({ "accountId": member.administrator, "relationshipStatus": "Enabled", "invitedAt": iso(member.since) }));
    Ok(json!({ "administrator": administrator.unwrap_or_else(|| json!({})) }))
}

/// The accounts that a call names.
fn named<'w, 'a>(world: &'w World, request: &Request<'a>) -> Result<Known<'w, 'a>, ApiError> {
    let asked = request.texts("accountIds");
    if asked.is_empty() || asked.len() > MOST {
        return Err(bad(format!("accountIds must name 1 to {MOST} accounts.")));
    }
    Ok(PRODUCT.known(world, request, asked))
}

fn unknown(id: &str) -> Value {
    let words = "The request is rejected because the given account ID is not an associated member of account the current account.";
    json!({ "accountId": id, "result": words })
}

fn shape(world: &World, request: &Request<'_>, account: &AccountRecord, member: &Member) -> Value {
    let mut shape = json!({
        "accountId": account.id,
        "masterId": member.administrator,
        "administratorId": member.administrator,
        "email": account.email,
        "relationshipStatus": if member.relation == Relation::Enabled { "Enabled" } else { "Removed" },
        "updatedAt": iso(member.since),
    });
    if let (Some(detector), Some(members)) = (detector_of(world, &account.id, request.region), shape.as_object_mut()) {
        members.insert("detectorId".to_owned(), detector.id.as_str().into());
    }
    shape
}
