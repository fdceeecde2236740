//! A reference: what is named, where, and what hangs on it.

use super::keys::Carries;
use super::shape::IdKind;
use crate::{Effect, Span};

/// One mention of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its place, in bytes of the text that was given, escapes included.
    pub span: Span,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is written there, escapes resolved.
    pub text: String,
    /// What is named.
    pub what: What,
    /// How it is written.
    pub form: Form,
    /// Where it stands.
    pub place: Place,
    /// The effect of the statement that it stands in, as far as one can tell.
    pub effect: Option<Effect>,
    /// What the statement is called: its `Sid`, else `#1`. Only documents that are parsed say so.
    pub statement: Option<String>,
    /// What hangs on it.
    pub class: Class,
}

/// What is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The known id with this number.
    Known(usize),
    /// A pattern with wildcards that matches a known id.
    Pattern {
        /// The first known id that matches.
        known: usize,
        /// Whether the pattern matches its successor, too: then nothing changes.
        matches_successor: bool,
    },
    /// An id that nobody knows.
    Shape(IdKind),
    /// A condition key that carries an identity, while its values name none that is known: a variable, or a stranger.
    Key(Carries),
}

/// How an id is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// By itself.
    Id,
    /// Within a path `o-…/r-…/ou-…/`.
    Path,
    /// Within an ARN of AWS Organizations, which holds the management account's id and the organization's.
    OrganizationsArn,
    /// Within any other ARN.
    Arn,
}

/// Where a reference stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A value of a condition.
    Condition {
        /// The operator as written, empty where none is found.
        operator: String,
        /// The condition key as written.
        key: String,
    },
    /// `Principal` or `NotPrincipal`.
    Principal,
    /// `Resource` or `NotResource` of a statement.
    Resource,
    /// A statement's `Sid`.
    Sid,
    /// A document's `Id`.
    Id,
    /// A comment of the programming language.
    Comment,
    /// The value of another key, or an argument of a call.
    Key(String),
    /// Nothing tells.
    Text,
}

/// What hangs on a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// An Allow depends on it: what is allowed today may not be tomorrow.
    Grants,
    /// A Deny depends on it: it may begin to deny, or cease to.
    Denies,
    /// It is named without deciding about access here: a resource's ARN, a parameter, a sentence.
    Names,
    /// Nothing depends on it: `Sid`, `Id`, a description, a comment.
    Cosmetic,
}

/// How bad a reference is that is forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferenceSeverity {
    /// Nothing but a reader is misled.
    Informational,
    /// The next deployment, or a script, goes wrong.
    Medium,
    /// Access is lost or guarded no longer.
    High,
}

impl Class {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Grants => "grants",
            Self::Denies => "denies",
            Self::Names => "names",
            Self::Cosmetic => "cosmetic",
        }
    }

    /// How bad a forgotten one is.
    pub fn severity(self) -> ReferenceSeverity {
        match self {
            Self::Grants | Self::Denies => ReferenceSeverity::High,
            Self::Names => ReferenceSeverity::Medium,
            Self::Cosmetic => ReferenceSeverity::Informational,
        }
    }

    /// The class of a policy's value by the effect of its statement.
    pub(super) fn of_effect(effect: Option<Effect>) -> Self {
        match effect {
            Some(Effect::Allow) => Self::Grants,
            Some(Effect::Deny) => Self::Denies,
            None => Self::Names,
        }
    }
}

impl Reference {
    /// The number of the known id that it names, by itself or through wildcards.
    pub fn known(&self) -> Option<usize> {
        match self.what {
            What::Known(known) | What::Pattern { known, .. } => Some(known),
            What::Shape(_) | What::Key(_) => None,
        }
    }
}
