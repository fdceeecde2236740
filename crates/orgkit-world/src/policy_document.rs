//! What Organizations checks when it takes a policy's document: size, JSON, and the rules of the policy type.

use crate::ApiError;
use crate::authorize::{statements, texts};
use orgkit_model::PolicyType;
use serde_json::Value;

/// How long a document of a type may be, in characters, white space included [Organizations User Guide, orgs_reference_limits].
pub(crate) fn size_limit(kind: PolicyType) -> usize {
    match kind {
        PolicyType::ServiceControlPolicy => 10_240,
        PolicyType::ResourceControlPolicy => 5_120,
    }
}

/// The parsed document, when Organizations takes it.
pub(crate) fn parse(kind: PolicyType, content: &str) -> Result<Value, ApiError> {
    if content.chars().count() > size_limit(kind) {
        let message = "The policy's content exceeds the maximum size for its type.";
        return Err(ApiError::new("ConstraintViolationException", message).because("POLICY_CONTENT_LIMIT_EXCEEDED"));
    }
    let document: Value = serde_json::from_str(content).map_err(|_| malformed("The document is not JSON."))?;
    if document.get("Version").and_then(Value::as_str) != Some("2012-10-17") {
        return Err(malformed("Version must be 2012-10-17."));
    }
    if statements(&document).is_empty() {
        return Err(malformed("The document has no statement."));
    }
    for statement in statements(&document) {
        fault(kind, statement).map_or(Ok(()), |fault| Err(malformed(fault)))?;
    }
    Ok(document)
}

fn malformed(message: &str) -> ApiError {
    ApiError::new("MalformedPolicyDocumentException", format!("The provided policy document does not meet the requirements. {message}"))
}

/// What is wrong with a statement [Organizations User Guide, orgs_manage_policies_scps_syntax and orgs_manage_policies_rcps_syntax].
fn fault(kind: PolicyType, statement: &Value) -> Option<&'static str> {
    let has = |element: &str| statement.get(element).is_some();
    let effect = statement.get("Effect").and_then(Value::as_str);
    if !matches!(effect, Some("Allow" | "Deny")) {
        return Some("Effect must be Allow or Deny.");
    }
    if has("Action") == has("NotAction") || has("Resource") == has("NotResource") {
        return Some("A statement needs one of Action and NotAction, and one of Resource and NotResource.");
    }
    if has("NotPrincipal") {
        return Some("NotPrincipal is not supported.");
    }
    match kind {
        PolicyType::ServiceControlPolicy if has("Principal") => Some("A service control policy has no Principal."),
        PolicyType::ServiceControlPolicy if effect == Some("Allow") && statement.get("Resource").and_then(Value::as_str) != Some("*") => {
            Some("The Resource of an Allow must be `*`.")
        }
        PolicyType::ServiceControlPolicy => None,
        PolicyType::ResourceControlPolicy => rcp_fault(statement, effect),
    }
}

fn rcp_fault(statement: &Value, effect: Option<&str>) -> Option<&'static str> {
    if effect != Some("Deny") {
        return Some("The Effect of a resource control policy must be Deny.");
    }
    if statement.get("Principal").and_then(Value::as_str) != Some("*") {
        return Some("The Principal of a resource control policy must be `*`.");
    }
    match statement.get("Action") {
        None => Some("A resource control policy has no NotAction."),
        Some(actions) if texts(actions).any(|action| action == "*") => Some("The Action of a resource control policy must name services."),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_taken_or_refused_with_the_code_that_the_api_declares() {
        let scp = PolicyType::ServiceControlPolicy;
        let rcp = PolicyType::ResourceControlPolicy;
        let long = format!(r#"{{"Version":"2012-10-17","Statement":[]{}}}"#, " ".repeat(10_240));
        for (kind, content, expected) in [
            (scp, r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"a:b","Resource":"*"}}"#, None),
            (scp, r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":"a:b","Resource":"*"}]}"#, None),
            (scp, "not json", Some("MalformedPolicyDocumentException")),
            (scp, r#"{"Version":"2008-10-17","Statement":[]}"#, Some("MalformedPolicyDocumentException")),
            (scp, r#"{"Version":"2012-10-17","Statement":[]}"#, Some("MalformedPolicyDocumentException")),
            (
                scp,
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"a:b","Resource":"*","Principal":"*"}}"#,
                Some("MalformedPolicyDocumentException"),
            ),
            (
                scp,
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:b","Resource":"arn:aws:s3:::x"}}"#,
                Some("MalformedPolicyDocumentException"),
            ),
            (scp, long.as_str(), Some("ConstraintViolationException")),
            (rcp, r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}"#, None),
            (
                rcp,
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}"#,
                Some("MalformedPolicyDocumentException"),
            ),
            (
                rcp,
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}"#,
                Some("MalformedPolicyDocumentException"),
            ),
        ] {
            assert_eq!(parse(kind, content).err().map(|error| error.code), expected, "{content}");
        }
    }
}
