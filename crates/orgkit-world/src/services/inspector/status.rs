//! What Inspector scans in an account.

use super::{PRODUCT, Scans, denied, invalid, provide};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::services::administration::settled;
use crate::services::own;
use crate::world::World;
use crate::worldfile::InspectorResource;
use jiff::Timestamp;
use orgkit_model::AccountId;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// How many accounts a call may name (botocore, shape `AccountIdSet`).
const MOST: usize = 100;

/// `BatchGetAccountStatus`: of the caller itself, or, for the delegated administrator, of its members.
pub(super) fn batch_get(world: &World, request: &Request<'_>) -> Answer {
    own(world, request)?;
    let (known, failed) = named(world, request)?;
    let shape = |account: &AccountId| {
        let scans = scans_of(world, account, request.region);
        // The model requires an error code and has no word for none.
        let state = |status: &'static str| json!({ "status": status, "errorCode": null, "errorMessage": null });
        json!({
            "accountId": account,
            "state": state(overall(scans, request.now)),
            "resourceState": by_resource(|resource| state(status(scans, resource, request.now))),
        })
    };
    let accounts: Vec<Value> = known.iter().map(shape).collect();
    Ok(json!({ "accounts": accounts, "failedAccounts": failed }))
}

/// `Enable`.
pub(super) fn enable(world: &mut World, request: &Request<'_>) -> Answer {
    own(world, request)?;
    let resources = resource_types(request)?;
    if resources.is_empty() {
        return Err(invalid("resourceTypes must not be empty."));
    }
    let (known, failed) = named(world, request)?;
    let code = resources.contains(&InspectorResource::LambdaCode) && !resources.contains(&InspectorResource::Lambda);
    let lacks_standard =
        |account: &AccountId| scans_of(world, account, request.region).is_none_or(|scans| !scans.contains_key(&InspectorResource::Lambda));
    if code && known.iter().any(lacks_standard) {
        return Err(invalid("LAMBDA_CODE needs LAMBDA."));
    }
    for account in &known {
        let from = world.organization_of(account).map_or(request.now, |organization| settled(organization, request.now));
        provide(world, account, request.region, &resources, from);
    }
    Ok(outcome(world, request, &known, failed))
}

/// `Disable`: without resource types, Inspector as a whole.
pub(super) fn disable(world: &mut World, request: &Request<'_>) -> Answer {
    let caller = own(world, request)?.id.clone();
    let resources = resource_types(request)?;
    let (mut known, mut failed) = named(world, request)?;
    if known.contains(&caller) && PRODUCT.membership(world, &caller, request).is_some() {
        return Err(denied("A member account cannot disable Amazon Inspector."));
    }
    if resources.is_empty() && known.contains(&caller) && PRODUCT.has_members(world, request.region, &caller) {
        known.retain(|account| account != &caller);
        let words = "Disassociate all members first.";
        failed.push(json!({ "accountId": caller, "errorCode": "DISASSOCIATE_ALL_MEMBERS", "errorMessage": words }));
    }
    for account in &known {
        let regions = world.services.inspector.scans.get_mut(account);
        if let Some(scans) = regions.and_then(|regions| regions.get_mut(request.region)) {
            scans.retain(|resource, _| !resources.is_empty() && !resources.contains(resource));
        }
    }
    Ok(outcome(world, request, &known, failed))
}

/// The accounts that a call names, the caller when it names none, with those that are not its own or its members' as failed.
fn named(world: &World, request: &Request<'_>) -> Result<(Vec<AccountId>, Vec<Value>), ApiError> {
    let caller = &request.caller.account;
    let asked = request.texts("accountIds");
    if asked.is_empty() {
        return Ok((vec![caller.clone()], Vec::new()));
    }
    if asked.len() > MOST {
        return Err(invalid(format!("accountIds must name at most {MOST} accounts.")));
    }
    let (mut known, mut failed) = (Vec::new(), Vec::new());
    for id in asked {
        match id.parse::<AccountId>() {
            Ok(id) if &id == caller || administers(world, &id, request) => known.push(id),
            _ => failed.push(json!({ "accountId": id, "errorCode": "ACCESS_DENIED", "errorMessage": "The account is not a member." })),
        }
    }
    Ok((known, failed))
}

/// Whether the caller is the administrator of an account.
fn administers(world: &World, account: &AccountId, request: &Request<'_>) -> bool {
    PRODUCT.membership(world, account, request).is_some_and(|member| member.administrator == request.caller.account)
}

/// The resource types that a call names.
fn resource_types(request: &Request<'_>) -> Result<BTreeSet<InspectorResource>, ApiError> {
    let known = |word: &str| InspectorResource::EVERY.into_iter().find(|resource| resource.type_name() == word);
    let words = request.texts("resourceTypes").into_iter();
    words.map(|word| known(word).ok_or_else(|| invalid(format!("`{word}` is not a resource type.")))).collect()
}

fn scans_of<'w>(world: &'w World, account: &AccountId, region: &str) -> Option<&'w Scans> {
    world.services.inspector.scans.get(account)?.get(region)
}

fn status(scans: Option<&Scans>, resource: InspectorResource, now: Timestamp) -> &'static str {
    match scans.and_then(|scans| scans.get(&resource)) {
        Some(from) if *from <= now => "ENABLED",
        Some(_) => "ENABLING",
        None => "DISABLED",
    }
}

/// Inspector is enabled where anything is scanned.
fn overall(scans: Option<&Scans>, now: Timestamp) -> &'static str {
    let statuses = || InspectorResource::EVERY.into_iter().map(|resource| status(scans, resource, now));
    ["ENABLED", "ENABLING"].into_iter().find(|wanted| statuses().any(|status| status == *wanted)).unwrap_or("DISABLED")
}

/// An object with a member for each resource.
fn by_resource(value: impl Fn(InspectorResource) -> Value) -> Value {
    InspectorResource::EVERY.into_iter().map(|resource| (resource.member().to_owned(), value(resource))).collect::<Map<_, _>>().into()
}

fn outcome(world: &World, request: &Request<'_>, accounts: &[AccountId], failed: Vec<Value>) -> Value {
    let shape = |account: &AccountId| {
        let scans = scans_of(world, account, request.region);
        let resources = by_resource(|resource| status(scans, resource, request.now).into());
        json!({ "accountId": account, "status": overall(scans, request.now), "resourceStatus": resources })
    };
    json!({ "accounts": accounts.iter().map(shape).collect::<Vec<_>>(), "failedAccounts": failed })
}
