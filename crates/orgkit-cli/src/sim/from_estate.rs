//! `orgkit sim new --from`: a world made from a discovered estate.

use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use orgkit_discover::{EstateFile, EstateFileError};
use orgkit_sim::{Gap, GapKind, WorldFile};
use std::path::Path;

/// How wide a comment is at most.
const WIDTH: usize = 120;

/// Prints the world of an estate file. What the estate does not say stands as comments at its top; stderr says how much that is.
pub(super) fn print(path: &Path, printer: Printer) -> Result<(), CliError> {
    let estate = EstateFile::read(path).map_err(|error| unreadable(&error))?;
    let (world, gaps) = WorldFile::from_estate(&estate);
    printer.result(&format!("{}\n{}", head(path, &gaps), world.to_toml()))?;
    let kinds = [GapKind::Unseen, GapKind::LeftOut, GapKind::Assumed];
    let counts = kinds.map(|kind| format!("{} {}", gaps.iter().filter(|gap| gap.kind == kind).count(), kind.word()));
    let (accounts, all) = (world.accounts.len(), gaps.len());
    printer.say(&format!("world `{}`: {accounts} accounts, {all} gaps ({}); they stand at its top", world.name, counts.join(", ")));
    Ok(())
}

fn head(path: &Path, gaps: &[Gap]) -> String {
    let mut text = comment(&format!("A world made from the estate `{}`. What the estate does not say:", path.display()), "# ", "# ");
    for gap in gaps {
        text.push_str(&comment(&gap.to_string(), "# * ", "#   "));
    }
    text
}

/// Text as TOML comments.
fn comment(text: &str, first: &str, further: &str) -> String {
    let (mut lines, mut line) = (String::new(), first.to_owned());
    let mut is_begun = false;
    for word in text.split_whitespace() {
        if is_begun && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            further.clone_into(&mut line);
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    lines + &line + "\n"
}

fn unreadable(error: &EstateFileError) -> CliError {
    let exit =
        if matches!(error, EstateFileError::Damaged { .. } | EstateFileError::NewerSchema { .. }) { Exit::Corrupt } else { Exit::Usage };
    CliError::from_source(exit, "OK1103", error)
        .hint("`orgkit discover` writes an estate: .orgkit/migration/estate.db, and .orgkit/rehearsal/estate.db with `--rehearse`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_wrapped_and_stays_a_comment() {
        let long = "word ".repeat(60);
        let text = comment(&long, "# * ", "#   ");
        assert_eq!(text.lines().count(), 3);
        assert!(text.lines().all(|line| line.starts_with('#') && line.chars().count() <= WIDTH), "{text}");
        assert_eq!(text.split_whitespace().filter(|word| *word == "word").count(), 60);
        assert_eq!(comment(&"x".repeat(200), "# ", "# "), format!("# {}\n", "x".repeat(200)));
    }
}
