//! What real estates have and the simulated AWS never shows. That a simulated estate comes back as it was is tested where it is discovered.

use super::{Gap, GapKind};
use crate::World;
use crate::worldfile::{ROOT, WorldFile};
use jiff::Timestamp;
use orgkit_model::{
    Account, AccountId, AccountState, Collection, DelegatedAdministrator, ESTATE_SCHEMA, Estate, Fact, JoinedMethod, LOOKUP_EVENTS,
    Organization, OrganizationSnapshot, Outcome, Policy, PolicyType, Unit,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const TARGET: &str = "111111111111";
const SOURCE: &str = "222222222222";
const MEMBER: &str = "333333333333";
const ALONE: &str = "555555555555";
const IAM: &str = "iam:GetAccountAuthorizationDetails";

fn id(text: &str) -> AccountId {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn account(text: &str, name: &str, joined: &str) -> Account {
    Account {
        id: id(text),
        name: name.to_owned(),
        state: AccountState::Active,
        joined_method: Some(JoinedMethod::Created),
        joined_at: Some(at(joined)),
    }
}

fn snapshot(organization: &str, management: &str, root: &str, members: &[(Account, &str)]) -> OrganizationSnapshot {
    let full = Policy {
        id: "p-FullAWSAccess".parse().unwrap(),
        name: "FullAWSAccess".to_owned(),
        kind: PolicyType::ServiceControlPolicy,
        aws_managed: true,
        content: "{}".to_owned(),
        targets: std::iter::once(root).chain(members.iter().map(|(account, _)| account.id.as_str())).map(str::to_owned).collect(),
    };
    OrganizationSnapshot {
        organization: Organization { id: organization.parse().unwrap(), management_account: id(management), feature_set: "ALL".to_owned() },
        root: root.parse().unwrap(),
        units: Vec::new(),
        accounts: members.iter().map(|(account, _)| (account.id.clone(), account.clone())).collect(),
        parents: members.iter().map(|(account, parent)| (account.id.clone(), parent.parse().unwrap())).collect(),
        policies: vec![full],
        delegated_administrators: Vec::new(),
    }
}

fn unit(id: &str, name: &str, parent: &str) -> Unit {
    Unit { id: id.parse().unwrap(), name: name.to_owned(), parent: parent.parse().unwrap() }
}

fn estate() -> Estate {
    let target = snapshot("o-target0000", TARGET, "r-targ", &[(account(TARGET, "new", "2026-01-01T12:00:00Z"), "r-targ")]);
    let members =
        [(account(SOURCE, "old", "2020-01-01T00:00:00Z"), "r-srce"), (account(MEMBER, "shop", "2025-01-01T00:00:01Z"), "ou-srce-bbbbbbbb")];
    let mut source = snapshot("o-source0000", SOURCE, "r-srce", &members);
    source.units = vec![unit("ou-srce-aaaaaaaa", "Root", "r-srce"), unit("ou-srce-bbbbbbbb", "web/shop", "ou-srce-aaaaaaaa")];
    let alone = Account { joined_method: None, joined_at: None, ..account(ALONE, "shop", "2025-01-01T00:00:00Z") };
    Estate {
        schema: ESTATE_SCHEMA,
        taken_at: at("2026-03-01T10:00:00Z"),
        target,
        sources: vec![source],
        standalone: vec![alone],
        regions: vec!["us-east-1".to_owned()],
        facts: Vec::new(),
        collections: Vec::new(),
    }
}

fn fact(account: &str, region: Option<&str>, kind: &str, name: &str, doc: Value) -> Fact {
    Fact { account: id(account), region: region.map(str::to_owned), kind: kind.to_owned(), name: name.to_owned(), doc }
}

fn role(account: &str, path: &str, name: &str, created: &str, tags: Value) -> Fact {
    let statement = json!({ "Effect": "Allow", "Principal": { "Federated": "x" }, "Action": "sts:AssumeRole" });
    let trust = json!({ "Version": "2012-10-17", "Statement": statement });
    let arn = format!("arn:aws:iam::{account}:role{path}{name}");
    let doc = json!({
        "RoleName": name, "Path": path, "CreateDate": created, "AssumeRolePolicyDocument": trust, "RolePolicyList": [],
        "AttachedManagedPolicies": [], "Tags": tags,
    });
    fact(account, None, IAM, &arn, doc)
}

/// The world, which can be read and built, and its gaps.
fn made(estate: &Estate) -> (WorldFile, Vec<Gap>) {
    let (world, gaps) = WorldFile::from_estate(estate);
    assert_eq!(WorldFile::parse("world.toml", &world.to_toml()).unwrap_or_else(|error| panic!("{error}")), world);
    World::from_file(&world, 1, at("2026-03-01T10:00:00Z")).unwrap();
    (world, gaps)
}

fn says(gaps: &[Gap], kind: GapKind, words: &str) -> bool {
    gaps.iter().any(|gap| gap.kind == kind && gap.text.contains(words))
}

fn of<'w>(world: &'w WorldFile, account: &str) -> &'w crate::AccountSpec {
    world.account(&id(account)).unwrap()
}

