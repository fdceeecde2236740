//! IAM: roles, policies, users, service-linked roles, the policy simulator, centralized root access.

use super::*;

const ALLOW: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#;

fn iam(cloud: &mut Cloud, operation: &str, input: Value) -> Result<Value, ApiError> {
    cloud.service(MEMBER, "iam", operation, input)
}

/// The code of a refusal; the world must be as before.
fn refused(cloud: &mut Cloud, by: &str, operation: &str, input: Value) -> &'static str {
    let before = cloud.world.clone();
    let error = cloud.service(by, "iam", operation, input.clone()).unwrap_err();
    assert!(cloud.world == before, "{operation} {input} was refused and changed something");
    error.code
}

#[test]
fn a_role_comes_with_all_that_is_asked_and_goes_when_nothing_hangs_on_it() {
    let mut cloud = Cloud::new();
    let policy = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    let input = json!({
        "RoleName": "new", "Path": "/team/", "AssumeRolePolicyDocument": TRUST, "MaxSessionDuration": "7200", "Description": "d",
        "PermissionsBoundary": policy, "Tags": [{ "Key": "team", "Value": "web" }],
    });
    let created = iam(&mut cloud, "CreateRole", input.clone()).unwrap()["Role"].clone();
    assert_eq!(created["Arn"], "arn:aws:iam::333333333333:role/team/new");
    assert_eq!((&created["MaxSessionDuration"], &created["Tags"][0]["Value"]), (&json!(7200), &json!("web")));
    assert_eq!(created["PermissionsBoundary"]["PermissionsBoundaryArn"], policy);
    assert_eq!(iam(&mut cloud, "GetRole", json!({ "RoleName": "new" })).unwrap()["Role"], created);
    iam(&mut cloud, "PutRolePolicy", json!({ "RoleName": "new", "PolicyName": "own", "PolicyDocument": ALLOW })).unwrap();
    iam(&mut cloud, "AttachRolePolicy", json!({ "RoleName": "new", "PolicyArn": policy })).unwrap();
    let own = iam(&mut cloud, "GetRolePolicy", json!({ "RoleName": "new", "PolicyName": "own" })).unwrap();
    assert!(own["PolicyDocument"].as_str().unwrap().starts_with("%7B%22Version%22"));
    assert_eq!(iam(&mut cloud, "ListRolePolicies", json!({ "RoleName": "new" })).unwrap()["PolicyNames"], json!(["own"]));
    let attached = iam(&mut cloud, "ListAttachedRolePolicies", json!({ "RoleName": "new" })).unwrap();
    assert_eq!(attached["AttachedPolicies"], json!([{ "PolicyName": "AmazonS3ReadOnlyAccess", "PolicyArn": policy }]));
    let role = json!({ "RoleName": "new" });
    assert_eq!(refused(&mut cloud, MEMBER, "DeleteRole", role.clone()), "DeleteConflict");
    iam(&mut cloud, "DetachRolePolicy", json!({ "RoleName": "new", "PolicyArn": policy })).unwrap();
    assert_eq!(refused(&mut cloud, MEMBER, "DeleteRole", role.clone()), "DeleteConflict");
    iam(&mut cloud, "DeleteRolePolicy", json!({ "RoleName": "new", "PolicyName": "own" })).unwrap();
    iam(&mut cloud, "DeleteRole", role).unwrap();
    cloud.wait(days(1));
    let again = iam(&mut cloud, "CreateRole", input).unwrap();
    assert_ne!(again["Role"]["RoleId"], created["RoleId"], "it is another role");
}

