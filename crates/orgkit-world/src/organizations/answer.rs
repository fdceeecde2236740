//! Declining and cancelling a handshake.

use super::{all_features, handshakes, shapes};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{HandshakeKind, HandshakeRecord, World};
use jiff::Timestamp;
use orgkit_model::{HandshakeId, HandshakeState};
use serde_json::json;

/// `DeclineHandshake`: only the recipient may. What an account asked itself, it cancels.
pub(crate) fn decline(world: &mut World, request: &Request<'_>) -> Answer {
    let (handshake, account) = (handshakes::find(world, request)?, &request.caller.account);
    if !handshakes::is_recipient(world, handshake, account) || &handshake.sender.account == account {
        return Err(ApiError::new("AccessDeniedException", "Only the recipient can decline a handshake."));
    }
    finish(world, request, HandshakeState::Declined)
}

/// `CancelHandshake`: only the sender may.
pub(crate) fn cancel(world: &mut World, request: &Request<'_>) -> Answer {
    let handshake = handshakes::find(world, request)?;
    if handshake.sender.account != request.caller.account {
        return Err(ApiError::new("AccessDeniedException", "Only the sender can cancel a handshake."));
    }
    let (organization, id) = (handshake.organization.clone(), handshake.id.clone());
    let is_whole = matches!(handshake.kind, HandshakeKind::EnableAllFeatures { .. });
    let answer = finish(world, request, HandshakeState::Canceled)?;
    if is_whole {
        all_features::cancel_approvals(world, &organization, &id, request.now);
    }
    Ok(answer)
}

fn finish(world: &mut World, request: &Request<'_>, to: HandshakeState) -> Answer {
    let handshake = handshakes::find(world, request)?;
    if handshake.state(request.now) != HandshakeState::Requested {
        check_open(handshake, to, request.now)?;
    }
    let id = handshake.id.clone();
    set_answer(world, &id, to, request.now)
}

/// Writes the answer down and returns the handshake as output.
pub(super) fn set_answer(world: &mut World, id: &HandshakeId, to: HandshakeState, now: Timestamp) -> Answer {
    world.handshakes.answer(id, to, now);
    let handshake = world.handshakes.get(id).ok_or_else(|| ApiError::new("HandshakeNotFoundException", "The handshake is gone."))?;
    Ok(json!({ "Handshake": shapes::handshake(handshake, now) }))
}

/// Refuses to take a handshake that is not open to another state: `HandshakeAlreadyInStateException` when it is there already,
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
