//! What holds after any calls whatever.

use super::*;
use crate::catalog::SERVICES;
use crate::organizations::SERVICE;
use orgkit_model::PolicyType;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The errors that each operation of Organizations declares beyond `AccessDenied`, `InvalidInput`, `Service` and `TooManyRequests`, which
/// all have, without the ending `Exception` (botocore `organizations/2016-11-28`).
const DECLARED: &str = include_str!("declared.txt");

fn declared() -> BTreeMap<&'static str, Vec<&'static str>> {
    let rows = DECLARED.lines().filter_map(|line| line.split_once(':'));
    rows.map(|(operation, errors)| (operation, errors.split_whitespace().collect())).collect()
}

fn accounts() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![OLD, NEW, YOUNG_ORGANIZATION, MEMBER, DELEGATED, FRESH, SUSPENDED, FENCED, STANDALONE, "101010101010"])
}

/// Documents that some type takes: SCP, RCP, backup, Security Hub, resource policy, none.
const CONTENTS: [&str; 6] = [
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#,
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}"#,
    r#"{"plans":{"daily":{"regions":{"@@append":["eu-west-1"]}}}}"#,
    r#"{"securityhub":{"enable_in_regions":{"@@assign":[]},"disable_in_regions":{"@@assign":[]}}}"#,
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"333333333333"},"Action":"organizations:*Policy","Resource":"*"}}"#,
    "x",
];

