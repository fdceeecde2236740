//! The outline of a file of code: which brackets, blocks and indented parts a value stands in, and what their keys are.

use super::reader;
use super::syntax::Syntax;
use crate::{Effect, Span};
use std::ops::Range;

/// What opened a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opened {
    /// The file.
    File,
    /// `[`
    List,
    /// `{`
    Map,
    /// `(`
    Call,
    /// A key of YAML with indented lines behind it, at this column.
    Key(usize),
    /// A `- ` of YAML at this column.
    Item(usize),
}

/// A part of a file. What it is named by is kept as places in the text.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) parent: usize,
    pub(super) opened: Opened,
    /// From its opening to its end.
    pub(super) span: Span,
    /// The key that it is the value of, or the type of a block.
    pub(super) key: Option<Span>,
    /// The function that is called.
    pub(super) call: Option<Span>,
    /// The first label of a block (`aws_iam_role`), or the `Type` that stands in it.
    pub(super) kind: Option<Span>,
    /// The `Effect` that stands in it.
    pub(super) effect: Option<Effect>,
    /// The `test` of a condition block.
    pub(super) test: Option<Span>,
    /// The `variable` of a condition block.
    pub(super) variable: Option<Span>,
    /// Whether a `Statement` stands in it.
    pub(super) has_statement: bool,
    /// Whether a leaf stands in it.
    pub(super) used: bool,
}

/// A string or word that holds something looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf {
    /// Its place, quotes included.
    pub(super) token: Span,
    /// The part that it stands in.
    pub(super) part: usize,
    /// The key whose value it is, if that key stands in the same part.
    pub(super) key: Option<Span>,
    /// Whether it is a comment.
    pub(super) is_comment: bool,
}

/// The parts of a file that hold something, and a leaf for each thing.
#[derive(Debug)]
pub(super) struct Outline {
    pub(super) parts: Vec<Part>,
    pub(super) leaves: Vec<Leaf>,
}

impl Outline {
    /// Outlines a text around places, given in order: one leaf for each. The time is linear in the text.
    pub(super) fn read(text: &str, syntax: Syntax, places: &[Range<usize>]) -> Self {
        reader::read(text, syntax, places)
    }

    /// A part and all that it stands in, from the innermost to the file; at most as many as anybody nests.
    pub(super) fn upwards(&self, part: usize) -> impl Iterator<Item = &Part> {
        const DEEP: usize = 32;
        let first = self.parts.get(part);
        std::iter::successors(first, |part| (part.opened != Opened::File).then(|| self.parts.get(part.parent)).flatten()).take(DEEP)
    }
}
