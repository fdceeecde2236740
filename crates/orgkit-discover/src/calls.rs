//! From CloudTrail records to distinct calls: what was done a thousand times in the same way stands once, with how often and when.

use orgkit_model::{AccountId, Digest, Fact, LOOKUP_EVENTS};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// More distinct calls than these of one account and region are counted, not kept.
const MOST: usize = 2_000;

/// The members of a record that say what was called, by whom and how it ended; the others (ids, answers, user agents) differ from one time to
/// the next. [CloudTrail User Guide, cloudtrail-event-reference-record-contents]
const KEPT: [&str; 17] = [
    "additionalEventData",
    "awsRegion",
    "errorCode",
    "eventCategory",
    "eventName",
    "eventSource",
    "eventType",
    "managementEvent",
    "readOnly",
    "recipientAccountId",
    "requestParameters",
    "resources",
    "sharedEventID",
    "sourceIPAddress",
    "tlsDetails",
    "vpcEndpointAccountId",
    "vpcEndpointId",
];

/// Parameters that number a try, name a session or page through a list: they say nothing about what was asked for.
const RESTLESS: [&str; 14] = [
    "clientRequestToken",
    "clientToken",
    "endTime",
    "idempotencyToken",
    "limit",
    "marker",
    "maxItems",
    "maxRecords",
    "maxResults",
    "nextToken",
    "pageSize",
    "pageToken",
    "roleSessionName",
    "startTime",
];

/// The distinct calls of one account and region.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    /// By what makes them distinct.
    known: BTreeMap<String, Call>,
    events: u64,
    oldest: String,
    unreadable: u64,
    beyond: u64,
}

#[derive(Debug)]
struct Call {
    record: Value,
    count: u64,
    first: String,
    last: String,
}

impl Calls {
    /// Takes one record, as the JSON text that CloudTrail gives.
    pub(crate) fn add(&mut self, text: &str) {
        self.events += 1;
        let Ok(Value::Object(record)) = serde_json::from_str::<Value>(text) else {
            self.unreadable += 1;
            return;
        };
        let time = record.get("eventTime").and_then(Value::as_str).unwrap_or_default().to_owned();
        if self.oldest.is_empty() || time < self.oldest {
            self.oldest.clone_from(&time);
        }
        let record = representative(&record);
        let key = key(&record);
        if let Some(call) = self.known.get_mut(&key) {
            call.count += 1;
            call.first = time.clone().min(std::mem::take(&mut call.first));
            call.last = time.max(std::mem::take(&mut call.last));
        } else if self.known.len() < MOST {
            self.known.insert(key, Call { record, count: 1, first: time.clone(), last: time });
        } else {
            self.beyond += 1;
        }
    }

    /// How many records were taken.
    pub(crate) fn events(&self) -> u64 {
        self.events
    }

    /// The time of the oldest record.
    pub(crate) fn oldest(&self) -> &str {
        &self.oldest
    }

    /// What was left out, if anything was.
    pub(crate) fn missed(&self) -> Option<String> {
        match (self.unreadable, self.beyond) {
            (0, 0) => None,
            (0, beyond) => Some(format!("there are more than {MOST} distinct calls; {beyond} events beyond them are not kept")),
            (unreadable, _) => Some(format!("{unreadable} events are no CloudTrail records")),
        }
    }

    /// The calls as facts.
    pub(crate) fn into_facts(self, account: &AccountId, region: &str) -> Vec<Fact> {
        let fact = |(key, call): (String, Call)| Fact {
            account: account.clone(),
            region: Some(region.to_owned()),
            kind: LOOKUP_EVENTS.to_owned(),
            name: name(&call.record, &key),
            doc: doc(call),
        };
        self.known.into_iter().map(fact).collect()
    }
}

/// The document: the record with the time of the last call, how often, and from when to when.
fn doc(mut call: Call) -> Value {
    if let Some(record) = call.record.as_object_mut() {
        record.insert("eventTime".to_owned(), call.last.as_str().into());
    }
    json!({ "CloudTrailEvent": call.record, "Count": call.count, "FirstTime": call.first, "LastTime": call.last })
}

/// The record without what differs from one time to the next.
fn representative(record: &Map<String, Value>) -> Value {
    let mut kept: Map<String, Value> =
        KEPT.iter().filter_map(|name| Some(((*name).to_owned(), record.get(*name).filter(|value| !value.is_null())?.clone()))).collect();
    if let Some(parameters) = kept.get_mut("requestParameters").and_then(Value::as_object_mut) {
        parameters.retain(|name, _| !RESTLESS.iter().any(|restless| restless.eq_ignore_ascii_case(name)));
    }
    if let Some(identity) = record.get("userIdentity") {
        kept.insert("userIdentity".to_owned(), caller(identity));
    }
    if let Some(tls) = kept.get_mut("tlsDetails") {
        *tls = json!({ "tlsVersion": tls.get("tlsVersion") });
    }
    // That it was recorded in another account too counts; the number under which does not.
    if let Some(shared) = kept.get_mut("sharedEventID") {
        *shared = Value::from("-");
    }
    Value::Object(kept)
}

