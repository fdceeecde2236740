//! Billing transfers. The world begins on 2026-11-01.

use super::*;

const INVITE: &str = "InviteOrganizationToTransferResponsibility";

fn offer(to: &str, start: Value) -> Value {
    json!({ "Type": "BILLING", "Target": { "Id": to, "Type": "ACCOUNT" }, "StartTimestamp": start, "SourceName": "bill" })
}

/// The new organization offers to pay the old one's bill from January on; returns the handshake's and the transfer's id.
fn offered(cloud: &mut Cloud) -> (Value, Value) {
    let sent = cloud.org(NEW, INVITE, offer(OLD, json!("2027-01-01T00:00:00Z"))).unwrap();
    (json!({ "HandshakeId": sent["Handshake"]["Id"] }), json!({ "Id": sent["Handshake"]["Resources"][0]["Value"] }))
}

fn status(cloud: &mut Cloud, by: &str, id: &Value) -> Value {
    cloud.org(by, "DescribeResponsibilityTransfer", id.clone()).unwrap()["ResponsibilityTransfer"].clone()
}

#[test]
fn each_side_sees_the_transfer_from_its_own_direction() {
    let mut cloud = Cloud::new();
    let (_, id) = offered(&mut cloud);
    insta::assert_snapshot!(
        status(&mut cloud, OLD, &id),
        @r#"{"ActiveHandshakeId":"h-x1nhg3rj4ic1","Arn":"arn:aws:organizations::111111111111:transfer/o-old0000000/billing/outbound/rt-uguvowtbm1ap","Id":"rt-uguvowtbm1ap","Name":"bill","Source":{"ManagementAccountEmail":"old@example.com","ManagementAccountId":"111111111111"},"StartTimestamp":1798761600.0,"Status":"REQUESTED","Target":{"ManagementAccountEmail":"new@example.com","ManagementAccountId":"222222222222"},"Type":"BILLING"}"#
    );
    assert!(status(&mut cloud, NEW, &id)["Arn"].as_str().unwrap().contains(":transfer/o-new0000000/billing/inbound/rt-"));
    for (by, operation) in [(NEW, "ListInboundResponsibilityTransfers"), (OLD, "ListOutboundResponsibilityTransfers")] {
        let listed = cloud.org(by, operation, json!({ "Type": "BILLING" })).unwrap();
        assert_eq!(listed["ResponsibilityTransfers"][0]["Id"], id["Id"], "{operation}");
    }
}

#[test]
fn the_start_is_the_beginning_of_a_month_that_can_still_be_accepted() {
    let mut cloud = Cloud::new();
    for (start, reason) in [
        (json!("2026-12-01T00:00:01Z"), "START_DATE_NOT_BEGINNING_OF_DAY"),
        (json!("2026-12-02T00:00:00Z"), "START_DATE_NOT_BEGINNING_OF_MONTH"),
        (json!("2026-11-01T00:00:00Z"), "START_DATE_TOO_EARLY"),
        (json!("2028-01-01T00:00:00Z"), "START_DATE_TOO_LATE"),
        (json!("soon"), "INVALID_PATTERN"),
        (Value::Null, "INPUT_REQUIRED"),
    ] {
        assert_eq!(cloud.refused(NEW, INVITE, offer(OLD, start.clone())), ("InvalidInputException", Some(reason)), "{start}");
    }
    cloud.wait(days(29));
    assert_eq!(cloud.refused(NEW, INVITE, offer(OLD, json!(1_796_083_200))).1, Some("START_DATE_TOO_EARLY"), "24 hours are too few");
    cloud.org(NEW, INVITE, offer(OLD, json!(1_798_761_600))).unwrap();
}

#[test]
fn an_offer_expires_a_day_before_it_would_begin() {
    let mut cloud = Cloud::new();
    cloud.wait(days(25));
    let sent = cloud.org(NEW, INVITE, offer(OLD, json!("2026-12-01T00:00:00Z"))).unwrap();
    let id = json!({ "HandshakeId": sent["Handshake"]["Id"] });
    cloud.wait(days(4));
    assert_eq!(cloud.refused(OLD, "AcceptHandshake", id).0, "InvalidHandshakeTransitionException");
    assert_eq!(status(&mut cloud, OLD, &json!({ "Id": sent["Handshake"]["Resources"][0]["Value"] }))["Status"], "EXPIRED");
}

