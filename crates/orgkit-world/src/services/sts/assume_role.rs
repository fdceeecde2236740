//! `AssumeRole`.

use super::{SHORTEST, denied, duration, open};
use crate::ApiError;
use crate::authorize::Asked;
use crate::call::{Answer, Principal, Request, SessionKind, SessionScope};
use crate::services::iam;
use crate::world::{Role, World};
use jiff::Timestamp;
use orgkit_model::{AccountId, AccountState};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The usual session in seconds, and the longest one that is opened from another role's session [STS API Reference, AssumeRole].
const USUAL: i64 = 3600;
/// How many characters session policies may have together, there.
const POLICIES: usize = 2_048;
/// How many managed session policies, and how many session tags there may be [STS API Reference, AssumeRole; IAM User Guide,
/// id_session-tags].
const MANAGED: usize = 10;
const TAGS: usize = 50;

/// `AssumeRole`: policies have allowed it, the trust policy among them. The role must be there, in an account in use.
pub(super) fn assume(world: &mut World, request: &Request<'_>) -> Answer {
    let arn = request.required("RoleArn")?;
    let name = session_name(request)?;
    let role = usable(world, arn, request.now).cloned().ok_or_else(|| denied(request, "sts:AssumeRole", arn))?;
    let seconds = seconds(request, &role)?;
    let scope = scope(request)?;
    demand_more(world, request, arn)?;
    let account = arn_account(arn).ok_or_else(|| denied(request, "sts:AssumeRole", arn))?;
    let principal = Principal {
        arn: format!("arn:aws:sts::{account}:assumed-role/{}/{name}", role.name),
        user_id: format!("{}:{name}", role.id),
        role: Some(role.arn.clone()),
        account,
        session: Some(scope),
    };
    let mut output = json!({ "AssumedRoleUser": { "AssumedRoleId": principal.user_id, "Arn": principal.arn } });
    let identity = principal.session.as_ref().and_then(|session| session.source_identity.clone());
    let passed = passed(request);
    let credentials = open(world, request, principal, seconds);
    if let Some(members) = output.as_object_mut() {
        members.insert("Credentials".to_owned(), credentials);
        members.extend(identity.map(|identity| ("SourceIdentity".to_owned(), identity.into())));
        if passed > 0 {
            members.insert("PackedPolicySize".to_owned(), (passed * 100).div_ceil(POLICIES).into());
        }
    }
    Ok(output)
}

/// A name: letters, digits and a few signs.
fn session_name<'a>(request: &Request<'a>) -> Result<&'a str, ApiError> {
    let name = request.required("RoleSessionName")?;
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if (2..=64).contains(&name.len()) && name.bytes().all(is_good) {
        return Ok(name);
    }
    Err(request.invalid("INVALID_PATTERN", "1 validation error detected: RoleSessionName is not valid.".to_owned()))
}

fn usable<'w>(world: &'w World, arn: &str, now: Timestamp) -> Option<&'w Role> {
    let account = world.accounts.get(&arn_account(arn)?)?;
    iam::role_of_arn(world, arn).filter(|_| account.state(now) == AccountState::Active)
}

fn arn_account(arn: &str) -> Option<AccountId> {
    arn.strip_prefix("arn:aws:iam::")?.split_once(':')?.0.parse().ok()
}

/// How long: as the role allows, and an hour when one role leads to another.
fn seconds(request: &Request<'_>, role: &Role) -> Result<i64, ApiError> {
    let chained = request.caller.session.as_ref().is_some_and(|session| session.kind == SessionKind::Role);
    duration(request, USUAL, SHORTEST, if chained { USUAL } else { role.max_session })
}

/// What the session is opened with: what is passed, and what goes on from the caller's own session.
fn scope(request: &Request<'_>) -> Result<SessionScope, ApiError> {
    let before = request.caller.session.as_ref();
    let (policies, policy_arns) = session_policies(request)?;
    let mut tags = tags(request)?;
    let mut transitive: BTreeSet<String> = request.texts("TransitiveTagKeys").into_iter().map(str::to_owned).collect();
    if let Some(unknown) = transitive.iter().find(|key| !tags.contains_key(*key)) {
        return Err(request.invalid("INVALID_PATTERN", format!("The transitive tag key {unknown} is not among the tags.")));
    }
    for key in before.iter().flat_map(|session| &session.transitive) {
        // Tags that go on cannot be overwritten.
        if let Some(value) = before.and_then(|session| session.tags.get(key)) {
            tags.insert(key.clone(), value.clone());
            transitive.insert(key.clone());
        }
    }
    let carried = before.and_then(|session| session.source_identity.as_deref());
    let asked = request.text("SourceIdentity");
    if carried.is_some() && asked.is_some() && carried != asked {
        return Err(request.invalid("INVALID_PATTERN", "The source identity of a session cannot be changed.".to_owned()));
    }
    Ok(SessionScope {
        policies,
        policy_arns,
        tags,
        transitive,
        source_identity: carried.or(asked).map(str::to_owned),
        ..SessionScope::new(SessionKind::Role, request.now)
    })
}

fn session_policies(request: &Request<'_>) -> Result<(Vec<String>, Vec<String>), ApiError> {
    let inline: Vec<String> = request.text("Policy").into_iter().map(str::to_owned).collect();
    for text in &inline {
        iam::permissions_text(text)?;
    }
    let arns: Vec<String> = arns(request).into_iter().map(str::to_owned).collect();
    if arns.len() > MANAGED {
        return Err(request.invalid("MAX_LENGTH_EXCEEDED", format!("At most {MANAGED} managed policies can be passed.")));
    }
    if passed(request) > POLICIES {
        return Err(ApiError::new("PackedPolicyTooLarge", "The session policies are too large."));
    }
    Ok((inline, arns))
}

fn arns<'a>(request: &Request<'a>) -> Vec<&'a str> {
    let list = request.input.get("PolicyArns").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|entry| entry.get("arn").and_then(Value::as_str)).collect()
}

/// How many characters of session policies are passed. AWS counts packed bytes against a limit of its own; this is the nearest that is
/// documented.
fn passed(request: &Request<'_>) -> usize {
    request.text("Policy").map_or(0, |text| text.chars().count()) + arns(request).iter().map(|arn| arn.len()).sum::<usize>()
}

fn tags(request: &Request<'_>) -> Result<BTreeMap<String, String>, ApiError> {
    let list = request.input.get("Tags").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let text = |tag: &Value, member: &str| tag.get(member).and_then(Value::as_str).map(str::to_owned);
    let tags: Option<BTreeMap<String, String>> = list.iter().map(|tag| Some((text(tag, "Key")?, text(tag, "Value")?))).collect();
    let tags = tags.filter(|tags| tags.len() == list.len() && list.len() <= TAGS);
    tags.ok_or_else(|| request.invalid("INVALID_LIST_MEMBER", "Session tags have keys and values, and each key stands once.".to_owned()))
}

/// Tags and a source identity need permissions of their own, in the trust policy, too [IAM User Guide, id_session-tags and
/// id_credentials_temp_control-access_monitor].
fn demand_more(world: &mut World, request: &Request<'_>, arn: &str) -> Result<(), ApiError> {
    let passes_tags = request.input.get("Tags").and_then(Value::as_array).is_some_and(|tags| !tags.is_empty());
    let passes_identity = request.text("SourceIdentity").is_some();
    for (action, needed) in [("sts:TagSession", passes_tags), ("sts:SetSourceIdentity", passes_identity)] {
        if needed {
            world.demand(request, &Asked { action, resource: arn.to_owned(), keys: &[] })?;
        }
    }
    Ok(())
}
