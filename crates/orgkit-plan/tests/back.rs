//! Ways back: who has one, what it consists of, and what does not come back.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use jiff::{SignedDuration, Timestamp};
use orgkit_model::{
    Account, AccountId, AccountState, Action, Approach, Approval, Decision, DelegatedAdministrator, Digest, ESTATE_SCHEMA, Estate, Fact,
    JoinedMethod, Organization, OrganizationSnapshot, ParentId, Plan, Policy, PolicyType, ReturnPart, Unit,
};
use orgkit_plan::{Options, Placed, PlanInput, ReturnError, Returning, plan, return_plan};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const OLD: u64 = 100;
const NEW: u64 = 900;
const MEMBER: u64 = 101;
const ALONE: u64 = 201;

fn id(n: u64) -> AccountId {
    format!("{n:012}").parse().unwrap()
}

fn now() -> Timestamp {
    "2026-11-22T00:00:00Z".parse().unwrap()
}

fn days_ago(days: i64) -> Timestamp {
    now().checked_sub(SignedDuration::from_hours(24 * days)).unwrap()
}

fn account(n: u64, joined_at: Option<Timestamp>) -> Account {
    let joined_method = joined_at.map(|_| JoinedMethod::Created);
    Account { id: id(n), name: format!("account {n}"), state: AccountState::Active, joined_method, joined_at }
}

fn snapshot(org: &str, management: u64, members: &[u64], age: i64) -> OrganizationSnapshot {
    let root: orgkit_model::RootId = format!("r-{}", &org[2..6]).parse().unwrap();
    let all = std::iter::once(management).chain(members.iter().copied());
    let accounts: BTreeMap<_, _> = all.map(|n| (id(n), account(n, Some(days_ago(age))))).collect();
    OrganizationSnapshot {
        organization: Organization { id: org.parse().unwrap(), management_account: id(management), feature_set: "ALL".to_owned() },
        parents: accounts.keys().map(|id| (id.clone(), ParentId::from(root.clone()))).collect(),
        root,
        units: Vec::new(),
        accounts,
        policies: Vec::new(),
        delegated_administrators: Vec::new(),
    }
}

fn estate(age: i64) -> Estate {
    let mut source = snapshot("o-oldoldorg1", OLD, &[MEMBER, 102], age);
    let unit: orgkit_model::UnitId = "ou-oldo-11112222".parse().unwrap();
    source.units.push(Unit { id: unit.clone(), name: "Workloads".to_owned(), parent: source.root.clone().into() });
    source.parents.insert(id(MEMBER), unit.into());
    Estate {
        schema: ESTATE_SCHEMA,
        taken_at: now(),
        target: snapshot("o-newneworg1", NEW, &[], 30),
        sources: vec![source],
        standalone: vec![account(ALONE, None)],
        regions: vec!["us-east-1".to_owned()],
        facts: Vec::new(),
        collections: Vec::new(),
    }
}

fn planned(estate: &Estate) -> Plan {
    let known = estate.standalone.iter().chain(estate.sources[0].accounts.values());
    let placed = Placed { unit: vec!["Production".to_owned()], decided_by: "a rule".to_owned(), held: None };
    let approach = Approach::NewOrganizationInviteAll;
    let input = PlanInput {
        estate,
        findings: &[],
        decision: Decision { recommended: approach, taken: approach, reasons: Vec::new() },
        placements: known.map(|account| (account.id.clone(), placed.clone())).collect(),
        proposals: Vec::new(),
        packs: Digest::of_bytes(b""),
        options: Options::default(),
    };
    plan(&input).unwrap()
}

fn back(estate: &Estate, account: u64, exists: bool) -> Result<orgkit_model::Amendment, ReturnError> {
    let plan = planned(estate);
    let old = exists.then(|| estate.sources[0].organization.clone());
    return_plan(&Returning {
        plan: &plan,
        estate,
        account: &id(account),
        joined_at: Some(now()),
        old: old.as_ref(),
        now: now(),
        access_role: "OrgkitMigration",
        by: Approval::Typed,
    })
}

