//! The form of a world file for editors and other programs, and the way back from a world to its file.

use super::WorldFile;
use orgkit_model::Digest;
use serde_json::{Value, json};

/// The patterns of identifiers, by the name of their definition (botocore `organizations/2016-11-28`).
const PATTERNS: [(&str, &str); 4] = [
    ("AccountId", r"^\d{12}$"),
    ("OrganizationId", "^o-[a-z0-9]{10,32}$"),
    ("RootId", "^r-[0-9a-z]{4,32}$"),
    ("UnitId", "^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$"),
];

impl WorldFile {
    /// The JSON Schema of the format. It says what a file looks like; whether its names fit together, only [`WorldFile::parse`] knows.
    pub fn schema() -> Value {
        let mut schema = schemars::schema_for!(Self).to_value();
        for (name, pattern) in PATTERNS {
            if let Some(definition) = schema.pointer_mut(&format!("/$defs/{name}")).and_then(Value::as_object_mut) {
                definition.insert("pattern".to_owned(), json!(pattern));
            }
        }
        schema
    }

    /// The digest of what the file says: comments, order of keys and layout do not count.
    pub fn digest(&self) -> Digest {
        Digest::of(self)
    }

    /// The world as a file that [`WorldFile::parse`] reads as the same world.
    pub fn to_toml(&self) -> String {
        // INVARIANT: the types have string keys, no unit values, and numbers of at most 32 bits, so every world has a TOML form.
        #[expect(clippy::expect_used, reason = "stated invariant")]
        toml::to_string_pretty(self).expect("world files serialize")
    }
}
