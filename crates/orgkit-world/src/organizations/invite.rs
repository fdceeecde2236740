//! `InviteAccountToOrganization`.

use super::{handshake_constraint, shapes, tags};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{HandshakeRecord, OrganizationRecord, World};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, HandshakeId, HandshakeState};
use serde_json::{Value, json};

/// How old an organization must be to take accounts directly from another one [Organizations User Guide, orgs_account_migration].
const DESTINATION_AGE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The window over which invitations are counted, and the least that each organization may send in it
/// [Organizations User Guide, orgs_reference_limits].
const RATE_WINDOW: SignedDuration = SignedDuration::from_hours(24);
const RATE_FLOOR: usize = 20;

/// Whom an invitation is for.
struct Target {
    account: Option<AccountId>,
    email: Option<String>,
}

/// The management account invites an account by id or e-mail address. The invitation is `OPEN` at once.
pub(crate) fn invite(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    let target = target(world, request)?;
    let notes = request.text("Notes");
    if notes.is_some_and(|notes| notes.chars().count() > 1024) {
        return Err(request.invalid("MAX_LENGTH_EXCEEDED", "Notes must have at most 1024 characters.".to_owned()));
    }
    let tags = tags(request)?;
    check(world, organization, &target, request.now)?;
    let management = world.accounts.get(&organization.management);
    let (inviter_email, inviter_name) = management.map(|account| (account.email.clone(), account.name.clone())).unwrap_or_default();
    let (organization, inviter) = (organization.id.clone(), organization.management.clone());
    let id: HandshakeId = world.ids.id("h-", 12)?;
    let handshake = HandshakeRecord {
        id: id.clone(),
        organization,
        inviter,
        inviter_email,
        inviter_name,
        invited: target.account,
        email: target.email,
        notes: notes.map(str::to_owned),
        tags,
        requested_at: request.now,
        answer: None,
    };
    let output = json!({ "Handshake": shapes::handshake(&handshake, request.now) });
    world.handshakes.insert(id, handshake);
    Ok(output)
}

fn target(world: &World, request: &Request<'_>) -> Result<Target, ApiError> {
    let member = |name: &str| request.input.get("Target").and_then(|target| target.get(name)).and_then(Value::as_str);
    let (Some(id), Some(kind)) = (member("Id"), member("Type")) else {
        return Err(request.invalid("INPUT_REQUIRED", "You must specify Target with Id and Type.".to_owned()));
    };
    match kind {
        "ACCOUNT" => {
            let wrong = || request.invalid("INVALID_PATTERN_TARGET_ID", format!("`{id}` is not an account id."));
            let account: AccountId = id.parse().map_err(|_| wrong())?;
            if !world.accounts.contains_key(&account) {
                let message = format!("Account {account} cannot be invited.");
                // AWS's answer for a number that is no account's is not documented; this is the nearest reason.
                return Err(handshake_constraint("TARGET_ACCOUNT_VALIDATION_FAILURE", &message));
            }
            Ok(Target { account: Some(account), email: None })
        }
        "EMAIL" if id.contains('@') => {
            let account = world.accounts.values().find(|account| account.email.eq_ignore_ascii_case(id)).map(|account| account.id.clone());
            Ok(Target { account, email: Some(id.to_owned()) })
        }
        "EMAIL" => Err(request.invalid("INVALID_EMAIL_ADDRESS_TARGET", format!("`{id}` is not an e-mail address."))),
        _ => Err(request.invalid("INVALID_PARTY_TYPE_TARGET", format!("`{kind}` cannot be invited."))),
    }
}

fn check(world: &World, organization: &OrganizationRecord, target: &Target, now: Timestamp) -> Result<(), ApiError> {
    let current = target.account.as_ref().and_then(|account| world.membership(account));
    if current.is_some_and(|membership| membership.organization == organization.id) {
        let message = "The account that you are trying to invite is already a member of the organization.";
        return Err(handshake_constraint("ALREADY_IN_AN_ORGANIZATION", message));
    }
    let sent = || world.handshakes.values().filter(|handshake| handshake.organization == organization.id);
    let is_open = |handshake: &&HandshakeRecord| handshake.state(now) == HandshakeState::Open;
    if sent().filter(is_open).any(|handshake| is_for(handshake, target)) {
        let message = "A handshake with the same action and target already exists.";
        return Err(ApiError::new("DuplicateHandshakeException", message));
    }
    if current.is_some() {
        check_age(organization, now)?;
    }
    if world.members(&organization.id).count() + sent().filter(is_open).count() >= organization.account_quota {
        let message = "You have exceeded the allowed number of accounts in your organization, open invitations included.";
        return Err(handshake_constraint("ACCOUNT_NUMBER_LIMIT_EXCEEDED", message));
    }
    let counts = |handshake: &&HandshakeRecord| {
        now.duration_since(handshake.requested_at) < RATE_WINDOW && handshake.state(now) != HandshakeState::Accepted
    };
    if sent().filter(counts).count() >= organization.account_quota.max(RATE_FLOOR) {
        let message = "You have exceeded the number of handshakes that you can send in one day.";
        return Err(handshake_constraint("HANDSHAKE_RATE_LIMIT_EXCEEDED", message));
    }
    Ok(())
}

fn is_for(handshake: &HandshakeRecord, target: &Target) -> bool {
    match &target.account {
        Some(account) => handshake.invited.as_ref() == Some(account),
        None => handshake.email == target.email,
    }
}

/// Refuses a direct transfer into an organization that is younger than 7 days. The rule is documented, its error is not: this reason is the
/// nearest that the API declares, and AWS's own is unconfirmed.
pub(super) fn check_age(organization: &OrganizationRecord, now: Timestamp) -> Result<(), ApiError> {
    if now.duration_since(organization.created_at) >= DESTINATION_AGE {
        return Ok(());
    }
    let message = "The organization must be at least 7 days old to take accounts from other organizations.";
    Err(handshake_constraint("ORGANIZATION_MEMBERSHIP_CHANGE_RATE_LIMIT_EXCEEDED", message))
}
