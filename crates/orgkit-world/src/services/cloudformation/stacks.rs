//! The stacks of an account: those that StackSets made.

use super::state::Stack;
use super::{invalid, paging};
use crate::call::{Answer, Request};
use crate::format::iso;
use crate::page::Paging;
use crate::world::World;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How long deleted stacks are listed [CloudFormation API Reference, ListStacks].
const DELETED_SEEN: SignedDuration = SignedDuration::from_hours(90 * 24);

/// `DescribeStacks`: one by name or ARN, or all. A deleted one is found by its ARN only.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let here = here(world, request);
    let found: Vec<Value> = match request.text("StackName") {
        Some(wanted) => {
            let is_it = |stack: &&Stack| stack.arn == wanted || (stack.name == wanted && stack.deleted_at.is_none());
            let stack = here.into_iter().find(is_it).ok_or_else(|| invalid(format!("Stack with id {wanted} does not exist")))?;
            vec![shape(stack, request.now)]
        }
        None => here.into_iter().filter(|stack| stack.deleted_at.is_none()).map(|stack| shape(stack, request.now)).collect(),
    };
    Paging { items: "Stacks", ..paging("DescribeStacks") }.page(request, found)
}

/// `ListStacks`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let wanted = request.texts("StackStatusFilter");
    let is_kept = |stack: &&Stack| stack.deleted_at.is_none_or(|at| request.now.duration_since(at) < DELETED_SEEN);
    let is_wanted = |stack: &&Stack| wanted.is_empty() || wanted.contains(&status(stack, request.now));
    let all = here(world, request).into_iter().filter(is_kept).filter(is_wanted).map(|stack| {
        json!({
            "StackId": stack.arn,
            "StackName": stack.name,
            "TemplateDescription": stack.description,
            "CreationTime": iso(stack.created_at),
            "DeletionTime": stack.deleted_at.map(iso),
            "StackStatus": status(stack, request.now),
            "DriftInformation": { "StackDriftStatus": "NOT_CHECKED" },
        })
    });
    Paging { items: "StackSummaries", ..paging("ListStacks") }.page(request, all.collect())
}

fn here<'w>(world: &'w World, request: &Request<'_>) -> Vec<&'w Stack> {
    let stacks = world.services.cloudformation.stacks.get(&request.caller.account);
    stacks.into_iter().flat_map(BTreeMap::values).filter(|stack| stack.region == request.region).collect()
}

fn status(stack: &Stack, now: Timestamp) -> &'static str {
    match stack.deleted_at {
        Some(_) => "DELETE_COMPLETE",
        None if now < stack.ready_at => "CREATE_IN_PROGRESS",
        None => "CREATE_COMPLETE",
    }
}

fn shape(stack: &Stack, now: Timestamp) -> Value {
    json!({
        "StackId": stack.arn,
        "StackName": stack.name,
        "Description": stack.description,
        "CreationTime": iso(stack.created_at),
        "DeletionTime": stack.deleted_at.map(iso),
        "StackStatus": status(stack, now),
        "DisableRollback": false,
        "NotificationARNs": [],
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "Tags": [],
        "EnableTerminationProtection": false,
        "DriftInformation": { "StackDriftStatus": "NOT_CHECKED" },
    })
}
