//! Billing transfers themselves: looking at them, renaming and ending one.

use super::billing::{FARTHEST, check_type, timestamp, transfer_name};
use super::constraint;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::page::Paging;
use crate::world::{OrganizationRecord, Participant, TransferRecord, TransferStatus, World};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use orgkit_model::OrganizationId;
use serde_json::{Value, json};

/// On which side of a transfer an organization is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// It pays.
    Inbound,
    /// Its bill is paid.
    Outbound,
}

impl TransferRecord {
    /// On which side an organization is; `None` when it has nothing to do with the transfer.
    pub(crate) fn side_of(&self, organization: &OrganizationId) -> Option<Side> {
        if &self.target.organization == organization {
            return Some(Side::Inbound);
        }
        (&self.source.organization == organization).then_some(Side::Outbound)
    }
}

/// `ListInboundResponsibilityTransfers`: whose bills the organization pays or offers to pay; one of them, if the input names it.
pub(crate) fn list_inbound(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    check_type(request)?;
    let listed = match request.text("Id") {
        Some(_) => vec![find(world, organization, request).and_then(|found| match found {
            (transfer, Side::Inbound) => Ok(transfer),
            _ => Err(not_found()),
        })?],
        None => world.inbound(&organization.id).collect(),
    };
    list(world, request, "ListInboundResponsibilityTransfers", Side::Inbound, listed)
}

/// `ListOutboundResponsibilityTransfers`: who pays the organization's bill or offers to.
pub(crate) fn list_outbound(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    check_type(request)?;
    let listed = world.outbound(&organization.id).collect();
    list(world, request, "ListOutboundResponsibilityTransfers", Side::Outbound, listed)
}

/// An invitation that came to nothing is listed as long as its handshake is.
fn list(world: &World, request: &Request<'_>, name: &'static str, side: Side, transfers: Vec<&TransferRecord>) -> Answer {
    let is_shown = |transfer: &&TransferRecord| {
        let handshake = world.handshakes.get(&transfer.handshake);
        let was_accepted = matches!(transfer.status(&world.handshakes, request.now), TransferStatus::Accepted | TransferStatus::Withdrawn);
        was_accepted || handshake.is_some_and(|handshake| handshake.is_visible(request.now))
    };
    let shown = transfers.into_iter().filter(is_shown).map(|transfer| shape(world, transfer, side, request.now)).collect();
    Paging::organizations(name, "ResponsibilityTransfers").page(request, shown)
}

/// `DescribeResponsibilityTransfer`: either side may look.
pub(crate) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let (transfer, side) = find(world, world.readable(request)?, request)?;
    Ok(json!({ "ResponsibilityTransfer": shape(world, transfer, side, request.now) }))
}

/// `UpdateResponsibilityTransfer`: a new name, as long as the transfer is offered or active. Which side may rename it is not documented; here
/// either may.
pub(crate) fn update(world: &mut World, request: &Request<'_>) -> Answer {
    let (transfer, side) = find(world, world.managed(request)?, request)?;
    let name = transfer_name(request, "Name")?;
    if !transfer.is_in_process(&world.handshakes, request.now) || transfer.end.is_some() {
        let message = "You cannot update this transfer because it is no longer active.";
        return Err(constraint("TRANSFER_RESPONSIBILITY_UPDATE_NOT_ALLOWED", message));
    }
    let updated = TransferRecord { name, ..transfer.clone() };
    keep(world, request, side, updated)
}

/// `TerminateResponsibilityTransfer`: either side may end an accepted transfer, at the end of a month; left out, of the month in which it
/// would next be paid for. It cannot be undone [Billing User Guide, orgs_transfer_billing-stop-transfer].
pub(crate) fn terminate(world: &mut World, request: &Request<'_>) -> Answer {
    let (transfer, side) = find(world, world.managed(request)?, request)?;
    let end = end(request, transfer)?;
    match transfer.status(&world.handshakes, request.now) {
        TransferStatus::Accepted => {}
        TransferStatus::Withdrawn => {
            let message = "The responsibility transfer has been withdrawn already.";
            return Err(ApiError::new("ResponsibilityTransferAlreadyInStatusException", message));
        }
        _ => {
            let message = "Only a transfer that was accepted can be withdrawn.";
            return Err(ApiError::new("InvalidResponsibilityTransferTransitionException", message));
        }
    }
    let ended = TransferRecord { end: Some(end), ..transfer.clone() };
    keep(world, request, side, ended)
}

