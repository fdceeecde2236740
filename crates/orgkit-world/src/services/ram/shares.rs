//! Resource shares themselves.

use super::associations::{self, check_resources};
use super::principals::{Admission, admit, shares_with};
use super::state::{Share, State};
use super::{paging, shapes, unknown};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::World;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// `CreateResourceShare`. External principals are allowed unless the input says otherwise.
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let name = request.required("name")?;
    let owner = request.caller.account.clone();
    let allow_external = request.flag("allowExternalPrincipals").unwrap_or(true);
    let resources = request.texts("resourceArns");
    check_resources(&owner, &resources)?;
    let mut admitted: Vec<(&str, Admission)> = Vec::new();
    for principal in request.texts("principals") {
        admitted.push((principal, admit(world, &owner, allow_external, &resources, principal)?));
    }
    let retain = request.input.pointer("/resourceShareConfiguration/retainSharingOnAccountLeaveOrganization");
    let share = Share {
        arn: format!("arn:aws:ram:{}:{owner}:resource-share/{}", request.region, world.ids.uuid()),
        owner,
        name: name.to_owned(),
        region: request.region.to_owned(),
        principals: BTreeMap::new(),
        resources: resources.into_iter().map(|arn| (arn.to_owned(), request.now)).collect(),
        tags: tags(request),
        allow_external,
        retain: retain.and_then(Value::as_bool).unwrap_or(false),
        created_at: request.now,
        updated_at: request.now,
        deleted_at: None,
    };
    let (arn, shape) = (share.arn.clone(), shapes::share(&share));
    world.services.ram.insert(share);
    for (principal, admission) in admitted {
        associations::add(world, request, &arn, principal, admission);
    }
    Ok(with_token(request, json!({ "resourceShare": shape })))
}

/// `UpdateResourceShare`. Principals outside stay when external ones are no longer allowed; no new ones come.
pub(super) fn update(world: &mut World, request: &Request<'_>) -> Answer {
    let arn = own(&world.services.ram, request)?.arn.clone();
    let (name, allow_external) = (request.text("name"), request.flag("allowExternalPrincipals"));
    if name.is_none() && allow_external.is_none() {
        return Err(ApiError::new("MissingRequiredParameterException", "Specify a name, or whether external principals are allowed."));
    }
    let Some(share) = world.services.ram.share_mut(&arn) else { return Err(unknown(&arn)) };
    if let Some(name) = name {
        name.clone_into(&mut share.name);
    }
    share.allow_external = allow_external.unwrap_or(share.allow_external);
    share.updated_at = request.now;
    let output = json!({ "resourceShare": shapes::share(share) });
    Ok(with_token(request, output))
}

/// `DeleteResourceShare`: nobody has part in it any more.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let share = own(&world.services.ram, request)?;
    let (arn, principals): (String, Vec<String>) = (share.arn.clone(), share.principals.keys().cloned().collect());
    for principal in principals {
        world.services.ram.remove(&arn, &principal);
    }
    if let Some(share) = world.services.ram.share_mut(&arn) {
        share.resources.clear();
        (share.deleted_at, share.updated_at) = (Some(request.now), request.now);
    }
    Ok(with_token(request, json!({ "returnValue": true })))
}

/// `GetResourceShares`: the caller's own, or those of other accounts that it has a part in.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    request.required("resourceOwner")?;
    let own = request.one_of("resourceOwner", &["SELF", "OTHER-ACCOUNTS"])? == Some("SELF");
    let (wanted, name, status) = (request.texts("resourceShareArns"), request.text("name"), request.text("resourceShareStatus"));
    let is_wanted = |share: &&Share| {
        share.region == request.region
            && share.is_seen(request.now)
            && (wanted.is_empty() || wanted.contains(&share.arn.as_str()))
            && name.is_none_or(|name| name == share.name)
            && status.is_none_or(|status| status == share.status())
    };
    let account = &request.caller.account;
    let shares: Vec<&Share> = if own { world.services.ram.of_owner(account).collect() } else { shares_with(world, request, account) };
    let listed = shares.into_iter().filter(is_wanted).map(shapes::share).collect();
    paging("GetResourceShares", "resourceShares").page(request, listed)
}

/// The caller's own share that the input names, in the region.
pub(super) fn own<'s>(state: &'s State, request: &Request<'_>) -> Result<&'s Share, ApiError> {
    let share = named(state, request)?;
    if share.owner == request.caller.account { Ok(share) } else { Err(unknown(&format!("ResourceShare {}", share.arn))) }
}

/// The share that the input names, in the region.
pub(super) fn named<'s>(state: &'s State, request: &Request<'_>) -> Result<&'s Share, ApiError> {
    let arn = request.required("resourceShareArn")?;
    if !arn.starts_with("arn:aws:ram:") {
        return Err(ApiError::new("MalformedArnException", format!("The ARN {arn} is not of a resource share.")));
    }
    let is_there = |share: &&Share| share.region == request.region && share.deleted_at.is_none();
    state.share(arn).filter(is_there).ok_or_else(|| unknown(&format!("ResourceShare {arn}")))
}

/// The output with the caller's token, if it gave one.
pub(super) fn with_token(request: &Request<'_>, mut output: Value) -> Value {
    if let (Some(token), Some(members)) = (request.text("clientToken"), output.as_object_mut()) {
        members.insert("clientToken".to_owned(), token.into());
    }
    output
}

fn tags(request: &Request<'_>) -> BTreeMap<String, String> {
    let text = |tag: &Value, name: &str| tag.get(name).and_then(Value::as_str).map(str::to_owned);
    let given = request.input.get("tags").and_then(Value::as_array).into_iter().flatten();
    given.filter_map(|tag| Some((text(tag, "key")?, text(tag, "value")?))).collect()
}
