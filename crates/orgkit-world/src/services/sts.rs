//! AWS Security Token Service (botocore `sts/2011-06-15`).

use crate::ApiError;
use crate::authorize::trusts;
use crate::call::{Answer, Principal, Request};
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::format::iso;
use crate::world::{Role, World};
use jiff::SignedDuration;
use orgkit_model::{AccountId, AccountState};
use serde_json::json;

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "sts",
    signing_name: "sts",
    actions: "sts",
    model: "sts/2011-06-15",
    protocol: Protocol::Query { namespace: "https://sts.amazonaws.com/doc/2011-06-15/" },
    faults: Faults::QUERY,
    operations: &[read("GetCallerIdentity", get_caller_identity), change("AssumeRole", assume_role)],
};

/// The shortest session, and the usual one, in seconds.
const SHORTEST: i64 = 900;
const USUAL: i64 = 3600;

/// `GetCallerIdentity`.
pub(crate) fn get_caller_identity(_: &World, request: &Request<'_>) -> Answer {
    let caller = request.caller;
    Ok(json!({ "UserId": caller.user_id, "Account": caller.account, "Arn": caller.arn }))
}

/// `AssumeRole`: the role must be there, in an account in use, and its trust policy must name the caller. Whatever is missing, the answer is
/// the same `AccessDenied`, so that callers cannot probe for roles.
pub(crate) fn assume_role(world: &mut World, request: &Request<'_>) -> Answer {
    let arn = request.required("RoleArn")?;
    let session = request.required("RoleSessionName")?;
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte));
    if !(2..=64).contains(&session.len()) || !is_name(session) {
        return Err(request.invalid("INVALID_PATTERN", "1 validation error detected: RoleSessionName is not valid.".to_owned()));
    }
    let seconds = request.number("DurationSeconds").unwrap_or(USUAL);
    let role = trusted_role(world, request, arn).ok_or_else(|| denied(request, arn))?;
    if !(SHORTEST..=role.max_session).contains(&seconds) {
        return Err(request.invalid("MAX_VALUE_EXCEEDED", "The requested DurationSeconds is outside what the role allows.".to_owned()));
    }
    let account = arn_account(arn).ok_or_else(|| denied(request, arn))?;
    let principal = Principal {
        arn: format!("arn:aws:sts::{account}:assumed-role/{}/{session}", role.name),
        user_id: format!("{}:{session}", role.id),
        role: Some(role.arn.clone()),
        account,
    };
    let expires_at = request.now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(request.now);
    let output = json!({ "AssumedRoleId": principal.user_id, "Arn": principal.arn });
    let keys = world.open_session(principal, expires_at);
    Ok(json!({
        "Credentials": {
            "AccessKeyId": keys.access_key_id,
            "SecretAccessKey": keys.secret_access_key,
            "SessionToken": keys.session_token,
            "Expiration": iso(expires_at),
        },
        "AssumedRoleUser": output,
    }))
}

fn trusted_role<'w>(world: &'w World, request: &Request<'_>, arn: &str) -> Option<&'w Role> {
    let account = world.accounts.get(&arn_account(arn)?)?;
    let role = account.roles.values().find(|role| role.arn == arn)?;
    let organization = world.organization_of(&request.caller.account).map(|organization| &organization.id);
    let trusted = trusts(&role.trust_document, request.caller, organization, request.text("ExternalId"));
    (trusted && account.state(request.now) == AccountState::Active).then_some(role)
}

fn arn_account(arn: &str) -> Option<AccountId> {
    arn.strip_prefix("arn:aws:iam::")?.split_once(':')?.0.parse().ok()
}

fn denied(request: &Request<'_>, arn: &str) -> ApiError {
    let message = format!("User: {} is not authorized to perform: sts:AssumeRole on resource: {arn}", request.caller.arn);
    ApiError::new("AccessDenied", message).with_status(403)
}
