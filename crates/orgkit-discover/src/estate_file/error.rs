//! What can be wrong with an estate file.

use orgkit_model::ESTATE_SCHEMA;
use std::path::PathBuf;

/// What can be wrong with an estate file.
#[derive(Debug, thiserror::Error)]
pub enum EstateFileError {
    /// The file system failed.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was attempted.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// SQLite failed.
    #[error("cannot {action} `{}`", path.display())]
    Database {
        /// What was attempted.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: rusqlite::Error,
    },
    /// The file is something else.
    #[error("`{}` is not an estate file", path.display())]
    NotAnEstate {
        /// The file.
        path: PathBuf,
    },
    /// A newer orgkit wrote the file.
    #[error("`{}` has estate schema {found}; this orgkit reads up to {ESTATE_SCHEMA}", path.display())]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// The file's schema.
        found: u32,
    },
    /// The file is not what was written.
    #[error("estate file `{}` is damaged: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}
