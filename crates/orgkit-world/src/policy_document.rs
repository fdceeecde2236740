//! What Organizations checks when it takes a policy's document: size, JSON, and the grammar of the policy type.

use crate::ApiError;
use crate::catalog::PolicyKind;
use orgkit_iam::{Code, Document, DocumentKind, Limits, Severity, check};
use serde_json::Value;

/// What the API refuses, of all that is wrong with documents: faults of grammar. It does not look whether names mean anything
/// [Organizations User Guide, orgs_manage_policies_scps_syntax, orgs_manage_policies_rcps_syntax and policy-operators].
const REFUSED: [Code; 21] = [
    Code::InvalidJson,
    Code::DuplicateKey,
    Code::UnknownElement,
    Code::MissingElement,
    Code::ConflictingElements,
    Code::WrongType,
    Code::InvalidValue,
    Code::OldVersion,
    Code::ElementNotAllowed,
    Code::DuplicateSid,
    Code::RcpAllow,
    Code::RcpPrincipal,
    Code::RcpAnyAction,
    Code::ActionPrefix,
    Code::NotAnArn,
    Code::UnknownOperator,
    Code::NullIfExists,
    Code::PolicyKey,
    Code::UnknownInheritance,
    Code::BareValue,
    Code::ChildOperators,
];

/// The parsed document, when Organizations takes it.
pub(crate) fn parse(kind: PolicyKind, content: &str) -> Result<Value, ApiError> {
    let rules = kind.rules();
    let size = if kind == PolicyKind::UpgradeRolloutPolicy { content.len() } else { content.chars().count() };
    if size > rules.size {
        let message = "The policy's content exceeds the maximum size for its type.";
        return Err(ApiError::new("ConstraintViolationException", message).because("POLICY_CONTENT_LIMIT_EXCEEDED"));
    }
    if let Some(fault) = fault(content, rules.document) {
        return Err(malformed(&fault));
    }
    let document: Value = serde_json::from_str(content).map_err(|fault| malformed(&fault.to_string()))?;
    match kind.is_management() {
        // The checks above know the key at the top only of the types that have their own.
        true if rules.top.is_some_and(|top| document.get(top).is_none()) => Err(malformed("The document lacks the key of its type.")),
        false if Document::parse(content).is_ok_and(|document| document.statements.is_empty()) => {
            Err(malformed("The document has no statement."))
        }
        _ => Ok(document),
    }
}

/// The first fault of a document for which the API refuses it, in words.
pub(crate) fn fault(content: &str, kind: DocumentKind) -> Option<String> {
    let found = check(content, kind, &Limits::none());
    let refused = found.into_iter().find(|finding| finding.severity == Severity::Error && REFUSED.contains(&finding.code));
    refused.map(|finding| finding.message)
}

fn malformed(message: &str) -> ApiError {
    ApiError::new("MalformedPolicyDocumentException", format!("The provided policy document does not meet the requirements: {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use PolicyKind::{
        AiservicesOptOutPolicy, BackupPolicy, GuarddutyPolicy, NetworkSecurityDirectorPolicy, ResourceControlPolicy, SecurityhubPolicy,
        ServiceControlPolicy, TagPolicy,
    };

    const MALFORMED: Option<&str> = Some("MalformedPolicyDocumentException");

    #[track_caller]
    fn refused(kind: PolicyKind, content: &str, expected: Option<&str>) {
        assert_eq!(parse(kind, content).err().map(|error| error.code), expected, "{kind:?} {content}");
    }

    #[test]
    fn service_control_policies_have_the_whole_language_but_principals() {
        let long = format!(r#"{{"Version":"2012-10-17","Statement":[]{}}}"#, " ".repeat(10_240));
        for (content, expected) in [
            (r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"a:b","Resource":"*"}}"#, None),
            (r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":"a:b","Resource":"*"}]}"#, None),
            (r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::x"}]}"#, None),
            ("not json", MALFORMED),
            (r#"{"Version":"2008-10-17","Statement":[]}"#, MALFORMED),
            (r#"{"Version":"2012-10-17","Statement":[]}"#, MALFORMED),
            (r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"a:b","Resource":"*","Principal":"*"}}"#, MALFORMED),
            (r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"b","Resource":"*"}}"#, MALFORMED),
            (long.as_str(), Some("ConstraintViolationException")),
        ] {
            refused(ServiceControlPolicy, content, expected);
        }
    }

    #[test]
    fn resource_control_policies_deny_everybody_named_actions() {
        let with = |effect: &str, action: &str, principal: &str| {
            format!(
                r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Principal":{principal},"Action":"{action}","Resource":"*"}}}}"#
            )
        };
        for (content, expected) in [
            (with("Deny", "s3:*", r#""*""#), None),
            (with("Deny", "*", r#""*""#), MALFORMED),
            (with("Allow", "s3:*", r#""*""#), MALFORMED),
            (with("Deny", "s3:*", r#"{"AWS":"111122223333"}"#), MALFORMED),
        ] {
            refused(ResourceControlPolicy, &content, expected);
        }
    }

    #[test]
    fn settings_have_the_key_of_their_type_and_inheritance_operators() {
        for (kind, content, expected) in [
            (TagPolicy, r#"{"tags":{"team":{"tag_key":{"@@assign":"Team"}}}}"#, None),
            (TagPolicy, r#"{"plans":{"team":{"tag_key":{"@@assign":"Team"}}}}"#, MALFORMED),
            (TagPolicy, r#"{"tags":{"team":{"tag_key":"Team"}}}"#, MALFORMED),
            (TagPolicy, r#"{"tags":{"team":{"tag_key":{"@@set":"Team"}}}}"#, MALFORMED),
            (TagPolicy, r#"{"tags":{"team":{"tag_key":{"@@operators_allowed_for_child_policies":["@@some"]}}}}"#, MALFORMED),
            (BackupPolicy, r#"{"plans":{"daily":{"regions":{"@@append":["eu-west-1"]}}}}"#, None),
            (SecurityhubPolicy, r#"{"securityhub":{"enable_in_regions":{"@@assign":[]}}}"#, MALFORMED),
            (NetworkSecurityDirectorPolicy, r#"{"guardduty":{"default":{"@@assign":"x"}}}"#, MALFORMED),
            (NetworkSecurityDirectorPolicy, r#"{"network_security_director":{"enablement":{"x":{"@@assign":"x"}}}}"#, None),
            (GuarddutyPolicy, r#"{"anything":{"default":{"@@assign":"x"}}}"#, None),
            (GuarddutyPolicy, "[]", MALFORMED),
        ] {
            refused(kind, content, expected);
        }
        let long = format!(r#"{{"services":{{"default":{{"opt_out_policy":{{"@@assign":"optOut"}}}}}}{}}}"#, " ".repeat(2_500));
        refused(AiservicesOptOutPolicy, &long, Some("ConstraintViolationException"));
    }
}
