//! The steps on a simulated AWS: each is done, taken back, taken back again and done again, and nobody is locked out by it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::{SignedDuration, Timestamp};
use orgkit_cloud::{Access, CloudChange as _, CloudRead as _};
use orgkit_execute::steps::{Look, Site};
use orgkit_model::{
    AccountId, Action, Approach, Decision, Digest, Gate, GateKind, PLAN_SCHEMA, Phase, Placement, Plan, PolicyType, ReturnPart, Step,
    StepClass, StepId, Was, Wave,
};
use orgkit_sim::{PersonAct, SimCloud, Simulator, WorldFile};

const OLD: &str = "111122223333";
const NEW: &str = "101010101010";
const DEV: &str = "444455556666";
const SECURITY: &str = "666677778888";
const ROLE: &str = "OrgkitMigration";
const MEMBER_ROLE: &str = "OrganizationAccountAccessRole";
const DENY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:PutBucketAcl","Resource":"*"}]}"#;

fn id(text: &str) -> AccountId {
    text.parse().unwrap()
}

fn start() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

fn step(account: Option<&str>, by: &str, action: Action) -> Step {
    Step {
        id: StepId(format!("{}/{}", account.unwrap_or(by), action.kind())),
        account: account.map(id),
        by: id(by),
        action,
        class: StepClass::Reversible,
        after: Vec::new(),
        not_before: None,
        title: "the step".to_owned(),
        because: String::new(),
        covers: Vec::new(),
    }
}

fn gate(kind: GateKind, evidence: &[&str]) -> Gate {
    let evidence = evidence.iter().map(|line| (*line).to_owned()).collect();
    Gate { kind, question: "do it".to_owned(), evidence, assumption: "it is done".to_owned() }
}

fn names(path: &[&str]) -> Vec<String> {
    path.iter().map(|name| (*name).to_owned()).collect()
}

/// A plan that moves one member and opens its role.
fn plan(target: &str, target_management: &str, source: (&str, &str), account: &str) -> Plan {
    let open = step(Some(account), account, Action::OpenAccess { role: ROLE.to_owned() });
    Plan {
        schema: PLAN_SCHEMA,
        estate: Digest::of_bytes(b"estate"),
        packs: Digest::of_bytes(b"packs"),
        target: target.parse().unwrap(),
        target_management: id(target_management),
        sources: vec![(source.0.parse().unwrap(), id(source.1))],
        account_quota: None,
        decision: Decision { recommended: Approach::NewOrganization, taken: Approach::NewOrganization, reasons: Vec::new() },
        placements: vec![Placement {
            account: id(account),
            name: "one".to_owned(),
            was: Was::Member,
            from: Some(source.0.parse().unwrap()),
            unit: names(&["Security"]),
            decided_by: "the test".to_owned(),
        }],
        left_out: Vec::new(),
        accepted: Vec::new(),
        waves: vec![Wave { name: "one".to_owned(), phase: Phase::Members, accounts: vec![id(account)], steps: vec![open] }],
    }
}

fn acme_plan() -> Plan {
    plan("o-acmenew2026", NEW, ("o-acmelegacy1", OLD), DEV)
}

fn acme() -> SimCloud {
    let simulator = Simulator::in_memory(&WorldFile::acme(), 7, start()).unwrap();
    let cloud = [OLD, NEW, "999900001111"].into_iter().fold(SimCloud::new(simulator), |cloud, account| cloud.administrator(id(account)));
    let way = |via: &str| Access::Role { via: id(via), role: MEMBER_ROLE.to_owned() };
    let cloud = [DEV, SECURITY, "222233334444"].into_iter().fold(cloud, |cloud, member| cloud.access(id(member), way(OLD)));
    ["202020202020"].into_iter().fold(cloud, |cloud, member| cloud.access(id(member), way(NEW)))
}

async fn does(site: &Site<'_, SimCloud>, step: &Step) -> Look {
    let look = site.look(step).await.unwrap();
    if !look.holds {
        site.act(step).await.unwrap();
    }
    let look = site.look(step).await.unwrap();
    assert!(look.holds, "{}: {}", step.id, look.seen);
    look
}

async fn undoes(site: &Site<'_, SimCloud>, step: &Step) {
    if !site.look_undone(step).await.unwrap().holds {
        site.undo(step).await.unwrap();
    }
    let look = site.look_undone(step).await.unwrap();
    assert!(look.holds, "{} is not undone: {}", step.id, look.seen);
    let look = site.look(step).await.unwrap();
    assert!(!look.holds, "{} still holds: {}", step.id, look.seen);
}

