//! Names and values of a document within messages.

use std::fmt::{Display, Formatter, Result, Write as _};

/// How many characters are shown.
const MOST: usize = 80;

/// A text as shown in a message: on one line, without control characters, cut where it is long. A hostile document has thousands of problems with one
/// name of a hundred kilobytes.
pub(crate) struct Short<'a>(pub(crate) &'a str);

impl Display for Short<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        let mut characters = self.0.chars();
        for one in characters.by_ref().take(MOST) {
            formatter.write_char(if one.is_control() { char::REPLACEMENT_CHARACTER } else { one })?;
        }
        if characters.next().is_some() { formatter.write_char('…') } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_one_short_line() {
        assert_eq!(Short("s3:Get").to_string(), "s3:Get");
        assert_eq!(Short("a\n\u{1b}[31m").to_string(), "a\u{fffd}\u{fffd}[31m");
        assert_eq!(Short(&"ü".repeat(80)).to_string(), "ü".repeat(80));
        assert_eq!(Short(&"ü".repeat(81)).to_string(), "ü".repeat(80) + "…");
    }
}
