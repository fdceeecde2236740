//! Placements: where enrolment rules put accounts.

use super::RuleRunner;
use super::judge::chain;
use super::scene::Scene;
use super::wording::Verdict;
use crate::AssessError;
use orgkit_model::{AccountId, Estate};
use orgkit_packs::{Rule, RuleKind};
use orgkit_plugin_host::{RawDecision, RawOutcome};
use std::collections::BTreeMap;

/// Where an account goes, or why it does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacementDecision {
    /// The unit, as names from the root down; empty for the root, or where the account is held.
    pub unit: Vec<String>,
    /// The rule, and why.
    pub decided_by: String,
    /// Why the account has to wait, if it has to.
    pub held: Option<String>,
}

impl RuleRunner {
    /// What the enrolment rules decide about each account that is to move. The first rule decides; any rule can hold an account back.
    pub fn placements(&self, estate: &Estate) -> Result<BTreeMap<AccountId, PlacementDecision>, AssessError> {
        let scene = Scene::of_estate(estate, "assess");
        let mut decisions: BTreeMap<AccountId, PlacementDecision> = BTreeMap::new();
        for rule in self.rules(RuleKind::Enrollment) {
            for (account, _) in &scene.moving {
                let decision = self.placement(rule, &scene, account)?;
                match decisions.get_mut(account) {
                    None => drop(decisions.insert(account.clone(), decision)),
                    Some(first) if first.held.is_none() && decision.held.is_some() => *first = decision,
                    Some(_) => {}
                }
            }
        }
        Ok(decisions)
    }

    fn placement(&self, rule: &Rule, scene: &Scene, account: &AccountId) -> Result<PlacementDecision, AssessError> {
        let kinds = &rule.subjects.kinds;
        let held = |why: String| PlacementDecision { unit: Vec::new(), decided_by: rule.id.clone(), held: Some(why) };
        let Some(subject) = kinds.iter().find_map(|kind| scene.index.of_kind(kind, Some(account)).first()) else {
            return Ok(held(format!("nothing was read of the account: {}", kinds.join(", "))));
        };
        let context = scene.context(self, rule, account);
        match self.component(rule)?.decide_enrollment(&context, &rule.params.to_string(), &scene.index, *subject) {
            Ok(answer) => Ok(decided(rule, scene, answer.value)),
            Err(error) => Ok(held(format!("the rule could not decide: {}", chain(&error)))),
        }
    }
}

fn decided(rule: &Rule, scene: &Scene, decision: RawDecision) -> PlacementDecision {
    let because = decision.because.into_iter().next().map(|finding| Verdict::said(finding).title(rule, &scene.index));
    let decided_by = because.as_ref().map_or_else(|| rule.id.clone(), |because| format!("{}: {because}", rule.id));
    let held = |why: String| PlacementDecision { unit: Vec::new(), decided_by: decided_by.clone(), held: Some(why) };
    if decision.outcome != RawOutcome::Admit {
        return held(because.unwrap_or_else(|| format!("{} holds it back", rule.id)));
    }
    match decision.target_ou.as_deref().map(serde_json::from_str::<Vec<String>>) {
        Some(Ok(unit)) => PlacementDecision { unit, decided_by, held: None },
        Some(Err(_)) => held("the rule named no unit that can be read".to_owned()),
        None => held("the rule named no unit".to_owned()),
    }
}
