//! What is in a share, and who has part in it.

use super::principals::{Admission, admit, check_kinds, is_external};
use super::shares::{named, own, with_token};
use super::state::{Association, Invitation, Share};
use super::{not_permitted, paging, shapes, unknown};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::World;
use orgkit_model::AccountId;
use serde_json::{Value, json};

/// `AssociateResourceShare`.
pub(super) fn associate(world: &mut World, request: &Request<'_>) -> Answer {
    let share = own(&world.services.ram, request)?;
    let (principals, resources) = entities(request)?;
    check_resources(&share.owner, &resources)?;
    // What can stay within the organization only must not come to those outside, from either side.
    let all: Vec<&str> = share.resources.keys().map(String::as_str).chain(resources.iter().copied()).collect();
    let mut admitted = Vec::new();
    for principal in &principals {
        admitted.push((*principal, admit(world, &share.owner, share.allow_external, &all, principal)?));
    }
    if share.principals.keys().any(|principal| is_external(world, &share.owner, principal)) {
        check_kinds(&resources)?;
    }
    let arn = share.arn.clone();
    if let Some(share) = world.services.ram.share_mut(&arn) {
        for resource in &resources {
            share.resources.entry((*resource).to_owned()).or_insert(request.now);
        }
        share.updated_at = request.now;
    }
    for (principal, admission) in admitted {
        add(world, request, &arn, principal, admission);
    }
    let share = world.services.ram.share(&arn).ok_or_else(|| unknown(&arn))?;
    let parts = principals.iter().filter_map(|principal| shapes::principal(world, share, principal, request.now));
    let contents = resources.iter().map(|resource| shapes::resource(share, resource, request.now));
    let output = json!({ "resourceShareAssociations": parts.chain(contents).collect::<Vec<_>>() });
    Ok(with_token(request, output))
}

/// `DisassociateResourceShare`: by the owner, or by an account that was invited and leaves.
pub(super) fn disassociate(world: &mut World, request: &Request<'_>) -> Answer {
    let share = named(&world.services.ram, request)?;
    let (principals, resources) = entities(request)?;
    let caller = &request.caller.account;
    if &share.owner != caller {
        let invited = share.principals.get(caller.as_str()).is_some_and(|association| association.invitation.is_some());
        if !invited || !resources.is_empty() || principals.iter().any(|principal| *principal != caller.as_str()) {
            return Err(not_permitted("Only the owner can change the share; an account that was invited can leave it."));
        }
    }
    let missing = |entity: &&&str| !share.principals.contains_key(**entity) && !share.resources.contains_key(**entity);
    if let Some(entity) = principals.iter().chain(&resources).find(missing) {
        return Err(unknown(&format!("{entity} in the resource share")));
    }
    let of = |entities: &[&str], kind: &str| -> Vec<Value> {
        entities.iter().map(|entity| shapes::leaving(share, entity, kind, request.now)).collect()
    };
    let output = json!({ "resourceShareAssociations": ([of(&principals, "PRINCIPAL"), of(&resources, "RESOURCE")].concat()) });
    let arn = share.arn.clone();
    for principal in principals {
        world.services.ram.remove(&arn, principal);
    }
    if let Some(share) = world.services.ram.share_mut(&arn) {
        share.resources.retain(|resource, _| !resources.contains(&resource.as_str()));
        share.updated_at = request.now;
    }
    Ok(with_token(request, output))
}

/// `GetResourceShareAssociations` of the shares that the caller owns in the region.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    request.required("associationType")?;
    let kind = request.one_of("associationType", &["PRINCIPAL", "RESOURCE"])?.unwrap_or("PRINCIPAL");
    let (wanted, status) = (request.texts("resourceShareArns"), request.text("associationStatus"));
    let entity = request.text(if kind == "PRINCIPAL" { "principal" } else { "resourceArn" });
    let is_wanted = |share: &&Share| share.region == request.region && (wanted.is_empty() || wanted.contains(&share.arn.as_str()));
    let mut found: Vec<Value> = Vec::new();
    for share in world.services.ram.of_owner(&request.caller.account).filter(is_wanted) {
        if kind == "PRINCIPAL" {
            found.extend(share.principals.keys().filter_map(|principal| shapes::principal(world, share, principal, request.now)));
        } else {
            found.extend(share.resources.iter().map(|(arn, since)| shapes::resource(share, arn, *since)));
        }
    }
    let has = |shape: &Value, member: &str, wanted: Option<&str>| wanted.is_none() || shape.get(member).and_then(Value::as_str) == wanted;
    found.retain(|shape| has(shape, "status", status) && has(shape, "associatedEntity", entity));
    paging("GetResourceShareAssociations", "resourceShareAssociations").page(request, found)
}

/// Gives an admitted principal its part, with an invitation where that takes one. One that has a part, or is asked already, keeps it.
pub(super) fn add(world: &mut World, request: &Request<'_>, share: &str, principal: &str, admission: Admission) {
    let ram = &world.services.ram;
    let Some(found) = ram.share(share) else { return };
    if found.principals.get(principal).is_some_and(|association| ram.association_status(association, request.now) != "FAILED") {
        return;
    }
    let invitation = match admission {
        Admission::Direct => None,
        Admission::Invitation(receiver) => {
            let (sender, share_name, region) = (found.owner.clone(), found.name.clone(), found.region.clone());
            let arn = format!("arn:aws:ram:{region}:{sender}:resource-share-invitation/{}", world.ids.uuid());
            let share = share.to_owned();
            let sent_at = request.now;
            let invitation = Invitation { arn: arn.clone(), share, share_name, region, sender, receiver, sent_at, accepted: None };
            world.services.ram.invitations.insert(arn.clone(), invitation);
            Some(arn)
        }
    };
    world.services.ram.add(share, principal, Association { since: request.now, invitation });
}

/// Refuses what is no ARN, and what is another account's.
pub(super) fn check_resources(owner: &AccountId, resources: &[&str]) -> Result<(), ApiError> {
    for arn in resources {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let [_, _, _, _, account, _] = parts.as_slice() else {
            return Err(ApiError::new("MalformedArnException", format!("The specified resource ARN {arn} is not valid.")));
        };
        // Some ARNs carry no account: those of S3, and of resources that AWS owns.
        if !account.is_empty() && *account != owner.as_str() {
            return Err(unknown(&format!("The resource {arn} in your account")));
        }
    }
    Ok(())
}

/// The principals and the resources of the input; one of either at least.
fn entities<'a>(request: &Request<'a>) -> Result<(Vec<&'a str>, Vec<&'a str>), ApiError> {
    let (principals, resources) = (request.texts("principals"), request.texts("resourceArns"));
    if principals.is_empty() && resources.is_empty() {
        return Err(ApiError::new("InvalidParameterException", "Specify principals or resources."));
    }
    Ok((principals, resources))
}
