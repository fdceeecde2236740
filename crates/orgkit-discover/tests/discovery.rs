//! Discovery over a small cloud in memory, and the estate file that comes of it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{ALONE, Fake, MEMBER, SOURCE, SUSPENDED, TARGET, id, place, world};
use jiff::Timestamp;
use orgkit_discover::{DiscoverError, Discovery, EstateFile, EstateFileError, Lookup, Scope, collect_account};
use orgkit_model::{Estate, LOOKUP_EVENTS, Outcome};
use serde_json::json;
use std::path::Path;

const REGIONS: [&str; 2] = ["us-east-1", "eu-central-1"];

fn scope() -> Scope {
    Scope {
        target_management: id(TARGET),
        sources: vec![id(SOURCE)],
        member_roles: std::collections::BTreeMap::new(),
        standalone: vec![(id(ALONE), "lonely".to_owned())],
        regions: REGIONS.map(str::to_owned).to_vec(),
        kinds: common::KINDS.iter().map(|(kind, _)| (*kind).to_owned()).collect(),
        activity: None,
    }
}

async fn discover(cloud: &Fake, at: i64) -> Result<Estate, DiscoverError> {
    let scope = scope();
    let mut looks = 0;

    Discovery { cloud, scope: &scope, at: Timestamp::new(at, 0).unwrap() }
        .run(&mut |progress| {
            assert_eq!(progress.done, looks);
            looks += 1;
            assert!(looks <= progress.total);
        })
        .await
}

fn outcome<'a>(estate: &'a Estate, account: &str, region: Option<&str>, kind: &str) -> &'a Outcome {
    let matching =
        estate.collections.iter().filter(|one| one.account == id(account) && one.region.as_deref() == region && one.kind == kind);
    let found: Vec<_> = matching.collect();
    assert_eq!(found.len(), 1, "{account} {region:?} {kind}");
    &found[0].outcome
}

#[tokio::test]
async fn both_sides_are_read_with_facts_and_outcomes() {
    let cloud = world();
    let estate = discover(&cloud, 0).await.unwrap();
    assert_eq!(estate.target, cloud.organizations[0]);
    assert_eq!(estate.sources, [cloud.organizations[1].clone()]);
    assert_eq!(estate.standalone[0].name, "lonely");
    assert_eq!(estate.regions, ["eu-central-1", "us-east-1"]);
    let trails = "cloudtrail:DescribeTrails";
    assert_eq!(*outcome(&estate, MEMBER, Some("us-east-1"), trails), Outcome::Collected { count: 1 });
    assert_eq!(*outcome(&estate, MEMBER, Some("eu-central-1"), trails), Outcome::Empty);
    assert_eq!(*outcome(&estate, TARGET, Some("us-east-1"), trails), Outcome::Collected { count: 1 });
    let suspended = Outcome::NotAvailable { reason: "account is suspended".to_owned() };
    assert_eq!(*outcome(&estate, SUSPENDED, Some("us-east-1"), trails), suspended);
    let asked = cloud.asked.borrow();
    assert!(asked.contains(&place(SOURCE, Some("us-east-1"), "AWS::EC2::VPC")));
    assert!(!asked.iter().any(|(account, _, kind)| account == MEMBER && kind == "AWS::EC2::VPC"));
    assert!(!asked.iter().any(|(account, _, _)| account == SUSPENDED));
    assert!(!asked.iter().any(|(account, _, kind)| account == TARGET && kind.starts_with("iam:")));
}

#[tokio::test]
async fn what_the_walk_read_stands_as_facts() {
    let estate = discover(&world(), 0).await.unwrap();
    let doc = |kind: &str, name: &str| estate.facts_of(kind).find(|fact| fact.name == name).unwrap().doc.clone();
    assert_eq!(
        doc("organizations:DescribeAccount", MEMBER),
        json!({
            "Id": MEMBER, "Name": "shop", "State": "ACTIVE", "JoinedMethod": "CREATED", "OrganizationId": "o-source0000",
            "ManagementAccount": false, "UnitPath": ["Workloads", "Prod"],
            "DelegatedAdministratorFor": ["config.amazonaws.com", "guardduty.amazonaws.com"], "Tags": {},
        })
    );
    assert_eq!(doc("organizations:DescribeAccount", ALONE)["OrganizationId"], json!(null));
    assert_eq!(doc("organizations:DescribeAccount", SOURCE)["ManagementAccount"], json!(true));
    assert_eq!(
        doc("organizations:DescribeOrganization", "o-source0000"),
        json!({"Id": "o-source0000", "MasterAccountId": SOURCE, "FeatureSet": "ALL", "Role": "source"})
    );
    assert_eq!(*outcome(&estate, SUSPENDED, None, "organizations:DescribeAccount"), Outcome::Collected { count: 1 });
}

