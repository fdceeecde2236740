//! AWS Control Tower: the landing zone, and what units and accounts have from it.

use super::Ask;
use super::doc::{list, object, text};
use crate::cloud::AwsCloud;
use crate::organizations::pages;
use aws_sdk_controltower::Client;
use aws_sdk_controltower::types::{EnabledBaselineFilter, EnabledBaselineSummary, LandingZoneDetail};
use orgkit_cloud::{CloudError, FactDoc};
use orgkit_model::AccountId;
use serde_json::Value;

const LIST_ENABLED: &str = "controltower:ListEnabledBaselines";

/// The landing zone, named by its ARN, if this is its home region. Drift is left out: it comes and goes while accounts move.
pub(super) async fn landing_zones(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client: Client = ask.cloud.client(ask.by, ask.region).await?;
    let mut facts = Vec::new();
    for zone in pages!(ask.cloud, ask.by, "controltower:ListLandingZones", client.list_landing_zones(), landing_zones) {
        let arn = zone.arn().unwrap_or_default();
        let call = || client.get_landing_zone().landing_zone_identifier(arn).send();
        let answer = ask.cloud.reading(ask.by, ask.kind, call).await?;
        facts.extend(answer.landing_zone().map(|zone| FactDoc { name: arn.to_owned(), doc: zone_doc(zone) }));
    }
    Ok(facts)
}

fn zone_doc(zone: &LandingZoneDetail) -> Value {
    let remediation = zone.remediation_types().iter().map(|kind| Value::from(kind.as_str()));
    object([
        ("arn", text(zone.arn())),
        ("version", text(Some(zone.version()))),
        ("status", text(zone.status().map(|status| status.as_str()))),
        ("remediationTypes", list(remediation)),
    ])
}

/// One document per enabled baseline, named by its ARN: those of units and of the accounts that inherit them.
pub(super) async fn enabled_baselines(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    enabled(ask.cloud, ask.by, ask.region, None).await
}

/// The enabled baselines of one target, or of all.
pub(crate) async fn enabled(
    cloud: &AwsCloud,
    by: &AccountId,
    region: Option<&str>,
    target: Option<&str>,
) -> Result<Vec<FactDoc>, CloudError> {
    let client: Client = cloud.client(by, region).await?;
    let filter = target.map(|target| EnabledBaselineFilter::builder().target_identifiers(target).build());
    let call = || client.list_enabled_baselines().include_children(true).set_filter(filter.clone());
    let found = pages!(cloud, by, LIST_ENABLED, call(), enabled_baselines);
    Ok(found.iter().map(|enabled| FactDoc { name: enabled.arn().to_owned(), doc: enabled_doc(enabled) }).collect())
}

fn enabled_doc(enabled: &EnabledBaselineSummary) -> Value {
    let status = enabled.status_summary().and_then(|summary| summary.status());
    object([
        ("arn", text(Some(enabled.arn()))),
        ("baselineIdentifier", text(Some(enabled.baseline_identifier()))),
        ("baselineVersion", text(enabled.baseline_version())),
        ("targetIdentifier", text(Some(enabled.target_identifier()))),
        ("parentIdentifier", text(enabled.parent_identifier())),
        ("statusSummary", status.map(|status| object([("status", text(Some(status.as_str())))]))),
    ])
}
