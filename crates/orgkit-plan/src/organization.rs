//! Steps on whole organizations: units of the target, preparation of the sources, guardrails.

use crate::input::{PlanError, PlanInput};
use crate::leave;
use orgkit_model::{AccountId, Action, Digest, Fact, Finding, Gate, GateKind, Phase, Placement, Step, StepClass, StepId, Was, Wave};
use std::collections::{BTreeMap, BTreeSet};

/// The units that the target lacks, parents first.
pub(crate) fn foundation(input: &PlanInput<'_>, placements: &BTreeMap<AccountId, Placement>) -> Wave {
    let mut wanted: BTreeSet<Vec<String>> = BTreeSet::new();
    let arrivals = (!placements.is_empty()).then(|| vec![input.options.transitional.clone()]);
    let ends = placements.values().map(|placement| placement.unit.clone());
    for path in arrivals.into_iter().chain(ends).chain(input.proposals.iter().map(|proposal| proposal.unit.clone())) {
        wanted.extend((1..=path.len()).filter_map(|length| path.get(..length)).map(<[String]>::to_vec));
    }
    let missing: Vec<_> = wanted.into_iter().filter(|path| input.estate.target.unit_at(path).is_none()).collect();
    let steps = missing.iter().map(|path| {
        let parent = path.get(..path.len() - 1).filter(|parent| missing.iter().any(|known| known == parent));
        Step {
            id: StepId(format!("target/unit/{}", path.join("/"))),
            account: None,
            by: input.estate.target.organization.management_account.clone(),
            action: Action::CreateUnit { path: path.clone() },
            class: StepClass::Reversible,
            after: parent.map(|parent| StepId(format!("target/unit/{}", parent.join("/")))).into_iter().collect(),
            not_before: None,
            title: format!("create unit {}", path.join("/")),
            because: if path.first() == Some(&input.options.transitional) {
                "accounts arrive there until their baseline is proven".to_owned()
            } else {
                "accounts or guardrails are placed there".to_owned()
            },
            covers: vec!["B4".to_owned()],
        }
    });
    Wave { name: "foundation".to_owned(), phase: Phase::Foundation, accounts: Vec::new(), steps: steps.collect() }
}

/// What must be changed in the sources before the first member leaves.
pub(crate) fn preparation(input: &PlanInput<'_>, placements: &BTreeMap<AccountId, Placement>) -> Result<Vec<Step>, PlanError> {
    let mut steps = Vec::new();
    for source in &input.estate.sources {
        let management = &source.organization.management_account;
        let members = source.members().map(|account| account.id.clone()).filter(|id| placements.contains_key(id));
        for exception in leave::exceptions(source, &members.collect::<Vec<_>>(), &input.options.access_role)? {
            steps.push(Step {
                id: StepId(format!("{}/policy/{}/except", source.organization.id, exception.policy.id)),
                account: None,
                by: management.clone(),
                action: Action::UpdatePolicy {
                    policy: exception.policy.id.clone(),
                    name: exception.policy.name.clone(),
                    content: exception.content,
                    previous: exception.policy.content.clone(),
                },
                class: StepClass::Reversible,
                after: Vec::new(),
                not_before: None,
                title: format!("except role {} from policy {}", input.options.access_role, exception.policy.name),
                because: format!("it denies {} to {} of the accounts to be moved", leave::NEEDED.join(" or "), exception.accounts.len()),
                covers: vec!["D6".to_owned(), "D9".to_owned()],
            });
        }
        let stack_sets = input.estate.facts_of("AWS::CloudFormation::StackSet").filter(|fact| &fact.account == management);
        steps.extend(stack_sets.filter(|fact| deletes_on_departure(fact)).map(|fact| retain(fact, management)));
        let shared = input.findings.iter().filter(|finding| finding.blocks_move && is_shared(finding));
        steps.extend(
            shared.filter(|finding| source.accounts.contains_key(&finding.account)).map(|finding| shared_gate(finding, management)),
        );
    }
    Ok(steps)
}

/// Whether a StackSet deletes its stacks, resources included, from an account that leaves
/// [CloudFormation User Guide, stacksets-orgs-manage-auto-deployment].
fn deletes_on_departure(fact: &Fact) -> bool {
    let set = |pointer: &str| fact.doc.pointer(pointer).and_then(serde_json::Value::as_bool);
    let managed = fact.doc.pointer("/PermissionModel").and_then(serde_json::Value::as_str) == Some("SERVICE_MANAGED");
    managed && set("/AutoDeployment/Enabled") == Some(true) && set("/AutoDeployment/RetainStacksOnAccountRemoval") != Some(true)
}

