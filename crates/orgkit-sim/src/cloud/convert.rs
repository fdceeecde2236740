//! From the shapes of the API to the model's types. A member that AWS documents as always present and that is missing, or a value that the
//! model does not know, makes the answer malformed.

use super::Ask;
use jiff::Timestamp;
use orgkit_cloud::CloudError;
use orgkit_model::{Account, Handshake, Organization, OrganizationId, ParentId, Policy, PolicyType, Unit};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::str::FromStr;

/// A member's text.
pub(super) fn text<'v>(value: &'v Value, member: &str) -> Option<&'v str> {
    value.get(member)?.as_str()
}

/// A member's text that must be there.
pub(super) fn need<'v>(ask: &Ask<'_>, value: &'v Value, member: &str) -> Result<&'v str, CloudError> {
    text(value, member).ok_or_else(|| ask.malformed(member))
}

/// A member parsed.
pub(super) fn parse<T: FromStr>(ask: &Ask<'_>, value: &Value, member: &str) -> Result<T, CloudError> {
    need(ask, value, member)?.parse().map_err(|_| ask.malformed(member))
}

/// A member that is one of the names of an enumeration.
fn named<T: DeserializeOwned>(ask: &Ask<'_>, value: &Value, member: &str) -> Result<T, CloudError> {
    let found = value.get(member).ok_or_else(|| ask.malformed(member))?;
    T::deserialize(found).map_err(|_| ask.malformed(member))
}

/// A time in the form of the JSON protocols: seconds since 1970, with a fraction.
pub(super) fn time(value: Option<&Value>) -> Option<Timestamp> {
    // Milliseconds are exact in a double for the next 285,000 years.
    let milliseconds = (value?.as_f64()? * 1000.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "rounded, and times are far from the ends of 64 bits")]
    Timestamp::from_millisecond(milliseconds as i64).ok()
}

pub(super) fn organization(ask: &Ask<'_>, value: &Value) -> Result<Organization, CloudError> {
    Ok(Organization {
        id: parse(ask, value, "Id")?,
        management_account: parse(ask, value, "MasterAccountId")?,
        feature_set: need(ask, value, "FeatureSet")?.to_owned(),
    })
}

pub(super) fn account(ask: &Ask<'_>, value: &Value) -> Result<Account, CloudError> {
    Ok(Account {
        id: parse(ask, value, "Id")?,
        name: text(value, "Name").unwrap_or_default().to_owned(),
        state: named(ask, value, "State")?,
        joined_method: value.get("JoinedMethod").map(|_| named(ask, value, "JoinedMethod")).transpose()?,
        joined_at: time(value.get("JoinedTimestamp")),
    })
}

pub(super) fn unit(ask: &Ask<'_>, value: &Value, parent: &ParentId) -> Result<Unit, CloudError> {
    Ok(Unit { id: parse(ask, value, "Id")?, name: need(ask, value, "Name")?.to_owned(), parent: parent.clone() })
}

pub(super) fn policy(ask: &Ask<'_>, value: &Value, kind: PolicyType, mut targets: Vec<String>) -> Result<Policy, CloudError> {
    let summary = value.get("PolicySummary").ok_or_else(|| ask.malformed("PolicySummary"))?;
    targets.sort();
    Ok(Policy {
        id: parse(ask, summary, "Id")?,
        name: need(ask, summary, "Name")?.to_owned(),
        kind,
        aws_managed: summary.get("AwsManaged").and_then(Value::as_bool).unwrap_or(false),
        content: need(ask, value, "Content")?.to_owned(),
        targets,
    })
}

pub(super) fn handshake(ask: &Ask<'_>, value: &Value) -> Result<Handshake, CloudError> {
    let listed = |member: &str| value.get(member).and_then(Value::as_array).into_iter().flatten();
    let party = |kind: &str| listed("Parties").find(|party| text(party, "Type") == Some(kind)).and_then(|party| text(party, "Id"));
    let notes = listed("Resources").find(|resource| text(resource, "Type") == Some("NOTES"));
    Ok(Handshake {
        id: parse(ask, value, "Id")?,
        state: named(ask, value, "State")?,
        organization: party("ORGANIZATION").and_then(organization_party),
        account: party("ACCOUNT").and_then(|id| id.parse().ok()),
        notes: notes.and_then(|notes| text(notes, "Value")).map(str::to_owned),
        requested: time(value.get("RequestedTimestamp")),
    })
}

/// The id of an ORGANIZATION party, which is accepted with and without its `o-`.
fn organization_party(id: &str) -> Option<OrganizationId> {
    id.parse().or_else(|_| format!("o-{id}").parse()).ok()
}
