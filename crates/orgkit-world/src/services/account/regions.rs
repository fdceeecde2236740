//! The regions of an account: those that every account has, and those that it has to opt in to.

use super::nothing;
use super::target::target;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::page::Paging;
use crate::world::World;
use jiff::{SignedDuration, Timestamp};
use orgkit_model::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The regions of the partition `aws` (botocore `endpoints.json`, 2026), each with whether an account has to opt in to it
/// [Account Management Reference Guide, manage-acct-regions].
const REGIONS: [(&str, bool); 34] = [
    ("af-south-1", true),
    ("ap-east-1", true),
    ("ap-east-2", true),
    ("ap-northeast-1", false),
    ("ap-northeast-2", false),
    ("ap-northeast-3", false),
    ("ap-south-1", false),
    ("ap-south-2", true),
    ("ap-southeast-1", false),
    ("ap-southeast-2", false),
    ("ap-southeast-3", true),
    ("ap-southeast-4", true),
    ("ap-southeast-5", true),
    ("ap-southeast-6", true),
    ("ap-southeast-7", true),
    ("ca-central-1", false),
    ("ca-west-1", true),
    ("eu-central-1", false),
    ("eu-central-2", true),
    ("eu-north-1", false),
    ("eu-south-1", true),
    ("eu-south-2", true),
    ("eu-west-1", false),
    ("eu-west-2", false),
    ("eu-west-3", false),
    ("il-central-1", true),
    ("me-central-1", true),
    ("me-south-1", true),
    ("mx-central-1", true),
    ("sa-east-1", false),
    ("us-east-1", false),
    ("us-east-2", false),
    ("us-west-1", false),
    ("us-west-2", false),
];

/// How long enabling or disabling a region takes: a few minutes for most accounts, says AWS (botocore `account/2021-02-01`, operation
/// `EnableRegion`); the number is unconfirmed.
const SWITCH: SignedDuration = SignedDuration::from_mins(5);

/// The statuses of a region (shape `RegionOptStatus`).
const STATUSES: [&str; 5] = ["ENABLED", "ENABLING", "DISABLING", "DISABLED", "ENABLED_BY_DEFAULT"];

/// What an account did about an opt-in region for the last time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OptIn {
    /// Whether it wants the region.
    pub(crate) wanted: bool,
    /// When the wish is fulfilled.
    pub(crate) ready_at: Timestamp,
}

/// `ListRegions`, at most 50 a page.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let account = &target(world, request)?.id;
    let wanted = request.texts("RegionOptStatusContains");
    if let Some(unknown) = wanted.iter().find(|status| !STATUSES.contains(status)) {
        return Err(request.invalid("INVALID_ENUM", format!("`{unknown}` is not a status of a region.")));
    }
    let shapes = REGIONS.iter().map(|(name, opt_in)| (name, status(world, account, name, *opt_in, request.now)));
    let listed = shapes.filter(|(_, status)| wanted.is_empty() || wanted.contains(status));
    let listed: Vec<Value> = listed.map(|(name, status)| json!({ "RegionName": name, "RegionOptStatus": status })).collect();
    let paging = Paging {
        list: "ListRegions",
        items: "Regions",
        limit: "MaxResults",
        token: "NextToken",
        usual: 50,
        most: 50,
        bad_token: "ValidationException",
    };
    paging.page(request, listed)
}

/// `GetRegionOptStatus`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let account = &target(world, request)?.id;
    let (name, opt_in) = region(request)?;
    Ok(json!({ "RegionName": name, "RegionOptStatus": status(world, account, name, opt_in, request.now) }))
}

/// `EnableRegion`.
pub(super) fn enable(world: &mut World, request: &Request<'_>) -> Answer {
    switch(world, request, true)
}

/// `DisableRegion`.
pub(super) fn disable(world: &mut World, request: &Request<'_>) -> Answer {
    switch(world, request, false)
}

/// What is so already, or is on its way, is no error (unconfirmed).
fn switch(world: &mut World, request: &Request<'_>, wanted: bool) -> Answer {
    let account = target(world, request)?.id.clone();
    let (name, opt_in) = region(request)?;
    if !opt_in {
        return Err(request.invalid("INVALID_REGION_OPT_TARGET", format!("{name} is enabled by default and stays so.")));
    }
    let now = status(world, &account, name, opt_in, request.now);
    match (wanted, now) {
        (true, "ENABLED" | "ENABLING") | (false, "DISABLED" | "DISABLING") => return Ok(nothing()),
        (_, "ENABLING" | "DISABLING") => {
            let message = format!("{name} is in status {now}; wait until that is over.");
            return Err(ApiError::new("ConflictException", message).with_status(409));
        }
        _ => {}
    }
    let ready_at = request.now.saturating_add(SWITCH).unwrap_or(Timestamp::MAX);
    world.services.account.regions.entry(account).or_default().insert(name.to_owned(), OptIn { wanted, ready_at });
    Ok(nothing())
}

/// Whether an account can use a region at a time. A region that is not in the table is taken for one that every account has.
pub(crate) fn is_usable(world: &World, account: &AccountId, region: &str, now: Timestamp) -> bool {
    let opt_in = REGIONS.iter().any(|(name, opt_in)| *name == region && *opt_in);
    matches!(status(world, account, region, opt_in, now), "ENABLED" | "ENABLED_BY_DEFAULT")
}

fn status(world: &World, account: &AccountId, region: &str, opt_in: bool, now: Timestamp) -> &'static str {
    if !opt_in {
        return "ENABLED_BY_DEFAULT";
    }
    let choice = world.services.account.regions.get(account).and_then(|regions| regions.get(region));
    match choice {
        None => "DISABLED",
        Some(OptIn { wanted: true, ready_at }) if now < *ready_at => "ENABLING",
        Some(OptIn { wanted: true, .. }) => "ENABLED",
        Some(OptIn { ready_at, .. }) if now < *ready_at => "DISABLING",
        Some(_) => "DISABLED",
    }
}

fn region<'a>(request: &Request<'a>) -> Result<(&'a str, bool), ApiError> {
    let name = request.required("RegionName")?;
    let known = REGIONS.iter().find(|(known, _)| *known == name).map(|(_, opt_in)| (name, *opt_in));
    known.ok_or_else(|| request.invalid("INVALID_REGION_OPT_TARGET", format!("`{name}` is not a region.")))
}
