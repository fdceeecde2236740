//! Pages that are made from what they describe.

use std::path::Path;

/// Compares a page with what it should be; with `ORGKIT_BLESS=1` it is written anew.
#[expect(clippy::disallowed_methods, reason = "the wish to write pages anew comes through the environment")]
pub fn check_document(path: &Path, expected: &str) {
    if std::env::var_os("ORGKIT_BLESS").is_some() {
        std::fs::write(path, expected).expect("the page can be written");
    } else {
        let found = std::fs::read_to_string(path).unwrap_or_default();
        assert!(found == expected, "{} is not what the code says (ORGKIT_BLESS=1 writes it anew)", path.display());
    }
}
