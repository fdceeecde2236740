//! Invitations: who may send, answer and see them, and when there are too many.

use super::*;

#[test]
fn an_invitation_names_both_parties() {
    let mut cloud = Cloud::new();
    let input = json!({ "Target": { "Id": MEMBER, "Type": "ACCOUNT" }, "Notes": "orgkit:plan:step" });
    let invited = cloud.org(NEW, "InviteAccountToOrganization", input).unwrap();
    let handshake = &invited["Handshake"];
    assert_eq!(handshake["State"], "OPEN");
    assert_eq!(handshake["Parties"], json!([{ "Id": "o-new0000000", "Type": "ORGANIZATION" }, { "Id": MEMBER, "Type": "ACCOUNT" }]));
    assert_eq!(handshake["Resources"][2], json!({ "Type": "NOTES", "Value": "orgkit:plan:step" }));
    assert_eq!(handshake["ExpirationTimestamp"].as_f64().unwrap() - handshake["RequestedTimestamp"].as_f64().unwrap(), 15.0 * 86_400.0);
    let arn = format!("arn:aws:organizations::{NEW}:handshake/o-new0000000/invite/{}", handshake["Id"].as_str().unwrap());
    assert_eq!(handshake["Arn"], arn);
    for (by, operation) in [(NEW, "ListHandshakesForOrganization"), (MEMBER, "ListHandshakesForAccount")] {
        let listed = cloud.org(by, operation, json!({ "Filter": { "ActionType": "INVITE" } })).unwrap();
        assert_eq!(&listed["Handshakes"][0], handshake, "{operation}");
    }
}

#[test]
fn only_the_parties_may_touch_it() {
    let mut cloud = Cloud::new();
    let id = json!({ "HandshakeId": cloud.invite(NEW, MEMBER) });
    for (by, operation) in [
        (NEW, "AcceptHandshake"),
        (STANDALONE, "AcceptHandshake"),
        (NEW, "DeclineHandshake"),
        (MEMBER, "CancelHandshake"),
        (OLD, "DescribeHandshake"),
    ] {
        assert_eq!(cloud.refused(by, operation, id.clone()).0, "AccessDeniedException", "{by} {operation}");
    }
    cloud.org(MEMBER, "DescribeHandshake", id.clone()).unwrap();
    cloud.org(NEW, "DescribeHandshake", id).unwrap();
}

#[test]
fn a_finished_handshake_stays_finished_and_disappears_after_thirty_days() {
    for (by, operation, state) in [(MEMBER, "DeclineHandshake", "DECLINED"), (NEW, "CancelHandshake", "CANCELED")] {
        let mut cloud = Cloud::new();
        let id = json!({ "HandshakeId": cloud.invite(NEW, MEMBER) });
        assert_eq!(cloud.org(by, operation, id.clone()).unwrap()["Handshake"]["State"], state);
        assert_eq!(cloud.refused(by, operation, id.clone()).0, "HandshakeAlreadyInStateException");
        assert_eq!(cloud.refused(MEMBER, "AcceptHandshake", id.clone()).0, "InvalidHandshakeTransitionException");
        cloud.wait(days(29));
        cloud.org(NEW, "DescribeHandshake", id.clone()).unwrap();
        cloud.wait(days(1));
        assert_eq!(cloud.refused(NEW, "DescribeHandshake", id).0, "HandshakeNotFoundException");
    }
}

#[test]
fn an_invitation_expires_after_fifteen_days() {
    let mut cloud = Cloud::new();
    let id = json!({ "HandshakeId": cloud.invite(NEW, MEMBER) });
    cloud.wait(days(15));
    assert_eq!(cloud.org(NEW, "DescribeHandshake", id.clone()).unwrap()["Handshake"]["State"], "EXPIRED");
    assert_eq!(cloud.refused(MEMBER, "AcceptHandshake", id).0, "InvalidHandshakeTransitionException");
    cloud.invite(NEW, MEMBER);
}

