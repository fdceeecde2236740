//! Sequencing: what moves when, what has to be done before, and where a person is asked. Pure and deterministic: same input, same plan.
//!
//! The order is foundation (units of the target) → standalone accounts → members by direct transfer → old management accounts → hardening →
//! clean-up.
//! Within a phase a low-risk canary goes first, then batches by risk.

mod accept;
mod account;
mod back;
mod clean_up;
mod departure;
mod dual;
mod enrol;
mod input;
mod leave;
mod organization;
mod products;
mod remedies;
mod shares;
mod tower;
mod waves;

pub use back::{ReturnError, Returning, return_plan};
pub use input::{Acceptance, Options, Placed, PlanError, PlanInput, Proposal, WishedWave};

use orgkit_model::{AccountId, Action, Estate, LeftOut, PLAN_SCHEMA, Placement, Plan, Step, Was, Wave};
use remedies::Remedies;
use std::collections::BTreeMap;

/// Makes the plan.
pub fn plan(input: &PlanInput<'_>) -> Result<Plan, PlanError> {
    let (accepted, open) = accept::split(input);
    let input = &PlanInput { findings: &open, ..input.clone() };
    let subjects = subjects(input.estate);
    let placements = placements(input, &subjects)?;
    let remedies = Remedies::new(input, &placements);
    let ungated = remedies.left(&open);
    let gated = &PlanInput { findings: &ungated, ..input.clone() };
    let mut preparation = organization::preparation(gated, &placements)?;
    preparation.extend(remedies.steps());
    let mut waves = vec![organization::foundation(input, &placements)];
    let mut prepared = false;
    for group in waves::groups(input, &placements)? {
        let mut steps = Vec::new();
        // Later waves begin when this one is done: only its own accounts have to wait for each of these steps.
        let mut before: &[Step] = &[];
        if !prepared && group.accounts.iter().any(|placement| placement.was != Was::Standalone) {
            steps.extend(preparation.iter().cloned());
            (prepared, before) = (true, &preparation);
        }
        for placement in &group.accounts {
            steps.extend(account::steps(gated, placement, before));
        }
        let accounts: Vec<AccountId> = group.accounts.iter().map(|placement| placement.account.clone()).collect();
        if input.options.approve_waves {
            steps.push(organization::wave_gate(input, &group.name, &steps));
        }
        waves.push(Wave { name: group.name, phase: group.phase, accounts, steps });
    }
    waves.push(organization::hardening(input));
    waves.push(clean_up::clean_up(input, &placements, &preparation)?);
    waves.retain(|wave| !wave.steps.is_empty());
    let sources = input.estate.sources.iter().map(|source| &source.organization);
    Ok(Plan {
        schema: PLAN_SCHEMA,
        estate: input.estate.digest(),
        packs: input.packs.clone(),
        target: input.estate.target.organization.id.clone(),
        target_management: input.estate.target.organization.management_account.clone(),
        sources: sources.map(|organization| (organization.id.clone(), organization.management_account.clone())).collect(),
        account_quota: input.options.account_quota,
        decision: input.decision.clone(),
        placements: placements.into_values().collect(),
        left_out: left_out(input),
        accepted,
        waves,
    })
}

/// An account to be migrated and what it is today.
struct Subject<'a> {
    account: &'a orgkit_model::Account,
    was: Was,
    from: Option<&'a orgkit_model::Organization>,
}

fn subjects(estate: &Estate) -> Vec<Subject<'_>> {
    let standalone = estate.standalone.iter().map(|account| Subject { account, was: Was::Standalone, from: None });
    let members = estate.sources.iter().flat_map(|source| {
        let organization = &source.organization;
        source.accounts.values().map(move |account| {
            let was = if account.id == organization.management_account { Was::Management } else { Was::Member };
            Subject { account, was, from: Some(organization) }
        })
    });
    standalone.chain(members).collect()
}

fn placements(input: &PlanInput<'_>, subjects: &[Subject<'_>]) -> Result<BTreeMap<AccountId, Placement>, PlanError> {
    let wanted = subjects.iter().filter(|subject| !input.options.leave_out.contains(&subject.account.id));
    wanted
        .map(|subject| {
            let id = &subject.account.id;
            let placed =
                input.placements.get(id).ok_or_else(|| PlanError::Unplaced { account: id.clone(), name: subject.account.name.clone() })?;
            let placement = Placement {
                account: id.clone(),
                name: subject.account.name.clone(),
                was: subject.was,
                from: subject.from.map(|organization| organization.id.clone()),
                unit: placed.unit.clone(),
                decided_by: placed.decided_by.clone(),
            };
            Ok((id.clone(), placement))
        })
        .collect()
}

fn left_out(input: &PlanInput<'_>) -> Vec<LeftOut> {
    let why = "left out by `orgkit.toml`".to_owned();
    input.options.leave_out.iter().map(|account| LeftOut { account: account.clone(), why: why.clone() }).collect()
}

/// Whether a step is the one by which an account joins the target.
fn is_move(step: &Step) -> bool {
    matches!(step.action, Action::Accept)
}

/// The accounts that a plan moves, in their order.
pub fn movers(plan: &Plan) -> impl Iterator<Item = &AccountId> {
    plan.steps().filter(|step| is_move(step)).filter_map(|step| step.account.as_ref())
}
