//! What a world file says about CloudTrail Lake.

use super::types::is_no;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An event data store of CloudTrail Lake that takes management events of all regions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventDataStoreSpec {
    /// Its name, unique in its account.
    pub name: String,
    /// The region it was created in.
    pub region: String,
    /// Whether it takes the events of all accounts of the organization. Left out: no.
    #[serde(default, skip_serializing_if = "is_no")]
    pub organization: bool,
}
