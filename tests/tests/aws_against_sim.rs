//! The cloud traits over the real SDK, against the simulated AWS in the same process: every request is signed, encoded, decoded and judged
//! as AWS would do it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::{SignedDuration, Timestamp};
use orgkit_aws::AwsCloud;
use orgkit_cloud::{Access, CloudChange as _, CloudRead as _, ErrorClass};
use orgkit_discover::{Discovery, EstateFile, Lookup, Scope};
use orgkit_model::{AccountId, Estate, HandshakeState, LOOKUP_EVENTS, Outcome, ParentId, PolicyType};
use orgkit_sim::{Simulator, WorldFile};
use serde_json::Value;
use std::sync::Arc;

const OLD: &str = "111122223333";
const NEW: &str = "101010101010";
const WEB: &str = "222233334444";
const DATA: &str = "333344445555";
const SANDBOX: &str = "555566667777";
const CLOSED: &str = "777788889999";
const STANDALONE: [&str; 3] = ["888899990000", "999900001111", "123412341234"];
const ACCESS_ROLE: &str = "OrganizationAccountAccessRole";

fn id(text: &str) -> AccountId {
    text.parse().unwrap()
}

fn simulator() -> Simulator {
    let start: Timestamp = "2026-11-21T09:00:00Z".parse().unwrap();
    Simulator::in_memory(&WorldFile::acme(), 7, start).unwrap()
}

/// The cloud as a rehearsal has it: keys for what stands by itself, the access role for members.
fn cloud(simulator: &Simulator) -> AwsCloud {
    let (clock, sleeper) = (simulator.clone(), simulator.clone());
    let sleep = move |duration| {
        sleeper.advance(SignedDuration::try_from(duration).unwrap()).unwrap();
    };
    let mut builder = AwsCloud::builder().http_client(simulator.http_client()).virtual_time(Arc::new(move || clock.now()), Arc::new(sleep));
    for account in [OLD, NEW].into_iter().chain(STANDALONE) {
        let keys = simulator.credentials(&id(account)).unwrap();
        builder = builder.keys(id(account), keys.access_key_id, keys.secret_access_key);
    }
    for account in [WEB, DATA, "444455556666", SANDBOX, "666677778888"] {
        builder = builder.access(id(account), Access::Role { via: id(OLD), role: ACCESS_ROLE.to_owned() });
    }
    builder.build()
}

async fn discover(cloud: &AwsCloud, at: Timestamp) -> Estate {
    let scope = Scope {
        target_management: id(NEW),
        sources: vec![id(OLD)],
        member_roles: std::collections::BTreeMap::new(),
        standalone: STANDALONE.map(|account| (id(account), format!("name of {account}"))).to_vec(),
        regions: vec!["us-east-1".to_owned(), "eu-west-1".to_owned()],
        kinds: cloud.fact_kinds().iter().map(|(kind, _)| (*kind).to_owned()).collect(),
        activity: Some(Lookup::default()),
    };
    Discovery { cloud, scope: &scope, at }.run(&mut |_| {}).await.unwrap()
}

/// The document of the only fact, or the first, of a kind in an account whose name contains a text.
fn doc<'a>(estate: &'a Estate, kind: &'a str, account: &str, name: &str) -> &'a Value {
    let found = estate.facts_of(kind).find(|fact| fact.account == id(account) && fact.name.contains(name));
    &found.unwrap_or_else(|| panic!("no {kind} in {account} with `{name}`")).doc
}

