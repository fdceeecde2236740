//! What a person does about a step that failed.

use orgkit_model::{Action, ErrorClass, Step};

/// What to look at and what to do about a failed step, in one or two sentences.
pub fn runbook(step: &Step, class: ErrorClass) -> String {
    match class {
        ErrorClass::Retry => "AWS asked to wait: resume in a few minutes.".to_owned(),
        ErrorClass::Credentials => format!("Renew the credentials of account {}, then resume.", step.by),
        ErrorClass::Refused => format!("AWS said no, and trying again changes nothing: {}, remove the cause, then resume.", look(step)),
        ErrorClass::Ambiguous => {
            format!("The call may have had its effect: {}, then resume; orgkit reads before it acts again.", look(step))
        }
        ErrorClass::Fatal => format!("Nothing more was tried: {}, then resume.", look(step)),
    }
}

/// Where the truth about a step can be read, as an AWS CLI command.
fn look(step: &Step) -> String {
    let by = &step.by;
    let account = step.account.as_ref().unwrap_or(by);
    let command = match &step.action {
        Action::CreateUnit { .. } => "aws organizations list-organizational-units-for-parent".to_owned(),
        Action::ApplyPolicy { kind, .. } => format!("aws organizations list-policies --filter {}", kind.as_str()),
        Action::UpdatePolicy { policy, .. } => format!("aws organizations describe-policy --policy-id {policy}"),
        Action::RetainStacks { stack_set, region, .. } => {
            format!("aws cloudformation describe-stack-set --stack-set-name {stack_set} --region {region}")
        }
        Action::DeregisterDelegatedAdministrator { .. } => {
            format!("aws organizations list-delegated-services-for-account --account-id {account}")
        }
        Action::OpenAccess { role } => format!("aws iam get-role --role-name {role}"),
        Action::Gate(_) => return "do what the gate asks".to_owned(),
        Action::Invite => "aws organizations list-handshakes-for-organization".to_owned(),
        Action::Accept => "aws organizations list-handshakes-for-account".to_owned(),
        Action::MoveToUnit { .. } => format!("aws organizations list-parents --child-id {account}"),
        Action::ProveBaseline => return format!("read which rule does not hold in account {account}"),
        Action::Enrol { region, .. } => {
            format!("aws controltower list-enabled-baselines --include-children --region {region}, for account {account},")
        }
        Action::TransferTrust { role, .. } => format!("aws iam get-role --role-name {role}"),
        Action::Return { .. } => format!("aws organizations describe-account --account-id {account}"),
        Action::DeleteOrganization { .. } => "aws organizations list-accounts".to_owned(),
    };
    format!("look with `{command}` as account {by}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn says_where_to_look_and_as_whom() {
        let plan = fixture::opening().plan;
        let step = plan.steps().find(|step| matches!(step.action, Action::MoveToUnit { .. })).unwrap();
        insta::assert_snapshot!(
            runbook(step, ErrorClass::Ambiguous),
            @"The call may have had its effect: look with `aws organizations list-parents --child-id 444444444444` as account 999999999999, then resume; orgkit reads before it acts again."
        );
    }
}
