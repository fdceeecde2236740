//! How long policies may be, and how many.

use crate::check::{DocumentKind, Limits};
use crate::evaluate::PolicyKind;

/// How long a document may be and how many may be attached to one root, unit, account or principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyLimit {
    /// The most characters of one document. Where AWS does not count blanks this is the same, for documents without any.
    pub characters: usize,
    /// The most documents, the one that AWS attaches by itself included.
    pub documents: usize,
}

impl PolicyLimit {
    /// What a table of limits says of the usual form of a kind of policy; a kind without a row has none.
    pub fn of(kind: PolicyKind, limits: &Limits) -> Self {
        let kind = match kind {
            PolicyKind::Scp => DocumentKind::Scp,
            PolicyKind::Rcp => DocumentKind::Rcp,
            PolicyKind::Identity => DocumentKind::Identity,
            PolicyKind::Boundary => DocumentKind::Boundary,
            PolicyKind::Session => DocumentKind::Session,
            PolicyKind::Resource => DocumentKind::Resource,
            PolicyKind::Endpoint => DocumentKind::VpcEndpoint,
        };
        let row = limits.of(kind, None).next();
        Self { characters: row.map_or(usize::MAX, |row| row.size), documents: row.and_then(|row| row.attached).unwrap_or(usize::MAX) }
    }
}

/// How many characters a document has once it is printed.
pub(super) fn characters(text: &str) -> usize {
    text.chars().count()
}