#[tokio::test]
async fn a_look_that_failed_is_never_empty() {
    let mut cloud = world();
    let iam = "iam:GetAccountAuthorizationDetails";
    let told = "User: x is not authorized to perform: iam:GetAccountAuthorizationDetails";
    cloud.errors.insert(place(SOURCE, None, iam), ("AccessDenied".to_owned(), told.to_owned()));
    cloud.errors.insert(place(ALONE, None, iam), ("InternalFailure".to_owned(), "try later".to_owned()));
    cloud.locked.insert(MEMBER.to_owned());
    let estate = discover(&cloud, 0).await.unwrap();
    assert_eq!(*outcome(&estate, SOURCE, None, iam), Outcome::Denied { action: iam.to_owned() });
    assert!(matches!(outcome(&estate, ALONE, None, iam), Outcome::Failed { .. }));
    assert!(matches!(outcome(&estate, MEMBER, None, iam), Outcome::Failed { reason } if reason.contains("no way in")));
    assert!(!cloud.asked.borrow().iter().any(|(account, _, _)| account == MEMBER));
}

#[tokio::test]
async fn a_source_that_was_deleted_is_a_standalone_account_and_what_has_joined_is_not() {
    let mut cloud = world();
    cloud.organizations.truncate(1);
    let joined = common::account(ALONE, "lonely", orgkit_model::AccountState::Active);
    cloud.organizations[0].parents.insert(id(ALONE), "r-targ".parse().unwrap());
    cloud.organizations[0].accounts.insert(id(ALONE), joined);
    let estate = discover(&cloud, 0).await.unwrap();
    assert!(estate.sources.is_empty());
    assert_eq!(estate.standalone.iter().map(|account| account.id.as_str()).collect::<Vec<_>>(), [SOURCE]);
}

fn event(name: &str, time: &str) -> String {
    json!({ "eventSource": "ec2.amazonaws.com", "eventName": name, "eventTime": time, "eventID": time }).to_string()
}

async fn with_history(cloud: &Fake, pages: u32) -> Estate {
    let scope = Scope { regions: vec!["eu-central-1".to_owned()], activity: Some(Lookup { days: 90, pages }), ..scope() };
    Discovery { cloud, scope: &scope, at: Timestamp::new(0, 0).unwrap() }.run(&mut |_| {}).await.unwrap()
}

#[tokio::test]
async fn calls_are_looked_up_in_every_moving_account_and_stand_once() {
    let mut cloud = world();
    let home = place(MEMBER, Some("us-east-1"), LOOKUP_EVENTS);
    let runs = |day: &str| event("RunInstances", &format!("2026-01-{day}T00:00:00Z"));
    cloud.history.insert(home, vec![vec![runs("05"), runs("04")], vec![runs("03"), event("StopInstances", "2026-01-02T00:00:00Z")]]);
    cloud.errors.insert(place(ALONE, Some("us-east-1"), LOOKUP_EVENTS), ("AccessDenied".to_owned(), "no".to_owned()));
    let estate = with_history(&cloud, 40).await;
    let counts: Vec<_> = estate.facts_of(LOOKUP_EVENTS).map(|fact| (fact.account.as_str(), fact.doc["Count"].clone())).collect();
    assert_eq!(counts, [(MEMBER, json!(3)), (MEMBER, json!(1))]);
    let came = |account, region| outcome(&estate, account, Some(region), LOOKUP_EVENTS).clone();
    assert_eq!(came(MEMBER, "us-east-1"), Outcome::Collected { count: 2 }, "global services are recorded in the home region");
    assert_eq!(came(MEMBER, "eu-central-1"), Outcome::Empty);
    assert_eq!(came(ALONE, "us-east-1"), Outcome::Denied { action: LOOKUP_EVENTS.to_owned() });
    assert_eq!(came(SUSPENDED, "us-east-1"), Outcome::NotAvailable { reason: "account is suspended".to_owned() });
    assert!(!estate.collections.iter().any(|look| look.kind == LOOKUP_EVENTS && look.account == id(TARGET)));

    let fewer = with_history(&cloud, 1).await;
    let reason = "only the newest 2 events were read, back to 2026-01-04T00:00:00Z".to_owned();
    assert_eq!(*outcome(&fewer, MEMBER, Some("us-east-1"), LOOKUP_EVENTS), Outcome::Partial { count: 1, reason });
    assert_eq!(fewer.digest(), estate.digest(), "what is called is not what the estate is");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("estate.db");
    EstateFile::write(&path, &fewer).unwrap();
    assert_eq!(EstateFile::read(&path).unwrap(), fewer);
    open(&path).execute("UPDATE facts SET name = 'other' WHERE kind = ?", [LOOKUP_EVENTS]).unwrap();
    assert!(matches!(EstateFile::read(&path), Err(EstateFileError::Damaged { .. })), "a call is part of the file all the same");
}

