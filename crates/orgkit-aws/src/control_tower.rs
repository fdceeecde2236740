//! Control Tower's operations: begun with one call, and over when another says so.

use crate::cloud::AwsCloud;
use crate::convert::need;
use crate::error::own_error;
use crate::organizations::understood;
use aws_sdk_controltower::Client;
use aws_sdk_controltower::types::{BaselineOperation, BaselineOperationStatus};
use orgkit_cloud::{CloudError, ErrorClass};
use orgkit_model::AccountId;
use std::time::Duration;

const RESET: &str = "controltower:ResetEnabledBaseline";

/// How long an operation may take, in polls and the time between them: a unit with many accounts takes an hour
/// [Control Tower User Guide, "Register an existing OU"].
const POLLS: u32 = 120;
const POLL_EVERY: Duration = Duration::from_secs(30);

impl AwsCloud {
    /// Resets a unit's enabled baseline and waits for the end.
    pub(crate) async fn reset_baseline(&self, by: &AccountId, region: &str, enabled_baseline: &str) -> Result<(), CloudError> {
        let client: Client = self.client(by, Some(region)).await?;
        let call = || client.reset_enabled_baseline().enabled_baseline_identifier(enabled_baseline).send();
        let operation = self.changing(by, RESET, call).await?.operation_identifier().to_owned();
        for _ in 0..POLLS {
            let call = || client.get_baseline_operation().operation_identifier(&operation).send();
            let answer = self.reading(by, "controltower:GetBaselineOperation", call).await?;
            let state = understood(by, RESET, need("baselineOperation", answer.baseline_operation().cloned()))?;
            if ended(by, &state)? {
                return Ok(());
            }
            self.sessions.sleep(POLL_EVERY).await;
        }
        let message = format!("the reset of `{enabled_baseline}` did not end within an hour");
        Err(own_error(ErrorClass::Ambiguous, by, RESET, None, message))
    }
}

/// Whether the operation is over; an error when it ended badly.
fn ended(by: &AccountId, state: &BaselineOperation) -> Result<bool, CloudError> {
    match state.status() {
        Some(BaselineOperationStatus::Succeeded) => Ok(true),
        Some(BaselineOperationStatus::Failed) => {
            let message = state.status_message().unwrap_or("the operation failed without a reason");
            Err(own_error(ErrorClass::Refused, by, RESET, Some("BaselineOperationFailed"), message))
        }
        _ => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_ends_well_or_badly_or_not_yet() {
        let by: AccountId = "111122223333".parse().unwrap();
        let state = |status: &str| BaselineOperation::builder().status(status.into()).status_message("a recorder is there").build();
        assert!(ended(&by, &state("SUCCEEDED")).unwrap());
        assert!(!ended(&by, &state("IN_PROGRESS")).unwrap());
        let error = ended(&by, &state("FAILED")).unwrap_err();
        assert_eq!((error.class, error.message.as_str()), (ErrorClass::Refused, "a recorder is there"));
    }
}