fn keep(world: &mut World, request: &Request<'_>, side: Side, transfer: TransferRecord) -> Answer {
    world.transfers.insert(transfer.id.clone(), transfer.clone());
    Ok(json!({ "ResponsibilityTransfer": shape(world, &transfer, side, request.now) }))
}

/// When the transfer ends: the last moment of a month. Clients that send whole seconds mean the last second.
fn end(request: &Request<'_>, transfer: &TransferRecord) -> Result<Timestamp, ApiError> {
    let Some(end) = timestamp(request, "EndTimestamp")? else {
        return Ok(end_of_month(request.now.max(transfer.start)));
    };
    let refuse = |reason, message: &str| Err(request.invalid(reason, message.to_owned()));
    let last = end_of_month(end);
    if last.duration_since(end) >= SignedDuration::from_secs(1) {
        return refuse("END_DATE_NOT_END_OF_MONTH", "The end date must be the end of the last day of the month (23.59.59.999).");
    }
    if end <= request.now.max(transfer.start) {
        return refuse("END_DATE_TOO_EARLY", "The end date is too early.");
    }
    if end.duration_since(request.now) > FARTHEST {
        return refuse("END_DATE_TOO_LATE", "The end date is too late.");
    }
    Ok(last)
}

/// The last millisecond of the month that a time is in.
fn end_of_month(at: Timestamp) -> Timestamp {
    let last = TimeZone::UTC.to_datetime(at).date().last_of_month();
    let end = last.to_datetime(Time::constant(23, 59, 59, 999_000_000));
    TimeZone::UTC.to_timestamp(end).unwrap_or(Timestamp::MAX)
}

/// The transfer that the input names, if the organization is one of its sides.
fn find<'w>(world: &'w World, organization: &OrganizationRecord, request: &Request<'_>) -> Result<(&'w TransferRecord, Side), ApiError> {
    let id = request.required("Id")?;
    let is_id = |rest: &str| (8..=32).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if !id.strip_prefix("rt-").is_some_and(is_id) {
        return Err(request.invalid("INVALID_PATTERN", format!("`{id}` is not the id of a transfer.")));
    }
    let found = world.transfers.get(id).and_then(|transfer| Some((transfer, transfer.side_of(&organization.id)?)));
    found.ok_or_else(not_found)
}

fn not_found() -> ApiError {
    ApiError::new("ResponsibilityTransferNotFoundException", "We can't find a transfer that you specified.")
}

/// `ResponsibilityTransfer`, as one side sees it.
fn shape(world: &World, transfer: &TransferRecord, side: Side, now: Timestamp) -> Value {
    let (viewer, direction) = match side {
        Side::Inbound => (&transfer.target, "inbound"),
        Side::Outbound => (&transfer.source, "outbound"),
    };
    let participant =
        |participant: &Participant| json!({ "ManagementAccountId": participant.account, "ManagementAccountEmail": participant.email });
    let mut shape = json!({
        "Arn": format!(
            "arn:aws:organizations::{}:transfer/{}/billing/{direction}/{}",
            viewer.account, viewer.organization, transfer.id
        ),
        "Name": transfer.name,
        "Id": transfer.id,
        "Type": "BILLING",
        "Status": transfer.status(&world.handshakes, now),
        "Source": participant(&transfer.source),
        "Target": participant(&transfer.target),
        "StartTimestamp": epoch(transfer.start),
        "ActiveHandshakeId": transfer.handshake,
    });
    if let (Some(end), Some(members)) = (transfer.end, shape.as_object_mut()) {
        members.insert("EndTimestamp".to_owned(), epoch(end));
    }
    shape
}
