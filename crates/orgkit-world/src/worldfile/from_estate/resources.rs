//! Resources by CloudFormation type, StackSets and Savings Plans.

use super::gap::Gaps;
use super::seen::{Seen, text};
use crate::services::cloudformation::STACK_SET;
use crate::worldfile::{OrganizationSpec, ROOT, ResourceSpec, SavingsPlanSpec, SavingsPlanType, StackSetSpec};
use orgkit_model::{AccountId, Fact};
use serde::Deserialize as _;
use serde_json::Value;

/// The facts of Savings Plans.
pub(super) const SAVINGS_PLANS: &str = "savingsplans:DescribeSavingsPlans";

/// The days of a year's term, and some to spare for what begins on another day of the calendar.
const YEAR: u32 = 366;

/// The service-managed StackSets of an organization.
pub(super) fn stack_sets(seen: &Seen<'_>, organization: &OrganizationSpec, gaps: &mut Gaps) -> Vec<StackSetSpec> {
    let mut sets = Vec::new();
    for fact in seen.facts(&organization.management, STACK_SET) {
        match stack_set(fact, organization) {
            Some(set) => sets.push(set),
            None => gaps.left_out(format!("StackSet `{}` of {} is not service-managed, or says not enough.", fact.name, organization.id)),
        }
    }
    sets
}

/// A StackSet: its name, units and automatic deployment.
fn stack_set(fact: &Fact, organization: &OrganizationSpec) -> Option<StackSetSpec> {
    let flag = |member: &str| fact.doc.pointer(&format!("/AutoDeployment/{member}"))?.as_bool();
    let groups = fact.doc.get("StackInstancesGroup").and_then(Value::as_array).into_iter().flatten();
    let ids = groups.filter_map(|group| group.pointer("/DeploymentTargets/OrganizationalUnitIds")?.as_array()).flatten();
    let path = |id: &Value| {
        let is_root = organization.root.as_ref().is_some_and(|root| Some(root.as_str()) == id.as_str());
        let unit = organization.units.iter().find(|unit| unit.id.as_ref().is_some_and(|known| Some(known.as_str()) == id.as_str()));
        if is_root { Some(ROOT.to_owned()) } else { unit.map(|unit| unit.path.clone()) }
    };
    Some(StackSetSpec {
        name: text(&fact.doc, "StackSetName")?.to_owned(),
        id: Some(fact.name.clone()),
        region: fact.region.clone()?,
        units: ids.map(path).collect::<Option<_>>()?,
        auto_deployment: flag("Enabled")?,
        retain_stacks_on_account_removal: flag("RetainStacksOnAccountRemoval").unwrap_or(false),
        template: text(&fact.doc, "TemplateBody").map(str::to_owned),
    })
}

/// The resources of an account, as Cloud Control has them.
pub(super) fn resources(seen: &Seen<'_>, account: &AccountId, gaps: &mut Gaps) -> Vec<ResourceSpec> {
    let mut all = Vec::new();
    for fact in seen.facts_like(account, "AWS::").filter(|fact| fact.kind != STACK_SET) {
        match &fact.region {
            Some(region) if fact.doc.is_object() => all.push(ResourceSpec::new(&fact.kind, &fact.name, region, &fact.doc)),
            _ => gaps.left_out(format!("{} `{}` in account {} has no region or no properties.", fact.kind, fact.name, seen.named(account))),
        }
    }
    all
}

/// The Savings Plans that have not ended.
pub(super) fn savings_plans(seen: &Seen<'_>, account: &AccountId, gaps: &mut Gaps) -> Vec<SavingsPlanSpec> {
    let mut plans = Vec::new();
    for fact in seen.facts(account, SAVINGS_PLANS) {
        if matches!(text(&fact.doc, "state"), Some("retired" | "payment-failed" | "returned")) {
            continue;
        }
        match savings_plan(seen, fact) {
            Some(plan) => plans.push(plan),
            None => gaps.left_out(format!("Savings Plan {} is of a type or form that a world does not have.", fact.name)),
        }
    }
    if !plans.is_empty() {
        gaps.assumed(format!(
            "Savings Plans of account {} are for one year, or for three where more than a year is left.",
            seen.named(account)
        ));
    }
    plans
}

fn savings_plan(seen: &Seen<'_>, fact: &Fact) -> Option<SavingsPlanSpec> {
    let end: jiff::Timestamp = text(&fact.doc, "end")?.parse().ok()?;
    let left = end.duration_since(seen.estate.taken_at).as_secs().max(0);
    // The last day counts, though it is not a whole one.
    let ends_in_days = u32::try_from(left.saturating_add(86_399) / 86_400).ok()?;
    Some(SavingsPlanSpec {
        id: fact.name.rsplit('/').next()?.to_owned(),
        kind: SavingsPlanType::deserialize(fact.doc.get("savingsPlanType")?).ok()?,
        commitment: text(&fact.doc, "commitment")?.to_owned(),
        term_years: if ends_in_days > YEAR { 3 } else { 1 },
        ends_in_days,
    })
    .filter(|plan| plan.ends_in_days <= plan.term_years * YEAR)
}
