//! What can go wrong with a simulator itself.

use orgkit_world::faults::FaultPlanError;
use orgkit_world::{ApiError, BuildError};

/// What can go wrong with a simulator, apart from the refusals that callers get.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The world file describes a world that cannot be.
    #[error("cannot build the simulated world")]
    Build(#[source] BuildError),
    /// The file of a simulated world could not be read or written.
    #[error("cannot use the simulated world in `{path}`")]
    Store {
        /// The file.
        path: String,
        /// What SQLite says.
        #[source]
        source: rusqlite::Error,
    },
    /// A snapshot could not be read or written.
    #[error("cannot use the snapshot `{path}`")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The file was made from another world file or seed.
    #[error("`{path}` holds another simulated world than the world file and seed describe")]
    OtherWorld {
        /// The file.
        path: String,
    },
    /// The file was written by a newer orgkit.
    #[error("`{path}` was written by a newer orgkit (format {found}, this one reads up to {known})")]
    Newer {
        /// The file.
        path: String,
        /// Its format.
        found: i64,
        /// The newest format that this program reads.
        known: i64,
    },
    /// The file cannot be a record of a simulated world.
    #[error("`{path}` is damaged: {reason}")]
    Damaged {
        /// The file.
        path: String,
        /// What does not fit.
        reason: String,
    },
    /// A change could not be written down; the simulator answers nothing any more.
    #[error("cannot go on after a change that was not saved")]
    Unsaved,
    /// What a person wanted to do was refused.
    #[error("the simulated AWS refused")]
    Refused(#[source] ApiError),
    /// The virtual clock does not go back.
    #[error("the clock already shows {now}, which is not before {wanted}")]
    Past {
        /// What it shows.
        now: jiff::Timestamp,
        /// What it was to show.
        wanted: jiff::Timestamp,
    },
    /// A fault plan cannot be carried out.
    #[error("the fault plan makes no sense")]
    Plan(#[from] FaultPlanError),
}
