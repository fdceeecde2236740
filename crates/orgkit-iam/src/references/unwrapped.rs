//! Texts within texts: JSON strings and URL-encoded documents, with where each byte came from.

use crate::Span;

/// A text and the place of each of its bytes in the text that was given.
pub(super) struct Unwrapped {
    pub(super) text: String,
    /// The origin of each byte, and of the end. Empty: the text is the given one.
    origin: Vec<usize>,
}

impl Unwrapped {
    /// The text that was given.
    pub(super) fn given(text: &str) -> Self {
        Self { text: text.to_owned(), origin: Vec::new() }
    }

    /// A place within it as a place in the text that was given.
    pub(super) fn origin(&self, span: Span) -> Span {
        if self.origin.is_empty() {
            return span;
        }
        let at = |byte: usize| self.origin.get(byte).or(self.origin.last()).copied().unwrap_or_default();
        Span { start: at(span.start), end: at(span.end) }
    }

    /// The inside of the JSON string that stands at a place.
    pub(super) fn json_string(&self, span: Span) -> Self {
        let raw = self.text.get(span.start + 1..span.end.saturating_sub(1)).unwrap_or_default();
        let mut inner = Builder { outer: self, base: span.start + 1, text: String::new(), origin: Vec::new() };
        let mut at = 0;
        while let Some(first) = raw.get(at..).and_then(|rest| rest.chars().next()) {
            let (character, length) = if first == '\\' { escaped(raw.get(at..).unwrap_or_default()) } else { (first, first.len_utf8()) };
            inner.push(at, character);
            at += length;
        }
        inner.finish(at)
    }

    /// The text with its percent-encoding resolved, as the IAM API gives documents [IAM API Reference, GetPolicyVersion: RFC 3986]. `None` when that
    /// is no text.
    pub(super) fn url_decoded(&self) -> Option<Self> {
        let bytes = self.text.as_bytes();
        let (mut decoded, mut places) = (Vec::with_capacity(bytes.len()), Vec::new());
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let hex = bytes.get(at + 1..at + 3).filter(|_| *byte == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
            let value = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
            decoded.push(value.unwrap_or(*byte));
            places.push(at);
            at += if value.is_some() { 3 } else { 1 };
        }
        places.push(at);
        let origin = places.into_iter().map(|place| self.origin(Span { start: place, end: place }).start).collect();
        Some(Self { text: String::from_utf8(decoded).ok()?, origin })
    }
}

struct Builder<'a> {
    outer: &'a Unwrapped,
    base: usize,
    text: String,
    origin: Vec<usize>,
}

impl Builder<'_> {
    fn push(&mut self, at: usize, character: char) {
        let place = self.place(at);
        self.origin.extend(std::iter::repeat_n(place, character.len_utf8()));
        self.text.push(character);
    }

    fn place(&self, at: usize) -> usize {
        let at = self.base + at;
        self.outer.origin(Span { start: at, end: at }).start
    }

    fn finish(mut self, at: usize) -> Unwrapped {
        self.origin.push(self.place(at));
        Unwrapped { text: self.text, origin: self.origin }
    }
}

/// The character of an escape and the escape's length. The string was read by a strict parser before, so what makes no sense here is kept as it is.
fn escaped(raw: &str) -> (char, usize) {
    let unit = |at: usize| raw.get(at..at + 4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    match raw.as_bytes().get(1) {
        Some(b'n') => ('\n', 2),
        Some(b't') => ('\t', 2),
        Some(b'r') => ('\r', 2),
        Some(b'b') => ('\u{8}', 2),
        Some(b'f') => ('\u{c}', 2),
        Some(b'u') => match (unit(2), raw.get(6..8), unit(8)) {
            (Some(high @ 0xD800..=0xDBFF), Some("\\u"), Some(low @ 0xDC00..=0xDFFF)) => {
                (char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).unwrap_or('\u{FFFD}'), 12)
            }
            (Some(code), ..) => (char::from_u32(code).unwrap_or('\u{FFFD}'), 6),
            (None, ..) => ('\\', 1),
        },
        Some(byte @ (b'"' | b'\\' | b'/')) => (char::from(*byte), 2),
        _ => ('\\', 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_knows_where_it_came_from() {
        let text = r#"x "a\u006f-\ud83d\ude00é\n" y"#;
        let whole = Unwrapped::given(text);
        let inner = whole.json_string(Span { start: 2, end: text.len() - 2 });
        assert_eq!(inner.text, "ao-😀é\n");
        let span = inner.origin(Span { start: 1, end: 3 });
        assert_eq!(&text[span.start..span.end], r"\u006f-");
        let encoded = Unwrapped::given("%7B%22o-x%22%7D").url_decoded().unwrap();
        assert_eq!(encoded.text, r#"{"o-x"}"#);
        assert_eq!(encoded.origin(Span { start: 2, end: 5 }), Span { start: 6, end: 9 });
        let twice = encoded.json_string(Span { start: 1, end: 6 });
        assert_eq!((twice.text.as_str(), twice.origin(Span { start: 0, end: 3 })), ("o-x", Span { start: 6, end: 9 }));
        assert!(Unwrapped::given("%ff%").url_decoded().is_none());
    }
}
