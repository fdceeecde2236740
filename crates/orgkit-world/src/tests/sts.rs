//! STS: sessions, what they are opened with, and what they may do.

use super::*;

const READ_ONLY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:Get*","Resource":"*"}]}"#;

/// The role of the member account that its management account uses.
fn access_role() -> String {
    format!("arn:aws:iam::{MEMBER}:role/OrganizationAccountAccessRole")
}

fn assume(cloud: &mut Cloud, by: &Principal, role: &str, more: Value) -> Result<Principal, ApiError> {
    let mut input = json!({ "RoleArn": role, "RoleSessionName": "orgkit" });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = cloud.call_as(by, "sts", "AssumeRole", input)?;
    Ok(session(cloud, &answer))
}

fn session(cloud: &Cloud, answer: &Value) -> Principal {
    cloud.world.session(answer["Credentials"]["AccessKeyId"].as_str().unwrap()).unwrap().principal.clone()
}

/// A role in the member account that trusts everybody there and in its organization to do everything with it.
fn open_role(cloud: &mut Cloud, name: &str) -> String {
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["111111111111","333333333333"]},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]}]}"#;
    let input = json!({ "RoleName": name, "AssumeRolePolicyDocument": trust, "MaxSessionDuration": 43_200 });
    cloud.service(MEMBER, "iam", "CreateRole", input).unwrap();
    let policy = "arn:aws:iam::aws:policy/AdministratorAccess";
    cloud.service(MEMBER, "iam", "AttachRolePolicy", json!({ "RoleName": name, "PolicyArn": policy })).unwrap();
    format!("arn:aws:iam::{MEMBER}:role/{name}")
}

#[test]
fn a_session_has_what_its_role_has_now() {
    let mut cloud = Cloud::new();
    let role = open_role(&mut cloud, "open");
    let caller = cloud.admin(OLD);
    let session = assume(&mut cloud, &caller, &role, json!({})).unwrap();
    let list = |cloud: &mut Cloud| cloud.call_as(&session, "iam", "ListRoles", json!({})).map(drop).map_err(|error| error.code);
    assert_eq!(list(&mut cloud), Ok(()));
    let policy = json!({ "RoleName": "open", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess" });
    cloud.service(MEMBER, "iam", "DetachRolePolicy", policy.clone()).unwrap();
    assert_eq!(list(&mut cloud), Err("AccessDenied"));
    cloud.service(MEMBER, "iam", "AttachRolePolicy", policy.clone()).unwrap();
    assert_eq!(list(&mut cloud), Ok(()));
    cloud.service(MEMBER, "iam", "DetachRolePolicy", policy).unwrap();
    cloud.service(MEMBER, "iam", "DeleteRole", json!({ "RoleName": "open" })).unwrap();
    cloud.wait(SignedDuration::from_secs(1));
    open_role(&mut cloud, "open");
    assert_eq!(list(&mut cloud), Err("AccessDenied"), "another role with the same name");
}

#[test]
fn session_policies_only_take_away() {
    let mut cloud = Cloud::new();
    let caller = cloud.admin(OLD);
    for (more, get, list) in [
        (json!({}), true, true),
        (json!({ "Policy": READ_ONLY }), true, false),
        (json!({ "PolicyArns": [{ "arn": "arn:aws:iam::aws:policy/IAMReadOnlyAccess" }] }), true, true),
        (json!({ "PolicyArns": [{ "arn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" }] }), false, false),
        (json!({ "Policy": READ_ONLY, "PolicyArns": [{ "arn": "arn:aws:iam::aws:policy/ReadOnlyAccess" }] }), false, false),
    ] {
        let session = assume(&mut cloud, &caller, &access_role(), more.clone()).unwrap();
        let may = |cloud: &mut Cloud, operation: &str, input: Value| cloud.call_as(&session, "iam", operation, input).is_ok();
        assert_eq!(may(&mut cloud, "GetRole", json!({ "RoleName": "app" })), get, "{more}");
        assert_eq!(may(&mut cloud, "ListRoles", json!({})), list, "{more}");
    }
    let long = format!("{READ_ONLY}{}", " ".repeat(2_048));
    for (policy, code) in [("x", "MalformedPolicyDocument"), (&long, "PackedPolicyTooLarge")] {
        assert_eq!(assume(&mut cloud, &caller, &access_role(), json!({ "Policy": policy })).unwrap_err().code, code);
    }
}

#[test]
fn one_role_leads_to_another_for_an_hour() {
    let mut cloud = Cloud::new();
    let role = open_role(&mut cloud, "open");
    let caller = cloud.admin(OLD);
    let first = assume(&mut cloud, &caller, &role, json!({ "DurationSeconds": "43200" })).unwrap();
    assert_eq!(assume(&mut cloud, &first, &role, json!({ "DurationSeconds": "3601" })).unwrap_err().code, "ValidationError");
    assume(&mut cloud, &first, &role, json!({ "DurationSeconds": "3600" })).unwrap();
}

#[test]
fn tags_and_source_identity_need_consent_and_go_on() {
    let mut cloud = Cloud::new();
    let role = open_role(&mut cloud, "open");
    let caller = cloud.admin(OLD);
    let tags = json!({ "Tags": [{ "Key": "team", "Value": "web" }], "TransitiveTagKeys": ["team"], "SourceIdentity": "ana" });
    assert_eq!(assume(&mut cloud, &caller, &access_role(), tags.clone()).unwrap_err().code, "AccessDenied", "it trusts AssumeRole only");
    let first = assume(&mut cloud, &caller, &role, tags.clone()).unwrap();
    let second = assume(&mut cloud, &first, &role, json!({})).unwrap();
    let scope = second.session.clone().unwrap();
    assert_eq!((scope.tags["team"].as_str(), scope.source_identity.as_deref()), ("web", Some("ana")));
    let other = json!({ "SourceIdentity": "bob" });
    assert_eq!(assume(&mut cloud, &first, &role, other).unwrap_err().code, "ValidationError");
    let tagged = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"web","aws:SourceIdentity":"ana"}}}]}"#;
    let limited = assume(&mut cloud, &second, &role, json!({ "Policy": tagged })).unwrap();
    cloud.call_as(&limited, "iam", "ListRoles", json!({})).unwrap();
    let without = assume(&mut cloud, &caller, &role, json!({ "Policy": tagged })).unwrap();
    assert_eq!(cloud.call_as(&without, "iam", "ListRoles", json!({})).unwrap_err().code, "AccessDenied");
}

