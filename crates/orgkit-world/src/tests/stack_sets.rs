//! StackSets: what they deploy, and what becomes of it.

use super::*;

const UNIT: &str = "Workloads";

/// The old organization's `baseline` covers `Workloads`; both organizations let StackSets in.
fn cloud() -> Cloud {
    let mut cloud = Cloud::new();
    for management in [OLD, NEW] {
        call(&mut cloud, management, "ActivateOrganizationsAccess", json!({})).unwrap();
    }
    cloud
}

fn call(cloud: &mut Cloud, by: &str, operation: &str, input: Value) -> Result<Value, ApiError> {
    cloud.service(by, "cloudformation", operation, input)
}

fn unit(organization: &str, path: &str) -> String {
    let file = file();
    file.organization(&organization.parse().unwrap()).unwrap().unit_id(path).to_string()
}

fn template(role: &str) -> String {
    let trust =
        json!({ "Statement": [{ "Effect": "Allow", "Principal": { "AWS": { "Ref": "AWS::AccountId" } }, "Action": "sts:AssumeRole" }] });
    let resources = json!({
        "Role": { "Type": "AWS::IAM::Role", "Properties": { "RoleName": role, "AssumeRolePolicyDocument": trust } },
        "Kept": { "Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": { "BucketName": { "Fn::Sub": "kept-${AWS::AccountId}" } } },
        "Topic": { "Type": "AWS::SNS::Topic", "Properties": {} },
    });
    json!({ "Resources": resources }).to_string()
}

/// A service-managed StackSet of an organization with stacks in a unit.
fn deploy(cloud: &mut Cloud, by: &str, name: &str, unit: &str, retain: bool) {
    let input = json!({
        "StackSetName": name,
        "TemplateBody": template(name),
        "PermissionModel": "SERVICE_MANAGED",
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "AutoDeployment": { "Enabled": "true", "RetainStacksOnAccountRemoval": retain.to_string() },
    });
    call(cloud, by, "CreateStackSet", input).unwrap();
    let input = json!({ "StackSetName": name, "DeploymentTargets": { "OrganizationalUnitIds": [unit] }, "Regions": ["us-east-1"] });
    call(cloud, by, "CreateStackInstances", input).unwrap();
    cloud.wait(SignedDuration::from_secs(60));
}

fn has_role(cloud: &mut Cloud, account: &str, role: &str) -> bool {
    cloud.service(account, "iam", "GetRole", json!({ "RoleName": role })).is_ok()
}

fn resources(cloud: &mut Cloud, account: &str, kind: &str) -> usize {
    let found = cloud.service(account, "cloudcontrol", "ListResources", json!({ "TypeName": kind })).unwrap();
    found["ResourceDescriptions"].as_array().unwrap().len()
}

fn accept(cloud: &mut Cloud, account: &str) {
    let id = cloud.invite(NEW, account);
    cloud.org(account, "AcceptHandshake", json!({ "HandshakeId": id })).unwrap();
}

#[test]
fn an_account_that_leaves_keeps_its_stacks_only_where_they_are_retained() {
    for retain in [false, true] {
        let mut cloud = cloud();
        deploy(&mut cloud, OLD, "audit", &unit("o-old0000000", UNIT), retain);
        assert!(has_role(&mut cloud, MEMBER, "audit"));
        assert_eq!((resources(&mut cloud, MEMBER, "AWS::SNS::Topic"), resources(&mut cloud, MEMBER, "AWS::S3::Bucket")), (2, 1));
        accept(&mut cloud, MEMBER);
        assert_eq!(has_role(&mut cloud, MEMBER, "audit"), retain);
        assert_eq!(resources(&mut cloud, MEMBER, "AWS::SNS::Topic"), usize::from(retain), "the baseline's topic is gone in any case");
        assert_eq!(resources(&mut cloud, MEMBER, "AWS::S3::Bucket"), 1, "its deletion policy keeps the bucket");
        let left = call(&mut cloud, OLD, "ListStackInstances", json!({ "StackSetName": "audit" })).unwrap();
        assert_eq!(left["Summaries"], json!([]));
        let stacks = call(&mut cloud, MEMBER, "DescribeStacks", json!({})).unwrap();
        assert_eq!(stacks["Stacks"].as_array().unwrap().len(), usize::from(retain));
        cloud.wait(days(91));
        let seen = call(&mut cloud, MEMBER, "ListStacks", json!({})).unwrap();
        assert_eq!(seen["StackSummaries"].as_array().unwrap().len(), usize::from(retain), "deleted stacks are seen for 90 days");
    }
}

