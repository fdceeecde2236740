//! From consolidated billing to all features.

use super::*;

const FOUNDER: &str = STANDALONE;

/// An organization with consolidated billing that is eight days old, with the member as an invited account.
fn consolidated() -> Cloud {
    let mut cloud = Cloud::new();
    cloud.org(FOUNDER, "CreateOrganization", json!({ "FeatureSet": "CONSOLIDATED_BILLING" })).unwrap();
    cloud.wait(days(8));
    let id = cloud.invite(FOUNDER, MEMBER);
    cloud.org(MEMBER, "AcceptHandshake", json!({ "HandshakeId": id })).unwrap();
    cloud.wait(days(1));
    cloud
}

/// Starts the change; returns the founder's handshake and the member's.
fn enable(cloud: &mut Cloud) -> (Value, Value) {
    let started = cloud.org(FOUNDER, "EnableAllFeatures", json!({})).unwrap();
    let filter = json!({ "Filter": { "ParentHandshakeId": started["Handshake"]["Id"] } });
    let asked = cloud.org(FOUNDER, "ListHandshakesForOrganization", filter).unwrap();
    let id = |handshake: &Value| json!({ "HandshakeId": handshake["Id"] });
    (id(&started["Handshake"]), id(&asked["Handshakes"][0]))
}

fn state(cloud: &mut Cloud, handshake: &Value) -> Value {
    cloud.org(FOUNDER, "DescribeHandshake", handshake.clone()).unwrap()["Handshake"]["State"].clone()
}

#[test]
fn everybody_who_was_invited_has_to_approve() {
    let mut cloud = consolidated();
    let (whole, approval) = enable(&mut cloud);
    assert_eq!(state(&mut cloud, &whole), "REQUESTED");
    assert_eq!(cloud.refused(FOUNDER, "AcceptHandshake", whole.clone()).0, "InvalidHandshakeTransitionException");
    assert_eq!(cloud.refused(FOUNDER, "DeclineHandshake", whole.clone()).0, "AccessDeniedException");
    cloud.org(MEMBER, "AcceptHandshake", approval).unwrap();
    assert_eq!(state(&mut cloud, &whole), "OPEN");
    assert_eq!(cloud.refused(MEMBER, "AcceptHandshake", whole.clone()).0, "AccessDeniedException");
    cloud.org(FOUNDER, "AcceptHandshake", whole).unwrap();
    let organization = cloud.org(MEMBER, "DescribeOrganization", json!({})).unwrap();
    assert_eq!(organization["Organization"]["FeatureSet"], "ALL");
    let root = cloud.org(FOUNDER, "ListRoots", json!({})).unwrap()["Roots"][0]["Id"].clone();
    cloud.org(FOUNDER, "EnablePolicyType", json!({ "RootId": root, "PolicyType": "SERVICE_CONTROL_POLICY" })).unwrap();
}

#[test]
fn one_that_declines_blocks_it_until_it_leaves() {
    let mut cloud = consolidated();
    let (whole, approval) = enable(&mut cloud);
    cloud.org(MEMBER, "DeclineHandshake", approval).unwrap();
    assert_eq!(state(&mut cloud, &whole), "REQUESTED");
    cloud.org(FOUNDER, "RemoveAccountFromOrganization", json!({ "AccountId": MEMBER })).unwrap();
    assert_eq!(state(&mut cloud, &whole), "OPEN");
}

#[test]
fn one_that_leaves_is_no_longer_asked() {
    let mut cloud = consolidated();
    let (whole, approval) = enable(&mut cloud);
    cloud.org(MEMBER, "LeaveOrganization", json!({})).unwrap();
    assert_eq!((state(&mut cloud, &whole), state(&mut cloud, &approval)), (json!("OPEN"), json!("CANCELED")));
}

#[test]
fn the_whole_is_cancelled_or_expires_together_with_its_parts() {
    let mut cloud = consolidated();
    let (whole, approval) = enable(&mut cloud);
    cloud.org(FOUNDER, "CancelHandshake", whole).unwrap();
    assert_eq!(state(&mut cloud, &approval), "CANCELED");
    let (whole, approval) = enable(&mut cloud);
    cloud.wait(days(90));
    assert_eq!((state(&mut cloud, &whole), state(&mut cloud, &approval)), (json!("EXPIRED"), json!("EXPIRED")));
    enable(&mut cloud);
}

#[test]
fn accounts_that_were_created_need_not_be_asked() {
    let mut cloud = Cloud::new();
    cloud.org(FOUNDER, "CreateOrganization", json!({ "FeatureSet": "CONSOLIDATED_BILLING" })).unwrap();
    cloud.wait(days(1));
    cloud.org(FOUNDER, "CreateAccount", json!({ "Email": "made@example.com", "AccountName": "made" })).unwrap();
    cloud.wait(days(1));
    let started = cloud.org(FOUNDER, "EnableAllFeatures", json!({})).unwrap();
    assert_eq!(started["Handshake"]["State"], "OPEN");
    insta::assert_snapshot!(
        started["Handshake"]["Arn"].as_str().unwrap().split('/').nth(2).unwrap(),
        @"enable_all_features"
    );
}
