//! `AcceptHandshake`: where an account changes its organization, and other promises are kept.

use super::organization::check_may_leave;
use super::{all_features, answer, billing, handshake_constraint, handshakes, invite};
use crate::ApiError;
use crate::authorize::Asked;
use crate::call::{Answer, Request};
use crate::services::iam::service_linked;
use crate::world::{HandshakeKind, HandshakeRecord, OrganizationRecord, World};
use jiff::SignedDuration;
use orgkit_model::{HandshakeState, JoinedMethod};

/// The action that leaving an organization needs. Whether a direct transfer needs it too, AWS's own pages disagree about; this simulation
/// takes the strict reading [Organizations User Guide, orgs_manage_accounts_accept-decline-invite].
const LEAVE: &str = "organizations:LeaveOrganization";
/// How soon after it has joined one organization an account may go on to the next. AWS has such a limit (botocore reason
/// `ORGANIZATION_MEMBERSHIP_CHANGE_RATE_LIMIT_EXCEEDED`) and does not say which; this one is unconfirmed.
const STAYS: SignedDuration = SignedDuration::from_hours(1);

/// The reason when an account may not make the role that Organizations needs in it (botocore `organizations/2016-11-28`, shape
/// `AccessDeniedForDependencyExceptionReason`).
const DURING_CREATE: &str = "ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE";

/// Only the recipient may accept. A member of another organization that accepts an invitation leaves that one and lands in the root of the
/// inviting one in a single step; a standalone account just joins.
pub(crate) fn accept(world: &mut World, request: &Request<'_>) -> Answer {
    let handshake = handshakes::find(world, request)?;
    if !handshakes::is_recipient(world, handshake, &request.caller.account) {
        return Err(ApiError::new("AccessDeniedException", "Only the recipient can accept a handshake."));
    }
    answer::check_open(handshake, HandshakeState::Accepted, request.now)?;
    if let HandshakeKind::Invite { .. } = &handshake.kind {
        check_invitation(world, request, handshake)?;
    }
    let (handshake, account) = (handshake.clone(), request.caller.account.clone());
    if let HandshakeKind::Invite { .. } = &handshake.kind {
        check_permissions(world, request)?;
    }
    match handshake.kind {
        HandshakeKind::Invite { tags } => world.join(&account, &handshake.organization, JoinedMethod::Invited, tags, request.now),
        HandshakeKind::EnableAllFeatures { .. } => all_features::finalize(world, &handshake.organization)?,
        HandshakeKind::ApproveAllFeatures { parent } => all_features::approve(world, &account, &parent),
        HandshakeKind::TransferResponsibility { transfer, .. } => billing::check_acceptance(world, request, &transfer)?,
    }
    answer::set_answer(world, &handshake.id, HandshakeState::Accepted, request.now)
}

fn check_invitation(world: &World, request: &Request<'_>, handshake: &HandshakeRecord) -> Result<(), ApiError> {
    let account = &request.caller.account;
    let destination = world.organizations.get(&handshake.organization);
    let destination = destination.ok_or_else(|| ApiError::new("HandshakeNotFoundException", "The inviting organization is gone."))?;
    if let Some(current) = world.organization_of(account) {
        check_departure(world, request, current, destination)?;
    }
    invite::check_payer(world, destination)?;
    let seller = |account| world.accounts.get(account).map(|record| record.signup.seller);
    if seller(account) != seller(&destination.management) {
        let message = "You can only join an organization whose seller of record is that of your account.";
        return Err(handshake_constraint("ORGANIZATION_FROM_DIFFERENT_SELLER_OF_RECORD", message));
    }
    Ok(())
}

/// What a member of another organization needs to change over.
fn check_departure(
    world: &World,
    request: &Request<'_>,
    current: &OrganizationRecord,
    destination: &OrganizationRecord,
) -> Result<(), ApiError> {
    let account = &request.caller.account;
    if current.id == destination.id {
        return Err(handshake_constraint("ALREADY_IN_AN_ORGANIZATION", "The account is already a member of the organization."));
    }
    check_may_leave(world, current, account, request.now)?;
    invite::check_age(destination, request.now)?;
    if world.membership(account).is_some_and(|place| request.now.duration_since(place.joined_at) < STAYS) {
        let message = "You attempted to change the membership of an account too quickly after its previous change.";
        return Err(handshake_constraint("ORGANIZATION_MEMBERSHIP_CHANGE_RATE_LIMIT_EXCEEDED", message));
    }
    Ok(())
}

/// What joining needs besides the permission to accept: leaving, for a member, and making the role through which Organizations works in an
/// account that does not have it [Organizations User Guide, orgs_integrate_services-using_slrs].
fn check_permissions(world: &mut World, request: &Request<'_>) -> Result<(), ApiError> {
    let account = &request.caller.account;
    if world.organization_of(account).is_some() {
        world.demand(request, &Asked { action: LEAVE, resource: "*".to_owned(), keys: &[] })?;
    }
    check_service_role(world, request)
}

/// Refuses a caller who may not make the role of Organizations in its account, where it is not there yet.
pub(super) fn check_service_role(world: &mut World, request: &Request<'_>) -> Result<(), ApiError> {
    service_linked::demand(world, request, service_linked::ORGANIZATIONS)
        .map_err(|error| ApiError::new("AccessDeniedForDependencyException", error.message).because(DURING_CREATE))
}
