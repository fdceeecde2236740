//! Trails and what the event history says of a move.

use super::*;

fn call(cloud: &mut Cloud, by: &str, operation: &str, input: Value) -> Result<Value, ApiError> {
    cloud.service(by, "cloudtrail", operation, input)
}

fn names(cloud: &mut Cloud, by: &str) -> Vec<Value> {
    let found = call(cloud, by, "DescribeTrails", json!({})).unwrap();
    found["trailList"].as_array().unwrap().iter().map(|trail| trail["Name"].clone()).collect()
}

#[test]
fn members_see_the_organization_trail_and_cannot_touch_it() {
    let mut cloud = Cloud::new();
    for (operation, member) in [
        ("StopLogging", "Name"),
        ("StartLogging", "Name"),
        ("DeleteTrail", "Name"),
        ("UpdateTrail", "Name"),
        ("PutEventSelectors", "TrailName"),
    ] {
        let mut input = json!({ "EventSelectors": [{ "ReadWriteType": "All" }] });
        input[member] = "old-trail".into();
        let before = cloud.world.clone();
        assert_eq!(
            call(&mut cloud, MEMBER, operation, input.clone()).unwrap_err().code,
            "NotOrganizationMasterAccountException",
            "{operation}"
        );
        assert!(cloud.world == before);
        assert_eq!(call(&mut cloud, STANDALONE, operation, input).unwrap_err().code, "TrailNotFoundException", "{operation}");
    }
}

#[test]
fn a_new_trail_logs_when_it_is_told_to_and_delivers_until_it_is_stopped() {
    let mut cloud = Cloud::new();
    let input = json!({ "Name": "own", "S3BucketName": "old-logs", "EnableLogFileValidation": true });
    call(&mut cloud, STANDALONE, "CreateTrail", input).unwrap();
    let status = |cloud: &mut Cloud| call(cloud, STANDALONE, "GetTrailStatus", json!({ "Name": "own" })).unwrap();
    assert_eq!((&status(&mut cloud)["IsLogging"], status(&mut cloud).get("LatestDeliveryTime")), (&json!(false), None));
    call(&mut cloud, STANDALONE, "StartLogging", json!({ "Name": "own" })).unwrap();
    cloud.wait(SignedDuration::from_mins(7));
    let delivered = start().as_second() as f64 + 300.0;
    assert_eq!(status(&mut cloud)["LatestDeliveryTime"], delivered);
    call(&mut cloud, STANDALONE, "StopLogging", json!({ "Name": "own" })).unwrap();
    cloud.wait(days(1));
    assert_eq!((&status(&mut cloud)["IsLogging"], &status(&mut cloud)["LatestDeliveryTime"]), (&json!(false), &json!(delivered)));
    call(&mut cloud, STANDALONE, "StartLogging", json!({ "Name": "own" })).unwrap();
    assert_eq!(status(&mut cloud)["IsLogging"], true);
}

#[test]
fn turning_an_organization_trail_into_an_ordinary_one_takes_it_from_the_members() {
    let mut cloud = Cloud::new();
    let own = json!({ "Name": "old-trail", "IsOrganizationTrail": false });
    call(&mut cloud, OLD, "UpdateTrail", own).unwrap();
    assert!(names(&mut cloud, MEMBER).is_empty());
    let back = json!({ "Name": "old-trail", "IsOrganizationTrail": true });
    assert_eq!(call(&mut cloud, OLD, "UpdateTrail", back.clone()).unwrap_err().code, "CloudTrailAccessNotEnabledException");
    cloud.org(OLD, "EnableAWSServiceAccess", json!({ "ServicePrincipal": "cloudtrail.amazonaws.com" })).unwrap();
    call(&mut cloud, OLD, "UpdateTrail", back).unwrap();
    assert_eq!(names(&mut cloud, MEMBER), ["old-trail"]);
}

#[test]
fn a_move_is_told_in_the_three_histories_that_it_concerns() {
    let mut cloud = Cloud::new();
    let id = cloud.invite(NEW, MEMBER);
    cloud.wait(SignedDuration::from_secs(60));
    cloud.org(MEMBER, "AcceptHandshake", json!({ "HandshakeId": id })).unwrap();
    let mut told = |by: &str| -> Vec<String> {
        let found = call(&mut cloud, by, "LookupEvents", json!({})).unwrap();
        let events = found["Events"].as_array().unwrap().iter();
        events.map(|event| event["EventName"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(told(OLD), ["AccountDepartedOrganization"]);
    assert_eq!(told(NEW), ["AccountJoinedOrganization", "InviteAccountToOrganization"]);
    assert_eq!(told(MEMBER), ["AcceptHandshake"]);
    let found = call(&mut cloud, NEW, "LookupEvents", json!({})).unwrap();
    let record: Value = serde_json::from_str(found["Events"][0]["CloudTrailEvent"].as_str().unwrap()).unwrap();
    assert_eq!(record["serviceEventDetails"]["joinedMethod"], "INVITED");
    assert_eq!(record["serviceEventDetails"]["accountId"], MEMBER);
    cloud.region = "eu-west-1".to_owned();
    let elsewhere = call(&mut cloud, NEW, "LookupEvents", json!({})).unwrap();
    assert_eq!(elsewhere["Events"], json!([]), "Organizations is told of in us-east-1");
}
