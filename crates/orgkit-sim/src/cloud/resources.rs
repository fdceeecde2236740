//! Changing resources through Cloud Control: asking, and waiting for the end.

use super::convert::text;
use super::{Ask, SimCloud};
use orgkit_cloud::{CloudError, ErrorClass, POLL_EVERY, POLLS};
use serde_json::{Value, json};

/// Asks for a change of a resource and waits until it has ended. `subject` is what it is about, for messages.
pub(super) fn changed(cloud: &SimCloud, ask: &Ask<'_>, input: &Value, subject: &str) -> Result<(), CloudError> {
    let mut answer = cloud.change(ask, input)?;
    for _ in 0..POLLS {
        let progress = &answer["ProgressEvent"];
        match text(progress, "OperationStatus") {
            Some("SUCCESS") => return Ok(()),
            Some(status @ ("FAILED" | "CANCEL_COMPLETE")) => {
                let code = text(progress, "ErrorCode").unwrap_or(status);
                let message = text(progress, "StatusMessage").unwrap_or("the change failed without a reason");
                return Err(ask.own(ErrorClass::Refused, Some(code), message.to_owned()));
            }
            _ => {}
        }
        cloud.sleep(POLL_EVERY);
        let token = json!({ "RequestToken": progress["RequestToken"] });
        answer = cloud.read(&Ask::of(ask.by, ask.region, "cloudcontrol", "GetResourceRequestStatus"), &token)?;
    }
    let message = format!("the change of `{subject}` did not end within ten minutes");
    Err(ask.own(ErrorClass::Ambiguous, None, message))
}
