//! AWS Config (botocore `config/2014-11-12`): recorders and delivery channels. A region has at most one of each.

use super::own;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::{Faults, Protocol, Service, read};
use crate::format::epoch;
use crate::world::{ConfigSetup, World};
use serde_json::{Value, json};

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "config",
    signing_name: "config",
    actions: "config",
    model: "config/2014-11-12",
    protocol: Protocol::Json { target: "StarlingDoveService" },
    faults: Faults::JSON,
    operations: &[
        read("DescribeConfigurationRecorders", describe_recorders),
        read("DescribeConfigurationRecorderStatus", describe_recorder_status),
        read("DescribeDeliveryChannels", describe_delivery_channels),
    ],
};

/// `DescribeConfigurationRecorders`.
pub(crate) fn describe_recorders(world: &World, request: &Request<'_>) -> Answer {
    let recorder = |setup: &ConfigSetup| {
        json!({
            "arn": arn(request, setup),
            "name": setup.recorder,
            "roleARN": format!(
                "arn:aws:iam::{}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
                request.caller.account
            ),
            "recordingGroup": {
                "allSupported": true,
                "includeGlobalResourceTypes": true,
                "resourceTypes": [],
                "recordingStrategy": { "useOnly": "ALL_SUPPORTED_RESOURCE_TYPES" },
            },
            "recordingMode": { "recordingFrequency": "CONTINUOUS" },
        })
    };
    Ok(json!({ "ConfigurationRecorders": recorders(world, request, recorder)? }))
}

/// `DescribeConfigurationRecorderStatus`.
pub(crate) fn describe_recorder_status(world: &World, request: &Request<'_>) -> Answer {
    let status = |setup: &ConfigSetup| {
        json!({
            "arn": arn(request, setup),
            "name": setup.recorder,
            "lastStartTime": epoch(setup.from),
            "recording": setup.recording,
            "lastStatus": "SUCCESS",
            "lastStatusChangeTime": epoch(setup.from),
        })
    };
    Ok(json!({ "ConfigurationRecordersStatus": recorders(world, request, status)? }))
}

/// `DescribeDeliveryChannels`.
pub(crate) fn describe_delivery_channels(world: &World, request: &Request<'_>) -> Answer {
    let wanted = request.texts("DeliveryChannelNames");
    let channels: Vec<Value> = setup(world, request)?
        .and_then(|setup| setup.bucket.as_ref())
        .filter(|_| wanted.is_empty() || wanted.contains(&CHANNEL))
        .map(|bucket| json!({ "name": CHANNEL, "s3BucketName": bucket }))
        .into_iter()
        .collect();
    if wanted.iter().any(|name| *name != CHANNEL) || (!wanted.is_empty() && channels.is_empty()) {
        let message = "Cannot find the specified delivery channel.";
        return Err(ApiError::new("NoSuchDeliveryChannelException", message));
    }
    Ok(json!({ "DeliveryChannels": channels }))
}

/// The name of every delivery channel here; it is what AWS's console and CLI call theirs.
const CHANNEL: &str = "default";

fn recorders(world: &World, request: &Request<'_>, shape: impl Fn(&ConfigSetup) -> Value) -> Result<Vec<Value>, ApiError> {
    let wanted = request.texts("ConfigurationRecorderNames");
    let setup = setup(world, request)?;
    let is_there = |name: &&str| setup.is_some_and(|setup| setup.recorder == **name);
    if let Some(name) = wanted.iter().find(|name| !is_there(name)) {
        let message = format!("Cannot find configuration recorder with the specified name '{name}'.");
        return Err(ApiError::new("NoSuchConfigurationRecorderException", message));
    }
    Ok(setup.map(shape).into_iter().collect())
}

fn setup<'w>(world: &'w World, request: &Request<'_>) -> Result<Option<&'w ConfigSetup>, ApiError> {
    Ok(own(world, request)?.config.get(request.region).filter(|setup| setup.from <= request.now))
}

fn arn(request: &Request<'_>, setup: &ConfigSetup) -> String {
    format!("arn:aws:config:{}:{}:configuration-recorder/{}", request.region, request.caller.account, setup.recorder)
}
