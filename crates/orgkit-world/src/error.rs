//! A refusal as AWS words it.

use crate::call::Request;
use crate::catalog::{self, Protocol};
use orgkit_model::AccountId;

/// An error that a service answers with, before it is put into the form of a wire protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// The error's code: the name of its shape, such as `HandshakeNotFoundException`.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The words.
    pub message: String,
    /// The member `Reason`, where the shape has one.
    pub reason: Option<&'static str>,
    /// The member `Type`, where the shape has one.
    pub kind: Option<&'static str>,
}

impl ApiError {
    /// An error with status 400, which is what the JSON protocols use for every fault of the caller.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, status: 400, message: message.into(), reason: None, kind: None }
    }

    /// The same error with another status.
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same error with a reason.
    pub fn because(self, reason: &'static str) -> Self {
        Self { reason: Some(reason), ..self }
    }

    /// The same error with a type.
    pub(crate) fn of_type(self, kind: &'static str) -> Self {
        Self { kind: Some(kind), ..self }
    }

    /// The answer to an operation that does not exist here, in the words of the service's protocol. The status is 400 because SDKs repeat a
    /// call that failed with 500.
    pub fn unknown_operation(service: &str, operation: &str) -> Self {
        let is_query = catalog::service(service).is_some_and(|service| matches!(service.protocol, Protocol::Query { .. }));
        let code = if is_query { "InvalidAction" } else { "UnknownOperationException" };
        Self::new(code, format!("{service}:{operation} is not simulated by orgkit"))
    }
}

/// The refusal of a caller who may not do an action. The query services have their own code and status for it.
pub(crate) fn denied(request: &Request<'_>, action: &str, why: &str) -> ApiError {
    let message = format!("User: {} is not authorized to perform: {action} {why}", request.caller.arn);
    let (code, status) = request.service.faults.denied;
    ApiError::new(code, message).with_status(status)
}

/// `AccountNotFoundException`.
pub(crate) fn account_not_found(account: &AccountId) -> ApiError {
    ApiError::new("AccountNotFoundException", format!("You specified an account that doesn't exist: {account}."))
}
