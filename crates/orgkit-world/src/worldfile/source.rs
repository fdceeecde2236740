//! The text of a world file with the place of every value in it, so that what is wrong can be pointed at.

use super::error::{WorldError, WorldProblem};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One step on the way from the top of the file to a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> From<&'a str> for Step<'a> {
    fn from(key: &'a str) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Step<'_> {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// The way to a value: `at!["accounts", 3, "id"]`.
macro_rules! at {
    ($($step:expr),+ $(,)?) => { &[$($crate::worldfile::source::Step::from($step)),+][..] };
}
pub(super) use at;

/// A world file's name, text and parsed tables.
pub(super) struct Source<'a> {
    name: &'a str,
    text: &'a str,
    root: Spanned<DeTable<'a>>,
}

impl<'a> Source<'a> {
    /// Parses the text as TOML.
    pub(super) fn read(name: &'a str, text: &'a str) -> Result<Self, WorldError> {
        match DeTable::parse(text) {
            Ok(root) => Ok(Self { name, text, root }),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                Err(locate(name, text, at, WorldProblem::Syntax { message: error.message().to_owned() }))
            }
        }
    }

    /// The tables.
    pub(super) fn root(&self) -> &Spanned<DeTable<'a>> {
        &self.root
    }

    /// A problem with the value at a path, or with the innermost table on the way when there is no such value.
    pub(super) fn problem(&self, path: &[Step<'_>], problem: WorldProblem) -> WorldError {
        self.problem_at(self.span(path).start, problem)
    }

    /// A problem at a byte of the text.
    pub(super) fn problem_at(&self, offset: usize, problem: WorldProblem) -> WorldError {
        locate(self.name, self.text, offset, problem)
    }

    /// The line of the value at a path, from 1.
    pub(super) fn line(&self, path: &[Step<'_>]) -> usize {
        position(self.text, self.span(path).start).0
    }

    /// A problem inside the JSON text that stands at a path.
    pub(super) fn json_problem(&self, path: &[Step<'_>], error: &serde_json::Error) -> WorldError {
        let span = self.span(path);
        let said = error.to_string();
        let message = said.split(" at line ").next().unwrap_or(&said).to_owned();
        let (line, column) = (error.line(), error.column());
        let offset = literal_content(self.text, &span).and_then(|content| offset_in(self.text, content, line, column));
        match offset {
            Some(offset) => self.problem_at(offset, WorldProblem::Json { message, escaped: false }),
            None => {
                let message = format!("{message} in line {line}, column {column} of the document");
                self.problem_at(span.start, WorldProblem::Json { message, escaped: true })
            }
        }
    }

    fn span(&self, path: &[Step<'_>]) -> Range<usize> {
        let mut span = self.root.span();
        let mut table = Some(self.root.get_ref());
        let mut list = None;
        for step in path {
            let next = match step {
                Step::Key(key) => table.and_then(|table| table.get(*key)),
                Step::Index(index) => list.and_then(|list: &toml::de::DeArray<'_>| list.get(*index)),
            };
            let Some(value) = next else { return span };
            span = value.span();
            (table, list) = match value.get_ref() {
                DeValue::Table(inner) => (Some(inner), None),
                DeValue::Array(inner) => (None, Some(inner)),
                _ => (None, None),
            };
        }
        span
    }
}

/// Where the content of a string begins, when the file has it letter for letter.
fn literal_content(text: &str, span: &Range<usize>) -> Option<usize> {
    let raw = text.get(span.clone())?;
    let escapes = raw.starts_with('"') && raw.contains('\\');
    let quotes = if raw.starts_with("'''") || raw.starts_with("\"\"\"") { 3 } else { 1 };
    let newline = match raw.get(quotes..) {
        Some(rest) if quotes == 3 && rest.starts_with("\r\n") => 2,
        Some(rest) if quotes == 3 && rest.starts_with('\n') => 1,
        _ => 0,
    };
    (!escapes).then_some(span.start + quotes + newline)
}

/// The byte of the text that a line and column (in bytes) of its part from `content` on point at.
fn offset_in(text: &str, content: usize, line: usize, column: usize) -> Option<usize> {
    let lines = text.get(content..)?.split_inclusive('\n');
    let before: usize = lines.take(line.saturating_sub(1)).map(str::len).sum();
    Some(content + before + column.saturating_sub(1))
}

fn locate(name: &str, text: &str, offset: usize, problem: WorldProblem) -> WorldError {
    let (line, column) = position(text, offset);
    WorldError { file: name.to_owned(), line, column, problem }
}

/// The line and the column (in characters) of a byte, both from 1.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = text.get(..end).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count();
    (before.matches('\n').count() + 1, column + 1)
}
