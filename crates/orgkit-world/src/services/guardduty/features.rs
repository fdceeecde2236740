//! What GuardDuty can watch besides its foundation: the features of a detector, and of an organization's settings.

use crate::ApiError;
use crate::call::Request;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A feature that can be switched (botocore `guardduty/2017-11-28`, shape `DetectorFeature`; the two for AI workloads are not simulated).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Feature {
    S3DataEvents,
    EksAuditLogs,
    EbsMalwareProtection,
    RdsLoginEvents,
    LambdaNetworkLogs,
    EksRuntimeMonitoring,
    RuntimeMonitoring,
}

/// What a feature can do besides (botocore, shape `FeatureAdditionalConfiguration`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(clippy::enum_variant_names, reason = "the names are those of the API")]
pub(crate) enum Addition {
    EksAddonManagement,
    EcsFargateAgentManagement,
    Ec2AgentManagement,
}

/// A feature, or an addition to it.
pub(crate) type Part = (Feature, Option<Addition>);

/// The features with their names, whether a new detector has them, and their additions. New detectors have all but runtime monitoring
/// (botocore, operation `CreateDetector`, 2026).
const FEATURES: [(Feature, &str, bool, &[Addition]); 7] = [
    (Feature::S3DataEvents, "S3_DATA_EVENTS", true, &[]),
    (Feature::EksAuditLogs, "EKS_AUDIT_LOGS", true, &[]),
    (Feature::EbsMalwareProtection, "EBS_MALWARE_PROTECTION", true, &[]),
    (Feature::RdsLoginEvents, "RDS_LOGIN_EVENTS", true, &[]),
    (Feature::LambdaNetworkLogs, "LAMBDA_NETWORK_LOGS", true, &[]),
    (Feature::EksRuntimeMonitoring, "EKS_RUNTIME_MONITORING", false, &[Addition::EksAddonManagement]),
    (
        Feature::RuntimeMonitoring,
        "RUNTIME_MONITORING",
        false,
        &[Addition::EksAddonManagement, Addition::EcsFargateAgentManagement, Addition::Ec2AgentManagement],
    ),
];

/// What every detector watches and nobody can switch off.
const FOUNDATION: [&str; 3] = ["CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS"];

impl Addition {
    fn name(self) -> &'static str {
        match self {
            Self::EksAddonManagement => "EKS_ADDON_MANAGEMENT",
            Self::EcsFargateAgentManagement => "ECS_FARGATE_AGENT_MANAGEMENT",
            Self::Ec2AgentManagement => "EC2_AGENT_MANAGEMENT",
        }
    }
}

/// The features of a new detector.
pub(crate) fn usual() -> BTreeSet<Part> {
    FEATURES.iter().filter(|(_, _, usual, _)| *usual).map(|(feature, ..)| (*feature, None)).collect()
}

/// The features that a call names, each with the value of a member (`status`, `autoEnable`) that `read` understands.
pub(super) fn given<T>(request: &Request<'_>, member: &str, read: fn(&str) -> Option<T>) -> Result<Vec<(Part, T)>, ApiError> {
    if request.input.get("dataSources").is_some() {
        return Err(super::bad("dataSources is deprecated and not simulated: use features."));
    }
    let value = |entry: &Value| {
        let word = entry.get(member).and_then(Value::as_str).unwrap_or_default();
        read(word).ok_or_else(|| super::bad(format!("`{word}` is not a valid {member} of a feature.")))
    };
    let mut parts = Vec::new();
    for entry in entries(request.input, "features") {
        let name = entry.get("name").and_then(Value::as_str).unwrap_or_default();
        let row = FEATURES.iter().find(|(_, known, ..)| *known == name);
        let (feature, _, _, additions) = row.ok_or_else(|| super::bad(format!("The feature `{name}` is not supported.")))?;
        if entry.get(member).is_some() || entries(entry, "additionalConfiguration").next().is_none() {
            parts.push(((*feature, None), value(entry)?));
        }
        for extra in entries(entry, "additionalConfiguration") {
            let name = extra.get("name").and_then(Value::as_str).unwrap_or_default();
            let addition = additions.iter().find(|addition| addition.name() == name);
            let addition = addition.ok_or_else(|| super::bad(format!("The feature has no additional configuration `{name}`.")))?;
            parts.push(((*feature, Some(*addition)), value(extra)?));
        }
    }
    let names = |wanted| parts.iter().any(|((feature, _), _)| *feature == wanted);
    if names(Feature::EksRuntimeMonitoring) && names(Feature::RuntimeMonitoring) {
        return Err(super::bad("Specify either EKS_RUNTIME_MONITORING or RUNTIME_MONITORING."));
    }
    Ok(parts)
}

fn entries<'v>(value: &'v Value, list: &str) -> impl Iterator<Item = &'v Value> {
    value.get(list).and_then(Value::as_array).into_iter().flatten()
}

/// All features as a list, each with what `show` tells of it.
pub(super) fn list(member: &str, show: impl Fn(Part) -> Value) -> Vec<Value> {
    let shape = |(feature, name, _, additions): &(Feature, &str, bool, &[Addition])| {
        let extra = additions.iter().map(|addition| json!({ "name": addition.name(), member: show((*feature, Some(*addition))) }));
        let mut shape = json!({ "name": name, member: show((*feature, None)) });
        if let (false, Some(members)) = (additions.is_empty(), shape.as_object_mut()) {
            members.insert("additionalConfiguration".to_owned(), extra.collect());
        }
        shape
    };
    FEATURES.iter().map(shape).collect()
}

/// The features of a detector as it shows them, the foundation first.
pub(super) fn of_detector(features: &BTreeSet<Part>) -> Vec<Value> {
    let foundation = FOUNDATION.iter().map(|name| json!({ "name": name, "status": "ENABLED" }));
    let status = |part| Value::from(if features.contains(&part) { "ENABLED" } else { "DISABLED" });
    foundation.chain(list("status", status)).collect()
}
