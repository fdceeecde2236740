//! Looking at trails.

use super::super::own;
use super::not_found;
use super::trail::Trail;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::{epoch, iso};
use crate::page::Paging;
use crate::world::World;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// CloudTrail delivers about every five minutes, digest files every hour
/// [CloudTrail User Guide, get-and-view-cloudtrail-log-files and cloudtrail-log-file-validation-intro].
const DELIVERY: SignedDuration = SignedDuration::from_mins(5);
const DIGEST: SignedDuration = SignedDuration::from_hours(1);

/// `DescribeTrails`: the account's own trails, and the shadows of trails of other regions and of its organization's trail. A shadow is there
/// as soon as the account is in the organization.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let shadows = request.flag("includeShadowTrails").unwrap_or(true);
    let wanted = request.texts("trailNameList");
    let named = |trail: &Trail| wanted.is_empty() || wanted.iter().any(|name| trail.is_named(name));
    let visible = visible(world, request)?.into_iter().filter(|(trail, shadow)| (shadows || !shadow) && named(trail));
    let list: Vec<Value> = visible.map(|(trail, _)| trail.shape()).collect();
    Ok(json!({ "trailList": list }))
}

/// `GetTrail`, by ARN or by the name of a trail that is visible in the region.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    Ok(json!({ "Trail": seen(world, request, request.required("Name")?)?.shape() }))
}

/// `ListTrails`: the account's trails of all regions, shadows of the organization's included.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let all = all(world, request)?.into_iter();
    let listed = all.map(|(trail, _)| json!({ "TrailARN": trail.arn, "Name": trail.name, "HomeRegion": trail.home_region }));
    let paging = Paging {
        list: "ListTrails",
        items: "Trails",
        limit: "MaxResults",
        token: "NextToken",
        usual: 100,
        most: 100,
        bad_token: "OperationNotPermittedException",
    };
    paging.page(request, listed.collect())
}

/// `GetTrailStatus`, by ARN or by the name of a trail that is visible in the region.
pub(super) fn status(world: &World, request: &Request<'_>) -> Answer {
    let trail = seen(world, request, request.required("Name")?)?;
    let until = trail.stopped_at.filter(|_| !trail.is_logging()).unwrap_or(request.now);
    let mut status = json!({
        "IsLogging": trail.is_logging(),
        "TimeLoggingStarted": trail.started_at.map(iso).unwrap_or_default(),
        "TimeLoggingStopped": trail.stopped_at.map(iso).unwrap_or_default(),
    });
    let Some(members) = status.as_object_mut() else { return Ok(status) };
    members.extend(trail.stopped_at.map(|at| ("StopLoggingTime".to_owned(), epoch(at))));
    let Some(started) = trail.started_at else { return Ok(status) };
    members.insert("StartLoggingTime".to_owned(), epoch(started));
    if let Some(delivered) = last(DELIVERY, started, until) {
        members.insert("LatestDeliveryTime".to_owned(), epoch(delivered));
        members.insert("LatestDeliveryAttemptTime".to_owned(), iso(delivered).into());
        members.insert("LatestDeliveryAttemptSucceeded".to_owned(), iso(delivered).into());
        if let Some(digest) = last(DIGEST, started, until).filter(|_| trail.log_file_validation) {
            members.insert("LatestDigestDeliveryTime".to_owned(), epoch(digest));
        }
    }
    Ok(status)
}

/// The trail of that name or ARN that the caller sees in the region.
pub(super) fn seen<'w>(world: &'w World, request: &Request<'_>, name: &str) -> Result<&'w Trail, ApiError> {
    let is_it = |trail: &&Trail| trail.is_named(name);
    visible(world, request)?.into_iter().map(|(trail, _)| trail).find(is_it).ok_or_else(|| not_found(name))
}

/// The trails that the caller sees in the region, each with whether it is a shadow.
fn visible<'w>(world: &'w World, request: &Request<'_>) -> Result<Vec<(&'w Trail, bool)>, ApiError> {
    let mut seen = all(world, request)?;
    seen.retain(|(trail, _)| trail.multi_region || trail.home_region == request.region);
    Ok(seen.into_iter().map(|(trail, shadow)| (trail, shadow || trail.home_region != request.region)).collect())
}

/// The caller's own trails, and its organization's, each with whether it is another account's.
fn all<'w>(world: &'w World, request: &Request<'_>) -> Result<Vec<(&'w Trail, bool)>, ApiError> {
    let account = own(world, request)?;
    let mut all: Vec<(&Trail, bool)> = account.trails.iter().map(|trail| (trail, false)).collect();
    if let Some(organization) = world.organization_of(&account.id).filter(|organization| organization.management != account.id) {
        let owned = world.accounts.get(&organization.management).into_iter().flat_map(|management| &management.trails);
        all.extend(owned.filter(|trail| trail.of_organization).map(|trail| (trail, true)));
    }
    Ok(all)
}

/// The latest full interval that has passed since logging started.
fn last(interval: SignedDuration, started: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let step = interval.as_secs();
    let at = Timestamp::from_second(now.as_second() - now.as_second().rem_euclid(step)).ok()?;
    (at >= started).then_some(at)
}
