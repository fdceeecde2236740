//! Content digests: what two artefacts must share to be the same.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// The SHA-256 of a value's canonical JSON (sorted keys, no whitespace), as 64 lower-case hex digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
#[schemars(transparent)]
pub struct Digest(String);

impl Digest {
    /// The digest of a value's canonical JSON.
    #[expect(clippy::missing_panics_doc, reason = "see the invariant")]
    pub fn of(value: &impl Serialize) -> Self {
        // INVARIANT: model types have string keys and no failing `Serialize`, so they always become a `Value`. `Value` keeps its
        // objects in a `BTreeMap`, which sorts the keys.
        #[expect(clippy::expect_used, reason = "stated invariant")]
        let canonical = serde_json::to_value(value).expect("model types serialize");
        Self::of_bytes(canonical.to_string().as_bytes())
    }

    /// The digest of bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(hex::encode(Sha256::digest(bytes)))
    }

    /// The 64 hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first 12 digits: what a person types to approve a plan.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short())
    }
}