#[test]
fn accounts_get_stacks_where_they_come_and_lose_them_where_they_go() {
    let mut cloud = cloud();
    let landing = unit("o-new0000000", "Landing");
    deploy(&mut cloud, NEW, "landing", &landing, false);
    accept(&mut cloud, STANDALONE);
    assert!(!has_role(&mut cloud, STANDALONE, "landing"), "the root is no target");
    for (from, to, deployed) in [(ROOT_NEW, landing.as_str(), true), (landing.as_str(), ROOT_NEW, false)] {
        let input = json!({ "AccountId": STANDALONE, "SourceParentId": from, "DestinationParentId": to });
        cloud.org(NEW, "MoveAccount", input).unwrap();
        assert_eq!(has_role(&mut cloud, STANDALONE, "landing"), deployed, "{to}");
        let operations = call(&mut cloud, NEW, "ListStackSetOperations", json!({ "StackSetName": "landing" })).unwrap();
        assert_eq!(operations["Summaries"][0]["Action"], if deployed { "CREATE" } else { "DELETE" });
        assert_eq!(operations["Summaries"][0]["Status"], "RUNNING");
    }
    call(&mut cloud, NEW, "DeactivateOrganizationsAccess", json!({})).unwrap();
    let input = json!({ "AccountId": STANDALONE, "SourceParentId": ROOT_NEW, "DestinationParentId": landing });
    cloud.org(NEW, "MoveAccount", input).unwrap();
    assert!(!has_role(&mut cloud, STANDALONE, "landing"), "without trusted access nothing comes by itself");
}

#[test]
fn a_name_that_is_taken_fails_the_instance_and_an_import_does_not() {
    let mut cloud = cloud();
    let landing = unit("o-new0000000", "Landing");
    deploy(&mut cloud, OLD, "audit", &unit("o-old0000000", UNIT), true);
    accept(&mut cloud, MEMBER);
    let input = json!({ "AccountId": MEMBER, "SourceParentId": ROOT_NEW, "DestinationParentId": landing });
    cloud.org(NEW, "MoveAccount", input).unwrap();
    deploy(&mut cloud, NEW, "audit", &landing, false);
    let at = json!({ "StackSetName": "audit", "StackInstanceAccount": MEMBER, "StackInstanceRegion": "us-east-1" });
    let instance = call(&mut cloud, NEW, "DescribeStackInstance", at.clone()).unwrap();
    assert_eq!(instance["StackInstance"]["StackInstanceStatus"]["DetailedStatus"], "FAILED", "the retained role is in the way");
    let stacks = call(&mut cloud, MEMBER, "DescribeStacks", json!({})).unwrap();
    let stack = stacks["Stacks"][0]["StackId"].clone();
    let input = json!({ "StackSetName": "audit", "StackIds": [stack], "OrganizationalUnitIds": [landing] });
    call(&mut cloud, NEW, "ImportStacksToStackSet", input.clone()).unwrap();
    cloud.wait(SignedDuration::from_secs(60));
    let instance = call(&mut cloud, NEW, "DescribeStackInstance", at).unwrap();
    assert_eq!(instance["StackInstance"]["StackInstanceStatus"]["DetailedStatus"], "SUCCEEDED");
    assert_eq!(instance["StackInstance"]["StackId"], stack);
    assert_eq!(call(&mut cloud, NEW, "ImportStacksToStackSet", input).unwrap_err().code, "InvalidOperationException");
    accept_back(&mut cloud, MEMBER);
    assert!(!has_role(&mut cloud, MEMBER, "audit"), "the importing StackSet does not retain");
}

fn accept_back(cloud: &mut Cloud, account: &str) {
    // An account does not change its organization again at once.
    cloud.wait(SignedDuration::from_hours(2));
    let id = cloud.invite(OLD, account);
    cloud.org(account, "AcceptHandshake", json!({ "HandshakeId": id })).unwrap();
}

#[test]
fn one_operation_runs_at_a_time_and_managed_execution_queues() {
    let mut cloud = cloud();
    let again = |cloud: &mut Cloud, managed: bool| {
        let input = json!({
            "StackSetName": "baseline",
            "UsePreviousTemplate": "true",
            "ManagedExecution": { "Active": managed.to_string() },
        });
        call(cloud, OLD, "UpdateStackSet", input)
    };
    again(&mut cloud, false).unwrap();
    let before = cloud.world.clone();
    assert_eq!(again(&mut cloud, true).unwrap_err().code, "OperationInProgressException");
    assert!(cloud.world == before);
    cloud.wait(SignedDuration::from_secs(60));
    again(&mut cloud, true).unwrap();
    let queued = again(&mut cloud, true).unwrap();
    let status = json!({ "StackSetName": "baseline", "OperationId": queued["OperationId"] });
    for expected in ["QUEUED", "RUNNING", "SUCCEEDED"] {
        let operation = call(&mut cloud, OLD, "DescribeStackSetOperation", status.clone()).unwrap();
        assert_eq!(operation["StackSetOperation"]["Status"], expected);
        cloud.wait(SignedDuration::from_secs(60));
    }
}

