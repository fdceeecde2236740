//! The other services.

use super::*;

fn assume(cloud: &mut Cloud, by: &str, role: &str, external_id: Option<&str>) -> Result<Value, ApiError> {
    let arn = format!("arn:aws:iam::{MEMBER}:role/{role}");
    cloud.service(by, "sts", "AssumeRole", json!({ "RoleArn": arn, "RoleSessionName": "orgkit", "ExternalId": external_id }))
}

#[test]
fn a_role_is_assumed_by_whom_it_trusts() {
    for (by, role, external_id, allowed) in [
        (OLD, "OrganizationAccountAccessRole", None, true),
        (NEW, "OrganizationAccountAccessRole", None, false),
        (NEW, "outside", Some("secret"), true),
        (NEW, "outside", Some("guess"), false),
        (NEW, "outside", None, false),
        (DELEGATED, "siblings", None, true),
        (NEW, "siblings", None, false),
        (OLD, "app", None, false),
        (OLD, "nobody", None, false),
    ] {
        let mut cloud = Cloud::new();
        let assumed = assume(&mut cloud, by, role, external_id);
        assert_eq!(
            assumed.as_ref().err().map(|error| (error.code, error.status)),
            (!allowed).then_some(("AccessDenied", 403)),
            "{by} {role}"
        );
        if let Ok(assumed) = assumed {
            assert_eq!(assumed["AssumedRoleUser"]["Arn"], format!("arn:aws:sts::{MEMBER}:assumed-role/{role}/orgkit"));
            assert_eq!(assumed["Credentials"]["Expiration"], "2026-11-01T01:00:00Z");
        }
    }
}

#[test]
fn sessions_last_as_long_as_the_role_allows() {
    let mut cloud = Cloud::new();
    let arn = format!("arn:aws:iam::{MEMBER}:role/OrganizationAccountAccessRole");
    for (seconds, session, allowed) in [("900", "ok", true), ("899", "ok", false), ("3601", "ok", false), ("900", "no spaces", false)] {
        let input = json!({ "RoleArn": arn, "RoleSessionName": session, "DurationSeconds": seconds });
        let assumed = cloud.service(OLD, "sts", "AssumeRole", input);
        assert_eq!(assumed.err().map(|error| error.code), (!allowed).then_some("ValidationError"), "{seconds} {session}");
    }
}

#[test]
fn a_new_way_in_is_a_role_that_trusts_the_new_management_account() {
    let mut cloud = Cloud::new();
    let trust = |whom: &str| {
        json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": whom }, "Action": "sts:AssumeRole" }] })
            .to_string()
    };
    let input = json!({ "RoleName": "orgkit", "AssumeRolePolicyDocument": trust(OLD) });
    cloud.service(MEMBER, "iam", "CreateRole", input.clone()).unwrap();
    assert_eq!(cloud.service(MEMBER, "iam", "CreateRole", input).unwrap_err().code, "EntityAlreadyExists");
    assert!(assume(&mut cloud, NEW, "orgkit", None).is_err());
    let input = json!({ "RoleName": "orgkit", "PolicyDocument": trust(NEW) });
    cloud.service(MEMBER, "iam", "UpdateAssumeRolePolicy", input).unwrap();
    assume(&mut cloud, NEW, "orgkit", None).unwrap();
    let policy = "arn:aws:iam::aws:policy/AdministratorAccess";
    cloud.service(MEMBER, "iam", "AttachRolePolicy", json!({ "RoleName": "orgkit", "PolicyArn": policy })).unwrap();
    for (operation, input, code) in [
        ("AttachRolePolicy", json!({ "RoleName": "orgkit", "PolicyArn": "arn:aws:iam::333333333333:policy/none" }), "NoSuchEntity"),
        ("AttachRolePolicy", json!({ "RoleName": "none", "PolicyArn": policy }), "NoSuchEntity"),
        ("GetRole", json!({ "RoleName": "none" }), "NoSuchEntity"),
        ("CreateRole", json!({ "RoleName": "bad name", "AssumeRolePolicyDocument": trust(NEW) }), "ValidationError"),
        ("CreateRole", json!({ "RoleName": "x", "AssumeRolePolicyDocument": "rubbish" }), "MalformedPolicyDocument"),
        ("CreateRole", json!({ "RoleName": "x" }), "ValidationError"),
    ] {
        assert_eq!(cloud.service(MEMBER, "iam", operation, input.clone()).unwrap_err().code, code, "{operation} {input}");
    }
}