#[test]
fn ages_are_whole_days_and_an_account_is_as_old_as_the_oldest_thing_in_it() {
    let mut estate = estate();
    estate.facts.push(role(ALONE, "/", "notebooks", "2025-02-28T09:00:00Z", json!([])));
    let (world, gaps) = made(&estate);
    let target = world.target().unwrap();
    assert_eq!((target.age_days, of(&world, TARGET).age_days), (58, 58), "58 days and 22 hours");
    assert_eq!((of(&world, MEMBER).age_days, of(&world, MEMBER).member_days), (424, None));
    assert_eq!((of(&world, ALONE).age_days, of(&world, ALONE).roles[0].age_days), (366, None));
    assert!(!says(&gaps, GapKind::Assumed, "how old these accounts are"));
    estate.facts.clear();
    assert!(says(&made(&estate).1, GapKind::Assumed, &format!("as their organization: {ALONE}.")));
    assert_ne!(of(&world, MEMBER).email(), of(&world, ALONE).email(), "both are called `shop`");
}

#[test]
fn names_and_documents_that_a_world_cannot_have_are_told() {
    let mut estate = estate();
    let source = &mut estate.sources[0];
    source.delegated_administrators.push(DelegatedAdministrator { account: id(MEMBER), services: Vec::new() });
    source.policies.push(Policy {
        id: "p-11111111".parse().unwrap(),
        name: "newer".to_owned(),
        kind: PolicyType::ServiceControlPolicy,
        aws_managed: false,
        content: "no document".to_owned(),
        targets: Vec::new(),
    });
    let (world, gaps) = made(&estate);
    let source = &world.organizations[1];
    assert_eq!(source.units.iter().map(|unit| unit.path.as_str()).collect::<Vec<_>>(), ["Root_", "Root_/web_shop"]);
    assert_eq!(of(&world, MEMBER).unit.as_deref(), Some("Root_/web_shop"));
    assert_eq!(source.full_access_detached, ["Root_", "Root_/web_shop"]);
    assert!(!source.full_access_detached.iter().any(|place| place == ROOT));
    assert_eq!(source.policy_types, Some(vec![PolicyType::ServiceControlPolicy]), "no RCP is there, not even AWS's own");
    assert!(source.policies.is_empty() && says(&gaps, GapKind::LeftOut, "`newer`"));
    assert!(source.delegated_administrators.is_empty() && says(&gaps, GapKind::LeftOut, "of no service"));
    assert!(says(&gaps, GapKind::LeftOut, "`web/shop`"));
}

#[test]
fn stack_sets_of_real_estates_are_kept_whole_and_their_tags_tell_what_they_deployed() {
    let mut estate = estate();
    let unit = estate.sources[0].units.first().map(|unit| unit.id.clone());
    let doc = json!({
        "StackSetId": "base-line:1",
        "StackSetName": "base-line",
        "PermissionModel": "SERVICE_MANAGED",
        "AutoDeployment": { "Enabled": true },
        "StackInstancesGroup": [{ "DeploymentTargets": { "OrganizationalUnitIds": unit } }],
        "TemplateBody": "{}",
    });
    let tag = json!([{ "Key": "aws:cloudformation:stack-name", "Value": "StackSet-base-line-0a1b2c3d-0000-4000-8000-000000000001" }]);
    estate.facts = vec![
        fact(SOURCE, Some("us-east-1"), "AWS::CloudFormation::StackSet", "base-line:1", doc.clone()),
        role(MEMBER, "/", "break-glass", "2025-06-01T00:00:00Z", tag),
        role(
            MEMBER,
            "/aws-reserved/sso.amazonaws.com/eu-central-1/",
            "AWSReservedSSO_Admin_0123456789abcdef",
            "2025-06-01T00:00:00Z",
            json!([]),
        ),
        fact(MEMBER, None, IAM, "arn:aws:iam::333333333333:user/ben", json!({ "UserName": "ben" })),
    ];
    let (world, gaps) = made(&estate);
    let set = &world.organizations[1].stack_sets[0];
    assert_eq!((set.id.as_deref(), set.auto_deployment, set.template.as_deref()), (Some("base-line:1"), true, Some("{}")));
    let roles: BTreeMap<&str, Option<&str>> =
        of(&world, MEMBER).roles.iter().map(|role| (role.name.as_str(), role.deployed_by.as_deref())).collect();
    assert_eq!(roles["break-glass"], Some("base-line"));
    assert!(roles.contains_key("AWSReservedSSO_Admin_0123456789abcdef") && says(&gaps, GapKind::Unseen, "its instance was not seen"));
    assert!(says(&gaps, GapKind::LeftOut, "IAM users (1)") && says(&gaps, GapKind::LeftOut, "Tags of roles (1)"));
}

