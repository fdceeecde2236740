//! How things stand at the end of a run, without what differs from one run to the next: ids that were drawn, and times.

use crate::poll::now_or_never;
use crate::stage::Stage;
use orgkit_cloud::{CloudError, CloudRead};
use orgkit_discover::DiscoverError;
use orgkit_model::{OrganizationSnapshot, Run, StepClass, StepState};
use serde_json::{Value, json};

/// The facts that tell which roles an account has.
const ROLES: &str = "iam:GetAccountAuthorizationDetails";

/// An end that could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// An organization could not be read.
    #[error("an organization cannot be read at the end of the run")]
    Organization(#[from] DiscoverError),
    /// An account could not be read.
    #[error("an account cannot be read at the end of the run")]
    Account(#[from] CloudError),
    /// The journal could not be read.
    #[error("the journal cannot be read at the end of the run")]
    Journal(#[from] orgkit_execute::JournalError),
}

/// The organizations with their trees and policies, the roles of the accounts that move, and what became of each step.
///
/// # Errors
/// Something that could not be looked at.
pub fn end_of(stage: &Stage<'_>) -> Result<Value, EndError> {
    let simulator = stage.simulator().fork();
    simulator.set_throttling(false);
    let prepared = stage.prepared();
    let cloud = prepared.cloud(&simulator);
    let plan = prepared.plan();
    let managements = std::iter::once((&plan.target, &plan.target_management)).chain(plan.sources.iter().map(|(id, by)| (id, by)));
    let mut organizations = Vec::new();
    for (id, management) in managements {
        let still = now_or_never(cloud.organization(management))?.is_some_and(|now| &now.id == id && &now.management_account == management);
        organizations.push(if still { tree(&now_or_never(orgkit_discover::snapshot(&cloud, management))?) } else { Value::Null });
    }
    let mut roles = Vec::new();
    for placement in &plan.placements {
        let way = orgkit_cloud::Access::Role { via: plan.target_management.clone(), role: crate::plans::ACCESS_ROLE.to_owned() };
        cloud.prefer_access(&placement.account, way);
        let facts = now_or_never(cloud.facts(&placement.account, None, ROLES))?;
        let of_account = facts.iter().map(|fact| json!({ "name": fact.name, "doc": without_times(&fact.doc) }));
        roles.push(of_account.collect::<Value>());
    }
    Ok(json!({ "organizations": organizations, "roles": roles, "run": steps(&stage.journal()?) }))
}

fn tree(snapshot: &OrganizationSnapshot) -> Value {
    let path = |id: &str| {
        let unit = snapshot.units.iter().find(|unit| unit.id.as_str() == id);
        unit.map_or_else(|| id.to_owned(), |unit| snapshot.unit_path(&unit.id.clone().into()).join("/"))
    };
    let mut policies: Vec<Value> = snapshot
        .policies
        .iter()
        .map(|policy| {
            let mut targets: Vec<String> = policy.targets.iter().map(|target| path(target)).collect();
            targets.sort();
            json!({ "name": policy.name, "content": policy.content, "targets": targets })
        })
        .collect();
    policies.sort_by_key(ToString::to_string);
    let mut units: Vec<String> = snapshot.units.iter().map(|unit| path(unit.id.as_str())).collect();
    units.sort();
    let homes: Vec<Value> = snapshot.parents.iter().map(|(account, parent)| json!([account, path(parent.as_str())])).collect();
    let administrators: Vec<Value> = snapshot.delegated_administrators.iter().map(|one| json!([one.account, one.services])).collect();
    json!({ "organization": snapshot.organization.id, "units": units, "accounts": homes, "policies": policies, "administrators": administrators })
}

/// A document without the members that say when and under which number something was made.
fn without_times(doc: &Value) -> Value {
    match doc {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !name.ends_with("Date") && !name.ends_with("Id") && *name != "RoleLastUsed");
            Value::Object(kept.map(|(name, value)| (name.clone(), without_times(value))).collect())
        }
        Value::Array(items) => items.iter().map(without_times).collect(),
        other => other.clone(),
    }
}

/// What became of each step; attempts and times aside.
fn steps(run: &Run) -> Value {
    // A person's word and what AWS shows after it come to the same.
    let human = |id| run.step(id).is_some_and(|step| step.class == StepClass::Human);
    let steps = run.steps.iter().map(|(id, record)| {
        let state = match &record.state {
            StepState::Done(_) if human(id) => json!("settled"),
            StepState::Done(result) => serde_json::to_value(result).unwrap_or_default(),
            other => json!(format!("{other:?}")),
        };
        json!([id, state])
    });
    let mut joined = run.joined.clone();
    joined.sort();
    let verified = run.verification.as_ref().map(|last| serde_json::to_value(&last.accounts).unwrap_or_default());
    json!({ "steps": steps.collect::<Value>(), "joined": joined, "verified": verified, "finished": run.finished.is_some() })
}