#[tokio::test]
async fn all_of_acme_is_discovered() {
    let simulator = simulator();
    let estate = discover(&cloud(&simulator), simulator.now()).await;
    assert_eq!(estate.target.organization.id.as_str(), "o-acmenew2026");
    let source = &estate.sources[0];
    assert_eq!(source.accounts.len(), 7);
    let path = source.unit_path(&source.parents[&id(WEB)]);
    assert_eq!(path, ["Workloads", "Production"]);
    assert!(source.policies.iter().any(|policy| policy.name == "DenyLeaveOrganization" && policy.kind == PolicyType::ServiceControlPolicy));
    assert_eq!(source.delegated_administrators[0].services, ["guardduty.amazonaws.com"]);
    assert_eq!(estate.standalone.len(), 3);

    let failed: Vec<_> = estate.collections.iter().filter(|look| !look.outcome.looked()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    let closed = estate.collections.iter().filter(|look| look.account == id(CLOSED) && !look.kind.starts_with("organizations:"));
    assert!(closed.clone().count() > 0);
    assert!(closed.clone().all(|look| matches!(look.outcome, Outcome::NotAvailable { .. })));

    let fact = |kind, account, name| doc(&estate, kind, account, name);
    let lake = fact("AWS::S3::BucketPolicy", DATA, "acme-data-lake");
    assert_eq!(lake["PolicyDocument"]["Statement"][0]["Sid"], "OnlyOurOrganization");
    let role = fact("iam:GetAccountAuthorizationDetails", DATA, "role/acme-lake-reader");
    assert_eq!(role["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]["StringEquals"]["aws:PrincipalOrgID"], "o-acmelegacy1");
    assert_eq!(fact("cloudtrail:DescribeTrails", WEB, "acme-organization-trail")["IsOrganizationTrail"], true);
    assert_eq!(fact("cloudtrail:GetTrailStatus", NEW, "organization-trail")["IsLogging"], true);
    assert_eq!(fact("config:DescribeConfigurationRecorders", WEB, "")["recordingGroup"]["allSupported"], true);
    assert_eq!(fact("ram:GetResourceShareAssociations", OLD, "o-acmelegacy1")["associationType"], "PRINCIPAL");
    assert_eq!(fact("savingsplans:DescribeSavingsPlans", OLD, "0001")["savingsPlanType"], "Compute");
    assert_eq!(fact("AWS::CloudFormation::StackSet", OLD, "")["AutoDeployment"]["RetainStacksOnAccountRemoval"], false);
    assert_eq!(fact("inspector2:GetDelegatedAdminAccount", NEW, "303030303030")["delegatedAdmin"]["relationshipStatus"], "ENABLED");
    let stopped = fact(LOOKUP_EVENTS, WEB, "role/acme-night-saver config:StopConfigurationRecorder");
    assert_eq!((&stopped["Count"], &stopped["CloudTrailEvent"]["awsRegion"]), (&Value::from(88), &Value::from("us-east-1")));
    assert!(!estate.facts_of(LOOKUP_EVENTS).any(|fact| fact.account == id(NEW) || fact.account == id(CLOSED)));
    let sets = estate.facts_of("sso-admin:ListAccountsForProvisionedPermissionSet").filter(|fact| fact.account == id(OLD));
    assert_eq!(sets.map(|fact| fact.doc["AccountIds"].as_array().unwrap().len()).sum::<usize>(), 7);
}

#[tokio::test]
async fn the_same_world_gives_the_same_digest_and_the_file_keeps_it() {
    let (first, second) = (simulator(), simulator());
    let estate = discover(&cloud(&first), first.now()).await;
    let other = discover(&cloud(&second), second.now()).await;
    assert_eq!(estate.digest(), other.digest());
    assert_eq!(first.now(), second.now(), "the clocks agree too");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("acme.estate");
    EstateFile::write(&path, &estate).unwrap();
    assert_eq!(EstateFile::read(&path).unwrap(), estate);
}

#[tokio::test]
async fn an_account_is_invited_accepts_and_is_moved() {
    let simulator = simulator();
    let cloud = cloud(&simulator);
    let (new, sandbox) = (id(NEW), id(SANDBOX));
    let sent = cloud.invite(&new, &sandbox, "orgkit:test:1").await.unwrap();
    assert_eq!(sent.state, HandshakeState::Open);
    let again = cloud.invite(&new, &sandbox, "orgkit:test:1").await.unwrap_err();
    assert_eq!((again.class, again.code.as_deref()), (ErrorClass::Refused, Some("DuplicateHandshakeException")));
    let received = cloud.invitations_received(&sandbox).await.unwrap();
    assert_eq!(received, cloud.invitations_sent(&new).await.unwrap());
    assert_eq!(received[0].id, sent.id);
    assert_eq!(received[0].notes.as_deref(), Some("orgkit:test:1"));
    assert_eq!(received[0].organization.as_ref().unwrap().as_str(), "o-acmenew2026");
    assert_eq!(received[0].account.as_ref(), Some(&sandbox));

    let accepted = cloud.accept(&sandbox, &sent.id).await.unwrap();
    assert_eq!(accepted.state, HandshakeState::Accepted);
    assert_eq!(cloud.organization(&sandbox).await.unwrap().unwrap().management_account, new);
    assert_eq!(cloud.account(&id(OLD), &sandbox).await.unwrap(), None);

    let root: ParentId = cloud.root(&new).await.unwrap().into();
    let unit = cloud.create_unit(&new, &root, "Sandbox").await.unwrap();
    let unit_id: ParentId = unit.id.clone().into();
    cloud.move_account(&new, &sandbox, &root, &unit_id).await.unwrap();
    assert_eq!(cloud.parent(&new, &sandbox).await.unwrap(), unit_id);
    let twice = cloud.move_account(&new, &sandbox, &root, &unit_id).await.unwrap_err();
    assert_eq!(twice.class, ErrorClass::Refused);

    let estate = discover(&cloud, simulator.now()).await;
    assert!(estate.target.accounts.contains_key(&sandbox) && !estate.sources[0].accounts.contains_key(&sandbox));
}

#[tokio::test]
async fn a_way_in_is_made_exercised_and_then_preferred() {
    let simulator = simulator();
    let cloud = cloud(&simulator);
    let (web, new) = (id(WEB), id(NEW));
    let before = cloud.caller_arn(&web).await.unwrap();
    assert!(before.contains(ACCESS_ROLE), "{before}");
    let access = Access::Role { via: new.clone(), role: "OrgkitAccess".to_owned() };
    let refused = cloud.exercise(&web, &access).await.unwrap_err();
    assert!(refused.is_access_denied(), "{refused:?}");
    assert_eq!(refused.class, ErrorClass::Credentials);
    for _ in 0..2 {
        cloud.put_access_role(&web, "OrgkitAccess", &new).await.unwrap();
    }
    let arn = cloud.exercise(&web, &access).await.unwrap();
    assert_eq!(arn, "arn:aws:sts::222233334444:assumed-role/OrgkitAccess/orgkit");
    assert_eq!(cloud.caller_arn(&web).await.unwrap(), before);
    cloud.prefer_access(&web, access);
    assert_eq!(cloud.caller_arn(&web).await.unwrap(), arn);
}

#[tokio::test]
async fn stacks_are_made_to_stay_and_policies_are_written() {
    let simulator = simulator();
    let cloud = cloud(&simulator);
    let (old, new) = (id(OLD), id(NEW));
    let kind = "AWS::CloudFormation::StackSet";
    let sets = cloud.facts(&old, Some("us-east-1"), kind).await.unwrap();
    cloud.retain_stacks(&old, "us-east-1", &sets[0].name).await.unwrap();
    let sets = cloud.facts(&old, Some("us-east-1"), kind).await.unwrap();
    assert_eq!(sets[0].doc["AutoDeployment"]["RetainStacksOnAccountRemoval"], true);

    let content = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:CreateUser","Resource":"*"}]}"#;
    let policy = cloud.create_policy(&new, PolicyType::ServiceControlPolicy, "NoUsers", content).await.unwrap();
    let root = cloud.root(&new).await.unwrap();
    cloud.attach_policy(&new, &policy, root.as_str()).await.unwrap();
    let changed = content.replace("iam:CreateUser", "iam:CreateAccessKey");
    cloud.update_policy(&new, &policy, &changed).await.unwrap();
    let policies = cloud.policies(&new, PolicyType::ServiceControlPolicy).await.unwrap();
    let written = policies.iter().find(|known| known.id == policy).unwrap();
    assert_eq!((written.content.as_str(), written.targets.as_slice()), (changed.as_str(), [root.to_string()].as_slice()));
    let rcps = cloud.policies(&new, PolicyType::ResourceControlPolicy).await.unwrap();
    assert_eq!(rcps.iter().map(|policy| (policy.id.as_str(), policy.aws_managed)).collect::<Vec<_>>(), [("p-RCPFullAWSAccess", true)]);

    cloud.deregister_delegated_administrator(&old, &id("666677778888"), "guardduty.amazonaws.com").await.unwrap();
    assert!(cloud.delegated_administrators(&old).await.unwrap().is_empty());
    let kept = cloud.delete_organization(&old).await.unwrap_err();
    assert_eq!(kept.code.as_deref(), Some("OrganizationNotEmptyException"));
}

#[tokio::test]
async fn keys_of_another_account_are_noticed() {
    let simulator = simulator();
    let clock = simulator.clone();
    let keys = simulator.credentials(&id(OLD)).unwrap();
    let cloud = AwsCloud::builder()
        .http_client(simulator.http_client())
        .virtual_time(Arc::new(move || clock.now()), Arc::new(|_| ()))
        .keys(id(NEW), keys.access_key_id, keys.secret_access_key)
        .build();
    let error = cloud.caller_arn(&id(NEW)).await.unwrap_err();
    assert_eq!((error.class, error.code.as_deref()), (ErrorClass::Credentials, Some("AccountMismatch")));
    let error = cloud.caller_arn(&id(WEB)).await.unwrap_err();
    assert_eq!((error.class, error.code.as_deref()), (ErrorClass::Credentials, Some("NoAccess")));
}
