//! Leaving the source's Control Tower: an account is unenrolled before it is invited
//! [Control Tower User Guide, account-transfer].

use crate::input::PlanInput;
use orgkit_model::{AccountId, Action, Fact, Gate, GateKind, OrganizationSnapshot, Outcome, ParentId, Step, StepClass, StepId};
use serde_json::Value;

const ZONE: &str = "controltower:GetLandingZone";
const ENABLED: &str = "controltower:ListEnabledBaselines";

/// How an enrolled account gets out of Control Tower.
pub(crate) enum WayOut {
    /// By moving it, which with automatic enrolment unenrols it [Control Tower User Guide, account-auto-enrollment].
    Move(Action),
    /// A person does it.
    Person(Gate),
}

/// The way out for an account of a source; `None` when it is not enrolled.
pub(crate) fn way_out(input: &PlanInput<'_>, source: &OrganizationSnapshot, account: &AccountId) -> Option<WayOut> {
    let management = &source.organization.management_account;
    let target = format!(":account/{}/{account}", source.organization.id);
    let of_source = |fact: &&Fact| &fact.account == management;
    let is_its = |fact: &&Fact| text(fact, "targetIdentifier").is_some_and(|arn| arn.ends_with(&target));
    let enabled: Vec<&Fact> = input.estate.facts_of(ENABLED).filter(of_source).filter(is_its).collect();
    let first = enabled.first()?;
    let region = first.region.clone().unwrap_or_default();
    let name = input.estate.name_of(account);
    let evidence: Vec<String> = enabled.iter().map(|fact| format!("{ENABLED}: {}", fact.name)).collect();
    let person = |question: String, assumption: &str| {
        let assumption = assumption.to_owned();
        Some(WayOut::Person(Gate { kind: GateKind::Finding, question, evidence: evidence.clone(), assumption }))
    };
    // What an account has from no unit, it has from the landing zone itself: it is the log archive or the audit account, or another of that kind.
    if enabled.iter().any(|fact| text(fact, "parentIdentifier").is_none()) {
        let question = format!(
            "{name} is a shared account of the landing zone in {management}: once all other accounts have left, decommission the landing zone \
             (Control Tower console in {region}, Landing zone settings, Decommission), or give the account's part to another one"
        );
        return person(question, "the account is no longer part of the landing zone");
    }
    let zone = input.estate.facts_of(ZONE).find(|fact| &fact.account == management && fact.region.as_deref() == Some(region.as_str()));
    match source.parents.get(account) {
        Some(from) if zone.is_some_and(enrols_moved) && from.as_str() != source.root.as_str() => Some(WayOut::Move(Action::Unenrol {
            organization: source.organization.id.clone(),
            region,
            from: from.clone(),
            to: ParentId::from(source.root.clone()),
        })),
        _ => {
            let question = format!(
                "unenrol {name} from Control Tower: sign in to {management}, open the Control Tower console in {region}, Organization, select the account, \
                 Actions, Unmanage, and wait until its state is Not enrolled"
            );
            person(question, "the account is not enrolled any more")
        }
    }
}

/// Whether a landing zone enrols and unenrols accounts that are moved (`remediationTypes`, from version 3.1 on).
fn enrols_moved(zone: &Fact) -> bool {
    let types = zone.doc.get("remediationTypes").and_then(Value::as_array).into_iter().flatten();
    types.filter_map(Value::as_str).any(|kind| kind == "INHERITANCE_DRIFT")
}

/// A gate for a source whose Control Tower could not be looked at: which of its accounts are enrolled is not known.
pub(crate) fn unseen(input: &PlanInput<'_>, source: &OrganizationSnapshot) -> Option<Step> {
    let management = &source.organization.management_account;
    let hidden: Vec<String> = input
        .estate
        .collections
        .iter()
        .filter(|look| &look.account == management && (look.kind == ENABLED || look.kind == ZONE) && !look.outcome.looked())
        .map(|look| format!("{} in {}: {}", look.kind, look.region.as_deref().unwrap_or("all regions"), words(&look.outcome)))
        .collect();
    if hidden.is_empty() {
        return None;
    }
    let gate = Gate {
        kind: GateKind::Finding,
        question: format!("make sure that no account of {} is enrolled in Control Tower, or let orgkit look", source.organization.id),
        evidence: hidden,
        assumption: "no account is enrolled".to_owned(),
    };
    Some(Step {
        id: StepId(format!("{}/gate/control-tower", source.organization.id)),
        account: None,
        by: management.clone(),
        title: gate.question.clone(),
        action: Action::Gate(gate),
        class: StepClass::Human,
        after: Vec::new(),
        not_before: None,
        because: "an enrolled account has to be unenrolled before it leaves, and orgkit could not see which ones are".to_owned(),
        covers: vec!["D6".to_owned()],
    })
}

fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Denied { action } => format!("not allowed to call {action}"),
        Outcome::Failed { reason } | Outcome::NotAvailable { reason } | Outcome::Partial { reason, .. } => reason.clone(),
        Outcome::Collected { .. } | Outcome::Empty => String::new(),
    }
}

fn text<'f>(fact: &'f Fact, member: &str) -> Option<&'f str> {
    fact.doc.get(member)?.as_str()
}
