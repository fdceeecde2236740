//! The order of a plan, its gates and its remedies, on small estates.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_model::{
    Account, AccountId, AccountState, Action, Approach, Decision, DelegatedAdministrator, Digest, ESTATE_SCHEMA, Estate, Fact, Finding,
    JoinedMethod, LOOKUP_EVENTS, Organization, OrganizationSnapshot, ParentId, Phase, Plan, Policy, PolicyType, Severity, Status, Step,
    StepClass, Unit,
};
use orgkit_plan::{Acceptance, Options, Placed, PlanError, PlanInput, WishedWave, plan};
use proptest::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

const FULL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const DENY_LEAVE: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Sid":"NoLeave","Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}"#;

fn id(n: u64) -> AccountId {
    format!("{n:012}").parse().unwrap()
}

fn account(n: u64, name: &str, joined: bool) -> Account {
    let joined_method = joined.then_some(JoinedMethod::Created);
    Account { id: id(n), name: name.to_owned(), state: AccountState::Active, joined_method, joined_at: None }
}

fn organization(org: &str, management: u64, members: &[(u64, &str)]) -> OrganizationSnapshot {
    let root: orgkit_model::RootId = format!("r-{}", &org[2..6]).parse().unwrap();
    let accounts: BTreeMap<_, _> = std::iter::once((management, "management"))
        .chain(members.iter().copied())
        .map(|(n, name)| (id(n), account(n, name, true)))
        .collect();
    let parents = accounts.keys().map(|id| (id.clone(), ParentId::from(root.clone()))).collect();
    let full = Policy {
        id: "p-FullAWSAccess".parse().unwrap(),
        name: "FullAWSAccess".to_owned(),
        kind: PolicyType::ServiceControlPolicy,
        aws_managed: true,
        content: FULL.to_owned(),
        targets: vec![root.to_string()],
    };
    OrganizationSnapshot {
        organization: Organization { id: org.parse().unwrap(), management_account: id(management), feature_set: "ALL".to_owned() },
        root,
        units: Vec::new(),
        accounts,
        parents,
        policies: vec![full],
        delegated_administrators: Vec::new(),
    }
}

fn estate() -> Estate {
    Estate {
        schema: ESTATE_SCHEMA,
        taken_at: jiff::Timestamp::UNIX_EPOCH,
        target: organization("o-newneworg1", 900, &[]),
        sources: vec![organization("o-oldoldorg1", 100, &[(101, "prod-web"), (102, "dev"), (103, "sandbox")])],
        standalone: vec![account(201, "labs", false), account(202, "marketing", false)],
        regions: vec!["us-east-1".to_owned()],
        facts: Vec::new(),
        collections: Vec::new(),
    }
}

fn unit_of(name: &str) -> Vec<String> {
    let unit = match name {
        "dev" => "Non-production",
        "sandbox" | "labs" => "Sandbox",
        _ => "Production",
    };
    vec![unit.to_owned()]
}

fn input(estate: &Estate) -> PlanInput<'_> {
    let known = estate.standalone.iter().chain(estate.sources.iter().flat_map(|source| source.accounts.values()));
    PlanInput {
        estate,
        findings: &[],
        decision: Decision {
            recommended: Approach::NewOrganizationInviteAll,
            taken: Approach::NewOrganizationInviteAll,
            reasons: Vec::new(),
        },
        placements: known
            .map(|account| (account.id.clone(), Placed { unit: unit_of(&account.name), decided_by: "a rule".to_owned(), held: None }))
            .collect(),
        proposals: Vec::new(),
        packs: Digest::of_bytes(b""),
        options: Options::default(),
    }
}

/// One line per wave: its name and the names of its steps.
fn outline(plan: &Plan) -> String {
    let line = |step: &Step| {
        let after: Vec<_> = step.after.iter().map(|id| id.0.rsplit('/').next().unwrap()).collect();
        format!("  {} <- {}\n", step.id, after.join(" "))
    };
    plan.waves.iter().map(|wave| format!("{}\n{}", wave.name, wave.steps.iter().map(line).collect::<String>())).collect()
}