#[test]
fn a_failed_update_is_rolled_back() {
    let mut cloud = cloud();
    deploy(&mut cloud, OLD, "audit", &unit("o-old0000000", UNIT), false);
    let update = |cloud: &mut Cloud, role: &str| {
        let input = json!({ "StackSetName": "audit", "TemplateBody": template(role), "Capabilities": ["CAPABILITY_NAMED_IAM"] });
        call(cloud, OLD, "UpdateStackSet", input).unwrap();
        cloud.wait(SignedDuration::from_secs(60));
    };
    update(&mut cloud, "app");
    assert!(has_role(&mut cloud, MEMBER, "audit"), "`app` is there already: the stack stays as it was");
    let operations = call(&mut cloud, OLD, "ListStackSetOperations", json!({ "StackSetName": "audit" })).unwrap();
    assert_eq!(operations["Summaries"][0]["Status"], "FAILED");
}

#[test]
fn without_automatic_deployment_an_account_that_left_is_out_of_reach() {
    let mut cloud = cloud();
    deploy(&mut cloud, OLD, "audit", &unit("o-old0000000", UNIT), false);
    let input = json!({ "StackSetName": "audit", "UsePreviousTemplate": "true", "AutoDeployment": { "Enabled": "false" } });
    call(&mut cloud, OLD, "UpdateStackSet", input).unwrap();
    accept(&mut cloud, MEMBER);
    for (retain, instances) in [("false", 1), ("true", 0)] {
        cloud.wait(SignedDuration::from_secs(60));
        let targets = json!({ "Accounts": [MEMBER] });
        let input = json!({ "StackSetName": "audit", "DeploymentTargets": targets, "Regions": ["us-east-1"], "RetainStacks": retain });
        call(&mut cloud, OLD, "DeleteStackInstances", input).unwrap();
        let left = call(&mut cloud, OLD, "ListStackInstances", json!({ "StackSetName": "audit" })).unwrap();
        assert_eq!(left["Summaries"].as_array().unwrap().len(), instances);
        assert!(has_role(&mut cloud, MEMBER, "audit"));
    }
}

#[test]
fn a_world_with_stacks_shares_and_histories_can_be_saved_and_restored() {
    let mut cloud = cloud();
    deploy(&mut cloud, OLD, "audit", &unit("o-old0000000", UNIT), true);
    cloud.service(OLD, "ram", "CreateResourceShare", json!({ "name": "s", "principals": [STANDALONE] })).unwrap();
    accept(&mut cloud, MEMBER);
    let saved = serde_json::to_string(&cloud.world).unwrap();
    assert!(serde_json::from_str::<World>(&saved).unwrap() == cloud.world);
}

#[test]
fn cloud_control_and_cloudformation_show_the_same_stack_set() {
    let mut cloud = cloud();
    let described = call(&mut cloud, OLD, "DescribeStackSet", json!({ "StackSetName": "baseline" })).unwrap();
    let id = described["StackSet"]["StackSetId"].clone();
    let kind = "AWS::CloudFormation::StackSet";
    let patch = |path: &str, value: Value| json!([{ "op": "add", "path": path, "value": value }]).to_string();
    let update = |cloud: &mut Cloud, patch: String| {
        cloud.service(OLD, "cloudcontrol", "UpdateResource", json!({ "TypeName": kind, "Identifier": id, "PatchDocument": patch }))
    };
    update(&mut cloud, patch("/AutoDeployment/RetainStacksOnAccountRemoval", json!(true))).unwrap();
    let described = call(&mut cloud, OLD, "DescribeStackSet", json!({ "StackSetName": "baseline" })).unwrap();
    assert_eq!(described["StackSet"]["AutoDeployment"]["RetainStacksOnAccountRemoval"], true);
    let before = cloud.world.clone();
    assert_eq!(update(&mut cloud, patch("/StackSetName", json!("other"))).unwrap_err().code, "NotUpdatableException");
    assert!(cloud.world == before);
}
