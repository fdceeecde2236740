//! What becomes of answers that are lost, late or refused: how often a call is made, and what its error says.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use jiff::Timestamp;
use orgkit_aws::AwsCloud;
use orgkit_cloud::{Access, CloudChange as _, CloudRead as _, ErrorClass};
use orgkit_model::{AccountId, HandshakeId};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const LOST: (u16, &str) = (0, "");
const THROTTLED: (u16, &str) = (400, r#"{"__type":"TooManyRequestsException","Message":"slow down"}"#);
const BROKEN: (u16, &str) = (500, r#"{"__type":"ServiceException","Message":"oops"}"#);
const ALONE: (u16, &str) = (400, r#"{"__type":"AWSOrganizationsNotInUseException","Message":"alone"}"#);
const ACCEPTED: (u16, &str) = (200, r#"{"Handshake":{"Id":"h-12345678","State":"ACCEPTED","Parties":[]}}"#);

/// A service that gives the answers it was told to give, the last one for ever.
#[derive(Debug, Clone)]
struct Script {
    answers: Vec<(u16, &'static str)>,
    calls: Arc<Mutex<usize>>,
    slept: Arc<Mutex<Vec<Duration>>>,
}

impl Script {
    fn new(answers: &[(u16, &'static str)]) -> Self {
        Self { answers: answers.to_vec(), calls: Arc::default(), slept: Arc::default() }
    }

    fn cloud(&self) -> AwsCloud {
        let slept = Arc::clone(&self.slept);
        AwsCloud::builder()
            .http_client(SharedHttpClient::new(self.clone()))
            .virtual_time(Arc::new(|| Timestamp::UNIX_EPOCH), Arc::new(move |duration| slept.lock().unwrap().push(duration)))
            .keys(account(), "AKIAIOSFODNN7EXAMPLE", "secret")
            .build()
    }

    fn calls(&self) -> usize {
        *self.calls.lock().unwrap()
    }
}

impl HttpConnector for Script {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let mut calls = self.calls.lock().unwrap();
        let (status, body) = self.answers[(*calls).min(self.answers.len() - 1)];
        *calls += 1;
        HttpConnectorFuture::ready(match StatusCode::try_from(status) {
            Ok(status) => Ok(HttpResponse::new(status, SdkBody::from(body))),
            Err(_) => Err(ConnectorError::io("connection reset".into())),
        })
    }
}

impl HttpClient for Script {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

fn account() -> AccountId {
    "111122223333".parse().unwrap()
}

fn handshake() -> HandshakeId {
    "h-12345678".parse().unwrap()
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_is_made_once_and_ambiguous() {
    for answer in [LOST, BROKEN] {
        let script = Script::new(&[answer, ACCEPTED]);
        let error = script.cloud().accept(&account(), &handshake()).await.unwrap_err();
        assert_eq!((error.class, script.calls()), (ErrorClass::Ambiguous, 1));
        assert_eq!(error.operation, "organizations:AcceptHandshake");
    }
}

#[tokio::test]
async fn a_change_that_was_put_off_is_made_again() {
    let script = Script::new(&[THROTTLED, THROTTLED, ACCEPTED]);
    script.cloud().accept(&account(), &handshake()).await.unwrap();
    assert_eq!(script.calls(), 3);
    assert_eq!(*script.slept.lock().unwrap(), [Duration::from_millis(500), Duration::from_secs(1)]);
}

#[tokio::test]
async fn a_read_is_repeated_until_it_is_answered_but_not_for_ever() {
    let script = Script::new(&[LOST, BROKEN, THROTTLED, ALONE]);
    assert_eq!(script.cloud().organization(&account()).await.unwrap(), None);
    assert_eq!(script.calls(), 4);
    let script = Script::new(&[LOST]);
    let error = script.cloud().organization(&account()).await.unwrap_err();
    assert_eq!((error.class, error.code, script.calls()), (ErrorClass::Retry, None, 8));
}

#[tokio::test]
async fn every_kind_of_fact_has_a_collector() {
    let script = Script::new(&[(400, r#"{"__type":"UnknownOperationException","message":"no"}"#)]);
    let cloud = script.cloud();
    for (kind, regional) in cloud.fact_kinds() {
        let before = script.calls();
        let error = cloud.facts(&account(), regional.then_some("eu-west-1"), kind).await.unwrap_err();
        assert_eq!((error.class, script.calls()), (ErrorClass::Refused, before + 1), "{kind}: {error}");
        let misplaced = cloud.facts(&account(), (!regional).then_some("eu-west-1"), kind).await.unwrap_err();
        assert_eq!(misplaced.class, ErrorClass::Fatal);
    }
}

#[tokio::test]
async fn a_profile_that_is_not_configured_is_named() {
    let cloud = AwsCloud::builder().access(account(), Access::Profile(Some("no-such-profile-of-orgkit".to_owned()))).build();
    let error = cloud.caller_arn(&account()).await.unwrap_err();
    assert_eq!((error.class, error.code.as_deref()), (ErrorClass::Credentials, Some("UnknownProfile")));
    assert!(error.message.contains("no profile `no-such-profile-of-orgkit` (looked in `"), "{}", error.message);
}

#[tokio::test]
async fn roles_that_lead_in_a_circle_are_refused() {
    let other: AccountId = "444455556666".parse().unwrap();
    let role = |via: &AccountId| Access::Role { via: via.clone(), role: "r".to_owned() };
    let cloud = AwsCloud::builder().access(account(), role(&other)).access(other.clone(), role(&account())).build();
    let error = cloud.caller_arn(&account()).await.unwrap_err();
    assert_eq!((error.class, error.code.as_deref()), (ErrorClass::Fatal, Some("RoleCircle")));
}
