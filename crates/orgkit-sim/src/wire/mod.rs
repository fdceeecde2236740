//! The AWS wire protocols: from bytes to calls, and back.
//!
//! Nothing that comes over the wire is trusted: whatever the bytes, the answer is a response in AWS's form.

mod decode;
mod encode;
mod protocol;
mod region;
mod route;
mod signature;

use jiff::Timestamp;
use orgkit_world::{Answer, ApiError, Call, Principal, World, uuid_of};
use protocol::Wire;

/// A request as it came in.
#[derive(Debug)]
pub(crate) struct HttpRequest<'a> {
    pub(crate) method: &'a str,
    /// The host that the request was sent to.
    pub(crate) host: &'a str,
    /// Path and query.
    pub(crate) path: &'a str,
    pub(crate) headers: Vec<(&'a str, &'a str)>,
    pub(crate) body: &'a [u8],
}

impl<'a> HttpRequest<'a> {
    /// The first value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

/// A response to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HttpResponse {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// What time it is, for whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    /// In the world.
    pub(crate) world: Timestamp,
    /// For those who sign requests. Over a socket that is the machine's clock, however far the world's has been put forward.
    pub(crate) signer: Timestamp,
}

/// A request that was understood and whose signature is good.
pub(crate) struct Accepted {
    wire: Wire,
    request_id: String,
    pub(crate) caller: Principal,
    pub(crate) call: Call,
}

/// Understands a request and checks its signature; a refusal is the response to send.
pub(crate) fn accept(world: &World, request: &HttpRequest<'_>, times: Times) -> Result<Accepted, HttpResponse> {
    let authorization = request.header("authorization").unwrap_or_default();
    let request_id = uuid_of(&format!("{}/{authorization}/{}", times.world, request.path));
    let scope = signature::Scope::parse(authorization);
    let wire = Wire::of(request, scope.as_ref().map(|scope| scope.service));
    let refuse = |error: &ApiError| encode::error(&wire, &request_id, error);
    let scope = scope.ok_or_else(|| refuse(&signature::missing(&wire, request, authorization)))?;
    let region = region::of(&wire, world, scope.region, request.host).map_err(|error| refuse(&error))?;
    let caller = signature::verify(world, request, &scope, &wire, times).map_err(|error| refuse(&error))?;
    let call = decode::call(&wire, request, &scope, region).map_err(|error| refuse(&error))?;
    Ok(Accepted { wire, request_id, caller, call })
}

/// The response to a request that was accepted.
pub(crate) fn respond(accepted: &Accepted, answer: &Answer) -> HttpResponse {
    match answer {
        Ok(output) => encode::output(&accepted.wire, &accepted.request_id, &accepted.call.operation, output),
        Err(error) => encode::error(&accepted.wire, &accepted.request_id, error),
    }
}

/// The response to a request whose body is larger than any that AWS takes, or did not come in full.
pub(crate) fn unreadable(request: &HttpRequest<'_>, too_large: bool) -> HttpResponse {
    let authorization = request.header("authorization").unwrap_or_default();
    let wire = Wire::of(request, signature::Scope::parse(authorization).map(|scope| scope.service));
    let error = if too_large {
        ApiError::new("RequestEntityTooLargeException", "The request is too large.").with_status(413)
    } else {
        ApiError::new("SerializationException", "The request body did not come in full.")
    };
    encode::error(&wire, &uuid_of(&format!("unreadable/{authorization}/{}", request.path)), &error)
}
