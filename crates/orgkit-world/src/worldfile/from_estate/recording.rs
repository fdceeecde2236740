//! CloudTrail's trails and AWS Config.

use super::gap::{Gaps, listed};
use super::seen::{Seen, text};
use crate::worldfile::{ConfigSpec, TrailSpec};
use orgkit_model::{AccountId, Fact, OrganizationSnapshot};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The facts of trails, the organization's shadows included.
pub(super) const TRAILS: &str = "cloudtrail:DescribeTrails";
/// Whether trails log.
pub(super) const TRAIL_STATUS: &str = "cloudtrail:GetTrailStatus";
/// The recorders of AWS Config.
pub(super) const RECORDERS: &str = "config:DescribeConfigurationRecorders";
/// Whether they record.
pub(super) const RECORDER_STATUS: &str = "config:DescribeConfigurationRecorderStatus";
/// Where AWS Config delivers.
pub(super) const CHANNELS: &str = "config:DescribeDeliveryChannels";

/// The organization's trail. Its shadows in the members tell of it, too.
pub(super) fn organization_trail(seen: &Seen<'_>, snapshot: &OrganizationSnapshot, gaps: &mut Gaps) -> Option<TrailSpec> {
    let management = &snapshot.organization.management_account;
    let accounts = std::iter::once(management).chain(snapshot.accounts.keys());
    let mut trails: BTreeMap<&str, TrailSpec> = BTreeMap::new();
    for fact in accounts.flat_map(|account| seen.facts(account, TRAILS)) {
        if of_organization(fact) && owner(fact) == Some(management.as_str()) {
            trails.entry(&fact.name).or_insert_with(|| trail(seen, fact, gaps));
        }
    }
    let mut trails = trails.into_values();
    let first = trails.next();
    let others: Vec<String> = trails.map(|trail| trail.name).collect();
    if !others.is_empty() {
        gaps.left_out(format!(
            "Organization {} has more trails than the one that a world can have: {}.",
            snapshot.organization.id,
            listed(&others)
        ));
    }
    first
}

/// The trails that an account has for itself.
pub(super) fn own_trails(seen: &Seen<'_>, account: &AccountId, gaps: &mut Gaps) -> Vec<TrailSpec> {
    let mut trails: BTreeMap<&str, TrailSpec> = BTreeMap::new();
    for fact in seen.facts(account, TRAILS) {
        if !of_organization(fact) && owner(fact) == Some(account.as_str()) {
            trails.entry(&fact.name).or_insert_with(|| trail(seen, fact, gaps));
        }
    }
    let mut names = BTreeSet::new();
    let (unique, doubled): (Vec<TrailSpec>, Vec<TrailSpec>) = trails.into_values().partition(|trail| names.insert(trail.name.clone()));
    for trail in doubled {
        gaps.left_out(format!("Account {} has two trails `{}`, in two regions; the world has one.", seen.named(account), trail.name));
    }
    unique
}

fn trail(seen: &Seen<'_>, fact: &Fact, gaps: &mut Gaps) -> TrailSpec {
    let (doc, flag) = (&fact.doc, |member: &str| fact.doc.get(member).and_then(Value::as_bool));
    let statuses = || seen.facts(&fact.account, TRAIL_STATUS).iter().filter(|status| status.name == fact.name);
    let error = statuses().find_map(|status| text(&status.doc, "LatestDeliveryError")).filter(|error| !error.is_empty());
    if let Some(error) = error {
        gaps.left_out(format!("Trail {} cannot deliver ({error}); trails of a world can.", fact.name));
    }
    TrailSpec {
        name: text(doc, "Name").unwrap_or(&fact.name).to_owned(),
        home_region: text(doc, "HomeRegion").or(fact.region.as_deref()).unwrap_or(super::HOME_REGION).to_owned(),
        bucket: text(doc, "S3BucketName").unwrap_or_default().to_owned(),
        bucket_account: None,
        multi_region: flag("IsMultiRegionTrail").unwrap_or(true),
        log_file_validation: flag("LogFileValidationEnabled").unwrap_or(false),
        logging: statuses().find_map(|status| status.doc.get("IsLogging")?.as_bool()).unwrap_or(true),
        kms_key: text(doc, "KmsKeyId").map(str::to_owned),
    }
}

fn of_organization(fact: &Fact) -> bool {
    fact.doc.get("IsOrganizationTrail").and_then(Value::as_bool) == Some(true)
}

/// The account in a trail's ARN.
fn owner(fact: &Fact) -> Option<&str> {
    fact.name.split(':').nth(4)
}

/// AWS Config, by region.
pub(super) fn config(seen: &Seen<'_>, account: &AccountId, gaps: &mut Gaps) -> Vec<ConfigSpec> {
    let in_region = |kind: &str, region: &str| {
        seen.facts(account, kind).iter().copied().filter(|fact| fact.region.as_deref() == Some(region)).collect::<Vec<_>>()
    };
    let mut all = Vec::new();
    for region in &seen.estate.regions {
        let recorders = in_region(RECORDERS, region);
        let bucket = in_region(CHANNELS, region).iter().find_map(|fact| text(&fact.doc, "s3BucketName").map(str::to_owned));
        let Some(recorder) = recorders.first() else {
            if bucket.is_some() {
                gaps.left_out(format!(
                    "AWS Config has a delivery channel without a recorder in account {} in {region}.",
                    seen.named(account)
                ));
            }
            continue;
        };
        if recorders.len() > 1 {
            gaps.left_out(format!(
                "AWS Config has several recorders in account {} in {region}; the world has `{}`.",
                seen.named(account),
                recorder.name
            ));
        }
        let status = in_region(RECORDER_STATUS, region).into_iter().find(|status| status.name == recorder.name);
        let recording = status.and_then(|status| status.doc.get("recording")?.as_bool()).unwrap_or(true);
        all.push(ConfigSpec { region: region.clone(), recorder: recorder.name.clone(), recording, bucket, service: None });
    }
    all
}