#[tokio::test]
async fn every_step_can_be_done_undone_twice_and_done_again() {
    let cloud = acme();
    let plan = acme_plan();
    let site = Site::new(&cloud, &plan);
    let deny_root = cloud.policy(&id(OLD), PolicyType::ServiceControlPolicy, "DenyRootUser").await.unwrap().unwrap();
    let set = cloud.facts(&id(OLD), Some("us-east-1"), "AWS::CloudFormation::StackSet").await.unwrap().remove(0).name;
    let trust = cloud.role_trust(&id(DEV), MEMBER_ROLE).await.unwrap().unwrap().to_string();
    let steps = [
        step(None, NEW, Action::CreateUnit { path: names(&["Of the test"]) }),
        step(
            None,
            NEW,
            Action::ApplyPolicy {
                name: "of the test".to_owned(),
                kind: PolicyType::ServiceControlPolicy,
                content: DENY.to_owned(),
                unit: names(&["Security"]),
            },
        ),
        step(
            None,
            OLD,
            Action::UpdatePolicy {
                policy: deny_root.id.clone(),
                name: deny_root.name.clone(),
                content: DENY.to_owned(),
                previous: deny_root.content.clone(),
            },
        ),
        step(None, OLD, Action::RetainStacks { stack_set: set, region: "us-east-1".to_owned() }),
        step(Some(SECURITY), OLD, Action::DeregisterDelegatedAdministrator { service: "guardduty.amazonaws.com".to_owned() }),
        step(Some(DEV), DEV, Action::OpenAccess { role: ROLE.to_owned() }),
        step(Some(DEV), NEW, Action::Invite),
        step(
            Some(DEV),
            DEV,
            Action::TransferTrust { role: MEMBER_ROLE.to_owned(), content: trust.replace(OLD, NEW), previous: trust.clone() },
        ),
        step(Some("202020202020"), NEW, Action::MoveToUnit { unit: names(&["Security"]) }),
        step(Some(DEV), DEV, Action::Gate(gate(GateKind::Money, &[]))),
    ];
    for step in &steps {
        if matches!(step.action, Action::Gate(_)) {
            assert!(site.look_undone(step).await.unwrap().holds, "a gate changes nothing");
            site.undo(step).await.unwrap();
            continue;
        }
        does(&site, step).await;
        undoes(&site, step).await;
        undoes(&site, step).await;
        does(&site, step).await;
    }
}

#[tokio::test]
async fn undo_leaves_alone_what_is_not_its_own() {
    let cloud = acme();
    let plan = acme_plan();
    let site = Site::new(&cloud, &plan);
    // An invitation without this plan's mark.
    let invite = step(Some(DEV), NEW, Action::Invite);
    cloud.invite(&id(NEW), &id(DEV), "from somebody else").await.unwrap();
    assert!(site.look_undone(&invite).await.unwrap().holds);
    site.undo(&invite).await.unwrap();
    assert_eq!(cloud.invitations_received(&id(DEV)).await.unwrap().len(), 1, "it is not orgkit's to cancel");
    // A unit that somebody has filled.
    let unit = step(None, NEW, Action::CreateUnit { path: names(&["Security"]) });
    let error = site.undo(&unit).await.unwrap_err();
    assert_eq!(error.code.as_deref(), Some("OrganizationalUnitNotEmptyException"));
    // A role that was there before.
    let open = step(Some(DEV), DEV, Action::OpenAccess { role: "acme-deploy-target".to_owned() });
    does(&site, &open).await;
    assert_eq!(site.undo(&open).await.unwrap_err().code.as_deref(), Some("NotMadeByOrgkit"));
    // A trust policy that somebody has changed in between.
    let trust = cloud.role_trust(&id(DEV), MEMBER_ROLE).await.unwrap().unwrap().to_string();
    let transfer = Action::TransferTrust {
        role: MEMBER_ROLE.to_owned(),
        content: trust.replace(OLD, NEW),
        previous: trust.replace(OLD, "222233334444"),
    };
    let transfer = step(Some(DEV), DEV, transfer);
    assert_eq!(site.act(&transfer).await.unwrap_err().code.as_deref(), Some("TrustChanged"));
    // What has no way back says so.
    for action in [Action::Accept, Action::DeleteOrganization { organization: "o-acmelegacy1".parse().unwrap() }] {
        let step = step(Some(DEV), DEV, action);
        assert_eq!(site.undo(&step).await.unwrap_err().code.as_deref(), Some("NoUndo"));
    }
}

