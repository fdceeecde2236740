//! What a world file says of an account's billing set-up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an account that pays bills has set up. Members of an organization set up nothing of it that counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BillingSpec {
    /// The tag keys that are activated as cost allocation tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub active_cost_allocation_tags: Vec<String>,
    /// The tag keys that were seen on costs, but are not activated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inactive_cost_allocation_tags: Vec<String>,
    /// The names of its cost categories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cost_categories: Vec<String>,
    /// The names of its cost anomaly monitors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anomaly_monitors: Vec<String>,
}
