//! The direct transfer: what it needs, what it does, and what it takes away.

use super::*;

/// Invites the account into the new organization and accepts with the account's administrator.
fn transfer(cloud: &mut Cloud, whom: &str) -> Result<Value, ApiError> {
    let id = cloud.invite(NEW, whom);
    cloud.org(whom, "AcceptHandshake", json!({ "HandshakeId": id }))
}

#[test]
fn a_member_moves_in_one_step_and_lands_in_the_root() {
    let mut cloud = Cloud::new();
    let accepted = transfer(&mut cloud, MEMBER).unwrap();
    assert_eq!(accepted["Handshake"]["State"], "ACCEPTED");
    assert_eq!(cloud.organization_of(MEMBER).as_deref(), Some("o-new0000000"));
    let seen = cloud.org(NEW, "DescribeAccount", json!({ "AccountId": MEMBER })).unwrap();
    insta::assert_snapshot!(
        seen["Account"],
        @r#"{"Arn":"arn:aws:organizations::222222222222:account/o-new0000000/333333333333","Email":"member@example.com","Id":"333333333333","JoinedMethod":"INVITED","JoinedTimestamp":1793491200.0,"Name":"member","Paths":["o-new0000000/r-new1/333333333333/"],"State":"ACTIVE"}"#
    );
    assert_eq!(cloud.refused(OLD, "DescribeAccount", json!({ "AccountId": MEMBER })).0, "AccountNotFoundException");
    let again = cloud.refused(MEMBER, "AcceptHandshake", json!({ "HandshakeId": accepted["Handshake"]["Id"] }));
    assert_eq!(again.0, "HandshakeAlreadyInStateException");
}

#[test]
fn a_standalone_account_joins_without_leaving_anything() {
    let mut cloud = Cloud::new();
    transfer(&mut cloud, STANDALONE).unwrap();
    assert_eq!(cloud.organization_of(STANDALONE).as_deref(), Some("o-new0000000"));
}

#[test]
fn what_keeps_an_account_is_said_with_the_declared_error() {
    for (whom, code, reason) in [
        (DELEGATED, "ConstraintViolationException", Some("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG")),
        (FRESH, "ConstraintViolationException", Some("WAIT_PERIOD_ACTIVE")),
        (OLD, "MasterCannotLeaveOrganizationException", None),
        (FENCED, "AccessDeniedException", None),
        (SUSPENDED, "AccessDeniedException", None),
    ] {
        let mut cloud = Cloud::new();
        let id = cloud.invite(NEW, whom);
        assert_eq!(cloud.refused(whom, "AcceptHandshake", json!({ "HandshakeId": id })), (code, reason), "{whom}");
        assert_eq!(cloud.organization_of(whom).as_deref(), Some("o-old0000000"), "{whom}");
    }
}

#[test]
fn what_kept_an_account_can_be_put_out_of_the_way() {
    let mut cloud = Cloud::new();
    let input = json!({ "AccountId": DELEGATED, "ServicePrincipal": "guardduty.amazonaws.com" });
    cloud.org(OLD, "DeregisterDelegatedAdministrator", input).unwrap();
    transfer(&mut cloud, DELEGATED).unwrap();
    cloud.wait(days(2));
    transfer(&mut cloud, FRESH).unwrap();
    cloud.world.reinstate(&account(SUSPENDED), cloud.now).unwrap();
    transfer(&mut cloud, SUSPENDED).unwrap();
}

#[test]
fn an_scp_that_denies_leaving_binds_all_but_whom_it_exempts() {
    let mut cloud = Cloud::new();
    let id = cloud.invite(NEW, FENCED);
    for (role, moves) in [("other", false), ("exempt", true)] {
        let input = json!({ "RoleArn": format!("arn:aws:iam::{FENCED}:role/{role}"), "RoleSessionName": "orgkit" });
        let assumed = cloud.service(FENCED, "sts", "AssumeRole", input).unwrap();
        let session = cloud.world.session(assumed["Credentials"]["AccessKeyId"].as_str().unwrap()).unwrap().principal.clone();
        let accepted = cloud.call_as(&session, "organizations", "AcceptHandshake", json!({ "HandshakeId": id }));
        assert_eq!(accepted.is_ok(), moves, "{role}: {accepted:?}");
    }
}

#[test]
fn the_management_account_moves_last() {
    let mut cloud = Cloud::new();
    assert_eq!(cloud.refused(OLD, "DeleteOrganization", json!({})).0, "OrganizationNotEmptyException");
    let members = [MEMBER, DELEGATED, FRESH, FENCED];
    for member in members {
        cloud.world.leave(&account(member), cloud.now);
    }
    assert_eq!(cloud.refused(OLD, "DeleteOrganization", json!({})).0, "OrganizationNotEmptyException", "suspended members count");
    cloud.world.leave(&account(SUSPENDED), cloud.now);
    cloud.org(OLD, "DeleteOrganization", json!({})).unwrap();
    assert_eq!(cloud.refused(OLD, "DescribeOrganization", json!({})).0, "AWSOrganizationsNotInUseException");
    let trails = cloud.service(OLD, "cloudtrail", "DescribeTrails", json!({})).unwrap();
    assert_eq!((&trails["trailList"][0]["Name"], &trails["trailList"][0]["IsOrganizationTrail"]), (&json!("old-trail"), &json!(false)));
    transfer(&mut cloud, OLD).unwrap();
    assert_eq!(cloud.organization_of(OLD).as_deref(), Some("o-new0000000"));
}

