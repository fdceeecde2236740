//! What a source needs before an account leaves: which steps a plan has for it, in which order, and what is left to people.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_model::{
    Account, AccountId, AccountState, Action, Approach, Collection, Decision, DelegatedAdministrator, Digest, ESTATE_SCHEMA, Estate,
    Evidence, Fact, Finding, JoinedMethod, Organization, OrganizationSnapshot, Outcome, Phase, Plan, Severity, Status, StepClass, Unit,
};
use orgkit_plan::{Options, Placed, PlanInput, plan};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const OLD: &str = "o-oldoldorg1";
const SHARE: &str = "arn:aws:ram:us-east-1:000000000100:resource-share/5d1f";
const TRANSIT: &str = "arn:aws:ec2:us-east-1:000000000100:transit-gateway/tgw-1";

fn id(n: u64) -> AccountId {
    format!("{n:012}").parse().unwrap()
}

fn organization(org: &str, management: u64, members: &[(u64, &str)]) -> OrganizationSnapshot {
    let root: orgkit_model::RootId = format!("r-{}", &org[2..6]).parse().unwrap();
    let unit: orgkit_model::UnitId = format!("ou-{}-11112222", &org[2..6]).parse().unwrap();
    let account = |(n, name): (u64, &str)| {
        let joined_method = Some(JoinedMethod::Created);
        (id(n), Account { id: id(n), name: name.to_owned(), state: AccountState::Active, joined_method, joined_at: None })
    };
    let accounts: BTreeMap<_, _> = [(management, "old")].into_iter().chain(members.iter().copied()).map(account).collect();
    OrganizationSnapshot {
        organization: Organization { id: org.parse().unwrap(), management_account: id(management), feature_set: "ALL".to_owned() },
        parents: accounts.keys().map(|id| (id.clone(), unit.clone().into())).collect(),
        units: vec![Unit { id: unit, name: "Workloads".to_owned(), parent: root.clone().into() }],
        root,
        accounts,
        policies: Vec::new(),
        delegated_administrators: Vec::new(),
    }
}

fn estate(facts: Vec<Fact>) -> Estate {
    Estate {
        schema: ESTATE_SCHEMA,
        taken_at: jiff::Timestamp::UNIX_EPOCH,
        target: organization("o-newneworg1", 900, &[]),
        sources: vec![organization(OLD, 100, &[(101, "web"), (102, "data")])],
        standalone: Vec::new(),
        regions: vec!["us-east-1".to_owned(), "eu-west-1".to_owned()],
        facts,
        collections: Vec::new(),
    }
}

fn planned(estate: &Estate, findings: &[Finding]) -> Plan {
    let placed = || Placed { unit: vec!["Production".to_owned()], decided_by: "a rule".to_owned(), held: None };
    let taken = Approach::NewOrganizationInviteAll;
    plan(&PlanInput {
        estate,
        findings,
        decision: Decision { recommended: taken, taken, reasons: Vec::new() },
        placements: estate.sources[0].accounts.keys().map(|id| (id.clone(), placed())).collect(),
        proposals: Vec::new(),
        packs: Digest::of_bytes(b""),
        options: Options::default(),
    })
    .unwrap()
}

fn fact(account: u64, region: Option<&str>, kind: &str, name: &str, doc: Value) -> Fact {
    Fact { account: id(account), region: region.map(str::to_owned), kind: kind.to_owned(), name: name.to_owned(), doc }
}

fn finding(about: &Fact, code: &str, pointer: &str) -> Finding {
    let (account, region) = (about.account.clone(), about.region.clone());
    let (call, name) = (about.kind.clone(), about.name.clone());
    let evidence = Evidence { call, account, region, name, pointer: pointer.to_owned(), observed: String::new() };
    Finding {
        code: code.to_owned(),
        severity: Severity::High,
        status: Status::Fail,
        account: about.account.clone(),
        region: about.region.clone(),
        kind: about.kind.clone(),
        subject: about.name.clone(),
        title: format!("{} hangs on the old organization", about.name),
        remedy: String::new(),
        blocks_move: true,
        evidence: vec![evidence],
        covers: Vec::new(),
    }
}

/// The steps of a plan, but for those that move accounts, each with what it comes after.
fn outline(plan: &Plan) -> String {
    let usual = ["access", "invite", "accept", "arrive", "baseline", "place", "target/"];
    let last = ["first-guardrails", "landing-zone", "billing-transfer", "empty", "exports", "delete-organization"];
    let usual: Vec<&str> = usual.into_iter().chain(last).collect();
    let waves = plan.waves.iter().filter(|wave| wave.phase != Phase::CleanUp);
    let steps = waves
        .flat_map(|wave| &wave.steps)
        .filter(|step| !usual.iter().any(|word| step.id.0.contains(&format!("/{word}")) || step.id.0.starts_with(word)));
    steps.map(|step| format!("{} by {}: {}\n", step.id, step.by, step.title)).collect()
}

