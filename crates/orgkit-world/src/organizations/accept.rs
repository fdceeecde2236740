//! `AcceptHandshake`: where an account changes its organization.

use super::organization::check_may_leave;
use super::{answer, handshake_constraint, handshakes, invite};
use crate::ApiError;
use crate::authorize::Asked;
use crate::call::{Answer, Request};
use crate::services::iam::service_linked;
use crate::world::{HandshakeRecord, World};
use orgkit_model::{HandshakeState, JoinedMethod};

/// The action that leaving an organization needs. Whether a direct transfer needs it too, AWS's own pages disagree about; this simulation
/// takes the strict reading [Organizations User Guide, orgs_manage_accounts_accept-decline-invite].
const LEAVE: &str = "organizations:LeaveOrganization";

/// The reason when an account may not make the role that Organizations needs in it (botocore `organizations/2016-11-28`, shape
/// `AccessDeniedForDependencyExceptionReason`).
const DURING_CREATE: &str = "ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE";

/// Only the invited account may accept. A member of another organization leaves that one and lands in the root of the inviting one in a
/// single step; a standalone account just joins.
pub(crate) fn accept(world: &mut World, request: &Request<'_>) -> Answer {
    let handshake = handshakes::find(world, request)?;
    check(world, request, handshake)?;
    let handshake = handshake.clone();
    check_permissions(world, request)?;
    world.join(&request.caller.account, &handshake.organization, JoinedMethod::Invited, handshake.tags, request.now);
    answer::set_answer(world, &handshake.id, HandshakeState::Accepted, request.now)
}

fn check(world: &World, request: &Request<'_>, handshake: &HandshakeRecord) -> Result<(), ApiError> {
    let account = &request.caller.account;
    if handshake.invited.as_ref() != Some(account) {
        return Err(ApiError::new("AccessDeniedException", "Only the recipient can accept a handshake."));
    }
    answer::check_open(handshake, HandshakeState::Accepted, request.now)?;
    let destination = world.organizations.get(&handshake.organization);
    let destination = destination.ok_or_else(|| ApiError::new("HandshakeNotFoundException", "The inviting organization is gone."))?;
    let Some(current) = world.organization_of(account) else {
        return Ok(());
    };
    if current.id == destination.id {
        return Err(handshake_constraint("ALREADY_IN_AN_ORGANIZATION", "The account is already a member of the organization."));
    }
    check_may_leave(world, current, account, request.now)?;
    invite::check_age(destination, request.now)
}

/// What accepting needs besides its own permission: leaving, for a member, and making the role through which Organizations works in an
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
