//! CloudTrail records as calls: who asked for what, where, under which circumstances that are on record.
//!
//! A log file is read without building a tree: [`read`] visits its records one by one, each borrowing from the text, and skips what nobody asks for.
//! [`Operations`] knows which IAM actions an event needs, [`resource`](Resource) what it was about. What a record does not say stays unknown.

mod aside;
mod call;
mod operation;
mod read;
mod record;
mod resource;
mod text;

pub use aside::Aside;
pub use call::{Call, Caller, CallerKind};
pub use operation::{Operation, Operations, Unmapped};
pub use read::{Broken, GunzipError, MAX_TEXT, gunzip, read};
pub use record::{Identity, Issuer, Record, ResourceEntry, SessionAttributes, SessionContext};
pub use resource::{Resource, of_action as resource_of_action};
pub use text::{Maybe, Rows, Text};