fn after<'p>(plan: &'p Plan, step: &str) -> Vec<&'p str> {
    let step = plan.steps().find(|known| known.id.0 == step).unwrap_or_else(|| panic!("no step {step} in\n{}", outline(plan)));
    step.after.iter().map(|id| id.0.as_str()).collect()
}

fn condition(operator: &str, key: &str, value: &str) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": { operator: { key: value } },
    }]})
}

fn bucket(account: u64, name: &str, key: &str, value: &str) -> Fact {
    let doc = json!({ "Bucket": name, "PolicyDocument": condition("StringNotEquals", key, value) });
    fact(account, Some("us-east-1"), "AWS::S3::BucketPolicy", name, doc)
}

fn role(path: &str) -> Fact {
    let doc =
        json!({ "Path": path, "RoleName": "reader", "AssumeRolePolicyDocument": condition("StringEquals", "aws:PrincipalOrgID", OLD) });
    fact(102, None, "iam:GetAccountAuthorizationDetails", "arn:aws:iam::000000000102:role/reader", doc)
}

#[test]
fn policies_get_the_new_id_before_anybody_leaves_and_nobody_is_asked_about_them() {
    let lake = bucket(102, "lake", "aws:PrincipalOrgID", OLD);
    let reader = role("/");
    let findings = [
        finding(&lake, "f/lake", "/PolicyDocument/Statement/0/Condition/StringNotEquals/aws:PrincipalOrgID"),
        finding(&reader, "f/reader", "/AssumeRolePolicyDocument/Statement/0/Condition/StringEquals/aws:PrincipalOrgID"),
    ];
    let plan = planned(&estate(vec![lake, reader]), &findings);
    insta::assert_snapshot!(outline(&plan), @r"
    000000000102/us-east-1/AWS::S3::BucketPolicy/lake/add-organization by 000000000102: name the new organization beside the old one in the policy of bucket lake of data
    000000000102/AWS::IAM::Role/reader/add-organization by 000000000102: name the new organization beside the old one in the trust policy of role reader of data
    ");
    let Some(Action::AddOrganizationId { content, previous, region, .. }) =
        plan.steps().map(|step| &step.action).find(|action| matches!(action, Action::AddOrganizationId { .. }))
    else {
        panic!("{}", outline(&plan))
    };
    assert!(content.contains(r#""aws:PrincipalOrgID":["o-oldoldorg1","o-newneworg1"]"#), "{content}");
    assert!(!previous.contains("o-newneworg1") && region.as_deref() == Some("us-east-1"), "{previous}");
    // What an account's peers have concerns it as well: the first to leave waits for all of it, the others for the wave of the first.
    let first = plan.waves.iter().find(|wave| wave.phase == Phase::Members).unwrap();
    let before = after(&plan, &format!("{}/invite", first.accounts[0])).into_iter().filter(|id| id.ends_with("/add-organization")).count();
    assert_eq!(before, 2);
    assert_eq!(first.steps.iter().filter(|step| step.id.0.ends_with("/add-organization")).count(), 2);
}

#[test]
fn what_cannot_be_rewritten_is_left_to_a_person_who_is_told_why() {
    let units = bucket(101, "units", "aws:PrincipalOrgPaths", "o-oldoldorg1/r-oldo/ou-oldo-11112222/");
    let linked = role("/aws-service-role/x.amazonaws.com/");
    let mut inline = role("/");
    inline.doc["RolePolicyList"] = json!([{ "PolicyDocument": condition("StringEquals", "aws:PrincipalOrgID", OLD) }]);
    let findings = [
        finding(&units, "f/units", "/PolicyDocument/Statement/0/Condition/StringNotEquals/aws:PrincipalOrgPaths"),
        finding(&linked, "f/linked", "/AssumeRolePolicyDocument/Statement/0/Condition/StringEquals/aws:PrincipalOrgID"),
    ];
    let other = [finding(&inline, "f/inline", "/RolePolicyList/0/PolicyDocument/Statement/0/Condition/StringEquals/aws:PrincipalOrgID")];
    let evidence = |plan: &Plan| {
        let gates = plan.steps().filter_map(|step| match &step.action {
            Action::Gate(gate) if step.id.0.contains("/gate/") => Some(format!("{}\n  {}", step.id, gate.evidence.join("\n  "))),
            _ => None,
        });
        gates.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(evidence(&planned(&estate(vec![units, linked]), &findings)), @r"
    000000000101/gate/f/units
      AWS::S3::BucketPolicy: units /PolicyDocument/Statement/0/Condition/StringNotEquals/aws:PrincipalOrgPaths
      orgkit: no step of this plan can remedy it: `aws:PrincipalOrgPaths` names a root or unit of the old organization: `o-oldoldorg1/r-oldo/ou-oldo-11112222/`
    000000000102/gate/f/linked
      iam:GetAccountAuthorizationDetails: arn:aws:iam::000000000102:role/reader /AssumeRolePolicyDocument/Statement/0/Condition/StringEquals/aws:PrincipalOrgID
      orgkit: no step of this plan can remedy it: the trust policy of this role belongs to AWS
    ");
    insta::assert_snapshot!(evidence(&planned(&estate(vec![inline]), &other)), @r"
    000000000102/gate/f/inline
      iam:GetAccountAuthorizationDetails: arn:aws:iam::000000000102:role/reader /RolePolicyList/0/PolicyDocument/Statement/0/Condition/StringEquals/aws:PrincipalOrgID
    ");
}

fn share(retained: bool) -> Fact {
    let configuration = json!({ "retainSharingOnAccountLeaveOrganization": retained });
    let doc = json!({ "resourceShareArn": SHARE, "name": "transit", "status": "ACTIVE", "resourceShareConfiguration": configuration });
    fact(100, Some("us-east-1"), "ram:GetResourceShares", SHARE, doc)
}

fn principal(entity: &str) -> Fact {
    let doc = json!({ "resourceShareArn": SHARE, "associatedEntity": entity, "associationType": "PRINCIPAL", "status": "ASSOCIATED" });
    fact(100, Some("us-east-1"), "ram:GetResourceShareAssociations", &format!("{SHARE} {entity}"), doc)
}

fn shared(resource: &str) -> Fact {
    let doc = json!({ "resourceShareArn": SHARE, "arn": resource });
    fact(100, Some("us-east-1"), "ram:ListResources", &format!("{SHARE} {resource}"), doc)
}

#[test]
fn a_share_is_bridged_where_it_ends_and_can_be_made_again() {
    let all = "arn:aws:organizations::000000000100:organization/o-oldoldorg1";
    let unit = "arn:aws:organizations::000000000100:ou/o-oldoldorg1/ou-oldo-11112222";
    let elsewhere = "arn:aws:organizations::000000000100:ou/o-oldoldorg1/ou-oldo-99999999";
    let subnet = "arn:aws:ec2:us-east-1:000000000100:subnet/subnet-1";
    // Who it is shared with, whether it is retained, what is in it; the accounts of the bridge, and whether a person is asked.
    for (entity, retained, resource, expected, asked) in [
        (all, false, TRANSIT, Some(vec![id(101), id(102)]), false),
        (unit, false, TRANSIT, Some(vec![id(101), id(102)]), false),
        ("000000000102", false, TRANSIT, Some(vec![id(102)]), false),
        (elsewhere, false, TRANSIT, None, false),
        (all, true, TRANSIT, None, false),
        (all, false, subnet, None, true),
        ("arn:aws:iam::000000000102:role/reader", false, TRANSIT, None, true),
    ] {
        let part = principal(entity);
        let findings = [finding(&part, "f/share", "/associatedEntity")];
        let plan = planned(&estate(vec![share(retained), part, shared(resource)]), &findings);
        let bridge = plan.steps().find_map(|step| match &step.action {
            Action::BridgeShare { principals, resources, .. } => Some((step, principals.clone(), resources.clone())),
            _ => None,
        });
        let gates = plan.steps().filter(|step| step.class == StepClass::Human && step.id.0.contains("f/share")).count();
        assert_eq!((bridge.as_ref().map(|(_, principals, _)| principals.clone()), gates > 0), (expected, asked), "{entity} {resource}");
        if let Some((step, _, resources)) = bridge {
            assert_eq!((resources.as_slice(), &step.by), (&[resource.to_owned()][..], &id(100)));
            assert!(after(&plan, "000000000101/invite").contains(&step.id.0.as_str()));
        }
    }
}

#[test]
fn services_dismiss_their_administrators_before_organizations_does() {
    let mut estate = estate(Vec::new());
    let services = ["cloudtrail", "config", "detective", "guardduty"].map(|service| format!("{service}.amazonaws.com"));
    estate.sources[0].delegated_administrators = vec![DelegatedAdministrator { account: id(102), services: services.into() }];
    let plan = planned(&estate, &[]);
    insta::assert_snapshot!(outline(&plan), @r"
    000000000102/dismiss/cloudtrail.amazonaws.com by 000000000100: dismiss data as administrator of CloudTrail
    000000000102/deregister/cloudtrail.amazonaws.com by 000000000100: deregister data as delegated administrator for cloudtrail.amazonaws.com
    000000000102/deregister/config.amazonaws.com by 000000000100: deregister data as delegated administrator for config.amazonaws.com
    000000000102/destroys/detective.amazonaws.com by 000000000102: dismiss data as administrator of detective.amazonaws.com by hand: in the Detective console of the management account, open Delegated administrator and choose Remove in every region
    000000000102/deregister/detective.amazonaws.com by 000000000100: deregister data as delegated administrator for detective.amazonaws.com
    000000000102/dismiss/guardduty.amazonaws.com/us-east-1 by 000000000100: dismiss data as administrator of GuardDuty in us-east-1
    000000000102/dismiss/guardduty.amazonaws.com/eu-west-1 by 000000000100: dismiss data as administrator of GuardDuty in eu-west-1
    000000000102/deregister/guardduty.amazonaws.com by 000000000100: deregister data as delegated administrator for guardduty.amazonaws.com
    ");
    insta::assert_debug_snapshot!(after(&plan, "000000000102/deregister/guardduty.amazonaws.com"), @r#"
    [
        "000000000102/dismiss/guardduty.amazonaws.com/us-east-1",
        "000000000102/dismiss/guardduty.amazonaws.com/eu-west-1",
    ]
    "#);
    insta::assert_debug_snapshot!(after(&plan, "000000000102/deregister/config.amazonaws.com"), @"[]");
}

fn zone(types: &[&str]) -> Fact {
    let doc = json!({ "arn": "zone", "version": "4.0", "remediationTypes": types });
    fact(100, Some("us-east-1"), "controltower:GetLandingZone", "zone", doc)
}

fn enrolled(account: u64, parent: Option<&str>) -> Fact {
    let target = format!("arn:aws:organizations::000000000100:account/o-oldoldorg1/{}", id(account));
    let name = format!("enabled-{account}");
    let mut doc = json!({ "targetIdentifier": target });
    if let Some(parent) = parent {
        doc["parentIdentifier"] = parent.into();
    }
    fact(100, Some("us-east-1"), "controltower:ListEnabledBaselines", &name, doc)
}

#[test]
fn an_enrolled_account_leaves_control_tower_once_there_is_another_way_in() {
    let facts = |types: &[&str]| {
        vec![zone(types), enrolled(101, Some("of the unit")), enrolled(102, None), bucket(102, "lake", "aws:PrincipalOrgID", OLD)]
    };
    let moved = planned(&estate(facts(&["INHERITANCE_DRIFT"])), &[]);
    insta::assert_snapshot!(outline(&moved), @r"
    000000000102/us-east-1/AWS::S3::BucketPolicy/lake/add-organization by 000000000102: name the new organization beside the old one in the policy of bucket lake of data
    000000000101/unenrol by 000000000100: move web out of its unit in o-oldoldorg1: Control Tower unenrols it
    000000000102/unenrol by 000000000102: data is a shared account of the landing zone in 000000000100: once all other accounts have left, decommission the landing zone (Control Tower console in us-east-1, Landing zone settings, Decommission), or give the account's part to another one
    ");
    insta::assert_debug_snapshot!(after(&moved, "000000000101/unenrol"), @r#"
    [
        "000000000102/us-east-1/AWS::S3::BucketPolicy/lake/add-organization",
        "000000000101/access",
    ]
    "#);
    assert!(after(&moved, "000000000101/invite").contains(&"000000000101/unenrol"));
    let by_hand = planned(&estate(facts(&[])), &[]);
    let step = by_hand.steps().find(|step| step.id.0 == "000000000101/unenrol").unwrap();
    insta::assert_snapshot!(step.title, @"unenrol web from Control Tower: sign in to 000000000100, open the Control Tower console in us-east-1, Organization, select the account, Actions, Unmanage, and wait until its state is Not enrolled");
}

#[test]
fn where_nobody_could_look_whether_accounts_are_enrolled_a_person_does() {
    let mut estate = estate(Vec::new());
    let kind = "controltower:ListEnabledBaselines".to_owned();
    let outcome = Outcome::Denied { action: kind.clone() };
    estate.collections.push(Collection { account: id(100), region: Some("us-east-1".to_owned()), kind, outcome });
    let plan = planned(&estate, &[]);
    insta::assert_snapshot!(outline(&plan), @"o-oldoldorg1/gate/control-tower by 000000000100: make sure that no account of o-oldoldorg1 is enrolled in Control Tower, or let orgkit look");
    assert!(after(&plan, "000000000101/invite").contains(&"o-oldoldorg1/gate/control-tower"));
}
