//! AWS CloudFormation (botocore `cloudformation/2010-05-15`): StackSets, and the stacks that they make in accounts.
//!
//! What an operation does to accounts is there at once; its status says `RUNNING` for a minute. AWS gives no number.

mod access;
mod change;
mod deploy;
mod import;
mod instances;
mod listen;
mod operations;
mod sets;
mod shapes;
mod stacks;
mod state;
mod targets;
mod template;
mod view;

pub(crate) use listen::{joined, left, moved};
pub(crate) use state::{Seed, State, stack_set_id, world_stack};
pub(crate) use view::{KIND as STACK_SET, listed, properties, update as update_view};

use crate::ApiError;
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::page::Paging;

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "cloudformation",
    signing_name: "cloudformation",
    actions: "cloudformation",
    model: "cloudformation/2010-05-15",
    protocol: Protocol::Query { namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/" },
    faults: Faults::QUERY,
    operations: &[
        change("CreateStackSet", sets::create).rules(
            "either permission model; service-managed ones need trusted access and belong to the management account, whoever creates them; names are unique in their region; templates are given in the call",
            "CloudFormation API Reference, CreateStackSet",
        ),
        read("DescribeStackSet", sets::describe).rules("by name or id, in its region", "CloudFormation API Reference, DescribeStackSet"),
        change("UpdateStackSet", change::update).rules(
            "one operation at a time, or queued with managed execution; automatic deployment and retention of service-managed StackSets; a new template replaces what the stacks made",
            "CloudFormation API Reference, UpdateStackSet",
        ),
        change("DeleteStackSet", sets::delete)
            .rules("only without stack instances and running operations", "CloudFormation API Reference, DeleteStackSet"),
        read("ListStackSets", sets::list).rules("CallAs of delegated administrators", "CloudFormation API Reference, ListStackSets"),
        change("CreateStackInstances", instances::create).rules(
            "units with the units below them, account filters, never the management account; suspended accounts are skipped; self-managed ones need the execution role; units become targets of automatic deployment",
            "CloudFormation User Guide, stacksets-orgs-associate-stackset-with-org",
        ),
        change("DeleteStackInstances", instances::delete)
            .rules("RetainStacks keeps stacks and their resources", "CloudFormation API Reference, DeleteStackInstances"),
        read("ListStackInstances", instances::list).rules("filters by account and region", "CloudFormation API Reference, ListStackInstances"),
        read("DescribeStackInstance", instances::describe)
            .rules("status and detailed status", "CloudFormation API Reference, StackInstanceComprehensiveStatus"),
        change("ImportStacksToStackSet", import::import).rules(
            "at most 10 stacks; a stack of another StackSet cannot be imported; accounts must be in the units given",
            "CloudFormation API Reference, ImportStacksToStackSet",
        ),
        read("DescribeStackSetOperation", operations::describe)
            .rules("QUEUED, RUNNING, then SUCCEEDED or FAILED", "CloudFormation API Reference, StackSetOperation"),
        read("ListStackSetOperations", operations::list).rules("newest first", "CloudFormation API Reference, ListStackSetOperations"),
        read("ListStackSetOperationResults", operations::results)
            .rules("one result for each account and region", "CloudFormation API Reference, ListStackSetOperationResults"),
        read("ListStackSetAutoDeploymentTargets", operations::auto_deployment_targets)
            .rules("units and their regions", "CloudFormation API Reference, ListStackSetAutoDeploymentTargets"),
        change("ActivateOrganizationsAccess", access::activate)
            .rules("management account only; gives trusted access", "CloudFormation API Reference, ActivateOrganizationsAccess"),
        change("DeactivateOrganizationsAccess", access::deactivate)
            .rules("management account only; automatic deployment stops", "CloudFormation API Reference, DeactivateOrganizationsAccess"),
        read("DescribeOrganizationsAccess", access::describe)
            .rules("management account and delegated administrators", "CloudFormation API Reference, DescribeOrganizationsAccess"),
        read("DescribeStacks", stacks::describe).rules("by name or id; deleted ones by id", "CloudFormation API Reference, DescribeStacks"),
        read("ListStacks", stacks::list).rules("deleted ones for 90 days", "CloudFormation API Reference, ListStacks"),
    ],
};

/// How the lists of StackSets are paged: 100 items at most (botocore, shape `MaxResults`).
const fn paging(list: &'static str) -> Paging {
    Paging { list, items: "Summaries", limit: "MaxResults", token: "NextToken", usual: 100, most: 100, bad_token: "ValidationError" }
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationError", message)
}
