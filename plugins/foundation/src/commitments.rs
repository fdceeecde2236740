//! Savings Plans: they travel with the account that owns them, and what they discount elsewhere stops.
//! [AWS Billing User Guide, "Reserved Instances and Savings Plans discount sharing"]

use orgkit_policy_sdk::serde_json::Value;
use orgkit_policy_sdk::{Context, Finding, FindingExt as _, RuleError, Subject, SubjectExt as _, facts, parse_params};

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Params {
    /// The hourly commitment in US dollars below which nothing is said.
    minimum_commitment: f64,
}

pub(crate) fn check(ctx: &Context, params: &str, batch: &[Subject]) -> Result<Vec<Finding>, RuleError> {
    let params: Params = parse_params(params)?;
    Ok(batch.iter().map(|subject| judge(subject, &params, &ctx.snapshot_time)).collect())
}

fn judge(subject: &Subject, params: &Params, now: &str) -> Finding {
    let doc = match facts::document(subject) {
        Ok(doc) => doc,
        Err(unknown) => return subject.undetermined(&unknown),
    };
    let text = |name: &str| doc.get(name).and_then(Value::as_str).unwrap_or_default();
    // Both are RFC 3339 in UTC, whose text sorts like its time.
    let over = !text("end").is_empty() && text("end") < now;
    if !matches!(text("state"), "active" | "queued" | "payment-pending") || over {
        return subject.not_applicable();
    }
    let commitment = doc.get("commitment").and_then(|value| value.as_f64().or_else(|| value.as_str()?.parse().ok()));
    match commitment {
        Some(dollars) if dollars < params.minimum_commitment => subject.pass(),
        _ => subject
            .fail("discount-stops")
            .with("type", text("savingsPlanType"))
            .with("commitment", text("commitment"))
            .with("end", text("end"))
            .seen(subject.id, "/commitment", text("commitment")),
    }
}
