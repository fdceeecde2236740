//! One loop for every call: what is repeated, how often, and how long it waits.
//!
//! The SDK's standard retry repeats a call whose answer was lost. For an invitation or a move that may be a second invitation or a
//! misleading error, so a change is repeated only when the service said that it did nothing: throttling, or another change under way.
//! Organizations says both with HTTP 400 [botocore `organizations/2016-11-28`, `TooManyRequestsException`].

use crate::cloud::AwsCloud;
use crate::error::cloud_error;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use orgkit_cloud::{ATTEMPTS, CloudError, Effect, ErrorClass, backoff};
use orgkit_model::AccountId;
use std::error::Error;

impl AwsCloud {
    /// Makes a call that only reads: repeated whenever waiting may help.
    pub(crate) async fn reading<T, E, F>(&self, by: &AccountId, operation: &str, send: impl Fn() -> F) -> Result<T, CloudError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        self.calling(by, operation, Effect::Read, send).await
    }

    /// Makes a call that changes something: never repeated once it may have had its effect.
    pub(crate) async fn changing<T, E, F>(&self, by: &AccountId, operation: &str, send: impl Fn() -> F) -> Result<T, CloudError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        self.calling(by, operation, Effect::Change, send).await
    }

    async fn calling<T, E, F>(&self, by: &AccountId, operation: &str, effect: Effect, send: impl Fn() -> F) -> Result<T, CloudError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let mut attempt = 1;
        loop {
            let error = match send().await {
                Ok(answer) => return Ok(answer),
                Err(error) => cloud_error(&error, by, operation, effect),
            };
            if error.class != ErrorClass::Retry || attempt == ATTEMPTS {
                return Err(error);
            }
            self.sessions.sleep(backoff(attempt)).await;
            attempt += 1;
        }
    }
}
