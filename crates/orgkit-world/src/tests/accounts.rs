//! Accounts come and go: creation, closure, and what each moment in between allows.

use super::*;
use crate::world::Standing;
use orgkit_model::AccountState;

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

/// Asks for an account in the new organization and returns the request's id.
fn ask(cloud: &mut Cloud, email: &str) -> String {
    let input = json!({ "Email": email, "AccountName": "made", "RoleName": "Door" });
    let asked = cloud.org(NEW, "CreateAccount", input).unwrap();
    assert_eq!(asked["CreateAccountStatus"]["State"], "IN_PROGRESS");
    asked["CreateAccountStatus"]["Id"].as_str().unwrap().to_owned()
}

fn status(cloud: &mut Cloud, request: &str) -> Value {
    let described = cloud.org(NEW, "DescribeCreateAccountStatus", json!({ "CreateAccountRequestId": request })).unwrap();
    described["CreateAccountStatus"].clone()
}

fn state(cloud: &mut Cloud, by: &str, id: &str) -> Result<Value, ApiError> {
    cloud.org(by, "DescribeAccount", json!({ "AccountId": id })).map(|answer| answer["Account"]["State"].clone())
}

#[test]
fn a_created_account_is_a_member_with_a_door_for_its_management_account() {
    let mut cloud = Cloud::new();
    let known: Vec<String> = cloud.world.accounts.keys().map(ToString::to_string).collect();
    let request = ask(&mut cloud, "made@example.com");
    assert_eq!(status(&mut cloud, &request)["AccountId"], Value::Null, "it is not told before it is finished");
    let listed = cloud.org(NEW, "ListAccounts", json!({})).unwrap();
    let pending = listed["Accounts"].as_array().unwrap().iter().find(|account| account["State"] == "PENDING_ACTIVATION").unwrap();
    let id = pending["Id"].as_str().unwrap().to_owned();
    assert!(!known.contains(&id));
    let door = json!({ "RoleArn": format!("arn:aws:iam::{id}:role/Door"), "RoleSessionName": "orgkit" });
    assert_eq!(cloud.service(NEW, "sts", "AssumeRole", door.clone()).unwrap_err().code, "AccessDenied", "too early");
    cloud.wait(seconds(60));
    let done = status(&mut cloud, &request);
    assert_eq!((&done["State"], &done["AccountId"]), (&json!("SUCCEEDED"), &json!(id)));
    assert_eq!(done["CompletedTimestamp"].as_f64().unwrap() - done["RequestedTimestamp"].as_f64().unwrap(), 60.0);
    let record = &cloud.world.accounts[&account(&id)];
    let place = record.membership.as_ref().unwrap();
    assert_eq!((place.parent.as_str(), place.joined_at), (ROOT_NEW, cloud.now));
    assert!(!record.payment_method && record.roles["Door"].attached.contains("arn:aws:iam::aws:policy/AdministratorAccess"));
    cloud.service(NEW, "sts", "AssumeRole", door.clone()).unwrap();
    assert_eq!(cloud.service(OLD, "sts", "AssumeRole", door).unwrap_err().code, "AccessDenied", "the door is for one account only");
}

#[test]
fn a_request_that_comes_to_nothing_says_why() {
    let mut cloud = Cloud::new();
    let reasons = |cloud: &mut Cloud, emails: &[&str]| -> Vec<Value> {
        let requests: Vec<String> = emails.iter().map(|email| ask(cloud, email)).collect();
        cloud.wait(seconds(60));
        requests.iter().map(|request| status(cloud, request)["FailureReason"].clone()).collect()
    };
    // The quota is 6; two accounts are there.
    let first = reasons(&mut cloud, &["a@example.com", "A@example.com", "member@example.com"]);
    assert_eq!(first, [Value::Null, json!("CONCURRENT_ACCOUNT_MODIFICATION"), json!("EMAIL_ALREADY_EXISTS")]);
    cloud.invite(NEW, MEMBER);
    cloud.invite(NEW, STANDALONE);
    let second = reasons(&mut cloud, &["b@example.com", "c@example.com"]);
    assert_eq!(second, [Value::Null, json!("ACCOUNT_LIMIT_EXCEEDED")], "open invitations count");
    cloud.world.accounts.get_mut(&account(NEW)).unwrap().payment_method = false;
    assert_eq!(reasons(&mut cloud, &["d@example.com"]), [json!("MISSING_PAYMENT_INSTRUMENT")]);
    assert_eq!(cloud.org(NEW, "ListAccounts", json!({})).unwrap()["Accounts"].as_array().unwrap().len(), 4);
}

#[test]
fn addresses_and_names_have_their_rules() {
    let mut cloud = Cloud::new();
    for (email, name, reason) in [
        ("a@b.c", "x", "MIN_LENGTH_EXCEEDED"),
        ("two@at@example.com", "x", "INVALID_PATTERN"),
        (".dot@example.com", "x", "INVALID_PATTERN"),
        ("quo\"te@example.com", "x", "INVALID_PATTERN"),
        ("a@-example.com", "x", "INVALID_PATTERN"),
        ("a@example", "x", "INVALID_PATTERN"),
        ("a@example.com", "", "MIN_LENGTH_EXCEEDED"),
        ("a@example.com", "Bücher", "INVALID_PATTERN"),
        ("a@example.com", &"x".repeat(51), "MAX_LENGTH_EXCEEDED"),
    ] {
        let refused = cloud.refused(NEW, "CreateAccount", json!({ "Email": email, "AccountName": name }));
        assert_eq!(refused, ("InvalidInputException", Some(reason)), "{email} {name}");
    }
}

