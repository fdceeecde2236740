//! `AcceptHandshake`: where an account changes its organization.

use super::organization::check_may_leave;
use super::{answer, handshake_constraint, handshakes, invite};
use crate::call::{Answer, Request};
use crate::world::{HandshakeRecord, World};
use crate::{ApiError, error};
use orgkit_model::{HandshakeState, JoinedMethod};

/// The action that leaving an organization needs. Whether a direct transfer needs it too, AWS's own pages disagree about; this simulation
/// takes the strict reading [Organizations User Guide, orgs_manage_accounts_accept-decline-invite].
const LEAVE: &str = "organizations:LeaveOrganization";

/// Only the invited account may accept. A member of another organization leaves that one and lands in the root of the inviting one in a
/// single step; a standalone account just joins.
pub(crate) fn accept(world: &mut World, request: &Request<'_>) -> Answer {
    let handshake = handshakes::find(world, request)?;
    check(world, request, handshake)?;
    let handshake = handshake.clone();
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
    invite::check_age(destination, request.now)?;
    match world.scp_refusal(request.caller, LEAVE, request.region) {
        None => Ok(()),
        Some(refusal) => Err(error::denied(request, LEAVE, refusal.words())),
    }
}
