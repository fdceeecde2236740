//! Signature Version 4: the request is signed again with the key's secret, and the signatures must be the same.

use super::protocol::Wire;
use super::{HttpRequest, Times};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use orgkit_world::{ApiError, Principal, World, secret_of};

/// How far the client's clock may be off [IAM User Guide, reference_sigv-troubleshooting].
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(15);

/// What an `Authorization` header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope<'a> {
    pub(super) access_key_id: &'a str,
    date: &'a str,
    pub(super) region: &'a str,
    /// The service's signing name.
    pub(super) service: &'a str,
    signed_headers: Vec<&'a str>,
    signature: &'a str,
}

impl<'a> Scope<'a> {
    /// Reads `AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, SignedHeaders=…, Signature=…`.
    pub(super) fn parse(authorization: &'a str) -> Option<Self> {
        let fields = authorization.strip_prefix("AWS4-HMAC-SHA256")?;
        let field = |name: &str| fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
        let credential: Vec<&str> = field("Credential")?.split('/').collect();
        let [access_key_id, date, region, service, "aws4_request"] = credential[..] else {
            return None;
        };
        let signed_headers = field("SignedHeaders")?.split(';').collect();
        Some(Self { access_key_id, date, region, service, signed_headers, signature: field("Signature")? })
    }
}

/// The answer to a request without a signature in its `Authorization`.
pub(super) fn missing(wire: &Wire, request: &HttpRequest<'_>, authorization: &str) -> ApiError {
    if !authorization.is_empty() {
        return wire.incomplete_signature(
            "Authorization header must have the form of AWS4-HMAC-SHA256 with Credential, SignedHeaders and Signature.",
        );
    }
    let query = request.path.split_once('?').map(|(_, query)| query).unwrap_or_default();
    if form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name.eq_ignore_ascii_case("x-amz-signature")) {
        return wire
            .incomplete_signature("A signature in the query string (a presigned URL) is not simulated by orgkit; sign the headers.");
    }
    wire.missing_token()
}

/// Who signed the request.
pub(super) fn verify(
    world: &World,
    request: &HttpRequest<'_>,
    scope: &Scope<'_>,
    wire: &Wire,
    times: Times,
) -> Result<Principal, ApiError> {
    let token = request.header("x-amz-security-token");
    let (caller, expires_at) = owner(world, scope.access_key_id, token).ok_or_else(|| wire.unknown_key())?;
    let signed_at = time_of(request).ok_or_else(|| wire.bad_signature("The request has no valid X-Amz-Date."))?;
    if signed_at.duration_since(times.signer).abs() > CLOCK_SKEW {
        return Err(wire.bad_signature("Signature expired or not yet current: the request's time is too far from the service's."));
    }
    if signed_at.strftime("%Y%m%d").to_string() != scope.date {
        return Err(wire.bad_signature("Credential should be scoped to the date of X-Amz-Date."));
    }
    if !["host", "x-amz-date"].iter().all(|name| scope.signed_headers.contains(name)) {
        return Err(wire.bad_signature("'Host' and 'X-Amz-Date' must be signed."));
    }
    let expected = signature(request, scope, token, signed_at);
    if !expected.is_some_and(|expected| same(expected.as_bytes(), scope.signature.as_bytes())) {
        let message = "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
        return Err(wire.bad_signature(message));
    }
    if expires_at.is_some_and(|expires_at| times.world >= expires_at) {
        return Err(wire.expired());
    }
    Ok(caller)
}

/// Whose key it is, and until when it is good. A session's key needs its token, a user's key has none.
fn owner(world: &World, access_key_id: &str, token: Option<&str>) -> Option<(Principal, Option<Timestamp>)> {
    if let Some(session) = world.session(access_key_id) {
        let matches = token.is_some_and(|token| same(token.as_bytes(), session.token.as_bytes()));
        return matches.then(|| (session.principal.clone(), Some(session.expires_at)));
    }
    Some((world.owner_of_key(access_key_id).filter(|_| token.is_none())?, None))
}

/// When the request says that it was signed.
fn time_of(request: &HttpRequest<'_>) -> Option<Timestamp> {
    let civil = DateTime::strptime("%Y%m%dT%H%M%SZ", request.header("x-amz-date")?).ok()?;
    Some(TimeZone::UTC.to_zoned(civil).ok()?.timestamp())
}

/// The signature that the request should have; `None` when it cannot be signed at all.
fn signature(request: &HttpRequest<'_>, scope: &Scope<'_>, token: Option<&str>, signed_at: Timestamp) -> Option<String> {
    let secret = secret_of(scope.access_key_id);
    let identity = Credentials::new(scope.access_key_id, secret, token.map(str::to_owned), None, "orgkit-sim").into();
    let mut settings = SigningSettings::default();
    settings.excluded_headers = None;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(signed_at.into())
        .settings(settings)
        .build()
        .ok()?
        .into();
    // The signer puts date and token in by itself.
    let is_signed = |name: &str| scope.signed_headers.iter().any(|signed| signed.eq_ignore_ascii_case(name));
    let is_own = |name: &str| name.eq_ignore_ascii_case("x-amz-date") || name.eq_ignore_ascii_case("x-amz-security-token");
    let headers =
        request.headers.iter().copied().filter(|(name, _)| is_signed(name) && !is_own(name) && !name.eq_ignore_ascii_case("host"));
    let headers = headers.chain(std::iter::once(("host", request.host)));
    let path = request.path.strip_prefix('/')?;
    let uri = format!("https://localhost/{path}");
    let signable = SignableRequest::new(request.method, uri, headers, SignableBody::Bytes(request.body)).ok()?;
    sign(signable, &params).ok().map(|output| output.into_parts().1)
}

/// Compares without stopping at the first difference.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}
