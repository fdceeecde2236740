//! Who may do what under which policies, and how each refusal is worded.

use super::*;
use crate::keys_of_user;
use proptest::prelude::*;

/// A policy document with one statement.
fn document(statement: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Resource":"*",{statement}}}]}}"#)
}

/// The estate with a user `ana` in the member account; `user` is more TOML of hers.
fn with_user(user: &str) -> Cloud {
    let mut file = file();
    let spec = toml::from_str(&format!("name = \"ana\"\n{user}")).unwrap();
    file.accounts.iter_mut().find(|spec| spec.id == account(MEMBER)).unwrap().users.push(spec);
    Cloud { world: World::from_file(&file, 7, start()).unwrap(), now: start(), region: "us-east-1".to_owned() }
}

fn ana(cloud: &Cloud) -> Principal {
    cloud.world.owner_of_key(&keys_of_user(&account(MEMBER), "ana").access_key_id).unwrap()
}

/// An inline policy of hers with one statement.
fn inline(statement: &str) -> String {
    format!("inline = [{{ name = \"own\", document = '{}' }}]", document(statement))
}

/// Attaches a policy of the old organization to a target.
fn attach(cloud: &mut Cloud, kind: &str, content: &str, target: &str) {
    let input = json!({ "Name": kind, "Description": "", "Type": kind, "Content": content });
    let id = cloud.org(OLD, "CreatePolicy", input).unwrap()["Policy"]["PolicySummary"]["Id"].clone();
    cloud.org(OLD, "AttachPolicy", json!({ "PolicyId": id, "TargetId": target })).unwrap();
}

/// What is behind the action in the refusal; `None` when there is none.
fn refusal(answer: Result<Value, ApiError>) -> Option<String> {
    let error = answer.err()?;
    let words = error.message.split_once(" is not authorized to perform: ").map(|(_, words)| words);
    Some(words.unwrap_or(&error.message).to_owned())
}

const LIST: &str = r#""Effect":"Allow","Action":"iam:ListRoles""#;
const ALL: &str = r#""Effect":"Allow","Action":"*""#;

