//! What a person checks and does when orgkit cannot go on with a step.

use super::site::account_of;
use orgkit_model::{AccountId, Action, GateKind, Plan, ReturnPart, Step};

/// The lines of the runbook for a step that failed with `trouble`: what was seen, what to look at and with which command, what to mend, and how
/// to go on.
pub(crate) fn runbook(plan: &Plan, step: &Step, trouble: &str) -> Vec<String> {
    let (checks, mend) = advice(plan, step);
    let mut lines = vec![format!("step `{}` ({}) cannot go on: {trouble}", step.id, step.title)];
    lines.extend(checks.into_iter().map(|check| format!("look:   {check}")));
    lines.push(format!("mend:   {mend}"));
    lines.push(format!("go on:  orgkit migrate --clear '{}=WHAT YOU DID'; orgkit looks before it acts", step.id));
    lines
}

/// A command, and as whom it is to be run.
fn with(by: &AccountId, command: String) -> String {
    format!("as {by}: aws {command}")
}

/// What to look at, and what to mend.
fn advice(plan: &Plan, step: &Step) -> (Vec<String>, String) {
    let (account, by, target) = (account_of(step), &step.by, &plan.target_management);
    match &step.action {
        Action::CreateUnit { path } => {
            let checks = vec![
                with(by, "organizations list-roots".to_owned()),
                with(by, "organizations list-organizational-units-for-parent --parent-id ROOT-OR-UNIT".to_owned()),
            ];
            (checks, format!("make or delete unit {} by hand; only an empty unit can be deleted", path.join("/")))
        }
        Action::ApplyPolicy { name, kind, .. } => {
            let list = format!("organizations list-policies --filter {} --query \"Policies[?Name=='{name}']\"", kind.as_str());
            let checks = vec![with(by, list), with(by, "organizations list-targets-for-policy --policy-id ID".to_owned())];
            (checks, "if a policy of that name has another document, rename it; a place has a limit of policies of one type".to_owned())
        }
        Action::UpdatePolicy { policy, name, .. } => {
            let checks = vec![with(by, format!("organizations describe-policy --policy-id {policy}"))];
            (checks, format!("bring policy {name} to the document of the plan by hand (`orgkit plan -o json` shows it)"))
        }
        Action::RetainStacks { stack_set, region } => {
            let checks = vec![
                with(by, format!("cloudformation describe-stack-set --region {region} --stack-set-name {stack_set}")),
                with(by, format!("cloudformation list-stack-set-operations --region {region} --stack-set-name {stack_set}")),
            ];
            (checks, "wait until no operation is running, or set its account removal behavior to retain stacks by hand".to_owned())
        }
        Action::DeregisterDelegatedAdministrator { service } => {
            let checks = vec![with(by, format!("organizations list-delegated-services-for-account --account-id {account}"))];
            (checks, format!("let {service} itself dismiss {account} as administrator, or appoint it again, then go on"))
        }
        Action::OpenAccess { role } => (way_in(account, target, role), format!("role {role} has to trust arn:aws:iam::{target}:root and have AdministratorAccess; nothing may deny sts:AssumeRole")),
        Action::Gate(gate) => (gate_checks(by, gate.kind), "do what the gate asks for".to_owned()),
        Action::Invite | Action::Accept => (joining(account, target), "an invitation that somebody declined or cancelled is not sent again by itself: settle that first; nothing may deny organizations:AcceptHandshake or LeaveOrganization in the account".to_owned()),
        Action::MoveToUnit { unit } => (vec![with(target, format!("organizations list-parents --child-id {account}"))], format!("move {account} to {} by hand, or make the unit", unit.join("/"))),
        Action::ProveBaseline => (vec![format!("in account {account}: what the step's proofs name")], "mend what keeps the baseline from the account".to_owned()),
        Action::Enrol { region, .. } => {
            let checks = vec![
                with(target, format!("controltower list-enabled-baselines --include-children --region {region}")),
                with(target, format!("controltower get-baseline-operation --region {region} --operation-identifier ID")),
            ];
            (checks, format!("remove what keeps {account} from enrolment: AWS Config recorders and delivery channels in governed regions, aws-controltower-* roles"))
        }
        Action::TransferTrust { role, .. } => (vec![with(account, format!("iam get-role --role-name {role}"))], format!("let role {role} trust arn:aws:iam::{target}:root and no old management account, or delete it")),
        Action::Return { management, role, part, .. } => back(account, management, role, part),
        Action::DeleteOrganization { organization } => {
            let checks = vec![
                with(by, "organizations list-accounts".to_owned()),
                with(by, "organizations list-outbound-responsibility-transfers --type BILLING".to_owned()),
            ];
            (checks, format!("{organization} has to be empty, closed accounts included, and without billing transfers"))
        }
    }
}

