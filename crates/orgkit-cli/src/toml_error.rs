//! TOML errors as a person wants them: file, line, column, one line, and what was probably meant.

use crate::error::CliError;
use crate::exit::Exit;
use std::path::Path;

/// Names closer than this are offered as what was meant (Jaro-Winkler, 0 to 1).
const CLOSE: f64 = 0.75;

/// Turns a TOML error into an error with a position, and a hint where a key is misspelt.
pub(crate) fn explain(path: &Path, text: &str, error: &toml::de::Error, code: &'static str) -> CliError {
    let (line, column) = error.span().map_or((1, 1), |span| position(text, span.start));
    let message = format!("{}:{line}:{column}: {}", path.display(), error.message());
    let told = CliError::new(Exit::Usage, code, message);
    match meant(error.message()) {
        Some(name) => told.hint(format!("did you mean `{name}`?")),
        None => told,
    }
}

/// Line and column, both from 1, of a byte in a text.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    (line, column)
}

/// The known name nearest to the unknown one, from serde's words for it.
fn meant(message: &str) -> Option<&str> {
    let mut names = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2);
    let unknown = names.next()?;
    let near = names.map(|name| (strsim::jaro_winkler(unknown, name), name)).filter(|(score, _)| *score >= CLOSE);
    near.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        assert_eq!(meant("unknown field `profil`, expected one of `profile`, `role`"), Some("profile"));
        assert_eq!(meant("unknown field `xyz`, expected one of `profile`, `role`"), None);
        assert_eq!(position("a\nbc", 3), (2, 2));
    }
}
