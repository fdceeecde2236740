//! `InviteAccountToOrganization`.

use super::{all_features, handshake_constraint, organization, shapes, tags};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{HandshakeKind, HandshakeRecord, OrganizationRecord, Sender, World};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, HandshakeId};
use serde_json::{Value, json};

/// Invitations expire after 15 days [Organizations User Guide, orgs_reference_limits].
pub(super) const LIVES: SignedDuration = SignedDuration::from_hours(15 * 24);
/// How old an organization must be to take accounts directly from another one [Organizations User Guide, orgs_account_migration].
const DESTINATION_AGE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The window over which invitations are counted, and the least that each organization may send in it
/// [Organizations User Guide, orgs_reference_limits].
const RATE_WINDOW: SignedDuration = SignedDuration::from_hours(24);
const RATE_FLOOR: usize = 20;
/// The most characters of notes (botocore shape `HandshakeNotes`).
const LONGEST_NOTES: usize = 1024;

/// Whom a handshake is for: an account, an e-mail address, or an account by its e-mail address.
pub(super) struct Target {
    pub(super) account: Option<AccountId>,
    pub(super) email: Option<String>,
}

/// The management account invites an account by id or e-mail address. The invitation is `OPEN` at once.
pub(crate) fn invite(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    let target = target(world, request)?;
    if target.account.as_ref().is_some_and(|account| !world.accounts.contains_key(account)) {
        // AWS's answer for a number that is no account's is not documented; this is the nearest reason.
        return Err(handshake_constraint("TARGET_ACCOUNT_VALIDATION_FAILURE", "The account cannot be invited."));
    }
    let notes = notes(request)?;
    let tags = tags(request)?;
    check_sender(world, organization, request.now)?;
    check(world, organization, &target, request.now)?;
    let (sender, organization) = (world.sender(organization), organization.id.clone());
    let id: HandshakeId = world.ids.id("h-", 12)?;
    let handshake = HandshakeRecord {
        id,
        organization,
        sender,
        recipient: target.account,
        email: target.email,
        notes,
        requested_at: request.now,
        expires_at: request.now.saturating_add(LIVES).unwrap_or(Timestamp::MAX),
        answer: None,
        kind: HandshakeKind::Invite { tags },
    };
    let output = json!({ "Handshake": shapes::handshake(&handshake, request.now) });
    world.handshakes.insert(handshake);
    Ok(output)
}

/// The notes of the input.
pub(super) fn notes(request: &Request<'_>) -> Result<Option<String>, ApiError> {
    let notes = request.text("Notes");
    if notes.is_some_and(|notes| notes.chars().count() > LONGEST_NOTES) {
        return Err(request.invalid("MAX_LENGTH_EXCEEDED", format!("Notes must have at most {LONGEST_NOTES} characters.")));
    }
    Ok(notes.map(str::to_owned))
}

/// The account or e-mail address that the member `Target` names. An account need not exist.
pub(super) fn target(world: &World, request: &Request<'_>) -> Result<Target, ApiError> {
    let member = |name: &str| request.input.get("Target").and_then(|target| target.get(name)).and_then(Value::as_str);
    let (Some(id), Some(kind)) = (member("Id"), member("Type")) else {
        return Err(request.invalid("INPUT_REQUIRED", "You must specify Target with Id and Type.".to_owned()));
    };
    match kind {
        "ACCOUNT" => {
            let wrong = || request.invalid("INVALID_PATTERN_TARGET_ID", format!("`{id}` is not an account id."));
            Ok(Target { account: Some(id.parse().map_err(|_| wrong())?), email: None })
        }
        "EMAIL" if id.contains('@') => {
            let account = world.account_with_email(id).map(|account| account.id.clone());
            Ok(Target { account, email: Some(id.to_owned()) })
        }
        "EMAIL" => Err(request.invalid("INVALID_EMAIL_ADDRESS_TARGET", format!("`{id}` is not an e-mail address."))),
        _ => Err(request.invalid("INVALID_PARTY_TYPE_TARGET", format!("`{kind}` cannot be invited."))),
    }
}

/// What an organization needs to invite anybody.
fn check_sender(world: &World, inviting: &OrganizationRecord, now: Timestamp) -> Result<(), ApiError> {
    organization::check_initialized(inviting, now)?;
    if world.accounts.get(&inviting.management).is_some_and(|account| !account.signup.email_verified) {
        let message = "Verify the e-mail address of the management account before you invite accounts.";
        return Err(ApiError::new("AccountOwnerNotVerifiedException", message));
    }
    check_payer(world, inviting)?;
    if all_features::is_under_way(world, inviting, now) {
        let message = "You can't invite accounts while the organization is in the process of enabling all features.";
        return Err(handshake_constraint("INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES", message));
    }
    Ok(())
}

/// Refuses what needs somebody who pays, when the management account has no payment method.
pub(super) fn check_payer(world: &World, organization: &OrganizationRecord) -> Result<(), ApiError> {
    if world.accounts.get(&organization.management).is_some_and(|account| account.payment_method) {
        return Ok(());
    }
    Err(handshake_constraint("PAYMENT_INSTRUMENT_REQUIRED", "The management account has no valid payment method."))
}

fn check(world: &World, organization: &OrganizationRecord, target: &Target, now: Timestamp) -> Result<(), ApiError> {
    let current = target.account.as_ref().and_then(|account| world.membership(account));
    if current.is_some_and(|membership| membership.organization == organization.id) {
        let message = "The account that you are trying to invite is already a member of the organization.";
        return Err(handshake_constraint("ALREADY_IN_AN_ORGANIZATION", message));
    }
    let handshakes = &world.handshakes;
    if handshakes.has_invited(&organization.id, (target.account.as_ref(), target.email.as_deref()), now) {
        let message = "A handshake with the same action and target already exists.";
        return Err(ApiError::new("DuplicateHandshakeException", message));
    }
    if current.is_some() {
        check_age(organization, now)?;
    }
    if organization.members.len() + handshakes.invitations_open(&organization.id, now) >= organization.account_quota {
        let message = "You have exceeded the allowed number of accounts in your organization, open invitations included.";
        return Err(handshake_constraint("ACCOUNT_NUMBER_LIMIT_EXCEEDED", message));
    }
    let since = now.saturating_sub(RATE_WINDOW).unwrap_or(Timestamp::MIN);
    if handshakes.invitations_since(&organization.id, since) >= organization.account_quota.max(RATE_FLOOR) {
        let message = "You have exceeded the number of handshakes that you can send in one day.";
        return Err(handshake_constraint("HANDSHAKE_RATE_LIMIT_EXCEEDED", message));
    }
    Ok(())
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

impl World {
    /// The management account of an organization as the sender of a handshake.
    pub(super) fn sender(&self, organization: &OrganizationRecord) -> Sender {
        let management = self.accounts.get(&organization.management);
        let (email, name) = management.map(|account| (account.email.clone(), account.name.clone())).unwrap_or_default();
        Sender { account: organization.management.clone(), email, name, feature_set: organization.feature_set.clone() }
    }
}