#[test]
fn the_way_back_opens_a_way_in_first_and_ends_where_the_account_was() {
    let amendment = back(&estate(1000), MEMBER, true).unwrap();
    let steps: Vec<String> =
        amendment.wave.steps.iter().map(|step| format!("{} as {}: {} <- {:?}", step.id, step.by, step.title, step.after)).collect();
    insta::assert_snapshot!(steps.join("\n"), @r#"
    000000000101/return/access as 000000000101: open role OrgkitMigrationReturn to 000000000100, the old management account, and use it <- []
    000000000101/return/invite as 000000000100: invite account 101 back to o-oldoldorg1 <- [StepId("000000000101/return/access")]
    000000000101/return/accept as 000000000101: accept as account 101: it goes back <- [StepId("000000000101/return/invite")]
    000000000101/return/place as 000000000100: move account 101 to Workloads, where it was <- [StepId("000000000101/return/accept")]
    "#);
    assert_eq!(amendment.unit, ["Workloads"]);
    let accept = &amendment.wave.steps[2];
    assert_eq!(accept.not_before, Some(now().checked_add(SignedDuration::from_hours(1)).unwrap()), "AWS refuses two moves in a row");
    assert!(matches!(&accept.action, Action::Return { part: ReturnPart::Accept, role, .. } if role == "OrgkitMigrationReturn"));
    assert!(amendment.lost.is_empty(), "nothing is known to be lost: {:?}", amendment.lost);
    let in_the_root = back(&estate(1000), 102, true).unwrap();
    assert_eq!((in_the_root.wave.steps.len(), in_the_root.unit.len()), (3, 0), "an account arrives in the root by itself");
}

#[test]
fn who_cannot_go_back_is_told_why() {
    let told = [
        back(&estate(1000), 999, true),
        back(&estate(1000), ALONE, true),
        back(&estate(1000), OLD, false),
        back(&estate(1000), MEMBER, false),
        back(&estate(3), MEMBER, true),
    ]
    .map(|refused| refused.unwrap_err().to_string());
    insta::assert_snapshot!(told.join("\n"), @r"
    the plan does not move account 000000000999
    account 000000000201 was in no organization before it moved: there is none that it could go back to
    account 000000000100 managed o-oldoldorg1, which is deleted: nothing brings an organization back
    account 000000000101 came from o-oldoldorg1, which is deleted: nothing brings an organization back
    o-oldoldorg1 can take accounts from other organizations from 2026-11-26T00:00:00Z on: it is not seven days old
    ");
}

#[test]
fn what_does_not_come_back_is_listed_where_the_estate_shows_that_it_was_there() {
    let mut estate = estate(1000);
    let account = id(MEMBER).to_string();
    let source = &mut estate.sources[0];
    source.policies.push(Policy {
        id: "p-ownpolicy1".parse().unwrap(),
        name: "Own".to_owned(),
        kind: PolicyType::ServiceControlPolicy,
        aws_managed: false,
        content: r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned(),
        targets: vec![account.clone()],
    });
    let services = vec!["guardduty.amazonaws.com".to_owned()];
    source.delegated_administrators.push(DelegatedAdministrator { account: id(MEMBER), services });
    let mut fact = |account: u64, kind: &str, name: &str, doc: Value| {
        estate.facts.push(Fact { account: id(account), region: None, kind: kind.to_owned(), name: name.to_owned(), doc });
    };
    let (assignments, shares) = ("sso-admin:ListAccountsForProvisionedPermissionSet", "ram:GetResourceShareAssociations");
    fact(OLD, assignments, "arn:aws:sso:::permissionSet/a", json!({ "AccountIds": [account] }));
    fact(OLD, assignments, "arn:aws:sso:::permissionSet/b", json!({ "AccountIds": [id(102)] }));
    fact(102, shares, "s1", json!({ "resourceShareName": "network", "associatedEntity": account }));
    let organization = "arn:aws:organizations::000000000100:organization/o-oldoldorg1";
    fact(MEMBER, shares, "s2", json!({ "resourceShareName": "dns", "associatedEntity": organization }));
    fact(102, shares, "s3", json!({ "resourceShareName": "other", "associatedEntity": organization }));
    let targets = |unit: &str| json!({ "StackInstancesGroup": [{ "DeploymentTargets": { "OrganizationalUnitIds": [unit] } }] });
    fact(OLD, "AWS::CloudFormation::StackSet", "baseline:1", targets("ou-oldo-11112222"));
    fact(OLD, "AWS::CloudFormation::StackSet", "elsewhere:1", targets("ou-oldo-99999999"));
    let enrolled = "arn:aws:organizations::000000000100:account/o-oldoldorg1/000000000101";
    fact(OLD, "controltower:ListEnabledBaselines", "arn:e", json!({ "targetIdentifier": enrolled }));
    insta::assert_snapshot!(back(&estate, MEMBER, true).unwrap().lost.join("\n"), @r"
    its delegation for guardduty.amazonaws.com: register it again
    its enrolment in Control Tower: enrol it again
    its instance of StackSet baseline:1: the stack stayed in the account, and is to be imported before it is deployed again
    its part in resource share network of 000000000102: share it again, and accept
    policy Own (p-ownpolicy1), which was attached to the account itself: attach it again
    the assignments of permission set arn:aws:sso:::permissionSet/a: assign it again
    the sharing of its own resource share dns with the organization: share it again
    ");
}
