//! Calls that were made before the world began, as CloudTrail records them.

use super::build::{BuildError, json_of};
use crate::format::iso;
use crate::ids::{iam_id, uuid_of};
use crate::worldfile::{ADDRESS, ActivitySpec};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A call and when it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Activity {
    pub(crate) region: String,
    /// The record without what differs from one time to the next.
    record: Value,
    /// What the ids of its events are made from.
    seed: String,
    times: u32,
    first: Timestamp,
    last: Timestamp,
}

/// One event of the history.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    pub(crate) at: Timestamp,
    pub(crate) id: String,
    /// The whole record.
    pub(crate) record: Value,
}

impl Activity {
    /// The `number`th call of an account in its world file; `start` is when the world begins.
    pub(super) fn new(account: &AccountId, number: usize, spec: &ActivitySpec, start: Timestamp) -> Result<Self, BuildError> {
        let seed = format!("{account}/{number}/{}:{}", spec.event_source, spec.event_name);
        let ago = |days: u32| start.saturating_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN);
        // Some time of that day, so that not everything in the world happens at once.
        let hash = Sha256::digest(seed.as_bytes());
        let earlier = SignedDuration::from_secs(i64::from(u16::from_be_bytes([hash[0], hash[1]])));
        let last = ago(spec.last_days).saturating_sub(earlier).unwrap_or(Timestamp::MIN);
        let first = spec.first_days.map_or(last, |days| ago(days).saturating_sub(earlier).unwrap_or(Timestamp::MIN));
        Ok(Self { region: spec.region.clone(), record: record(account, spec)?, seed, times: spec.times, first, last })
    }

    /// Its events from `since` to `until`, both included.
    pub(crate) fn events(&self, since: Timestamp, until: Timestamp) -> impl Iterator<Item = Event> + '_ {
        let gaps = self.times.saturating_sub(1);
        // Events of one call are a second apart at least: they have whole seconds, and none is told twice.
        let span = self.last.duration_since(self.first).as_secs().max(i64::from(gaps));
        let at = move |index: u32| {
            let before = span.saturating_mul(i64::from(index)).checked_div(i64::from(gaps)).unwrap_or(0);
            self.last.saturating_sub(SignedDuration::from_secs(before)).unwrap_or(Timestamp::MIN)
        };
        let in_time = (0..self.times).map(move |index| (index, at(index))).filter(move |(_, at)| since <= *at && *at <= until);
        in_time.map(|(index, at)| self.event(index, at))
    }

    fn event(&self, index: u32, at: Timestamp) -> Event {
        let id = uuid_of(&format!("event/{}/{index}", self.seed));
        let mut record = self.record.clone();
        if let Some(members) = record.as_object_mut() {
            members.insert("eventTime".to_owned(), iso(at).into());
            members.insert("eventID".to_owned(), id.as_str().into());
            members.insert("requestID".to_owned(), uuid_of(&format!("request/{}/{index}", self.seed)).into());
        }
        Event { at, id, record }
    }
}

/// The record, in the form that version 1.11 has [CloudTrail User Guide, cloudtrail-event-reference-record-contents].
fn record(account: &AccountId, spec: &ActivitySpec) -> Result<Value, BuildError> {
    let parameters = spec.request_parameters.as_deref().map(|text| json_of(&spec.event_name, text)).transpose()?;
    let service = spec.principal.ends_with(".amazonaws.com").then_some(spec.principal.as_str());
    let caller = spec.invoked_by.as_deref().or(service);
    let address = spec.source_ip_address.as_deref().or(caller).unwrap_or(ADDRESS);
    let mut record = json!({
        "eventVersion": "1.11",
        "userIdentity": identity(spec),
        "eventSource": spec.event_source,
        "eventName": spec.event_name,
        "awsRegion": spec.region,
        "sourceIPAddress": address,
        "userAgent": caller.unwrap_or("aws-sdk"),
        "requestParameters": parameters,
        "responseElements": null,
        "readOnly": spec.is_read_only(),
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": account,
        "eventCategory": "Management",
    });
    let optional = [
        ("errorCode", spec.error_code.as_deref().map(Value::from)),
        ("vpcEndpointId", spec.vpc_endpoint_id.as_deref().map(Value::from)),
        ("resources", (!spec.resources.is_empty()).then(|| spec.resources.iter().map(|arn| resource(account, arn)).collect())),
    ];
    if let Some(members) = record.as_object_mut() {
        members.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    }
    Ok(record)
}

fn resource(account: &AccountId, arn: &str) -> Value {
    let owner = arn.split(':').nth(4).filter(|owner| !owner.is_empty()).unwrap_or(account.as_str());
    json!({ "accountId": owner, "ARN": arn })
}

/// Who called [CloudTrail User Guide, cloudtrail-event-reference-user-identity].
fn identity(spec: &ActivitySpec) -> Value {
    let mut parts = spec.principal.splitn(6, ':').skip(4);
    let (Some(account), Some(who)) = (parts.next(), parts.next()) else {
        return json!({ "type": "AWSService", "invokedBy": spec.principal });
    };
    let name = who.rsplit('/').next().unwrap_or(who);
    let mut identity = match who.split_once('/') {
        Some(("role", _)) => session(spec, account, name),
        Some(_) => json!({
            "type": "IAMUser", "principalId": iam_id("AIDA", &spec.principal), "arn": spec.principal, "accountId": account, "userName": name,
        }),
        None => json!({ "type": "Root", "principalId": account, "arn": spec.principal, "accountId": account }),
    };
    if let (Some(service), Some(members)) = (&spec.invoked_by, identity.as_object_mut()) {
        members.insert("invokedBy".to_owned(), service.as_str().into());
    }
    identity
}

fn session(spec: &ActivitySpec, account: &str, role: &str) -> Value {
    let id = iam_id("AROA", &spec.principal);
    let issuer = json!({ "type": "Role", "principalId": id, "arn": spec.principal, "accountId": account, "userName": role });
    json!({
        "type": "AssumedRole",
        "principalId": format!("{id}:{}", spec.session_name),
        "arn": format!("arn:aws:sts::{account}:assumed-role/{role}/{}", spec.session_name),
        "accountId": account,
        "sessionContext": { "sessionIssuer": issuer, "attributes": { "mfaAuthenticated": "false" } },
    })
}