#[test]
fn an_account_leaves_behind_what_the_old_organization_gave_it() {
    let mut cloud = Cloud::new();
    let names = |cloud: &mut Cloud| -> Vec<String> {
        let roles = cloud.service(MEMBER, "iam", "ListRoles", json!({})).unwrap();
        let name = |role: &Value| role["RoleName"].as_str().unwrap().split("_Admin_").next().unwrap().to_owned();
        roles["Roles"].as_array().unwrap().iter().map(name).collect()
    };
    let of_organizations = "AWSServiceRoleForOrganizations";
    let before = ["AWSReservedSSO", of_organizations, "OrganizationAccountAccessRole", "app", "deployed", "outside", "siblings"];
    assert_eq!(names(&mut cloud), before);
    transfer(&mut cloud, MEMBER).unwrap();
    let after = [of_organizations, "OrganizationAccountAccessRole", "app", "outside", "siblings"];
    assert_eq!(names(&mut cloud), after, "SSO and stack roles are gone");
    let topics = cloud.service(MEMBER, "cloudcontrol", "ListResources", json!({ "TypeName": "AWS::SNS::Topic" })).unwrap();
    assert_eq!(topics["ResourceDescriptions"], json!([]), "the stack's resources are gone");
    let plans = cloud.service(MEMBER, "savingsplans", "DescribeSavingsPlans", json!({})).unwrap();
    assert_eq!(plans["savingsPlans"][0]["state"], "active", "Savings Plans travel");
    let shares = cloud.service(MEMBER, "ram", "GetResourceShares", json!({ "resourceOwner": "OTHER-ACCOUNTS" })).unwrap();
    assert_eq!(shares["resourceShares"], json!([]), "shares of the organization are lost");
    assert!(cloud.world.membership(&account(MEMBER)).unwrap().tags.is_empty(), "tags do not travel");
}

#[test]
fn stacks_stay_when_the_stack_set_retains_them() {
    let mut cloud = Cloud::new();
    let kind = "AWS::CloudFormation::StackSet";
    let listed = cloud.service(OLD, "cloudcontrol", "ListResources", json!({ "TypeName": kind })).unwrap();
    let id = listed["ResourceDescriptions"][0]["Identifier"].clone();
    let patch = r#"[{"op":"add","path":"/AutoDeployment/RetainStacksOnAccountRemoval","value":true}]"#;
    let input = json!({ "TypeName": kind, "Identifier": id, "PatchDocument": patch });
    let started = cloud.service(OLD, "cloudcontrol", "UpdateResource", input).unwrap();
    let token = json!({ "RequestToken": started["ProgressEvent"]["RequestToken"] });
    let done = cloud.service(OLD, "cloudcontrol", "GetResourceRequestStatus", token).unwrap();
    assert_eq!(done["ProgressEvent"]["OperationStatus"], "SUCCESS");
    transfer(&mut cloud, MEMBER).unwrap();
    assert!(cloud.service(MEMBER, "iam", "GetRole", json!({ "RoleName": "deployed" })).is_ok());
}

#[test]
fn the_new_organization_brings_its_baseline_and_takes_a_minute_for_it() {
    let mut cloud = Cloud::new();
    transfer(&mut cloud, MEMBER).unwrap();
    let trails = cloud.service(MEMBER, "cloudtrail", "DescribeTrails", json!({})).unwrap();
    assert_eq!(trails["trailList"][0]["Name"], "new-trail", "the organization trail is there at once");
    let recorders = |cloud: &mut Cloud| {
        let found = cloud.service(MEMBER, "config", "DescribeConfigurationRecorders", json!({})).unwrap();
        found["ConfigurationRecorders"].as_array().unwrap().len()
    };
    assert_eq!(recorders(&mut cloud), 0);
    let member = json!({ "accountId": MEMBER });
    assert_eq!(cloud.service("101010101010", "inspector2", "GetMember", member.clone()).unwrap_err().code, "ResourceNotFoundException");
    cloud.wait(SignedDuration::from_secs(61));
    assert_eq!(recorders(&mut cloud), 1);
    let channels = cloud.service(MEMBER, "config", "DescribeDeliveryChannels", json!({})).unwrap();
    assert_eq!(channels["DeliveryChannels"][0]["s3BucketName"], "new-config");
    let enabled = cloud.service("101010101010", "inspector2", "GetMember", member).unwrap();
    assert_eq!(enabled["member"]["relationshipStatus"], "ENABLED");
}

#[test]
fn a_direct_transfer_needs_an_organization_that_is_seven_days_old() {
    let mut cloud = Cloud::new();
    let target = |whom: &str| json!({ "Target": { "Id": whom, "Type": "ACCOUNT" } });
    let too_young = ("HandshakeConstraintViolationException", Some("ORGANIZATION_MEMBERSHIP_CHANGE_RATE_LIMIT_EXCEEDED"));
    assert_eq!(cloud.refused(YOUNG_ORGANIZATION, "InviteAccountToOrganization", target(MEMBER)), too_young);
    let id = cloud.invite(YOUNG_ORGANIZATION, STANDALONE);
    cloud.org(STANDALONE, "AcceptHandshake", json!({ "HandshakeId": id })).unwrap();
    cloud.wait(days(4));
    cloud.org(YOUNG_ORGANIZATION, "InviteAccountToOrganization", target(MEMBER)).unwrap();
}
