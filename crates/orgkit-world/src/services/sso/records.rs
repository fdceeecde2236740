//! What an instance of Identity Center is and has.

use super::requests::AsyncRequest;
use crate::ids::uuid_of;
use jiff::Timestamp;
use orgkit_model::AccountId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// An IAM Identity Center instance with its identity store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IdentityCenter {
    pub(crate) region: String,
    pub(crate) arn: String,
    /// The identity store's id.
    pub(crate) store: String,
    pub(crate) created_at: Timestamp,
    pub(crate) permission_sets: Vec<PermissionSet>,
    /// Groups and users by id.
    pub(crate) groups: BTreeMap<String, Group>,
    pub(crate) users: BTreeMap<String, User>,
    /// Asynchronous requests by id.
    pub(crate) requests: BTreeMap<String, AsyncRequest>,
}

/// A permission set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PermissionSet {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// ISO 8601: `PT1H`.
    pub(crate) session_duration: String,
    pub(crate) relay_state: Option<String>,
    pub(crate) created_at: Timestamp,
    /// AWS's own policies in it, by ARN.
    pub(crate) managed: BTreeSet<String>,
    pub(crate) inline: Option<String>,
    /// How often its policies were changed.
    pub(crate) version: u32,
    /// The accounts that it is provisioned to.
    pub(crate) accounts: BTreeMap<AccountId, Placement>,
}

/// A permission set in an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placement {
    /// The version that the account's role has.
    pub(crate) version: u32,
    /// Who has it there: `GROUP` or `USER`, and the id.
    pub(crate) principals: BTreeSet<(String, String)>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) created_at: Timestamp,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) created_at: Timestamp,
}

/// Sixteen hexadecimal digits made of an organization's id and a name.
pub(crate) fn short_id(organization: &str, name: &str) -> String {
    uuid_of(&format!("{organization}/{name}")).replace('-', "").get(..16).unwrap_or_default().to_owned()
}

/// The id of a group that a world file names.
pub(crate) fn group_id(store: &str, name: &str) -> String {
    uuid_of(&format!("{store}/group/{name}"))
}

/// The id of a user that a world file names.
pub(crate) fn user_id(store: &str, name: &str) -> String {
    uuid_of(&format!("{store}/user/{name}"))
}
