//! Patterns: wildcards, actions, ARNs, policy variables.

mod action;
mod arn;
mod glob;
mod include;
mod template;

pub(crate) use action::ActionPattern;
pub use arn::arn_matches;
pub(crate) use arn::{arn_pattern, resource_pattern};
pub use glob::{Glob, glob_matches};
pub(crate) use template::{Filled, Template, Variable, free_tokens, may_match};
