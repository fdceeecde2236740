//! The foundation pack's rules over small estates, with the real component.
#![cfg(test)]

use orgkit_assess::RuleRunner;
use orgkit_model::{Collection, Estate, Fact, Outcome, Proof};
use orgkit_packs::{PackSet, PackSource};
use serde_json::{Value, json};
use std::sync::LazyLock;

const NEW: &str = "o-newnewnew1";
const OLD: &str = "o-oldoldold1";
const TARGET: &str = "100000000001";
const OLD_MANAGEMENT: &str = "200000000001";
const MEMBER: &str = "200000000002";
const BUCKETS: &str = "AWS::S3::BucketPolicy";
const KEYS: &str = "AWS::KMS::Key";

/// The pack with its defaults, compiled once.
static DEFAULTS: LazyLock<RuleRunner> = LazyLock::new(|| runner(&[]));

fn foundation() -> PackSet {
    PackSet::load([PackSource::BuiltIn("foundation".to_owned())]).unwrap()
}

fn runner(parameters: &[(&str, &str, Value)]) -> RuleRunner {
    let mut packs = foundation();
    for (rule, parameter, value) in parameters {
        packs.set("foundation", rule, parameter, value.clone()).unwrap();
    }
    RuleRunner::new(packs).unwrap()
}

fn fact(account: &str, kind: &str, name: &str, doc: Value) -> Fact {
    Fact { account: account.parse().unwrap(), region: None, kind: kind.to_owned(), name: name.to_owned(), doc }
}

fn regional(account: &str, kind: &str, name: &str, doc: Value) -> Fact {
    Fact { region: Some("eu-central-1".to_owned()), ..fact(account, kind, name, doc) }
}

fn look(account: &str, kind: &str, outcome: Outcome) -> Collection {
    Collection { account: account.parse().unwrap(), region: None, kind: kind.to_owned(), outcome }
}

fn organization(id: &str, root: &str, accounts: &[(&str, &str)]) -> Value {
    let account = |(account, name): &(&str, &str)| {
        ((*account).to_owned(), json!({"id": account, "name": name, "state": "ACTIVE", "joined_method": "INVITED", "joined_at": null}))
    };
    json!({
        "organization": {"id": id, "management_account": accounts[0].0, "feature_set": "ALL"},
        "root": root,
        "units": [],
        "accounts": accounts.iter().map(account).collect::<serde_json::Map<_, _>>(),
        "parents": {},
        "policies": [],
        "delegated_administrators": [],
    })
}

/// A target and a source with one member; every kind was looked for everywhere and nothing was found but `facts`.
fn estate(facts: Vec<Fact>) -> Estate {
    let mut estate: Estate = serde_json::from_value(json!({
        "schema": 1,
        "taken_at": "2026-11-21T00:00:00Z",
        "target": organization(NEW, "r-new1", &[(TARGET, "target")]),
        "sources": [organization(OLD, "r-old1", &[(OLD_MANAGEMENT, "old management"), (MEMBER, "shop-prod")])],
        "standalone": [],
        "regions": ["eu-central-1"],
        "facts": [],
        "collections": [],
    }))
    .unwrap();
    let describe = |id: &str, name: &str, manages: bool| {
        let doc = json!({"Id": id, "Name": name, "State": "ACTIVE", "ManagementAccount": manages, "UnitPath": ["Workloads", "Live"]});
        fact(id, "organizations:DescribeAccount", id, doc)
    };
    let own = |id: &str, manager: &str, role: &str| {
        fact(manager, "organizations:DescribeOrganization", id, json!({"Id": id, "MasterAccountId": manager, "Role": role}))
    };
    estate.facts = vec![own(NEW, TARGET, "target"), own(OLD, OLD_MANAGEMENT, "source")];
    estate.facts.extend([describe(TARGET, "target", true), describe(OLD_MANAGEMENT, "old management", true)]);
    estate.facts.push(describe(MEMBER, "shop-prod", false));
    estate.facts.extend(facts);
    for kind in foundation().fact_kinds() {
        for account in [TARGET, OLD_MANAGEMENT, MEMBER] {
            estate.collections.push(look(account, &kind, Outcome::Empty));
        }
    }
    estate.sort();
    estate
}

