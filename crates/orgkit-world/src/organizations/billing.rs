//! Inviting another organization to hand over its bill, and what accepting that needs [Billing User Guide, orgs_transfer_billing].

use super::{constraint, handshake_constraint, invite, shapes, tags};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{HandshakeKind, HandshakeRecord, OrganizationRecord, Participant, TransferRecord, World};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use orgkit_model::HandshakeId;
use serde_json::{Value, json};

/// How long before the transfer begins the invitation must be accepted [Billing User Guide, orgs_transfer_billing-respond-invitation].
const NOTICE: SignedDuration = SignedDuration::from_hours(24);
/// How far ahead a transfer can begin or end. AWS has such a limit (botocore reasons `START_DATE_TOO_LATE` and `END_DATE_TOO_LATE`) and does
/// not say which; this one is unconfirmed.
pub(super) const FARTHEST: SignedDuration = SignedDuration::from_hours(366 * 24);
/// How many other management accounts may pay an organization's bill at a time [Billing User Guide, orgs_transfer_billing-quotas, 2026-10].
const MOST_OUTBOUND: usize = 1;
/// The longest name of a transfer (botocore shape `ResponsibilityTransferName`).
const LONGEST_NAME: usize = 128;

/// `InviteOrganizationToTransferResponsibility`: the caller offers to pay the bill of another organization. By default no organization may
/// take over any bill; the quota counts open invitations.
pub(crate) fn invite(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    check_type(request)?;
    let (target, name, notes) = (invite::target(world, request)?, transfer_name(request, "SourceName")?, invite::notes(request)?);
    let start = start(request)?;
    let tags = tags(request)?;
    let source = source(world, organization, &target)?;
    check(world, organization, &source, request.now)?;
    let (sender, payer) = (world.sender(organization), participant(world, organization));
    let expires_at = request.now.saturating_add(invite::LIVES).unwrap_or(Timestamp::MAX);
    let handshake: HandshakeId = world.ids.id("h-", 12)?;
    let id = format!("rt-{}", world.ids.take(12));
    let record = HandshakeRecord {
        id: handshake.clone(),
        organization: payer.organization.clone(),
        sender,
        recipient: Some(source.account.clone()),
        email: target.email,
        notes,
        requested_at: request.now,
        expires_at: expires_at.min(start.saturating_sub(NOTICE).unwrap_or(Timestamp::MIN)),
        answer: None,
        kind: HandshakeKind::TransferResponsibility { transfer: id.clone(), start },
    };
    let output = json!({ "Handshake": shapes::handshake(&record, request.now) });
    world.organization_mut(&payer.organization)?.tag(&id, tags);
    world.handshakes.insert(record);
    let transfer = TransferRecord { id: id.clone(), name, source, target: payer, start, end: None, handshake };
    world.transfers.insert(id, transfer);
    Ok(output)
}

/// What the management account that accepts must fulfil: its organization still stands, nobody else pays its bill, and neither side is in
/// the middle of a chain of transfers.
pub(super) fn check_acceptance(world: &World, request: &Request<'_>, transfer: &str) -> Result<(), ApiError> {
    let gone = || ApiError::new("HandshakeNotFoundException", "The transfer is gone.");
    let transfer = world.transfers.get(transfer).ok_or_else(gone)?;
    let organization = world.managed(request)?;
    let is_active = |transfer: &&TransferRecord| transfer.is_active(&world.handshakes, request.now);
    if world.outbound(&organization.id).filter(is_active).count() >= MOST_OUTBOUND {
        let message = "You have exceeded your outbound transfers limit.";
        return Err(constraint("RESPONSIBILITY_TRANSFER_MAX_OUTBOUND_QUOTA_VIOLATION", message));
    }
    let is_chain = world.inbound(&organization.id).any(|other| is_active(&other))
        || world.outbound(&transfer.target.organization).any(|other| is_active(&other));
    if is_chain {
        let message = "You have exceeded the maximum length of your transfer chain.";
        return Err(constraint("RESPONSIBILITY_TRANSFER_MAX_LEVEL_VIOLATION", message));
    }
    Ok(())
}

/// Refuses another type of responsibility than the one there is.
pub(super) fn check_type(request: &Request<'_>) -> Result<(), ApiError> {
    request.required("Type")?;
    request.one_of("Type", &["BILLING"]).map(drop)
}

/// The name of a transfer: printable ASCII.
pub(super) fn transfer_name(request: &Request<'_>, member: &str) -> Result<String, ApiError> {
    let name = request.required(member)?;
    match name.len() {
        0 => Err(request.invalid("MIN_LENGTH_EXCEEDED", format!("{member} must have at least 1 character."))),
        1..=LONGEST_NAME if name.bytes().all(|byte| (b' '..=b'~').contains(&byte)) => Ok(name.to_owned()),
        1..=LONGEST_NAME => Err(request.invalid("INVALID_PATTERN", format!("{member} must have printable ASCII characters only."))),
        _ => Err(request.invalid("MAX_LENGTH_EXCEEDED", format!("{member} must have at most {LONGEST_NAME} characters."))),
    }
}

