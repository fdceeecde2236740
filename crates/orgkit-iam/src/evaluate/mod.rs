//! What policies say of a request [IAM User Guide, reference_policies_evaluation-logic].

mod again;
mod decide;
mod evaluator;
mod exempt;
mod explain;
mod memo;
mod policies;
mod sentence;
mod statement;
mod who;

pub use again::GotThrough;
pub use evaluator::Evaluator;
pub use exempt::RcpServices;
pub use explain::{Explanation, Reason, Role};
pub use memo::Memo;
pub use policies::{Level, Policies, Policy, PolicyKind};
pub use statement::RESOURCE;
pub(crate) use statement::{Ready, ResourcePattern};

/// What comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Allowed.
    Allowed,
    /// Nothing denies it, but something that would have to allow it does not.
    ImplicitlyDenied,
    /// A statement denies it.
    ExplicitlyDenied,
    /// It depends on something that is not known.
    Unknown,
}

impl Verdict {
    /// Its name, as results print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "Allowed",
            Self::ImplicitlyDenied => "ImplicitlyDenied",
            Self::ExplicitlyDenied => "ExplicitlyDenied",
            Self::Unknown => "Unknown",
        }
    }

    /// Whether the request is denied for certain, in whichever way.
    pub fn is_denied(self) -> bool {
        matches!(self, Self::ImplicitlyDenied | Self::ExplicitlyDenied)
    }
}
