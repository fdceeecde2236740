//! The calls that were made in an account.

use super::gap::Gaps;
use super::seen::{Seen, list, text};
use crate::worldfile::ActivitySpec;
use crate::worldfile::check_activity::{ADDRESS, is_caller, is_recorded_in};
use crate::worldfile::derive::is_service;
use orgkit_model::{AccountId, LOOKUP_EVENTS};
use serde_json::Value;

/// The calls of an account that a world file can say.
pub(super) fn calls(seen: &Seen<'_>, account: &AccountId, gaps: &mut Gaps) -> Vec<ActivitySpec> {
    let facts = seen.facts(account, LOOKUP_EVENTS);
    let calls: Vec<ActivitySpec> = facts.iter().filter_map(|fact| call(seen, &fact.doc, fact.region.as_deref()?)).collect();
    let left = facts.len() - calls.len();
    if left > 0 {
        gaps.left_out(format!(
            "{left} distinct calls in account {} are not in the world: sign-ins, and calls of other accounts and federated users.",
            seen.named(account)
        ));
    }
    calls
}

fn call(seen: &Seen<'_>, doc: &Value, region: &str) -> Option<ActivitySpec> {
    let record = doc.get("CloudTrailEvent").filter(|record| text(record, "eventType") == Some("AwsApiCall"))?;
    let identity = record.get("userIdentity")?;
    let principal = principal(identity)?;
    let session = text(identity, "arn").filter(|_| text(identity, "type") == Some("AssumedRole")).and_then(|arn| arn.rsplit('/').next());
    let invoked_by = text(identity, "invokedBy").filter(|by| *by != principal);
    let event_source = text(record, "eventSource").filter(|source| is_service(source) && is_recorded_in(source, region))?;
    let (last_days, first_days) = (seen.days_since(doc, "LastTime")?, seen.days_since(doc, "FirstTime")?);
    let usual_address = invoked_by.or(is_service(&principal).then_some(principal.as_str())).unwrap_or(ADDRESS);
    let source_ip_address = text(record, "sourceIPAddress").filter(|address| *address != usual_address);
    let mut spec = ActivitySpec {
        session_name: session.unwrap_or("session").to_owned(),
        invoked_by: invoked_by.map(str::to_owned),
        event_source: event_source.to_owned(),
        event_name: text(record, "eventName")?.to_owned(),
        region: region.to_owned(),
        resources: list(record, "resources").iter().filter_map(|resource| text(resource, "ARN").map(str::to_owned)).collect(),
        request_parameters: record.get("requestParameters").filter(|asked| asked.is_object()).map(Value::to_string),
        error_code: text(record, "errorCode").map(str::to_owned),
        source_ip_address: source_ip_address.map(str::to_owned),
        vpc_endpoint_id: text(record, "vpcEndpointId").map(str::to_owned),
        read_only: None,
        times: u32::try_from(doc.get("Count")?.as_u64()?).ok().filter(|times| *times > 0)?,
        first_days: (first_days > last_days).then_some(first_days),
        last_days,
        principal,
    };
    let read_only = record.get("readOnly").and_then(Value::as_bool);
    spec.read_only = read_only.filter(|read_only| *read_only != spec.is_read_only());
    Some(spec)
}

/// Who called, as a world file names callers: the role behind a session, a user, a root user or a service.
fn principal(identity: &Value) -> Option<String> {
    let named = match text(identity, "type")? {
        "AssumedRole" => identity.pointer("/sessionContext/sessionIssuer/arn")?.as_str()?,
        "IAMUser" | "Root" => text(identity, "arn")?,
        "AWSService" => text(identity, "invokedBy")?,
        _ => return None,
    };
    is_caller(named).then(|| named.to_owned())
}
