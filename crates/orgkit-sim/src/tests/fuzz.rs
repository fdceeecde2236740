//! Requests that are right in form and signature, and wrong in what they say: every operation through its own protocol.

use super::*;
use crate::simulator::Simulator;
use orgkit_world::catalog::{self, Operation, Protocol, Service};
use orgkit_world::keys_of;
use proptest::prelude::*;
use serde_json::Value;

/// What requests are made of: names and values that the operations know, and others.
fn words() -> impl Strategy<Value = String> {
    let known = [
        "AccountId",
        "Id",
        "Type",
        "Target",
        "ACCOUNT",
        "EMAIL",
        "HandshakeId",
        "PolicyId",
        "TargetId",
        "ParentId",
        "ChildId",
        "Name",
        "Content",
        "Filter",
        "Tags",
        "Key",
        "Value",
        "MaxResults",
        "NextToken",
        "RoleArn",
        "RoleName",
        "RoleSessionName",
        "DurationSeconds",
        "PolicyArn",
        "resourceOwner",
        "TypeName",
        "Identifier",
        "ServicePrincipal",
        "SERVICE_CONTROL_POLICY",
        "r-old1",
        "o-old0000000",
        MEMBER,
        NEW,
        "0",
        "-1",
        "18446744073709551616",
        "true",
        "arn:aws:iam::333333333333:role/OrganizationAccountAccessRole",
        "{}",
        "\u{0}",
        "\u{fffd}é",
        "",
    ];
    prop_oneof![8 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => "[ -~]{0,20}", 1 => any::<String>()]
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(words(), inner, 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn objects() -> impl Strategy<Value = Value> {
    prop::collection::btree_map(words(), values(), 0..6).prop_map(|members| Value::Object(members.into_iter().collect()))
}

/// The request for an operation with an input, in the service's protocol.
fn request(service: &Service, operation: &Operation, input: &Value, label: &str) -> Sent {
    let pairs = || input.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.to_string()));
    match (service.protocol, operation.route) {
        (Protocol::Json { target }, _) => Sent::json(&format!("{target}.{}", operation.name), &input.to_string()),
        (_, Some(route)) => {
            let label: String = form_urlencoded::byte_serialize(label.as_bytes()).collect();
            let parts = route.path.split('/').map(|part| if part.starts_with('{') { label.as_str() } else { part });
            let query: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs()).finish();
            let mut sent = Sent::rest(&format!("{}?{query}", parts.collect::<Vec<_>>().join("/")), &input.to_string());
            sent.method = route.method;
            sent
        }
        _ => {
            let action = [("Action".to_owned(), operation.name.to_owned())];
            Sent::form(&form_urlencoded::Serializer::new(String::new()).extend_pairs(action).extend_pairs(pairs()).finish())
        }
    }
}

fn simulator() -> Simulator {
    let simulator = Simulator::in_memory(&file(), 7, start()).unwrap();
    simulator.set_throttling(false);
    simulator
}

/// Asks, and holds the answer to what every answer must be.
fn ask(simulator: &Simulator, sent: &Sent) -> Result<(), TestCaseError> {
    let answer = simulator.answer_in_process(&sent.http()).unwrap();
    let body = String::from_utf8(answer.body).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert!(answer.status == 200 || (400..500).contains(&answer.status), "{} {body}", answer.status);
    prop_assert!(answer.headers.iter().any(|(name, _)| *name == "x-amzn-requestid"));
    let content_type = answer.headers.iter().find(|(name, _)| *name == "content-type").map(|(_, value)| value.as_str());
    if content_type.is_some_and(|kind| kind.contains("json")) && !body.is_empty() {
        prop_assert!(serde_json::from_str::<Value>(&body).is_ok(), "{body}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_operation_answers_any_input(input in objects(), label in words(), by in prop::sample::select(vec![OLD, NEW, MEMBER])) {
        let simulator = simulator();
        for service in catalog::SERVICES {
            for operation in service.operations {
                let sent = request(service, operation, &input, &label);
                ask(&simulator, &sent.signed(&keys_of(&account(by)), service.signing_name, simulator.now()))?;
            }
        }
    }

    #[test]
    fn every_protocol_answers_changed_requests(
        input in objects(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        body in prop::collection::vec(any::<u8>(), 0..200),
        resign in any::<bool>(),
    ) {
        let simulator = simulator();
        let keys = keys_of(&account(OLD));
        for service in catalog::SERVICES {
            let Some(operation) = service.operations.first() else { continue };
            let mut sent = request(service, operation, &input, "x");
            for (place, byte) in &changes {
                if !sent.body.is_empty() {
                    let place = place.index(sent.body.len());
                    sent.body[place] = *byte;
                }
            }
            ask(&simulator, &sent.clone().signed(&keys, service.signing_name, simulator.now()))?;
            let mut sent = sent.signed(&keys, service.signing_name, simulator.now());
            sent.body.clone_from(&body);
            let headers = sent.headers.len();
            for (place, byte) in &changes {
                let (_, value) = &mut sent.headers[place.index(headers)];
                value.push(char::from(byte % 95 + 32));
            }
            if resign {
                sent.headers.retain(|(name, _)| name != "authorization" && name != "x-amz-date");
                sent = sent.signed(&keys, service.signing_name, simulator.now());
            }
            ask(&simulator, &sent)?;
        }
    }
}

#[test]
fn deep_json_is_refused() {
    let simulator = simulator();
    for body in ["{\"a\":".repeat(100_000), "[".repeat(900_000), format!("{}1{}", "{\"a\":".repeat(120), "}".repeat(120))] {
        let sent = Sent::json("AWSOrganizationsV20161128.ListRoots", &body);
        let sent = sent.signed(&keys_of(&account(NEW)), "organizations", simulator.now());
        assert!(ask(&simulator, &sent).is_ok());
    }
    let many = (0..20_000).map(|number| format!("a.{number}.b.c.d.e.f.g={number}&")).collect::<String>();
    let sent = Sent::form(&format!("Action=GetCallerIdentity&{many}")).signed(&keys_of(&account(NEW)), "sts", simulator.now());
    assert_eq!(simulator.answer_in_process(&sent.http()).unwrap().status, 200);
}
