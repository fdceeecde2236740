//! One loop for every call: what is repeated, how often, and how long it waits.
//!
//! The SDK's standard retry repeats a call whose answer was lost. For an invitation or a move that may be a second invitation or a
//! misleading error, so a change is repeated only when the service said that it did nothing: throttling, or another change under way.
//! Organizations says both with HTTP 400 [botocore `organizations/2016-11-28`, `TooManyRequestsException`].

use crate::cloud::AwsCloud;
use crate::error::{Effect, cloud_error};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use orgkit_cloud::{CloudError, ErrorClass};
use orgkit_model::AccountId;
use std::error::Error;
use std::time::Duration;

/// How often a call is made at most.
pub(crate) const ATTEMPTS: u32 = 8;

/// The wait after a failed attempt, counted from 1: half a second, doubled each time, at most 20 seconds.
pub(crate) fn backoff(attempt: u32) -> Duration {
    let doubled = 500_u64.saturating_mul(1_u64 << attempt.saturating_sub(1).min(16));
    Duration::from_millis(doubled.min(20_000))
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit() {
        let waits: Vec<u128> = (1..ATTEMPTS).map(|attempt| backoff(attempt).as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16_000, 20_000]);
    }
}
