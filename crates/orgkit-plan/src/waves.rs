//! Which accounts move together, and in which order.

use crate::input::{PlanError, PlanInput};
use orgkit_model::{AccountId, AccountState, Phase, Placement, Severity, Was};
use std::collections::{BTreeMap, BTreeSet};

/// A wave's accounts, before their steps are known.
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) phase: Phase,
    pub(crate) accounts: Vec<Placement>,
}

/// The groups in their order: those the user asked for, then a canary and batches by risk for each phase.
pub(crate) fn groups(input: &PlanInput<'_>, placements: &BTreeMap<AccountId, Placement>) -> Result<Vec<Group>, PlanError> {
    let mut taken = BTreeSet::new();
    let mut groups = Vec::new();
    for wish in &input.options.waves {
        let mut accounts = Vec::new();
        for id in &wish.accounts {
            let wrong = |why| PlanError::Wave { wave: wish.name.clone(), account: id.clone(), why };
            let placement = placements.get(id).ok_or_else(|| wrong("is not to be migrated"))?;
            if placement.was == Was::Management {
                return Err(wrong(
                    "is an old management account: it can only move once its organization is empty, so it always comes last",
                ));
            }
            if !taken.insert(id.clone()) {
                return Err(wrong("is in a wave already"));
            }
            accounts.push(placement.clone());
        }
        let phase = if accounts.iter().any(|one| one.was == Was::Member) { Phase::Members } else { Phase::Standalone };
        groups.push(Group { name: wish.name.clone(), phase, accounts });
    }
    for (phase, was) in [(Phase::Standalone, Was::Standalone), (Phase::Members, Was::Member), (Phase::Management, Was::Management)] {
        let rest = placements.values().filter(|placement| placement.was == was && !taken.contains(&placement.account));
        groups.extend(batches(input, phase, rest.cloned().collect()));
    }
    Ok(groups)
}

fn batches(input: &PlanInput<'_>, phase: Phase, accounts: Vec<Placement>) -> Vec<Group> {
    let mut ranked: Vec<_> = accounts.into_iter().map(|placement| (risk(input, &placement), placement)).collect();
    ranked.sort_by(|(a, one), (b, other)| (a, &one.account).cmp(&(b, &other.account)));
    let mut groups: Vec<(u8, Group)> = Vec::new();
    for (n, (risk, placement)) in ranked.into_iter().enumerate() {
        let fits =
            groups.last().is_some_and(|(class, group)| n > 1 && *class == risk.0 && group.accounts.len() < input.options.batch.max(1));
        if !fits || phase == Phase::Management {
            let name = match (n, phase) {
                (_, Phase::Management) => format!("management-{}", placement.account),
                (0, _) => format!("{}-canary", phase.as_str()),
                (..) => format!("{}-{}", phase.as_str(), groups.len()),
            };
            groups.push((risk.0, Group { name, phase, accounts: Vec::new() }));
        }
        if let Some((_, group)) = groups.last_mut() {
            group.accounts.push(placement);
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// How much is lost when the move goes wrong: class by the unit that the account ends in and its state, then the number of findings that
/// block it. A suspended account goes last because it waits for AWS Support.
fn risk(input: &PlanInput<'_>, placement: &Placement) -> (u8, usize) {
    let state =
        input.estate.source_of(&placement.account).and_then(|source| source.accounts.get(&placement.account)).map(|account| account.state);
    let blocking =
        input.findings.iter().filter(|finding| finding.account == placement.account && finding.severity >= Severity::High).count();
    let class = match placement.unit.last().map(|unit| unit.to_ascii_lowercase()) {
        _ if state.is_some_and(|state| state != AccountState::Active) => 4,
        Some(unit) if unit.contains("sandbox") => 0,
        Some(unit) if unit.contains("non-prod") || unit.contains("dev") || unit.contains("test") || unit.contains("staging") => 1,
        Some(unit) if unit.contains("prod") => 3,
        _ => 2,
    };
    (class, blocking)
}
