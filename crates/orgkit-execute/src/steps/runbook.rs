//! What a person checks and does when orgkit cannot go on with a step.

use super::site::account_of;
use orgkit_model::{Action, Plan, Step};

/// The lines of the runbook for a step that failed with `trouble`.
pub(crate) fn runbook(plan: &Plan, step: &Step, trouble: &str) -> Vec<String> {
    let account = account_of(step);
    let target = &plan.target_management;
    let check = match &step.action {
        Action::CreateUnit { .. } => {
            format!("as {target}: aws organizations list-organizational-units-for-parent --parent-id ROOT-OR-UNIT")
        }
        Action::ApplyPolicy { name, .. } => {
            format!("as {target}: aws organizations list-policies --filter SERVICE_CONTROL_POLICY, and look for `{name}`")
        }
        Action::UpdatePolicy { policy, .. } => format!("as {}: aws organizations describe-policy --policy-id {policy}", step.by),
        Action::RetainStacks { stack_set, region } => {
            format!("as {}: aws cloudformation describe-stack-set --region {region} --stack-set-name {stack_set}", step.by)
        }
        Action::DeregisterDelegatedAdministrator { .. } => {
            format!("as {}: aws organizations list-delegated-services-for-account --account-id {account}", step.by)
        }
        Action::OpenAccess { role } => {
            format!("as {target}: aws sts assume-role --role-arn arn:aws:iam::{account}:role/{role} --role-session-name check")
        }
        Action::Invite | Action::Accept => {
            format!(
                "as {target}: aws organizations list-handshakes-for-organization; as {account}: aws organizations describe-organization"
            )
        }
        Action::MoveToUnit { .. } => format!("as {target}: aws organizations list-parents --child-id {account}"),
        Action::DeleteOrganization { .. } => format!("as {}: aws organizations list-accounts", step.by),
        Action::Gate(_) | Action::ProveBaseline => format!("what the step asks for, in account {account}"),
    };
    vec![
        format!("step `{}` ({}) cannot go on: {trouble}", step.id, step.title),
        format!("look:   {check}"),
        "mend:   remove what stands in the way, or make the change by hand: orgkit looks before it acts".to_owned(),
        format!("go on:  orgkit migrate --clear '{}=WHAT YOU DID'", step.id),
    ]
}