#[test]
fn a_closed_account_goes_in_three_steps() {
    let mut cloud = Cloud::new();
    cloud.org(OLD, "CloseAccount", json!({ "AccountId": MEMBER })).unwrap();
    for (wait, expected) in [(0, "PENDING_CLOSURE"), (299, "PENDING_CLOSURE"), (1, "SUSPENDED"), (90 * 86_400 - 301, "SUSPENDED")] {
        cloud.wait(seconds(wait));
        assert_eq!(state(&mut cloud, OLD, MEMBER).unwrap(), expected, "after {wait} more seconds");
        assert_eq!(cloud.org(MEMBER, "DescribeOrganization", json!({})).unwrap_err().code, "AccessDeniedException");
    }
    cloud.wait(seconds(1));
    assert_eq!(state(&mut cloud, OLD, MEMBER).unwrap_err().code, "AccountNotFoundException");
    assert_eq!(cloud.organization_of(MEMBER), None);
    assert_eq!(cloud.world.accounts[&account(MEMBER)].state(cloud.now), AccountState::Closed);
}

#[test]
fn a_reinstated_account_stays() {
    let mut cloud = Cloud::new();
    cloud.org(OLD, "CloseAccount", json!({ "AccountId": MEMBER })).unwrap();
    assert!(cloud.world.reinstate(&account(MEMBER), cloud.now).is_err(), "the closure is not finished");
    cloud.wait(days(89));
    cloud.world.reinstate(&account(MEMBER), cloud.now).unwrap();
    cloud.wait(days(30));
    assert_eq!(state(&mut cloud, OLD, MEMBER).unwrap(), "ACTIVE");
    // The estate's suspended account was closed 20 days before the world began.
    assert_eq!(state(&mut cloud, OLD, SUSPENDED).unwrap_err().code, "AccountNotFoundException");
    assert!(cloud.world.reinstate(&account(SUSPENDED), cloud.now).is_err(), "after 90 days it is gone for good");
}

#[test]
fn when_a_departure_is_noticed_does_not_matter() {
    let mut often = Cloud::new();
    often.org(OLD, "CloseAccount", json!({ "AccountId": MEMBER })).unwrap();
    let mut once = Cloud { world: often.world.clone(), now: often.now, region: often.region.clone() };
    once.wait(days(120));
    for _ in 0..120 {
        often.wait(days(1));
        often.org(OLD, "ListAccounts", json!({})).unwrap();
    }
    once.org(OLD, "ListAccounts", json!({})).unwrap();
    assert!(often.world == once.world);
}

#[test]
fn only_so_many_accounts_are_closed_at_a_time_and_in_a_month() {
    let mut cloud = Cloud::new();
    let close = |whom: &str| json!({ "AccountId": whom });
    for whom in [MEMBER, DELEGATED, FRESH] {
        cloud.org(OLD, "CloseAccount", close(whom)).unwrap();
    }
    let at_a_time = ("ConstraintViolationException", Some("CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED"));
    assert_eq!(cloud.refused(OLD, "CloseAccount", close(FENCED)), at_a_time);
    cloud.wait(seconds(300));
    let closed = cloud.now;
    cloud.world.organizations.values_mut().for_each(|organization| organization.ledger.closures = vec![closed; 250]);
    cloud.wait(days(29));
    let in_a_month = ("ConstraintViolationException", Some("CLOSE_ACCOUNT_QUOTA_EXCEEDED"));
    assert_eq!(cloud.refused(OLD, "CloseAccount", close(FENCED)), in_a_month);
    cloud.wait(days(1));
    cloud.org(OLD, "CloseAccount", close(FENCED)).unwrap();
}

#[test]
fn a_closed_account_can_be_moved_but_not_removed() {
    let mut cloud = Cloud::new();
    let removed = cloud.refused(OLD, "RemoveAccountFromOrganization", json!({ "AccountId": SUSPENDED }));
    assert_eq!(removed, ("ConstraintViolationException", Some("ACCOUNT_CANNOT_LEAVE_ORGANIZATION")));
    let unit = cloud.org(OLD, "CreateOrganizationalUnit", json!({ "ParentId": ROOT_OLD, "Name": "Closed" })).unwrap();
    let to = &unit["OrganizationalUnit"]["Id"];
    let input = json!({ "AccountId": SUSPENDED, "SourceParentId": ROOT_OLD, "DestinationParentId": to });
    cloud.org(OLD, "MoveAccount", input).unwrap();
}

#[test]
fn a_world_in_the_middle_of_everything_can_be_saved() {
    let mut cloud = Cloud::new();
    ask(&mut cloud, "made@example.com");
    cloud.invite(NEW, MEMBER);
    cloud.org(OLD, "CloseAccount", json!({ "AccountId": MEMBER })).unwrap();
    let saved = serde_json::to_string(&cloud.world).unwrap();
    let restored: World = serde_json::from_str(&saved).unwrap();
    assert!(restored == cloud.world);
    assert!(matches!(restored.accounts[&account(MEMBER)].standing, Standing::Closed { .. }));
}
