//! The simulator over a socket, for the AWS CLI and other programs.
//!
//! Paths below `/_sim/` are its own, to control it; everything else is AWS.

mod connection;
mod control;
mod guard;

use super::Simulator;
use crate::wire::{self, HttpRequest, HttpResponse};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::routing::any;
use connection::{Connections, Cut};
use jiff::Timestamp;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Where a served simulator takes the time from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How large the body of a call may be. AWS's own limits are lower and differ from service to service.
const BODY_LIMIT: usize = 1024 * 1024;

#[derive(Clone)]
struct Served {
    simulator: Simulator,
    clock: Clock,
}

impl Simulator {
    /// Answers requests on a socket until the future is dropped. Time runs with `clock`, and signatures are checked against that; a world
    /// that is ahead of it stays ahead. The listener should be on loopback: anybody can work out the keys, and control the simulator.
    ///
    /// # Errors
    /// What the listener gives.
    pub async fn serve(self, listener: TcpListener, clock: Clock) -> std::io::Result<()> {
        let now = clock();
        if self.now() > now {
            self.go_on_from_here(now);
        }
        let router =
            Router::new().route("/_sim/{what}", any(control::answer)).fallback(answer).with_state(Served { simulator: self, clock });
        axum::serve(Connections::on(listener), router.into_make_service_with_connect_info::<Cut>()).await
    }
}

async fn answer(State(served): State<Served>, ConnectInfo(cut): ConnectInfo<Cut>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    // A header that is not text cannot be one that was signed.
    let headers: Vec<(&str, &str)> = parts.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let request = HttpRequest { method: parts.method.as_str(), host, path, headers, body: &[] };
    let body = match to_bytes(body, BODY_LIMIT).await {
        Ok(body) => body,
        Err(error) => return into_response(wire::unreadable(&request, is_too_large(&error))),
    };
    match served.simulator.answer_at(&HttpRequest { body: &body, ..request }, (served.clock)()) {
        Ok(answer) => into_response(answer),
        Err(_) => {
            cut.now();
            Response::new(Body::empty())
        }
    }
}

/// Whether a body could not be read because there is too much of it; otherwise it did not come in full.
fn is_too_large(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>())
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