#[tokio::test]
async fn an_account_that_is_not_what_the_scope_says_stops_the_discovery() {
    let mut cloud = world();
    cloud.organizations[1].organization.management_account = id(MEMBER);
    let error = discover(&cloud, 0).await.unwrap_err();
    assert_eq!(error.to_string(), "account 222222222222 does not manage organization o-source0000; 333333333333 does");
    let mut cloud = world();
    cloud.locked.insert(ALONE.to_owned());
    assert!(matches!(discover(&cloud, 0).await, Err(DiscoverError::Cloud(error)) if error.is("NoAccess")));
}

#[tokio::test]
async fn one_account_is_collected_by_itself() {
    let cloud = world();
    let (facts, collections) = collect_account(&cloud, &id(MEMBER), &scope().regions, &scope().kinds).await;
    assert_eq!(facts.len(), 1);
    assert_eq!(collections.len(), 3, "trails in two regions and IAM");
    let mut cloud = world();
    cloud.locked.insert(MEMBER.to_owned());
    let (facts, collections) = collect_account(&cloud, &id(MEMBER), &scope().regions, &scope().kinds).await;
    assert!(facts.is_empty());
    assert!(collections.len() == 3 && collections.iter().all(|one| !one.outcome.looked()));
}

#[tokio::test]
async fn an_estate_file_gives_back_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("estate.db");
    let mut cloud = world();
    cloud.organizations[1].delegated_administrators.push(orgkit_model::DelegatedAdministrator { account: id(SOURCE), services: vec![] });
    cloud.organizations[1].delegated_administrators.sort_by(|a, b| a.account.cmp(&b.account));
    let first = discover(&cloud, 10).await.unwrap();
    EstateFile::write(&path, &first).unwrap();
    EstateFile::write(&path, &first).unwrap();
    assert_eq!(EstateFile::read(&path).unwrap(), first);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    let second = discover(&cloud, 20).await.unwrap();
    assert_eq!(second.digest(), first.digest());
    let documents: i64 =
        open(&path).query_row("SELECT count(*) FROM documents WHERE content LIKE '%2012-10-17%'", [], |row| row.get(0)).unwrap();
    assert_eq!(documents, 1, "two organizations have the same policy");
}

fn open(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).unwrap()
}

#[tokio::test]
async fn a_file_that_is_not_a_good_estate_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("estate.db");
    assert!(matches!(EstateFile::read(&path), Err(EstateFileError::Io { .. })));
    std::fs::write(&path, "hello, this is no database at all").unwrap();
    assert!(matches!(EstateFile::read(&path), Err(EstateFileError::NotAnEstate { .. })));
    std::fs::remove_file(&path).unwrap();
    open(&path).execute_batch("CREATE TABLE t (a)").unwrap();
    assert!(matches!(EstateFile::read(&path), Err(EstateFileError::NotAnEstate { .. })));
    let estate = discover(&world(), 0).await.unwrap();
    let damages = ["UPDATE facts SET name = 'other' WHERE rowid = 1", "DELETE FROM collections WHERE rowid = 1", "DROP TABLE units"];
    for damage in damages {
        EstateFile::write(&path, &estate).unwrap();
        open(&path).execute_batch(damage).unwrap();
        assert!(matches!(EstateFile::read(&path), Err(EstateFileError::Damaged { .. })), "{damage}");
    }
    EstateFile::write(&path, &estate).unwrap();
    open(&path).pragma_update(None, "user_version", 99).unwrap();
    let error = EstateFile::read(&path).unwrap_err();
    assert_eq!(error.to_string(), format!("`{}` has estate schema 99; this orgkit reads up to 1", path.display()));
}
