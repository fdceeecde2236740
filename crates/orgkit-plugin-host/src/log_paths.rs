//! Walks the way that an account's logs take. A rule only judges it.
//!
//! The one source is `cloudtrail:organization`: the organization's trails as seen in the account, whether they log, and where to. A
//! member account sees them as shadow trails. [AWS CloudTrail User Guide, "Creating a trail for an organization"]

use crate::bindings::orgkit::policy::log_paths::{Hop, Path};
use crate::{FactIndex, FactRef};
use orgkit_model::{AccountId, Fact};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const TRAILS: &str = "cloudtrail:DescribeTrails";
const STATUS: &str = "cloudtrail:GetTrailStatus";
const BUCKETS: &str = "AWS::S3::BucketPolicy";

/// The ways from a source, or why it cannot be traced.
pub(crate) fn trace(
    facts: &FactIndex,
    declared: &BTreeSet<String>,
    source: &str,
    account: &str,
    region: Option<&str>,
) -> Result<Vec<Path>, String> {
    if source != "cloudtrail:organization" {
        return Err(format!("`{source}` is not a log source: cloudtrail:organization"));
    }
    if let Some(kind) = [TRAILS, STATUS].iter().find(|kind| !declared.contains(**kind)) {
        return Err(format!("the rule does not declare that it reads {kind}"));
    }
    let account: AccountId = account.parse().map_err(|error| format!("{error}"))?;
    let trails = organization_trails(facts, &account, region);
    if trails.is_empty() {
        return Ok(vec![Path { source: source.to_owned(), hops: vec![no_trail(facts, &account)], reaches: None }]);
    }
    Ok(trails.values().map(|at| path(facts, declared, source, *at)).collect())
}

/// The organization's trails by ARN: a multi-region trail is seen in every region.
fn organization_trails(facts: &FactIndex, account: &AccountId, region: Option<&str>) -> BTreeMap<String, FactRef> {
    let mut trails = BTreeMap::new();
    for at in facts.of_kind(TRAILS, Some(account)) {
        let Some(fact) = facts.fact(*at) else { continue };
        let here = region.is_none_or(|region| flag(fact, "IsMultiRegionTrail") || text(fact, "HomeRegion") == Some(region));
        if flag(fact, "IsOrganizationTrail") && here {
            trails.entry(fact.name.clone()).or_insert(*at);
        }
    }
    trails
}

fn no_trail(facts: &FactIndex, account: &AccountId) -> Hop {
    let gap = facts.gaps(TRAILS, Some(account), None).into_iter().next();
    Hop {
        at: None,
        kind: TRAILS.to_owned(),
        name: String::new(),
        account: account.to_string(),
        region: None,
        state: if gap.is_some() { "undetermined" } else { "missing" }.to_owned(),
        note: gap.map(|gap| format!("{TRAILS}: {}", gap.reason)),
    }
}

fn path(facts: &FactIndex, declared: &BTreeSet<String>, source: &str, at: FactRef) -> Path {
    let Some(trail) = facts.fact(at) else { return Path { source: source.to_owned(), hops: Vec::new(), reaches: None } };
    let (state, note) = state(facts, trail);
    let mut hops = vec![Hop {
        at: Some(at),
        kind: TRAILS.to_owned(),
        name: trail.name.clone(),
        account: trail.account.to_string(),
        region: text(trail, "HomeRegion").map(str::to_owned),
        state: state.to_owned(),
        note,
    }];
    let bucket = text(trail, "S3BucketName").unwrap_or_default();
    let owner = if declared.contains(BUCKETS) { bucket_owner(facts, bucket) } else { None };
    let reaches = owner.and_then(|at| facts.fact(at)).map(|fact| fact.account.to_string());
    hops.push(Hop {
        at: owner,
        kind: BUCKETS.to_owned(),
        name: bucket.to_owned(),
        account: reaches.clone().unwrap_or_default(),
        region: None,
        state: if reaches.is_some() { "found" } else { "undetermined" }.to_owned(),
        note: None,
    });
    Path { source: source.to_owned(), hops, reaches }
}

/// Whether a trail logs, as the account sees it; with CloudTrail's own words when delivery fails.
fn state(facts: &FactIndex, trail: &Fact) -> (&'static str, Option<String>) {
    let same_trail =
        |account| facts.of_kind(STATUS, account).iter().filter_map(|at| facts.fact(*at)).find(|status| status.name == trail.name);
    let Some(status) = same_trail(Some(&trail.account)).or_else(|| same_trail(None)) else {
        let why = facts.gaps(STATUS, Some(&trail.account), None).into_iter().next();
        return ("undetermined", Some(format!("{STATUS}: {}", why.map_or_else(|| "it was not collected".to_owned(), |gap| gap.reason))));
    };
    if flag(status, "IsLogging") {
        ("logging", text(status, "LatestDeliveryError").filter(|error| !error.is_empty()).map(str::to_owned))
    } else {
        ("not-logging", None)
    }
}

fn bucket_owner(facts: &FactIndex, bucket: &str) -> Option<FactRef> {
    let is_it = |fact: &Fact| fact.name == bucket || text(fact, "Bucket") == Some(bucket);
    facts.of_kind(BUCKETS, None).iter().copied().find(|at| facts.fact(*at).is_some_and(is_it))
}

fn flag(fact: &Fact, member: &str) -> bool {
    fact.doc.get(member).and_then(Value::as_bool) == Some(true)
}

fn text<'a>(fact: &'a Fact, member: &str) -> Option<&'a str> {
    fact.doc.get(member).and_then(Value::as_str)
}
