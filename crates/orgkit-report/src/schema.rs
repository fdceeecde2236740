//! The published JSON Schemas.

use schemars::generate::SchemaSettings;
use serde_json::Value;

/// The schema (draft 2020-12) of what `T` writes, under its published name.
pub(crate) fn of<T: schemars::JsonSchema>(id: &str) -> Value {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    schema.insert("$id".to_owned(), Value::from(id));
    schema.to_value()
}
