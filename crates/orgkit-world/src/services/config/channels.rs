//! Delivery channels.

use super::setup::{Channel, DEFAULT};
use super::{nothing, setup, setup_mut};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::world::World;
use serde_json::{Value, json};

/// How often AWS Config can deliver a snapshot (botocore `config/2014-11-12`, shape `MaximumExecutionFrequency`).
const FREQUENCIES: [&str; 5] = ["One_Hour", "Three_Hours", "Six_Hours", "Twelve_Hours", "TwentyFour_Hours"];

/// `DescribeDeliveryChannels`.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let channels: Vec<&Value> = asked(world, request)?.map(|channel| &channel.settings).into_iter().collect();
    Ok(json!({ "DeliveryChannels": channels }))
}

/// `DescribeDeliveryChannelStatus`: what the recorder found is delivered as long as it runs.
pub(super) fn describe_status(world: &World, request: &Request<'_>) -> Answer {
    let recorder = setup(world, request)?.and_then(|setup| setup.recorder(request.now)).filter(|recorder| recorder.recording);
    let status = |channel: &Channel| {
        let mut stream = json!({ "lastStatus": "Not_Applicable" });
        if let Some(recorder) = recorder {
            stream = json!({ "lastStatus": "Success", "lastStatusChangeTime": epoch(recorder.changed_at.unwrap_or(channel.since)) });
        }
        json!({ "name": channel.name, "configSnapshotDeliveryInfo": {}, "configHistoryDeliveryInfo": {}, "configStreamDeliveryInfo": stream })
    };
    let statuses: Vec<Value> = asked(world, request)?.map(status).into_iter().collect();
    Ok(json!({ "DeliveryChannelsStatus": statuses }))
}

/// `PutDeliveryChannel`: makes the region's channel, or changes it. Whether the bucket is there and lets AWS Config in is not checked.
pub(super) fn put(world: &mut World, request: &Request<'_>) -> Answer {
    let given = request.input.get("DeliveryChannel").unwrap_or(&Value::Null);
    let text = |name: &str| given.get(name).and_then(Value::as_str);
    let name = text("name").unwrap_or(DEFAULT);
    if name.is_empty() || name.len() > 256 {
        return Err(ApiError::new("InvalidDeliveryChannelNameException", "The delivery channel name is not valid."));
    }
    let bucket = text("s3BucketName").filter(|bucket| !bucket.is_empty());
    if bucket.is_none() {
        return Err(ApiError::new("NoSuchBucketException", "The specified Amazon S3 bucket does not exist."));
    }
    let properties = given.get("configSnapshotDeliveryProperties").and_then(|properties| properties.get("deliveryFrequency"));
    if properties.and_then(Value::as_str).is_some_and(|frequency| !FREQUENCIES.contains(&frequency)) {
        return Err(request.invalid("INVALID_ENUM", "deliveryFrequency is not valid.".to_owned()));
    }
    if text("snsTopicARN").is_some_and(|topic| !topic.starts_with("arn:")) {
        return Err(ApiError::new("InvalidSNSTopicARNException", "The specified Amazon SNS topic does not exist."));
    }
    let setup = setup(world, request)?;
    if setup.and_then(|setup| setup.recorder.as_ref()).is_none() {
        let message = "Configuration recorder is not available to put delivery channel.";
        return Err(ApiError::new("NoAvailableConfigurationRecorderException", message));
    }
    let known = setup.and_then(|setup| setup.channel.as_ref());
    if known.is_some_and(|known| known.name != name) {
        let message = "Failed to put delivery channel because the maximum number of delivery channels: 1 is reached.";
        return Err(ApiError::new("MaxNumberOfDeliveryChannelsExceededException", message));
    }
    let since = known.map_or(request.now, |known| known.since.min(request.now));
    let mut settings = given.clone();
    if let Some(members) = settings.as_object_mut() {
        members.insert("name".to_owned(), name.into());
    }
    let channel = Channel { name: name.to_owned(), settings, since };
    setup_mut(world, request)?.channel = Some(channel);
    Ok(nothing())
}

/// `DeleteDeliveryChannel`.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let name = request.required("DeliveryChannelName")?;
    let setup = setup(world, request)?;
    if setup.and_then(|setup| setup.channel(request.now)).is_none_or(|channel| channel.name != name) {
        return Err(no_channel());
    }
    if setup.and_then(|setup| setup.recorder.as_ref()).is_some_and(|recorder| recorder.recording) {
        let message = format!(
            "Failed to delete last specified delivery channel with name '{name}', because there is a running configuration recorder."
        );
        return Err(ApiError::new("LastDeliveryChannelDeleteFailedException", message));
    }
    setup_mut(world, request)?.channel = None;
    Ok(nothing())
}

/// The region's channel, when the input names it or no channel at all.
fn asked<'w>(world: &'w World, request: &Request<'_>) -> Result<Option<&'w Channel>, ApiError> {
    let wanted = request.texts("DeliveryChannelNames");
    let channel = setup(world, request)?.and_then(|setup| setup.channel(request.now));
    if wanted.iter().all(|name| channel.is_some_and(|channel| channel.name == *name)) { Ok(channel) } else { Err(no_channel()) }
}

fn no_channel() -> ApiError {
    ApiError::new("NoSuchDeliveryChannelException", "Cannot find the specified delivery channel.")
}
