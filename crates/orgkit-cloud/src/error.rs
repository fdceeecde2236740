//! What can go wrong with a call.

use orgkit_model::{AccountId, ErrorClass};

/// A call that failed, with everything needed to decide what to do and to tell a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation} as {by} failed: {message}")]
pub struct CloudError {
    /// How it is to be met.
    pub class: ErrorClass,
    /// The operation, as IAM names it: `organizations:AcceptHandshake`.
    pub operation: String,
    /// The account whose credentials were used.
    pub by: AccountId,
    /// The service's error code, such as `HandshakeConstraintViolationException`; `None` where no answer came.
    pub code: Option<String>,
    /// The reason within the code, such as `ACCOUNT_NUMBER_LIMIT_EXCEEDED`.
    pub reason: Option<String>,
    /// The service's words, or the transport's.
    pub message: String,
}

impl CloudError {
    /// Whether the service answered with this code.
    pub fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// Whether the caller was not allowed to make the call.
    pub fn is_access_denied(&self) -> bool {
        self.code.as_deref().is_some_and(|code| matches!(code, "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation"))
    }
}
