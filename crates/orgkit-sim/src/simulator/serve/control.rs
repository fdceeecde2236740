//! The endpoints below `/_sim/`: clock, state, faults and people of a served simulator. They are not AWS's, and not signed.

use super::{Served, guard, into_response};
use crate::simulator::SimError;
use crate::wire::HttpResponse;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{Method, Response};
use jiff::{SignedDuration, Timestamp};
use orgkit_world::PersonAct;
use orgkit_world::faults::FaultPlan;
use serde::Deserialize;
use serde_json::{Value, json};

/// How large a body may be: a state of 10,000 accounts has some 50 MiB.
const BODY_LIMIT: usize = 512 * 1024 * 1024;

/// What is wrong with a request.
struct Refusal {
    status: u16,
    error: String,
    hint: &'static str,
}

/// The endpoints, and the methods that they have.
const ENDPOINTS: &[(&str, &[&str])] = &[
    ("reset", &["POST"]),
    ("clock", &["GET", "POST"]),
    ("state", &["GET", "POST"]),
    ("faults", &["GET", "POST", "DELETE"]),
    ("people", &["POST"]),
];

/// What `POST /_sim/clock` takes: one of both.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockChange {
    /// How many seconds to let pass.
    advance_seconds: Option<u32>,
    /// What the clock is to show.
    set: Option<Timestamp>,
}

/// Answers a request to `/_sim/…`.
pub(super) async fn answer(State(served): State<Served>, Path(what): Path<String>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    if let Some(refusal) = guard::refusal(&parts.headers, &parts.uri) {
        return response(403, &json!({ "error": refusal, "hint": "ask http://127.0.0.1:PORT or http://localhost:PORT from a program" }));
    }
    let answer = match to_bytes(body, BODY_LIMIT).await {
        Ok(body) => act(&served, &parts.method, &what, &body),
        Err(error) => Err(Refusal { status: 413, error: error.to_string(), hint: "the body is too large, or did not come in full" }),
    };
    match answer {
        Ok(answer) => response(200, &answer),
        Err(Refusal { status, error, hint }) => response(status, &json!({ "error": error, "hint": hint })),
    }
}

fn response(status: u16, answer: &Value) -> Response<Body> {
    let headers = vec![("content-type", "application/json".to_owned())];
    into_response(HttpResponse { status, headers, body: answer.to_string().into_bytes() })
}

fn act(served: &Served, method: &Method, what: &str, body: &Bytes) -> Result<Value, Refusal> {
    let simulator = &served.simulator;
    let clock = (served.clock)();
    match (method.as_str(), what) {
        ("GET", "clock") => Ok(json!({ "now": simulator.now_at(clock) })),
        ("POST", "clock") => set_clock(served, clock, body),
        ("POST", "reset") => simulator.reset_at(clock).map(|now| json!({ "now": now })).map_err(|error| failed(&error)),
        ("GET", "state") => {
            simulator.now_at(clock);
            Ok(simulator.state())
        }
        ("POST", "state") => simulator.put_state(body, clock).map(|now| json!({ "now": now })).map_err(|error| failed(&error)),
        ("GET", "faults") => {
            simulator.now_at(clock);
            Ok(faults(served))
        }
        ("POST", "faults") => {
            let plan = std::str::from_utf8(body).map_err(|error| bad(&error))?;
            let plan = FaultPlan::parse(plan).map_err(|error| bad(&error))?;
            simulator.now_at(clock);
            simulator.arm(plan).map_err(|error| failed(&error))?;
            Ok(faults(served))
        }
        ("DELETE", "faults") => {
            simulator.disarm();
            Ok(faults(served))
        }
        ("POST", "people") => {
            let person: PersonAct = read(body)?;
            simulator.now_at(clock);
            simulator.act(&person).map(|done| json!({ "done": done })).map_err(|error| failed(&error))
        }
        _ => Err(elsewhere(what)),
    }
}

fn set_clock(served: &Served, clock: Timestamp, body: &Bytes) -> Result<Value, Refusal> {
    let simulator = &served.simulator;
    let now = match read::<ClockChange>(body)? {
        ClockChange { advance_seconds: Some(seconds), set: None } => simulator.advance_at(clock, SignedDuration::from_secs(seconds.into())),
        ClockChange { advance_seconds: None, set: Some(to) } => simulator.set_at(clock, to),
        _ => return Err(bad(&"it needs either `advance_seconds` or `set`")),
    };
    now.map(|now| json!({ "now": now })).map_err(|error| failed(&error))
}

/// The armed plan, with what has come of it.
fn faults(served: &Served) -> Value {
    let armed = served.simulator.armed();
    let quiet = armed.as_ref().is_none_or(|armed| armed.is_quiet(served.simulator.now()));
    json!({ "armed": armed, "quiet": quiet })
}

fn read<'a, T: Deserialize<'a>>(body: &'a Bytes) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| bad(&error))
}

fn bad(error: &dyn std::fmt::Display) -> Refusal {
    Refusal { status: 400, error: error.to_string(), hint: "docs/simulated-aws.md describes what each endpoint takes" }
}

/// The answer to a request that has no endpoint, or not this method.
fn elsewhere(what: &str) -> Refusal {
    match ENDPOINTS.iter().find(|(name, _)| *name == what) {
        Some((name, methods)) => {
            Refusal { status: 405, error: format!("/_sim/{name} takes {}", methods.join(", ")), hint: "use another method" }
        }
        None => {
            let hint = "there are /_sim/reset, /_sim/clock, /_sim/state, /_sim/faults and /_sim/people";
            Refusal { status: 404, error: format!("there is no /_sim/{what}"), hint }
        }
    }
}

/// The answer to a request that the simulator cannot do.
fn failed(error: &SimError) -> Refusal {
    let (status, hint) = match error {
        SimError::Past { .. } => (400, "the clock goes forward only; POST /_sim/reset begins again"),
        SimError::Refused(_) => (409, "nothing was changed"),
        SimError::Plan(_) | SimError::Damaged { .. } | SimError::Newer { .. } => (400, "nothing was changed"),
        _ => (500, "the simulated AWS answers nothing any more; start it again"),
    };
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        cause = inner.source();
    }
    Refusal { status, error: words, hint }
}
