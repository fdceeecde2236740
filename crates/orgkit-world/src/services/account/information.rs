//! What an account is called, and where its root user's mail goes.

use super::target::{another, target};
use crate::call::{Answer, Request};
use crate::format::iso;
use crate::world::World;
use orgkit_model::AccountState;
use serde_json::json;

/// `GetAccountInformation`. The API has no word for an account that is being closed; it is shown as `SUSPENDED` (unconfirmed).
pub(super) fn account(world: &World, request: &Request<'_>) -> Answer {
    let account = target(world, request)?;
    let state = match account.state(request.now) {
        AccountState::PendingActivation => "PENDING_ACTIVATION",
        AccountState::Active => "ACTIVE",
        AccountState::Suspended | AccountState::PendingClosure => "SUSPENDED",
        AccountState::Closed => "CLOSED",
    };
    Ok(json!({
        "AccountId": account.id,
        "AccountName": account.name,
        "AccountCreatedDate": iso(account.created_at),
        "AccountState": state,
    }))
}

/// `GetPrimaryEmail`: never of the caller's own account.
pub(super) fn email(world: &World, request: &Request<'_>) -> Answer {
    let account = another(world, request, request.required("AccountId")?)?;
    Ok(json!({ "PrimaryEmail": account.email }))
}