#[test]
fn invitations_are_refused_with_their_reasons() {
    let mut cloud = Cloud::new();
    cloud.invite(NEW, MEMBER);
    for (id, kind, code, reason) in [
        (MEMBER, "ACCOUNT", "DuplicateHandshakeException", None),
        ("member@example.com", "EMAIL", "DuplicateHandshakeException", None),
        ("101010101010", "ACCOUNT", "HandshakeConstraintViolationException", Some("ALREADY_IN_AN_ORGANIZATION")),
        ("123456789012", "ACCOUNT", "HandshakeConstraintViolationException", Some("TARGET_ACCOUNT_VALIDATION_FAILURE")),
        ("12345", "ACCOUNT", "InvalidInputException", Some("INVALID_PATTERN_TARGET_ID")),
        ("nobody", "EMAIL", "InvalidInputException", Some("INVALID_EMAIL_ADDRESS_TARGET")),
        ("o-new0000000", "ORGANIZATION", "InvalidInputException", Some("INVALID_PARTY_TYPE_TARGET")),
    ] {
        let input = json!({ "Target": { "Id": id, "Type": kind } });
        assert_eq!(cloud.refused(NEW, "InviteAccountToOrganization", input), (code, reason), "{id}");
    }
    let input = json!({ "Target": { "Id": STANDALONE, "Type": "ACCOUNT" } });
    assert_eq!(cloud.refused(MEMBER, "InviteAccountToOrganization", input.clone()).0, "AccessDeniedException");
    assert_eq!(cloud.refused(STANDALONE, "InviteAccountToOrganization", input).0, "AWSOrganizationsNotInUseException");
}

#[test]
fn open_invitations_count_against_the_account_quota() {
    let mut cloud = Cloud::new();
    // Two accounts of six are there.
    for whom in [MEMBER, DELEGATED, FRESH, STANDALONE] {
        cloud.invite(NEW, whom);
    }
    let input = json!({ "Target": { "Id": FENCED, "Type": "ACCOUNT" } });
    let full = ("HandshakeConstraintViolationException", Some("ACCOUNT_NUMBER_LIMIT_EXCEEDED"));
    assert_eq!(cloud.refused(NEW, "InviteAccountToOrganization", input.clone()), full);
    cloud.wait(days(15));
    cloud.org(NEW, "InviteAccountToOrganization", input).unwrap();
}

#[test]
fn twenty_invitations_a_day_are_enough() {
    let mut cloud = Cloud::new();
    for _ in 0..20 {
        let id = cloud.invite(NEW, MEMBER);
        cloud.org(NEW, "CancelHandshake", json!({ "HandshakeId": id })).unwrap();
    }
    let input = json!({ "Target": { "Id": MEMBER, "Type": "ACCOUNT" } });
    let too_many = ("HandshakeConstraintViolationException", Some("HANDSHAKE_RATE_LIMIT_EXCEEDED"));
    assert_eq!(cloud.refused(NEW, "InviteAccountToOrganization", input.clone()), too_many);
    cloud.wait(days(1));
    cloud.org(NEW, "InviteAccountToOrganization", input).unwrap();
}

#[test]
fn a_management_account_does_not_see_invitations_while_it_manages() {
    let mut cloud = Cloud::new();
    cloud.invite(NEW, OLD);
    assert_eq!(cloud.org(OLD, "ListHandshakesForAccount", json!({})).unwrap()["Handshakes"], json!([]));
}

#[test]
fn what_the_inviting_side_needs() {
    let invitation = |whom: &str| json!({ "Target": { "Id": whom, "Type": "ACCOUNT" } });
    let mut cloud = Cloud::new();
    cloud.world.accounts.get_mut(&account(NEW)).unwrap().signup.email_verified = false;
    assert_eq!(cloud.refused(NEW, "InviteAccountToOrganization", invitation(MEMBER)).0, "AccountOwnerNotVerifiedException");
    let mut cloud = Cloud::new();
    let id = json!({ "HandshakeId": cloud.invite(NEW, MEMBER) });
    cloud.world.accounts.get_mut(&account(NEW)).unwrap().payment_method = false;
    let nobody_pays = ("HandshakeConstraintViolationException", Some("PAYMENT_INSTRUMENT_REQUIRED"));
    assert_eq!(cloud.refused(NEW, "InviteAccountToOrganization", invitation(STANDALONE)), nobody_pays);
    assert_eq!(cloud.refused(MEMBER, "AcceptHandshake", id), nobody_pays);
}

