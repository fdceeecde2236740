//! Security standards, which Security Hub checks an account against.

use super::hubs::own_hub;
use super::{invalid, paging};
use crate::call::{Answer, Request};
use crate::world::World;
use orgkit_model::AccountId;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The standards: the last part of the ARN, the name, and whether a new hub has it
/// [Security Hub User Guide, standards-reference, and API Reference, EnableSecurityHub; 2026].
const STANDARDS: [(&str, &str, bool); 6] = [
    ("aws-foundational-security-best-practices/v/1.0.0", "AWS Foundational Security Best Practices v1.0.0", true),
    ("cis-aws-foundations-benchmark/v/1.2.0", "CIS AWS Foundations Benchmark v1.2.0", true),
    ("cis-aws-foundations-benchmark/v/1.4.0", "CIS AWS Foundations Benchmark v1.4.0", false),
    ("cis-aws-foundations-benchmark/v/3.0.0", "CIS AWS Foundations Benchmark v3.0.0", false),
    ("nist-800-53/v/5.0.0", "NIST Special Publication 800-53 Revision 5", false),
    ("pci-dss/v/4.0.1", "PCI DSS v4.0.1", false),
];

/// The standards of a new hub.
pub(super) fn usual() -> BTreeSet<String> {
    STANDARDS.iter().filter(|(.., usual)| *usual).map(|(id, ..)| (*id).to_owned()).collect()
}

/// A standard's ARN. The oldest has another form than the others.
fn arn(id: &str, region: &str) -> String {
    match id {
        "cis-aws-foundations-benchmark/v/1.2.0" => format!("arn:aws:securityhub:::ruleset/{id}"),
        _ => format!("arn:aws:securityhub:{region}::standards/{id}"),
    }
}

/// `DescribeStandards`: every account can see them, with Security Hub or without.
pub(super) fn describe(_: &World, request: &Request<'_>) -> Answer {
    let shape = |(id, name, usual): &(&str, &str, bool)| {
        json!({
            "StandardsArn": arn(id, request.region),
            "Name": name,
            "EnabledByDefault": usual,
            "StandardsManagedBy": { "Company": "AWS", "Product": "Security Hub" },
        })
    };
    paging("DescribeStandards", "Standards", 100).page(request, STANDARDS.iter().map(shape).collect())
}

/// `GetEnabledStandards`.
pub(super) fn enabled(world: &World, request: &Request<'_>) -> Answer {
    let hub = own_hub(world, request)?;
    let wanted = request.texts("StandardsSubscriptionArns");
    let is_wanted =
        |shape: &Value| wanted.is_empty() || shape["StandardsSubscriptionArn"].as_str().is_some_and(|arn| wanted.contains(&arn));
    let shapes = hub.standards.iter().map(|id| subscription(world, request, id));
    paging("GetEnabledStandards", "StandardsSubscriptions", 100).page(request, shapes.filter(is_wanted).collect())
}

/// `BatchEnableStandards`.
pub(super) fn enable(world: &mut World, request: &Request<'_>) -> Answer {
    own_hub(world, request)?;
    let requests = request.input.get("StandardsSubscriptionRequests").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if requests.is_empty() || requests.len() > 25 {
        return Err(invalid("StandardsSubscriptionRequests must name 1 to 25 standards."));
    }
    let mut chosen = Vec::new();
    for asked in requests {
        let asked = asked.get("StandardsArn").and_then(Value::as_str).unwrap_or_default();
        let standard = STANDARDS.iter().find(|(id, ..)| arn(id, request.region) == asked);
        let (id, ..) = standard.ok_or_else(|| invalid(format!("`{asked}` is not a standard.")))?;
        chosen.push(*id);
    }
    let hubs = world.services.securityhub.hubs.get_mut(&request.caller.account);
    if let Some(hub) = hubs.and_then(|hubs| hubs.get_mut(request.region)) {
        hub.standards.extend(chosen.iter().map(|id| (*id).to_owned()));
    }
    let shapes: Vec<Value> = chosen.into_iter().map(|id| subscription(world, request, id)).collect();
    Ok(json!({ "StandardsSubscriptions": shapes }))
}

/// A standard in the caller's hub. Its checks rest on AWS Config.
fn subscription(world: &World, request: &Request<'_>, id: &str) -> Value {
    let account = &request.caller.account;
    let mut shape = json!({
        "StandardsSubscriptionArn": format!("arn:aws:securityhub:{}:{account}:subscription/{id}", request.region),
        "StandardsArn": arn(id, request.region),
        "StandardsInput": {},
        "StandardsStatus": "READY",
        "StandardsControlsUpdatable": "READY_FOR_UPDATES",
    });
    if !is_recorded(world, account, request) {
        shape["StandardsStatus"] = "INCOMPLETE".into();
        shape["StandardsStatusReason"] = json!({ "StatusReasonCode": "NO_AVAILABLE_CONFIGURATION_RECORDER" });
    }
    shape
}

fn is_recorded(world: &World, account: &AccountId, request: &Request<'_>) -> bool {
    let setup = world.accounts.get(account).and_then(|account| account.config.get(request.region));
    setup.is_some_and(|setup| setup.is_recording(request.now))
}
