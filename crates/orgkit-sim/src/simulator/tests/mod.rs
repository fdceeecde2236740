//! The simulator as its callers see it.

mod bystander;
mod control;
mod faults;
mod sockets;
mod state;
mod storage;
mod throttle;

use super::*;
use crate::tests::{DELEGATED, MEMBER, NEW, OLD, STANDALONE, SUSPENDED, Sent, account, file, start};
use orgkit_world::{Call, Principal};
use serde_json::{Value, json};

fn simulator() -> Simulator {
    Simulator::in_memory(&file(), 7, start()).unwrap()
}

fn plan(text: &str) -> FaultPlan {
    FaultPlan::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A simulator with one rule armed.
fn failing(rule: &str) -> Simulator {
    let simulator = simulator();
    simulator.arm(plan(&format!("[[rules]]\n{rule}"))).unwrap();
    simulator
}

fn call(service: &str, operation: &str, input: Value) -> Call {
    Call { service: service.to_owned(), operation: operation.to_owned(), region: "us-east-1".to_owned(), input }
}

fn admin(simulator: &Simulator, by: &str) -> Principal {
    simulator.administrator(&account(by)).unwrap()
}

/// A call of Organizations without the wire.
fn direct(simulator: &Simulator, by: &str, operation: &str, input: Value) -> Result<Value, CallError> {
    simulator.call(&admin(simulator, by), &call("organizations", operation, input))
}

/// A signed call of Organizations through the wire; the status and body of its answer.
fn wired(simulator: &Simulator, by: &str, operation: &str, input: &Value) -> Result<(u16, Value), Loss> {
    let sent = Sent::organizations(operation, input).signed(&keys_of(&account(by)), "organizations", simulator.now());
    let answer = simulator.answer_in_process(&sent.http())?;
    Ok((answer.status, serde_json::from_slice(&answer.body).unwrap_or_default()))
}

/// Invites an account and returns the handshake's id.
fn invite(simulator: &Simulator, whom: &str) -> Value {
    let input = json!({ "Target": { "Id": whom, "Type": "ACCOUNT" } });
    let (status, invited) = wired(simulator, NEW, "InviteAccountToOrganization", &input).unwrap();
    assert_eq!(status, 200, "{invited}");
    invited["Handshake"]["Id"].clone()
}

/// Enters a member of the old organization by its role: the keys of the session and who acts in it.
fn enter(simulator: &Simulator, member: &str) -> (Keys, Principal) {
    let role = format!("arn:aws:iam::{member}:role/OrganizationAccountAccessRole");
    let input = json!({ "RoleArn": role, "RoleSessionName": "orgkit" });
    let output = simulator.call(&admin(simulator, OLD), &call("sts", "AssumeRole", input)).unwrap();
    let part = |name: &str| output["Credentials"][name].as_str().unwrap().to_owned();
    let keys =
        Keys { access_key_id: part("AccessKeyId"), secret_access_key: part("SecretAccessKey"), session_token: Some(part("SessionToken")) };
    let principal = simulator.session(&keys.access_key_id).unwrap().principal;
    (keys, principal)
}

fn organization_of(simulator: &Simulator, id: &str) -> Option<String> {
    let view = simulator.accounts().into_iter().find(|view| view.id == account(id)).unwrap();
    view.organization.map(|organization| organization.to_string())
}

/// The code of a refusal.
fn code<T: std::fmt::Debug>(answer: Result<T, CallError>) -> &'static str {
    match answer {
        Err(CallError::Refused(error)) => error.code,
        other => panic!("{other:?}"),
    }
}