#[tokio::test]
async fn an_old_way_in_is_not_closed_before_the_new_one_is_open() {
    let cloud = acme();
    let plan = acme_plan();
    let site = Site::new(&cloud, &plan);
    let trust = cloud.role_trust(&id(DEV), MEMBER_ROLE).await.unwrap().unwrap().to_string();
    let transfer = Action::TransferTrust { role: MEMBER_ROLE.to_owned(), content: trust.replace(OLD, NEW), previous: trust };
    let transfer = step(Some(DEV), DEV, transfer);
    assert_eq!(site.act(&transfer).await.unwrap_err().code.as_deref(), Some("NoWayIn"));
    does(&site, &step(Some(DEV), DEV, Action::OpenAccess { role: ROLE.to_owned() })).await;
    does(&site, &transfer).await;
    let old = Access::Role { via: id(OLD), role: MEMBER_ROLE.to_owned() };
    assert!(cloud.exercise(&id(DEV), &old).await.unwrap_err().is_access_denied(), "the old management account is out");
    let new = Access::Role { via: id(NEW), role: MEMBER_ROLE.to_owned() };
    assert!(cloud.exercise(&id(DEV), &new).await.is_ok());
}

#[tokio::test]
async fn an_account_goes_out_and_back_and_both_sides_say_so() {
    let cloud = acme();
    let plan = acme_plan();
    let site = Site::new(&cloud, &plan);
    let place = cloud.parent(&id(OLD), &id(DEV)).await.unwrap();
    for (by, action) in [(DEV, Action::OpenAccess { role: ROLE.to_owned() }), (NEW, Action::Invite), (DEV, Action::Accept)] {
        does(&site, &step(Some(DEV), by, action)).await;
    }
    let back = |by: &str, part: ReturnPart| {
        let (organization, role) = ("o-acmelegacy1".parse().unwrap(), format!("{ROLE}Return"));
        step(Some(DEV), by, Action::Return { organization, management: id(OLD), role, part })
    };
    let accept = back(DEV, ReturnPart::Accept);
    assert_eq!(site.act(&accept).await.unwrap_err().code.as_deref(), Some("NoWayIn"), "nobody goes back before the way in is open");
    for part in [back(DEV, ReturnPart::OpenAccess), back(OLD, ReturnPart::Invite)] {
        does(&site, &part).await;
        undoes(&site, &part).await;
        undoes(&site, &part).await;
        does(&site, &part).await;
    }
    let soon = site.act(&accept).await.unwrap_err();
    assert_eq!(soon.reason.as_deref(), Some("ORGANIZATION_MEMBERSHIP_CHANGE_RATE_LIMIT_EXCEEDED"));
    cloud.simulator().advance(SignedDuration::from_hours(1)).unwrap();
    let look = does(&site, &accept).await;
    insta::assert_snapshot!(look.seen, @"444455556666 is a member of o-acmelegacy1 again, seen from both sides");
    does(&site, &back(OLD, ReturnPart::MoveToUnit { unit: place.clone() })).await;
    assert_eq!(cloud.parent(&id(OLD), &id(DEV)).await.unwrap(), place);
    assert_eq!(cloud.account(&id(NEW), &id(DEV)).await.unwrap(), None);
    let invite = site.look(&step(Some(DEV), NEW, Action::Invite)).await.unwrap();
    assert!(!invite.holds, "an account that went back is not invited by an old invitation: {}", invite.seen);
}

const TOWERS: &str = r#"
version = 1
name = "towers"
regions = ["us-east-1"]

[[organizations]]
id = "o-old0000000"
role = "source"
management = "111111111111"
age_days = 1000
root = "r-old1"
units = [{ path = "Workloads" }]

[[organizations]]
id = "o-new0000000"
role = "target"
management = "222222222222"
age_days = 30
root = "r-new1"
units = [{ path = "Security" }, { path = "Production" }]

[organizations.landing_zone]
version = "3.3"
home_region = "us-east-1"
governed_regions = ["us-east-1"]
log_archive = "212121212121"
audit = "232323232323"
auto_enrol = AUTO
identity_center = false
units = ["Production"]

[[accounts]]
id = "111111111111"
name = "old"
age_days = 1000

[[accounts]]
id = "151515151515"
name = "shop"
organization = "o-old0000000"
unit = "Workloads"
age_days = 900

[[accounts]]
id = "222222222222"
name = "new"
age_days = 30

[[accounts]]
id = "212121212121"
name = "logs"
organization = "o-new0000000"
unit = "Security"
age_days = 29