#[test]
fn standalone_first_then_members_with_a_canary_then_the_old_management_account() {
    let estate = estate();
    let plan = plan(&input(&estate)).unwrap();
    let waves: Vec<_> = plan.waves.iter().map(|wave| format!("{} {:?}", wave.name, wave.accounts)).collect();
    insta::assert_snapshot!(waves.join("\n"), @r"
    foundation []
    standalone-canary [000000000201]
    standalone-1 [000000000202]
    members-canary [000000000103]
    members-1 [000000000102]
    members-2 [000000000101]
    management-000000000100 [000000000100]
    ");
}

#[test]
fn an_account_is_opened_invited_joins_arrives_is_proven_and_placed() {
    let mut estate = estate();
    estate.sources.clear();
    estate.standalone.truncate(1);
    let plan = plan(&input(&estate)).unwrap();
    insta::assert_snapshot!(outline(&plan), @r"
    foundation
      target/unit/Sandbox <- 
      target/unit/Transitional <- 
    standalone-canary
      000000000201/access <- 
      000000000201/invite <- access
      000000000201/accept <- invite
      000000000201/arrive <- accept
      000000000201/baseline <- arrive
      000000000201/place <- baseline
    ");
}

#[test]
fn the_old_organization_is_deleted_after_its_exports_and_before_its_management_account_is_invited() {
    let estate = estate();
    let plan = plan(&input(&estate)).unwrap();
    let last: Vec<_> = plan.waves.last().unwrap().steps.iter().map(|step| step.id.0.rsplit('/').next().unwrap().to_owned()).collect();
    assert_eq!(
        last,
        [
            "exports",
            "first-guardrails",
            "billing-transfer",
            "empty",
            "access",
            "delete-organization",
            "invite",
            "accept",
            "arrive",
            "baseline",
            "place"
        ]
    );
    let delete = plan.steps().find(|step| matches!(step.action, Action::DeleteOrganization { .. })).unwrap();
    assert_eq!(delete.class, StepClass::PointOfNoReturn);
}

#[test]
fn an_scp_that_keeps_members_in_gets_an_exception_before_the_first_member_leaves() {
    let mut estate = estate();
    let source = &mut estate.sources[0];
    let unit: orgkit_model::UnitId = "ou-oldo-11112222".parse().unwrap();
    source.units.push(Unit { id: unit.clone(), name: "Workloads".to_owned(), parent: source.root.clone().into() });
    source.parents.insert(id(101), unit.clone().into());
    source.policies.push(Policy {
        id: "p-denyleave1".parse().unwrap(),
        name: "DenyLeave".to_owned(),
        kind: PolicyType::ServiceControlPolicy,
        aws_managed: false,
        content: DENY_LEAVE.to_owned(),
        targets: vec![unit.to_string()],
    });
    let plan = plan(&input(&estate)).unwrap();
    let first = plan.waves.iter().find(|wave| wave.phase == Phase::Members).unwrap();
    insta::assert_snapshot!(first.steps[0].title, @"except role OrgkitMigration from policy DenyLeave");
    let Action::UpdatePolicy { content, previous, .. } = &first.steps[0].action else { panic!("{:?}", first.steps[0]) };
    assert_eq!(previous, DENY_LEAVE);
    assert!(content.contains("arn:aws:iam::*:role/OrgkitMigration"), "{content}");
    // An account of the same wave waits for the step; later ones wait for the wave.
    let invite = plan.step(&orgkit_model::StepId("000000000101/invite".to_owned())).unwrap();
    assert_eq!(first.accounts.contains(&id(101)), invite.after.contains(&first.steps[0].id));
    assert!(plan.waves.iter().skip_while(|wave| wave.name != first.name).any(|wave| wave.accounts.contains(&id(101))));
    let mover = first.steps.iter().find(|step| step.action == Action::Invite).unwrap();
    assert!(mover.after.contains(&first.steps[0].id));
}

#[test]
fn a_stack_set_that_deletes_on_departure_is_told_to_retain() {
    for (retain, steps) in [(false, 1), (true, 0)] {
        let mut estate = estate();
        estate.facts.push(Fact {
            account: id(100),
            region: Some("us-east-1".to_owned()),
            kind: "AWS::CloudFormation::StackSet".to_owned(),
            name: "baseline:1".to_owned(),
            doc: json!({ "StackSetName": "baseline", "PermissionModel": "SERVICE_MANAGED",
                "AutoDeployment": { "Enabled": true, "RetainStacksOnAccountRemoval": retain } }),
        });
        let plan = plan(&input(&estate)).unwrap();
        assert_eq!(plan.steps().filter(|step| matches!(step.action, Action::RetainStacks { .. })).count(), steps, "{retain}");
    }
}

#[test]
fn a_delegated_administrator_is_deregistered_and_a_suspended_account_waits_for_a_person_last() {
    let mut estate = estate();
    let source = &mut estate.sources[0];
    source.delegated_administrators.push(DelegatedAdministrator { account: id(102), services: vec!["guardduty.amazonaws.com".to_owned()] });
    source.accounts.get_mut(&id(103)).unwrap().state = AccountState::Suspended;
    let plan = plan(&input(&estate)).unwrap();
    let members: Vec<_> = plan.waves.iter().filter(|wave| wave.phase == Phase::Members).collect();
    assert_eq!(members.last().unwrap().accounts, [id(103)]);
    let steps: Vec<_> = plan.steps().map(|step| step.id.0.as_str()).collect();
    assert!(steps.contains(&"000000000102/deregister/guardduty.amazonaws.com"), "{steps:?}");
    let gate = plan.step(&orgkit_model::StepId("000000000103/reinstate".to_owned())).unwrap();
    assert_eq!(gate.class, StepClass::Human);
    let access = plan.step(&orgkit_model::StepId("000000000103/access".to_owned())).unwrap();
    assert_eq!(access.after, std::slice::from_ref(&gate.id));
}

#[test]
fn a_blocking_finding_becomes_a_gate_and_another_does_not() {
    let estate = estate();
    let finding = |code: &str, blocks_move| Finding {
        code: code.to_owned(),
        severity: Severity::High,
        status: Status::Fail,
        account: id(201),
        region: None,
        kind: "AWS::S3::BucketPolicy".to_owned(),
        subject: "bucket".to_owned(),
        title: "the bucket refuses the account itself".to_owned(),
        remedy: "list both organizations".to_owned(),
        blocks_move,
        evidence: Vec::new(),
        covers: Vec::new(),
    };
    let findings = [finding("pack/rule/bad", true), finding("pack/rule/mild", false)];
    let plan = plan(&PlanInput { findings: &findings, ..input(&estate) }).unwrap();
    let gates: Vec<_> = plan.steps().filter(|step| step.class == StepClass::Human).map(|step| step.id.0.clone()).collect();
    let departure = ["exports", "first-guardrails", "billing-transfer", "empty"].map(|what| format!("000000000100/{what}"));
    assert_eq!(gates[0], "000000000201/gate/pack/rule/bad");
    assert_eq!(gates[1..], departure);
}

#[test]
fn a_finding_that_is_accepted_by_name_is_listed_and_no_gate_waits_for_it() {
    let estate = estate();
    let finding = |subject: &str| Finding {
        code: "activity/newly-denied".to_owned(),
        severity: Severity::High,
        status: Status::Fail,
        account: id(102),
        region: None,
        kind: LOOKUP_EVENTS.to_owned(),
        subject: subject.to_owned(),
        title: format!("{subject} will be denied"),
        remedy: String::new(),
        blocks_move: true,
        evidence: Vec::new(),
        covers: Vec::new(),
    };
    let findings = [finding("role/night config:Stop"), finding("role/batch ec2:RunInstances")];
    let accept = |account, subject: &str| Acceptance {
        account: id(account),
        code: "activity/newly-denied".to_owned(),
        subject: subject.to_owned(),
        because: "ticket 42".to_owned(),
    };
    let planned = |accept: Vec<Acceptance>| {
        let options = Options { accept, ..Options::default() };
        plan(&PlanInput { findings: &findings, options, ..input(&estate) }).unwrap()
    };
    let gate = |plan: &Plan| match plan.steps().find(|step| step.id.0 == "000000000102/gate/activity/newly-denied").map(|step| &step.action)
    {
        Some(Action::Gate(gate)) => gate.evidence.join(", "),
        _ => "none".to_owned(),
    };
    let (nothing, one, other, all) = (
        planned(Vec::new()),
        planned(vec![accept(102, "role/night config:Stop")]),
        planned(vec![accept(101, "*")]),
        planned(vec![accept(102, "role/*")]),
    );
    let both = "cloudtrail:LookupEvents: role/night config:Stop, cloudtrail:LookupEvents: role/batch ec2:RunInstances";
    assert_eq!([gate(&nothing), gate(&other)], [both, both]);
    assert_eq!(gate(&one), "cloudtrail:LookupEvents: role/batch ec2:RunInstances");
    assert_eq!(gate(&all), "none");
    assert_eq!([nothing.accepted.len(), other.accepted.len(), all.accepted.len()], [0, 0, 2]);
    assert_eq!((one.accepted[0].subject.as_str(), one.accepted[0].because.as_str()), ("role/night config:Stop", "ticket 42"));
    assert_ne!(nothing.digest(), one.digest(), "who approves the plan approves what was accepted");
}

fn fact(account: u64, region: Option<&str>, kind: &str, name: &str, doc: serde_json::Value) -> Fact {
    Fact { account: id(account), region: region.map(str::to_owned), kind: kind.to_owned(), name: name.to_owned(), doc }
}

fn gate<'p>(plan: &'p Plan, id: &str) -> &'p orgkit_model::Gate {
    match plan.step(&orgkit_model::StepId(id.to_owned())).map(|step| &step.action) {
        Some(Action::Gate(gate)) => gate,
        other => panic!("{id}: {other:?}"),
    }
}