/// The caller without keys, session times and the like. A session's principal id holds the session's name.
fn caller(identity: &Value) -> Value {
    let mut caller = identity.clone();
    if let Some(members) = caller.as_object_mut() {
        members.remove("accessKeyId");
        if members.contains_key("sessionContext") {
            members.remove("principalId");
        }
    }
    if let Some(attributes) = caller.pointer_mut("/sessionContext/attributes").and_then(Value::as_object_mut) {
        attributes.remove("creationDate");
    }
    caller
}

/// What makes a call distinct: the record, the sessions of a role being one caller, and errors being either refusals or not.
fn key(record: &Value) -> String {
    let mut distinct = record.clone();
    if let Some(code) = distinct.pointer_mut("/errorCode") {
        *code = Value::from(is_refusal(code.as_str().unwrap_or_default()));
    }
    if distinct.pointer("/userIdentity/sessionContext/sessionIssuer/arn").is_some()
        && let Some(identity) = distinct.pointer_mut("/userIdentity").and_then(Value::as_object_mut)
    {
        identity.remove("arn");
    }
    distinct.to_string()
}

/// Whether an error says that the caller may not.
fn is_refusal(code: &str) -> bool {
    ["AccessDenied", "Unauthorized", "NotAuthorized", "Forbidden"].iter().any(|word| code.contains(word))
}

/// The caller and the action, for people, and a few digits that tell it from others.
fn name(record: &Value, key: &str) -> String {
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str);
    let issuer = text("/userIdentity/sessionContext/sessionIssuer/arn");
    let caller = issuer.or_else(|| text("/userIdentity/arn")).or_else(|| text("/userIdentity/invokedBy")).unwrap_or("unknown");
    let service = text("/eventSource").unwrap_or_default().trim_end_matches(".amazonaws.com");
    format!("{caller} {service}:{} {}", text("/eventName").unwrap_or_default(), Digest::of_bytes(key.as_bytes()).short())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(event: &str, session: &str, time: &str, more: Value) -> String {
        let mut record = json!({
            "eventTime": time, "eventID": time, "eventSource": "ec2.amazonaws.com", "eventName": event,
            "userIdentity": {
                "type": "AssumedRole", "arn": format!("arn:aws:sts::111122223333:assumed-role/batch/{session}"), "accessKeyId": time,
                "sessionContext": {
                    "sessionIssuer": { "arn": "arn:aws:iam::111122223333:role/batch" }, "attributes": { "creationDate": time },
                },
            },
        });
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        record.to_string()
    }

    fn facts(records: &[String]) -> Vec<Fact> {
        let mut calls = Calls::default();
        records.iter().for_each(|record| calls.add(record));
        assert_eq!(calls.missed(), None);
        calls.into_facts(&"111122223333".parse().unwrap(), "us-east-1")
    }

    #[test]
    fn the_same_call_stands_once_with_how_often_and_when() {
        let token = |token: &str| json!({ "requestParameters": { "instanceType": "m7i.large", "clientToken": token } });
        let found = facts(&[
            record("RunInstances", "a", "2026-03-02T00:00:00Z", token("1")),
            record("RunInstances", "b", "2026-01-01T00:00:00Z", token("2")),
            record("RunInstances", "b", "2026-02-01T00:00:00Z", token("3")),
        ]);
        let [call] = found.as_slice() else { panic!("{found:#?}") };
        assert_eq!(
            (&call.doc["Count"], &call.doc["FirstTime"], &call.doc["LastTime"]),
            (&json!(3), &json!("2026-01-01T00:00:00Z"), &json!("2026-03-02T00:00:00Z"))
        );
        assert_eq!(call.doc["CloudTrailEvent"]["requestParameters"], json!({ "instanceType": "m7i.large" }));
        assert!(call.name.starts_with("arn:aws:iam::111122223333:role/batch ec2:RunInstances "), "{}", call.name);
        for restless in ["eventID", "accessKeyId", "creationDate"] {
            assert!(!call.doc.to_string().contains(restless), "{restless}");
        }
    }

    #[test]
    fn what_differs_in_substance_stands_apart() {
        let time = "2026-03-02T00:00:00Z";
        let found = facts(&[
            record("RunInstances", "a", time, json!({})),
            record("StopInstances", "a", time, json!({})),
            record("RunInstances", "a", time, json!({ "errorCode": "Client.UnauthorizedOperation" })),
            record("RunInstances", "a", time, json!({ "errorCode": "AccessDenied" })),
            record("RunInstances", "a", time, json!({ "errorCode": "Client.InvalidParameterValue" })),
            record("RunInstances", "a", time, json!({ "sourceIPAddress": "198.51.100.7" })),
            record("RunInstances", "a", time, json!({ "resources": [{ "ARN": "arn:aws:ec2:us-east-1:111122223333:instance/i-1" }] })),
        ]);
        assert_eq!(found.len(), 6, "two refusals are one");
    }

    #[test]
    fn what_is_left_out_is_said() {
        let mut calls = Calls::default();
        calls.add("no record");
        assert_eq!(calls.missed().unwrap(), "1 events are no CloudTrail records");
        let mut calls = Calls::default();
        for number in 0..=MOST {
            calls.add(&record(&format!("Event{number}"), "a", "2026-03-02T00:00:00Z", json!({})));
        }
        assert_eq!(calls.missed().unwrap(), "there are more than 2000 distinct calls; 1 events beyond them are not kept");
    }
}
