//! The requests that changed something: what their tokens tell.

use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::world::{ResourceKey, World};
use orgkit_model::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What Cloud Control keeps: its requests, by token.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct State {
    requests: BTreeMap<String, Finished>,
}

/// A request that was carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Finished {
    account: AccountId,
    /// The caller's own token and what was asked with it.
    client: Option<(String, Value)>,
    event: Value,
}

/// The answer to a request that was made before with the same client token.
///
/// # Errors
/// `ClientTokenConflictException` when something else was asked with it.
pub(super) fn repeated(world: &World, request: &Request<'_>) -> Result<Option<Value>, ApiError> {
    let Some(token) = request.text("ClientToken") else {
        return Ok(None);
    };
    let own = world.services.cloud_control.requests.values().filter(|known| known.account == request.caller.account);
    let before = own.filter_map(|known| Some((known, known.client.as_ref()?))).find(|(_, (client, _))| client == token);
    match before {
        None => Ok(None),
        Some((known, (_, asked))) if asked == request.input => Ok(Some(json!({ "ProgressEvent": known.event }))),
        Some(_) => Err(ApiError::new("ClientTokenConflictException", "The client token was used for another request.")),
    }
}

/// Writes a request down that is carried out at once, and gives its answer: as with AWS it says that the work is in progress.
pub(super) fn done(world: &mut World, request: &Request<'_>, key: &ResourceKey, operation: &str) -> Value {
    let token = world.ids.uuid();
    let event = |status: &str| {
        json!({
            "TypeName": key.kind,
            "Identifier": key.identifier,
            "RequestToken": token,
            "Operation": operation,
            "OperationStatus": status,
            "EventTime": epoch(request.now),
        })
    };
    let finished = Finished {
        account: request.caller.account.clone(),
        client: request.text("ClientToken").map(|client| (client.to_owned(), request.input.clone())),
        event: event("SUCCESS"),
    };
    let output = json!({ "ProgressEvent": event("IN_PROGRESS") });
    world.services.cloud_control.requests.insert(token, finished);
    output
}

/// `GetResourceRequestStatus`.
pub(super) fn status(world: &World, request: &Request<'_>) -> Answer {
    let token = request.required("RequestToken")?;
    let known = world.services.cloud_control.requests.get(token).filter(|known| known.account == request.caller.account);
    let known =
        known.ok_or_else(|| ApiError::new("RequestTokenNotFoundException", format!("Request with token {token} was not found.")))?;
    Ok(json!({ "ProgressEvent": known.event }))
}
