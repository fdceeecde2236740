//! Old guardrails held against the new chain.

use super::allowed::{LeftOut, left_out};
use super::{Gap, Guardrails, IdMap, Kept, Listed, Place, Status, Why};
use crate::claim::{Claim, Patterns, cover, cover_finely};
use crate::document::{Effect, Language};
use crate::evaluate::Level;
use crate::universe::Universe;
use std::collections::BTreeSet;

/// An old guardrail with the new ids.
pub(super) struct Item {
    place: Place,
    /// What it denies.
    pub(super) denials: Vec<Claim>,
    /// Whether these are all that it denies.
    is_whole: bool,
    /// What the level allows, if it is a level.
    allows: Option<Vec<Claim>>,
    pub(super) language: Language,
    unmapped_ids: Vec<String>,
}

/// What is found of an old guardrail.
pub(super) struct Found {
    pub(super) kept: Kept,
    /// What would have to be denied.
    pub(super) missing: Vec<Claim>,
}

/// A statement of the new chain that denies, or what a level of it leaves out.
pub(super) struct Denial {
    place: Place,
    claim: Claim,
}

/// Every guardrail of the old chain: statements that deny, and levels that allow less than everything.
pub(super) fn items(kind: Guardrails, old: &[Level], ids: &IdMap) -> Vec<Item> {
    let mut items = Vec::new();
    for level in old {
        let mut unmapped = BTreeSet::new();
        for policy in &level.policies {
            let document = ids.rewrite_document(&policy.document);
            unmapped.extend(ids.unmapped(&policy.document));
            for (index, claim) in Claim::of(&document).into_iter().enumerate().filter(|(_, claim)| claim.effect == Effect::Deny) {
                let mut one = (*policy.document).clone();
                one.statements = one.statements.into_iter().skip(index).take(1).collect();
                items.push(Item {
                    place: Place { target: level.target.to_string(), policy: Some(policy.name.to_string()), statement: claim.name.clone() },
                    denials: vec![claim],
                    is_whole: true,
                    allows: None,
                    language: document.language(),
                    unmapped_ids: ids.unmapped(&one),
                });
            }
        }
        if kind == Guardrails::Rcp {
            continue;
        }
        let allows = allows(level, ids);
        let LeftOut { denials, is_whole } = left_out(&allows);
        if !denials.is_empty() || !is_whole {
            let unmapped_ids = unmapped.into_iter().collect();
            items.push(Item { place: of_level(level), denials, is_whole, allows: Some(allows), language: Language::V2012, unmapped_ids });
        }
    }
    items
}

/// Everything that the new chain denies.
pub(super) fn denials(kind: Guardrails, new: &[Level]) -> Vec<Denial> {
    let mut found = Vec::new();
    for level in new {
        for policy in &level.policies {
            let denies = Claim::of(&policy.document).into_iter().filter(|claim| claim.effect == Effect::Deny);
            found.extend(denies.map(|claim| Denial {
                place: Place { target: level.target.to_string(), policy: Some(policy.name.to_string()), statement: claim.name.clone() },
                claim,
            }));
        }
        if kind == Guardrails::Scp {
            let denials = left_out(&allows(level, &IdMap::default())).denials;
            found.extend(denials.into_iter().map(|claim| Denial { place: of_level(level), claim }));
        }
    }
    found
}

fn of_level(level: &Level) -> Place {
    Place { target: level.target.to_string(), policy: None, statement: "what it does not allow".to_owned() }
}

fn allows(level: &Level, ids: &IdMap) -> Vec<Claim> {
    let documents = level.policies.iter().map(|policy| ids.rewrite_document(&policy.document));
    documents.flat_map(|document| Claim::of(&document)).filter(|claim| claim.effect == Effect::Allow).collect()
}

impl Item {
    /// Looks for it in the new chain.
    pub(super) fn look(&self, kind: Guardrails, new: &[Level], denials: &[Denial]) -> Found {
        let claims: Vec<&Claim> = denials.iter().map(|denial| &denial.claim).collect();
        let mut covered_by = BTreeSet::new();
        let mut missing = Vec::new();
        let mut is_kept = self.is_whole;
        match self.level_within(kind, new) {
            Some(place) => {
                covered_by.insert(place);
                is_kept = true;
            }
            None => {
                for denial in &self.denials {
                    let found = cover_finely(denial, &claims);
                    covered_by.extend(found.by.iter().filter_map(|at| denials.get(*at)).map(|denial| denial.place.clone()));
                    missing.extend(found.missing);
                }
            }
        }
        let status = match (missing.is_empty() && is_kept, covered_by.is_empty()) {
            (true, _) => Status::Covered,
            (false, false) => Status::Partly,
            (false, true) => Status::Missing,
        };
        let kept = Kept {
            guardrail: self.place.clone(),
            status,
            covered_by: covered_by.into_iter().collect(),
            missing: missing.iter().map(|claim| gap(claim, denials)).collect(),
            can_be_added: is_kept,
            unmapped_ids: self.unmapped_ids.clone(),
        };
        Found { kept, missing }
    }

    /// A level of the new chain that allows nothing but what this level allowed.
    fn level_within(&self, kind: Guardrails, new: &[Level]) -> Option<Place> {
        let mine: Vec<&Claim> = self.allows.as_ref().filter(|_| kind == Guardrails::Scp)?.iter().collect();
        let is_within = |level: &&Level| allows(level, &IdMap::default()).iter().all(|claim| cover(claim, &mine).missing.is_empty());
        new.iter().find(is_within).map(of_level)
    }
}

fn gap(claim: &Claim, denials: &[Denial]) -> Gap {
    let has_actions = |denial: &&Denial| has_some(&denial.claim.actions, &claim.actions);
    let has_resources = |denial: &&Denial| has_some(&denial.claim.resources, &claim.resources);
    let same_actions: Vec<&Denial> = denials.iter().filter(has_actions).collect();
    let same_resources: Vec<&Denial> = same_actions.iter().copied().filter(has_resources).collect();
    let (why, near) = match (same_actions.is_empty(), same_resources.is_empty()) {
        (true, _) => (Why::Actions, Vec::new()),
        (false, true) => (Why::Resources, same_actions),
        (false, false) => (Why::Conditions, same_resources),
    };
    let conditions = claim.requirements.iter().map(|one| {
        let values: Vec<&str> = one.values.iter().map(|text| text.value.as_str()).collect();
        format!("{} {} {}", one.operator.value, one.key.value, values.join(", "))
    });
    let near: BTreeSet<Place> = near.into_iter().map(|denial| denial.place.clone()).collect();
    Gap {
        why,
        actions_today: today(claim),
        actions: listed(&claim.actions),
        resources: listed(&claim.resources),
        conditions: conditions.collect(),
        near: near.into_iter().collect(),
    }
}

/// Whether a set has all of some pattern of another one.
fn has_some<P: crate::claim::Pattern>(set: &Patterns<P>, of: &Patterns<P>) -> bool {
    if of.negated { set.covers(of) } else { of.items.iter().any(|(_, pattern)| set.covers_pattern(pattern)) }
}

fn listed<P>(patterns: &Patterns<P>) -> Listed {
    Listed { except: patterns.negated, patterns: patterns.items.iter().map(|(text, _)| text.value.clone()).collect() }
}

/// How many of today's actions a statement is about.
fn today(claim: &Claim) -> usize {
    let universe = Universe::embedded();
    let matched: BTreeSet<usize> = claim.actions.items.iter().flat_map(|(text, _)| universe.matching(&text.value)).collect();
    if claim.actions.negated { universe.len() - matched.len() } else { matched.len() }
}
