//! JSON patches (RFC 6902) of a resource's properties.

use crate::ApiError;
use serde_json::Value;

/// The properties after a patch, a list of operations as JSON text.
///
/// # Errors
/// `InvalidRequestException` for a patch that cannot be read or does not fit.
pub(super) fn patched(properties: &Value, patch: &str) -> Result<Value, ApiError> {
    let patch: Value = serde_json::from_str(patch).map_err(|_| bad_patch("it is not JSON"))?;
    let mut properties = properties.clone();
    for operation in patch.as_array().ok_or_else(|| bad_patch("it is not a list"))? {
        apply(&mut properties, operation)?;
    }
    Ok(properties)
}

/// Applies one operation of a JSON patch.
fn apply(properties: &mut Value, operation: &Value) -> Result<(), ApiError> {
    let text = |name: &str| operation.get(name).and_then(Value::as_str).ok_or_else(|| bad_patch("an operation needs `op` and `path`"));
    let (op, path) = (text("op")?, text("path")?);
    let (parent, name) = path.rsplit_once('/').ok_or_else(|| bad_patch("a path begins with `/`"))?;
    let name = name.replace("~1", "/").replace("~0", "~");
    let value = || operation.get("value").cloned().ok_or_else(|| bad_patch("the operation needs `value`"));
    let no_parent = || bad_patch("a path leads nowhere");
    match (op, properties.pointer_mut(parent).ok_or_else(no_parent)?) {
        ("add", Value::Object(members)) => {
            members.insert(name, value()?);
        }
        ("replace", Value::Object(members)) => *members.get_mut(&name).ok_or_else(no_parent)? = value()?,
        ("remove", Value::Object(members)) => {
            members.remove(&name).ok_or_else(no_parent)?;
        }
        ("add", Value::Array(items)) if name == "-" => items.push(value()?),
        ("add", Value::Array(items)) => items.insert(index(&name, items.len() + 1)?, value()?),
        ("replace", Value::Array(items)) => {
            let at = index(&name, items.len())?;
            items[at] = value()?;
        }
        ("remove", Value::Array(items)) => {
            items.remove(index(&name, items.len())?);
        }
        _ => return Err(bad_patch("only `add`, `replace` and `remove` of members and items are simulated")),
    }
    Ok(())
}

/// An index below `end`.
fn index(name: &str, end: usize) -> Result<usize, ApiError> {
    name.parse().ok().filter(|index| *index < end).ok_or_else(|| bad_patch("an index is out of range"))
}

fn bad_patch(fault: &str) -> ApiError {
    ApiError::new("InvalidRequestException", format!("The patch document is not valid: {fault}."))
}
