//! The estate as one SQLite file that any SQL tool can open.
//!
//! Documents are stored once, by the SHA-256 of their text: the same policy stands in a thousand accounts. The digest is of the content
//! (see [`orgkit_model::Estate::digest`]), not of the file's bytes.

mod error;
mod read;
mod schema;
mod write;

pub use error::EstateFileError;

use orgkit_model::Estate;
use std::path::Path;

/// Reads and writes estate files.
#[derive(Debug, Clone, Copy)]
pub struct EstateFile;

impl EstateFile {
    /// Writes an estate: a reader sees the whole of the old file or the whole of the new one, after a loss of power too.
    ///
    /// # Errors
    /// [`EstateFileError::Io`] or [`EstateFileError::Database`] when the disk does not take it.
    pub fn write(path: &Path, estate: &Estate) -> Result<(), EstateFileError> {
        write::write(path, estate)
    }

    /// Reads an estate and checks that it is what was written.
    ///
    /// # Errors
    /// When the file cannot be read, is no estate, was written by a newer orgkit, or is damaged.
    pub fn read(path: &Path) -> Result<Estate, EstateFileError> {
        read::read(path)
    }
}