[[accounts]]
id = "232323232323"
name = "audit"
organization = "o-new0000000"
unit = "Security"
age_days = 29
"#;

#[tokio::test]
async fn an_account_is_enrolled_by_the_move_or_by_a_reset_of_its_unit() {
    for automatic in [true, false] {
        let world = WorldFile::parse("towers.toml", &TOWERS.replace("AUTO", &automatic.to_string())).unwrap();
        let simulator = Simulator::in_memory(&world, 7, start()).unwrap();
        let way = Access::Role { via: id("111111111111"), role: MEMBER_ROLE.to_owned() };
        let cloud = ["111111111111", "222222222222"].into_iter().fold(SimCloud::new(simulator), |cloud, one| cloud.administrator(id(one)));
        let cloud = cloud.access(id("151515151515"), way);
        let plan = plan("o-new0000000", "222222222222", ("o-old0000000", "111111111111"), "151515151515");
        let site = Site::new(&cloud, &plan);
        let shop = "151515151515";
        let unit = names(&["Production"]);
        let enrol = step(Some(shop), "222222222222", Action::Enrol { unit: unit.clone(), region: "us-east-1".to_owned(), automatic });
        for (by, action) in [
            (shop, Action::OpenAccess { role: ROLE.to_owned() }),
            ("222222222222", Action::Invite),
            (shop, Action::Accept),
            ("222222222222", Action::MoveToUnit { unit }),
        ] {
            does(&site, &step(Some(shop), by, action)).await;
        }
        let look = site.look(&enrol).await.unwrap();
        assert!(!look.holds, "{}", look.seen);
        site.act(&enrol).await.unwrap();
        site.act(&enrol).await.unwrap();
        cloud.simulator().advance(SignedDuration::from_mins(10)).unwrap();
        let look = site.look(&enrol).await.unwrap();
        assert!(look.holds, "automatic {automatic}: {}", look.seen);
    }
}

#[tokio::test]
async fn gates_that_aws_can_answer_ask_aws() {
    let cloud = acme();
    let plan = acme_plan();
    let site = Site::new(&cloud, &plan);
    let ask = async |account: &str, gate: &Gate| {
        site.look_at_gate(&step(Some(account), account, Action::Gate(gate.clone())), gate).await.unwrap()
    };
    assert_eq!(ask(OLD, &gate(GateKind::Export, &[])).await, None, "only a person knows");
    let members = ask(OLD, &gate(GateKind::EmptyOrganization, &[])).await.unwrap();
    assert!(!members.holds && members.seen.contains("acme-legacy-shop (777788889999, Suspended)"), "{}", members.seen);
    assert!(ask(OLD, &gate(GateKind::BillingTransfer, &[])).await.unwrap().holds);
    let zone = gate(GateKind::LandingZone, &["controltower:GetLandingZone: arn:aws:controltower:us-east-1:111122223333:landingzone/X"]);
    assert!(ask(OLD, &zone).await.unwrap().holds, "a landing zone that is gone");
    assert!(!ask(OLD, &gate(GateKind::LandingZone, &[])).await.unwrap().holds, "a gate that names nothing is not open");
    assert!(ask(DEV, &gate(GateKind::ReinstateAccount, &[])).await.unwrap().holds);
    cloud.simulator().act(&PersonAct::CloseAccount { account: Some(id(DEV)) }).unwrap();
    assert!(!ask(DEV, &gate(GateKind::ReinstateAccount, &[])).await.unwrap().holds);
}

#[tokio::test]
async fn an_active_billing_transfer_and_a_landing_zone_keep_the_gate_shut() {
    let world = WorldFile::parse("towers.toml", &TOWERS.replace("AUTO", "true")).unwrap();
    let simulator = Simulator::in_memory(&world, 7, start()).unwrap();
    let new = "222222222222";
    let cloud = [new, "111111111111"].into_iter().fold(SimCloud::new(simulator), |cloud, one| cloud.administrator(id(one)));
    let mut plan = plan("o-old0000000", "111111111111", ("o-new0000000", new), "212121212121");
    plan.placements.clear();
    let site = Site::new(&cloud, &plan);
    let zone = cloud.facts(&id(new), Some("us-east-1"), "controltower:GetLandingZone").await.unwrap().remove(0);
    let named = gate(GateKind::LandingZone, &[&format!("controltower:GetLandingZone: {}", zone.name)]);
    let shown = site.look_at_gate(&step(Some(new), new, Action::Gate(named.clone())), &named).await.unwrap().unwrap();
    assert!(!shown.holds && shown.seen.contains(&zone.name), "{}", shown.seen);
}
