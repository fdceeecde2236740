//! AWS CloudTrail's event history (botocore `cloudtrail/2013-11-01`, operation `LookupEvents`): the management events of 90 days in one
//! region, newest first. It has what the world file says was called, and of what happens in the simulated AWS itself the changes of
//! organizations that a migration is made of.

use super::super::own;
use super::history;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::page::Paging;
use crate::world::{Event, World};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// How far back the history goes [CloudTrail User Guide, view-cloudtrail-events].
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What events can be looked up by (botocore, shape `LookupAttributeKey`), and where it stands in an answer.
const KEYS: [&str; 8] = ["EventId", "EventName", "ReadOnly", "Username", "ResourceType", "ResourceName", "EventSource", "AccessKeyId"];

const PAGES: Paging = Paging {
    list: "LookupEvents",
    items: "Events",
    limit: "MaxResults",
    token: "NextToken",
    usual: 50,
    most: 50,
    bad_token: "InvalidNextTokenException",
};

/// `LookupEvents`.
pub(super) fn lookup_events(world: &World, request: &Request<'_>) -> Answer {
    if request.number("MaxResults").is_some_and(|most| !(1..=50).contains(&most)) {
        return Err(ApiError::new("InvalidMaxResultsException", "A limit of 1 to 50 events is allowed."));
    }
    let (since, until) = window(request)?;
    let wanted = attribute(request)?;
    let calls = own(world, request)?.activity.iter().filter(|activity| activity.region == request.region);
    let mut events: Vec<Event> = calls.flat_map(|activity| activity.events(since, until)).collect();
    events.extend(history::events(world, &request.caller.account, request.region, since, until));
    events.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.id.cmp(&b.id)));
    let shown = events.iter().map(shape).filter(|event| wanted.is_none_or(|(key, value)| has(event, key, value)));
    PAGES.page(request, shown.collect())
}

/// From when to when: what is asked, within what is kept.
fn window(request: &Request<'_>) -> Result<(Timestamp, Timestamp), ApiError> {
    let oldest = request.now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
    let since = time(request, "StartTime")?.unwrap_or(oldest);
    let until = time(request, "EndTime")?.unwrap_or(request.now);
    if since > until {
        return Err(ApiError::new("InvalidTimeRangeException", "The start time must be before the end time."));
    }
    Ok((since.max(oldest), until.min(request.now)))
}

/// A time of the input, in seconds since 1970.
fn time(request: &Request<'_>, name: &str) -> Result<Option<Timestamp>, ApiError> {
    let Some(seconds) = request.input.get(name).and_then(Value::as_f64) else { return Ok(None) };
    let time = SignedDuration::try_from_secs_f64(seconds).ok().and_then(|since| Timestamp::UNIX_EPOCH.checked_add(since).ok());
    time.map(Some).ok_or_else(|| ApiError::new("InvalidTimeRangeException", format!("{name} is not a time.")))
}

/// The one attribute to look up by, if one is asked for.
fn attribute<'a>(request: &Request<'a>) -> Result<Option<(&'a str, &'a str)>, ApiError> {
    let wrong = |message: &str| Err(ApiError::new("InvalidLookupAttributesException", message));
    let list = request.input.get("LookupAttributes").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    match list {
        [] => Ok(None),
        [one] => match (one.get("AttributeKey").and_then(Value::as_str), one.get("AttributeValue").and_then(Value::as_str)) {
            (Some(key), Some(value)) if KEYS.contains(&key) => Ok(Some((key, value))),
            _ => wrong("An attribute has one of the known keys, and a value."),
        },
        _ => wrong("You can use only one lookup attribute."),
    }
}

fn has(event: &Value, key: &str, value: &str) -> bool {
    match key {
        "ResourceType" | "ResourceName" => {
            let resources = event.get("Resources").and_then(Value::as_array);
            resources.is_some_and(|list| list.iter().any(|resource| resource.get(key).and_then(Value::as_str) == Some(value)))
        }
        _ => event.get(key).and_then(Value::as_str) == Some(value),
    }
}

/// An event as the answer has it; the whole record is text in it.
fn shape(event: &Event) -> Value {
    let text = |pointer: &str| event.record.pointer(pointer).and_then(Value::as_str);
    let name = text("/userIdentity/arn").and_then(|arn| arn.rsplit(['/', ':']).next()).or_else(|| text("/userIdentity/invokedBy"));
    let resources = event.record.get("resources").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let named: Vec<Value> = resources.iter().filter_map(|resource| resource.get("ARN")).map(|arn| json!({ "ResourceName": arn })).collect();
    let read_only = event.record.get("readOnly").and_then(Value::as_bool).unwrap_or_default();
    json!({
        "EventId": event.id,
        "EventName": text("/eventName"),
        "ReadOnly": read_only.to_string(),
        "EventTime": epoch(event.at),
        "EventSource": text("/eventSource"),
        "Username": name,
        "Resources": named,
        "CloudTrailEvent": event.record.to_string(),
    })
}
