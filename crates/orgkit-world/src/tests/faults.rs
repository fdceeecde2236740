//! Fault plans: what is read, what strikes, and what people do.

use super::*;
use crate::PersonAct;
use crate::faults::{ArmedFaults, Fault, FaultPlan};
use proptest::prelude::*;

fn plan(text: &str) -> FaultPlan {
    FaultPlan::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn call(service: &str, operation: &str) -> Call {
    Call { service: service.to_owned(), operation: operation.to_owned(), region: "us-east-1".to_owned(), input: json!({}) }
}

fn later(seconds: i64) -> Timestamp {
    start().checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

#[test]
fn a_plan_has_a_toml_and_a_json_form() {
    let toml = r#"
        seed = 7
        quiet_after_seconds = 3600

        [[rules]]
        fault = { type = "throttled" }
        service = "organizations"
        operation = "AcceptHandshake"
        calls = [1, 3]

        [[rules]]
        fault = { type = "stale-reads", reads = 2, accounts = ["111111111111"] }
        chance = 0.25
        only = "changes"

        [[people]]
        act = { type = "move-account", account = "333333333333", to = "Sandbox" }
        at_seconds = 60
    "#;
    let parsed = plan(toml);
    let json = serde_json::to_string(&parsed).unwrap();
    assert_eq!(plan(&json), parsed);
    assert_eq!(plan(&toml::to_string(&parsed).unwrap()), parsed);
    assert_eq!((parsed.rules.len(), parsed.people.len(), parsed.rules[1].chance), (2, 1, Some(0.25)));
}

#[test]
fn plans_that_can_only_be_mistakes_are_refused() {
    for (text, words) in [
        ("sed = 1", "unknown field `sed`"),
        ("[[rules]]\nfault = { type = \"throttled\", reads = 1 }", "unknown field `reads`"),
        ("[[rules]]\nfault = { type = \"trottled\" }", "unknown variant `trottled`"),
        ("[[rules]]\nfault = { type = \"throttled\" }\ncall = [1]", "unknown field `call`"),
        ("[[rules]]\nfault = { type = \"throttled\" }\nservice = \"organisations\"", "rules[0]: there is no service `organisations`"),
        ("[[rules]]\nfault = { type = \"throttled\" }\noperation = \"AcceptHandshakes\"", "there is no operation `AcceptHandshakes`"),
        ("[[rules]]\nfault = { type = \"throttled\" }\ncalls = [1]\nchance = 0.5", "exclude each other"),
        ("[[rules]]\nfault = { type = \"throttled\" }\nchance = 1.5", "from 0 to 1"),
        ("[[rules]]\nfault = { type = \"throttled\" }\ncalls = [0]", "counted from 1"),
        ("[[rules]]\nfault = { type = \"throttled\" }\nfrom_seconds = 5\nuntil_seconds = 5", "must be later"),
        ("[[rules]]\nfault = { type = \"stale-reads\" }", "needs `reads` or `seconds`"),
        ("[[people]]\nact = { type = \"remove-account\" }", "people[0]: it needs either"),
        ("[[people]]\nact = { type = \"remove-account\", acount = \"1\" }\nat_seconds = 1", "unknown field `acount`"),
        ("{\"rules\": 1}", "invalid type"),
        ("{", "EOF"),
    ] {
        let error = FaultPlan::parse(text).unwrap_err().to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}

#[test]
fn a_rule_strikes_the_calls_that_it_names() {
    let cloud = Cloud::new();
    let (member, other) = (cloud.admin(MEMBER), cloud.admin(NEW));
    let mut armed = ArmedFaults::new(
        plan(&format!(
            "[[rules]]\nfault = {{ type = \"internal\" }}\noperation = \"ListAccounts\"\naccounts = [\"{MEMBER}\"]\ncalls = [2, 3, 5]\n\
             times = 2\nfrom_seconds = 10\nuntil_seconds = 20"
        )),
        start(),
    );
    let mut ask = |by: &Principal, operation: &str, at: i64| armed.strike(by, &call("organizations", operation), later(at)).len();
    assert_eq!(ask(&member, "ListAccounts", 9), 0, "too early, and not counted");
    assert_eq!([ask(&member, "ListAccounts", 10), ask(&member, "ListAccounts", 11)], [0, 1]);
    assert_eq!([ask(&member, "ListRoots", 11), ask(&other, "ListAccounts", 11)], [0, 0], "not what the rule is about");
    assert_eq!([ask(&member, "ListAccounts", 12), ask(&member, "ListAccounts", 12)], [1, 0]);
    assert_eq!(ask(&member, "ListAccounts", 12), 0, "the fifth, but it struck twice");
    assert_eq!(ask(&member, "ListAccounts", 20), 0);
}

#[test]
fn a_fault_strikes_only_what_it_can() {
    let cloud = Cloud::new();
    let admin = cloud.admin(NEW);
    let session = Principal { role: Some("arn:aws:iam::222222222222:role/r".to_owned()), ..admin.clone() };
    let codes = |text: &str, by: &Principal, service: &str, operation: &str| {
        let mut armed = ArmedFaults::new(plan(&format!("[[rules]]\nfault = {text}")), start());
        let call = call(service, operation);
        let struck = armed.strike(by, &call, start());
        struck.first().map(|fault| fault.refusal(&call).map(|error| (error.code, error.status)))
    };
    let throttled = r#"{ type = "throttled" }"#;
    assert_eq!(codes(throttled, &admin, "organizations", "ListRoots"), Some(Some(("TooManyRequestsException", 400))));
    assert_eq!(codes(throttled, &admin, "sts", "GetCallerIdentity"), Some(Some(("Throttling", 400))));
    let concurrent = r#"{ type = "concurrent-modification" }"#;
    assert_eq!(codes(concurrent, &admin, "organizations", "MoveAccount"), Some(Some(("ConcurrentModificationException", 400))));
    assert_eq!(codes(concurrent, &admin, "organizations", "ListRoots"), None, "ListRoots does not declare it");
    let internal = r#"{ type = "internal" }"#;
    assert_eq!(codes(internal, &admin, "organizations", "ListRoots"), Some(Some(("ServiceException", 500))));
    let ends = r#"{ type = "session-ends" }"#;
    assert_eq!(codes(ends, &admin, "organizations", "ListRoots"), None, "a user's key is no session");
    assert_eq!(codes(ends, &session, "organizations", "ListRoots"), Some(Some(("ExpiredTokenException", 400))));
    assert_eq!(codes(ends, &session, "sts", "GetCallerIdentity"), Some(Some(("ExpiredToken", 403))));
    let stale = r#"{ type = "stale-reads", reads = 1 }"#;
    assert_eq!(
        [codes(stale, &admin, "organizations", "ListRoots"), codes(stale, &admin, "organizations", "MoveAccount")],
        [None, Some(None)]
    );
}

#[test]
fn one_fault_makes_a_call_fail_and_latencies_add_up() {
    let cloud = Cloud::new();
    let rules = r#"[[rules]]
        fault = { type = "latency", millis = 10 }
        [[rules]]
        fault = { type = "internal" }
        [[rules]]
        fault = { type = "throttled" }
        [[rules]]
        fault = { type = "latency", millis = 20 }"#;
    let mut armed = ArmedFaults::new(plan(rules), start());
    let struck = armed.strike(&cloud.admin(NEW), &call("organizations", "ListRoots"), start());
    assert_eq!(struck, [Fault::Latency { millis: 10 }, Fault::Internal {}, Fault::Latency { millis: 20 }]);
    let seen = serde_json::to_value(&armed).unwrap();
    assert_eq!(seen["rules"][2], json!({ "matched": 1, "struck": 0 }));
}

#[test]
fn people_act_at_their_time_or_before_their_call_and_once() {
    let cloud = Cloud::new();
    let by = cloud.admin(NEW);
    let mut armed = ArmedFaults::new(
        plan(
            "quiet_after_seconds = 100\n\
             [[people]]\nact = { type = \"remove-account\" }\nat_seconds = 50\n\
             [[people]]\nact = { type = \"close-account\" }\nat_seconds = 10\n\
             [[people]]\nact = { type = \"move-account\" }\nat_seconds = 150\n\
             [[people]]\nact = { type = \"leave-organization\" }\nbefore_call = 2\noperation = \"ListRoots\"",
        ),
        start(),
    );
    assert_eq!(armed.due_by(later(9)), None);
    let first = armed.due_by(later(200)).unwrap();
    assert_eq!((first.index, first.at), (1, later(10)));
    armed.done(&first, Ok(first.act.clone()));
    let second = armed.due_by(later(200)).unwrap();
    assert_eq!((second.index, second.at), (0, later(50)));
    armed.done(&second, Err(ApiError::new("X", "no")));
    assert_eq!(armed.due_by(later(200)), None, "it is quiet before the third");
    let mut before = |operation: &str| armed.due_before(&by, &call("organizations", operation), later(1)).len();
    assert_eq!([before("ListRoots"), before("ListAccounts"), before("ListRoots")], [0, 0, 1]);
    assert_eq!(serde_json::to_value(&armed).unwrap()["people"][0]["refused"], "X: no");
}

/// Acts as a person and returns what was done, or the code of the refusal; a refusal changes nothing.
fn act(cloud: &mut Cloud, act: &PersonAct, draw: u64) -> Result<PersonAct, &'static str> {
    let before = cloud.world.clone();
    let done = cloud.world.act(act, draw, cloud.now).map_err(|error| error.code);
    assert!(done.is_ok() || cloud.world == before, "{act:?} was refused and changed something");
    done
}

#[test]
fn people_work_through_the_api() {
    let mut cloud = Cloud::new();
    let member = || Some(account(MEMBER));
    assert_eq!(act(&mut cloud, &PersonAct::DeclineInvitation { account: member() }, 0), Err("HandshakeNotFoundException"));
    let handshake = cloud.invite(NEW, MEMBER);
    let state = |cloud: &mut Cloud, handshake: &Value| {
        cloud.org(NEW, "DescribeHandshake", json!({ "HandshakeId": handshake })).unwrap()["Handshake"]["State"].clone()
    };
    // What is left out is filled in: there is one open invitation.
    assert_eq!(act(&mut cloud, &PersonAct::DeclineInvitation { account: None }, 3), Ok(PersonAct::DeclineInvitation { account: member() }));
    assert_eq!(state(&mut cloud, &handshake), "DECLINED");
    let handshake = cloud.invite(NEW, MEMBER);
    act(&mut cloud, &PersonAct::CancelInvitation { account: member() }, 0).unwrap();
    assert_eq!(state(&mut cloud, &handshake), "CANCELED");
    cloud.invite(NEW, MEMBER);
    act(&mut cloud, &PersonAct::AcceptInvitation { account: member() }, 0).unwrap();
    assert_eq!(cloud.organization_of(MEMBER).as_deref(), Some("o-new0000000"));
    act(&mut cloud, &PersonAct::RemoveAccount { account: member() }, 0).unwrap();
    assert_eq!(cloud.organization_of(MEMBER), None);
    assert_eq!(act(&mut cloud, &PersonAct::LeaveOrganization { account: member() }, 0), Err("AWSOrganizationsNotInUseException"));
    assert_eq!(
        act(&mut cloud, &PersonAct::LeaveOrganization { account: Some(account(OLD)) }, 0),
        Err("MasterCannotLeaveOrganizationException")
    );
    act(&mut cloud, &PersonAct::ReinstateAccount { account: account(SUSPENDED) }, 0).unwrap();
}

#[test]
fn people_change_units_and_policies() {
    let mut cloud = Cloud::new();
    let moved = act(&mut cloud, &PersonAct::MoveAccount { account: Some(account(MEMBER)), to: None }, 5).unwrap();
    let PersonAct::MoveAccount { to: Some(to), .. } = moved else { panic!("{moved:?}") };
    let parents = cloud.org(OLD, "ListParents", json!({ "ChildId": MEMBER })).unwrap();
    assert_eq!(parents["Parents"][0]["Id"], to);
    let content = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;
    let input = json!({ "Name": "ByHand", "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": content });
    let id = cloud.org(OLD, "CreatePolicy", input).unwrap()["Policy"]["PolicySummary"]["Id"].clone();
    let policy = Some("ByHand".to_owned());
    let attach = PersonAct::AttachPolicy { organization: None, policy: policy.clone(), target: Some(MEMBER.to_owned()) };
    act(&mut cloud, &attach, 0).unwrap();
    assert_eq!(act(&mut cloud, &attach, 0), Err("DuplicatePolicyAttachmentException"));
    act(&mut cloud, &PersonAct::EditPolicy { organization: None, policy: policy.clone(), content: None }, 0).unwrap();
    let document = cloud.org(OLD, "DescribePolicy", json!({ "PolicyId": id })).unwrap()["Policy"]["Content"].clone();
    assert!(document.as_str().unwrap().contains("organizations:LeaveOrganization"), "{document}");
    // The edited policy hangs on one target, which is found.
    let detached = act(&mut cloud, &PersonAct::DetachPolicy { organization: None, policy, target: None }, 0).unwrap();
    assert!(matches!(detached, PersonAct::DetachPolicy { target: Some(target), .. } if target == MEMBER));
}

proptest! {
    #[test]
    fn a_swarm_is_a_plan_that_can_be_read_and_becomes_quiet(seed in any::<u64>()) {
        let swarm = FaultPlan::swarm(seed);
        prop_assert_eq!(&swarm, &FaultPlan::swarm(seed));
        prop_assert_eq!(swarm.check(), Ok(()));
        prop_assert_eq!(&plan(&serde_json::to_string(&swarm).unwrap()), &swarm);
        let armed = ArmedFaults::new(swarm, start());
        prop_assert!(!armed.is_quiet(start()) && armed.is_quiet(later(72 * 3600)));
    }

    #[test]
    fn the_same_seed_strikes_the_same_calls(seed in any::<u64>()) {
        let cloud = Cloud::new();
        let by = cloud.admin(NEW);
        let text = format!("seed = {seed}\n[[rules]]\nfault = {{ type = \"internal\" }}\nchance = 0.3");
        let run = |text: &str| {
            let mut armed = ArmedFaults::new(plan(text), start());
            let operations = ["ListRoots", "MoveAccount", "ListAccounts"].iter().cycle().take(300);
            operations.map(|operation| armed.strike(&by, &call("organizations", operation), start()).len()).collect::<Vec<_>>()
        };
        // TOML has no numbers beyond i64.
        let text = text.replace(&seed.to_string(), &(seed >> 1).to_string());
        let struck = run(&text);
        prop_assert_eq!(&struck, &run(&text));
        let count: usize = struck.iter().sum();
        prop_assert!((40..=150).contains(&count), "{} of 300", count);
    }
}
