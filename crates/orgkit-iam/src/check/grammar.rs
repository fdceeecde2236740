//! Which elements a type of policy has, must have and may not have; versions and statement ids.

use super::code::Code;
use super::finding::{Finding, Findings, Severity};
use super::kind::DocumentKind;
use crate::document::{Document, Effect, Language, Principals, Statement};
use crate::json::Span;
use crate::short::Short;
use std::collections::BTreeSet;

/// Whether an element must, may or must not be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Must,
    May,
    MustNot,
}

/// The elements of a type of policy beyond `Effect`, `Action` and `Condition`, which all of them have.
struct Grammar {
    /// Whether `Version` must be `2012-10-17`.
    version: Need,
    id: Need,
    principal: Need,
    not_principal: Need,
    not_action: Need,
    resource: Need,
    /// How bad a `Sid` with other characters than letters and digits is.
    sid: Option<Severity>,
    source: &'static str,
}

/// Service control policies have taken the whole language but principals since 2025.
fn grammar(kind: DocumentKind) -> Grammar {
    use Need::{May, Must, MustNot};
    let identity = Grammar {
        version: May,
        id: May,
        principal: MustNot,
        not_principal: MustNot,
        not_action: May,
        resource: Must,
        sid: Some(Severity::Error),
        source: "IAM User Guide, reference_policies_elements_principal",
    };
    let resource = Grammar { principal: Must, not_principal: May, resource: May, sid: None, ..identity };
    match kind {
        DocumentKind::Scp => Grammar {
            version: Must,
            id: MustNot,
            sid: Some(Severity::Warning),
            source: "AWS Organizations User Guide, orgs_manage_policies_scps_syntax",
            ..identity
        },
        DocumentKind::Rcp => Grammar {
            version: Must,
            id: MustNot,
            principal: Must,
            not_action: MustNot,
            sid: Some(Severity::Warning),
            source: "AWS Organizations User Guide, orgs_manage_policies_rcps_syntax",
            ..identity
        },
        DocumentKind::Trust => Grammar {
            principal: Must,
            not_principal: May,
            resource: MustNot,
            source: "IAM User Guide, id_roles_terms-and-concepts",
            ..identity
        },
        DocumentKind::VpcEndpoint => Grammar { source: "AWS PrivateLink Guide, vpc-endpoints-access", ..resource },
        DocumentKind::Resource => resource,
        _ => identity,
    }
}

pub(super) fn check(document: &Document, kind: DocumentKind, found: &mut Findings) {
    let grammar = grammar(kind);
    version(document, kind, &grammar, found);
    if let Some(id) = document.id.as_ref().filter(|_| grammar.id == Need::MustNot) {
        not_allowed("Id", id.span, kind, &grammar, found);
    }
    if document.statements.is_empty() && document.is_list {
        found.report(Code::EmptyList, Span::default(), "the policy has no statement that can be read");
    }
    statement_ids(document, &grammar, found);
    for statement in &document.statements {
        elements(statement, kind, &grammar, found);
        match kind {
            DocumentKind::Rcp => rcp(statement, document.statements.len(), found),
            DocumentKind::Trust => trust(statement, found),
            _ => {}
        }
        effect(statement, kind, found);
    }
}

fn version(document: &Document, kind: DocumentKind, grammar: &Grammar, found: &mut Findings) {
    let span = document.version.as_ref().map_or(Span::default(), |version| version.span);
    match (document.language(), grammar.version) {
        (Language::V2012, _) => {}
        (Language::V2008, Need::Must) => {
            let message = format!("a {} needs `\"Version\": \"2012-10-17\"`", kind.title());
            match &document.version {
                None => found.push(Finding::new(Code::MissingElement, span, message).help("add it at the top")),
                Some(_) => found.push(Finding::new(Code::OldVersion, span, message).severity(Severity::Error)),
            }
        }
        (Language::V2008, _) => {
            let which =
                if document.version.is_some() { "is of the old language version" } else { "has no `Version`, which means the old one" };
            found.report(Code::OldVersion, span, format!("the policy {which}"));
        }
    }
}

fn not_allowed(element: &str, span: Span, kind: DocumentKind, grammar: &Grammar, found: &mut Findings) {
    let message = format!("a {} has no `{element}`", kind.title());
    let help = format!("{} [{}]", Code::ElementNotAllowed.help(), grammar.source);
    found.push(Finding::new(Code::ElementNotAllowed, span, message).help(help));
}

fn elements(statement: &Statement, kind: DocumentKind, grammar: &Grammar, found: &mut Findings) {
    let missing = |element: &str, found: &mut Findings| {
        let help = format!("add the element [{}]", grammar.source);
        found.push(
            Finding::new(Code::MissingElement, statement.span, format!("every statement of a {} needs {element}", kind.title())).help(help),
        );
    };
    match &statement.principal {
        Some(principal) => {
            let (need, element) =
                if principal.negated { (grammar.not_principal, "NotPrincipal") } else { (grammar.principal, "Principal") };
            if need == Need::MustNot {
                not_allowed(element, principal.key_span, kind, grammar, found);
            }
        }
        None if grammar.principal == Need::Must => missing("a `Principal`", found),
        None => {}
    }
    if statement.action.negated && grammar.not_action == Need::MustNot {
        not_allowed("NotAction", statement.action.key_span, kind, grammar, found);
    }
    match &statement.resource {
        Some(resource) if grammar.resource == Need::MustNot => {
            not_allowed(if resource.negated { "NotResource" } else { "Resource" }, resource.key_span, kind, grammar, found);
        }
        None if grammar.resource == Need::Must => missing("a `Resource` or a `NotResource`", found),
        _ => {}
    }
}

