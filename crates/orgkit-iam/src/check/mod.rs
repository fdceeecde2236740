//! A linter for policy documents: what AWS would refuse, and what would not do what it says.

mod action;
mod code;
mod condition;
mod finding;
mod grammar;
mod guess;
mod keys;
mod kind;
mod limits;
mod management;
mod never;
mod principal;
mod resource;
mod size;
mod value;
mod variable;

pub use code::Code;
pub use finding::{Finding, Position, Severity};
pub use guess::{Guess, guess};
pub use kind::DocumentKind;
pub use limits::{Limit, Limits, Unit};

use crate::document::{Document, ProblemCode, read};
use crate::json::{Node, Span};
use finding::Findings;

/// Checks a document of a type and gives everything that was found, in the order of the text.
///
/// ```
/// use orgkit_iam::{DocumentKind, Limits, check};
///
/// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}}"#;
/// let findings = check(text, DocumentKind::Scp, &Limits::today());
/// assert_eq!(findings[0].code.name(), "element-not-allowed");
/// assert!(check(text, DocumentKind::Rcp, &Limits::today()).is_empty());
/// ```
pub fn check(text: &str, kind: DocumentKind, limits: &Limits) -> Vec<Finding> {
    let mut found = Findings::default();
    if kind.is_management() {
        match Node::parse(text) {
            Ok(root) => management::check(&root, kind, &mut found),
            Err(error) => found.report(Code::InvalidJson, error.span, error.message),
        }
        size::check(text, kind, None, limits, &mut found);
        return found.finish(text);
    }
    let (document, problems) = read(text);
    for problem in problems {
        found.report(code(problem.code), problem.span, problem.message);
    }
    if let Some(document) = &document {
        statements(document, kind, &mut found);
    }
    characters(text, kind, &mut found);
    size::check(text, kind, document.as_ref(), limits, &mut found);
    found.finish(text)
}

fn code(problem: ProblemCode) -> Code {
    match problem {
        ProblemCode::Json => Code::InvalidJson,
        ProblemCode::DuplicateKey => Code::DuplicateKey,
        ProblemCode::UnknownElement => Code::UnknownElement,
        ProblemCode::MissingElement => Code::MissingElement,
        ProblemCode::ConflictingElements => Code::ConflictingElements,
        ProblemCode::WrongType => Code::WrongType,
        ProblemCode::InvalidValue => Code::InvalidValue,
    }
}

fn statements(document: &Document, kind: DocumentKind, found: &mut Findings) {
    grammar::check(document, kind, found);
    let language = document.language();
    for statement in &document.statements {
        action::check(statement, kind, found);
        resource::check(statement, kind, language, found);
        principal::check(statement, kind, found);
        condition::check(statement, language, found);
        never::check(statement, found);
    }
}

/// IAM takes tab, line feed, carriage return and U+0020 to U+00FF [IAM User Guide, reference_iam-quotas]. Other services do not say so.
fn characters(text: &str, kind: DocumentKind, found: &mut Findings) {
    use DocumentKind::{Boundary, Identity, Session, Trust};
    if !matches!(kind, Identity | Boundary | Session | Trust) {
        return;
    }
    let allowed = |one: char| matches!(one, '\t' | '\n' | '\r' | ' '..='\u{ff}');
    if let Some((start, one)) = text.char_indices().find(|(_, one)| !allowed(*one)) {
        let span = Span { start, end: start + one.len_utf8() };
        found.report(Code::InvalidCharacter, span, format!("U+{:04X} may not stand in a {}", u32::from(one), kind.title()));
    }
}
