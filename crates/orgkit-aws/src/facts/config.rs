//! AWS Config: recorders, whether they record, and where they deliver.

use super::Ask;
use super::doc::{object, text};
use aws_sdk_config::Client;
use orgkit_cloud::{CloudError, FactDoc};
use serde_json::Value;

/// One document per configuration recorder, named by its name.
pub(super) async fn recorders(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client: Client = ask.cloud.client(ask.by, ask.region).await?;
    let answer = ask.cloud.reading(ask.by, ask.kind, || client.describe_configuration_recorders().send()).await?;
    let facts = answer.configuration_recorders().iter().map(|recorder| {
        let group = recorder.recording_group().map(|group| object([("allSupported", Some(Value::from(group.all_supported())))]));
        fact(recorder.name(), object([("name", text(recorder.name())), ("roleARN", text(recorder.role_arn())), ("recordingGroup", group)]))
    });
    Ok(facts.collect())
}

/// The status of each configuration recorder, named by the recorder's name.
pub(super) async fn recorder_statuses(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client: Client = ask.cloud.client(ask.by, ask.region).await?;
    let answer = ask.cloud.reading(ask.by, ask.kind, || client.describe_configuration_recorder_status().send()).await?;
    let facts = answer.configuration_recorders_status().iter().map(|status| {
        let doc = object([
            ("name", text(status.name())),
            ("recording", Some(Value::from(status.recording()))),
            ("lastStatus", text(status.last_status().map(|status| status.as_str()))),
        ]);
        fact(status.name(), doc)
    });
    Ok(facts.collect())
}

/// One document per delivery channel, named by its name.
pub(super) async fn delivery_channels(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client: Client = ask.cloud.client(ask.by, ask.region).await?;
    let answer = ask.cloud.reading(ask.by, ask.kind, || client.describe_delivery_channels().send()).await?;
    let facts = answer
        .delivery_channels()
        .iter()
        .map(|channel| fact(channel.name(), object([("name", text(channel.name())), ("s3BucketName", text(channel.s3_bucket_name()))])));
    Ok(facts.collect())
}

fn fact(name: Option<&str>, doc: Value) -> FactDoc {
    FactDoc { name: name.unwrap_or_default().to_owned(), doc }
}
