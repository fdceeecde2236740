//! How findings about calls are worded. Titles and remedies hold no numbers that change from day to day: a plan that is made again shall be the same.

use super::calls::{About, Seen, Told};
use orgkit_iam::compare::{Because, Change};
use orgkit_model::{AccountId, Collection, Evidence, Finding, LOOKUP_EVENTS, Outcome, Severity, Status};
use serde_json::Value;

/// So many facts stand as evidence, those with the most calls first.
const EVIDENCE: usize = 3;

/// The finding about the calls of one principal to one action.
pub(super) fn finding(account: &AccountId, about: &About, told: &Told, seen: &[Seen<'_>]) -> Finding {
    let (who, action) = (short(&about.principal), &about.action);
    let why = told.because.iter().map(reason).collect::<Vec<_>>().join("; ");
    let places = told.places.join(" and ");
    let (code, severity, status, title, remedy) = match about.change {
        Change::NewlyAllowed => (
            "newly-allowed",
            Severity::Informational,
            Status::Fail,
            format!("{who} was kept from {action}, and no guardrail in {places} will ({why})"),
            "Attach the guardrail in the target if it is still wanted.".to_owned(),
        ),
        Change::Unknown => (
            "unknown",
            Severity::Medium,
            Status::Undetermined,
            format!("whether {who} may still call {action} in {places} depends on {}, which is not on record ({why})", keys(told)),
            "Look at what the call asks for; make it fit the guardrail, or except the principal from the statement.".to_owned(),
        ),
        Change::NewlyDenied | Change::DeniedInBoth => (
            "newly-denied",
            Severity::High,
            Status::Fail,
            format!("{who} calls {action}, which will be denied in {places} ({why})"),
            "Change what calls it, except the principal from the statement, or place the account in another unit; if it may fail, accept it by name in `[[accept]]`."
                .to_owned(),
        ),
    };
    Finding {
        code: format!("activity/{code}"),
        severity,
        status,
        account: account.clone(),
        region: None,
        kind: LOOKUP_EVENTS.to_owned(),
        subject: format!("{} {action}", about.principal),
        title,
        remedy,
        blocks_move: code == "newly-denied",
        evidence: evidence(about, seen),
        covers: vec!["D6".to_owned(), "D9".to_owned()],
    }
}

/// The part of an ARN that people know: `role/batch`.
fn short(principal: &str) -> &str {
    principal.splitn(6, ':').nth(5).unwrap_or(principal)
}

fn keys(told: &Told) -> String {
    told.keys.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn reason(because: &Because) -> String {
    let Because { kind, target, policy, statement } = because;
    let kind = kind.to_ascii_uppercase();
    if policy.is_empty() { format!("no {kind} of {target} allows it") } else { format!("{kind} {policy}, statement {statement}") }
}

fn evidence(about: &About, seen: &[Seen<'_>]) -> Vec<Evidence> {
    let mut behind: Vec<&Seen<'_>> =
        seen.iter().filter(|one| one.principal == about.principal && one.actions.contains(&about.action)).collect();
    behind.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.fact.name.cmp(&b.fact.name)));
    let evidence = behind.into_iter().take(EVIDENCE).map(|one| {
        let last = one.fact.doc.get("LastTime").and_then(Value::as_str).unwrap_or("an unknown time");
        let times = if one.count == 1 { "once".to_owned() } else { format!("{} times", one.count) };
        Evidence {
            call: one.fact.kind.clone(),
            account: one.fact.account.clone(),
            region: one.fact.region.clone(),
            name: one.fact.name.clone(),
            pointer: "/Count".to_owned(),
            observed: format!("called {times}, the last time {last}"),
        }
    });
    evidence.collect()
}

/// Where nobody looked, or not at everything; `looks` are those into the event history of the account.
pub(super) fn not_looked(account: &AccountId, looks: &[&Collection], days: u32) -> Option<Finding> {
    if looks.is_empty() {
        let title = format!("nobody looked at the calls of the last {days} days, so it is not known what the move would deny");
        return Some(undetermined(account, "", title));
    }
    let blind: Vec<String> =
        looks.iter().filter_map(|look| Some(format!("{}: {}", look.region.as_deref().unwrap_or("-"), why_not(&look.outcome)?))).collect();
    let title = format!("not all calls of the last {days} days were looked at ({})", blind.join("; "));
    (!blind.is_empty()).then(|| undetermined(account, "", title))
}

fn why_not(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Denied { action } => Some(format!("{action} is denied")),
        Outcome::Failed { reason } | Outcome::Partial { reason, .. } => Some(reason.clone()),
        Outcome::Collected { .. } | Outcome::Empty | Outcome::NotAvailable { .. } => None,
    }
}

/// Calls that cannot be judged, because a policy cannot be read.
pub(super) fn not_judged(account: &AccountId, policies: &[String]) -> Finding {
    let list = policies.join(", ");
    undetermined(account, &list, format!("the calls of the account cannot be judged: policy {list} cannot be read"))
}

/// Facts that hold no record.
pub(super) fn unreadable(account: &AccountId, facts: usize) -> Finding {
    undetermined(account, "", format!("{facts} calls of the account cannot be judged: they are no CloudTrail records"))
}

fn undetermined(account: &AccountId, subject: &str, title: String) -> Finding {
    Finding {
        code: "activity/not-looked".to_owned(),
        severity: Severity::Medium,
        status: Status::Undetermined,
        account: account.clone(),
        region: None,
        kind: LOOKUP_EVENTS.to_owned(),
        subject: subject.to_owned(),
        title,
        remedy: "Let orgkit call cloudtrail:LookupEvents there, and see `[activity]` in orgkit.toml: whether and how far it looks."
            .to_owned(),
        blocks_move: false,
        evidence: Vec::new(),
        covers: vec!["D6".to_owned()],
    }
}
