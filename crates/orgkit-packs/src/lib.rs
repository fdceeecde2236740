//! Policy packs: versioned folders of rules, their components, parameters and policy templates.
//!
//! A pack is data. Nothing here runs a component: the manifest says what a rule is, what it reads and how its findings are worded, and
//! the host runs it.

mod builtin;
mod error;
mod files;
mod manifest;
mod pack;
mod params;
mod parse;
mod set;
mod suggest;
mod template;

pub use error::PackError;
pub use manifest::{CodeEntry, Of, Read, RuleKind, Scope, Subjects, VarKind};
pub use pack::Pack;
pub use set::{ComponentFile, PackSet, PackSource, Rule};
pub use template::TemplateError;

/// The manifest format that this orgkit reads.
pub const FORMAT: u32 = 1;
