//! From the SDK's errors to [`CloudError`].

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use orgkit_cloud::{CloudError, Effect, ErrorClass, class_of, without_addresses};
use orgkit_model::AccountId;
use std::error::Error;

/// What became of a call, in orgkit's terms.
pub(crate) fn cloud_error<E>(error: &SdkError<E, HttpResponse>, by: &AccountId, operation: &str, effect: Effect) -> CloudError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let make = |class, code: Option<&str>, reason, message: String| CloudError {
        class,
        operation: operation.to_owned(),
        by: by.clone(),
        code: code.map(str::to_owned),
        reason,
        message: without_addresses(&message).into_owned(),
    };
    match error {
        SdkError::ServiceError(answer) => {
            let meta = answer.err().meta();
            let class = class_of(meta.code(), answer.raw().status().as_u16(), effect);
            let message = meta.message().or(meta.code()).map_or_else(|| in_full(error), str::to_owned);
            make(class, meta.code(), reason_in(answer.raw()), message)
        }
        SdkError::ConstructionFailure(_) => match in_chain::<CredentialsError>(error) {
            Some(credentials) => credentials_error(by, operation, credentials),
            None => make(ErrorClass::Fatal, None, None, in_full(error)),
        },
        other => match in_chain::<CredentialsError>(other) {
            Some(credentials) => credentials_error(by, operation, credentials),
            None => make(class_of(None, 0, effect), None, None, in_full(other)),
        },
    }
}

/// Credentials that could not be had: refused by STS, expired, or not configured.
pub(crate) fn credentials_error(by: &AccountId, operation: &str, error: &CredentialsError) -> CloudError {
    let (class, code, message) = match in_chain::<SdkError<AssumeRoleError, HttpResponse>>(error) {
        Some(SdkError::ServiceError(answer)) => {
            let meta = answer.err().meta();
            let class = match class_of(meta.code(), answer.raw().status().as_u16(), Effect::Read) {
                ErrorClass::Retry => ErrorClass::Retry,
                _ => ErrorClass::Credentials,
            };
            (class, meta.code(), meta.message().map_or_else(|| in_full(error), str::to_owned))
        }
        Some(lost) => match in_chain::<CredentialsError>(lost) {
            // The role could not be assumed because the account before it has no credentials.
            Some(before) => return credentials_error(by, operation, before),
            None => (ErrorClass::Retry, None, in_full(error)),
        },
        None => (ErrorClass::Credentials, None, in_full(error)),
    };
    own_error(class, by, operation, code, message)
}

/// An error that no service gave: an answer that cannot be understood, or credentials that cannot be had.
pub(crate) fn own_error(class: ErrorClass, by: &AccountId, operation: &str, code: Option<&str>, message: impl Into<String>) -> CloudError {
    CloudError {
        class,
        operation: operation.to_owned(),
        by: by.clone(),
        code: code.map(str::to_owned),
        reason: None,
        message: without_addresses(&message.into()).into_owned(),
    }
}

/// The member `Reason` of a JSON error: the constraint that was violated.
fn reason_in(answer: &HttpResponse) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(answer.body().bytes()?).ok()?;
    ["Reason", "reason"].iter().find_map(|member| body.get(member)?.as_str().map(str::to_owned))
}

/// An error with everything that led to it, each said once.
fn in_full(error: &(dyn Error + 'static)) -> String {
    let mut words: Vec<String> = Vec::new();
    for cause in chain(error) {
        let said = cause.to_string();
        if !words.iter().any(|before| before.contains(&said)) {
            words.push(said);
        }
    }
    words.join(": ")
}

fn in_chain<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error).find_map(|cause| cause.downcast_ref::<T>())
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut at = Some(error);
    std::iter::from_fn(move || {
        let cause = at?;
        at = cause.source();
        Some(cause)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_organizations::operation::accept_handshake::AcceptHandshakeError;
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;

    type Sdk = SdkError<AcceptHandshakeError, HttpResponse>;

    fn answer(status: u16, body: &'static str) -> HttpResponse {
        HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(body))
    }

    fn meta(code: &str, message: &str) -> ErrorMetadata {
        ErrorMetadata::builder().code(code).message(message).build()
    }

    fn mapped(error: &Sdk, effect: Effect) -> CloudError {
        cloud_error(error, &"111122223333".parse().unwrap(), "organizations:AcceptHandshake", effect)
    }

    #[test]
    fn a_refusal_does_not_keep_the_address_of_whoever_was_refused() {
        let denied = "User: arn:aws:sts::111122223333:assumed-role/Admin/ann@example.com is not authorized";
        let refused = AcceptHandshakeError::generic(meta("AccessDeniedException", denied));
        let error = mapped(&SdkError::service_error(refused, answer(400, "{}")), Effect::Change);
        assert_eq!(error.message, "User: arn:aws:sts::111122223333:assumed-role/Admin/[address] is not authorized");
    }

    #[test]
    fn a_refusal_keeps_code_reason_and_message() {
        let violation = AcceptHandshakeError::generic(meta("HandshakeConstraintViolationException", "too many accounts"));
        let body = r#"{"Message":"too many accounts","Reason":"ACCOUNT_NUMBER_LIMIT_EXCEEDED"}"#;
        let error: Sdk = SdkError::service_error(violation, answer(400, body));
        let seen = mapped(&error, Effect::Change);
        assert_eq!(seen.class, ErrorClass::Refused);
        assert!(seen.is("HandshakeConstraintViolationException"));
        assert_eq!(seen.reason.as_deref(), Some("ACCOUNT_NUMBER_LIMIT_EXCEEDED"));
        assert_eq!(seen.to_string(), "organizations:AcceptHandshake as 111122223333 failed: too many accounts");
    }

    #[test]
    fn the_code_decides_before_the_status_and_a_lost_answer_is_ambiguous_only_for_a_change() {
        let service =
            |code: &str, status| -> Sdk { SdkError::service_error(AcceptHandshakeError::generic(meta(code, "m")), answer(status, "{}")) };
        let lost: Sdk = SdkError::dispatch_failure(ConnectorError::io("reset".into()));
        let cases = [
            (service("TooManyRequestsException", 400), ErrorClass::Retry, ErrorClass::Retry),
            (service("ConcurrentModificationException", 400), ErrorClass::Retry, ErrorClass::Retry),
            (service("ExpiredTokenException", 400), ErrorClass::Credentials, ErrorClass::Credentials),
            (service("AccessDeniedException", 400), ErrorClass::Refused, ErrorClass::Refused),
            (service("ServiceException", 500), ErrorClass::Retry, ErrorClass::Ambiguous),
            (lost, ErrorClass::Retry, ErrorClass::Ambiguous),
            (SdkError::timeout_error("late"), ErrorClass::Retry, ErrorClass::Ambiguous),
            (SdkError::construction_failure("no region"), ErrorClass::Fatal, ErrorClass::Fatal),
        ];
        for (error, read, change) in cases {
            assert_eq!((mapped(&error, Effect::Read).class, mapped(&error, Effect::Change).class), (read, change), "{error:?}");
        }
    }

    #[test]
    fn missing_credentials_are_no_lost_answer() {
        let none = CredentialsError::not_loaded("the SSO session has expired");
        let error: Sdk = SdkError::dispatch_failure(ConnectorError::other(none.into(), None));
        let seen = mapped(&error, Effect::Change);
        assert_eq!(seen.class, ErrorClass::Credentials);
        assert!(seen.message.contains("the SSO session has expired"), "{}", seen.message);
    }
}