#[test]
fn what_the_callers_own_policies_say_decides() {
    let by = |statement: &str| inline(statement);
    let boundary = |document: &str| format!("{}\npermissions_boundary = \"{document}\"", inline(ALL));
    for (user, expected) in [
        (String::new(), Some("because no identity-based policy allows the iam:ListRoles action")),
        (by(LIST), None),
        (by(ALL), None),
        (by(r#""Effect":"Allow","Action":"iam:GetRole""#), Some("because no identity-based policy allows the iam:ListRoles action")),
        (by(r#""Effect":"Deny","Action":"iam:List*""#), Some("with an explicit deny in an identity-based policy")),
        ("managed_policies = [\"arn:aws:iam::aws:policy/IAMReadOnlyAccess\"]".to_owned(), None),
        (
            "managed_policies = [\"arn:aws:iam::aws:policy/PowerUserAccess\"]".to_owned(),
            None, // it allows iam:ListRoles by name
        ),
        (
            "managed_policies = [\"arn:aws:iam::aws:policy/ReadOnlyAccess\"]".to_owned(),
            Some(
                "because it is not known whether arn:aws:iam::aws:policy/ReadOnlyAccess allows the iam:ListRoles action, and no other identity-based policy does",
            ),
        ),
        (boundary("arn:aws:iam::aws:policy/IAMReadOnlyAccess"), None),
        (
            boundary("arn:aws:iam::aws:policy/AWSOrganizationsReadOnlyAccess"),
            Some("because no permissions boundary allows the iam:ListRoles action"),
        ),
        (
            boundary("arn:aws:iam::aws:policy/ReadOnlyAccess"),
            Some("because it is not known what the permissions boundary arn:aws:iam::aws:policy/ReadOnlyAccess says"),
        ),
    ] {
        let mut cloud = with_user(&user);
        let caller = ana(&cloud);
        let expected = expected.map(|words| format!("iam:ListRoles on resource: * {words}"));
        assert_eq!(refusal(cloud.call_as(&caller, "iam", "ListRoles", json!({}))), expected, "{user}");
    }
}

#[test]
fn conditions_are_judged_by_what_the_simulation_knows() {
    let condition = |condition: &str| inline(&format!(r#"{ALL},"Condition":{{{condition}}}"#));
    for (text, allowed) in [
        (r#""StringEquals":{"aws:PrincipalOrgID":"o-old0000000"}"#, true),
        (r#""StringEquals":{"aws:PrincipalOrgID":"o-new0000000"}"#, false),
        (r#""ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-old0000000/r-old1/*"}"#, true),
        (r#""StringEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}"#, true),
        (r#""StringEquals":{"aws:ResourceAccount":"333333333333"}"#, true),
        (r#""StringEquals":{"aws:RequestedRegion":"us-east-1"}"#, true),
        (r#""StringEquals":{"aws:RequestedRegion":"eu-west-1"}"#, false),
        (r#""StringEquals":{"aws:username":"ana","aws:PrincipalType":"User"}"#, true),
        (r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/a*"}"#, true),
        (r#""Bool":{"aws:SecureTransport":"true","aws:ViaAWSService":"false","aws:PrincipalIsAWSService":"false"}"#, true),
        (r#""Bool":{"aws:MultiFactorAuthPresent":"true"}"#, false),
        (r#""BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}"#, true),
        (r#""DateGreaterThan":{"aws:CurrentTime":"2026-10-31T00:00:00Z"}"#, true),
        (r#""DateLessThan":{"aws:CurrentTime":"2026-10-31T00:00:00Z"}"#, false),
        (r#""Null":{"aws:SourceVpce":"true","aws:PrincipalTag/team":"true","ec2:Region":"true"}"#, true),
        (r#""IpAddress":{"aws:SourceIp":"192.0.2.0/24"}"#, false),
    ] {
        let mut cloud = with_user(&condition(text));
        let caller = ana(&cloud);
        let answer = cloud.call_as(&caller, "iam", "ListRoles", json!({}));
        assert_eq!(answer.is_ok(), allowed, "{text}: {answer:?}");
    }
    let mut cloud = with_user(&condition(r#""IpAddress":{"aws:SourceIp":"192.0.2.0/24"}"#));
    let caller = ana(&cloud);
    let words = refusal(cloud.call_as(&caller, "iam", "ListRoles", json!({}))).unwrap();
    assert_eq!(words, "iam:ListRoles on resource: * because an identity-based policy depends on aws:sourceip, which is not known");
}

#[test]
fn resources_are_those_of_the_call() {
    let on = |resource: &str| {
        format!(
            "inline = [{{ name = \"own\", document = '{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"{resource}\"}}]}}' }}]"
        )
    };
    let target = json!({ "TargetId": MEMBER, "Filter": "SERVICE_CONTROL_POLICY" });
    for (resource, service, operation, input, allowed) in [
        ("arn:aws:iam::333333333333:role/app", "iam", "GetRole", json!({ "RoleName": "app" }), true),
        ("arn:aws:iam::333333333333:role/app", "iam", "GetRole", json!({ "RoleName": "outside" }), false),
        ("arn:aws:iam::333333333333:role/app", "iam", "ListRoles", json!({}), false),
        ("arn:aws:iam::*:user/ana", "iam", "GetUser", json!({}), true),
        ("arn:aws:iam::*:user/ana", "iam", "GetUser", json!({ "UserName": "admin" }), false),
        ("arn:aws:organizations::111111111111:account/o-old0000000/333333333333", "organizations", "ListPoliciesForTarget", target, false),
    ] {
        let mut cloud = with_user(&on(resource));
        let caller = ana(&cloud);
        let answer = cloud.call_as(&caller, service, operation, input.clone());
        let refused_by_policy = refusal(answer.clone()).is_some_and(|words| words.contains("identity-based"));
        assert_eq!(answer.is_ok(), allowed, "{operation} {input}: {answer:?}");
        assert_eq!(
            refused_by_policy,
            !allowed && service == "iam",
            "{operation}: members may not list policies, but the policy lets her ask"
        );
    }
}

#[test]
fn a_changed_policy_counts_at_once_and_an_explicit_deny_is_told_first() {
    let mut cloud = with_user(&inline(r#""Effect":"Deny","Action":"iam:*""#));
    let caller = ana(&cloud);
    let list = |cloud: &mut Cloud, by: &Principal| refusal(cloud.call_as(by, "iam", "ListRoles", json!({}))).unwrap_or_default();
    let admin = cloud.admin(MEMBER);
    assert_eq!(list(&mut cloud, &admin), "");
    attach(&mut cloud, "SERVICE_CONTROL_POLICY", &document(r#""Effect":"Allow","Action":"sts:*""#), MEMBER);
    cloud.org(OLD, "DetachPolicy", json!({ "PolicyId": "p-FullAWSAccess", "TargetId": MEMBER })).unwrap();
    assert!(list(&mut cloud, &admin).ends_with("because no service control policy allows the iam:ListRoles action"));
    assert!(list(&mut cloud, &caller).ends_with("with an explicit deny in an identity-based policy"));
    cloud.org(OLD, "AttachPolicy", json!({ "PolicyId": "p-FullAWSAccess", "TargetId": MEMBER })).unwrap();
    assert_eq!(list(&mut cloud, &admin), "");
}

#[test]
fn guardrails_stop_administrators() {
    let list = |cloud: &mut Cloud, by: &str| refusal(cloud.service(by, "iam", "ListRoles", json!({})));
    let mut cloud = Cloud::new();
    assert_eq!(list(&mut cloud, MEMBER), None);
    attach(&mut cloud, "SERVICE_CONTROL_POLICY", &document(r#""Effect":"Deny","Action":"iam:List*""#), ROOT_OLD);
    let words = "iam:ListRoles on resource: * with an explicit deny in a service control policy";
    assert_eq!(list(&mut cloud, MEMBER).as_deref(), Some(words));
    assert_eq!(list(&mut cloud, OLD), None, "the management account is exempt");
    assert_eq!(list(&mut cloud, NEW), None, "another organization's");
    let only = document(r#""Effect":"Allow","Action":"organizations:*""#);
    let mut cloud = Cloud::new();
    attach(&mut cloud, "SERVICE_CONTROL_POLICY", &only, MEMBER);
    cloud.org(OLD, "DetachPolicy", json!({ "PolicyId": "p-FullAWSAccess", "TargetId": MEMBER })).unwrap();
    let words = "iam:ListRoles on resource: * because no service control policy allows the iam:ListRoles action";
    assert_eq!(list(&mut cloud, MEMBER).as_deref(), Some(words));
}

#[test]
fn resource_control_policies_guard_roles_of_members() {
    let deny = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-old0000000"}}}]}"#;
    let assume = |cloud: &mut Cloud, by: &str, role: &str| {
        let arn = format!("arn:aws:iam::{MEMBER}:role/{role}");
        refusal(cloud.service(by, "sts", "AssumeRole", json!({ "RoleArn": arn, "RoleSessionName": "orgkit", "ExternalId": "secret" })))
    };
    let mut cloud = Cloud::new();
    assert_eq!(assume(&mut cloud, NEW, "outside"), None);
    attach(&mut cloud, "RESOURCE_CONTROL_POLICY", deny, ROOT_OLD);
    let words = "sts:AssumeRole on resource: arn:aws:iam::333333333333:role/outside with an explicit deny in a resource control policy";
    assert_eq!(assume(&mut cloud, NEW, "outside").as_deref(), Some(words));
    assert_eq!(assume(&mut cloud, STANDALONE, "outside").as_deref(), Some(words), "a key that is not there is not the organization's");
    assert_eq!(assume(&mut cloud, OLD, "outside"), None);
    let words =
        "sts:AssumeRole on resource: arn:aws:iam::333333333333:role/app because no role trust policy allows the sts:AssumeRole action";
    assert_eq!(assume(&mut cloud, OLD, "app").as_deref(), Some(words));
}

#[test]
fn accepting_needs_leaving_and_the_role_of_organizations() {
    let may = |actions: &str| inline(&format!(r#""Effect":"Allow","Action":[{actions}]"#));
    for (user, expected) in [
        (may(r#""organizations:LeaveOrganization""#), Some("no identity-based policy allows the organizations:AcceptHandshake action")),
        (may(r#""organizations:AcceptHandshake""#), Some("no identity-based policy allows the organizations:LeaveOrganization action")),
        (may(r#""organizations:AcceptHandshake","organizations:LeaveOrganization""#), None),
    ] {
        let mut cloud = with_user(&user);
        let id = cloud.invite(NEW, MEMBER);
        let caller = ana(&cloud);
        let answer = cloud.call_as(&caller, "organizations", "AcceptHandshake", json!({ "HandshakeId": id }));
        assert_eq!(answer.as_ref().err().map(|error| error.code), expected.map(|_| "AccessDeniedException"), "{user}");
        let words = refusal(answer).unwrap_or_default();
        assert!(words.contains(expected.unwrap_or_default()), "{words}");
    }
}

#[test]
fn an_account_without_the_role_of_organizations_must_be_able_to_make_it() {
    for (actions, expected) in [
        (r#""organizations:AcceptHandshake""#, Some("ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE")),
        (r#""organizations:AcceptHandshake","iam:CreateServiceLinkedRole""#, None),
    ] {
        let mut file = file();
        let spec = toml::from_str(&format!("name = \"ana\"\n{}", inline(&format!(r#""Effect":"Allow","Action":[{actions}]"#)))).unwrap();
        file.accounts.iter_mut().find(|spec| spec.id == account(STANDALONE)).unwrap().users.push(spec);
        let mut cloud = Cloud { world: World::from_file(&file, 7, start()).unwrap(), now: start(), region: "us-east-1".to_owned() };
        let id = cloud.invite(NEW, STANDALONE);
        let caller = cloud.world.owner_of_key(&keys_of_user(&account(STANDALONE), "ana").access_key_id).unwrap();
        let before = cloud.world.clone();
        let answer = cloud.call_as(&caller, "organizations", "AcceptHandshake", json!({ "HandshakeId": id }));
        assert_eq!(
            answer.as_ref().err().map(|error| (error.code, error.reason)),
            expected.map(|_| ("AccessDeniedForDependencyException", expected))
        );
        assert_eq!(cloud.world == before, expected.is_some());
        let role = cloud.service(STANDALONE, "iam", "GetRole", json!({ "RoleName": "AWSServiceRoleForOrganizations" }));
        assert_eq!(role.is_ok(), expected.is_none(), "it comes with the organization");
    }
}

/// Things that change what is allowed in the member account, and undo it again.
const CHANGES: [(&str, &str, &str); 6] = [
    ("organizations", "AttachPolicy", r#"{"PolicyId":"$deny","TargetId":"333333333333"}"#),
    ("organizations", "DetachPolicy", r#"{"PolicyId":"$deny","TargetId":"333333333333"}"#),
    ("organizations", "UpdatePolicy", r#"{"PolicyId":"$deny","Content":"$other"}"#),
    ("iam", "AttachRolePolicy", r#"{"RoleName":"app","PolicyArn":"arn:aws:iam::aws:policy/IAMReadOnlyAccess"}"#),
    ("iam", "DetachRolePolicy", r#"{"RoleName":"app","PolicyArn":"arn:aws:iam::aws:policy/IAMReadOnlyAccess"}"#),
    ("iam", "PutRolePolicy", r#"{"RoleName":"app","PolicyName":"own","PolicyDocument":"$other"}"#),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_kept_between_calls_changes_no_answer(changes in prop::collection::vec((0..CHANGES.len(), any::<bool>()), 1..20)) {
        let mut warm = Cloud::new();
        let deny = |action: &str| document(&format!(r#""Effect":"Deny","Action":"iam:{action}""#));
        let input = json!({ "Name": "deny", "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": deny("GetRole") });
        let id = warm.org(OLD, "CreatePolicy", input).unwrap()["Policy"]["PolicySummary"]["Id"].clone();
        let session = Principal {
            role: Some(format!("arn:aws:iam::{MEMBER}:role/app")),
            arn: format!("arn:aws:sts::{MEMBER}:assumed-role/app/orgkit"),
            user_id: format!("{}:orgkit", warm.service(MEMBER, "iam", "GetRole", json!({ "RoleName": "app" })).unwrap()["Role"]["RoleId"].as_str().unwrap()),
            ..warm.admin(MEMBER)
        };
        for (change, other) in changes {
            let (service, operation, text) = CHANGES[change];
            let mut input: Value = serde_json::from_str(text).unwrap();
            for value in input.as_object_mut().unwrap().values_mut() {
                match value.as_str() {
                    Some("$deny") => *value = id.clone(),
                    Some("$other") => *value = deny(if other { "ListRoles" } else { "ListUsers" }).into(),
                    _ => {}
                }
            }
            let by = if service == "iam" { MEMBER } else { OLD };
            let _ = warm.service(by, service, operation, input);
            for caller in [&session, &warm.admin(MEMBER), &warm.admin(OLD)] {
                for operation in ["ListRoles", "ListUsers"] {
                    // A clone begins without anything kept.
                    let mut cold = Cloud { world: warm.world.clone(), now: warm.now, region: warm.region.clone() };
                    let answer = warm.call_as(caller, "iam", operation, json!({}));
                    prop_assert_eq!(answer, cold.call_as(caller, "iam", operation, json!({})), "{}", operation);
                }
            }
        }
    }
}

#[test]
fn what_is_kept_between_calls_is_not_saved() {
    let mut warm = with_user(&inline(LIST));
    let caller = ana(&warm);
    warm.call_as(&caller, "iam", "ListRoles", json!({})).unwrap();
    let saved: World = serde_json::from_value(serde_json::to_value(&warm.world).unwrap()).unwrap();
    assert!(saved == warm.world);
}
