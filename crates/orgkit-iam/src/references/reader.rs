//! Reads a file of code into its outline: words, strings, separators, brackets, indentation. It understands no language; it sees how most look.

use super::outline::{Leaf, Opened, Outline, Part};
use super::syntax::Syntax;
use crate::{Effect, Span};
use std::ops::Range;

/// Brackets deeper than this are not kept apart.
const MAX_DEPTH: usize = 256;

pub(super) fn read(text: &str, syntax: Syntax, places: &[Range<usize>]) -> Outline {
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        syntax,
        places,
        at: 0,
        parts: vec![part(0, Opened::File, Span { start: 0, end: text.len() })],
        leaves: Vec::with_capacity(places.len()),
        stack: vec![0],
        deeper: 0,
        line: Line::default(),
        key_before: None,
    };
    reader.run();
    reader.finish()
}

fn part(parent: usize, opened: Opened, span: Span) -> Part {
    Part {
        parent,
        opened,
        span,
        key: None,
        call: None,
        kind: None,
        effect: None,
        test: None,
        variable: None,
        has_statement: false,
        used: false,
    }
}

/// What was read since the last thing ended.
#[derive(Debug, Default, Clone, Copy)]
struct Line {
    first: Option<Span>,
    second: Option<Span>,
    last: Option<Span>,
    key: Option<Span>,
    has_value: bool,
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    syntax: Syntax,
    places: &'a [Range<usize>],
    at: usize,
    parts: Vec<Part>,
    leaves: Vec<Leaf>,
    stack: Vec<usize>,
    /// Brackets open beyond the depth that is kept apart.
    deeper: usize,
    line: Line,
    /// The key of the last line of YAML, and its column.
    key_before: Option<(Span, usize)>,
}

