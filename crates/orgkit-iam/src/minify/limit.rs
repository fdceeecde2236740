//! How long policies may be, and how many: data, because AWS moves it.

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
    /// What AWS allows since 15 May 2026 for service control policies; for resource control policies what it allowed before, as no change of theirs is
    /// announced [AWS Organizations User Guide, orgs_reference_limits]. Identity policies: managed ones [IAM User Guide, reference_iam-quotas].
    pub fn of(kind: PolicyKind) -> Self {
        match kind {
            PolicyKind::Scp => Self { characters: 10_240, documents: 10 },
            PolicyKind::Rcp => Self::STRICT,
            _ => Self { characters: 6_144, documents: 10 },
        }
    }

    /// What every partition has allowed for service and resource control policies for years.
    pub const STRICT: Self = Self { characters: 5_120, documents: 5 };
}

/// How many characters a document has once it is printed.
pub(super) fn characters(text: &str) -> usize {
    text.chars().count()
}
