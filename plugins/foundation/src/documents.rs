//! Policy documents: where a subject keeps them, and what stands in them.

use orgkit_policy_sdk::serde_json::{self, Value};
use orgkit_policy_sdk::{Subject, Unknown, facts};
use std::borrow::Cow;

/// A policy document with the place where it stands.
pub(crate) struct Document {
    /// A JSON pointer into the subject's document.
    pub(crate) pointer: String,
    pub(crate) policy: Value,
}

/// The policy documents of an IAM entity, a bucket policy or a key.
pub(crate) fn of(subject: &Subject) -> Result<Vec<Document>, Unknown> {
    let doc = facts::document(subject)?;
    let mut found = Vec::new();
    for direct in ["AssumeRolePolicyDocument", "PolicyDocument", "KeyPolicy"] {
        add(&mut found, subject, format!("/{direct}"), doc.get(direct))?;
    }
    for list in ["RolePolicyList", "UserPolicyList", "GroupPolicyList"] {
        for (at, inline) in items(doc.get(list)) {
            add(&mut found, subject, format!("/{list}/{at}/PolicyDocument"), inline.get("PolicyDocument"))?;
        }
    }
    for (at, version) in items(doc.get("PolicyVersionList")) {
        if version.get("IsDefaultVersion").and_then(Value::as_bool) != Some(false) {
            add(&mut found, subject, format!("/PolicyVersionList/{at}/Document"), version.get("Document"))?;
        }
    }
    Ok(found)
}

fn add(found: &mut Vec<Document>, subject: &Subject, pointer: String, document: Option<&Value>) -> Result<(), Unknown> {
    let policy = match document {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::String(text)) => serde_json::from_str(text)
            .map_err(|_| Unknown(format!("the policy document at {pointer} of {} cannot be read", subject.name)))?,
        Some(parsed) => parsed.clone(),
    };
    found.push(Document { pointer, policy });
    Ok(())
}

/// A policy's statements with their pointers; AWS takes a single statement without a list.
pub(crate) fn statements(document: &Document) -> Vec<(String, &Value)> {
    let at = format!("{}/Statement", document.pointer);
    match document.policy.get("Statement") {
        Some(Value::Array(all)) => all.iter().enumerate().map(|(number, statement)| (format!("{at}/{number}"), statement)).collect(),
        Some(one) => vec![(at, one)],
        None => Vec::new(),
    }
}

/// The strings in a value: AWS takes one string or a list.
pub(crate) fn strings(value: &Value) -> Vec<Cow<'_, str>> {
    match value {
        Value::String(text) => vec![Cow::Borrowed(text.as_str())],
        Value::Array(all) => all.iter().flat_map(strings).collect(),
        Value::Object(members) => members.values().flat_map(strings).collect(),
        Value::Null => Vec::new(),
        other => vec![Cow::Owned(other.to_string())],
    }
}

fn items(list: Option<&Value>) -> impl Iterator<Item = (usize, &Value)> {
    list.and_then(Value::as_array).into_iter().flatten().enumerate()
}