/// The findings about one rule: severity, code, account, title.
fn findings(runner: &RuleRunner, estate: &Estate, rule: &str) -> Vec<String> {
    let all = runner.findings(estate, "assess", None).unwrap();
    let prefix = format!("foundation/{rule}/");
    let line = |code: &str, finding: &orgkit_model::Finding| {
        let blocks = if finding.blocks_move { ", blocks" } else { "" };
        format!("{} {code} {}{blocks}: {}", finding.severity.as_str(), finding.account, finding.title)
    };
    all.iter().filter_map(|finding| finding.code.strip_prefix(&prefix).map(|code| line(code, finding))).collect()
}

fn bucket(statement: Value) -> Fact {
    fact(MEMBER, BUCKETS, "data", json!({"Bucket": "data", "PolicyDocument": {"Statement": [statement]}}))
}

fn condition(effect: &str, operator: &str, key: &str, values: Value) -> Fact {
    bucket(json!({"Effect": effect, "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {operator: {key: values}}}))
}

#[test]
fn org_id_conditions_are_told_apart_by_what_they_do() {
    let told = |fact: Fact| findings(&DEFAULTS, &estate(vec![fact]), "org-id-conditions").join("; ");
    let cases = [
        told(condition("Deny", "StringNotEquals", "aws:PrincipalOrgID", json!(OLD))),
        told(condition("Deny", "ForAnyValue:StringNotLikeIfExists", "AWS:principalorgpaths", json!([format!("{OLD}/*")]))),
        told(condition("Allow", "StringEquals", "aws:SourceOrgID", json!([OLD]))),
        told(condition("Deny", "StringEquals", "aws:ResourceOrgID", json!(OLD))),
        told(bucket(json!({"Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{OLD_MANAGEMENT}:root")}, "Action": "*"}))),
    ];
    insta::assert_snapshot!(cases.join("\n"), @r"
    critical deny-locks-out 200000000002, blocks: data denies everyone outside the old organization, its own account included once it has moved (StringNotEquals aws:PrincipalOrgID o-oldoldold1)
    critical deny-locks-out 200000000002, blocks: data denies everyone outside the old organization, its own account included once it has moved (ForAnyValue:StringNotLikeIfExists AWS:principalorgpaths o-oldoldold1/*)
    high allow-stops 200000000002, blocks: data allows access only inside the old organization (StringEquals aws:SourceOrgID o-oldoldold1)
    medium deny-lapses 200000000002: data denies access inside the old organization; the deny lapses with the move (StringEquals aws:ResourceOrgID o-oldoldold1)
    medium names-management-account 200000000002: data names the old management account (arn:aws:iam::200000000001:root)
    ");
}

#[test]
fn a_condition_that_lists_both_organizations_is_left_alone() {
    let dual = condition("Deny", "StringNotEquals", "aws:PrincipalOrgID", json!([OLD, NEW]));
    assert_eq!(findings(&DEFAULTS, &estate(vec![dual]), "org-id-conditions"), Vec::<String>::new());
    let foreign = condition("Allow", "StringEquals", "aws:PrincipalOrgID", json!("o-somebodyelse"));
    assert_eq!(findings(&DEFAULTS, &estate(vec![foreign]), "org-id-conditions"), Vec::<String>::new());
}

#[test]
fn what_could_not_be_looked_at_is_undetermined_and_blocks_as_the_worst_would() {
    let mut blind = estate(Vec::new());
    blind.collections.retain(|look| !(look.account.as_str() == MEMBER && look.kind == KEYS));
    blind.collections.push(look(MEMBER, KEYS, Outcome::Denied { action: "kms:GetKeyPolicy".to_owned() }));
    insta::assert_snapshot!(findings(&DEFAULTS, &blind, "org-id-conditions").join("\n"), @"high undetermined 200000000002, blocks: Policies do not depend on the old organization: cannot be told: AWS::KMS::Key of 200000000002: access denied: kms:GetKeyPolicy is missing");
    blind.collections.pop();
    assert_eq!(findings(&DEFAULTS, &blind, "org-id-conditions").len(), 1, "what nobody looked for is a gap too");
}

#[test]
fn a_parameter_changes_the_findings_and_no_pack_has_none() {
    let lock = || condition("Deny", "StringNotEquals", "aws:PrincipalOrgID", json!(OLD));
    let ignoring = runner(&[("org-id-conditions", "ignore", json!(["data"]))]);
    assert_eq!(findings(&ignoring, &estate(vec![lock()]), "org-id-conditions"), Vec::<String>::new());
    let none = RuleRunner::new(PackSet::load([]).unwrap()).unwrap();
    assert_eq!(none.findings(&estate(vec![lock()]), "assess", None).unwrap(), Vec::new());
}

#[test]
fn what_binds_to_the_organization_is_found() {
    let share = json!({"resourceShareName": "network", "associatedEntity": format!("arn:aws:organizations::{OLD_MANAGEMENT}:organization/{OLD}"),
        "associationType": "PRINCIPAL", "status": "ASSOCIATED", "external": false});
    let stacks = json!({"StackSetName": "guard", "PermissionModel": "SERVICE_MANAGED", "AutoDeployment": {"Enabled": true, "RetainStacksOnAccountRemoval": false}});
    let people = json!({"PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1/ps-1", "AccountIds": [MEMBER]});
    let plan = json!({"savingsPlanType": "Compute", "state": "active", "commitment": "1.5", "end": "2027-06-01T00:00:00Z"});
    let estate = estate(vec![
        fact(OLD_MANAGEMENT, "ram:GetResourceShareAssociations", "share", share),
        fact(OLD_MANAGEMENT, "AWS::CloudFormation::StackSet", "guard", stacks),
        fact(OLD_MANAGEMENT, "sso-admin:ListAccountsForProvisionedPermissionSet", "ps-1", people),
        fact(OLD_MANAGEMENT, "savingsplans:DescribeSavingsPlans", "sp-1", plan),
    ]);
    let told: Vec<String> = ["ram-org-shares", "stack-set-retention", "identity-center", "commitments"]
        .iter()
        .flat_map(|rule| findings(&DEFAULTS, &estate, rule))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    high shared-with-organization 200000000001, blocks: the resource share network is open to arn:aws:organizations::200000000001:organization/o-oldoldold1; who leaves the organization loses it
    high stacks-deleted 200000000001: the StackSet guard deletes its stacks in an account that leaves the organization
    high assignments-lost 200000000002, blocks: permission sets of the old IAM Identity Center that are assigned here: 1; they and their roles go with the move
    medium discount-stops 200000000001: a Compute Savings Plan of 1.5 USD an hour until 2027-06-01T00:00:00Z moves with the account and stops discounting the others
    ");
    let cheap = runner(&[("commitments", "minimum-commitment", json!(2))]);
    assert_eq!(findings(&cheap, &estate, "commitments"), Vec::<String>::new());
}

fn trail(account: &str, owner: &str, logging: bool) -> Vec<Fact> {
    let arn = format!("arn:aws:cloudtrail:eu-central-1:{owner}:trail/org");
    let doc = json!({"Name": "org", "TrailARN": arn, "S3BucketName": "archive", "IsMultiRegionTrail": true, "IsOrganizationTrail": true,
        "LogFileValidationEnabled": true, "HomeRegion": "eu-central-1"});
    vec![
        regional(account, "cloudtrail:DescribeTrails", &arn, doc),
        regional(account, "cloudtrail:GetTrailStatus", &arn, json!({"IsLogging": logging})),
    ]
}

#[test]
fn the_organization_trail_is_followed_to_the_archive() {
    let told = |facts: Vec<Fact>, archive: &str| {
        let runner = runner(&[("organization-trail", "log-archive-account", json!(archive))]);
        let told = findings(&runner, &estate(facts), "organization-trail");
        if told.is_empty() { "nothing".to_owned() } else { told.join("; ") }
    };
    let archive = || fact(MEMBER, BUCKETS, "archive", json!({"Bucket": "archive", "PolicyDocument": {"Statement": []}}));
    let with_archive = [trail(TARGET, TARGET, true), vec![archive()]].concat();
    let cases = [
        told(trail(TARGET, TARGET, true), ""),
        told(Vec::new(), ""),
        told(trail(TARGET, TARGET, false), ""),
        told(with_archive.clone(), MEMBER),
        told(with_archive, "300000000009"),
        told(trail(TARGET, TARGET, true), MEMBER),
    ];
    insta::assert_snapshot!(cases.join("\n"), @r"
    nothing
    high missing 100000000001: no organization trail covers the account
    high not-logging 100000000001: the organization trail arn:aws:cloudtrail:eu-central-1:100000000001:trail/org is not logging
    nothing
    high wrong-archive 100000000001: the organization trail arn:aws:cloudtrail:eu-central-1:100000000001:trail/org writes to account 200000000002
    high undetermined 100000000001: The organization trail logs to where it should: cannot be told: the owner of the bucket that arn:aws:cloudtrail:eu-central-1:100000000001:trail/org writes to
    ");
}

fn baseline(logging: bool, inspector: &str) -> Vec<Fact> {
    let mut facts = trail(MEMBER, TARGET, logging);
    facts.push(regional(MEMBER, "config:DescribeConfigurationRecorders", "default", json!({"name": "default"})));
    facts.push(regional(
        MEMBER,
        "config:DescribeConfigurationRecorderStatus",
        "default",
        json!({"recording": true, "lastStatus": "SUCCESS"}),
    ));
    facts.push(regional(MEMBER, "config:DescribeDeliveryChannels", "default", json!({"s3BucketName": "archive"})));
    let status = json!({"accountId": MEMBER, "state": {"status": inspector}, "resourceState": {"ec2": {"status": inspector}}});
    facts.push(regional(MEMBER, "inspector2:BatchGetAccountStatus", MEMBER, status));
    facts
}

fn prove(runner: &RuleRunner, facts: &[Fact]) -> String {
    let collections: Vec<Collection> = runner
        .proof_kinds()
        .iter()
        .map(|kind| Collection { region: Some("eu-central-1".to_owned()), ..look(MEMBER, kind, Outcome::Empty) })
        .collect();
    let proofs = runner.proofs(facts, &collections, &MEMBER.parse().unwrap()).unwrap();
    let line = |proof: &Proof| format!("{:?}: {}", proof.status, proof.title);
    proofs.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_baseline_is_proved_from_what_was_read() {
    insta::assert_snapshot!(prove(&DEFAULTS, &baseline(true, "ENABLED")), @r"
    Pass: AWS Config covers the account
    Pass: Amazon Inspector covers the account
    Pass: CloudTrail covers the account
    ");
    insta::assert_snapshot!(prove(&DEFAULTS, &baseline(false, "DISABLED")), @r"
    Pass: AWS Config covers the account
    Fail: Amazon Inspector does not cover the account: the status is DISABLED in eu-central-1
    Fail: CloudTrail does not cover the account: arn:aws:cloudtrail:eu-central-1:100000000001:trail/org is not logging
    ");
    let only = runner(&[("baseline", "services", json!(["config"]))]);
    insta::assert_snapshot!(prove(&only, &baseline(false, "DISABLED")), @"Pass: AWS Config covers the account");
}

#[test]
fn another_organizations_trail_is_no_proof() {
    let runner = runner(&[("baseline", "services", json!(["cloudtrail"]))]).with_target_management(OLD_MANAGEMENT.parse().unwrap());
    insta::assert_snapshot!(prove(&runner, &baseline(true, "ENABLED")), @"Fail: CloudTrail does not cover the account: no organization trail reaches it");
}

#[test]
fn no_proof_passes_where_a_kind_was_not_read() {
    let facts = baseline(true, "ENABLED");
    let proofs = DEFAULTS.proofs(&facts, &[], &MEMBER.parse().unwrap()).unwrap();
    assert_eq!(proofs.len(), 3);
    assert!(proofs.iter().all(|proof| proof.status != orgkit_model::Status::Pass || proof.title.contains("covers")), "{proofs:?}");
    let denied =
        [look(MEMBER, "config:DescribeDeliveryChannels", Outcome::Denied { action: "config:DescribeDeliveryChannels".to_owned() })];
    let proofs = DEFAULTS.proofs(&facts, &denied, &MEMBER.parse().unwrap()).unwrap();
    assert!(proofs.iter().all(|proof| proof.status != orgkit_model::Status::Pass), "{proofs:?}");
}

#[test]
fn accounts_are_placed_by_name_then_by_unit() {
    let decisions = DEFAULTS.placements(&estate(Vec::new())).unwrap();
    let told: Vec<String> =
        decisions.iter().map(|(account, decision)| format!("{account} {} ({})", decision.unit.join("/"), decision.decided_by)).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    200000000001 Production (foundation/placement: it is the old management account)
    200000000002 Production (foundation/placement: its name has `prod`)
    ");
    let rules = json!([{"phrases": ["live"], "unit": ["Workloads", "Live"]}]);
    let decisions = runner(&[("placement", "rules", rules)]).placements(&estate(Vec::new())).unwrap();
    insta::assert_snapshot!(format!("{:?}", decisions[&MEMBER.parse().unwrap()]), @r#"PlacementDecision { unit: ["Workloads", "Live"], decided_by: "foundation/placement: its unit has `live`", held: None }"#);
}

#[test]
fn an_account_that_is_not_active_is_placed_like_any_other() {
    let place = |estate: &Estate| DEFAULTS.placements(estate).unwrap()[&MEMBER.parse().unwrap()].clone();
    let mut suspended = estate(Vec::new());
    for fact in suspended.facts.iter_mut().filter(|fact| fact.name == MEMBER) {
        fact.doc["State"] = json!("SUSPENDED");
    }
    let placed = place(&suspended);
    assert_eq!((placed.held.as_deref(), &placed), (None, &place(&estate(Vec::new()))));
}

#[test]
fn the_deny_list_proposes_policies_and_excepts_the_migration_role() {
    let proposals = DEFAULTS.proposals(&estate(Vec::new())).unwrap();
    let told: Vec<String> = proposals.iter().map(|one| format!("{} at /{}: {}", one.name, one.unit.join("/"), one.because)).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    orgkit-deny-leave at /: members cannot leave the organization or close themselves
    orgkit-protect-baseline at /: members cannot turn off CloudTrail, AWS Config, GuardDuty, Security Hub or Inspector
    orgkit-deny-public-s3 at /: members cannot open S3 to the public
    orgkit-deny-regions at /: members work in approved regions only
    orgkit-sandbox at /Sandbox: sandboxes cannot connect to the network, keep long-lived keys or commit money
    ");
    insta::assert_snapshot!(proposals[0].content, @r#"{"Statement":[{"Action":["account:CloseAccount","organizations:LeaveOrganization"],"Condition":{"ArnNotLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/AWSControlTowerExecution","arn:aws:iam::*:role/OrganizationAccountAccessRole","arn:aws:iam::*:role/OrgkitMigration"]}},"Effect":"Deny","Resource":"*","Sid":"DenyLeave"}],"Version":"2012-10-17"}"#);
    let named = runner(&[("deny-list", "regions", json!(["eu-west-1"]))]).proposals(&estate(Vec::new())).unwrap();
    assert!(named[3].content.contains(r#""aws:RequestedRegion":["eu-west-1"]"#), "{}", named[3].content);
}