impl Reader<'_> {
    fn run(&mut self) {
        self.begin_line();
        while let Some(byte) = self.bytes.get(self.at).copied() {
            match byte {
                b'\n' => {
                    self.end_line();
                    self.at += 1;
                    self.begin_line();
                }
                b'#' if self.syntax.has_hash_comments() && self.follows_blank() => self.comment(b"\n"),
                b'/' if self.syntax.has_slash_comments() && self.is_slash_comment() => self.comment(b"\n"),
                b'/' if self.syntax.has_slash_comments() && self.next() == Some(b'*') => self.comment(b"*/"),
                b'"' => self.string(byte),
                b'\'' if self.syntax.has_single_quotes() => self.string(byte),
                b'{' | b'[' | b'(' => self.open(byte),
                b'}' | b']' | b')' => self.close(),
                b',' | b';' => {
                    self.line = Line::default();
                    self.at += 1;
                }
                b'=' | b':' => self.separator(),
                _ if is_blank(byte) => self.at += 1,
                _ => self.word(),
            }
        }
        self.end_line();
    }

    fn finish(mut self) -> Outline {
        while self.stack.len() > 1 {
            self.pop();
        }
        let end = Span { start: self.text.len(), end: self.text.len() };
        // What stands in no word: nothing is said about it.
        self.leaves.resize(self.places.len(), Leaf { token: end, part: 0, key: None, is_comment: false });
        Outline { parts: self.parts, leaves: self.leaves }
    }

    fn next(&self) -> Option<u8> {
        self.bytes.get(self.at + 1).copied()
    }

    fn follows_blank(&self) -> bool {
        self.at.checked_sub(1).and_then(|before| self.bytes.get(before)).is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b';')
    }

    /// `//`, but not that of an URL.
    fn is_slash_comment(&self) -> bool {
        self.next() == Some(b'/') && self.at.checked_sub(1).and_then(|before| self.bytes.get(before)) != Some(&b':')
    }

    fn comment(&mut self, end: &[u8]) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = memchr::memmem::find(rest, end).map_or(rest.len(), |length| if end == b"\n" { length } else { length + end.len() });
        let token = Span { start: self.at, end: self.at + length };
        self.leaf(token, None, true);
        self.at = token.end;
    }

    /// A string on one line. Longer ones, and those that hold JSON, are read as if there were no quotes.
    fn string(&mut self, quote: u8) {
        let start = self.at;
        let rest = self.bytes.get(start + 1..).unwrap_or_default();
        let is_long = rest.starts_with(&[quote, quote]);
        if is_long || (quote == b'\'' && rest.first().is_some_and(|byte| matches!(byte, b'{' | b'['))) {
            self.at += if is_long { 3 } else { 1 };
            return;
        }
        let mut end = start + 1;
        while let Some(byte) = self.bytes.get(end).copied().filter(|byte| *byte != b'\n') {
            end += 1 + usize::from(byte == b'\\' && self.bytes.get(end + 1).is_some_and(|next| *next != b'\n'));
            if byte == quote {
                break;
            }
        }
        self.token(Span { start, end: end.min(self.bytes.len()) });
    }

    fn word(&mut self) {
        let start = self.at;
        let parts_at_colons = self.syntax.parts_at_colons();
        let mut end = start;
        while let Some(byte) = self.bytes.get(end).copied() {
            let ends = match byte {
                b'{' | b'}' | b'[' | b']' | b'(' | b')' | b'"' | b',' | b';' | b'=' => true,
                b'\'' => self.syntax.has_single_quotes(),
                b':' => {
                    parts_at_colons
                        || self
                            .bytes
                            .get(end + 1)
                            .is_none_or(|next| next.is_ascii_whitespace() || matches!(next, b'"' | b'\'' | b'[' | b'{'))
                }
                byte => is_blank(byte) || byte == b'\n',
            };
            if ends {
                break;
            }
            end += 1;
        }
        self.token(Span { start, end: end.max(start + 1) });
    }

    fn token(&mut self, span: Span) {
        self.at = span.end;
        if let Some(key) = self.line.key {
            self.line.has_value = true;
            self.note(key, span);
        } else if self.line.first.is_none() {
            self.line.first = Some(span);
        } else if self.line.second.is_none() {
            self.line.second = Some(span);
        }
        self.line.last = Some(span);
        self.leaf(span, self.line.key, false);
    }

    /// Gives a leaf to every place up to the end of a token.
    fn leaf(&mut self, token: Span, key: Option<Span>, is_comment: bool) {
        let part = self.stack.last().copied().unwrap_or_default();
        while self.places.get(self.leaves.len()).is_some_and(|place| place.start < token.end) {
            self.leaves.push(Leaf { token, part, key, is_comment });
            if let Some(part) = self.parts.get_mut(part) {
                part.used = true;
            }
        }
    }

    fn separator(&mut self) {
        if self.line.key.is_none() && self.line.last.is_some() {
            self.line.key = self.line.last;
            let is_statement = self.line.last.is_some_and(|key| inside(self.text, key).eq_ignore_ascii_case("statement"));
            if let Some(part) = self.top().filter(|_| is_statement) {
                part.has_statement = true;
            }
        }
        self.at += 1;
        while self.bytes.get(self.at).is_some_and(|byte| matches!(byte, b'=' | b'>')) {
            self.at += 1;
        }
    }

    /// Keeps what says something about the part that it stands in.
    fn note(&mut self, key: Span, value: Span) {
        let (name, text) = (inside(self.text, key), inside(self.text, value));
        let is = |word: &str| name.eq_ignore_ascii_case(word);
        let ends = |word: &str| text.get(text.len().saturating_sub(word.len())..).is_some_and(|end| end.eq_ignore_ascii_case(word));
        let (effect, test, variable, kind) =
            (is("effect"), is("test") || is("type"), is("variable") || is("key"), is("type") || is("kind"));
        let Some(part) = self.top() else { return };
        if effect && ends("deny") {
            part.effect = Some(Effect::Deny);
        } else if effect && ends("allow") {
            part.effect = Some(Effect::Allow);
        }
        part.test = if test { Some(value) } else { part.test };
        part.variable = if variable { Some(value) } else { part.variable };
        part.kind = if kind { Some(value) } else { part.kind };
    }

    fn top(&mut self) -> Option<&mut Part> {
        self.stack.last().and_then(|top| self.parts.get_mut(*top))
    }

    fn push(&mut self, opened: Opened, start: usize) -> Option<&mut Part> {
        let parent = self.stack.last().copied().unwrap_or_default();
        self.stack.push(self.parts.len());
        self.parts.push(part(parent, opened, Span { start, end: start }));
        self.parts.last_mut()
    }

    /// Ends the innermost part. One in which nothing stands is forgotten.
    fn pop(&mut self) {
        let Some(index) = self.stack.pop() else { return };
        let end = self.at;
        let Some(part) = self.parts.get_mut(index) else { return };
        part.span.end = end;
        let (used, parent) = (part.used, part.parent);
        if !used && index + 1 == self.parts.len() {
            self.parts.pop();
        } else if let Some(parent) = self.parts.get_mut(parent) {
            parent.used |= used;
        }
    }

    fn open(&mut self, bracket: u8) {
        if self.stack.len() >= MAX_DEPTH {
            self.deeper += 1;
        } else {
            let Line { first, second, last, key, .. } = self.line;
            let at = self.at;
            let opened = match bracket {
                b'[' => Opened::List,
                b'(' => Opened::Call,
                _ => Opened::Map,
            };
            if let Some(part) = self.push(opened, at) {
                part.key = key.or(if opened == Opened::Map { first } else { None });
                part.kind = if opened == Opened::Map && key.is_none() { second } else { None };
                part.call = if opened == Opened::Call { last } else { None };
            }
        }
        self.line = Line::default();
        self.at += 1;
    }

    fn close(&mut self) {
        self.at += 1;
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if self.is_in_brackets() {
            self.pop();
        }
        self.line = Line::default();
    }

    fn is_in_brackets(&self) -> bool {
        let top = self.stack.last().and_then(|top| self.parts.get(*top));
        top.is_some_and(|part| matches!(part.opened, Opened::List | Opened::Map | Opened::Call))
    }

    fn end_line(&mut self) {
        // A value may stand on the line behind its key.
        let waits = self.line.key.is_some() && !self.line.has_value && self.syntax != Syntax::Yaml;
        if self.syntax == Syntax::Yaml && !self.is_in_brackets() {
            self.key_before = self.line.key.map(|key| (key, self.column(key.start))).or(self.key_before);
        }
        self.line = if waits { self.line } else { Line::default() };
    }

    fn column(&self, at: usize) -> usize {
        let before = self.bytes.get(..at).unwrap_or_default();
        at - memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1)
    }

    /// At the beginning of a line of YAML: ends the parts that it is not indented into, and begins those that it opens.
    fn begin_line(&mut self) {
        if self.syntax != Syntax::Yaml || self.is_in_brackets() {
            return;
        }
        let start = self.at;
        while self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        if self.bytes.get(self.at).is_none_or(|byte| matches!(byte, b'\n' | b'\r' | b'#')) {
            return;
        }
        let mut column = self.at - start;
        if let Some((key, before)) = self.key_before.take()
            && (before < column || (before == column && self.is_dash()))
            && self.stack.len() < MAX_DEPTH
        {
            let at = self.at;
            if let Some(part) = self.push(Opened::Key(before), at) {
                part.key = Some(key);
            }
        }
        let is_dash = self.is_dash();
        while self.stack.last().and_then(|top| self.parts.get(*top)).is_some_and(|part| match part.opened {
            Opened::Key(indent) => {
                if is_dash {
                    indent > column
                } else {
                    indent >= column
                }
            }
            Opened::Item(indent) => indent >= column,
            _ => false,
        }) {
            self.pop();
        }
        while self.is_dash() && self.stack.len() < MAX_DEPTH {
            let at = self.at;
            self.push(Opened::Item(column), at);
            self.at += 1;
            while self.bytes.get(self.at) == Some(&b' ') {
                self.at += 1;
            }
            column = self.at - start;
        }
    }

    fn is_dash(&self) -> bool {
        self.bytes.get(self.at) == Some(&b'-') && self.next().is_none_or(|next| matches!(next, b' ' | b'\n' | b'\r'))
    }
}

/// What does not belong to a word. A backtick holds text of several lines; what stands in it is read like all else.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() && byte != b'\n' || matches!(byte, b'`' | b'<' | b'>')
}

/// A string without its quotes.
pub(super) fn inside(text: &str, span: Span) -> &str {
    let text = text.get(span.start..span.end).unwrap_or_default();
    let quote = |text: &str| text.starts_with(['"', '\'']) && text.len() >= 2;
    if quote(text) { text.get(1..text.len() - 1).unwrap_or(text) } else { text }
}
