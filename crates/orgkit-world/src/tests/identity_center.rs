//! Identity Center: assignments become roles, and roles go with assignments.

use super::*;

fn call(cloud: &mut Cloud, operation: &str, more: Value) -> Result<Value, ApiError> {
    let instances = cloud.service(OLD, "sso", "ListInstances", json!({})).unwrap();
    let mut input = json!({ "InstanceArn": instances["Instances"][0]["InstanceArn"] });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    cloud.service(OLD, "sso", operation, input)
}

fn roles(cloud: &mut Cloud, account: &str) -> Vec<String> {
    let found = cloud.service(account, "iam", "ListRoles", json!({ "PathPrefix": "/aws-reserved/" })).unwrap();
    let name = |role: &Value| role["RoleName"].as_str().unwrap().split('_').nth(1).unwrap().to_owned();
    found["Roles"].as_array().unwrap().iter().map(name).collect()
}

fn group(cloud: &mut Cloud, name: &str) -> Value {
    let instances = cloud.service(OLD, "sso", "ListInstances", json!({})).unwrap();
    let store = instances["Instances"][0]["IdentityStoreId"].clone();
    let input = json!({ "IdentityStoreId": store, "DisplayName": name });
    cloud.service(OLD, "identitystore", "CreateGroup", input).unwrap()["GroupId"].clone()
}

#[test]
fn a_role_comes_with_the_first_assignment_and_goes_with_the_last() {
    let mut cloud = Cloud::new();
    let set = call(&mut cloud, "CreatePermissionSet", json!({ "Name": "Reader" })).unwrap()["PermissionSet"]["PermissionSetArn"].clone();
    let (one, other) = (group(&mut cloud, "one"), group(&mut cloud, "other"));
    let assignment = |principal: &Value| json!({ "PermissionSetArn": set, "TargetId": FRESH, "TargetType": "AWS_ACCOUNT", "PrincipalType": "GROUP", "PrincipalId": principal });
    for (operation, principal, expected) in [
        ("CreateAccountAssignment", &one, true),
        ("CreateAccountAssignment", &other, true),
        ("CreateAccountAssignment", &other, true),
        ("DeleteAccountAssignment", &one, true),
        ("DeleteAccountAssignment", &other, false),
    ] {
        call(&mut cloud, operation, assignment(principal)).unwrap();
        assert_eq!(roles(&mut cloud, FRESH) == ["Reader"], expected, "{operation} {principal}");
    }
}

#[test]
fn a_changed_permission_set_reaches_accounts_when_it_is_provisioned() {
    let mut cloud = Cloud::new();
    let sets = call(&mut cloud, "ListPermissionSets", json!({})).unwrap();
    let set = json!({ "PermissionSetArn": sets["PermissionSets"][0] });
    let policy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let mut input = set.clone();
    input["ManagedPolicyArn"] = policy.into();
    call(&mut cloud, "AttachManagedPolicyToPermissionSet", input).unwrap();
    let attached = |cloud: &mut Cloud| {
        let details = cloud.service(MEMBER, "iam", "GetAccountAuthorizationDetails", json!({ "Filter": ["Role"] })).unwrap();
        details["RoleDetailList"].to_string().contains(policy)
    };
    assert!(!attached(&mut cloud));
    let mut input = set;
    input["TargetType"] = "ALL_PROVISIONED_ACCOUNTS".into();
    call(&mut cloud, "ProvisionPermissionSet", input).unwrap();
    assert!(attached(&mut cloud));
}
