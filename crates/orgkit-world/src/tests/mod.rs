//! The rules, exercised call by call through [`World::handle`].

mod account;
mod accounts;
mod all_features;
mod authorization;
mod billing_transfers;
mod config;
mod controltower;
mod delegation;
mod detection;
mod detection_file;
mod event_history;
mod explorer;
mod faults;
mod fuzz;
mod iam;
mod identity_center;
mod invitations;
mod management_policies;
mod organization_policies;
mod pages;
mod properties;
mod services;
mod shares;
mod stack_sets;
mod sts;
mod tags;
mod trails;
mod transfer;
mod tree;

use crate::{ApiError, Call, Principal, World, WorldFile};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::AccountId;
use serde_json::{Value, json};

/// Two organizations and accounts in every situation that the rules tell apart.
const ESTATE: &str = include_str!("estate.toml");

const OLD: &str = "111111111111";
const NEW: &str = "222222222222";
const YOUNG_ORGANIZATION: &str = "999999999999";
const MEMBER: &str = "333333333333";
const DELEGATED: &str = "444444444444";
const FRESH: &str = "555555555555";
const SUSPENDED: &str = "666666666666";
const FENCED: &str = "777777777777";
const STANDALONE: &str = "888888888888";
const ROOT_OLD: &str = "r-old1";
const ROOT_NEW: &str = "r-new1";

fn file() -> WorldFile {
    WorldFile::parse("estate.toml", ESTATE).unwrap()
}

fn start() -> Timestamp {
    "2026-11-01T00:00:00Z".parse().unwrap()
}

fn account(id: &str) -> AccountId {
    id.parse().unwrap()
}

/// A world with a clock.
struct Cloud {
    world: World,
    now: Timestamp,
    region: String,
}

impl Cloud {
    fn new() -> Self {
        Self { world: World::from_file(&file(), 7, start()).unwrap(), now: start(), region: "us-east-1".to_owned() }
    }

    fn wait(&mut self, by: SignedDuration) {
        self.now = self.now.checked_add(by).unwrap();
    }

    fn admin(&self, id: &str) -> Principal {
        self.world.administrator(&account(id)).unwrap()
    }

    fn call_as(&mut self, caller: &Principal, service: &str, operation: &str, input: Value) -> Result<Value, ApiError> {
        let call = Call { service: service.to_owned(), operation: operation.to_owned(), region: self.region.clone(), input };
        self.world.handle(caller, &call, self.now)
    }

    /// A call of Organizations.
    fn org(&mut self, by: &str, operation: &str, input: Value) -> Result<Value, ApiError> {
        let caller = self.admin(by);
        self.call_as(&caller, "organizations", operation, input)
    }

    /// A call of another service.
    fn service(&mut self, by: &str, service: &str, operation: &str, input: Value) -> Result<Value, ApiError> {
        let caller = self.admin(by);
        self.call_as(&caller, service, operation, input)
    }

    /// Code and reason of a refusal; the world must be as before.
    fn refused(&mut self, by: &str, operation: &str, input: Value) -> (&'static str, Option<&'static str>) {
        self.world.catch_up(self.now);
        let before = self.world.clone();
        let error = self.org(by, operation, input).unwrap_err();
        assert!(self.world == before, "{operation} was refused and changed something");
        (error.code, error.reason)
    }

    /// Invites an account and returns the handshake's id.
    fn invite(&mut self, by: &str, whom: &str) -> Value {
        let invited = self.org(by, "InviteAccountToOrganization", json!({ "Target": { "Id": whom, "Type": "ACCOUNT" } })).unwrap();
        invited["Handshake"]["Id"].clone()
    }

    fn organization_of(&mut self, id: &str) -> Option<String> {
        self.world.organization_of(&account(id)).map(|organization| organization.id.to_string())
    }
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}
