//! What IAM checks when it takes a policy document [IAM User Guide, reference_policies_grammar and reference_iam-quotas, of October 2026].

use super::exceeds;
use crate::ApiError;
use crate::call::Request;
use orgkit_iam::{Document, Statement};

/// How long a trust policy may be.
pub(super) const TRUST: Limit = Limit { characters: 2_048, quota: "ACLSizePerRole" };
/// How long all inline policies of a role may be together.
pub(super) const INLINE: Limit = Limit { characters: 10_240, quota: "RolePolicySize" };
/// How long a managed policy may be.
pub(super) const MANAGED: Limit = Limit { characters: 6_144, quota: "PolicySize" };

/// How long a policy may be: characters, white space left out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    pub(super) characters: usize,
    /// What IAM calls the quota.
    pub(super) quota: &'static str,
}

impl Limit {
    /// Refuses policies that are too long together.
    pub(super) fn check<'a>(self, documents: impl Iterator<Item = &'a str>) -> Result<(), ApiError> {
        let characters: usize = documents.map(|document| document.chars().filter(|letter| !letter.is_whitespace()).count()).sum();
        if characters > self.characters { Err(exceeds(self.quota, self.characters)) } else { Ok(()) }
    }
}

/// A trust policy of the input: each statement says who, none says on what.
pub(super) fn trust<'a>(request: &Request<'a>, member: &str) -> Result<&'a str, ApiError> {
    let text = request.required(member)?;
    check(text, |statement| match (&statement.principal, &statement.resource) {
        (None, _) => Some("Missing required field Principal"),
        (_, Some(_)) => Some("Has prohibited field Resource"),
        _ => None,
    })?;
    TRUST.check(std::iter::once(text))?;
    Ok(text)
}

/// A policy of the input that is to give permissions: each statement says on what, none says who.
pub(super) fn permissions<'a>(request: &Request<'a>) -> Result<&'a str, ApiError> {
    let text = request.required("PolicyDocument")?;
    permissions_text(text)?;
    Ok(text)
}

/// The same check for a text.
pub(crate) fn permissions_text(text: &str) -> Result<(), ApiError> {
    check(text, |statement| match (&statement.principal, &statement.resource) {
        (Some(_), _) => Some("Policy document should not specify a principal."),
        (_, None) => Some("Policy statement must contain resources."),
        _ => None,
    })
}

fn check(text: &str, fault: impl Fn(&Statement) -> Option<&'static str>) -> Result<(), ApiError> {
    let document = Document::parse(text).map_err(|error| malformed(&format!("Syntax errors in policy. {error}")))?;
    if document.statements.is_empty() {
        return Err(malformed("Syntax errors in policy. The document has no statement."));
    }
    document.statements.iter().find_map(fault).map_or(Ok(()), |fault| Err(malformed(fault)))
}

fn malformed(message: &str) -> ApiError {
    ApiError::new("MalformedPolicyDocument", message)
}
