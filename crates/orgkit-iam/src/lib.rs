//! The IAM policy language: parse policy documents, evaluate requests, compare, minify, find references.
//!
//! Verdicts are three-valued: what depends on a condition key that nobody told is [`Verdict::Unknown`] and names the key. Nothing here guesses, reads a
//! file or a clock, or knows AWS: documents and requests come in, answers go out.
//!
//! ```
//! use orgkit_iam::{Context, Document, Evaluator, Level, Memo, Policies, Policy, Principal, Request, Verdict};
//!
//! let deny = r#"{"Version": "2012-10-17", "Statement": [
//!     {"Effect": "Allow", "Action": "*", "Resource": "*"},
//!     {"Sid": "Home", "Effect": "Deny", "Action": "ec2:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}}}
//! ]}"#;
//! let policy = Policy::new("regions", Document::parse(deny)?);
//! let scps = vec![Level { target: "r-root".into(), policies: vec![policy] }];
//! let evaluator = Evaluator::guardrails(&scps, &[], orgkit_iam::RcpServices::default());
//!
//! let mut request = Request::new(Principal::parse("arn:aws:iam::111122223333:user/ana"), "ec2:RunInstances");
//! request.context = Context::partly_known();
//! let why = evaluator.explain(&request);
//! assert_eq!((why.verdict, why.unknown_keys.as_slice()), (Verdict::Unknown, ["aws:requestedregion".to_owned()].as_slice()));
//!
//! request.context.set("aws:RequestedRegion", "us-east-1");
//! assert_eq!(evaluator.decide(&request, &mut Memo::default()), Verdict::ExplicitlyDenied);
//! # Ok::<(), orgkit_iam::ParseError>(())
//! ```

mod case;
mod check;
mod claim;
pub mod cloudtrail;
pub mod compare;
mod condition;
mod context;
mod document;
pub mod equivalence;
mod evaluate;
mod except;
mod json;
mod matching;
mod minify;
mod principal;
pub mod references;
mod request;
mod retire;
mod short;
mod succeed;
mod universe;

pub use case::{Answer, Because, Case, CaseError, CaseErrorKind, position_within};
pub use check::{Code, DocumentKind, Finding, Guess, Limit, Limits, Position, Severity, Unit, check, guess};
pub use condition::Truth;
pub use context::{Context, ContextValue};
pub use document::{
    Document, Effect, Element, Language, OperatorBlock, ParseError, PrincipalElement, Principals, Problem, ProblemCode, Scalar, Statement,
    Text, Values, read,
};
pub use evaluate::{
    Evaluator, Explanation, GotThrough, Level, Memo, Policies, Policy, PolicyKind, RESOURCE, RcpServices, Reason, Role, Verdict,
};
pub use except::{ExceptError, except_principal};
pub use json::{Json, JsonError, MAX_BYTES, Member, Node, Span};
pub use matching::{Glob, arn_matches, glob_matches};
pub use minify::{Drift, Minified, MinifyOptions, Packed, PolicyLimit, Unproven, minify, pack, prove};
pub use principal::{AwsPrincipal, Principal, PrincipalKind};
pub use request::Request;
pub use retire::remove_organization;
pub use succeed::{SucceedError, add_organization};
pub use universe::{Access, ActionEntry, Folded, Universe, UniverseError, UnknownPattern};
