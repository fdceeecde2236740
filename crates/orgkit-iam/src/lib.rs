//! The IAM policy language: parse policy documents, evaluate guardrails for a request, and except a principal from a deny.
//!
//! This is the subset that moving accounts needs so far: statements with `Action`/`NotAction`, `Resource`/`NotResource` and the string,
//! ARN, Bool and Null condition operators. Verdicts are three-valued: what depends on a key that the request does not settle, or on an operator that is
//! not known here, is [`Verdict::Unknown`] and names it. Nothing here guesses.

mod condition;
mod document;
mod except;
mod guardrail;
mod matching;

pub use condition::Truth;
pub use document::{Document, Effect, ParseError, Statement};
pub use except::{ExceptError, except_principal};
pub use guardrail::{Level, Request, Verdict, evaluate_chain, statement_applies};
pub use matching::{arn_matches, glob_matches};
