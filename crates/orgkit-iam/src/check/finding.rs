//! What a check found, and where.

use super::code::Code;
use crate::json::Span;

/// How bad a finding is, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// AWS takes it, and it probably does not do what was meant.
    Warning,
    /// AWS refuses it, or it cannot do what it says.
    Error,
}

impl Severity {
    /// `note`, `warning`, `error`: also the levels of SARIF.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place in a text: line and column, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing.
    pub code: Code,
    /// How bad it is here; mostly that of its code.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// Its place in bytes.
    pub span: Span,
    /// Where it begins.
    pub start: Position,
    /// The place after its last character.
    pub end: Position,
    /// What to do about it.
    pub help: String,
}

/// Findings while they are collected, their places still in bytes only.
#[derive(Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
}

/// No place: filled in by [`Findings::finish`].
const NOWHERE: Position = Position { line: 1, column: 1 };

impl Findings {
    /// Notes a finding with the severity and the help of its code.
    pub(super) fn report(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.push(Finding::new(code, span, message));
    }

    /// Notes a finding.
    pub(super) fn push(&mut self, finding: Finding) {
        self.list.push(finding);
    }

    /// The findings in the order of the text, with lines and columns.
    pub(super) fn finish(mut self, text: &str) -> Vec<Finding> {
        self.list.sort_by(|a, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
        self.list.dedup();
        let mut offsets: Vec<usize> = self.list.iter().flat_map(|one| [one.span.start, one.span.end]).collect();
        offsets.sort_unstable();
        offsets.dedup();
        let positions = positions(text, &offsets);
        let at = |offset: usize| offsets.binary_search(&offset).ok().and_then(|index| positions.get(index)).copied().unwrap_or(NOWHERE);
        for finding in &mut self.list {
            (finding.start, finding.end) = (at(finding.span.start), at(finding.span.end));
        }
        self.list
    }
}

impl Finding {
    /// A finding with the severity and the help of its code; its position is not known yet.
    pub(super) fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        let (severity, help) = (code.severity(), code.help().to_owned());
        Self { code, severity, message: message.into(), span, start: NOWHERE, end: NOWHERE, help }
    }

    /// The same with another severity.
    pub(super) fn severity(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }

    /// The same with a help of its own.
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }
}

/// Lines and columns of sorted byte offsets in one walk: a hostile text has thousands of findings on one line.
fn positions(text: &str, offsets: &[usize]) -> Vec<Position> {
    let mut found = Vec::with_capacity(offsets.len());
    let mut wanted = offsets.iter().peekable();
    let mut at = NOWHERE;
    for (index, character) in text.char_indices() {
        while wanted.next_if(|offset| **offset <= index).is_some() {
            found.push(at);
        }
        if wanted.peek().is_none() {
            return found;
        }
        at = if character == '\n' { Position { line: at.line + 1, column: 1 } } else { Position { column: at.column + 1, ..at } };
    }
    found.extend(wanted.map(|_| at));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_spans() {
        let text = "a\nbü\n\nc";
        let offsets: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        for (position, offset) in positions(text, &offsets).into_iter().zip(&offsets) {
            let expected = Span { start: *offset, end: *offset }.position(text);
            assert_eq!((position.line, position.column), expected, "{offset}");
        }
        assert_eq!(positions(text, &[0, 99]).len(), 2);
    }
}