fn way_in(account: &AccountId, via: &AccountId, role: &str) -> Vec<String> {
    vec![
        with(account, format!("iam get-role --role-name {role}")),
        with(via, format!("sts assume-role --role-arn arn:aws:iam::{account}:role/{role} --role-session-name check")),
    ]
}

fn joining(account: &AccountId, inviting: &AccountId) -> Vec<String> {
    vec![
        with(inviting, "organizations list-handshakes-for-organization --filter ActionType=INVITE".to_owned()),
        with(account, "organizations describe-organization".to_owned()),
    ]
}

fn gate_checks(by: &AccountId, kind: GateKind) -> Vec<String> {
    match kind {
        GateKind::EmptyOrganization | GateKind::ReinstateAccount => vec![with(by, "organizations list-accounts".to_owned())],
        GateKind::BillingTransfer => vec![
            with(by, "organizations list-inbound-responsibility-transfers --type BILLING".to_owned()),
            with(by, "organizations list-outbound-responsibility-transfers --type BILLING".to_owned()),
        ],
        GateKind::LandingZone => vec![with(by, "controltower list-landing-zones".to_owned())],
        _ => vec![format!("in account {by}: what the gate names")],
    }
}

fn back(account: &AccountId, management: &AccountId, role: &str, part: &ReturnPart) -> (Vec<String>, String) {
    match part {
        ReturnPart::OpenAccess => (
            way_in(account, management, role),
            format!("role {role} has to trust arn:aws:iam::{management}:root and have AdministratorAccess"),
        ),
        ReturnPart::Invite | ReturnPart::Accept => (
            joining(account, management),
            "AWS may ask to wait after the last move; nothing may deny organizations:AcceptHandshake or LeaveOrganization in the account"
                .to_owned(),
        ),
        ReturnPart::MoveToUnit { unit } => (
            vec![with(management, format!("organizations list-parents --child-id {account}"))],
            format!("move {account} to {unit} by hand"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use orgkit_model::{Approach, Decision, Digest, PLAN_SCHEMA, StepClass, StepId};

    fn plan() -> Plan {
        Plan {
            schema: PLAN_SCHEMA,
            estate: Digest::of_bytes(b""),
            packs: Digest::of_bytes(b""),
            target: "o-newneworg1".parse().unwrap(),
            target_management: "999999999999".parse().unwrap(),
            sources: Vec::new(),
            account_quota: None,
            decision: Decision {
                recommended: Approach::NewOrganizationInviteAll,
                taken: Approach::NewOrganizationInviteAll,
                reasons: Vec::new(),
            },
            placements: Vec::new(),
            left_out: Vec::new(),
            accepted: Vec::new(),
            waves: Vec::new(),
        }
    }

    fn step(action: Action) -> Step {
        Step {
            id: StepId("111122223333/x".to_owned()),
            account: Some("111122223333".parse().unwrap()),
            by: "444455556666".parse().unwrap(),
            action,
            class: StepClass::Reversible,
            after: Vec::new(),
            not_before: None,
            title: "do it".to_owned(),
            because: String::new(),
            covers: Vec::new(),
        }
    }

    #[test]
    fn a_runbook_says_what_was_seen_where_to_look_and_how_to_go_on() {
        let lines = runbook(&plan(), &step(Action::OpenAccess { role: "OrgkitMigration".to_owned() }), "AccessDenied");
        insta::assert_snapshot!(lines.join("\n"), @r"
        step `111122223333/x` (do it) cannot go on: AccessDenied
        look:   as 111122223333: aws iam get-role --role-name OrgkitMigration
        look:   as 999999999999: aws sts assume-role --role-arn arn:aws:iam::111122223333:role/OrgkitMigration --role-session-name check
        mend:   role OrgkitMigration has to trust arn:aws:iam::999999999999:root and have AdministratorAccess; nothing may deny sts:AssumeRole
        go on:  orgkit migrate --clear '111122223333/x=WHAT YOU DID'; orgkit looks before it acts
        ");
    }

    #[test]
    fn every_runbook_has_three_to_six_lines() {
        let text = String::new;
        let actions = [
            Action::CreateUnit { path: Vec::new() },
            Action::RetainStacks { stack_set: text(), region: text() },
            Action::DeregisterDelegatedAdministrator { service: text() },
            Action::Invite,
            Action::Accept,
            Action::MoveToUnit { unit: Vec::new() },
            Action::ProveBaseline,
            Action::Enrol { unit: Vec::new(), region: text(), automatic: false },
            Action::TransferTrust { role: text(), content: text(), previous: text() },
            Action::DeleteOrganization { organization: "o-oldoldorg1".parse().unwrap() },
        ];
        for action in actions {
            let lines = runbook(&plan(), &step(action.clone()), "trouble");
            assert!((3..=6).contains(&lines.len()), "{action:?}: {lines:#?}");
        }
    }
}
