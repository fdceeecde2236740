//! Operations of StackSets: starting one, and looking at them.

use super::access::named;
use super::sets::operation_in_progress;
use super::state::{OPERATION_TAKES, Operation, OperationResult, Outcome, StackSet};
use super::{paging, shapes};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::World;
use jiff::Timestamp;
use serde_json::{Value, json};

/// When a new operation can start. One runs at a time; with managed execution others wait
/// [CloudFormation API Reference, ManagedExecution].
pub(super) fn start(set: &StackSet, request: &Request<'_>) -> Result<Timestamp, ApiError> {
    if let Some(id) = request.text("OperationId")
        && set.operations.iter().any(|operation| operation.id == id)
    {
        let message = format!("Operation {id} already exists");
        return Err(ApiError::new("OperationIdAlreadyExistsException", message).with_status(409));
    }
    match set.busy_until().filter(|until| request.now < *until) {
        Some(until) if set.managed_execution => Ok(until),
        Some(_) => Err(operation_in_progress()),
        None => Ok(request.now),
    }
}

/// A new operation without results.
pub(super) fn new(action: &str, id: String, starts_at: Timestamp, now: Timestamp) -> Operation {
    Operation {
        id,
        action: action.to_owned(),
        created_at: now,
        starts_at,
        ready_at: starts_at.saturating_add(OPERATION_TAKES).unwrap_or(Timestamp::MAX),
        retain_stacks: None,
        targets: None,
        tolerance: 0,
        results: Vec::new(),
    }
}

/// The id of a new operation: the caller's, or one of CloudFormation's making.
pub(super) fn id(world: &mut World, request: &Request<'_>) -> String {
    request.text("OperationId").map_or_else(|| world.ids.uuid(), str::to_owned)
}

/// How many failures in a region the caller puts up with.
pub(super) fn tolerance(request: &Request<'_>) -> usize {
    let given = request.input.pointer("/OperationPreferences/FailureToleranceCount");
    given
        .and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()))
        .and_then(|count| usize::try_from(count).ok())
        .unwrap_or(0)
}

/// `DescribeStackSetOperation`.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let (_, set) = named(world, request)?;
    Ok(json!({ "StackSetOperation": shapes::operation(set, find(set, request)?, request.now) }))
}

/// `ListStackSetOperations`, newest first.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let (_, set) = named(world, request)?;
    let all = set.operations.iter().rev().map(|operation| shapes::operation_summary(operation, request.now));
    paging("ListStackSetOperations").page(request, all.collect())
}

/// `ListStackSetOperationResults`.
pub(super) fn results(world: &World, request: &Request<'_>) -> Answer {
    let (_, set) = named(world, request)?;
    let operation = find(set, request)?;
    let status = operation.status(request.now);
    let all = operation.results.iter().map(|result| shape(result, status));
    paging("ListStackSetOperationResults").page(request, all.collect())
}

/// `ListStackSetAutoDeploymentTargets`.
pub(super) fn auto_deployment_targets(world: &World, request: &Request<'_>) -> Answer {
    let (_, set) = named(world, request)?;
    let targets = set.targets.iter().map(|(unit, regions)| json!({ "OrganizationalUnitId": unit, "Regions": regions }));
    paging("ListStackSetAutoDeploymentTargets").page(request, targets.collect())
}

fn find<'s>(set: &'s StackSet, request: &Request<'_>) -> Result<&'s Operation, ApiError> {
    let id = request.required("OperationId")?;
    let found = set.operations.iter().find(|operation| operation.id == id);
    found.ok_or_else(|| ApiError::new("OperationNotFoundException", format!("Operation {id} not found")).with_status(404))
}

fn shape(result: &OperationResult, operation: &str) -> Value {
    let (status, reason) = match (&result.outcome, operation) {
        (_, "QUEUED") => ("PENDING", None),
        (_, "RUNNING") => ("RUNNING", None),
        (Outcome::Succeeded, _) => ("SUCCEEDED", None),
        (Outcome::Skipped, _) => ("CANCELLED", Some("The account is suspended.")),
        (Outcome::Failed(reason), _) => ("FAILED", Some(reason.as_str())),
    };
    json!({
        "Account": result.account,
        "Region": result.region,
        "Status": status,
        "StatusReason": reason,
        "AccountGateResult": { "Status": "SKIPPED", "StatusReason": "There is no account gate function" },
        "OrganizationalUnitId": result.unit,
    })
}