/// A time of the input: seconds since 1970, or ISO 8601.
pub(super) fn timestamp(request: &Request<'_>, member: &str) -> Result<Option<Timestamp>, ApiError> {
    let invalid = || request.invalid("INVALID_PATTERN", format!("{member} is not a time."));
    match request.input.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => text.parse().map(Some).map_err(|_| invalid()),
        Some(value) => {
            let seconds = value.as_f64().ok_or_else(invalid)?;
            let since = SignedDuration::try_from_secs_f64(seconds).map_err(|_| invalid())?;
            Timestamp::UNIX_EPOCH.checked_add(since).map(Some).map_err(|_| invalid())
        }
    }
}

/// When the transfer is to begin: the first moment of a month, late enough that somebody can still accept.
fn start(request: &Request<'_>) -> Result<Timestamp, ApiError> {
    let missing = || request.invalid("INPUT_REQUIRED", "You must specify StartTimestamp.".to_owned());
    let start = timestamp(request, "StartTimestamp")?.ok_or_else(missing)?;
    let refuse = |reason, message: &str| Err(request.invalid(reason, message.to_owned()));
    let at = TimeZone::UTC.to_datetime(start);
    if at.time() != Time::midnight() {
        return refuse("START_DATE_NOT_BEGINNING_OF_DAY", "The start date must be the beginning of the day (00:00:00.000).");
    }
    if at.date().day() != 1 {
        return refuse("START_DATE_NOT_BEGINNING_OF_MONTH", "The start date must be the first day of the month.");
    }
    let ahead = start.duration_since(request.now);
    if ahead <= NOTICE {
        return refuse("START_DATE_TOO_EARLY", "The start date is too early.");
    }
    if ahead > FARTHEST {
        return refuse("START_DATE_TOO_LATE", "The start date is too late.");
    }
    Ok(start)
}

/// The organization whose bill it is: the one that the invited account manages.
fn source(world: &World, payer: &OrganizationRecord, target: &invite::Target) -> Result<Participant, ApiError> {
    if target.account.as_ref() == Some(&payer.management) {
        let message = "An account can't be both the sender and the recipient of the invitation.";
        return Err(handshake_constraint("SOURCE_AND_TARGET_CANNOT_MATCH", message));
    }
    let its = target.account.as_ref().and_then(|account| Some((account, world.organization_of(account)?)));
    match its {
        Some((account, organization)) if &organization.management == account => Ok(participant(world, organization)),
        _ => Err(handshake_constraint("TARGET_ACCOUNT_VALIDATION_FAILURE", "Billing transfer is not available for the account.")),
    }
}

fn participant(world: &World, organization: &OrganizationRecord) -> Participant {
    let account = organization.management.clone();
    let email = world.accounts.get(&account).map(|record| record.email.clone()).unwrap_or_default();
    Participant { organization: organization.id.clone(), account, email }
}

/// What keeps an organization from sending the invitation.
fn check(world: &World, payer: &OrganizationRecord, source: &Participant, now: Timestamp) -> Result<(), ApiError> {
    if world.accounts.get(&payer.management).is_some_and(|account| !account.signup.email_verified) {
        let message = "Verify the e-mail address of the management account first.";
        return Err(handshake_constraint("MANAGEMENT_ACCOUNT_EMAIL_NOT_VERIFIED", message));
    }
    invite::check_payer(world, payer)?;
    let mut between = world.inbound(&payer.id).filter(|transfer| transfer.source.organization == source.organization);
    match between.find(|transfer| transfer.is_in_process(&world.handshakes, now)) {
        Some(transfer) if transfer.is_active(&world.handshakes, now) => {
            let message = "There is a transfer between these organizations already.";
            return Err(handshake_constraint("RESPONSIBILITY_TRANSFER_ALREADY_EXISTS", message));
        }
        Some(_) => {
            let message = "A handshake with the same action and target already exists.";
            return Err(ApiError::new("DuplicateHandshakeException", message));
        }
        None => {}
    }
    let inbound = world.inbound(&payer.id).filter(|transfer| transfer.is_in_process(&world.handshakes, now)).count();
    if inbound >= payer.ledger.inbound_transfers {
        let message = "You have exceeded your inbound transfers limit.";
        return Err(constraint("RESPONSIBILITY_TRANSFER_MAX_INBOUND_QUOTA_VIOLATION", message));
    }
    Ok(())
}
