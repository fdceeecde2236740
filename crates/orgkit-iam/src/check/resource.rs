//! Patterns of resources.

use super::code::Code;
use super::finding::{Finding, Findings, Severity};
use super::kind::DocumentKind;
use super::value;
use super::variable::{self, Place};
use crate::document::{Language, Statement, Text};
use crate::short::Short;

pub(super) fn check(statement: &Statement, kind: DocumentKind, language: Language, found: &mut Findings) {
    let Some(element) = &statement.resource else { return };
    value::not_empty(&element.values, if element.negated { "NotResource" } else { "Resource" }, found);
    for resource in &element.values.items {
        variable::check(resource, language, Place::Resource, found);
        form(resource, kind, found);
    }
}

fn form(resource: &Text, kind: DocumentKind, found: &mut Findings) {
    let (text, span) = (resource.value.as_str(), resource.span);
    if text == "*" {
        return;
    }
    if !text.starts_with("arn:") {
        // API Gateway and a few others shorten the resources of their own policies.
        let is_on_resource = matches!(kind, DocumentKind::Resource | DocumentKind::VpcEndpoint);
        let severity = if is_on_resource { Severity::Warning } else { Severity::Error };
        if !(is_on_resource && text.starts_with("execute-api:/")) {
            found.push(Finding::new(Code::NotAnArn, span, format!("`{}` is neither an ARN nor `*`", Short(text))).severity(severity));
        }
        return;
    }
    let parts = value::arn_parts(text);
    if parts.len() < 6 {
        if !text.ends_with('*') {
            found.report(Code::IncompleteArn, span, format!("`{}` has {} of the six parts of an ARN", Short(text), parts.len()));
        }
    } else if let Some(account) = parts.get(4).filter(|account| !value::is_account_part(account)) {
        found.report(Code::AccountId, span, format!("`{}` is no account id", Short(account)));
    }
    if let Some(service) = parts.get(2).filter(|service| service.contains(['*', '?']) && parts.len() > 3) {
        found.report(Code::ArnService, span, format!("the service `{}` of the ARN has a wildcard", Short(service)));
    }
}
