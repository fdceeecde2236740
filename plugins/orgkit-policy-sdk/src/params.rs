//! A rule's parameters.

use crate::RuleError;
use serde::de::DeserializeOwned;

/// Reads a rule's parameters. orgkit has checked them against the pack's schema and filled in the defaults.
pub fn parse_params<T: DeserializeOwned>(params: &str) -> Result<T, RuleError> {
    serde_json::from_str(params).map_err(|error| RuleError::BadParams(error.to_string()))
}
