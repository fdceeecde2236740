//! The journal and its lease in an object store, so that a team shares one run.
//!
//! ```text
//! PREFIX/journal/00000000000000000001.json    a page: the records of one append
//! PREFIX/journal/00000000000000000002.json
//! PREFIX/lease.json                           who may write, in which generation, until when
//! PREFIX/probe.txt                            where conditional writes are tried
//! ```
//!
//! **A page is made once** (`If-None-Match: *`) and never changed, so no two writers can both have its number. The records of an append
//! stand in one page: all of them are there or none. A page carries the sum of the one before, and numbers follow each other without a gap.
//!
//! **The lease is changed only over the version that was read** (`If-Match`). A new holder has the next generation, and before it is told so it
//! closes the journal: an empty page of its generation takes the number that an older holder would write to next. From then on nothing of
//! an older generation can come in, however long its writer slept and whatever it believed. That a writer looks at the lease before each
//! page makes it stop early; what makes it safe is the page's number, which the store gives away only once.
//!
//! **A lost reply says nothing.** The object is read back, and only its bytes decide (`conditional`).
//!
//! **A store that ignores conditions is refused** when the journal is opened (`probe`).
//!
//! The time comes from whoever takes the lease, so the clocks of two machines may differ. A clock that is wrong lets somebody take a lease too early
//! or too late; it lets nobody write into another's generation.

mod conditional;
mod error;
mod journal;
mod keys;
mod lease;
mod page;
mod probe;
mod sealed;
mod settings;

pub use error::StateError;
pub use journal::ObjectStoreJournal;
pub use keys::{KeyError, KeySource, Keys};
pub use settings::SharedSettings;
