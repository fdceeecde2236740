//! Invitations to shares, as their receivers see them.

use super::shares::with_token;
use super::state::Invitation;
use super::{paging, shapes};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::World;
use serde_json::json;

/// `GetResourceShareInvitations`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let (arns, shares) = (request.texts("resourceShareInvitationArns"), request.texts("resourceShareArns"));
    if let Some(missing) = arns.iter().find(|arn| received(world, request, arn).is_none()) {
        return Err(not_found(missing));
    }
    // Shares are few, and so are invitations.
    let is_wanted = |invitation: &&Invitation| {
        invitation.receiver == request.caller.account
            && invitation.region == request.region
            && (arns.is_empty() || arns.contains(&invitation.arn.as_str()))
            && (shares.is_empty() || shares.contains(&invitation.share.as_str()))
    };
    let all = world.services.ram.invitations.values().filter(is_wanted).map(|invitation| shapes::invitation(invitation, request.now));
    paging("GetResourceShareInvitations", "resourceShareInvitations").page(request, all.collect())
}

/// `AcceptResourceShareInvitation`: the account has part in the share from now on.
pub(super) fn accept(world: &mut World, request: &Request<'_>) -> Answer {
    answer(world, request, true)
}

/// `RejectResourceShareInvitation`.
pub(super) fn reject(world: &mut World, request: &Request<'_>) -> Answer {
    answer(world, request, false)
}

fn answer(world: &mut World, request: &Request<'_>, accepted: bool) -> Answer {
    let arn = request.required("resourceShareInvitationArn")?;
    if !arn.starts_with("arn:aws:ram:") {
        return Err(ApiError::new("MalformedArnException", format!("The ARN {arn} is not of an invitation.")));
    }
    let invitation = received(world, request, arn).ok_or_else(|| not_found(arn))?;
    let code = match invitation.status(request.now) {
        "ACCEPTED" => Some("ResourceShareInvitationAlreadyAcceptedException"),
        "REJECTED" => Some("ResourceShareInvitationAlreadyRejectedException"),
        "EXPIRED" => Some("ResourceShareInvitationExpiredException"),
        _ => None,
    };
    if let Some(code) = code {
        return Err(ApiError::new(code, format!("The invitation {arn} is no longer pending.")));
    }
    let invitation = Invitation { accepted: Some(accepted), ..invitation.clone() };
    let output = json!({ "resourceShareInvitation": shapes::invitation(&invitation, request.now) });
    world.services.ram.invitations.insert(arn.to_owned(), invitation);
    Ok(with_token(request, output))
}

/// An invitation that the caller received in the region.
fn received<'w>(world: &'w World, request: &Request<'_>, arn: &str) -> Option<&'w Invitation> {
    let is_its = |invitation: &&Invitation| invitation.receiver == request.caller.account && invitation.region == request.region;
    world.services.ram.invitations.get(arn).filter(is_its)
}

fn not_found(arn: &str) -> ApiError {
    ApiError::new("ResourceShareInvitationArnNotFoundException", format!("The invitation {arn} could not be found."))
}
