//! Declining and cancelling an invitation.

use super::{handshakes, shapes};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{HandshakeRecord, World};
use jiff::Timestamp;
use orgkit_model::HandshakeState;
use serde_json::json;

/// `DeclineHandshake`: only the recipient may.
pub(crate) fn decline(world: &mut World, request: &Request<'_>) -> Answer {
    let handshake = handshakes::find(world, request)?;
    if handshake.invited.as_ref() != Some(&request.caller.account) {
        return Err(ApiError::new("AccessDeniedException", "Only the recipient can decline a handshake."));
    }
    finish(world, request, HandshakeState::Declined)
}

/// `CancelHandshake`: only the sender may.
pub(crate) fn cancel(world: &mut World, request: &Request<'_>) -> Answer {
    let handshake = handshakes::find(world, request)?;
    if handshake.inviter != request.caller.account {
        return Err(ApiError::new("AccessDeniedException", "Only the sender can cancel a handshake."));
    }
    finish(world, request, HandshakeState::Canceled)
}

fn finish(world: &mut World, request: &Request<'_>, to: HandshakeState) -> Answer {
    let handshake = handshakes::find(world, request)?;
    check_open(handshake, to, request.now)?;
    let id = handshake.id.clone();
    set_answer(world, &id, to, request.now)
}

/// Writes the answer down and returns the handshake as output.
pub(super) fn set_answer(world: &mut World, id: &orgkit_model::HandshakeId, to: HandshakeState, now: Timestamp) -> Answer {
    let handshake = world.handshakes.get_mut(id).ok_or_else(|| ApiError::new("HandshakeNotFoundException", "The handshake is gone."))?;
    handshake.answer = Some((to, now));
    Ok(json!({ "Handshake": shapes::handshake(handshake, now) }))
}

/// Refuses to take a handshake that is no longer open to another state: `HandshakeAlreadyInStateException` when it is there already,
/// `InvalidHandshakeTransitionException` otherwise.
pub(super) fn check_open(handshake: &HandshakeRecord, to: HandshakeState, now: Timestamp) -> Result<(), ApiError> {
    match handshake.state(now) {
        HandshakeState::Open => Ok(()),
        state if state == to => {
            Err(ApiError::new("HandshakeAlreadyInStateException", "The specified handshake is already in the requested state."))
        }
        _ => {
            let message = "You can't perform the operation on the handshake in its current state.";
            Err(ApiError::new("InvalidHandshakeTransitionException", message))
        }
    }
}
