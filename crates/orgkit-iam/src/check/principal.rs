//! Who a statement names.

use super::code::Code;
use super::finding::Findings;
use super::kind::DocumentKind;
use super::value;
use crate::document::{Principals, Statement, Text};
use crate::principal::is_account;
use crate::short::Short;

pub(super) fn check(statement: &Statement, kind: DocumentKind, found: &mut Findings) {
    let Some(element) = &statement.principal else { return };
    // What may not be there at all was said; what it holds does not matter then.
    if matches!(kind, DocumentKind::Scp | DocumentKind::Identity | DocumentKind::Boundary | DocumentKind::Session) {
        return;
    }
    let Principals::ByType(types) = &element.who else { return };
    if types.is_empty() {
        found.report(Code::EmptyList, element.key_span, "the principal names nobody");
    }
    for (kind, values) in types {
        value::not_empty(values, &kind.value, found);
        for one in &values.items {
            form(&kind.value, one, found);
        }
    }
}

fn form(kind: &str, principal: &Text, found: &mut Findings) {
    let (text, span) = (principal.value.as_str(), principal.span);
    if text == "*" {
        return;
    }
    if text.contains("${") {
        found.report(Code::VariableMisplaced, span, format!("variables do not work in a principal, as in `{}`", Short(text)));
    } else if text.contains(['*', '?']) {
        found.report(Code::PrincipalWildcard, span, format!("`{}` has a wildcard within it", Short(text)));
    } else if kind == "AWS" {
        aws(principal, found);
    } else if kind == "Service" && (!text.contains('.') || text.starts_with("arn:") || text.contains(char::is_whitespace)) {
        found.report(Code::InvalidPrincipal, span, format!("`{}` is no service principal", Short(text)));
    }
}

fn aws(principal: &Text, found: &mut Findings) {
    let (text, span) = (principal.value.as_str(), principal.span);
    if is_account(text) {
        return;
    }
    if text.starts_with("arn:") {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        match parts.as_slice() {
            // Principals name real accounts; CloudFront's origin access identities are of the account `cloudfront`.
            ["arn", _, "iam" | "sts", "", account, resource] if !resource.is_empty() => {
                if !is_account(account) && *account != "cloudfront" {
                    found.report(Code::AccountId, span, format!("`{}` is no account id", Short(account)));
                }
            }
            _ => found.report(Code::InvalidPrincipal, span, format!("`{}` is no ARN of a principal", Short(text))),
        }
    } else if is_unique_id(text) {
        found.report(Code::DeletedPrincipal, span, format!("`{}` is the unique id of a principal", Short(text)));
    } else if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        found.report(Code::AccountId, span, format!("`{}` is no account id", Short(text)));
    } else {
        found.report(Code::InvalidPrincipal, span, format!("`{}` is neither an account id nor an ARN", Short(text)));
    }
}

/// `AIDA…`, `AROA…` and the like [IAM User Guide, reference_identifiers].
fn is_unique_id(text: &str) -> bool {
    text.len() >= 16 && text.starts_with('A') && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}