#[test]
fn commitments_and_calls_are_rounded_or_told() {
    let mut estate = estate();
    let plan = |name: &str, kind: &str, state: &str, end: &str| {
        let doc = json!({ "savingsPlanType": kind, "state": state, "commitment": "1.0", "end": end });
        fact(ALONE, None, "savingsplans:DescribeSavingsPlans", &format!("arn:aws:savingsplans::{ALONE}:savingsplan/{name}"), doc)
    };
    let call = |name: &str, kind: &str, identity: Value| {
        let record = json!({
            "eventType": kind, "eventSource": "iam.amazonaws.com", "eventName": "GetUser", "readOnly": false, "userIdentity": identity,
        });
        let doc = json!({ "CloudTrailEvent": record, "Count": 3, "FirstTime": "2026-01-01T00:00:00Z", "LastTime": "2026-02-28T11:00:00Z" });
        fact(ALONE, Some("us-east-1"), LOOKUP_EVENTS, name, doc)
    };
    let user = json!({ "type": "IAMUser", "arn": format!("arn:aws:iam::{ALONE}:user/ben") });
    estate.facts = vec![
        plan("a", "Compute", "active", "2027-04-05T12:00:00Z"),
        plan("b", "Database", "active", "2026-04-05T12:00:00Z"),
        plan("c", "Compute", "retired", "2025-04-05T12:00:00Z"),
        call("api", "AwsApiCall", user.clone()),
        call("console", "AwsConsoleSignIn", user),
        call("across", "AwsApiCall", json!({ "type": "AWSAccount", "accountId": MEMBER })),
        fact(
            ALONE,
            Some("us-east-1"),
            "cloudtrail:DescribeTrails",
            &format!("arn:aws:cloudtrail:eu-west-3:{ALONE}:trail/own"),
            json!({
                "Name": "own", "HomeRegion": "eu-west-3", "S3BucketName": "b", "IsMultiRegionTrail": true, "IsOrganizationTrail": false,
            }),
        ),
    ];
    let (world, gaps) = made(&estate);
    let alone = of(&world, ALONE);
    let [plan] = alone.savings_plans.as_slice() else { panic!("{:#?}", alone.savings_plans) };
    assert_eq!((plan.id.as_str(), plan.ends_in_days, plan.term_years), ("a", 401, 3));
    let [call] = alone.activity.as_slice() else { panic!("{:#?}", alone.activity) };
    assert_eq!((call.times, call.first_days, call.last_days, call.read_only), (3, Some(59), 0, Some(false)));
    assert!(says(&gaps, GapKind::LeftOut, "savingsplan/b") && says(&gaps, GapKind::LeftOut, "2 distinct calls"));
    assert_eq!(world.regions, ["us-east-1", "eu-west-3"]);
    assert!(says(&gaps, GapKind::Unseen, "eu-west-3"));
}

#[test]
fn looks_that_came_to_nothing_are_told_with_their_reasons() {
    let mut estate = estate();
    let look = |account: &str, kind: &str, region: Option<&str>, outcome: Outcome| Collection {
        account: id(account),
        region: region.map(str::to_owned),
        kind: kind.to_owned(),
        outcome,
    };
    let failed = || Outcome::Failed { reason: "no\n way in".to_owned() };
    estate.collections = vec![
        look(MEMBER, IAM, None, failed()),
        look(MEMBER, LOOKUP_EVENTS, Some("us-east-1"), failed()),
        look(ALONE, IAM, None, Outcome::Empty),
        look(ALONE, "AWS::KMS::Key", Some("us-east-1"), Outcome::Denied { action: "kms:ListKeys".to_owned() }),
        look(ALONE, LOOKUP_EVENTS, Some("us-east-1"), Outcome::Partial { count: 9, reason: "only the newest".to_owned() }),
        look(ALONE, "config:DescribeDeliveryChannels", Some("us-east-1"), Outcome::NotAvailable { reason: "not in use".to_owned() }),
    ];
    let (world, gaps) = made(&estate);
    assert_eq!(of(&world, MEMBER).access_role, Some(false));
    let of_accounts: Vec<&str> =
        gaps.iter().map(|gap| gap.text.as_str()).filter(|text| text.contains(MEMBER) || text.contains(ALONE)).collect();
    insta::assert_snapshot!(of_accounts.join("\n"), @r"
    Account 333333333333 (shop) could not be entered, and cannot be in the world: nobody could look, no way in.
    In account 555555555555 (shop): nobody could look, `kms:ListKeys` is not allowed: AWS::KMS::Key in us-east-1.
    In account 555555555555 (shop): not everything was seen, only the newest: cloudtrail:LookupEvents in us-east-1.
    Nothing tells how old these accounts are; they are 365 days old, or as their organization: 555555555555.
    ");
}
