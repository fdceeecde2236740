//! A stream of cases, one at a time: the elements of a JSON array, or one a line.
//!
//! Only brackets and strings are looked at, so that a case that is broken in itself does not take the others with it.

use std::io::{BufRead, BufReader, Read, Result};

/// The text of one case, and where it begins in the whole: line and column, both from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CaseText {
    pub(super) text: std::result::Result<String, Broken>,
    pub(super) begin: (usize, usize),
}

/// Why there is no text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) message: &'static str,
}

/// The cases of an array or of lines. Memory holds one case at a time.
pub(super) struct CaseTexts {
    input: BufReader<Box<dyn Read>>,
    form: Form,
    /// Where the next byte stands.
    line: usize,
    column: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Nothing has been read.
    NotKnown,
    /// Within an array.
    Array,
    /// One case a line.
    Lines,
    /// Behind the end of the array.
    Ended,
}

impl CaseTexts {
    pub(super) fn new(input: Box<dyn Read>) -> Self {
        Self { input: BufReader::with_capacity(256 * 1024, input), form: Form::NotKnown, line: 1, column: 1 }
    }

    /// Whether the next read has to wait for whoever writes.
    pub(super) fn is_waiting(&self) -> bool {
        self.input.buffer().is_empty()
    }

    /// The next case, or `None` at the end.
    pub(super) fn next_case(&mut self) -> Result<Option<CaseText>> {
        if self.form == Form::NotKnown {
            self.skip_mark()?;
        }
        self.skip_blanks()?;
        match (self.form, self.peek()?) {
            (Form::NotKnown, Some(b'[')) => {
                self.take();
                self.form = Form::Array;
                self.first_element()
            }
            (Form::Array, Some(_)) => Ok(Some(self.element()?)),
            (Form::Array, None) => {
                self.form = Form::Ended;
                Ok(Some(self.broken("the array of cases does not end: there is no `]`")))
            }
            (Form::Ended, Some(_)) => {
                let rest = self.broken("there is something behind the array of cases");
                while let Some(length) = self.input.fill_buf().map(|bytes| (!bytes.is_empty()).then_some(bytes.len()))? {
                    self.input.consume(length);
                }
                Ok(Some(rest))
            }
            (Form::NotKnown | Form::Lines | Form::Ended, None) => Ok(None),
            (Form::NotKnown | Form::Lines, Some(_)) => {
                self.form = Form::Lines;
                self.one_line().map(Some)
            }
        }
    }

    /// An empty array has no element.
    fn first_element(&mut self) -> Result<Option<CaseText>> {
        self.skip_blanks()?;
        if self.peek()? != Some(b']') {
            return self.next_case();
        }
        self.take();
        self.form = Form::Ended;
        self.next_case()
    }

    /// One element and the comma or bracket behind it.
    fn element(&mut self) -> Result<CaseText> {
        let begin = (self.line, self.column);
        let (mut bytes, mut depth, mut string, mut escaped) = (Vec::new(), 0_usize, false, false);
        while let Some(byte) = self.peek()? {
            self.take();
            match byte {
                _ if escaped => escaped = false,
                b'\\' if string => escaped = true,
                b'"' => string = !string,
                _ if string => {}
                b'{' | b'[' => depth += 1,
                b',' if depth == 0 => return Ok(CaseText { text: text(bytes), begin }),
                b']' if depth == 0 => {
                    self.form = Form::Ended;
                    return Ok(CaseText { text: text(bytes), begin });
                }
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            bytes.push(byte);
        }
        self.form = Form::Ended;
        Ok(CaseText { text: Err(Broken { message: "the array of cases ends within a case" }), begin })
    }

    fn one_line(&mut self) -> Result<CaseText> {
        let begin = (self.line, self.column);
        let mut bytes = Vec::new();
        self.input.read_until(b'\n', &mut bytes)?;
        (self.line, self.column) = (self.line + 1, 1);
        Ok(CaseText { text: text(bytes), begin })
    }

    fn broken(&self, message: &'static str) -> CaseText {
        CaseText { text: Err(Broken { message }), begin: (self.line, self.column) }
    }

    /// Skips a byte order mark, which some editors write.
    fn skip_mark(&mut self) -> Result<()> {
        if self.input.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
            self.input.consume("\u{feff}".len());
        }
        Ok(())
    }

    fn skip_blanks(&mut self) -> Result<()> {
        while self.peek()?.is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.take();
        }
        Ok(())
    }

    fn peek(&mut self) -> Result<Option<u8>> {
        Ok(self.input.fill_buf()?.first().copied())
    }

    /// Takes the byte that was peeked at; columns count characters, not bytes.
    fn take(&mut self) {
        match self.input.buffer().first() {
            Some(b'\n') => (self.line, self.column) = (self.line + 1, 1),
            Some(byte) if byte & 0b1100_0000 != 0b1000_0000 => self.column += 1,
            _ => {}
        }
        self.input.consume(1);
    }
}

fn text(bytes: Vec<u8>) -> std::result::Result<String, Broken> {
    String::from_utf8(bytes).map_err(|_| Broken { message: "the case is not UTF-8" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &'static [u8]) -> Vec<(String, (usize, usize))> {
        let mut texts = CaseTexts::new(Box::new(text));
        let mut seen = Vec::new();
        while let Some(case) = texts.next_case().unwrap() {
            seen.push((case.text.map_or_else(|broken| format!("! {}", broken.message), |text| text.trim().to_owned()), case.begin));
        }
        seen
    }

    #[test]
    fn arrays_and_lines_fall_into_cases() {
        let owned = |list: &[(&str, (usize, usize))]| list.iter().map(|(text, begin)| ((*text).to_owned(), *begin)).collect::<Vec<_>>();
        for (text, expected) in [
            (&b""[..], owned(&[])),
            (b" \n", owned(&[])),
            (b"[]", owned(&[])),
            (b"[ {\"a\":[1,\"],\\\"\"]} ,\n {} ]\n", owned(&[("{\"a\":[1,\"],\\\"\"]}", (1, 3)), ("{}", (2, 2))])),
            (b"\xef\xbb\xbf{\"a\":1}\n\n {\"a\":2}", owned(&[("{\"a\":1}", (1, 1)), ("{\"a\":2}", (3, 2))])),
            (b"[{\"a\":\"\xc3\xa4\"},{}]", owned(&[("{\"a\":\"\u{e4}\"}", (1, 2)), ("{}", (1, 12))])),
            (b"{\"a\":\n{}", owned(&[("{\"a\":", (1, 1)), ("{}", (2, 1))])),
            (b"[{\"a\":},{}]", owned(&[("{\"a\":}", (1, 2)), ("{}", (1, 9))])),
            (b"[{},", owned(&[("{}", (1, 2)), ("! the array of cases does not end: there is no `]`", (1, 5))])),
            (b"[{}", owned(&[("! the array of cases ends within a case", (1, 2))])),
            (b"[{}] {}", owned(&[("{}", (1, 2)), ("! there is something behind the array of cases", (1, 6))])),
            (b"\xff\n{}", owned(&[("! the case is not UTF-8", (1, 1)), ("{}", (2, 1))])),
        ] {
            assert_eq!(split(text), expected, "{}", String::from_utf8_lossy(text));
        }
    }
}
