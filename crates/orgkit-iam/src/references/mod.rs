//! References: where a policy document or a file of code names an organization, its root, units, policies or accounts, and what hangs on it.
//!
//! What a move between organizations changes is the organization's id, its root, the units, the paths made of them, the policies' ids, and the
//! management account; a member account keeps its id. Documents are parsed: escapes, URL encoding, documents within strings, numbers and wildcards
//! are seen through. Code is outlined: brackets, blocks and indentation say which key a value belongs to and which `Effect` stands beside it.
//!
//! ```
//! use orgkit_iam::references::{Class, Known, KnownId, Successor, find};
//!
//! let old = KnownId::new("o-a1b2c3d4e5", "the old organization")?.becomes("o-f6g7h8i9j0", Successor::Everywhere)?;
//! let known = Known::new([old])?;
//! let policy = r#"{"Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition":
//!     {"StringNotEquals": {"aws:principalorgid": "\u006f-a1b2c3d4e5"}}}}"#;
//! let found = find(policy, &known);
//! assert_eq!((found.len(), found[0].class, found[0].line, found[0].column), (1, Class::Denies, 2, 49));
//! # Ok::<(), orgkit_iam::references::KnownError>(())
//! ```

mod context;
mod document;
mod edit;
mod keys;
mod known;
mod lines;
mod mention;
mod outline;
mod reader;
mod reference;
mod shape;
mod syntax;
mod text;
mod unwrapped;

pub use document::find;
pub use edit::{ByHand, Edited, PatchMode, edit};
pub use keys::{Carries, IDENTITY_KEYS, carries};
pub use known::{Known, KnownError, KnownId, Successor};
pub use reference::{Class, Form, Place, Reference, ReferenceSeverity, What};
pub use shape::IdKind;
pub use syntax::Syntax;
pub use text::find_in_text;
