//! One run on a stage: a fork of a world, a store that can fail, eyes on every call and every record.

mod book;
mod doom;
mod index;
mod ledger;
mod people;
mod run;
mod serves;
mod store;
mod watched;

pub(crate) use book::{Book, Shared, Told};
pub use book::{Counts, Violation};
pub use doom::{Doom, Fate, Strike};
pub use index::Index;
pub(crate) use ledger::Standing;
pub use people::Patience;
pub(crate) use people::{Eyes, GateKeeper, VirtualClock};
pub use run::{Life, Meddling, Moment, Stage};
pub(crate) use watched::Watched;