#[test]
fn authorization_details_come_in_pages_with_encoded_documents() {
    let mut cloud = Cloud::new();
    let (mut roles, mut input, mut pages) = (Vec::new(), json!({ "MaxItems": "2" }), 0);
    loop {
        let page = cloud.service(MEMBER, "iam", "GetAccountAuthorizationDetails", input.clone()).unwrap();
        roles.extend(page["RoleDetailList"].as_array().unwrap().clone());
        pages += 1;
        match page.get("Marker") {
            Some(marker) => input["Marker"] = marker.clone(),
            None => break,
        }
    }
    assert_eq!((roles.len(), pages), (7, 5), "a user, seven roles and two policies of AWS's own, two at a time");
    let document = roles[1]["AssumeRolePolicyDocument"].as_str().unwrap();
    assert!(document.starts_with("%7B%22Statement%22%3A"), "{document}");
    let only_roles = cloud.service(MEMBER, "iam", "GetAccountAuthorizationDetails", json!({ "Filter": ["Role"] })).unwrap();
    assert_eq!((&only_roles["UserDetailList"], &only_roles["Policies"]), (&json!([]), &json!([])));
}

#[test]
fn an_organization_trail_casts_its_shadow_on_members() {
    let mut cloud = Cloud::new();
    let names = |cloud: &mut Cloud, by: &str, input: Value| -> Vec<Value> {
        let found = cloud.service(by, "cloudtrail", "DescribeTrails", input).unwrap();
        found["trailList"].as_array().unwrap().iter().map(|trail| trail["Name"].clone()).collect()
    };
    assert_eq!(names(&mut cloud, OLD, json!({ "includeShadowTrails": false })), ["old-trail"]);
    assert_eq!(names(&mut cloud, MEMBER, json!({})), ["old-trail"]);
    assert!(names(&mut cloud, MEMBER, json!({ "includeShadowTrails": false })).is_empty());
    cloud.region = "eu-west-1".to_owned();
    assert_eq!(names(&mut cloud, MEMBER, json!({})), ["old-trail"], "it covers all regions");
    assert!(names(&mut cloud, STANDALONE, json!({})).is_empty());
    let status = json!({ "Name": "arn:aws:cloudtrail:us-east-1:111111111111:trail/old-trail" });
    let found = cloud.service(MEMBER, "cloudtrail", "GetTrailStatus", status.clone()).unwrap();
    assert_eq!(found["IsLogging"], true);
    assert!(found["LatestDeliveryTime"].is_number());
    assert_eq!(cloud.service(STANDALONE, "cloudtrail", "GetTrailStatus", status).unwrap_err().code, "TrailNotFoundException");
}

#[test]
fn inspector_answers_its_administrator_about_members() {
    let mut cloud = Cloud::new();
    let administrator = "101010101010";
    let found = cloud.service(administrator, "inspector2", "GetDelegatedAdminAccount", json!({})).unwrap();
    assert_eq!(found["delegatedAdmin"]["accountId"], administrator);
    let none = cloud.service(MEMBER, "inspector2", "GetDelegatedAdminAccount", json!({})).unwrap_err();
    assert_eq!((none.code, none.status), ("ResourceNotFoundException", 404));
    let status =
        cloud.service(administrator, "inspector2", "BatchGetAccountStatus", json!({ "accountIds": [administrator, MEMBER] })).unwrap();
    assert_eq!(status["accounts"][0]["resourceState"]["ec2"]["status"], "ENABLED");
    assert_eq!(status["accounts"][0]["resourceState"]["ecr"]["status"], "DISABLED");
    assert_eq!(status["failedAccounts"][0]["accountId"], MEMBER);
    let asked = json!({ "accountId": MEMBER });
    assert_eq!(cloud.service(administrator, "inspector2", "GetMember", asked.clone()).unwrap_err().status, 404);
    assert_eq!(cloud.service(NEW, "inspector2", "GetMember", asked).unwrap_err().code, "AccessDeniedException");
}

