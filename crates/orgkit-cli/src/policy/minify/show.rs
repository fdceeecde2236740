//! What was made, as text, JSON and files.

use crate::error::CliError;
use crate::exit::Exit;
use orgkit_iam::{Minified, PolicyLimit};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The documents that were made.
pub(super) struct Made {
    limit: PolicyLimit,
    /// Whether the number of documents counts, too.
    is_packed: bool,
    /// How many documents of how many characters together there were, if they were packed.
    pub(super) before: Option<(usize, usize)>,
    documents: Vec<One>,
}

struct One {
    /// What it is called in messages.
    name: String,
    /// The name of its file in the folder of `--out`.
    file: String,
    /// How many characters it had.
    before: Option<usize>,
    minified: Minified,
    written: Option<PathBuf>,
}

impl Made {
    pub(super) fn new(limit: PolicyLimit, is_packed: bool) -> Self {
        Self { limit, is_packed, before: None, documents: Vec::new() }
    }

    pub(super) fn add(&mut self, name: String, file: String, before: Option<usize>, minified: Minified) {
        self.documents.push(One { name, file, before, minified, written: None });
    }

    /// Whether no document is too long, and there are not too many.
    pub(super) fn fits(&self) -> bool {
        self.documents.iter().all(|one| one.minified.characters <= self.limit.characters) && !self.are_too_many()
    }

    fn are_too_many(&self) -> bool {
        self.is_packed && self.documents.len() > self.limit.documents
    }

    /// Writes each document to a new file. What is there already is never touched.
    pub(super) fn write(&mut self, folder: &Path) -> Result<(), CliError> {
        let failed = |path: &Path, error: &std::io::Error| {
            CliError::new(Exit::Usage, "OK2212", format!("cannot write `{}`", path.display())).cause(error)
        };
        std::fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
        for one in &mut self.documents {
            let path = folder.join(&one.file);
            let mut file = std::fs::File::create_new(&path).map_err(|error| failed(&path, &error))?;
            file.write_all(one.minified.text.as_bytes()).map_err(|error| failed(&path, &error))?;
            one.written = Some(path);
        }
        Ok(())
    }

    /// The documents, one a line.
    pub(super) fn texts(&self) -> String {
        self.documents.iter().map(|one| format!("{}\n", one.minified.text)).collect()
    }

    /// What was saved, what does not fit, and what may drift.
    pub(super) fn lines(&self) -> Vec<String> {
        let limit = self.limit.characters;
        let after: usize = self.documents.iter().map(|one| one.minified.characters).sum();
        let mut lines = Vec::new();
        for one in &self.documents {
            let now = one.minified.characters;
            let share = now.saturating_mul(100) / limit.max(1);
            let saved = one.before.map_or_else(|| now.to_string(), |before| format!("{before} -> {now}"));
            lines.push(format!("{}: {saved} characters, {share}% of {limit}", one.name));
            if now > limit {
                lines.push(format!("{}: does not fit: {} characters too many", one.name, now - limit));
            }
            lines.extend(one.minified.drift.iter().map(|drift| {
                let (statement, pattern, replaces) = (drift.statement + 1, &drift.pattern, drift.replaces.join(", "));
                format!(
                    "{}: drift: statement {statement} names {replaces} by `{pattern}`, and will deny what AWS adds under such a name",
                    one.name
                )
            }));
        }
        if let Some((documents, characters)) = self.before {
            lines.push(format!("together: {documents} documents, {characters} characters -> {}, {after}", self.documents.len()));
        }
        if self.are_too_many() {
            lines.push(format!("does not fit: {} documents where {} are allowed", self.documents.len(), self.limit.documents));
        }
        lines
    }

    /// The same for programs.
    pub(super) fn to_json(&self) -> Value {
        let documents = self.documents.iter().map(|one| {
            json!({
                "name": one.name,
                "before": one.before,
                "characters": one.minified.characters,
                "limit": self.limit.characters,
                "fits": one.minified.characters <= self.limit.characters,
                "drift": one.minified.drift,
                "document": one.minified.document.to_json(),
                "written": one.written.as_ref().map(|path| path.display().to_string()),
            })
        });
        json!({ "documents": documents.collect::<Vec<_>>(), "fits": self.fits() })
    }
}