#[test]
fn a_transfer_ends_with_a_month_and_only_then_the_organization_can_go() {
    let mut cloud = Cloud::new();
    let (handshake, id) = offered(&mut cloud);
    let blocked = ("ConstraintViolationException", Some("ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS"));
    for member in [MEMBER, DELEGATED, FRESH, FENCED, SUSPENDED] {
        cloud.world.leave(&account(member), cloud.now);
    }
    assert_eq!(cloud.refused(OLD, "DeleteOrganization", json!({})), blocked, "an offer is enough");
    cloud.org(OLD, "AcceptHandshake", handshake).unwrap();
    assert_eq!(cloud.refused(OLD, "DeleteOrganization", json!({})), blocked);
    let end = |at: &str| json!({ "Id": id["Id"], "EndTimestamp": at });
    for (at, reason) in [
        ("2027-01-30T23:59:59Z", "END_DATE_NOT_END_OF_MONTH"),
        ("2026-12-31T23:59:59.999Z", "END_DATE_TOO_EARLY"),
        ("2029-01-31T23:59:59Z", "END_DATE_TOO_LATE"),
    ] {
        assert_eq!(cloud.refused(OLD, "TerminateResponsibilityTransfer", end(at)), ("InvalidInputException", Some(reason)), "{at}");
    }
    let ended = cloud.org(OLD, "TerminateResponsibilityTransfer", end("2027-02-28T23:59:59Z")).unwrap();
    assert_eq!(ended["ResponsibilityTransfer"]["EndTimestamp"], json!(1_803_859_199.999));
    cloud.wait(days(119));
    assert_eq!(cloud.refused(OLD, "DeleteOrganization", json!({})), blocked, "it lasts to the end of February");
    cloud.wait(days(1));
    cloud.org(OLD, "DeleteOrganization", json!({})).unwrap();
    assert_eq!(cloud.refused(NEW, "DescribeResponsibilityTransfer", id).0, "ResponsibilityTransferNotFoundException");
}

#[test]
fn bills_are_paid_by_one_and_not_passed_on() {
    let mut cloud = Cloud::new();
    cloud.world.organizations.values_mut().for_each(|organization| organization.ledger.inbound_transfers = 5);
    let accept = |cloud: &mut Cloud, by: &str, from: &str| {
        let sent = cloud.org(from, INVITE, offer(by, json!("2027-01-01T00:00:00Z"))).unwrap();
        cloud.org(by, "AcceptHandshake", json!({ "HandshakeId": sent["Handshake"]["Id"] })).map_err(|error| error.reason)
    };
    accept(&mut cloud, OLD, NEW).unwrap();
    assert_eq!(accept(&mut cloud, OLD, YOUNG_ORGANIZATION), Err(Some("RESPONSIBILITY_TRANSFER_MAX_OUTBOUND_QUOTA_VIOLATION")));
    assert_eq!(
        accept(&mut cloud, NEW, YOUNG_ORGANIZATION),
        Err(Some("RESPONSIBILITY_TRANSFER_MAX_LEVEL_VIOLATION")),
        "it pays for another"
    );
    assert_eq!(accept(&mut cloud, YOUNG_ORGANIZATION, OLD), Err(Some("RESPONSIBILITY_TRANSFER_MAX_LEVEL_VIOLATION")), "it is paid for");
}

#[test]
fn by_default_nobody_may_take_over_a_bill() {
    let mut cloud = Cloud::new();
    let quota = ("ConstraintViolationException", Some("RESPONSIBILITY_TRANSFER_MAX_INBOUND_QUOTA_VIOLATION"));
    let start = json!("2027-01-01T00:00:00Z");
    assert_eq!(cloud.refused(OLD, INVITE, offer(NEW, start.clone())), quota);
    let (handshake, _) = offered(&mut cloud);
    assert_eq!(cloud.refused(NEW, INVITE, offer(YOUNG_ORGANIZATION, start.clone())), quota, "open offers count");
    cloud.org(OLD, "DeclineHandshake", handshake).unwrap();
    cloud.org(NEW, INVITE, offer(YOUNG_ORGANIZATION, start)).unwrap();
}

#[test]
fn a_world_file_can_say_who_pays() {
    let text = ESTATE.replacen("role = \"source\"", "role = \"source\"\nbilling_transfers = { paid_by = \"o-young00000\" }", 1);
    let world = World::from_file(&WorldFile::parse("estate.toml", &text).unwrap(), 7, start()).unwrap();
    let mut cloud = Cloud { world, ..Cloud::new() };
    let listed = cloud.org(OLD, "ListOutboundResponsibilityTransfers", json!({ "Type": "BILLING" })).unwrap();
    let transfer = &listed["ResponsibilityTransfers"][0];
    assert_eq!((&transfer["Status"], &transfer["Target"]["ManagementAccountId"]), (&json!("ACCEPTED"), &json!(YOUNG_ORGANIZATION)));
    assert_eq!(transfer["StartTimestamp"], json!(1_788_220_800.0), "the first of September");
}
