//! The example estate, built into the program: a newcomer rehearses on it before writing a world file.

use super::{WorldError, WorldFile};

/// The text of `examples/acme/world.toml`.
pub const ACME: &str = include_str!("../../../../examples/acme/world.toml");

impl WorldFile {
    /// The example estate `examples/acme/world.toml`: an old organization with production in its management account, three standalone
    /// accounts, and a new organization.
    pub fn acme() -> Result<Self, WorldError> {
        Self::parse("examples/acme/world.toml", ACME)
    }
}
