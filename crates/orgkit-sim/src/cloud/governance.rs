//! Facts about what governs an organization: its landing zone and billing transfers.

use super::convert::text;
use super::facts::{At, fact, picked};
use super::nothing;
use orgkit_cloud::{CloudError, FactDoc};
use serde_json::{Value, json};

/// The landing zone, if this is its home region. Drift is left out: it comes and goes while accounts move.
pub(super) fn landing_zones(at: At<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let mut facts = Vec::new();
    for zone in at.cloud.pages(&at.ask("controltower", "ListLandingZones"), nothing(), "landingZones", "nextToken")? {
        let arn = text(&zone, "arn").unwrap_or_default();
        let answer = at.cloud.read(&at.ask("controltower", "GetLandingZone"), &json!({ "landingZoneIdentifier": arn }))?;
        let mut doc = picked(&answer["landingZone"], &["arn", "version", "status", "remediationTypes"]);
        if let Some(members) = doc.as_object_mut() {
            members.entry("remediationTypes").or_insert_with(|| json!([]));
        }
        facts.push(fact(Some(arn), doc));
    }
    Ok(facts)
}

/// The enabled baselines of one unit or account, or of all.
pub(super) fn enabled_baselines(at: At<'_>, target: Option<&str>) -> Result<Vec<FactDoc>, CloudError> {
    const MEMBERS: [&str; 5] = ["arn", "baselineIdentifier", "baselineVersion", "targetIdentifier", "parentIdentifier"];
    let mut input = json!({ "includeChildren": true });
    if let Some(target) = target {
        input["filter"] = json!({ "targetIdentifiers": [target] });
    }
    let all = at.cloud.pages(&at.ask("controltower", "ListEnabledBaselines"), input, "enabledBaselines", "nextToken")?;
    let doc = |enabled: &Value| {
        let mut doc = picked(enabled, &MEMBERS);
        doc["statusSummary"] = picked(&enabled["statusSummary"], &["status"]);
        doc
    };
    Ok(all.iter().map(|enabled| fact(text(enabled, "arn"), doc(enabled))).collect())
}

/// Billing transfers, without e-mail addresses.
pub(super) fn transfers(at: At<'_>, operation: &'static str) -> Result<Vec<FactDoc>, CloudError> {
    let all = at.cloud.pages(&at.ask("organizations", operation), json!({ "Type": "BILLING" }), "ResponsibilityTransfers", "NextToken")?;
    let doc = |transfer: &Value| {
        let mut doc = picked(transfer, &["Id", "Name", "Status"]);
        for side in ["Source", "Target"] {
            doc[side] = picked(&transfer[side], &["ManagementAccountId"]);
        }
        doc
    };
    Ok(all.iter().map(|transfer| fact(text(transfer, "Id"), doc(transfer))).collect())
}
