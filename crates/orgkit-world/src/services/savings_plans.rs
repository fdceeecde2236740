//! Savings Plans (botocore `savingsplans/2019-06-28`).

use super::own;
use crate::call::{Answer, Request};
use crate::catalog::{Faults, Protocol, Service, read};
use crate::format::iso;
use crate::page::Paging;
use crate::world::{SavingsPlan, World};
use crate::worldfile::SavingsPlanType;
use jiff::Timestamp;
use serde_json::{Value, json};

const PAGING: Paging = Paging {
    list: "DescribeSavingsPlans",
    items: "savingsPlans",
    limit: "maxResults",
    token: "nextToken",
    usual: 1000,
    most: 1000,
    bad_token: "ValidationException",
};

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "savingsplans",
    signing_name: "savingsplans",
    actions: "savingsplans",
    model: "savingsplans/2019-06-28",
    protocol: Protocol::RestJson,
    faults: Faults::REST,
    operations: &[read("DescribeSavingsPlans", describe)
        .at("POST", "/DescribeSavingsPlans")
        .rules("the account's own; states by the time; filters", "Savings Plans API Reference, DescribeSavingsPlans")],
};

/// `DescribeSavingsPlans` of the account itself: they belong to it and travel with it.
pub(crate) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?;
    let (arns, ids, states) = (request.texts("savingsPlanArns"), request.texts("savingsPlanIds"), request.texts("states"));
    let is_wanted = |plan: &&SavingsPlan| {
        (arns.is_empty() || arns.contains(&plan.arn.as_str()))
            && (ids.is_empty() || ids.contains(&plan.id.as_str()))
            && (states.is_empty() || states.contains(&state(plan, request.now)))
    };
    let plans = account.savings_plans.iter().filter(is_wanted).map(|plan| shape(plan, request.now)).collect();
    PAGING.page(request, plans)
}

fn state(plan: &SavingsPlan, now: Timestamp) -> &'static str {
    if now < plan.start {
        "queued"
    } else if now < plan.end {
        "active"
    } else {
        "retired"
    }
}

fn shape(plan: &SavingsPlan, now: Timestamp) -> Value {
    let products = match plan.kind {
        SavingsPlanType::EC2Instance => json!(["EC2"]),
        SavingsPlanType::SageMaker => json!(["SageMaker"]),
        _ => json!(["EC2", "Fargate", "Lambda"]),
    };
    json!({
        "offeringId": crate::ids::uuid_of(&format!("offering/{:?}", plan.kind)),
        "savingsPlanId": plan.id,
        "savingsPlanArn": plan.arn,
        "description": format!("{:?} Savings Plan", plan.kind),
        "start": iso(plan.start),
        "end": iso(plan.end),
        "state": state(plan, now),
        "savingsPlanType": plan.kind,
        "paymentOption": "No Upfront",
        "productTypes": products,
        "currency": "USD",
        "commitment": plan.commitment,
        "upfrontPaymentAmount": "0.0",
        "recurringPaymentAmount": plan.commitment,
        "termDurationInSeconds": plan.end.duration_since(plan.start).as_secs(),
        "tags": {},
    })
}
