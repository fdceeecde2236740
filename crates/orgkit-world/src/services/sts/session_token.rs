//! `GetSessionToken`: temporary credentials of a user.

use super::{SHORTEST, duration, open};
use crate::ApiError;
use crate::call::{Answer, Principal, Request, SessionKind, SessionScope};
use crate::world::World;
use serde_json::json;

/// The usual and the longest session in seconds [STS API Reference, GetSessionToken].
const USUAL: i64 = 43_200;
const LONGEST: i64 = 129_600;

/// `GetSessionToken`: for users with keys of their own. Nobody has an MFA device here, so a code is never right.
pub(super) fn get(world: &mut World, request: &Request<'_>) -> Answer {
    let denied = |message: &str| Err(ApiError::new("AccessDenied", message).with_status(403));
    if request.caller.session.is_some() {
        return denied("Cannot call GetSessionToken with session credentials");
    }
    if request.text("TokenCode").is_some() || request.text("SerialNumber").is_some() {
        return denied("MultiFactorAuthentication failed with invalid MFA one time pass code.");
    }
    let seconds = duration(request, USUAL, SHORTEST, LONGEST)?;
    let principal = Principal { session: Some(SessionScope::new(SessionKind::User, request.now)), ..request.caller.clone() };
    Ok(json!({ "Credentials": open(world, request, principal, seconds) }))
}
