//! Values of documents as the interface gives them.

use crate::bindings::orgkit::policy::types::Scalar;
use serde_json::Value;

/// The value at a JSON pointer, or `None` where there is nothing.
pub(crate) fn at(document: &Value, pointer: &str) -> Option<Scalar> {
    document.pointer(pointer).map(scalar)
}

fn scalar(value: &Value) -> Scalar {
    match value {
        Value::Null => Scalar::Null,
        Value::Bool(flag) => Scalar::Boolean(*flag),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Scalar::Integer(integer),
            None => Scalar::Decimal(number.as_f64().unwrap_or(f64::INFINITY)),
        },
        Value::String(text) => Scalar::Text(text.clone()),
        Value::Array(_) | Value::Object(_) => Scalar::Json(value.to_string()),
    }
}

/// A scalar as text, for filters.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
