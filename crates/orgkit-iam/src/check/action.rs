//! Patterns of actions.

use super::code::Code;
use super::finding::Findings;
use super::kind::DocumentKind;
use super::value;
use crate::document::{Statement, Text};
use crate::evaluate::RcpServices;
use crate::short::Short;

pub(super) fn check(statement: &Statement, kind: DocumentKind, found: &mut Findings) {
    let name = if statement.action.negated { "NotAction" } else { "Action" };
    value::not_empty(&statement.action.values, name, found);
    for action in &statement.action.values.items {
        form(action, found);
    }
    if kind == DocumentKind::Rcp {
        reach(statement, found);
    }
}

fn form(action: &Text, found: &mut Findings) {
    let (text, span) = (action.value.as_str(), action.span);
    if text.contains("${") {
        found.report(Code::VariableMisplaced, span, format!("variables do not work in an action, as in `{}`", Short(text)));
        return;
    }
    if text.is_empty() || text.contains(char::is_whitespace) {
        found.report(
            Code::ActionBlank,
            span,
            if text.is_empty() { "the action is empty".to_owned() } else { format!("`{}` has a blank in it", Short(text)) },
        );
        return;
    }
    if text.bytes().all(|byte| byte == b'*') {
        return;
    }
    let Some((prefix, name)) = text.split_once(':') else {
        found.report(Code::ActionPrefix, span, format!("`{}` has no service prefix", Short(text)));
        return;
    };
    let is_prefix = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !(is_prefix || prefix == "*" && name == "*") {
        found.report(
            Code::ActionPrefix,
            span,
            format!("`{}` is no service prefix: it has letters, digits and hyphens, and no wildcard", Short(prefix)),
        );
    }
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"*?-_".contains(&byte));
    if !is_name {
        found.report(Code::ActionCharacters, span, format!("`{}` is no name of an action", Short(name)));
    }
}

/// Services that resource control policies do not reach, for what denies nothing at all there.
fn reach(statement: &Statement, found: &mut Findings) {
    let services = RcpServices::default();
    for action in statement.action.values.items.iter().filter(|_| !statement.action.negated) {
        let lower = action.value.to_ascii_lowercase();
        let has_prefix = lower.split_once(':').is_some_and(|(prefix, _)| !prefix.is_empty() && !prefix.contains(['*', '?', ' ', '$']));
        if has_prefix && !services.reach(&lower) {
            found.report(
                Code::RcpService,
                action.span,
                format!("resource control policies are not known to reach the service of `{}`", Short(&action.value)),
            );
        }
    }
}
