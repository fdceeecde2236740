//! The file of a world: what was answered is there after a kill, and nothing else is.

use super::*;
use crate::tests::{DELEGATED, MEMBER, NEW, SUSPENDED, account, days, file, start};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use orgkit_world::Call;
use serde_json::{Value, json};
use std::path::PathBuf;

fn open(path: &Path) -> Result<Simulator, SimError> {
    Simulator::open(path, &file(), 7, start())
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.db");
    (folder, path)
}

/// A signed call of Organizations through the simulator; the body of its answer.
fn call(simulator: &Simulator, by: &str, operation: &str, input: &Value) -> (u16, Value) {
    let keys = keys_of(&account(by));
    let identity = Credentials::new(&keys.access_key_id, &keys.secret_access_key, None, None, "test").into();
    let params = v4::SigningParams::builder().identity(&identity).region("us-east-1").name("organizations");
    let params = params.time(simulator.now().into()).settings(SigningSettings::default()).build().unwrap().into();
    let (target, body) = (format!("AWSOrganizationsV20161128.{operation}"), input.to_string());
    let plain = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target.as_str())];
    let signable =
        SignableRequest::new("POST", "https://aws.example.com/", plain.into_iter(), SignableBody::Bytes(body.as_bytes())).unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    let headers = plain.into_iter().chain(instructions.headers()).collect();
    let request = HttpRequest { method: "POST", host: "aws.example.com", path: "/", headers, body: body.as_bytes() };
    let answer = simulator.answer_in_process(&request);
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
}

fn invite(simulator: &Simulator, whom: &str) -> Value {
    let (status, invited) = call(simulator, NEW, "InviteAccountToOrganization", &json!({ "Target": { "Id": whom, "Type": "ACCOUNT" } }));
    assert_eq!(status, 200, "{invited}");
    invited["Handshake"]["Id"].clone()
}

#[test]
fn a_world_takes_up_where_it_left_off() {
    let (_folder, path) = place();
    let (id, world, now) = {
        let simulator = open(&path).unwrap();
        let id = invite(&simulator, MEMBER);
        assert_eq!(call(&simulator, DELEGATED, "AcceptHandshake", &json!({ "HandshakeId": id })).0, 400, "refused calls are not kept");
        simulator.advance(SignedDuration::from_secs(90)).unwrap();
        simulator.act(&PersonAct::ReinstateAccount { account: account(SUSPENDED) }).unwrap();
        let world = simulator.lock().world.clone();
        (id, world, simulator.now())
        // The simulator goes without a word, as in a kill: nothing is written when it is dropped.
    };
    // A later start is not taken: the world has one already.
    let later = start().checked_add(days(100)).unwrap();
    let simulator = Simulator::open(&path, &file(), 7, later).unwrap();
    assert!(simulator.lock().world == world);
    assert_eq!(simulator.now(), now);
    assert_eq!(call(&simulator, MEMBER, "AcceptHandshake", &json!({ "HandshakeId": id })).0, 200);
    drop(simulator);
    let moved = open(&path).unwrap().accounts().into_iter().find(|view| view.id == account(MEMBER)).unwrap();
    assert_eq!(moved.organization.unwrap().as_str(), "o-new0000000");
}

#[test]
fn requests_move_the_clock_and_the_same_calls_give_the_same_ids() {
    let one = Simulator::in_memory(&file(), 7, start()).unwrap();
    let two = Simulator::in_memory(&file(), 7, start()).unwrap();
    let other = Simulator::in_memory(&file(), 8, start()).unwrap();
    let id = invite(&one, MEMBER);
    assert_eq!(id, invite(&two, MEMBER));
    assert_ne!(id, invite(&other, MEMBER));
    assert_eq!(one.now().duration_since(start()), SignedDuration::from_millis(40));
    assert_eq!(one.credentials(&account(MEMBER)), Some(keys_of(&account(MEMBER))));
    assert_eq!(one.credentials(&account("123456789012")), None);
}

#[test]
fn files_that_are_not_this_world_are_refused_with_the_reason() {
    let (_folder, path) = place();
    invite(&open(&path).unwrap(), MEMBER);
    assert!(matches!(Simulator::open(&path, &file(), 8, start()), Err(SimError::OtherWorld { .. })));
    let change = |sql: &str| rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    change("PRAGMA user_version = 2");
    assert!(matches!(open(&path), Err(SimError::Newer { found: 2, known: 1, .. })));
    change("PRAGMA user_version = 1; UPDATE change SET entry = '{}'");
    assert!(matches!(open(&path), Err(SimError::Damaged { .. })));
    change("DELETE FROM change");
    open(&path).unwrap();
    let (_folder, path) = place();
    std::fs::write(&path, "this is no SQLite file, and it is long enough to be taken for one".repeat(100)).unwrap();
    assert!(matches!(open(&path), Err(SimError::Damaged { .. })));
    let (_folder, path) = place();
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
    assert!(matches!(open(&path), Err(SimError::Damaged { .. })), "another program's database");
}

#[test]
fn two_processes_cannot_share_a_world() {
    let (_folder, path) = place();
    let first = open(&path).unwrap();
    invite(&first, MEMBER);
    assert!(matches!(open(&path), Err(SimError::Store { .. })));
}

#[test]
fn lookups_are_answered_twice_a_second_in_each_account_and_region() {
    let mut throttle = Throttle::default();
    let call = |operation: &str, region: &str| Call {
        service: "cloudtrail".to_owned(),
        operation: operation.to_owned(),
        region: region.to_owned(),
        input: Value::Null,
    };
    let mut ask = |by: &str, operation: &str, region: &str, millis: i64| {
        let now = start().checked_add(SignedDuration::from_millis(millis)).unwrap();
        throttle.admit(&account(by), &call(operation, region), now).err().map(|error| error.code)
    };
    let refused = Some("ThrottlingException");
    assert_eq!([ask(NEW, "LookupEvents", "us-east-1", 0), ask(NEW, "LookupEvents", "us-east-1", 400)], [None, None]);
    assert_eq!(ask(NEW, "LookupEvents", "us-east-1", 999), refused);
    assert_eq!([ask(NEW, "LookupEvents", "eu-west-1", 999), ask(MEMBER, "LookupEvents", "us-east-1", 999)], [None, None]);
    assert_eq!(ask(NEW, "DescribeTrails", "us-east-1", 999), None);
    assert_eq!(ask(NEW, "LookupEvents", "us-east-1", 1000), None, "the first is a second ago");
}
