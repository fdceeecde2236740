//! AWS CloudTrail (botocore `cloudtrail/2013-11-01`): trails and whether they log.

use super::own;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::{Faults, Protocol, Service, read};
use crate::format::{epoch, iso};
use crate::world::{Trail, World};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "cloudtrail",
    signing_name: "cloudtrail",
    actions: "cloudtrail",
    model: "cloudtrail/2013-11-01",
    protocol: Protocol::Json { target: "CloudTrail_20131101" },
    faults: Faults { invalid: "InvalidParameterCombinationException", message: "Message", ..Faults::JSON },
    operations: &[
        read("DescribeTrails", describe_trails),
        read("GetTrailStatus", get_trail_status),
        read("LookupEvents", super::event_history::lookup_events),
    ],
};

/// CloudTrail delivers about every five minutes, digest files every hour
/// [CloudTrail User Guide, get-and-view-cloudtrail-log-files and cloudtrail-log-file-validation-intro].
const DELIVERY: SignedDuration = SignedDuration::from_mins(5);
const DIGEST: SignedDuration = SignedDuration::from_hours(1);

/// `DescribeTrails`: the account's own trails, and the shadows of trails of other regions and of its organization's trail. A shadow is there
/// as soon as the account is in the organization.
pub(crate) fn describe_trails(world: &World, request: &Request<'_>) -> Answer {
    let shadows = request.flag("includeShadowTrails").unwrap_or(true);
    let wanted = request.texts("trailNameList");
    let named = |trail: &Trail| wanted.is_empty() || wanted.iter().any(|name| *name == trail.arn || *name == trail.name);
    let visible = visible(world, request)?.into_iter().filter(|(trail, shadow)| (shadows || !shadow) && named(trail));
    let list: Vec<Value> = visible.map(|(trail, _)| shape(trail)).collect();
    Ok(json!({ "trailList": list }))
}

/// `GetTrailStatus`, by ARN or by the name of a trail that is visible in the region.
pub(crate) fn get_trail_status(world: &World, request: &Request<'_>) -> Answer {
    let name = request.required("Name")?;
    let is_named = |trail: &Trail| trail.arn == name || trail.name == name;
    let found = visible(world, request)?.into_iter().map(|(trail, _)| trail).find(|trail| is_named(trail));
    let trail = found.ok_or_else(|| ApiError::new("TrailNotFoundException", format!("Unknown trail: {name}")))?;
    let started = trail.started_at;
    let mut status = json!({
        "IsLogging": trail.logging,
        "StartLoggingTime": epoch(started),
        "TimeLoggingStarted": iso(started),
        "TimeLoggingStopped": "",
    });
    if let (Some(delivered), Some(members)) = (last(DELIVERY, started, request.now).filter(|_| trail.logging), status.as_object_mut()) {
        members.insert("LatestDeliveryTime".to_owned(), epoch(delivered));
        members.insert("LatestDeliveryAttemptTime".to_owned(), iso(delivered).into());
        members.insert("LatestDeliveryAttemptSucceeded".to_owned(), iso(delivered).into());
        if let Some(digest) = last(DIGEST, started, request.now).filter(|_| trail.log_file_validation) {
            members.insert("LatestDigestDeliveryTime".to_owned(), epoch(digest));
        }
    }
    Ok(status)
}

/// Turns the organization trails of an account that no longer is in the organization into ordinary ones.
pub(crate) fn end_organization_trails(trails: &mut [Trail]) {
    for trail in trails {
        trail.of_organization = false;
    }
}

/// The trails that the caller sees in the region, each with whether it is a shadow.
fn visible<'w>(world: &'w World, request: &Request<'_>) -> Result<Vec<(&'w Trail, bool)>, ApiError> {
    let in_region = |trail: &&Trail| trail.multi_region || trail.home_region == request.region;
    let account = own(world, request)?;
    let mut seen: Vec<(&Trail, bool)> =
        account.trails.iter().filter(in_region).map(|trail| (trail, trail.home_region != request.region)).collect();
    if let Some(organization) = world.organization_of(&account.id).filter(|organization| organization.management != account.id) {
        let owned = world.accounts.get(&organization.management).into_iter().flat_map(|management| &management.trails);
        seen.extend(owned.filter(|trail| trail.of_organization).filter(in_region).map(|trail| (trail, true)));
    }
    Ok(seen)
}

/// The latest full interval that has passed since logging started.
fn last(interval: SignedDuration, started: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let step = interval.as_secs();
    let at = Timestamp::from_second(now.as_second() - now.as_second().rem_euclid(step)).ok()?;
    (at >= started).then_some(at)
}

fn shape(trail: &Trail) -> Value {
    let mut shape = json!({
        "Name": trail.name,
        "S3BucketName": trail.bucket,
        "IncludeGlobalServiceEvents": true,
        "IsMultiRegionTrail": trail.multi_region,
        "HomeRegion": trail.home_region,
        "TrailARN": trail.arn,
        "LogFileValidationEnabled": trail.log_file_validation,
        "HasCustomEventSelectors": false,
        "HasInsightSelectors": false,
        "IsOrganizationTrail": trail.of_organization,
    });
    if let (Some(key), Some(members)) = (&trail.kms_key, shape.as_object_mut()) {
        members.insert("KmsKeyId".to_owned(), key.as_str().into());
    }
    shape
}
