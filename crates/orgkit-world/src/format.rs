//! Times as the protocols write them.

use jiff::Timestamp;
use serde_json::{Value, json};

/// A time as the JSON protocols write it: seconds since 1970, with milliseconds behind the point.
pub(crate) fn epoch(at: Timestamp) -> Value {
    json!(at.as_millisecond() as f64 / 1000.0)
}

/// A time as the query protocol writes it: ISO 8601 in whole seconds.
pub(crate) fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
