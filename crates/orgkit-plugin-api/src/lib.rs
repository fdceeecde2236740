//! The WIT package `orgkit:policy`: what a plugin may ask for, and what it answers.
//!
//! Each major version is a folder of its own and never changes once published. The component model refuses a component when a record
//! has gained a field or an enum a name, so a minor version may only add functions to imported interfaces, or whole interfaces.

/// The text of version 1 of the package.
pub const WIT: &str = include_str!("../wit/orgkit-policy-1/orgkit-policy.wit");

/// The package's name, as it stands before the `/` in the names of a component's imports and exports.
pub const PACKAGE: &str = "orgkit:policy";

/// The version offered: major, minor, patch. A component that imports a newer minor version needs a newer orgkit.
pub const VERSION: (u64, u64, u64) = (1, 0, 0);

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest as _, Sha256};

    /// Published components were built against these bytes. A change that they can bear belongs into a new minor version, any other into
    /// a new folder.
    #[test]
    fn version_1_is_frozen() {
        let digest = hex::encode(Sha256::digest(WIT));
        assert_eq!(digest, "853dde2034df8e68f22308b65263e721c6aabe0df8432908361a653a6dda77e6");
    }

    #[test]
    fn the_text_says_the_same_name_and_version() {
        let (major, minor, patch) = VERSION;
        assert_eq!(WIT.lines().next(), Some(format!("package {PACKAGE}@{major}.{minor}.{patch};").as_str()));
    }
}