fn statement_ids(document: &Document, grammar: &Grammar, found: &mut Findings) {
    let mut seen = BTreeSet::new();
    for sid in document.statements.iter().filter_map(|statement| statement.sid.as_ref()).filter(|sid| !sid.value.is_empty()) {
        if !seen.insert(sid.value.as_str()) {
            found.report(Code::DuplicateSid, sid.span, format!("`Sid` `{}` is used before", Short(&sid.value)));
        }
        if let Some(severity) = grammar.sid.filter(|_| !sid.value.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            let message = format!("`Sid` `{}` has other characters than letters and digits", Short(&sid.value));
            found.push(Finding::new(Code::SidCharacters, sid.span, message).severity(severity));
        }
    }
}

/// What resource control policies add [AWS Organizations User Guide, orgs_manage_policies_rcps_syntax].
fn rcp(statement: &Statement, statements: usize, found: &mut Findings) {
    if statement.effect == Effect::Allow && !(statements == 1 && is_full_access(statement)) {
        found.report(Code::RcpAllow, statement.span, "a resource control policy that is not AWS's own only denies");
    }
    if let Some(principal) = statement.principal.as_ref().filter(|principal| !principal.negated) {
        match &principal.who {
            Principals::Bare(_) => {}
            Principals::ByType(types) => {
                let everybody = types.len() == 1 && types.iter().all(|(kind, values)| kind.value == "AWS" && values.iter().eq(["*"]));
                let severity = if everybody { Severity::Warning } else { Severity::Error };
                let message = "the `Principal` of a resource control policy is `\"*\"`";
                found.push(Finding::new(Code::RcpPrincipal, principal.key_span, message).severity(severity));
            }
        }
    }
    if statement.effect == Effect::Deny && !statement.action.negated {
        for action in statement.action.values.items.iter().filter(|action| action.value == "*") {
            found.report(Code::RcpAnyAction, action.span, "a resource control policy cannot deny the bare action `*`");
        }
    }
}

/// `RCPFullAWSAccess`, which AWS attaches everywhere.
fn is_full_access(statement: &Statement) -> bool {
    let resource = statement.resource.as_ref().is_some_and(|resource| !resource.negated && resource.values.iter().eq(["*"]));
    resource && !statement.action.negated && statement.action.values.iter().eq(["*"]) && statement.condition.is_none()
}

fn trust(statement: &Statement, found: &mut Findings) {
    for action in statement.action.values.items.iter().filter(|_| !statement.action.negated) {
        if action.value.get(..4).is_none_or(|prefix| !prefix.eq_ignore_ascii_case("sts:")) {
            found.report(Code::TrustAction, action.span, format!("`{}` is not an action of `sts`", Short(&action.value)));
        }
    }
}

/// Effects and `Not…` elements that do not go together, or not as most people think.
fn effect(statement: &Statement, kind: DocumentKind, found: &mut Findings) {
    let not_resource = statement.resource.as_ref().filter(|resource| resource.negated);
    let not_principal = statement.principal.as_ref().filter(|principal| principal.negated);
    match statement.effect {
        Effect::Allow => {
            if statement.action.negated {
                found.report(Code::AllowNotAction, statement.action.key_span, "`Allow` with `NotAction` allows every other action");
            }
            if let Some(resource) = not_resource {
                found.report(Code::AllowNotResource, resource.key_span, "`Allow` with `NotResource` allows it on every other resource");
            }
            if let Some(principal) = not_principal {
                found.report(Code::AllowNotPrincipal, principal.key_span, "`NotPrincipal` does not go with `Allow`");
            }
            everyone(statement, kind, found);
        }
        Effect::Deny => {
            if let Some(principal) = not_principal {
                let message =
                    "`NotPrincipal` with `Deny` denies every principal that has a permissions boundary, those named here included";
                found.report(Code::DenyNotPrincipal, principal.key_span, message);
            }
        }
    }
}

fn everyone(statement: &Statement, kind: DocumentKind, found: &mut Findings) {
    let Some(principal) = statement.principal.as_ref().filter(|principal| !principal.negated) else { return };
    let is_everybody = match &principal.who {
        Principals::Bare(text) => text.value == "*",
        Principals::ByType(types) => types.iter().any(|(kind, values)| kind.value == "AWS" && values.iter().any(|value| value == "*")),
    };
    let is_open = statement.conditions().next().is_none();
    if is_everybody && is_open && matches!(kind, DocumentKind::Resource | DocumentKind::Trust) {
        found.report(Code::AllowEveryone, principal.key_span, "everybody is allowed, in every account, without a condition");
    }
}