fn retain(fact: &Fact, management: &AccountId) -> Step {
    let name = fact.doc.pointer("/StackSetName").and_then(serde_json::Value::as_str).unwrap_or(&fact.name);
    let region = fact.region.clone().unwrap_or_default();
    Step {
        id: StepId(format!("{management}/stack-set/{region}/{name}/retain")),
        account: None,
        by: management.clone(),
        action: Action::RetainStacks { stack_set: fact.name.clone(), region },
        class: StepClass::Reversible,
        after: Vec::new(),
        not_before: None,
        title: format!("keep the stacks of StackSet {name} when accounts leave"),
        because: "it deploys automatically and would delete its stacks, with their resources, from each account that leaves".to_owned(),
        covers: vec!["A4".to_owned(), "D9".to_owned()],
    }
}

/// Whether a finding is about something that one account shares with the others: whoever leaves loses it, so it comes before the first move.
pub(crate) fn is_shared(finding: &Finding) -> bool {
    finding.kind == "ram:GetResourceShareAssociations"
}

fn shared_gate(finding: &Finding, management: &AccountId) -> Step {
    let gate = Gate {
        kind: GateKind::Finding,
        question: format!("remedy or accept: {}", finding.title),
        evidence: finding.evidence.iter().map(|one| format!("{}: {}", one.call, one.name)).collect(),
        assumption: format!("remedied: {}", finding.remedy),
    };
    let digest = Digest::of(&(&finding.account, &finding.region, &finding.subject));
    Step {
        id: StepId(format!("{}/gate/{}/{}", finding.account, finding.code, digest.short())),
        account: None,
        by: management.clone(),
        title: gate.question.clone(),
        action: Action::Gate(gate),
        class: StepClass::Human,
        after: Vec::new(),
        not_before: None,
        because: format!("finding {}, {}", finding.code, finding.severity.as_str()),
        covers: finding.covers.clone(),
    }
}

/// Asks somebody to look at what a wave has come to, after its last step: the next wave begins when that is answered.
pub(crate) fn wave_gate(input: &PlanInput<'_>, wave: &str, steps: &[Step]) -> Step {
    let gate = Gate {
        kind: GateKind::Wave,
        question: format!("look at what wave {wave} has come to, and let the next one begin"),
        evidence: Vec::new(),
        assumption: "somebody looked, and all was well".to_owned(),
    };
    Step {
        id: StepId(format!("wave/{wave}/approve")),
        account: None,
        by: input.estate.target.organization.management_account.clone(),
        title: gate.question.clone(),
        action: Action::Gate(gate),
        class: StepClass::Human,
        after: steps.iter().map(|step| step.id.clone()).collect(),
        not_before: None,
        because: "`approve_waves` in orgkit.toml".to_owned(),
        covers: vec!["D7".to_owned()],
    }
}

/// The guardrails of the target.
pub(crate) fn hardening(input: &PlanInput<'_>) -> Wave {
    let target = &input.estate.target;
    let new = input.proposals.iter().filter(|proposal| {
        let unit = if proposal.unit.is_empty() {
            Some(target.root.to_string())
        } else {
            target.unit_at(&proposal.unit).map(|unit| unit.id.to_string())
        };
        !target
            .policies
            .iter()
            .any(|policy| policy.name == proposal.name && unit.as_ref().is_some_and(|unit| policy.targets.contains(unit)))
    });
    let steps = new.map(|proposal| {
        let place = if proposal.unit.is_empty() { "Root".to_owned() } else { proposal.unit.join("/") };
        Step {
            id: StepId(format!("target/policy/{}/{place}", proposal.name)),
            account: None,
            by: target.organization.management_account.clone(),
            action: Action::ApplyPolicy {
                name: proposal.name.clone(),
                kind: proposal.kind,
                content: proposal.content.clone(),
                unit: proposal.unit.clone(),
            },
            class: StepClass::Reversible,
            after: Vec::new(),
            not_before: None,
            title: format!("attach policy {} to {place}", proposal.name),
            because: proposal.because.clone(),
            covers: proposal.covers.clone(),
        }
    });
    Wave { name: "hardening".to_owned(), phase: Phase::Hardening, accounts: Vec::new(), steps: steps.collect() }
}

/// Whether an account of this kind is bound to a source organization.
pub(crate) fn is_bound(placement: &Placement) -> bool {
    placement.was != Was::Standalone
}
