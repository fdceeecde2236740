//! A world made from a discovered estate, discovered again, is that estate.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::Timestamp;
use orgkit_cloud::FACT_KINDS;
use orgkit_discover::{Discovery, Lookup, Scope};
use orgkit_model::{AccountId, Estate, Fact, LOOKUP_EVENTS, Outcome, PolicyType};
use orgkit_sim::{Gap, GapKind, OrganizationRole, SimCloud, Simulator, WorldFile, generate};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn start() -> Timestamp {
    "2026-03-01T00:00:00Z".parse().unwrap()
}

fn managements(world: &WorldFile, role: OrganizationRole) -> Vec<AccountId> {
    let of_role = world.organizations.iter().filter(|organization| organization.role == role);
    of_role.map(|organization| organization.management.clone()).collect()
}

/// What discovery finds in a world whose made-up ids come from a seed: another seed must not matter to what the file says.
/// Management and standalone accounts are entered with their own keys, members by the role that their organization made.
async fn discovered(world: &WorldFile, seed: u64) -> Estate {
    let simulator = Simulator::in_memory(world, seed, start()).unwrap();
    let mut cloud = SimCloud::new(simulator);
    let sources = managements(world, OrganizationRole::Source);
    let targets = managements(world, OrganizationRole::Target);
    let is_alone = |id: &AccountId| !sources.contains(id) && !targets.contains(id);
    let alone = || world.accounts.iter().filter(|account| account.organization.is_none() && is_alone(&account.id));
    for account in sources.iter().chain(&targets).chain(alone().map(|account| &account.id)) {
        cloud = cloud.administrator(account.clone());
    }
    let role = |management: &AccountId| (management.clone(), "OrganizationAccountAccessRole".to_owned());
    let scope = Scope {
        target_management: targets[0].clone(),
        member_roles: sources.iter().map(role).collect(),
        standalone: alone().map(|account| (account.id.clone(), account.name.clone())).collect(),
        regions: world.regions.clone(),
        kinds: FACT_KINDS.iter().map(|(kind, _)| (*kind).to_owned()).collect(),
        activity: Some(Lookup::default()),
        sources,
    };
    Discovery { cloud: &cloud, scope: &scope, at: start() }.run(&mut |_| ()).await.unwrap()
}

/// The world of an estate, written and read again as a person would use it.
fn world_of(estate: &Estate) -> (WorldFile, Vec<Gap>) {
    let (world, gaps) = WorldFile::from_estate(estate);
    let read = WorldFile::parse("from-estate.toml", &world.to_toml()).unwrap_or_else(|error| panic!("{error}\n{}", world.to_toml()));
    assert_eq!(read, world);
    (world, gaps)
}

/// Which accounts have the role by which their organization enters them. Nobody sees it in closed accounts, and people can have them back.
fn doors(world: &WorldFile) -> BTreeMap<&AccountId, bool> {
    world.accounts.iter().map(|account| (&account.id, world.has_access_role(account))).collect()
}

fn is_call(fact: &&Fact) -> bool {
    fact.kind == LOOKUP_EVENTS
}

/// What was called, by whom and how often. When is lost within a day: a world file has whole days.
fn calls(estate: &Estate) -> Vec<(String, String, Value)> {
    let timeless = |fact: &Fact| {
        let mut doc = fact.doc.clone();
        doc["CloudTrailEvent"].as_object_mut().unwrap().remove("eventTime");
        (fact.account.to_string(), fact.name.clone(), json!([doc["Count"], doc["CloudTrailEvent"]]))
    };
    estate.facts.iter().filter(is_call).map(timeless).collect()
}

/// Asserts that two estates are one; the facts come first, because they say best what is different.
fn assert_same(name: &str, first: &Estate, second: &Estate) {
    let others = |estate: &Estate| estate.facts.iter().filter(|fact| !is_call(fact)).cloned().collect::<Vec<_>>();
    let (before, after) = (others(first), others(second));
    for (one, two) in before.iter().zip(&after) {
        // When a trail last delivered depends on when the second discovery came to it.
        if one.kind != "cloudtrail:GetTrailStatus" {
            assert_eq!(one, two, "{name}");
        }
    }
    assert_eq!((&first.target, &first.sources, &first.standalone), (&second.target, &second.sources, &second.standalone), "{name}");
    assert_eq!(first.digest(), second.digest(), "{name}");
    assert_eq!(calls(first), calls(second), "{name}");
}

#[tokio::test]
async fn the_estate_of_its_world_is_the_estate() {
    let generated = [1, 7, 2026].map(|seed| generate(40, seed));
    for file in std::iter::once(WorldFile::acme()).chain(generated).chain([generate(420, 3)]) {
        let estate = discovered(&file, 1).await;
        let (world, _) = world_of(&estate);
        assert_eq!(doors(&file), doors(&world), "{}", file.name);
        assert_same(&file.name, &estate, &discovered(&world, 2).await);
    }
}

