//! What a trail is.

use jiff::Timestamp;
use orgkit_model::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A CloudTrail trail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Trail {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) home_region: String,
    pub(crate) bucket: String,
    /// What the keys of log files begin with; none unless told.
    pub(crate) prefix: Option<String>,
    pub(crate) multi_region: bool,
    pub(crate) global_events: bool,
    pub(crate) log_file_validation: bool,
    pub(crate) kms_key: Option<String>,
    /// Whether it covers its owner's organization.
    pub(crate) of_organization: bool,
    /// When it began to log for the last time, and when it was stopped.
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) stopped_at: Option<Timestamp>,
    /// `EventSelectors` or `AdvancedEventSelectors`, by that name; `None` for what every trail has at first.
    pub(crate) selectors: Option<(String, Value)>,
}

impl Trail {
    /// A trail of one region that does not log yet.
    pub(crate) fn new(owner: &AccountId, name: &str, home_region: &str, bucket: &str) -> Self {
        Self {
            name: name.to_owned(),
            arn: format!("arn:aws:cloudtrail:{home_region}:{owner}:trail/{name}"),
            home_region: home_region.to_owned(),
            bucket: bucket.to_owned(),
            prefix: None,
            multi_region: false,
            global_events: true,
            log_file_validation: false,
            kms_key: None,
            of_organization: false,
            started_at: None,
            stopped_at: None,
            selectors: None,
        }
    }

    /// Whether it logs.
    pub(crate) fn is_logging(&self) -> bool {
        self.started_at.is_some_and(|started| self.stopped_at.is_none_or(|stopped| stopped < started))
    }

    /// Whether a name or ARN means it.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.arn == name || self.name == name
    }

    /// `Trail`.
    pub(super) fn shape(&self) -> Value {
        let mut shape = self.answer();
        if let Some(members) = shape.as_object_mut() {
            members.insert("HomeRegion".to_owned(), self.home_region.as_str().into());
            members.insert("HasCustomEventSelectors".to_owned(), self.selectors.is_some().into());
            members.insert("HasInsightSelectors".to_owned(), false.into());
        }
        shape
    }

    /// What `CreateTrail` and `UpdateTrail` answer with.
    pub(super) fn answer(&self) -> Value {
        let mut shape = json!({
            "Name": self.name,
            "S3BucketName": self.bucket,
            "IncludeGlobalServiceEvents": self.global_events,
            "IsMultiRegionTrail": self.multi_region,
            "TrailARN": self.arn,
            "LogFileValidationEnabled": self.log_file_validation,
            "IsOrganizationTrail": self.of_organization,
        });
        let optional = [("KmsKeyId", &self.kms_key), ("S3KeyPrefix", &self.prefix)];
        if let Some(members) = shape.as_object_mut() {
            members.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.as_deref()?.into()))));
        }
        shape
    }
}
