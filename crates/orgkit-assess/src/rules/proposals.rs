//! Proposals: policies that hardening steps want in the target.

use super::RuleRunner;
use super::scene::Scene;
use crate::AssessError;
use orgkit_model::{AccountId, Estate, PolicyType};
use orgkit_packs::{Rule, RuleKind};
use orgkit_plugin_host::RawChange;
use serde_json::{Map, Value};

/// The one action that steps can propose.
const ENSURE_POLICY: &str = "organizations.policy.ensure@1";

/// A policy that a hardening step proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyProposal {
    /// The policy's name.
    pub name: String,
    /// Its type.
    pub kind: PolicyType,
    /// Its document.
    pub content: String,
    /// The unit it is attached to, as names from the root down; empty for the root.
    pub unit: Vec<String>,
    /// The rule that proposes it.
    pub rule: String,
    /// Why.
    pub because: String,
    /// The coverage rows that it serves.
    pub covers: Vec<String>,
}

impl RuleRunner {
    /// What the hardening steps propose, rules in their order.
    pub fn proposals(&self, estate: &Estate) -> Result<Vec<PolicyProposal>, AssessError> {
        let scene = Scene::of_estate(estate, "harden");
        let mut proposals = Vec::new();
        for rule in self.rules(RuleKind::Step) {
            for account in scene.accounts(rule.subjects.of) {
                for change in self.changes(rule, &scene, &account)? {
                    proposals.push(proposal(rule, change)?);
                }
            }
        }
        Ok(proposals)
    }

    fn changes(&self, rule: &Rule, scene: &Scene, account: &AccountId) -> Result<Vec<RawChange>, AssessError> {
        let kinds = &rule.subjects.kinds;
        let Some(subject) = kinds.iter().find_map(|kind| scene.index.of_kind(kind, Some(account)).first()) else {
            return Err(AssessError::NoTarget { rule: rule.id.clone(), kind: kinds.join(", ") });
        };
        let context = scene.context(self, rule, account);
        let answer = self.component(rule)?.plan_step(&context, &rule.params.to_string(), &scene.index, *subject);
        Ok(answer.map_err(|source| AssessError::Step { rule: rule.id.clone(), source })?.value)
    }
}

fn proposal(rule: &Rule, change: RawChange) -> Result<PolicyProposal, AssessError> {
    let refuse = |why: String| AssessError::Proposal { rule: rule.id.clone(), key: change.key.clone(), why };
    if !rule.actions.contains(&change.action) {
        return Err(refuse(format!("its pack does not ask for `{}`", change.action)));
    }
    if change.action != ENSURE_POLICY {
        return Err(refuse(format!("orgkit has no action `{}`", change.action)));
    }
    let args = Args::read(&change.args).map_err(refuse)?;
    let because = rule.codes.get(&change.code).map_or_else(|| rule.title.clone(), |code| code.message.clone());
    let (rule_id, covers) = (rule.id.clone(), rule.covers.clone());
    Ok(PolicyProposal { name: args.name, kind: args.kind, content: args.content, unit: args.unit, rule: rule_id, because, covers })
}

/// The arguments of the action, all of them needed and none beside them.
struct Args {
    name: String,
    kind: PolicyType,
    content: String,
    unit: Vec<String>,
}

impl Args {
    fn read(text: &str) -> Result<Self, String> {
        let mut members: Map<String, Value> = serde_json::from_str(text).map_err(|error| format!("its arguments are not JSON: {error}"))?;
        let mut take = |name: &str| members.remove(name).ok_or_else(|| format!("it has no `{name}`"));
        let args = Self {
            name: read("name", take("name")?)?,
            kind: read("type", take("type")?)?,
            content: read("content", take("content")?)?,
            unit: read("unit", take("unit")?)?,
        };
        if let Some(name) = members.keys().next() {
            return Err(format!("the action has no argument `{name}`"));
        }
        args.check_content()?;
        Ok(args)
    }

    fn check_content(&self) -> Result<(), String> {
        serde_json::from_str::<Map<String, Value>>(&self.content).map_err(|error| format!("its document is not JSON: {error}"))?;
        let (size, limit) = (self.content.chars().count(), most_characters(self.kind));
        if size > limit { Err(format!("its document has {size} characters, more than {limit}")) } else { Ok(()) }
    }
}

fn read<T: serde::de::DeserializeOwned>(name: &str, value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| format!("`{name}`: {error}"))
}

/// The largest document. [AWS Organizations User Guide, "Quotas and service limits for AWS Organizations"]
fn most_characters(kind: PolicyType) -> usize {
    match kind {
        PolicyType::ServiceControlPolicy => 10_240,
        PolicyType::ResourceControlPolicy => 5_120,
    }
}
