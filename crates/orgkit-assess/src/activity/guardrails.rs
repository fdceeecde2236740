//! Which guardrails an account depended on, and whether the unit that it ends in gives the same (coverage row D6).

use super::ActivityInput;
use super::places::Places;
use orgkit_iam::Level;
use orgkit_iam::equivalence::{EquivalenceError, Guardrails, IdMap, Kept, Report, Status as Extent, guardrails_kept};
use orgkit_model::{AccountId, Estate, Evidence, Finding, OrganizationSnapshot, Severity, Status};
use std::collections::BTreeMap;

/// The longest policy that is proposed in a remedy, in characters: a person shall still read it.
const SHOWN: usize = 1_200;

/// What was found for accounts with the same chains: most accounts of a unit have them in common.
type Known = BTreeMap<(Vec<String>, Vec<String>), Option<Lost>>;

/// What is lost, in words that are the same for every account that loses it.
#[derive(Debug, Clone)]
struct Lost {
    status: Status,
    title: String,
    remedy: String,
    /// Policy and statement.
    statements: Vec<(String, String)>,
}

/// The finding `guardrails/lost` for each account that loses one. An account outside every organization has none to lose, nor has a management account.
pub fn guardrail_findings(input: &ActivityInput<'_>) -> Vec<Finding> {
    let places = Places::of(input.estate, input.proposals);
    let mut known = Known::new();
    let mut findings = Vec::new();
    for (account, unit) in &input.moves {
        let Some(source) = input.estate.source_of(account) else { continue };
        let old = places.now(input.estate, account).seat;
        let key = (chain_key(&old.scps, account).chain(chain_key(&old.rcps, account)).collect(), unit.clone());
        let lost = known.entry(key).or_insert_with(|| {
            let new = places.then(unit).seat;
            let ids = ids(input.estate, source);
            let both = [(Guardrails::Scp, &old.scps, &new.scps), (Guardrails::Rcp, &old.rcps, &new.rcps)];
            let reports: Result<Vec<Report>, _> = both.into_iter().map(|(kind, old, new)| guardrails_kept(kind, old, new, &ids)).collect();
            reports.map_or_else(|error| Some(not_compared(&error)), |reports| lost(unit, &reports))
        });
        findings.extend(lost.as_ref().map(|lost| finding(account, source, lost)));
    }
    findings
}

/// What a chain is made of; the account's own level has another name in each account.
fn chain_key<'a>(levels: &'a [Level], account: &'a AccountId) -> impl Iterator<Item = String> + 'a {
    levels.iter().map(move |level| {
        let target = if &*level.target == account.as_str() { "account" } else { &level.target };
        level.policies.iter().fold(target.to_owned(), |key, policy| key + "\n" + &policy.name)
    })
}

/// The old organization's ids and what takes their place: organization, root and management account. Units have none.
fn ids(estate: &Estate, source: &OrganizationSnapshot) -> IdMap {
    let (old, new) = (&source.organization, &estate.target.organization);
    [
        (old.id.to_string(), new.id.to_string()),
        (source.root.to_string(), estate.target.root.to_string()),
        (old.management_account.to_string(), new.management_account.to_string()),
    ]
    .into_iter()
    .collect()
}

fn lost(unit: &[String], reports: &[Report]) -> Option<Lost> {
    let gone: Vec<&Kept> = reports.iter().flat_map(|report| &report.guardrails).filter(|kept| kept.status != Extent::Covered).collect();
    if gone.is_empty() {
        return None;
    }
    let place =
        |kept: &Kept| (kept.guardrail.policy.clone().unwrap_or_else(|| kept.guardrail.target.clone()), kept.guardrail.statement.clone());
    let words = gone.iter().map(|kept| {
        let (policy, statement) = place(kept);
        let part = if kept.status == Extent::Partly { " in part" } else { "" };
        format!("{policy}, statement {statement}{part}")
    });
    let unit = unit.join("/");
    let additions: Vec<&str> = reports.iter().flat_map(|report| &report.addition).map(|addition| addition.text.as_str()).collect();
    let length: usize = additions.iter().map(|text| text.chars().count()).sum();
    let remedy = if additions.is_empty() || length > SHOWN {
        format!("Attach what is still wanted of it to {unit}.")
    } else {
        format!("Attach what is still wanted of it to {unit}: {}", additions.join(" "))
    };
    Some(Lost {
        status: Status::Fail,
        title: format!("guardrails of the old organization that {unit} does not have: {}", words.collect::<Vec<_>>().join("; ")),
        remedy,
        statements: gone.iter().map(|kept| place(kept)).collect(),
    })
}

fn not_compared(error: &EquivalenceError) -> Lost {
    Lost {
        status: Status::Undetermined,
        title: format!("the guardrails of the old organization cannot be compared with the new ones: {error}"),
        remedy: "Compare them by hand, or with `orgkit policy diff`.".to_owned(),
        statements: Vec::new(),
    }
}

fn finding(account: &AccountId, source: &OrganizationSnapshot, lost: &Lost) -> Finding {
    let evidence = lost.statements.iter().map(|(policy, statement)| Evidence {
        call: "organizations:DescribePolicy".to_owned(),
        account: source.organization.management_account.clone(),
        region: None,
        name: policy.clone(),
        pointer: String::new(),
        observed: statement.clone(),
    });
    Finding {
        code: "guardrails/lost".to_owned(),
        severity: Severity::Medium,
        status: lost.status,
        account: account.clone(),
        region: None,
        kind: "organizations:DescribePolicy".to_owned(),
        subject: account.to_string(),
        title: lost.title.clone(),
        remedy: lost.remedy.clone(),
        blocks_move: false,
        evidence: evidence.collect(),
        covers: vec!["D6".to_owned()],
    }
}
