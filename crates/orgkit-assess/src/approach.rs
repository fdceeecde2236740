//! The approach: which of the four ways the evidence speaks for (coverage row A3).

use orgkit_model::{AccountId, Approach, Decision, Estate, Fact, Reason};
use std::collections::BTreeMap;

/// The resource types that count as workloads which are hard to move out of a management account: a network, and data in it.
pub const WORKLOAD_KINDS: [&str; 2] = ["AWS::EC2::VPC", "AWS::RDS::DBInstance"];

/// More organization-wide shares than this, and restructuring in place is worth a second thought: each is an outage to bridge.
const HEAVY_SHARING: usize = 10;

/// Decides, with every reason and its evidence. `wanted` is the approach that the user overrules it with.
pub fn decide_approach(estate: &Estate, wanted: Option<Approach>) -> Decision {
    let management: Vec<&AccountId> = estate.sources.iter().map(|source| &source.organization.management_account).collect();
    let workloads = workloads(estate, &management);
    let coupling = coupling(estate, &management);
    let shares = organization_shares(estate);
    let (busy, coupled) = (!workloads.is_empty(), !coupling.is_empty());
    let reasons = vec![
        Reason {
            question: "Do workloads run in the old management account?".to_owned(),
            answer: if busy { counted(&workloads) } else { "No networks or databases were found there.".to_owned() },
            speaks_for: match (busy, coupled) {
                (false, _) => vec![Approach::RestructureInPlace],
                (true, false) => vec![Approach::MigrateWorkloads, Approach::NewOrganizationInviteAll],
                (true, true) => vec![Approach::NewOrganizationInviteAll],
            },
            evidence: workloads.iter().map(|fact| format!("{} {} in {}", fact.kind, fact.name, place(fact))).collect(),
        },
        Reason {
            question: "Do other accounts name its roles, which makes them hard to move?".to_owned(),
            answer: format!("Documents in other accounts that name its roles: {}.", coupling.len()),
            speaks_for: if coupled { vec![Approach::NewOrganizationInviteAll] } else { vec![Approach::MigrateWorkloads] },
            evidence: coupling.iter().map(|fact| format!("{} {} in {}", fact.kind, fact.name, fact.account)).collect(),
        },
        Reason {
            question: "How much is shared with the whole organization?".to_owned(),
            answer: format!("Resource shares with the organization or one of its units: {}.", shares.len()),
            speaks_for: if shares.len() > HEAVY_SHARING {
                vec![Approach::RestructureInPlace]
            } else {
                vec![Approach::NewOrganizationInviteAll]
            },
            evidence: shares.iter().map(|fact| format!("{} {}", fact.kind, fact.name)).collect(),
        },
        Reason {
            question: "Are there accounts outside every organization?".to_owned(),
            answer: format!("Standalone accounts to take in: {}.", estate.standalone.len()),
            speaks_for: if estate.standalone.is_empty() {
                Vec::new()
            } else {
                vec![Approach::NewOrganization, Approach::NewOrganizationInviteAll]
            },
            evidence: estate
                .standalone
                .iter()
                .map(|account| format!("organizations:DescribeOrganization as {}: in none", account.id))
                .collect(),
        },
    ];
    let recommended = match (busy, coupled || shares.len() <= HEAVY_SHARING) {
        (false, _) if estate.sources.is_empty() => Approach::NewOrganizationInviteAll,
        (false, _) => Approach::RestructureInPlace,
        (true, true) => Approach::NewOrganizationInviteAll,
        (true, false) => Approach::MigrateWorkloads,
    };
    Decision { recommended, taken: wanted.unwrap_or(recommended), reasons }
}

fn workloads<'a>(estate: &'a Estate, management: &[&AccountId]) -> Vec<&'a Fact> {
    let busy = |fact: &&Fact| management.contains(&&fact.account) && WORKLOAD_KINDS.contains(&fact.kind.as_str());
    // The default VPC that AWS puts into every region is no workload.
    let made = |fact: &&Fact| fact.doc.pointer("/IsDefault").and_then(serde_json::Value::as_bool) != Some(true);
    estate.facts.iter().filter(busy).filter(made).collect()
}

/// Facts of other accounts whose documents name a principal of an old management account.
fn coupling<'a>(estate: &'a Estate, management: &[&AccountId]) -> Vec<&'a Fact> {
    let names: Vec<String> = management.iter().map(|account| format!("arn:aws:iam::{account}:role/")).collect();
    let others = estate.facts.iter().filter(|fact| !management.contains(&&fact.account) && !names.is_empty());
    others.filter(|fact| mentions(&fact.doc, &names)).collect()
}

fn mentions(value: &serde_json::Value, names: &[String]) -> bool {
    match value {
        serde_json::Value::String(text) => names.iter().any(|name| text.contains(name)),
        serde_json::Value::Array(list) => list.iter().any(|one| mentions(one, names)),
        serde_json::Value::Object(map) => map.values().any(|one| mentions(one, names)),
        _ => false,
    }
}

fn organization_shares(estate: &Estate) -> Vec<&Fact> {
    let principal = |fact: &&Fact| {
        let entity = fact.doc.pointer("/associatedEntity").and_then(serde_json::Value::as_str);
        entity.is_some_and(|entity| entity.starts_with("arn:aws:organizations:"))
    };
    estate.facts_of("ram:GetResourceShareAssociations").filter(principal).collect()
}

fn counted(workloads: &[&Fact]) -> String {
    let mut by_kind: BTreeMap<&str, usize> = BTreeMap::new();
    for fact in workloads {
        *by_kind.entry(&fact.kind).or_default() += 1;
    }
    let parts: Vec<_> = by_kind.iter().map(|(kind, count)| format!("{count} × {kind}")).collect();
    format!("Yes: {}. No SCP or RCP applies to them there.", parts.join(", "))
}

fn place(fact: &Fact) -> String {
    fact.region.as_ref().map_or_else(|| fact.account.to_string(), |region| format!("{} {region}", fact.account))
}