#[test]
fn config_names_what_it_does_not_have() {
    let mut cloud = Cloud::new();
    let none = json!({ "ConfigurationRecorderNames": ["other"] });
    let code = cloud.service(MEMBER, "config", "DescribeConfigurationRecorderStatus", none).unwrap_err().code;
    assert_eq!(code, "NoSuchConfigurationRecorderException");
    let none = json!({ "DeliveryChannelNames": ["default"] });
    assert_eq!(cloud.service(MEMBER, "config", "DescribeDeliveryChannels", none).unwrap_err().code, "NoSuchDeliveryChannelException");
    let status = cloud.service("101010101010", "config", "DescribeConfigurationRecorderStatus", json!({})).unwrap();
    assert_eq!(status["ConfigurationRecordersStatus"][0]["recording"], true);
}

#[test]
fn shares_and_identity_center_are_seen_from_both_sides() {
    let mut cloud = Cloud::new();
    let own = cloud.service(OLD, "ram", "GetResourceShareAssociations", json!({ "associationType": "PRINCIPAL" })).unwrap();
    assert_eq!(own["resourceShareAssociations"].as_array().unwrap().len(), 2);
    assert_eq!(own["resourceShareAssociations"][0]["external"], false);
    let shared = cloud.service(DELEGATED, "ram", "GetResourceShares", json!({ "resourceOwner": "OTHER-ACCOUNTS" })).unwrap();
    assert_eq!(shared["resourceShares"][0]["owningAccountId"], OLD);
    let shared = cloud.service(NEW, "ram", "GetResourceShares", json!({ "resourceOwner": "OTHER-ACCOUNTS" })).unwrap();
    assert_eq!(shared["resourceShares"], json!([]));
    let instances = cloud.service(OLD, "sso", "ListInstances", json!({})).unwrap();
    let instance = instances["Instances"][0]["InstanceArn"].clone();
    let sets = cloud.service(OLD, "sso", "ListPermissionSets", json!({ "InstanceArn": instance })).unwrap();
    let input = json!({ "InstanceArn": instance, "PermissionSetArn": sets["PermissionSets"][0] });
    let accounts = cloud.service(OLD, "sso", "ListAccountsForProvisionedPermissionSet", input.clone()).unwrap();
    assert_eq!(accounts["AccountIds"], json!([MEMBER]));
    let refused = cloud.service(MEMBER, "sso", "ListAccountsForProvisionedPermissionSet", input).unwrap_err();
    assert_eq!(refused.code, "AccessDeniedException");
}

