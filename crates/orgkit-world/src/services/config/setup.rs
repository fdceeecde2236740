//! What an account has of AWS Config in one region.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How the names of service-linked recorders begin (botocore `config/2014-11-12`, shape `ConfigurationRecorder`).
pub(super) const LINKED_PREFIX: &str = "AWSConfigurationRecorderFor";

/// The name that AWS gives to a recorder or channel without one.
pub(super) const DEFAULT: &str = "default";

/// AWS Config in one region: at most one recorder and one delivery channel of the customer's own, and the recorders that services have linked
/// to themselves.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct ConfigSetup {
    pub(super) recorder: Option<Recorder>,
    pub(super) channel: Option<Channel>,
    /// Service-linked recorders: names by service principal.
    pub(super) linked: BTreeMap<String, String>,
}

/// A customer managed recorder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Recorder {
    pub(super) name: String,
    /// The role it works with; `None` is the account's service-linked role.
    pub(super) role: Option<String>,
    /// `recordingGroup`.
    pub(super) group: Value,
    /// `recordingMode`.
    pub(super) mode: Value,
    pub(super) recording: bool,
    /// When it was started or stopped for the last time.
    pub(super) changed_at: Option<Timestamp>,
    /// From when it is there.
    pub(super) since: Timestamp,
}

/// A delivery channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Channel {
    pub(super) name: String,
    /// `DeliveryChannel`.
    pub(super) settings: Value,
    /// From when it is there.
    pub(super) since: Timestamp,
}

impl ConfigSetup {
    /// A recorder of everything, with a channel to a bucket if one is given, from a time on. Nothing changes where the customer has a recorder or a
    /// channel already: a region has one of each.
    pub(crate) fn bring(&mut self, recorder: &str, recording: bool, bucket: Option<&str>, since: Timestamp) {
        let channel = bucket.map(|bucket| json!({ "name": DEFAULT, "s3BucketName": bucket }));
        self.bring_with(recorder, None, recording, channel, since);
    }

    /// As [`Self::bring`], with the recorder's role and the whole channel.
    pub(crate) fn bring_with(&mut self, recorder: &str, role: Option<String>, recording: bool, channel: Option<Value>, since: Timestamp) {
        if self.is_taken() {
            return;
        }
        let group = json!({
            "allSupported": true,
            "includeGlobalResourceTypes": true,
            "resourceTypes": [],
            "recordingStrategy": { "useOnly": "ALL_SUPPORTED_RESOURCE_TYPES" },
        });
        let name = recorder.to_owned();
        self.recorder = Some(Recorder { name, role, group, mode: continuous(), recording, changed_at: Some(since), since });
        self.channel = channel.map(|settings| {
            let name = settings.get("name").and_then(Value::as_str).unwrap_or(DEFAULT).to_owned();
            Channel { name, settings, since }
        });
    }

    /// Links a recorder to a service, by the service's principal. The name is the given one, or one with AWS's prefix.
    pub(crate) fn link(&mut self, service: &str, name: Option<&str>) {
        let short = service.split('.').next().unwrap_or_default();
        let name = name.map_or_else(|| format!("{LINKED_PREFIX}{short}"), str::to_owned);
        self.linked.insert(service.to_owned(), name);
    }

    /// Takes the customer managed recorder and its channel away, when the recorder has the given name.
    pub(crate) fn remove(&mut self, recorder: &str) {
        if self.recorder.as_ref().is_some_and(|found| found.name == recorder) {
            (self.recorder, self.channel) = (None, None);
        }
    }

    /// Whether the customer has a recorder or a channel, or is getting one.
    pub(crate) fn is_taken(&self) -> bool {
        self.recorder.is_some() || self.channel.is_some()
    }

    /// Whether a recorder of that name records, or soon will.
    pub(crate) fn is_recording_as(&self, recorder: &str) -> bool {
        self.recorder.as_ref().is_some_and(|found| found.name == recorder && found.recording) && self.channel.is_some()
    }

    /// Whether its delivery channel leads to a bucket.
    pub(crate) fn delivers_to(&self, bucket: &str) -> bool {
        self.channel.as_ref().is_some_and(|channel| channel.settings.get("s3BucketName").and_then(Value::as_str) == Some(bucket))
    }

    /// Whether a customer managed recorder records by now.
    pub(crate) fn is_recording(&self, now: Timestamp) -> bool {
        self.recorder(now).is_some_and(|recorder| recorder.recording)
    }

    /// The customer managed recorder, when it is there already.
    pub(super) fn recorder(&self, now: Timestamp) -> Option<&Recorder> {
        self.recorder.as_ref().filter(|recorder| recorder.since <= now)
    }

    /// The delivery channel, when it is there already.
    pub(super) fn channel(&self, now: Timestamp) -> Option<&Channel> {
        self.channel.as_ref().filter(|channel| channel.since <= now)
    }
}

/// The usual `recordingMode`.
pub(super) fn continuous() -> Value {
    json!({ "recordingFrequency": "CONTINUOUS" })
}
