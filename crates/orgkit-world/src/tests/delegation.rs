//! Who else may look at and manage an organization: by its resource policy, and as administrators of services.

use super::*;

const TAGS: &str = r#"{"tags":{"team":{"tag_key":{"@@assign":"Team"}}}}"#;
const DENY_S3: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#;

/// A resource policy of one statement for the member account.
fn statement(action: Value, resource: Value, condition: Value) -> Value {
    let principal = json!({ "AWS": format!("arn:aws:iam::{MEMBER}:root") });
    json!({ "Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource, "Condition": condition })
}

fn put(cloud: &mut Cloud, statements: &[Value]) -> Result<Value, ApiError> {
    let content = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    cloud.org(OLD, "PutResourcePolicy", json!({ "Content": content }))
}

fn new_policy(kind: &str, content: &str) -> Value {
    json!({ "Name": "delegated", "Description": "", "Type": kind, "Content": content })
}

#[test]
fn a_resource_policy_is_kept_with_its_id() {
    let mut cloud = Cloud::new();
    assert_eq!(cloud.refused(OLD, "DescribeResourcePolicy", json!({})).0, "ResourcePolicyNotFoundException");
    let look = [statement(json!("organizations:List*"), json!("*"), json!({}))];
    let first = put(&mut cloud, &look).unwrap()["ResourcePolicy"]["ResourcePolicySummary"].clone();
    assert!(first["Arn"].as_str().unwrap().starts_with("arn:aws:organizations::111111111111:resourcepolicy/o-old0000000/rp-"), "{first}");
    let again = put(&mut cloud, &look).unwrap()["ResourcePolicy"]["ResourcePolicySummary"].clone();
    assert_eq!(again, first);
    let seen = cloud.org(DELEGATED, "DescribeResourcePolicy", json!({})).unwrap();
    assert!(seen["ResourcePolicy"]["Content"].as_str().unwrap().contains("organizations:List*"));
    for by in [DELEGATED, MEMBER] {
        assert_eq!(cloud.refused(by, "DeleteResourcePolicy", json!({})).0, "AccessDeniedException");
        assert_eq!(cloud.refused(by, "PutResourcePolicy", json!({ "Content": "{}" })).0, "AccessDeniedException");
    }
    cloud.org(MEMBER, "ListAccounts", json!({})).unwrap();
    cloud.org(OLD, "DeleteResourcePolicy", json!({})).unwrap();
    assert_eq!(cloud.refused(OLD, "DeleteResourcePolicy", json!({})).0, "ResourcePolicyNotFoundException");
    assert_eq!(cloud.refused(MEMBER, "ListAccounts", json!({})).0, "AccessDeniedException");
}

#[test]
fn a_resource_policy_that_cannot_be_is_refused_with_its_reason() {
    let look = json!("organizations:ListRoots");
    let with = |name: &str, value: Value| {
        let mut statement = statement(look.clone(), json!("*"), json!({}));
        statement[name] = value;
        vec![statement]
    };
    let outside = json!({ "AWS": STANDALONE });
    let kinds = json!({ "StringEquals": { "organizations:PolicyType": ["TAG_POLICY", "NO_POLICY"] } });
    for (statements, reason) in [
        (vec![json!({ "Effect": "Allow" })], "INVALID_RESOURCE_POLICY_JSON"),
        (with("Principal", json!("*")), "INVALID_PRINCIPAL"),
        (with("Principal", outside), "INVALID_PRINCIPAL"),
        (with("Principal", json!({ "Service": "guardduty.amazonaws.com" })), "INVALID_PRINCIPAL"),
        (with("Action", json!("organizations:LeaveOrganization")), "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"),
        (with("Action", json!(["organizations:ListRoots", "organizations:*"])), "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"),
        (with("Action", json!("s3:GetObject")), "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"),
        (
            with("Resource", json!("arn:aws:organizations::222222222222:root/o-new0000000/r-new1")),
            "UNSUPPORTED_RESOURCE_IN_RESOURCE_POLICY",
        ),
        (with("Condition", kinds), "UNSUPPORTED_POLICY_TYPE_IN_RESOURCE_POLICY"),
    ] {
        let mut cloud = Cloud::new();
        let error = put(&mut cloud, &statements).unwrap_err();
        assert_eq!((error.code, error.reason), ("InvalidInputException", Some(reason)), "{statements:?}");
    }
    let mut cloud = Cloud::new();
    let long = json!({ "Content": " ".repeat(40_001) });
    assert_eq!(cloud.refused(OLD, "PutResourcePolicy", long), ("InvalidInputException", Some("MAX_LENGTH_EXCEEDED")));
    let rubbish = json!({ "Content": "not json" });
    assert_eq!(cloud.refused(OLD, "PutResourcePolicy", rubbish), ("InvalidInputException", Some("INVALID_RESOURCE_POLICY_JSON")));
}

#[test]
fn a_member_manages_the_policies_that_were_delegated_to_it_and_no_others() {
    let mut cloud = Cloud::new();
    let own = |rest: &str| format!("arn:aws:organizations::{OLD}:{rest}");
    let actions = ["CreatePolicy", "UpdatePolicy", "DeletePolicy", "AttachPolicy", "DetachPolicy", "EnablePolicyType"];
    let resources = [own("policy/o-old0000000/tag_policy/*"), own("root/o-old0000000/r-old1"), own("account/o-old0000000/777777777777")];
    let kinds = json!({ "StringLikeIfExists": { "organizations:PolicyType": ["TAG_POLICY"] } });
    let look = statement(json!("organizations:ListRoots"), json!("*"), json!({}));
    let manage = statement(json!(actions.map(|action| format!("organizations:{action}"))), json!(resources), kinds);
    put(&mut cloud, &[look, manage]).unwrap();

    cloud.org(MEMBER, "ListRoots", json!({})).unwrap();
    assert_eq!(cloud.refused(MEMBER, "ListAccounts", json!({})).0, "AccessDeniedException");
    cloud.org(MEMBER, "EnablePolicyType", json!({ "RootId": ROOT_OLD, "PolicyType": "TAG_POLICY" })).unwrap();
    let id = cloud.org(MEMBER, "CreatePolicy", new_policy("TAG_POLICY", TAGS)).unwrap()["Policy"]["PolicySummary"]["Id"].clone();
    cloud.org(MEMBER, "AttachPolicy", json!({ "PolicyId": id, "TargetId": FENCED })).unwrap();
    for (by, operation, input) in [
        (MEMBER, "CreatePolicy", new_policy("SERVICE_CONTROL_POLICY", DENY_S3)),
        (MEMBER, "EnablePolicyType", json!({ "RootId": ROOT_OLD, "PolicyType": "BACKUP_POLICY" })),
        (MEMBER, "AttachPolicy", json!({ "PolicyId": id, "TargetId": FRESH })),
        (MEMBER, "AttachPolicy", json!({ "PolicyId": "p-FullAWSAccess", "TargetId": FENCED })),
        (MEMBER, "MoveAccount", json!({ "AccountId": FENCED, "SourceParentId": ROOT_OLD, "DestinationParentId": ROOT_OLD })),
        (FENCED, "ListRoots", json!({})),
        (DELEGATED, "DeletePolicy", json!({ "PolicyId": id })),
    ] {
        assert_eq!(cloud.refused(by, operation, input.clone()).0, "AccessDeniedException", "{by} {operation} {input}");
    }
    cloud.org(MEMBER, "DetachPolicy", json!({ "PolicyId": id, "TargetId": FENCED })).unwrap();
    cloud.org(MEMBER, "DeletePolicy", json!({ "PolicyId": id })).unwrap();
}

#[test]
fn a_delegated_administrator_of_a_service_reads_and_changes_nothing() {
    let mut cloud = Cloud::new();
    cloud.org(DELEGATED, "ListPolicies", json!({ "Filter": "SERVICE_CONTROL_POLICY" })).unwrap();
    let input = new_policy("SERVICE_CONTROL_POLICY", DENY_S3);
    assert_eq!(cloud.refused(DELEGATED, "CreatePolicy", input).0, "AccessDeniedException");
}

#[test]
fn services_take_the_administrators_that_they_can() {
    let mut cloud = Cloud::new();
    for service in ["cloudtrail", "ram"] {
        let access = json!({ "ServicePrincipal": format!("{service}.amazonaws.com") });
        cloud.org(OLD, "EnableAWSServiceAccess", access).unwrap();
    }
    let register = |whom: &str, service: &str| json!({ "AccountId": whom, "ServicePrincipal": format!("{service}.amazonaws.com") });
    for whom in [MEMBER, DELEGATED, FRESH] {
        cloud.org(OLD, "RegisterDelegatedAdministrator", register(whom, "cloudtrail")).unwrap();
    }
    for (whom, service, code, reason) in [
        (MEMBER, "guardduty", "ConstraintViolationException", "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE"),
        (FENCED, "cloudtrail", "ConstraintViolationException", "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED"),
        (MEMBER, "ram", "InvalidInputException", "UNRECOGNIZED_SERVICE_PRINCIPAL"),
        (MEMBER, "nothing", "InvalidInputException", "UNRECOGNIZED_SERVICE_PRINCIPAL"),
    ] {
        let refused = cloud.refused(OLD, "RegisterDelegatedAdministrator", register(whom, service));
        assert_eq!(refused, (code, Some(reason)), "{service}");
    }
    let stays = ("ConstraintViolationException", Some("DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE"));
    let guardduty = json!({ "ServicePrincipal": "guardduty.amazonaws.com" });
    assert_eq!(cloud.refused(OLD, "DisableAWSServiceAccess", guardduty.clone()), stays);
    cloud.org(OLD, "DeregisterDelegatedAdministrator", register(DELEGATED, "guardduty")).unwrap();
    cloud.org(OLD, "DisableAWSServiceAccess", guardduty).unwrap();
    let listed = cloud.org(OLD, "ListAWSServiceAccessForOrganization", json!({})).unwrap();
    assert_eq!(listed["EnabledServicePrincipals"].as_array().unwrap().len(), 2, "{listed}");
    let unknown = json!({ "ServicePrincipal": "nothing.amazonaws.com" });
    assert_eq!(cloud.refused(OLD, "EnableAWSServiceAccess", unknown).1, Some("UNRECOGNIZED_SERVICE_PRINCIPAL"));
}
