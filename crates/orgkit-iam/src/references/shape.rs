//! The shapes of ids, and where one may begin and end within a text. Shapes: botocore `organizations/2016-11-28`, `OrganizationId`, `RootId`,
//! `OrganizationalUnitId`, `PolicyId`, `AccountId`.

use std::ops::Range;

/// What an id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdKind {
    /// `o-` and 10 to 32 lower-case letters or digits.
    Organization,
    /// `r-` and 4 to 32 lower-case letters or digits.
    Root,
    /// `ou-`, the root's 4 to 32 characters, `-`, and 8 to 32 of its own.
    Unit,
    /// Twelve digits.
    Account,
    /// `p-` and 8 to 128 letters, digits or `_`.
    Policy,
}

impl IdKind {
    /// The kind of a whole text, if it is an id.
    pub fn of(id: &str) -> Option<Self> {
        let bytes = id.as_bytes();
        [Self::Organization, Self::Root, Self::Unit, Self::Account, Self::Policy]
            .into_iter()
            .find(|kind| kind.measure(bytes, 0).is_some_and(|range| range.end == bytes.len()))
    }

    /// AWS's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Root => "root",
            Self::Unit => "organizational unit",
            Self::Account => "account",
            Self::Policy => "policy",
        }
    }

    /// What its ids begin with.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Organization => "o-",
            Self::Root => "r-",
            Self::Unit => "ou-",
            Self::Account => "",
            Self::Policy => "p-",
        }
    }

    /// The id of this kind that begins at a byte, with as many characters as belong to it.
    pub(super) fn measure(self, bytes: &[u8], start: usize) -> Option<Range<usize>> {
        let rest = bytes.get(start..)?.strip_prefix(self.prefix().as_bytes())?;
        let length = match self {
            Self::Organization => lower(rest, 10, 32)?,
            Self::Root => lower(rest, 4, 32)?,
            Self::Unit => {
                let root = lower(rest, 4, 32)?;
                let own = rest.get(root..)?.strip_prefix(b"-")?;
                root + 1 + lower(own, 8, 32)?
            }
            Self::Account => run(rest, 12, 12, |byte| byte.is_ascii_digit())?,
            Self::Policy => run(rest, 8, 128, |byte| byte.is_ascii_alphanumeric() || byte == b'_')?,
        };
        Some(start..start + self.prefix().len() + length)
    }
}

fn lower(bytes: &[u8], min: usize, max: usize) -> Option<usize> {
    run(bytes, min, max, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// The length of the run of such bytes, if it lies within the limits.
fn run(bytes: &[u8], min: usize, max: usize, belongs: impl Fn(u8) -> bool) -> Option<usize> {
    let length = bytes.iter().take(max + 1).take_while(|byte| belongs(**byte)).count();
    (min..=max).contains(&length).then_some(length)
}

/// Whether an id of this kind may begin and end there: the neighbours do not make another word of it. What looks like a letter before it may be the
/// tail of an escape: `%22`, `\n`, `\u0022`.
pub(super) fn is_free(kind: IdKind, bytes: &[u8], range: &Range<usize>) -> bool {
    let glues = |byte: u8| if kind == IdKind::Account { byte.is_ascii_digit() } else { byte.is_ascii_alphanumeric() };
    let before = bytes.get(..range.start).unwrap_or_default();
    let begins = before.last().is_none_or(|byte| !glues(*byte)) || ends_in_escape(before);
    begins && bytes.get(range.end).is_none_or(|byte| !glues(*byte))
}

/// The same for a shape that nobody knows: it must be a word of its own, so that `--o-background1` and `r-value-2` are none.
pub(super) fn is_word(bytes: &[u8], range: &Range<usize>) -> bool {
    let joins = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'$' | b'@');
    let before = bytes.get(..range.start).unwrap_or_default();
    let begins = before.last().is_none_or(|byte| !joins(*byte)) || ends_in_escape(before);
    let next = bytes.get(range.end).copied();
    // A full stop may end a sentence.
    let is_sentence_end = next == Some(b'.') && bytes.get(range.end + 1).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    begins && (next.is_none_or(|byte| !joins(byte)) || is_sentence_end)
}

fn ends_in_escape(before: &[u8]) -> bool {
    let is_hex = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_hexdigit);
    match before {
        [.., b'%', a, b] if is_hex(&[*a, *b]) => true,
        [.., b'\\', b'n' | b'r' | b't' | b'b' | b'f'] => true,
        [.., b'\\', b'u', a, b, c, d] => is_hex(&[*a, *b, *c, *d]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_ids() {
        for (id, kind) in [
            ("o-a1b2c3d4e5", Some(IdKind::Organization)),
            ("o-a1b2c3d4e", None),
            ("o-A1b2c3d4e5", None),
            ("r-ab12", Some(IdKind::Root)),
            ("ou-ab12-a1b2c3d4", Some(IdKind::Unit)),
            ("ou-ab12", None),
            ("111122223333", Some(IdKind::Account)),
            ("1111222233334", None),
            ("p-a1b2c3d4", Some(IdKind::Policy)),
            ("", None),
        ] {
            assert_eq!(IdKind::of(id), kind, "{id}");
        }
    }

    #[test]
    fn neighbours_that_make_another_word_of_it() {
        let at = |text: &str, id: &str| {
            let start = text.find(id).unwrap();
            let range = start..start + id.len();
            (is_free(IdKind::of(id).unwrap(), text.as_bytes(), &range), is_word(text.as_bytes(), &range))
        };
        for (text, id, expected) in [
            ("o-a1b2c3d4e5", "o-a1b2c3d4e5", (true, true)),
            ("foo-a1b2c3d4e5", "o-a1b2c3d4e5", (false, false)),
            ("logs-o-a1b2c3d4e5-x", "o-a1b2c3d4e5", (true, false)),
            ("in o-a1b2c3d4e5.", "o-a1b2c3d4e5", (true, true)),
            ("o-a1b2c3d4e5.example", "o-a1b2c3d4e5", (true, false)),
            ("%22o-a1b2c3d4e5%22", "o-a1b2c3d4e5", (true, true)),
            ("\\no-a1b2c3d4e5", "o-a1b2c3d4e5", (true, true)),
            ("x\\u0022o-a1b2c3d4e5", "o-a1b2c3d4e5", (true, true)),
            ("logs111122223333x", "111122223333", (true, false)),
            ("91111222233330", "111122223333", (false, false)),
        ] {
            assert_eq!(at(text, id), expected, "{text}");
        }
    }
}
