//! Enrolment in the target's Control Tower, where the unit that an account ends in is registered.

use crate::departure::LANDING_ZONE;
use crate::input::PlanInput;
use orgkit_model::{Action, Fact};
use serde_json::Value;

/// The enabled baselines of units and accounts.
pub(crate) const ENABLED_BASELINES: &str = "controltower:ListEnabledBaselines";
/// What a landing zone remediates when it enrols moved accounts by itself [Control Tower User Guide, account-auto-enrollment].
const INHERITANCE_DRIFT: &str = "INHERITANCE_DRIFT";

/// The enrolment of an account that is placed in a unit; `None` where Control Tower has nothing enabled on the unit. A unit that the plan makes is
/// never registered yet.
pub(crate) fn enrolment(input: &PlanInput<'_>, unit: &[String]) -> Option<Action> {
    let target = &input.estate.target;
    let (organization, management) = (&target.organization.id, &target.organization.management_account);
    let id = &target.unit_at(unit)?.id;
    let arn = format!("arn:aws:organizations::{management}:ou/{organization}/{id}");
    let mut enabled = input.estate.facts_of(ENABLED_BASELINES).filter(|fact| &fact.account == management);
    let region = enabled.find(|fact| text(fact, "targetIdentifier") == Some(&arn))?.region.clone()?;
    let mut zones = input.estate.facts_of(LANDING_ZONE).filter(|fact| &fact.account == management);
    let automatic = zones.any(|zone| {
        let remediated = zone.doc.get("remediationTypes").and_then(Value::as_array);
        zone.region.as_ref() == Some(&region) && remediated.is_some_and(|kinds| kinds.iter().any(|kind| kind == INHERITANCE_DRIFT))
    });
    Some(Action::Enrol { unit: unit.to_vec(), region, automatic })
}

fn text<'f>(fact: &'f Fact, member: &str) -> Option<&'f str> {
    fact.doc.get(member).and_then(Value::as_str)
}
