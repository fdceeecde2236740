//! Changing resources through Cloud Control: asking, and waiting for the end.

use crate::cloud::AwsCloud;
use crate::convert::need;
use crate::error::own_error;
use crate::organizations::understood;
use aws_sdk_cloudcontrol::types::{OperationStatus, ProgressEvent};
use orgkit_cloud::{CloudError, ErrorClass, POLL_EVERY, POLLS};
use orgkit_model::AccountId;
use serde_json::Value;

/// What is to become of a resource.
#[derive(Debug)]
pub(crate) enum Change<'a> {
    /// It is made. `subject` is what it is about, for messages: its identifier is not known before.
    Create { subject: &'a str, state: &'a Value },
    /// It is changed by a JSON patch.
    Update { identifier: &'a str, patch: &'a Value },
    /// It is deleted.
    Delete { identifier: &'a str },
}

impl Change<'_> {
    fn operation(&self) -> &'static str {
        match self {
            Self::Create { .. } => "cloudformation:CreateResource",
            Self::Update { .. } => "cloudformation:UpdateResource",
            Self::Delete { .. } => "cloudformation:DeleteResource",
        }
    }

    fn subject(&self) -> &str {
        match self {
            Self::Create { subject, .. } => subject,
            Self::Update { identifier, .. } | Self::Delete { identifier } => identifier,
        }
    }
}

impl AwsCloud {
    /// Asks for a change of a resource and waits until it has ended.
    pub(crate) async fn change_resource(
        &self,
        by: &AccountId,
        region: &str,
        type_name: &str,
        change: &Change<'_>,
    ) -> Result<(), CloudError> {
        let operation = change.operation();
        let client: aws_sdk_cloudcontrol::Client = self.client(by, Some(region)).await?;
        let event = match change {
            Change::Create { state, .. } => {
                let state = state.to_string();
                let call = || client.create_resource().type_name(type_name).desired_state(&state).send();
                self.changing(by, operation, call).await?.progress_event
            }
            Change::Update { identifier, patch } => {
                let patch = patch.to_string();
                let call = || client.update_resource().type_name(type_name).identifier(*identifier).patch_document(&patch).send();
                self.changing(by, operation, call).await?.progress_event
            }
            Change::Delete { identifier } => {
                let call = || client.delete_resource().type_name(type_name).identifier(*identifier).send();
                self.changing(by, operation, call).await?.progress_event
            }
        };
        let mut progress = understood(by, operation, need("ProgressEvent", event))?;
        for _ in 0..POLLS {
            if ended(by, operation, &progress)? {
                return Ok(());
            }
            self.sessions.sleep(POLL_EVERY).await;
            let call = || client.get_resource_request_status().set_request_token(progress.request_token().map(str::to_owned)).send();
            let answer = self.reading(by, "cloudformation:GetResourceRequestStatus", call).await?;
            progress = understood(by, operation, need("ProgressEvent", answer.progress_event().cloned()))?;
        }
        let message = format!("the change of `{}` did not end within ten minutes", change.subject());
        Err(own_error(ErrorClass::Ambiguous, by, operation, None, message))
    }
}

/// Whether Cloud Control has finished; an error when it finished badly.
fn ended(by: &AccountId, operation: &str, progress: &ProgressEvent) -> Result<bool, CloudError> {
    match progress.operation_status() {
        Some(OperationStatus::Success) => Ok(true),
        Some(status @ (OperationStatus::Failed | OperationStatus::CancelComplete)) => {
            let code = progress.error_code().map_or(status.as_str(), |code| code.as_str());
            let message = progress.status_message().unwrap_or("the change failed without a reason");
            Err(own_error(ErrorClass::Refused, by, operation, Some(code), message))
        }
        _ => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_ends_well_or_badly_or_not_yet() {
        let by: AccountId = "111122223333".parse().unwrap();
        let event = |status: &str| ProgressEvent::builder().operation_status(status.into()).status_message("no such stack set").build();
        let ended = |status| ended(&by, "cloudformation:UpdateResource", &event(status));
        assert!(ended("SUCCESS").unwrap());
        assert!(!ended("IN_PROGRESS").unwrap());
        let error = ended("FAILED").unwrap_err();
        assert_eq!((error.class, error.message.as_str()), (ErrorClass::Refused, "no such stack set"));
    }
}
