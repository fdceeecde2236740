//! AWS Security Token Service (botocore `sts/2011-06-15`).

mod assume_role;
mod assume_root;
mod session_token;

use crate::ApiError;
use crate::call::{Answer, Principal, Request};
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::format::iso;
use crate::world::World;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "sts",
    signing_name: "sts",
    actions: "sts",
    model: "sts/2011-06-15",
    protocol: Protocol::Query { namespace: "https://sts.amazonaws.com/doc/2011-06-15/" },
    faults: Faults::QUERY,
    operations: &[
        read("GetCallerIdentity", get_caller_identity).rules("needs no permission", "STS API Reference, GetCallerIdentity"),
        change("AssumeRole", assume_role::assume).on(|_, request| request.text("RoleArn").map(str::to_owned)).rules(
            "trust policy with external id, RCPs, session policies, tags, source identity, durations, role chaining",
            "STS API Reference, AssumeRole; IAM User Guide, reference_policies_evaluation-logic",
        ),
        change("AssumeRoot", assume_root::assume)
            .on(|_, request| assume_root::target_arn(request))
            .rules("centralized root access, members only, task policies, 900 seconds", "STS API Reference, AssumeRoot"),
        change("GetSessionToken", session_token::get)
            .rules("users only, durations, no IAM and little STS in the session", "STS API Reference, GetSessionToken"),
        read("GetAccessKeyInfo", get_access_key_info).rules("from the key id alone", "STS API Reference, GetAccessKeyInfo"),
    ],
};

/// The shortest session in seconds.
const SHORTEST: i64 = 900;

/// `GetCallerIdentity`.
fn get_caller_identity(_: &World, request: &Request<'_>) -> Answer {
    let caller = request.caller;
    Ok(json!({ "UserId": caller.user_id, "Account": caller.account, "Arn": caller.arn }))
}

/// `GetAccessKeyInfo`: the account's number stands in the key id, whether there is such a key or not.
fn get_access_key_info(_: &World, request: &Request<'_>) -> Answer {
    let id = request.required("AccessKeyId")?;
    let account = crate::account_of_key(id).ok_or_else(|| request.invalid("INVALID_PATTERN", "Invalid accessKeyId".to_owned()))?;
    Ok(json!({ "Account": account }))
}

/// How long the session is to last.
fn duration(request: &Request<'_>, usual: i64, shortest: i64, longest: i64) -> Result<i64, ApiError> {
    let seconds = request.number("DurationSeconds").unwrap_or(usual);
    if (shortest..=longest).contains(&seconds) {
        return Ok(seconds);
    }
    let message = format!("The requested DurationSeconds must be from {shortest} to {longest}.");
    Err(request.invalid("MAX_VALUE_EXCEEDED", message))
}

/// Opens a session; `Credentials` of the answer.
fn open(world: &mut World, request: &Request<'_>, principal: Principal, seconds: i64) -> Value {
    let expires_at = request.now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(request.now);
    let keys = world.open_session(principal, expires_at);
    json!({
        "AccessKeyId": keys.access_key_id,
        "SecretAccessKey": keys.secret_access_key,
        "SessionToken": keys.session_token,
        "Expiration": iso(expires_at),
    })
}

/// The refusal of a call that policies allow and AWS does not. Whatever is missing, the words are the same, so that callers cannot probe.
fn denied(request: &Request<'_>, action: &str, resource: &str) -> ApiError {
    crate::error::denied(request, action, &format!("on resource: {resource}"))
}
