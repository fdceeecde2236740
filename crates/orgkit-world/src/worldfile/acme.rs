//! The example estate, built into the program: a newcomer rehearses on it before writing a world file.

use super::WorldFile;

/// The text of `examples/acme/world.toml`.
pub const ACME: &str = include_str!("../../../../examples/acme/world.toml");

impl WorldFile {
    /// The example estate `examples/acme/world.toml`: an old organization with production in its management account, three standalone
    /// accounts, and a new organization.
    pub fn acme() -> Self {
        // INVARIANT: the text is part of the program, and a test reads it.
        #[expect(clippy::expect_used, reason = "stated invariant")]
        Self::parse("examples/acme/world.toml", ACME).expect("the example estate is right")
    }
}