#[test]
fn a_users_session_opens_neither_iam_nor_most_of_sts() {
    let mut cloud = Cloud::new();
    let answer = cloud.service(OLD, "sts", "GetSessionToken", json!({})).unwrap();
    assert_eq!(answer["Credentials"]["Expiration"], "2026-11-01T12:00:00Z");
    let session = session(&cloud, &answer);
    cloud.call_as(&session, "organizations", "ListAccounts", json!({})).unwrap();
    assume(&mut cloud, &session, &access_role(), json!({})).unwrap();
    for (service, operation, code) in [
        ("iam", "ListRoles", "InvalidClientTokenId"),
        ("sts", "GetSessionToken", "InvalidClientTokenId"),
        ("sts", "GetAccessKeyInfo", "InvalidClientTokenId"),
    ] {
        assert_eq!(cloud.call_as(&session, service, operation, json!({})).unwrap_err().code, code, "{operation}");
    }
    for (input, code) in [(json!({ "DurationSeconds": "899" }), "ValidationError"), (json!({ "TokenCode": "123456" }), "AccessDenied")] {
        assert_eq!(cloud.service(OLD, "sts", "GetSessionToken", input).unwrap_err().code, code);
    }
}

#[test]
fn root_sessions_do_their_task_and_nothing_else() {
    let mut cloud = Cloud::new();
    let task = |name: &str, target: &str| json!({ "TargetPrincipal": target, "TaskPolicyArn": { "arn": format!("arn:aws:iam::aws:policy/root-task/{name}") } });
    let audit = "IAMAuditRootUserCredentials";
    let open = |cloud: &mut Cloud, by: &str, input: Value| cloud.service(by, "sts", "AssumeRoot", input);
    assert_eq!(open(&mut cloud, OLD, task(audit, MEMBER)).unwrap_err().code, "AccessDenied", "not turned on");
    cloud.org(OLD, "EnableAWSServiceAccess", json!({ "ServicePrincipal": "iam.amazonaws.com" })).unwrap();
    cloud.service(OLD, "iam", "EnableOrganizationsRootSessions", json!({})).unwrap();
    for (by, input, code) in [
        (OLD, task("AdministratorAccess", MEMBER), "ValidationError"),
        (OLD, json!({ "TargetPrincipal": MEMBER }), "ValidationError"),
        (OLD, task(audit, OLD), "AccessDenied"),
        (OLD, task(audit, STANDALONE), "AccessDenied"),
        (OLD, task(audit, SUSPENDED), "AccessDenied"),
        (DELEGATED, task(audit, MEMBER), "AccessDenied"),
        (NEW, task(audit, MEMBER), "AccessDenied"),
    ] {
        assert_eq!(open(&mut cloud, by, input.clone()).unwrap_err().code, code, "{by} {input}");
    }
    let answer = open(&mut cloud, OLD, task(audit, &format!("arn:aws:iam::{MEMBER}:root"))).unwrap();
    assert_eq!(answer["Credentials"]["Expiration"], "2026-11-01T00:15:00Z");
    let root = session(&cloud, &answer);
    let identity = cloud.call_as(&root, "sts", "GetCallerIdentity", json!({})).unwrap();
    assert_eq!(identity, json!({ "UserId": MEMBER, "Account": MEMBER, "Arn": format!("arn:aws:iam::{MEMBER}:root") }));
    cloud.call_as(&root, "iam", "GetAccountSummary", json!({})).unwrap();
    cloud.call_as(&root, "iam", "GetUser", json!({})).unwrap();
    let refused = cloud.call_as(&root, "iam", "ListRoles", json!({})).unwrap_err();
    assert!(refused.message.ends_with("with an explicit deny in an identity-based policy"), "{refused}");
}

#[test]
fn a_key_tells_its_account() {
    let mut cloud = Cloud::new();
    let key = crate::keys_of(&account(FENCED)).access_key_id;
    assert_eq!(cloud.service(OLD, "sts", "GetAccessKeyInfo", json!({ "AccessKeyId": key })).unwrap(), json!({ "Account": FENCED }));
    assert_eq!(cloud.service(OLD, "sts", "GetAccessKeyInfo", json!({ "AccessKeyId": "AKIA" })).unwrap_err().code, "ValidationError");
}
