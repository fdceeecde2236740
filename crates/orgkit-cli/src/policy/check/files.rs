//! The documents that a command line names.

use crate::error::CliError;
use crate::exit::Exit;
use ignore::WalkBuilder;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The most that is read of one document, in bytes. It is beyond what is parsed, so that the checks say that it is too long.
const MOST: u64 = 16 * 1024 * 1024;

/// A document.
pub(super) struct Source {
    /// What it is called: its path, or `<stdin>`.
    pub(super) name: String,
    /// Its text.
    pub(super) text: String,
    /// Whether it was found in a folder instead of named.
    pub(super) was_found: bool,
}

/// Reads everything that is named, in order; the files of a folder by name.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<Source>, CliError> {
    let mut sources = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            sources.push(source("<stdin>".to_owned(), std::io::stdin().lock(), false)?);
        } else if path.is_dir() {
            for file in documents(path)? {
                sources.push(open(&file, true)?);
            }
        } else {
            sources.push(open(path, false)?);
        }
    }
    Ok(sources)
}

/// The JSON files below a folder, those that git ignores left out.
fn documents(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let mut found = Vec::new();
    for entry in WalkBuilder::new(folder).sort_by_file_path(Ord::cmp).build() {
        let entry =
            entry.map_err(|error| CliError::from_source(Exit::Usage, "OK2201", &error).hint("check the folder and its permissions"))?;
        let is_json = entry.path().extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        if is_json && entry.file_type().is_some_and(|kind| kind.is_file()) {
            found.push(entry.into_path());
        }
    }
    Ok(found)
}

fn open(path: &Path, was_found: bool) -> Result<Source, CliError> {
    let name = path.display().to_string();
    match std::fs::File::open(path) {
        Ok(file) => source(name, file, was_found),
        Err(error) => Err(unreadable(&name, &error)),
    }
}

fn source(name: String, from: impl Read, was_found: bool) -> Result<Source, CliError> {
    let mut text = String::new();
    from.take(MOST).read_to_string(&mut text).map_err(|error| unreadable(&name, &error))?;
    // Editors of some systems put a byte order mark before the text.
    if let Some(rest) = text.strip_prefix('\u{feff}') {
        text = rest.to_owned();
    }
    Ok(Source { name, text, was_found })
}

fn unreadable(name: &str, error: &std::io::Error) -> CliError {
    CliError::from_source(Exit::Usage, "OK2201", error)
        .named(&format!("cannot read policy document `{name}`"))
        .hint("policy documents are files of UTF-8 text; `-` reads stdin")
}
