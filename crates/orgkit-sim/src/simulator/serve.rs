//! The simulator over a socket, for the AWS CLI and other programs.

use super::Simulator;
use crate::wire::{self, HttpRequest, HttpResponse};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::routing::post;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Where a served simulator takes the time from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How large a body may be.
const BODY_LIMIT: usize = 1024 * 1024;

#[derive(Clone)]
struct Served {
    simulator: Simulator,
    clock: Clock,
}

impl Simulator {
    /// Answers requests on a socket until the future is dropped. Time comes from `clock`.
    ///
    /// # Errors
    /// What the listener gives.
    pub async fn serve(self, listener: TcpListener, clock: Clock) -> std::io::Result<()> {
        let router = Router::new().route("/_sim/clock", post(advance)).fallback(answer).with_state(Served { simulator: self, clock });
        axum::serve(listener, router).await
    }
}

/// What `POST /_sim/clock` takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    /// How many seconds to let pass.
    advance_seconds: u32,
}

/// Lets time pass in the world.
async fn advance(State(served): State<Served>, body: Bytes) -> Response<Body> {
    let answer = |status: u16, body: serde_json::Value| {
        into_response(HttpResponse {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        })
    };
    let advance: Advance = match serde_json::from_slice(&body) {
        Ok(advance) => advance,
        Err(error) => return answer(400, serde_json::json!({ "error": error.to_string() })),
    };
    match served.simulator.advance_at((served.clock)(), SignedDuration::from_secs(advance.advance_seconds.into())) {
        Ok(now) => answer(200, serde_json::json!({ "now": now })),
        Err(error) => answer(500, serde_json::json!({ "error": error.to_string() })),
    }
}

async fn answer(State(served): State<Served>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return into_response(wire::too_large());
    };
    // A header that is not text cannot be one that was signed.
    let headers: Vec<(&str, &str)> = parts.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let request = HttpRequest { method: parts.method.as_str(), host, path, headers, body: &body };
    into_response(served.simulator.answer_at(&request, (served.clock)()))
}

fn into_response(answer: HttpResponse) -> Response<Body> {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}