#[test]
fn what_keeps_an_old_organization_from_being_deleted_is_named_at_its_gates() {
    let mut estate = estate();
    estate.sources[0].accounts.get_mut(&id(101)).unwrap().state = AccountState::PendingClosure;
    estate.facts.push(fact(100, None, "organizations:ListOutboundResponsibilityTransfers", "rt-1", json!({ "Status": "ACCEPTED" })));
    estate.facts.push(fact(900, None, "organizations:ListOutboundResponsibilityTransfers", "rt-2", json!({ "Status": "ACCEPTED" })));
    let zone = "arn:aws:controltower:eu-west-1:000000000100:landingzone/1";
    estate.facts.push(fact(100, Some("eu-west-1"), "controltower:GetLandingZone", zone, json!({ "status": "ACTIVE" })));
    let options = Options { leave_out: [id(102)].into(), ..Options::default() };
    let denied = Finding {
        code: "activity/newly-denied".to_owned(),
        severity: Severity::High,
        status: Status::Fail,
        account: id(100),
        region: None,
        kind: LOOKUP_EVENTS.to_owned(),
        subject: "role/batch ec2:RunInstances".to_owned(),
        title: "a call that is made will be denied".to_owned(),
        remedy: String::new(),
        blocks_move: false,
        evidence: Vec::new(),
        covers: Vec::new(),
    };
    let plan = plan(&PlanInput { options, findings: &[denied], ..input(&estate) }).unwrap();
    let told = ["landing-zone", "billing-transfer", "empty", "first-guardrails"]
        .map(|what| gate(&plan, &format!("000000000100/{what}")).evidence.join("; "));
    insta::assert_snapshot!(told.join("\n"), @r"
    controltower:GetLandingZone: arn:aws:controltower:eu-west-1:000000000100:landingzone/1
    organizations:ListOutboundResponsibilityTransfers: rt-1
    organizations:ListAccounts: prod-web (000000000101) is being closed; organizations:ListAccounts: dev (000000000102) is left out of the plan
    activity/newly-denied: role/batch ec2:RunInstances
    ");
    let delete = plan.steps().find(|step| matches!(step.action, Action::DeleteOrganization { .. })).unwrap();
    assert!(delete.after.iter().any(|before| before.0 == "000000000100/empty"), "{:?}", delete.after);
}

#[test]
fn accounts_are_enrolled_where_their_unit_is_registered_in_control_tower() {
    let baseline = "controltower:ListEnabledBaselines";
    for (remediation, automatic) in [(json!(["INHERITANCE_DRIFT"]), true), (json!([]), false)] {
        let mut estate = estate();
        let unit: orgkit_model::UnitId = "ou-newn-aaaabbbb".parse().unwrap();
        estate.target.units.push(Unit { id: unit, name: "Production".to_owned(), parent: estate.target.root.clone().into() });
        let arn = "arn:aws:organizations::000000000900:ou/o-newneworg1/ou-newn-aaaabbbb";
        estate.facts.push(fact(900, Some("eu-west-1"), baseline, "arn:b", json!({ "targetIdentifier": arn })));
        estate.facts.push(fact(900, Some("eu-west-1"), "controltower:GetLandingZone", "arn:z", json!({ "remediationTypes": remediation })));
        let plan = plan(&input(&estate)).unwrap();
        let enrolled: Vec<_> = plan.steps().filter(|step| matches!(step.action, Action::Enrol { .. })).collect();
        let accounts: Vec<_> = enrolled.iter().filter_map(|step| step.account.clone()).collect();
        assert_eq!(accounts, [id(202), id(101), id(100)], "sandbox and development are not registered");
        assert_eq!(enrolled[0].action, Action::Enrol { unit: vec!["Production".to_owned()], region: "eu-west-1".to_owned(), automatic });
        let after =
            |step: &str| plan.steps().find(|one| one.id.0 == step).unwrap().after.iter().map(|id| id.0.as_str()).collect::<Vec<_>>();
        assert_eq!(after("000000000202/enrol"), ["000000000202/place"]);
        assert_eq!(after("000000000202/baseline"), ["000000000202/enrol"], "Control Tower brings what the proof looks for");
        assert_eq!(after("000000000201/place"), ["000000000201/baseline"], "elsewhere nothing goes among others unproven");
    }
}

#[test]
fn old_ways_in_are_closed_and_exceptions_taken_back_at_the_end() {
    let mut estate = estate();
    let role = |account, name: &str, trusted: serde_json::Value| {
        let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": trusted }, "Action": "sts:AssumeRole" }] });
        let doc = json!({ "RoleName": name, "AssumeRolePolicyDocument": trust });
        fact(account, None, "iam:GetAccountAuthorizationDetails", &format!("arn:aws:iam::{account:012}:role/{name}"), doc)
    };
    estate.facts.push(role(101, "OrganizationAccountAccessRole", json!("arn:aws:iam::000000000100:root")));
    estate.facts.push(role(102, "OrganizationAccountAccessRole", json!(["arn:aws:iam::000000000777:root", "000000000100"])));
    estate.facts.push(role(102, "ci", json!("arn:aws:iam::000000000100:root")));
    estate.facts.push(role(103, "OrganizationAccountAccessRole", json!("arn:aws:iam::000000000900:root")));
    let source = &mut estate.sources[0];
    source.policies.push(Policy {
        id: "p-denyleave1".parse().unwrap(),
        name: "DenyLeave".to_owned(),
        kind: PolicyType::ServiceControlPolicy,
        aws_managed: false,
        content: DENY_LEAVE.to_owned(),
        targets: vec![source.root.to_string()],
    });
    let last = |leave_out: &[u64]| {
        let options = Options { leave_out: leave_out.iter().copied().map(id).collect(), ..Options::default() };
        plan(&PlanInput { options, ..input(&estate) }).unwrap().waves.pop().unwrap()
    };
    let steps = |wave: &orgkit_model::Wave| wave.steps.iter().map(|step| step.id.0.clone()).collect::<Vec<_>>();
    let ways = ["000000000101", "000000000102"].map(|account| format!("{account}/clean-up/role/OrganizationAccountAccessRole"));
    let wave = last(&[]);
    assert_eq!((wave.phase, steps(&wave)), (Phase::CleanUp, ways.to_vec()), "a deleted organization has no policies");
    let Action::TransferTrust { content, previous, .. } = &wave.steps[1].action else { panic!("{:?}", wave.steps[1]) };
    assert!(content.contains("000000000900") && content.contains("000000000777") && !content.contains("000000000100"), "{content}");
    assert!(previous.contains("\"000000000100\""), "{previous}");
    let wave = last(&[100]);
    assert_eq!(steps(&wave).last().unwrap(), "o-oldoldorg1/policy/p-denyleave1/restore");
    let Action::UpdatePolicy { content, previous, .. } = &wave.steps[2].action else { panic!("{:?}", wave.steps[2]) };
    assert_eq!(content, DENY_LEAVE);
    assert!(previous.contains("OrgkitMigration"));
}

#[test]
fn a_deleted_organization_leaves_the_policies_that_the_plan_widened_and_no_others() {
    let mut estate = estate();
    let bucket = |name: &str, organizations: serde_json::Value| {
        let condition = json!({ "StringNotEquals": { "aws:PrincipalOrgID": organizations } });
        let statement = json!({ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": condition });
        let doc = json!({ "Bucket": name, "PolicyDocument": { "Version": "2012-10-17", "Statement": [statement] } });
        fact(101, Some("us-east-1"), "AWS::S3::BucketPolicy", name, doc)
    };
    estate.facts.push(bucket("widened", json!("o-oldoldorg1")));
    estate.facts.push(bucket("had-both", json!(["o-oldoldorg1", "o-newneworg1"])));
    let removed = |leave_out: &[u64]| -> Vec<(String, String)> {
        let options = Options { leave_out: leave_out.iter().copied().map(id).collect(), ..Options::default() };
        let plan = plan(&PlanInput { options, ..input(&estate) }).unwrap();
        let steps = plan.waves.iter().filter(|wave| wave.phase == Phase::CleanUp).flat_map(|wave| wave.steps.clone());
        let content = |step: Step| match step.action {
            Action::AddOrganizationId { content, .. } => Some((step.id.0, content)),
            _ => None,
        };
        steps.filter_map(content).collect()
    };
    let found = removed(&[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "000000000101/us-east-1/AWS::S3::BucketPolicy/widened/remove-organization");
    assert!(found[0].1.contains("o-newneworg1") && !found[0].1.contains("o-oldoldorg1"), "{}", found[0].1);
    assert_eq!(removed(&[100]), [], "who stays in an organization that goes on is still meant");
}

#[test]
fn waves_by_name_come_first_and_may_not_name_the_wrong_accounts() {
    let estate = estate();
    let wish = |accounts: &[u64]| Options {
        waves: vec![WishedWave { name: "pilot".to_owned(), accounts: accounts.iter().copied().map(id).collect() }],
        ..Options::default()
    };
    let piloted = plan(&PlanInput { options: wish(&[102, 201]), ..input(&estate) }).unwrap();
    assert_eq!((piloted.waves[1].name.as_str(), &piloted.waves[1].accounts), ("pilot", &vec![id(102), id(201)]));
    for (accounts, why) in
        [(&[999][..], "is not to be migrated"), (&[102, 102], "is in a wave already"), (&[100], "is an old management account")]
    {
        let refused = plan(&PlanInput { options: wish(accounts), ..input(&estate) }).unwrap_err();
        assert!(matches!(&refused, PlanError::Wave { .. }) && refused.to_string().contains(why), "{refused}");
    }
}

#[test]
fn an_account_without_a_place_is_an_error() {
    let estate = estate();
    let mut input = input(&estate);
    input.placements.remove(&id(102));
    insta::assert_snapshot!(plan(&input).unwrap_err(), @"no rule says which unit account 000000000102 (`dev`) belongs in");
}

proptest! {
    /// Whatever the estate, the plan is one that can be carried out: every step comes after what it needs, no account moves twice, nobody
    /// is forgotten, old management accounts come after every member, and the same input gives the same bytes.
    #[test]
    fn any_plan_can_be_carried_out(members in 0u64..40, standalone in 0u64..20, batch in 1usize..8, suspended in 0u64..40) {
        let mut estate = estate();
        let names: Vec<_> = (0..members).map(|n| (1000 + n, ["prod", "dev", "sandbox", "data"][(n % 4) as usize])).collect();
        estate.sources = vec![organization("o-oldoldorg1", 100, &names)];
        if let Some(account) = estate.sources[0].accounts.get_mut(&id(1000 + suspended)) {
            account.state = AccountState::Suspended;
        }
        estate.standalone = (0..standalone).map(|n| account(5000 + n, "labs", false)).collect();
        let options = Options { batch, ..Options::default() };
        let plan = plan(&PlanInput { options: options.clone(), ..input(&estate) }).unwrap();
        prop_assert_eq!(serde_json::to_string(&plan).unwrap(), serde_json::to_string(&plan_again(&estate, &options)).unwrap());
        let mut seen = BTreeSet::new();
        for step in plan.steps() {
            prop_assert!(step.after.iter().all(|before| seen.contains(before)), "{} comes too early", step.id);
            prop_assert!(seen.insert(step.id.clone()), "{} is there twice", step.id);
        }
        let movers: Vec<_> = orgkit_plan::movers(&plan).cloned().collect();
        prop_assert_eq!(movers.len() as u64, members + standalone + 1);
        prop_assert_eq!(movers.iter().collect::<BTreeSet<_>>().len(), movers.len());
        prop_assert_eq!(movers.last(), Some(&id(100)));
        let first_member = movers.iter().position(|account| !estate.standalone.iter().any(|one| &one.id == account)).unwrap();
        prop_assert_eq!(first_member as u64, standalone);
        prop_assert!(plan.waves.iter().all(|wave| wave.accounts.len() <= batch));
    }
}

fn plan_again(estate: &Estate, options: &Options) -> Plan {
    plan(&PlanInput { options: options.clone(), ..input(estate) }).unwrap()
}
