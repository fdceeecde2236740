//! What is called today and will be denied tomorrow: the calls that were really made, judged where each account stands and where it will stand.
//!
//! Two places are judged: the unit in which accounts arrive and the one in which they end, both with the guardrails that the plan adds. Old management
//! accounts stand alone in between, so that is judged too. Every other account is taken to stay where it is.

mod calls;
mod guardrails;
mod places;
mod wording;

pub use guardrails::guardrail_findings;

use crate::PolicyProposal;
use calls::{Seen, judge};
use orgkit_model::{AccountId, Collection, Estate, Fact, Finding, LOOKUP_EVENTS};
use places::Places;
use std::collections::BTreeMap;

/// What the comparison is made from.
#[derive(Debug)]
pub struct ActivityInput<'a> {
    /// The estate, with its facts of kind [`LOOKUP_EVENTS`].
    pub estate: &'a Estate,
    /// The accounts that move and the unit that each ends in, as names from the root down.
    pub moves: BTreeMap<AccountId, Vec<String>>,
    /// The unit in which accounts arrive.
    pub transitional: Vec<String>,
    /// The guardrails that the plan adds to the target.
    pub proposals: &'a [PolicyProposal],
    /// How many days back calls count.
    pub days: u32,
}

/// The findings `activity/newly-denied` (which blocks the account's move), `activity/unknown`, `activity/newly-allowed`, and `activity/not-looked` where
/// it is not known what is called.
pub fn activity_findings(input: &ActivityInput<'_>) -> Vec<Finding> {
    let places = Places::of(input.estate, input.proposals);
    let mut facts: BTreeMap<&AccountId, Vec<&Fact>> = BTreeMap::new();
    for fact in input.estate.facts_of(LOOKUP_EVENTS) {
        facts.entry(&fact.account).or_default().push(fact);
    }
    let mut looks: BTreeMap<&AccountId, Vec<&Collection>> = BTreeMap::new();
    for look in input.estate.collections.iter().filter(|look| look.kind == LOOKUP_EVENTS) {
        looks.entry(&look.account).or_default().push(look);
    }
    let mut findings = Vec::new();
    for (account, unit) in &input.moves {
        findings.extend(wording::not_looked(account, looks.get(account).map_or(&[][..], Vec::as_slice), input.days));
        let Some(facts) = facts.get(account) else { continue };
        if !places.unreadable.is_empty() {
            findings.push(wording::not_judged(account, &places.unreadable));
            continue;
        }
        let (seen, unread) = Seen::of(facts);
        findings.extend((unread > 0).then(|| wording::unreadable(account, unread)));
        let told = judge(input, &places, account, unit, &seen);
        findings.extend(told.iter().map(|(about, told)| wording::finding(account, about, told, &seen)));
    }
    findings
}
