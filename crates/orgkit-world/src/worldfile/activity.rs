//! What a world file says of the calls that were made in an account.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A call that was made in an account, once or many times, as CloudTrail recorded it [CloudTrail User Guide,
/// cloudtrail-event-reference-record-contents]. Management events only: the event history has no others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivitySpec {
    /// Who called: the ARN of a role, a user or a root user, or a service principal such as `autoscaling.amazonaws.com`.
    pub principal: String,
    /// The name of the role's session. Left out: `session`.
    #[serde(default = "session", skip_serializing_if = "is_session")]
    pub session_name: String,
    /// The service that called on the principal's behalf (`userIdentity.invokedBy`). Left out: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoked_by: Option<String>,
    /// The service that was called, such as `ec2.amazonaws.com`.
    pub event_source: String,
    /// The operation, such as `RunInstances`.
    pub event_name: String,
    /// The region that recorded it. Global services are recorded in `us-east-1`.
    pub region: String,
    /// The ARNs of the resources that it was about. Left out: none are recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// What was asked (`requestParameters`), as JSON text. Left out: nothing is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_parameters: Option<String>,
    /// The error that the service answered with, such as `AccessDenied`. Left out: it succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// Where it came from: an address, or a service. Left out: the calling service, or `192.0.2.10`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_ip_address: Option<String>,
    /// The VPC endpoint that it came through. Left out: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_endpoint_id: Option<String>,
    /// Whether it only looked. Left out: as the operation's name says (`Describe…`, `Get…`, `Head…`, `List…`, `Lookup…`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// How often it was made. Left out: once.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub times: u32,
    /// How many days ago it was made for the first time. Left out: as `last_days`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_days: Option<u32>,
    /// How many days ago it was made for the last time. CloudTrail shows 90 days.
    pub last_days: u32,
}

impl ActivitySpec {
    /// Whether it only looked: what the file says, or what the operation's name says.
    pub fn is_read_only(&self) -> bool {
        let reads = ["Describe", "Get", "Head", "List", "Lookup"];
        self.read_only.unwrap_or_else(|| reads.iter().any(|start| self.event_name.starts_with(start)))
    }
}

fn session() -> String {
    "session".to_owned()
}

fn is_session(name: &str) -> bool {
    name == "session"
}

fn once() -> u32 {
    1
}

fn is_once(times: &u32) -> bool {
    *times == 1
}
