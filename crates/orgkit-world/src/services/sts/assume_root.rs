//! `AssumeRoot`: a session of a member account's root user for one task [IAM User Guide, id_root-user-privileged-task].

use super::{denied, duration, open};
use crate::ApiError;
use crate::call::{Answer, Principal, Request, SessionKind, SessionScope};
use crate::services::iam;
use crate::world::World;
use orgkit_model::{AccountId, AccountState};
use serde_json::{Value, json};

/// The longest session in seconds, and the usual one [STS API Reference, AssumeRoot].
const LONGEST: i64 = 900;

/// `AssumeRoot`: from the management account or IAM's delegated administrator, into a member, where root sessions are turned on.
pub(super) fn assume(world: &mut World, request: &Request<'_>) -> Answer {
    let task = request.input.get("TaskPolicyArn").and_then(|task| task.get("arn")).and_then(Value::as_str);
    let task = task.ok_or_else(|| request.invalid("INPUT_REQUIRED", "You must specify TaskPolicyArn.".to_owned()))?;
    let name = task.strip_prefix("arn:aws:iam::aws:policy/root-task/").unwrap_or_default();
    if !iam::TASK_POLICIES.contains(&name) {
        return Err(request.invalid("INVALID_ENUM", format!("{task} is not a task policy.")));
    }
    let seconds = duration(request, LONGEST, 0, LONGEST)?;
    let account = target(request).ok_or_else(|| request.invalid("INVALID_PATTERN", "TargetPrincipal is not valid.".to_owned()))?;
    check(world, request, &account)?;
    let arn = format!("arn:aws:iam::{account}:root");
    let scope = SessionScope {
        source_identity: request.caller.session.as_ref().and_then(|session| session.source_identity.clone()),
        ..SessionScope::new(SessionKind::Root { task: task.to_owned() }, request.now)
    };
    let principal = Principal { user_id: account.to_string(), account, arn, role: None, session: Some(scope) };
    let credentials = open(world, request, principal, seconds);
    let mut output = json!({ "Credentials": credentials });
    let identity = request.caller.session.as_ref().and_then(|session| session.source_identity.as_deref());
    if let (Some(identity), Some(members)) = (identity, output.as_object_mut()) {
        members.insert("SourceIdentity".to_owned(), identity.into());
    }
    Ok(output)
}

fn check(world: &World, request: &Request<'_>, account: &AccountId) -> Result<(), ApiError> {
    let refuse = || denied(request, "sts:AssumeRoot", &format!("arn:aws:iam::{account}:root"));
    let organization = iam::may_manage_root(world, request).ok_or_else(refuse)?;
    let (record, _) = world.member(&organization.id, account.as_str()).ok_or_else(refuse)?;
    let is_open =
        &organization.management != account && record.state(request.now) == AccountState::Active && !request.caller.is_assumed_root();
    if is_open { Ok(()) } else { Err(refuse()) }
}

/// The account that the input names, by its id or by the ARN of its root user.
fn target(request: &Request<'_>) -> Option<AccountId> {
    let text = request.text("TargetPrincipal")?;
    let id = text.strip_prefix("arn:aws:iam::").and_then(|rest| rest.strip_suffix(":root")).unwrap_or(text);
    id.parse().ok()
}

/// The ARN of the root user that is to be assumed.
pub(super) fn target_arn(request: &Request<'_>) -> Option<String> {
    target(request).map(|account| format!("arn:aws:iam::{account}:root"))
}
