//! The tables.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What SQLite's `application_id` says: "orge".
pub(super) const APPLICATION_ID: i64 = 0x6f72_6765;

/// The tables. Rows stand in the order in which the estate has them.
pub(super) const TABLES: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE regions (name TEXT PRIMARY KEY) STRICT;
CREATE TABLE organizations (
    id TEXT PRIMARY KEY, role TEXT NOT NULL, management_account TEXT NOT NULL, feature_set TEXT NOT NULL, root TEXT NOT NULL
) STRICT;
CREATE TABLE units (
    id TEXT PRIMARY KEY, organization TEXT NOT NULL REFERENCES organizations, name TEXT NOT NULL, parent TEXT NOT NULL
) STRICT;
CREATE TABLE accounts (
    id TEXT NOT NULL, organization TEXT REFERENCES organizations, name TEXT NOT NULL, state TEXT NOT NULL,
    joined_method TEXT, joined_at TEXT, parent TEXT, UNIQUE (id, organization)
) STRICT;
CREATE TABLE documents (sha256 TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT;
CREATE TABLE policies (
    id TEXT NOT NULL, organization TEXT NOT NULL REFERENCES organizations, name TEXT NOT NULL, type TEXT NOT NULL,
    aws_managed INTEGER NOT NULL, document TEXT NOT NULL REFERENCES documents, UNIQUE (id, organization)
) STRICT;
CREATE TABLE policy_targets (policy TEXT NOT NULL, organization TEXT NOT NULL REFERENCES organizations, target TEXT NOT NULL) STRICT;
CREATE TABLE delegated_administrators (
    account TEXT NOT NULL, organization TEXT NOT NULL REFERENCES organizations, service TEXT
) STRICT;
CREATE TABLE facts (
    account TEXT NOT NULL, region TEXT, kind TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL REFERENCES documents
) STRICT;
CREATE TABLE collections (
    account TEXT NOT NULL, region TEXT, kind TEXT NOT NULL, outcome TEXT NOT NULL, count INTEGER, detail TEXT
) STRICT;
CREATE INDEX facts_by_kind ON facts (kind, account);
CREATE INDEX policy_targets_by_policy ON policy_targets (organization, policy);
";

/// The API's word for one of the model's values.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        other => other.map(|value| value.to_string()).unwrap_or_default(),
    }
}

/// The model's value for one of the API's words.
pub(super) fn value<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(Value::from(word)).ok()
}