#[test]
fn cloud_control_reads_and_patches_documents() {
    let mut cloud = Cloud::new();
    let kind = "AWS::S3::BucketPolicy";
    let listed = cloud.service(MEMBER, "cloudcontrol", "ListResources", json!({ "TypeName": kind })).unwrap();
    assert_eq!(listed["ResourceDescriptions"], json!([{ "Identifier": "data", "Properties": r#"{"Bucket":"data"}"# }]));
    let get = json!({ "TypeName": kind, "Identifier": "data" });
    let found = cloud.service(MEMBER, "cloudcontrol", "GetResource", get.clone()).unwrap();
    assert_eq!(found["ResourceDescription"]["Properties"], r#"{"Bucket":"data","PolicyDocument":{"Statement":[]}}"#);
    for (patch, expected) in [
        (r#"[{"op":"add","path":"/PolicyDocument/Statement/-","value":1}]"#, Ok(r#"{"Statement":[1]}"#)),
        (r#"[{"op":"replace","path":"/PolicyDocument/Statement/0","value":2}]"#, Ok(r#"{"Statement":[2]}"#)),
        (r#"[{"op":"replace","path":"/PolicyDocument/Statement/7","value":2}]"#, Err("InvalidRequestException")),
        (r#"[{"op":"remove","path":"/PolicyDocument/Statement/0"}]"#, Ok(r#"{"Statement":[]}"#)),
        (r#"[{"op":"remove","path":"/Nothing"}]"#, Err("InvalidRequestException")),
        (r#"[{"op":"test","path":"/Bucket","value":"data"}]"#, Err("InvalidRequestException")),
        ("rubbish", Err("InvalidRequestException")),
    ] {
        let input = json!({ "TypeName": kind, "Identifier": "data", "PatchDocument": patch });
        let updated = cloud.service(MEMBER, "cloudcontrol", "UpdateResource", input);
        assert_eq!(updated.as_ref().err().map(|error| error.code), expected.err(), "{patch}");
        if let Ok(expected) = expected {
            let found = cloud.service(MEMBER, "cloudcontrol", "GetResource", get.clone()).unwrap();
            let properties: Value = serde_json::from_str(found["ResourceDescription"]["Properties"].as_str().unwrap()).unwrap();
            assert_eq!(properties["PolicyDocument"].to_string(), expected);
        }
    }
    let none = cloud.service(MEMBER, "cloudcontrol", "GetResource", json!({ "TypeName": kind, "Identifier": "none" })).unwrap_err();
    assert_eq!(none.code, "ResourceNotFoundException");
    assert_eq!(
        cloud.service(MEMBER, "cloudcontrol", "ListResources", json!({ "TypeName": "x" })).unwrap_err().code,
        "TypeNotFoundException"
    );
}

#[test]
fn what_is_not_simulated_says_so() {
    let mut cloud = Cloud::new();
    let error = cloud.service(MEMBER, "organizations", "DissolveOrganization", json!({})).unwrap_err();
    assert_eq!((error.code, error.status), ("UnknownOperationException", 400));
    assert!(error.message.contains("not simulated"));
}

#[test]
fn cloud_control_creates_and_deletes() {
    let mut cloud = Cloud::new();
    let created = json!({ "TypeName": "AWS::S3::Bucket", "DesiredState": r#"{"BucketName":"logs"}"# });
    let event = cloud.service(MEMBER, "cloudcontrol", "CreateResource", created.clone()).unwrap()["ProgressEvent"].clone();
    assert_eq!((&event["Identifier"], &event["OperationStatus"]), (&json!("logs"), &json!("IN_PROGRESS")));
    let policy = r#"{"Bucket":"logs","PolicyDocument":{"Statement":[]}}"#;
    let policy = json!({ "TypeName": "AWS::S3::BucketPolicy", "DesiredState": policy });
    cloud.service(MEMBER, "cloudcontrol", "CreateResource", policy.clone()).unwrap();
    let before = cloud.world.clone();
    for (operation, input, code) in [
        ("CreateResource", created, "AlreadyExistsException"),
        ("CreateResource", json!({ "TypeName": "AWS::S3::BucketPolicy", "DesiredState": "{}" }), "InvalidRequestException"),
        ("CreateResource", json!({ "TypeName": "AWS::S3::Bucket", "DesiredState": "rubbish" }), "InvalidRequestException"),
        ("CreateResource", json!({ "TypeName": "Some::Other::Type", "DesiredState": "{}" }), "UnsupportedActionException"),
        ("DeleteResource", json!({ "TypeName": "AWS::S3::Bucket", "Identifier": "none" }), "ResourceNotFoundException"),
    ] {
        assert_eq!(cloud.service(MEMBER, "cloudcontrol", operation, input).unwrap_err().code, code, "{operation}");
    }
    assert!(cloud.world == before, "refused calls change nothing");
    cloud.service(MEMBER, "cloudcontrol", "DeleteResource", json!({ "TypeName": "AWS::S3::Bucket", "Identifier": "logs" })).unwrap();
    let get = json!({ "TypeName": "AWS::S3::BucketPolicy", "Identifier": "logs" });
    assert_eq!(cloud.service(MEMBER, "cloudcontrol", "GetResource", get).unwrap_err().code, "ResourceNotFoundException");
}