/// A value for any member of any input: mostly something that exists.
fn value(member: &'static str) -> BoxedStrategy<Value> {
    let texts = |texts: &[&str]| prop::sample::select(texts.iter().map(|text| json!(text)).collect::<Vec<_>>()).boxed();
    match member {
        "Target" => accounts().prop_map(|id| json!({ "Id": id, "Type": "ACCOUNT" })).boxed(),
        "Type" | "Filter" | "PolicyType" => {
            texts(&["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "BACKUP_POLICY", "SECURITYHUB_POLICY", "x"])
        }
        "ServicePrincipal" => texts(&["guardduty.amazonaws.com", "config.amazonaws.com", "securityhub.amazonaws.com", "x"]),
        "Content" => texts(&CONTENTS),
        "ChildType" => texts(&["ACCOUNT", "ORGANIZATIONAL_UNIT", "x"]),
        "FeatureSet" => texts(&["ALL", "CONSOLIDATED_BILLING", "x"]),
        "Name" | "Description" | "AccountName" | "SourceName" => texts(&["a", "b", ""]),
        "Email" => texts(&["a@example.com", "b@example.com", "member@example.com", "x"]),
        "RoleName" => texts(&["Admin", "AWSServiceRoleForX"]),
        "States" => texts(&["SUCCEEDED", "FAILED", "x"]).prop_map(|state| json!([state])).boxed(),
        "StartTimestamp" | "EndTimestamp" => texts(&[
            "2026-12-01T00:00:00Z",
            "2027-02-01T00:00:00Z",
            "2027-03-31T23:59:59.999Z",
            "2026-12-31T23:59:59Z",
            "2026-12-02T00:00:00Z",
            "x",
        ]),
        "Tags" => prop::collection::vec(texts(&["team", "cost", "aws:x", ""]), 0..3)
            .prop_map(|keys| keys.into_iter().map(|key| json!({ "Key": key, "Value": "v" })).collect::<Vec<_>>().into())
            .boxed(),
        "TagKeys" => texts(&["team", "aws:x"]).prop_map(|key| json!([key])).boxed(),
        "MaxResults" => (0..22i64).prop_map(|most| json!(most)).boxed(),
        "NextToken" => texts(&["", "00"]),
        _ => accounts().prop_map(|id| json!(id)).boxed(),
    }
}

const MEMBERS: [&str; 32] = [
    "AccountId",
    "AccountName",
    "ChildId",
    "ChildType",
    "Content",
    "CreateAccountRequestId",
    "DestinationParentId",
    "Description",
    "Email",
    "EndTimestamp",
    "FeatureSet",
    "Filter",
    "HandshakeId",
    "Id",
    "MaxResults",
    "Name",
    "NextToken",
    "OrganizationalUnitId",
    "ParentId",
    "PolicyId",
    "PolicyType",
    "ResourceId",
    "RoleName",
    "RootId",
    "ServicePrincipal",
    "SourceName",
    "SourceParentId",
    "StartTimestamp",
    "States",
    "TagKeys",
    "Tags",
    "Target",
];

#[derive(Debug, Clone)]
struct Step {
    by: &'static str,
    operation: &'static str,
    input: Value,
    /// Which existing id to put in for ids that only the world knows.
    pick: usize,
    wait: i64,
}

fn step() -> impl Strategy<Value = Step> {
    let operations: Vec<&str> = SERVICE.operations.iter().map(|row| row.name).collect();
    let input = MEMBERS.map(|member| prop::option::weighted(0.9, value(member)).prop_map(move |value| (member, value)));
    (accounts(), prop::sample::select(operations), input.to_vec(), any::<usize>(), 0..3i64).prop_map(
        |(by, operation, members, pick, wait)| {
            let given = members.into_iter().filter(|(member, _)| !matches!(*member, "MaxResults" | "NextToken") || pick % 4 == 0);
            let mut input: Value =
                given.filter_map(|(member, value)| Some((member.to_owned(), value?))).collect::<serde_json::Map<_, _>>().into();
            input["Type"] = input.get("PolicyType").cloned().unwrap_or_default();
            if operation.contains("Responsibility") {
                input["Type"] = json!("BILLING");
            }
            if operation.starts_with("ListHandshakes") {
                input["Filter"] = json!({});
            }
            Step { by, operation, input, pick, wait }
        },
    )
}

impl Step {
    /// Puts ids of things that exist where the input needs some.
    fn aim(&self, world: &World) -> Value {
        let mut input = self.input.clone();
        let mut put = |members: &[&str], ids: Vec<String>| {
            if let Some(id) = ids.get(self.pick.checked_rem(ids.len()).unwrap_or_default()) {
                members.iter().filter(|_| !self.pick.is_multiple_of(7)).for_each(|member| input[*member] = json!(id));
            }
        };
        let organization = world.organization_of(&account(self.by));
        put(&["HandshakeId"], world.handshakes.ids().map(ToString::to_string).collect());
        put(&["Id"], world.transfers.keys().cloned().collect());
        if let Some(organization) = organization {
            put(&["CreateAccountRequestId"], organization.ledger.creations.keys().cloned().collect());
            put(&["PolicyId"], organization.policies.keys().map(ToString::to_string).collect());
            put(&["OrganizationalUnitId"], organization.units.keys().map(ToString::to_string).collect());
            put(&["RootId", "ParentId", "SourceParentId"], vec![organization.root.to_string()]);
            let mut places: Vec<String> = organization.units.keys().map(ToString::to_string).collect();
            put(&["DestinationParentId"], places.clone());
            places.push(self.by.to_owned());
            put(&["ResourceId"], places.iter().chain(world.transfers.keys()).cloned().collect());
            put(&["TargetId", "ChildId"], places);
        }
        input
    }
}

/// What must be true of every world.
fn check(world: &World) {
    for organization in world.organizations.values() {
        let management = world.organization_of(&organization.management);
        assert_eq!(management.map(|own| &own.id), Some(&organization.id), "a management account is in its organization");
        let placed = world.accounts.values().filter_map(|account| Some((account.id.clone(), account.membership.as_ref()?)));
        let own = placed.filter(|(_, place)| place.organization == organization.id).map(|(id, place)| (id, place.parent.clone()));
        assert!(organization.members == own.collect(), "the members of {} are those whose membership says so", organization.id);
        for id in organization.delegated.keys() {
            assert!(world.member(&organization.id, id.as_str()).is_some(), "a delegated administrator is a member");
        }
        for (target, policy) in organization.attachments.iter() {
            let there = organization.parent(target).is_some() || world.member(&organization.id, target).is_some();
            let kind = organization.policies.get(policy).map(|policy| policy.kind);
            assert!(there && kind.is_some(), "attachments have both ends: {target} {policy}");
            assert!(kind.is_some_and(|kind| organization.is_enabled(kind)), "what is attached is of an enabled type");
        }
        for kind in [PolicyType::ServiceControlPolicy, PolicyType::ResourceControlPolicy] {
            for (member, _) in world.members(&organization.id) {
                let on = organization.policies_on(member.id.as_str(), kind).count();
                assert_eq!(on > 0, organization.is_enabled(kind), "each account has a policy of each enabled type");
            }
        }
    }
    for record in world.accounts.values() {
        let place = record.membership.as_ref().map(|place| (world.organizations.get(&place.organization), &place.parent));
        assert!(
            place.is_none_or(|(organization, parent)| organization.is_some_and(|known| known.has_parent(parent))),
            "members hang in a tree"
        );
        let found = world.account_with_email(&record.email).map(|account| &account.id);
        assert!(found.is_some_and(|found| found <= &record.id), "{} is found by its address, or a twin before it", record.id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn calls_keep_the_world_whole_and_refuse_with_declared_errors(steps in prop::collection::vec(step(), 1..60)) {
        let declared = declared();
        let mut cloud = Cloud::new();
        for step in steps {
            let input = step.aim(&cloud.world);
            cloud.world.catch_up(cloud.now);
            let before = cloud.world.clone();
            let was_member = before.membership(&account(step.by)).is_some();
            match cloud.org(step.by, step.operation, input.clone()) {
                Err(error) => {
                    let code = error.code.trim_end_matches("Exception");
                    let common = ["AccessDenied", "InvalidInput"].contains(&code);
                    prop_assert!(common || declared[step.operation].contains(&code), "{} raised {code}: {input}", step.operation);
                    prop_assert!(cloud.world == before, "{} was refused and changed something", step.operation);
                }
                Ok(_) if step.operation == "AcceptHandshake" => {
                    prop_assert!(cloud.world.membership(&account(step.by)).is_some());
                    prop_assert_eq!(was_member, before.organization_of(&account(step.by)).is_some());
                }
                Ok(_) if step.operation == "CreateAccount" => {
                    prop_assert!(before.accounts.keys().all(|id| cloud.world.accounts.contains_key(id)), "no account is replaced");
                }
                Ok(_) => {}
            }
            check(&cloud.world);
            cloud.wait(days(step.wait));
        }
        let saved = serde_json::to_string(&cloud.world).unwrap();
        prop_assert!(serde_json::from_str::<World>(&saved).unwrap() == cloud.world, "a world is the same when it is restored");
    }
}

#[test]
fn every_operation_of_organizations_has_its_declared_errors() {
    let declared = declared();
    let missing: Vec<&str> = SERVICE.operations.iter().map(|row| row.name).filter(|name| !declared.contains_key(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn operations_that_only_look_are_named_so() {
    for row in SERVICES.iter().flat_map(|service| service.operations) {
        let looks = ["Describe", "List", "Get", "BatchGet", "Lookup", "Search", "Simulate"].iter().any(|verb| row.name.starts_with(verb));
        // It opens a session, whatever its name says.
        assert_eq!(looks && row.name != "GetSessionToken", !row.is_changing(), "{}", row.name);
    }
}
