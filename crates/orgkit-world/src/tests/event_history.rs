//! CloudTrail's event history.

use super::*;
use crate::ActivitySpec;
use std::collections::BTreeSet;

/// A call of a role in the member account; `text` is more TOML.
fn call(text: &str) -> ActivitySpec {
    let usual = format!("principal = \"arn:aws:iam::{MEMBER}:role/app\"\nevent_source = \"ec2.amazonaws.com\"\nregion = \"us-east-1\"\n");
    toml::from_str(&format!("{usual}{text}")).unwrap()
}

fn cloud(calls: &[&str]) -> Cloud {
    let mut file = file();
    let member = file.accounts.iter_mut().find(|spec| spec.id == account(MEMBER)).unwrap();
    member.activity = calls.iter().map(|text| call(text)).collect();
    Cloud { world: World::from_file(&file, 7, start()).unwrap(), now: start(), region: "us-east-1".to_owned() }
}

fn lookup(cloud: &mut Cloud, input: Value) -> Result<Value, ApiError> {
    cloud.service(MEMBER, "cloudtrail", "LookupEvents", input)
}

/// All events, page by page.
fn all(cloud: &mut Cloud, input: &Value) -> Vec<Value> {
    let (mut events, mut input) = (Vec::new(), input.clone());
    loop {
        let page = lookup(cloud, input.clone()).unwrap();
        events.extend(page["Events"].as_array().unwrap().iter().cloned());
        match page.get("NextToken") {
            Some(token) => input["NextToken"] = token.clone(),
            None => return events,
        }
    }
}

#[test]
fn events_come_newest_first_in_pages_and_each_once() {
    let mut cloud = cloud(&[
        "event_name = \"RunInstances\"\ntimes = 120\nfirst_days = 40\nlast_days = 2",
        "event_name = \"StopInstances\"\nlast_days = 10",
    ]);
    let first = lookup(&mut cloud, json!({})).unwrap();
    assert_eq!(first["Events"].as_array().unwrap().len(), 50);
    let events = all(&mut cloud, &json!({ "MaxResults": 7 }));
    assert_eq!(events.len(), 121);
    assert_eq!(&events[..50], first["Events"].as_array().unwrap().as_slice());
    let times: Vec<f64> = events.iter().map(|event| event["EventTime"].as_f64().unwrap()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b));
    assert_eq!(events.iter().map(|event| event["EventId"].to_string()).collect::<BTreeSet<_>>().len(), 121);
    assert_eq!(
        events,
        all(
            &mut self::cloud(&[
                "event_name = \"RunInstances\"\ntimes = 120\nfirst_days = 40\nlast_days = 2",
                "event_name = \"StopInstances\"\nlast_days = 10"
            ]),
            &json!({})
        )
    );
}

#[test]
fn an_event_holds_the_record_as_text() {
    let mut cloud = cloud(&[
        "event_name = \"RunInstances\"\nlast_days = 2\nerror_code = \"Client.UnauthorizedOperation\"\nresources = [\"arn:aws:ec2:us-east-1:333333333333:instance/*\"]\nrequest_parameters = '{\"instanceType\":\"m7i.large\"}'",
    ]);
    let events = all(&mut cloud, &json!({}));
    let event = &events[0];
    assert_eq!((&event["EventName"], &event["ReadOnly"], &event["Username"]), (&json!("RunInstances"), &json!("false"), &json!("session")));
    let record: Value = serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap();
    assert_eq!(record["eventID"], event["EventId"]);
    assert_eq!(record["userIdentity"]["arn"], format!("arn:aws:sts::{MEMBER}:assumed-role/app/session"));
    assert_eq!(record["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"], format!("arn:aws:iam::{MEMBER}:role/app"));
    assert_eq!(
        (&record["errorCode"], &record["requestParameters"]["instanceType"]),
        (&json!("Client.UnauthorizedOperation"), &json!("m7i.large"))
    );
    assert_eq!(record["resources"][0]["accountId"], MEMBER);
}

#[test]
fn only_the_region_the_window_and_90_days_are_shown() {
    let calls =
        ["event_name = \"Today\"\nlast_days = 0", "event_name = \"LastMonth\"\nlast_days = 30", "event_name = \"LongAgo\"\nlast_days = 91"];
    let mut cloud = cloud(&calls);
    let names = |events: Vec<Value>| events.iter().map(|event| event["EventName"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(all(&mut cloud, &json!({}))), ["Today", "LastMonth"]);
    let week_ago = start().checked_sub(days(7)).unwrap().as_second();
    assert_eq!(names(all(&mut cloud, &json!({ "StartTime": week_ago }))), ["Today"]);
    assert_eq!(names(all(&mut cloud, &json!({ "EndTime": week_ago }))), ["LastMonth"]);
    let by_name = json!({ "LookupAttributes": [{ "AttributeKey": "EventName", "AttributeValue": "LastMonth" }] });
    assert_eq!(names(all(&mut cloud, &by_name)), ["LastMonth"]);
    cloud.wait(days(61));
    assert_eq!(names(all(&mut cloud, &json!({}))), ["Today"], "what was a month ago is too old now");
    cloud.region = "eu-west-1".to_owned();
    assert!(all(&mut cloud, &json!({})).is_empty());
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let attribute = json!({ "AttributeKey": "EventName", "AttributeValue": "x" });
    for (input, code) in [
        (json!({ "MaxResults": 51 }), "InvalidMaxResultsException"),
        (json!({ "MaxResults": 0 }), "InvalidMaxResultsException"),
        (json!({ "NextToken": "x" }), "InvalidNextTokenException"),
        (json!({ "StartTime": 2, "EndTime": 1 }), "InvalidTimeRangeException"),
        (json!({ "StartTime": 1e300 }), "InvalidTimeRangeException"),
        (json!({ "LookupAttributes": [attribute, attribute] }), "InvalidLookupAttributesException"),
        (json!({ "LookupAttributes": [{ "AttributeKey": "Colour", "AttributeValue": "x" }] }), "InvalidLookupAttributesException"),
    ] {
        assert_eq!(lookup(&mut cloud(&[]), input.clone()).unwrap_err().code, code, "{input}");
    }
}
