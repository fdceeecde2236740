//! Which service is asked, and in which protocol.

use super::HttpRequest;
use orgkit_world::ApiError;
use orgkit_world::catalog::{self, Protocol, Service};

/// The family of protocols that a request and its answer belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// awsJson 1.0 or 1.1: the operation stands in the header `X-Amz-Target`.
    Json {
        /// `1.0` or `1.1`.
        version: &'static str,
    },
    /// awsQuery: a form in, XML out.
    Query,
    /// restJson1: the operation is method and path.
    Rest,
}

/// The protocol of a request, and the service where it is one that is simulated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wire {
    pub(super) form: Form,
    pub(super) service: Option<&'static Service>,
}

impl Wire {
    /// The protocol of a request to the service with a signing name. The request's form decides for services that are not known, so that
    /// their clients can read the refusal.
    pub(super) fn of(request: &HttpRequest<'_>, signing_name: Option<&str>) -> Self {
        let content_type = request.header("content-type").unwrap_or_default();
        let json = Form::Json { version: if content_type.ends_with("json-1.0") { "1.0" } else { "1.1" } };
        let service = signing_name.and_then(catalog::signed_for);
        let form = match service.map(|service| service.protocol) {
            Some(Protocol::Json { .. }) => json,
            Some(Protocol::Query { .. }) => Form::Query,
            Some(Protocol::RestJson) => Form::Rest,
            None if request.header("x-amz-target").is_some() => json,
            None if content_type.starts_with("application/x-www-form-urlencoded") => Form::Query,
            None => Form::Rest,
        };
        Self { form, service }
    }

    /// The answer to an operation that does not exist here.
    pub(super) fn unknown_operation(&self, service: &str, operation: &str) -> ApiError {
        let error = ApiError::unknown_operation(service, operation);
        if self.form == Form::Query { ApiError { code: "InvalidAction", ..error } } else { error }
    }

    /// The operation that a target names; `None` when the target is another service's.
    pub(super) fn operation_of_target<'a>(&self, target: &'a str) -> Option<&'a str> {
        let (prefix, operation) = target.rsplit_once('.')?;
        let prefix = prefix.rsplit('.').next()?;
        let own = self.service.map(|service| service.protocol);
        matches!(own, Some(Protocol::Json { target }) if target == prefix).then_some(operation)
    }

    /// What error shapes of the service call their words.
    pub(super) fn message_member(&self) -> &'static str {
        self.service.map_or("message", |service| service.faults.message)
    }

    /// The XML namespace of the service's answers.
    pub(super) fn namespace(&self) -> &'static str {
        match self.service.map(|service| service.protocol) {
            Some(Protocol::Query { namespace }) => namespace,
            // A query service that is not simulated: its clients do not look at the namespace of an error.
            _ => "https://sts.amazonaws.com/doc/2011-06-15/",
        }
    }

    /// The answer to a request that is not signed.
    pub(super) fn missing_token(&self) -> ApiError {
        let message = "Request is missing Authentication Token";
        self.auth_error("MissingAuthenticationToken", "MissingAuthenticationTokenException", message)
    }

    /// The answer to a key or token that nobody has.
    pub(super) fn unknown_key(&self) -> ApiError {
        let message = "The security token included in the request is invalid.";
        self.auth_error("InvalidClientTokenId", "UnrecognizedClientException", message)
    }

    /// The answer to a signature that is not the request's.
    pub(super) fn bad_signature(&self, message: &str) -> ApiError {
        self.auth_error("SignatureDoesNotMatch", "InvalidSignatureException", message)
    }

    /// The answer to an `Authorization` that is not in the form of Signature Version 4.
    pub(super) fn incomplete_signature(&self, message: &str) -> ApiError {
        self.auth_error("IncompleteSignature", "IncompleteSignatureException", message)
    }

    /// The answer to a session that has ended.
    pub(super) fn expired(&self) -> ApiError {
        let message = "The security token included in the request is expired";
        self.auth_error("ExpiredToken", "ExpiredTokenException", message)
    }

    fn auth_error(&self, query: &'static str, json: &'static str, message: &str) -> ApiError {
        match self.form {
            Form::Query => ApiError::new(query, message).with_status(403),
            Form::Rest => ApiError::new(json, message).with_status(403),
            Form::Json { .. } => ApiError::new(json, message),
        }
    }
}
