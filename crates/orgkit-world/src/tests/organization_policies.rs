//! SCPs and RCPs: keeping them, attaching them, and what SCPs refuse.

use super::*;

const DENY_S3: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;
const DENY_IAM_ABROAD: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":"sts:*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"us-east-1"}}}]}"#;
const DENY_UNKNOWN: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:List*","Resource":"*","Condition":{"Bool":{"aws:ViaAWSService":"false"}}}]}"#;

fn create(cloud: &mut Cloud, name: &str, content: &str) -> Value {
    let input = json!({ "Name": name, "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": content });
    cloud.org(OLD, "CreatePolicy", input).unwrap()["Policy"]["PolicySummary"]["Id"].clone()
}

#[test]
fn a_policy_is_kept_as_it_was_given() {
    let mut cloud = Cloud::new();
    let id = create(&mut cloud, "DenyS3", DENY_S3);
    let described = cloud.org(DELEGATED, "DescribePolicy", json!({ "PolicyId": id })).unwrap();
    assert_eq!(described["Policy"]["Content"], DENY_S3);
    let update = json!({ "PolicyId": id, "Content": DENY_UNKNOWN, "Name": "Renamed" });
    assert_eq!(cloud.org(OLD, "UpdatePolicy", update).unwrap()["Policy"]["PolicySummary"]["Name"], "Renamed");
    let listed = cloud.org(OLD, "ListPolicies", json!({ "Filter": "SERVICE_CONTROL_POLICY" })).unwrap();
    let names: Vec<&str> = listed["Policies"].as_array().unwrap().iter().map(|policy| policy["Name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 3);
    assert!(["DenyLeave", "FullAWSAccess", "Renamed"].iter().all(|name| names.contains(name)), "{names:?}");
    assert_eq!(cloud.org(OLD, "ListPolicies", json!({ "Filter": "TAG_POLICY" })).unwrap()["Policies"], json!([]));
    cloud.org(OLD, "DeletePolicy", json!({ "PolicyId": id })).unwrap();
    assert_eq!(cloud.refused(OLD, "DescribePolicy", json!({ "PolicyId": id })).0, "PolicyNotFoundException");
}

#[test]
fn refusals_about_policies_are_the_declared_ones() {
    let mut cloud = Cloud::new();
    let id = create(&mut cloud, "DenyS3", DENY_S3);
    let attach = json!({ "PolicyId": id, "TargetId": MEMBER });
    cloud.org(OLD, "AttachPolicy", attach.clone()).unwrap();
    let new = |name: &str, content: &str| json!({ "Name": name, "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": content });
    let full = json!({ "PolicyId": "p-FullAWSAccess" });
    let rcp = json!({ "PolicyId": "p-RCPFullAWSAccess", "TargetId": MEMBER });
    for (operation, input, code, reason) in [
        ("CreatePolicy", new("DenyS3", DENY_S3), "DuplicatePolicyException", None),
        ("CreatePolicy", new("Rubbish", "not json"), "MalformedPolicyDocumentException", None),
        ("CreatePolicy", new("Long", &" ".repeat(10_241)), "ConstraintViolationException", Some("POLICY_CONTENT_LIMIT_EXCEEDED")),
        ("DeletePolicy", json!({ "PolicyId": id }), "PolicyInUseException", None),
        ("DeletePolicy", full, "InvalidInputException", Some("IMMUTABLE_POLICY")),
        ("AttachPolicy", attach, "DuplicatePolicyAttachmentException", None),
        ("AttachPolicy", json!({ "PolicyId": id, "TargetId": STANDALONE }), "TargetNotFoundException", None),
        ("AttachPolicy", json!({ "PolicyId": id, "TargetId": "x" }), "InvalidInputException", Some("INVALID_PATTERN_TARGET_ID")),
        ("DetachPolicy", json!({ "PolicyId": id, "TargetId": FENCED }), "PolicyNotAttachedException", None),
        ("DetachPolicy", rcp, "InvalidInputException", Some("NON_DETACHABLE_POLICY")),
        (
            "DetachPolicy",
            json!({ "PolicyId": "p-FullAWSAccess", "TargetId": FENCED }),
            "ConstraintViolationException",
            Some("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"),
        ),
        ("ListPolicies", json!({ "Filter": "NO_POLICY" }), "InvalidInputException", Some("INVALID_ENUM_POLICY_TYPE")),
    ] {
        assert_eq!(cloud.refused(OLD, operation, input.clone()), (code, reason), "{operation} {input}");
    }
}

#[test]
fn ten_scps_fit_on_a_target() {
    let mut cloud = Cloud::new();
    for number in 0..9 {
        let id = create(&mut cloud, &format!("policy-{number}"), DENY_S3);
        cloud.org(OLD, "AttachPolicy", json!({ "PolicyId": id, "TargetId": MEMBER })).unwrap();
    }
    let id = create(&mut cloud, "one-too-many", DENY_S3);
    let full = ("ConstraintViolationException", Some("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"));
    assert_eq!(cloud.refused(OLD, "AttachPolicy", json!({ "PolicyId": id, "TargetId": MEMBER })), full);
    let listed = cloud.org(OLD, "ListPoliciesForTarget", json!({ "TargetId": MEMBER, "Filter": "SERVICE_CONTROL_POLICY" })).unwrap();
    assert_eq!(listed["Policies"].as_array().unwrap().len(), 10);
}

#[test]
fn scps_bind_members_and_not_the_management_account() {
    for (content, region, refused) in [
        (DENY_S3, "us-east-1", false),
        (DENY_IAM_ABROAD, "us-east-1", false),
        (DENY_IAM_ABROAD, "eu-west-1", true),
        (DENY_UNKNOWN, "us-east-1", true),
    ] {
        let mut cloud = Cloud::new();
        let id = create(&mut cloud, "policy", content);
        cloud.org(OLD, "AttachPolicy", json!({ "PolicyId": id, "TargetId": ROOT_OLD })).unwrap();
        cloud.region = region.to_owned();
        let listed = cloud.service(MEMBER, "iam", "ListRoles", json!({}));
        assert_eq!(listed.err().map(|error| (error.code, error.status)), refused.then_some(("AccessDenied", 403)), "{content}");
        cloud.service(OLD, "iam", "ListRoles", json!({})).unwrap();
    }
}

#[test]
fn without_an_allow_on_every_level_nothing_is_allowed() {
    let mut cloud = Cloud::new();
    let id = create(&mut cloud, "only-a-deny", DENY_S3);
    cloud.org(OLD, "AttachPolicy", json!({ "PolicyId": id, "TargetId": MEMBER })).unwrap();
    cloud.org(OLD, "DetachPolicy", json!({ "PolicyId": "p-FullAWSAccess", "TargetId": MEMBER })).unwrap();
    assert_eq!(cloud.service(MEMBER, "iam", "ListRoles", json!({})).unwrap_err().code, "AccessDenied");
    cloud.service(MEMBER, "sts", "GetCallerIdentity", json!({})).unwrap();
}

#[test]
fn turning_a_type_off_loses_its_attachments() {
    let mut cloud = Cloud::new();
    let input = json!({ "RootId": ROOT_OLD, "PolicyType": "SERVICE_CONTROL_POLICY" });
    assert_eq!(cloud.refused(OLD, "EnablePolicyType", input.clone()).0, "PolicyTypeAlreadyEnabledException");
    cloud.org(OLD, "DisablePolicyType", input.clone()).unwrap();
    assert_eq!(cloud.refused(OLD, "DisablePolicyType", input.clone()).0, "PolicyTypeNotEnabledException");
    let attach = json!({ "PolicyId": "p-FullAWSAccess", "TargetId": MEMBER });
    assert_eq!(cloud.refused(OLD, "AttachPolicy", attach).0, "PolicyTypeNotEnabledException");
    let enabled = cloud.org(OLD, "EnablePolicyType", input).unwrap();
    assert_eq!(enabled["Root"]["PolicyTypes"].as_array().unwrap().len(), 2);
    let targets = cloud.org(OLD, "ListTargetsForPolicy", json!({ "PolicyId": "p-FullAWSAccess" })).unwrap();
    assert_eq!(targets["Targets"].as_array().unwrap().len(), 10, "a root, three units, six accounts; the customer's own are not back");
    let wrong = json!({ "RootId": ROOT_NEW, "PolicyType": "SERVICE_CONTROL_POLICY" });
    assert_eq!(cloud.refused(OLD, "EnablePolicyType", wrong).0, "RootNotFoundException");
}
