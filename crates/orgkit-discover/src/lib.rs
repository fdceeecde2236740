//! Walks the organizations through the cloud traits and fills the estate; keeps the estate in a file that any SQL tool can open.
//!
//! Discovery collects exactly the kinds of facts that it is asked for, and writes down for every account, region and kind what came of
//! looking. A failed look is never an empty one.

mod activity;
mod calls;
mod collect;
mod discovery;
mod error;
mod estate_file;
mod scope;
mod snapshot;
mod synthesize;

pub use collect::collect_account;
pub use discovery::{Discovery, Progress};
pub use error::DiscoverError;
pub use estate_file::{EstateFile, EstateFileError};
pub use scope::{Lookup, Scope};
pub use snapshot::snapshot;