#[test]
fn of_several_invitations_one_can_be_accepted_at_a_time() {
    let mut cloud = Cloud::new();
    cloud.wait(days(7));
    let (first, second) = (cloud.invite(NEW, MEMBER), cloud.invite(YOUNG_ORGANIZATION, MEMBER));
    assert_eq!(cloud.org(MEMBER, "ListHandshakesForAccount", json!({})).unwrap()["Handshakes"].as_array().unwrap().len(), 2);
    cloud.org(MEMBER, "AcceptHandshake", json!({ "HandshakeId": first })).unwrap();
    let too_soon = ("HandshakeConstraintViolationException", Some("ORGANIZATION_MEMBERSHIP_CHANGE_RATE_LIMIT_EXCEEDED"));
    assert_eq!(cloud.refused(MEMBER, "AcceptHandshake", json!({ "HandshakeId": second })), too_soon);
}

#[test]
fn a_management_account_sees_invitations_only_once_its_organization_is_gone() {
    let mut cloud = Cloud::new();
    let id = json!({ "HandshakeId": cloud.invite(NEW, YOUNG_ORGANIZATION) });
    let seen = |cloud: &mut Cloud| cloud.org(YOUNG_ORGANIZATION, "ListHandshakesForAccount", json!({})).unwrap()["Handshakes"].clone();
    assert_eq!(seen(&mut cloud), json!([]));
    assert_eq!(cloud.refused(YOUNG_ORGANIZATION, "DescribeHandshake", id.clone()).0, "AccessDeniedException");
    cloud.org(YOUNG_ORGANIZATION, "DeleteOrganization", json!({})).unwrap();
    assert_eq!(seen(&mut cloud)[0]["Id"], id["HandshakeId"]);
    cloud.org(YOUNG_ORGANIZATION, "AcceptHandshake", id).unwrap();
}

#[test]
fn an_address_that_nobody_has_yet_can_be_invited() {
    let mut cloud = Cloud::new();
    let input = json!({ "Target": { "Id": "Later@example.com", "Type": "EMAIL" } });
    let invited = cloud.org(NEW, "InviteAccountToOrganization", input.clone()).unwrap();
    assert_eq!(cloud.refused(NEW, "InviteAccountToOrganization", input).0, "DuplicateHandshakeException");
    cloud.wait(days(7));
    cloud.org(OLD, "CreateAccount", json!({ "Email": "later@example.com", "AccountName": "later" })).unwrap();
    cloud.wait(days(5));
    let later = cloud.world.accounts.values().find(|record| record.name == "later").unwrap().id.to_string();
    let listed = cloud.org(&later, "ListHandshakesForAccount", json!({})).unwrap();
    assert_eq!(listed["Handshakes"][0]["Id"], invited["Handshake"]["Id"]);
    cloud.org(&later, "AcceptHandshake", json!({ "HandshakeId": invited["Handshake"]["Id"] })).unwrap();
    assert_eq!(cloud.organization_of(&later).as_deref(), Some("o-new0000000"));
}

#[test]
fn an_account_of_another_seller_cannot_join() {
    let mut cloud = Cloud::new();
    let id = json!({ "HandshakeId": cloud.invite(NEW, MEMBER) });
    cloud.world.accounts.get_mut(&account(MEMBER)).unwrap().signup.seller = crate::Seller::AwsIndia;
    let elsewhere = ("HandshakeConstraintViolationException", Some("ORGANIZATION_FROM_DIFFERENT_SELLER_OF_RECORD"));
    assert_eq!(cloud.refused(MEMBER, "AcceptHandshake", id), elsewhere);
}