#[test]
fn refusals_about_roles_are_the_declared_ones() {
    let mut cloud = Cloud::new();
    let new = |document: &str| json!({ "RoleName": "x", "AssumeRolePolicyDocument": document });
    let put = |role: &str, document: &str| json!({ "RoleName": role, "PolicyName": "p", "PolicyDocument": document });
    let (start, action) = (&ALLOW[..ALLOW.len() - 2], "s3:x".repeat(2_600));
    let long = format!(r#"{start},{{"Effect":"Deny","Action":"{action}","Resource":"*"}}]}}"#);
    let linked = "AWSServiceRoleForOrganizations";
    let attach = |role: &str, policy: &str| json!({ "RoleName": role, "PolicyArn": policy });
    let administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
    for (operation, input, code) in [
        ("CreateRole", new(ALLOW), "MalformedPolicyDocument"),
        ("CreateRole", new(&long), "MalformedPolicyDocument"),
        ("CreateRole", json!({ "RoleName": "x", "AssumeRolePolicyDocument": TRUST, "Path": "team" }), "ValidationError"),
        ("CreateRole", json!({ "RoleName": "x", "AssumeRolePolicyDocument": TRUST, "MaxSessionDuration": 60 }), "ValidationError"),
        ("CreateRole", json!({ "RoleName": "x", "AssumeRolePolicyDocument": TRUST, "Tags": [{ "Value": "v" }] }), "InvalidInput"),
        (
            "CreateRole",
            json!({ "RoleName": "x", "AssumeRolePolicyDocument": TRUST, "PermissionsBoundary": "arn:aws:iam::333333333333:policy/none" }),
            "NoSuchEntity",
        ),
        ("PutRolePolicy", put("app", TRUST), "MalformedPolicyDocument"),
        ("PutRolePolicy", put("app", &long), "LimitExceeded"),
        ("PutRolePolicy", put("none", ALLOW), "NoSuchEntity"),
        ("PutRolePolicy", put(linked, ALLOW), "UnmodifiableEntity"),
        ("AttachRolePolicy", attach(linked, administrator), "UnmodifiableEntity"),
        ("DetachRolePolicy", attach("app", administrator), "NoSuchEntity"),
        ("DeleteRole", json!({ "RoleName": linked }), "UnmodifiableEntity"),
        ("DeleteRolePolicy", json!({ "RoleName": "app", "PolicyName": "p" }), "NoSuchEntity"),
        ("GetRolePolicy", json!({ "RoleName": "app", "PolicyName": "p" }), "NoSuchEntity"),
        ("UpdateAssumeRolePolicy", json!({ "RoleName": "app", "PolicyDocument": ALLOW }), "MalformedPolicyDocument"),
    ] {
        assert_eq!(refused(&mut cloud, MEMBER, operation, input.clone()), code, "{operation} {input}");
    }
    for number in 0..10 {
        iam(&mut cloud, "AttachRolePolicy", attach("app", &format!("arn:aws:iam::aws:policy/Some{number}"))).unwrap();
    }
    assert_eq!(refused(&mut cloud, MEMBER, "AttachRolePolicy", attach("app", administrator)), "LimitExceeded");
}

#[test]
fn a_managed_policy_has_versions_and_stays_while_it_is_used() {
    let mut cloud = Cloud::new();
    let input = json!({ "PolicyName": "read", "PolicyDocument": ALLOW, "Description": "reads" });
    let created = iam(&mut cloud, "CreatePolicy", input.clone()).unwrap()["Policy"].clone();
    let arn = created["Arn"].clone();
    assert_eq!(arn, "arn:aws:iam::333333333333:policy/read");
    assert_eq!(refused(&mut cloud, MEMBER, "CreatePolicy", input), "EntityAlreadyExists");
    let none = ALLOW.replace("s3:GetObject", "s3:Nothing");
    for number in 2..=5 {
        let input = json!({ "PolicyArn": arn, "PolicyDocument": none, "SetAsDefault": "true" });
        let version = iam(&mut cloud, "CreatePolicyVersion", input).unwrap();
        assert_eq!(version["PolicyVersion"]["VersionId"], format!("v{number}"));
    }
    let more = json!({ "PolicyArn": arn, "PolicyDocument": none });
    assert_eq!(refused(&mut cloud, MEMBER, "CreatePolicyVersion", more), "LimitExceeded");
    assert_eq!(iam(&mut cloud, "GetPolicy", json!({ "PolicyArn": arn })).unwrap()["Policy"]["DefaultVersionId"], "v5");
    let first = iam(&mut cloud, "GetPolicyVersion", json!({ "PolicyArn": arn, "VersionId": "v1" })).unwrap();
    assert_eq!(first["PolicyVersion"]["IsDefaultVersion"], false);
    iam(&mut cloud, "AttachRolePolicy", json!({ "RoleName": "app", "PolicyArn": arn })).unwrap();
    assert_eq!(refused(&mut cloud, MEMBER, "DeletePolicy", json!({ "PolicyArn": arn })), "DeleteConflict");
    let listed = iam(&mut cloud, "ListPolicies", json!({ "Scope": "Local", "OnlyAttached": "true" })).unwrap();
    assert_eq!(listed["Policies"][0]["AttachmentCount"], 1);
    iam(&mut cloud, "DetachRolePolicy", json!({ "RoleName": "app", "PolicyArn": arn })).unwrap();
    assert_eq!(refused(&mut cloud, MEMBER, "DeletePolicyVersion", json!({ "PolicyArn": arn, "VersionId": "v5" })), "DeleteConflict");
    for number in 1..5 {
        iam(&mut cloud, "DeletePolicyVersion", json!({ "PolicyArn": arn, "VersionId": format!("v{number}") })).unwrap();
    }
    iam(&mut cloud, "DeletePolicy", json!({ "PolicyArn": arn })).unwrap();
    let administrator = json!({ "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess" });
    assert_eq!(
        iam(&mut cloud, "GetPolicy", administrator.clone()).unwrap()["Policy"]["AttachmentCount"],
        2,
        "the administrator and a role"
    );
    assert_eq!(refused(&mut cloud, MEMBER, "DeletePolicy", administrator), "NoSuchEntity");
    assert_eq!(refused(&mut cloud, MEMBER, "GetPolicy", json!({ "PolicyArn": arn })), "NoSuchEntity");
}

#[test]
fn users_are_listed_and_find_themselves() {
    let mut cloud = Cloud::new();
    assert_eq!(iam(&mut cloud, "ListUsers", json!({})).unwrap()["Users"][0]["UserName"], "admin");
    assert_eq!(iam(&mut cloud, "GetUser", json!({})).unwrap()["User"]["Arn"], format!("arn:aws:iam::{MEMBER}:user/admin"));
    assert_eq!(refused(&mut cloud, MEMBER, "GetUser", json!({ "UserName": "none" })), "NoSuchEntity");
    assert_eq!(iam(&mut cloud, "ListAccountAliases", json!({})).unwrap()["AccountAliases"], json!([]));
    let summary = iam(&mut cloud, "GetAccountSummary", json!({})).unwrap();
    let entries = summary["SummaryMap"]["entry"].as_array().unwrap().clone();
    assert!(entries.contains(&json!({ "key": "Roles", "value": 7 })), "{entries:?}");
}

#[test]
fn a_service_has_one_role_in_an_account() {
    let mut cloud = Cloud::new();
    let config = json!({ "AWSServiceName": "config.amazonaws.com" });
    let role = iam(&mut cloud, "CreateServiceLinkedRole", config.clone()).unwrap();
    let arn = format!("arn:aws:iam::{MEMBER}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig");
    assert_eq!(role["Role"]["Arn"], arn);
    assert_eq!(refused(&mut cloud, MEMBER, "CreateServiceLinkedRole", config), "InvalidInput");
    let suffix = json!({ "AWSServiceName": "guardduty.amazonaws.com", "CustomSuffix": "x" });
    assert_eq!(refused(&mut cloud, MEMBER, "CreateServiceLinkedRole", suffix), "InvalidInput");
    assert_eq!(refused(&mut cloud, MEMBER, "CreateServiceLinkedRole", json!({ "AWSServiceName": "x" })), "InvalidInput");
}

#[test]
fn the_simulator_says_what_authorization_would() {
    let mut cloud = Cloud::new();
    let source = format!("arn:aws:iam::{FENCED}:role/other");
    let ask = |cloud: &mut Cloud, source: &str, actions: Value, more: Value| {
        let mut input = json!({ "PolicySourceArn": source, "ActionNames": actions });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        cloud.service(FENCED, "iam", "SimulatePrincipalPolicy", input).unwrap()["EvaluationResults"].clone()
    };
    let key = |value: &str| json!({ "ContextEntries": [{ "ContextKeyName": "aws:PrincipalArn", "ContextKeyType": "string", "ContextKeyValues": [value] }] });
    let leave = json!(["organizations:LeaveOrganization", "organizations:AcceptHandshake"]);
    let denied = ask(&mut cloud, &source, leave.clone(), key(&source));
    assert_eq!((&denied[0]["EvalDecision"], &denied[1]["EvalDecision"]), (&json!("explicitDeny"), &json!("allowed")));
    assert_eq!(denied[0]["OrganizationsDecisionDetail"], json!({ "AllowedByOrganizations": false }));
    let exempt = format!("arn:aws:iam::{FENCED}:role/exempt");
    assert_eq!(ask(&mut cloud, &exempt, leave.clone(), key(&exempt))[0]["EvalDecision"], "allowed");
    let missing = ask(&mut cloud, &source, leave, json!({}));
    assert_eq!(missing[0]["MissingContextValues"], json!(["aws:principalarn"]));
    let boundary = json!({ "PermissionsBoundaryPolicyInputList": [ALLOW] });
    let limited = ask(&mut cloud, &source, json!(["iam:ListRoles"]), boundary);
    assert_eq!(limited[0]["EvalDecision"], "implicitDeny");
    assert_eq!(limited[0]["PermissionsBoundaryDecisionDetail"], json!({ "AllowedByPermissionsBoundary": false }));
    assert_eq!(
        refused(&mut cloud, FENCED, "SimulatePrincipalPolicy", json!({ "PolicySourceArn": "x", "ActionNames": ["a:b"] })),
        "NoSuchEntity"
    );
}

#[test]
fn policies_can_be_tried_before_they_are_anywhere() {
    let mut cloud = Cloud::new();
    let on = ALLOW.replace(r#""*""#, r#""arn:aws:s3:::a/*""#);
    let deny = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;
    let full = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let scps = |policies: Value| json!([{ "ServiceControlPolicyInputList": [full] }, { "ServiceControlPolicyInputList": policies }]);
    for (resources, levels, decision) in [
        (json!(["arn:aws:s3:::a/x"]), json!(null), "allowed"),
        (json!(["arn:aws:s3:::a/x", "arn:aws:s3:::b/x"]), json!(null), "implicitDeny"),
        (json!([]), json!(null), "implicitDeny"),
        (json!(["arn:aws:s3:::a/x"]), scps(json!([full])), "allowed"),
        (json!(["arn:aws:s3:::a/x"]), scps(json!([full, deny])), "explicitDeny"),
        (json!(["arn:aws:s3:::a/x"]), scps(json!([])), "implicitDeny"),
    ] {
        let input = json!({
            "PolicyInputList": [on], "ActionNames": ["s3:GetObject"], "ResourceArns": resources, "OrderedOrganizationPolicyInputList": levels,
        });
        let results = iam(&mut cloud, "SimulateCustomPolicy", input).unwrap()["EvaluationResults"].clone();
        assert_eq!(results[0]["EvalDecision"], decision, "{resources} {levels}");
        let each = results[0]["ResourceSpecificResults"].as_array().map_or(0, Vec::len);
        assert_eq!(each, resources.as_array().unwrap().len());
    }
    for input in [
        json!({ "PolicyInputList": ["x"], "ActionNames": ["s3:GetObject"] }),
        json!({ "PolicyInputList": [ALLOW], "ActionNames": ["GetObject"] }),
        json!({ "PolicyInputList": [ALLOW], "ActionNames": ["s3:GetObject"], "PermissionsBoundaryPolicyInputList": [ALLOW, ALLOW] }),
    ] {
        assert_eq!(refused(&mut cloud, MEMBER, "SimulateCustomPolicy", input), "InvalidInput");
    }
}

#[test]
fn root_access_is_managed_by_who_may_and_needs_trusted_access() {
    let mut cloud = Cloud::new();
    let enable = "EnableOrganizationsRootSessions";
    assert_eq!(refused(&mut cloud, OLD, enable, json!({})), "ServiceAccessNotEnabledException");
    assert_eq!(refused(&mut cloud, MEMBER, enable, json!({})), "AccountNotManagementOrDelegatedAdministratorException");
    assert_eq!(refused(&mut cloud, STANDALONE, "ListOrganizationsFeatures", json!({})), "OrganizationNotFoundException");
    cloud.org(OLD, "EnableAWSServiceAccess", json!({ "ServicePrincipal": "iam.amazonaws.com" })).unwrap();
    cloud.service(OLD, "iam", enable, json!({})).unwrap();
    let both = cloud.service(OLD, "iam", "EnableOrganizationsRootCredentialsManagement", json!({})).unwrap();
    let expected = json!({ "OrganizationId": "o-old0000000", "EnabledFeatures": ["RootCredentialsManagement", "RootSessions"] });
    assert_eq!(both, expected);
    let delegate = json!({ "AccountId": DELEGATED, "ServicePrincipal": "iam.amazonaws.com" });
    cloud.org(OLD, "RegisterDelegatedAdministrator", delegate).unwrap();
    assert_eq!(cloud.service(DELEGATED, "iam", "ListOrganizationsFeatures", json!({})).unwrap(), expected);
    cloud.service(DELEGATED, "iam", "DisableOrganizationsRootCredentialsManagement", json!({})).unwrap();
    let none = cloud.service(DELEGATED, "iam", "DisableOrganizationsRootSessions", json!({})).unwrap();
    assert_eq!(none["EnabledFeatures"], json!([]));
}