#[tokio::test]
async fn what_the_short_forms_of_a_world_file_leave_out_comes_back_too() {
    let text = WorldFile::acme().to_toml();
    let mut file = WorldFile::parse("acme.toml", &text).unwrap();
    let statement = json!({
        "Effect": "Allow", "Principal": { "AWS": ["*"], "Service": "lambda.amazonaws.com" }, "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": { "Bool": { "aws:SecureTransport": "true" } },
    });
    let trust = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    for organization in file.organizations.iter_mut().filter(|one| one.role == OrganizationRole::Source) {
        organization.full_access_detached = vec!["Sandbox".to_owned()];
        organization.policy_types = Some(vec![PolicyType::ServiceControlPolicy]);
        organization.trail.as_mut().unwrap().logging = false;
    }
    let member = file.accounts.iter_mut().find(|account| account.name == "acme-prod-data").unwrap();
    let role = member.roles.iter_mut().find(|role| role.name == "acme-lake-reader").unwrap();
    (role.trust, role.path, role.age_days) = (Some(trust), "/lake/".to_owned(), Some(11));
    let owner = file.accounts.iter_mut().find(|account| account.name == "acme").unwrap();
    owner.policies[0].path = "/deploy/".to_owned();
    owner.roles[0].managed_policies = vec!["arn:aws:iam::111122223333:policy/deploy/assume-deploy-roles".to_owned()];
    let share = &mut owner.shares[0];
    share.id = Some("0a1b2c3d-0000-4000-8000-000000000001".to_owned());
    share.principals.extend([
        "arn:aws:iam::888899990000:role/notebooks".to_owned(),
        "Workloads/Production".to_owned(),
        "888899990000".to_owned(),
    ]);
    let estate = discovered(&file, 1).await;
    let (world, _) = world_of(&estate);
    let source = world.organizations.iter().find(|one| one.role == OrganizationRole::Source).unwrap();
    assert_eq!(source.full_access_detached, ["Sandbox"]);
    let shared = |file: &WorldFile| file.accounts.iter().find(|account| account.name == "acme").unwrap().shares[0].principals.len();
    assert_eq!(shared(&world), shared(&file));
    assert_same("acme with more", &estate, &discovered(&world, 2).await);
}

#[tokio::test]
async fn where_nobody_could_look_there_is_a_gap_and_no_nothing() {
    let mut file = WorldFile::acme();
    let web = file.accounts.iter_mut().find(|account| account.name == "acme-prod-web").unwrap();
    web.access_role = Some(false);
    let mut estate = discovered(&file, 1).await;
    let (locked, hidden): (AccountId, AccountId) = ("222233334444".parse().unwrap(), "444455556666".parse().unwrap());
    let iam = "iam:GetAccountAuthorizationDetails";
    estate.facts.retain(|fact| fact.account != hidden || fact.kind != iam);
    for look in estate.collections.iter_mut().filter(|look| look.account == hidden && look.kind == iam) {
        look.outcome = Outcome::Denied { action: iam.to_owned() };
    }
    let (world, gaps) = world_of(&estate);
    let said = |account: &AccountId, words: &str| {
        gaps.iter().any(|gap| gap.kind == GapKind::Unseen && gap.text.contains(account.as_str()) && gap.text.contains(words))
    };
    assert!(said(&locked, "could not be entered"), "{gaps:#?}");
    assert!(said(&hidden, "is not allowed"), "{gaps:#?}");
    let again = discovered(&world, 2).await;
    let outcomes = |estate: &Estate| {
        let of_locked = estate.collections.iter().filter(|look| look.account == locked && look.kind == iam);
        of_locked.map(|look| look.outcome.clone()).collect::<Vec<_>>()
    };
    assert!(matches!(outcomes(&again).as_slice(), [Outcome::Failed { .. }]), "the door that was closed is closed in the world");
    assert_eq!(outcomes(&again), outcomes(&estate));
}

#[tokio::test]
async fn every_gap_is_a_sentence_and_a_poor_estate_has_more_of_them() {
    let estate = discovered(&WorldFile::acme(), 1).await;
    let (_, gaps) = world_of(&estate);
    for gap in &gaps {
        assert!(gap.text.ends_with('.') && !gap.text.contains('\n'), "{gap}");
    }
    assert!(gaps.is_sorted_by_key(|gap| gap.kind));
    let mut poor = estate.clone();
    poor.facts.clear();
    poor.collections.clear();
    let (world, poorer) = world_of(&poor);
    let never = poorer.iter().find(|gap| gap.text.starts_with("Discovery did not ask")).unwrap();
    assert!(never.text.contains("IAM roles and policies") && never.kind == GapKind::Unseen, "{never}");
    assert!(world.accounts.iter().all(|account| account.roles.is_empty() && account.access_role.is_none()), "nothing seen, nothing denied");
    assert_eq!(world.regions, poor.regions);
}
