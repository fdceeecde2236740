//! The shapes of the API.

use super::state::{AutoDeployment, Instance, Operation, Outcome, StackSet};
use crate::format::iso;
use jiff::Timestamp;
use orgkit_model::AccountId;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// `PermissionModel`.
pub(super) fn permission_model(set: &StackSet) -> &'static str {
    if set.service_managed { "SERVICE_MANAGED" } else { "SELF_MANAGED" }
}

/// `AutoDeployment`; self-managed StackSets have none.
pub(super) fn auto_deployment(set: &StackSet) -> Value {
    let AutoDeployment { enabled, retain } = set.auto_deployment;
    if set.service_managed { json!({ "Enabled": enabled, "RetainStacksOnAccountRemoval": retain }) } else { Value::Null }
}

/// `StackSet`.
pub(super) fn stack_set(owner: &AccountId, set: &StackSet) -> Value {
    let parameters = set.parameters.iter().map(|(key, value)| json!({ "ParameterKey": key, "ParameterValue": value }));
    let regions: BTreeSet<&String> = set.instances.keys().map(|(_, region)| region).collect();
    json!({
        "StackSetName": set.name,
        "StackSetId": set.id,
        "Description": set.description,
        "Status": "ACTIVE",
        "TemplateBody": set.template,
        "Parameters": parameters.collect::<Vec<_>>(),
        "Capabilities": set.capabilities,
        "Tags": set.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect::<Vec<_>>(),
        "StackSetARN": format!("arn:aws:cloudformation:{}:{owner}:stackset/{}", set.region, set.id),
        "AdministrationRoleARN": set.administration_role,
        "ExecutionRoleName": set.execution_role,
        "AutoDeployment": auto_deployment(set),
        "PermissionModel": permission_model(set),
        "OrganizationalUnitIds": set.targets.keys().collect::<Vec<_>>(),
        "ManagedExecution": { "Active": set.managed_execution },
        "Regions": regions,
    })
}

/// `StackSetSummary`.
pub(super) fn summary(set: &StackSet) -> Value {
    json!({
        "StackSetName": set.name,
        "StackSetId": set.id,
        "Description": set.description,
        "Status": "ACTIVE",
        "AutoDeployment": auto_deployment(set),
        "PermissionModel": permission_model(set),
        "DriftStatus": "NOT_CHECKED",
        "ManagedExecution": { "Active": set.managed_execution },
    })
}

/// `StackInstance` and `StackInstanceSummary`, which here have the same members.
pub(super) fn instance(set: &StackSet, account: &AccountId, region: &str, instance: &Instance, now: Timestamp) -> Value {
    let running = now < instance.ready_at;
    let (status, detailed, reason) = match &instance.outcome {
        _ if running => ("OUTDATED", "RUNNING", None),
        Outcome::Succeeded => ("CURRENT", "SUCCEEDED", None),
        Outcome::Skipped => ("OUTDATED", "SKIPPED_SUSPENDED_ACCOUNT", Some("The account is suspended.")),
        Outcome::Failed(reason) => ("OUTDATED", "FAILED", Some(reason.as_str())),
    };
    json!({
        "StackSetId": set.id,
        "Region": region,
        "Account": account,
        "StackId": instance.stack,
        "Status": status,
        "StatusReason": reason,
        "StackInstanceStatus": { "DetailedStatus": detailed },
        "OrganizationalUnitId": instance.unit,
        "DriftStatus": "NOT_CHECKED",
        "LastOperationId": instance.operation,
    })
}

/// `StackSetOperationSummary`.
pub(super) fn operation_summary(operation: &Operation, now: Timestamp) -> Value {
    let ended = now >= operation.ready_at;
    json!({
        "OperationId": operation.id,
        "Action": operation.action,
        "Status": operation.status(now),
        "CreationTimestamp": iso(operation.created_at),
        "EndTimestamp": ended.then(|| iso(operation.ready_at)),
        "StatusDetails": { "FailedStackInstancesCount": operation.failures() },
    })
}

/// `StackSetOperation`.
pub(super) fn operation(set: &StackSet, operation: &Operation, now: Timestamp) -> Value {
    let mut shape = operation_summary(operation, now);
    let more = [
        ("StackSetId", Value::from(set.id.as_str())),
        ("RetainStacks", operation.retain_stacks.into()),
        ("AdministrationRoleARN", set.administration_role.clone().into()),
        ("ExecutionRoleName", set.execution_role.clone().into()),
        ("DeploymentTargets", operation.targets.clone().unwrap_or_default()),
    ];
    if let Some(members) = shape.as_object_mut() {
        members.extend(more.map(|(name, value)| (name.to_owned(), value)));
    }
    shape
}
