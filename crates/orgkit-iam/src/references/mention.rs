//! Mentions: ids within a plain text, by themselves or as a pattern with wildcards.

use super::keys::{Carries, carries};
use super::known::Known;
use super::reference::What;
use super::shape::{IdKind, is_free, is_word};
use crate::glob_matches;
use memchr::{memchr_iter, memchr2_iter};
use std::ops::Range;

/// An id or a pattern, and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) range: Range<usize>,
    pub(super) what: What,
}

/// The longest pattern that is taken for that of an id, in bytes.
const MAX_PATTERN: usize = 64;

/// Everything that a text mentions, in order, nothing twice.
pub(super) fn all(text: &str, known: &Known) -> Vec<Mention> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(mention) = next_known(bytes, at, known) {
        at = mention.range.end;
        found.push(mention);
    }
    if !known.ids().is_empty() {
        found.extend(patterns(text, known));
    }
    if known.wants_unknown() {
        found.extend(shapes(bytes).map(|(range, kind)| Mention { range, what: What::Shape(kind) }));
    }
    without_overlaps(found)
}

/// How the escape of an ASCII character begins in JSON.
pub(super) const ESCAPE: &str = "\\u00";

/// Whether a known id may be there: by itself, as a pattern that begins like it, or behind the escape of a letter.
pub(super) fn is_there(bytes: &[u8], known: &Known) -> bool {
    let mut at = 0;
    while let Some(start) = known.next_stem(bytes, at) {
        if known_at(bytes, start, known).is_some() || is_pattern_at(bytes, start, known) || is_escaped_letter(bytes, start) {
            return true;
        }
        at = start + 1;
    }
    false
}

/// Sorts mentions and keeps the first of those that overlap. What overlaps a known id as it is gives way to it.
pub(super) fn without_overlaps(mentions: Vec<Mention>) -> Vec<Mention> {
    let (mut exact, mut others): (Vec<_>, Vec<_>) = mentions.into_iter().partition(|mention| matches!(mention.what, What::Known(_)));
    exact.sort_by_key(|mention| mention.range.start);
    others.retain(|mention| {
        let next = exact.partition_point(|known| known.range.end <= mention.range.start);
        exact.get(next).is_none_or(|known| known.range.start >= mention.range.end)
    });
    let is_shape = |mention: &Mention| !matches!(mention.what, What::Pattern { .. });
    exact.append(&mut others);
    exact.sort_by_key(|mention| (mention.range.start, is_shape(mention)));
    let mut end = 0;
    exact.retain(|mention| {
        let is_kept = mention.range.start >= end;
        end = if is_kept { mention.range.end } else { end };
        is_kept
    });
    exact
}

fn next_known(bytes: &[u8], from: usize, known: &Known) -> Option<Mention> {
    let mut at = from;
    loop {
        let start = known.next_stem(bytes, at)?;
        if let Some(mention) = known_at(bytes, start, known) {
            return Some(mention);
        }
        at = start + 1;
    }
}

fn known_at(bytes: &[u8], start: usize, known: &Known) -> Option<Mention> {
    let (kind, range) = KINDS.iter().find_map(|kind| Some((*kind, kind.measure(bytes, start)?)))?;
    let id = std::str::from_utf8(bytes.get(range.clone())?).ok()?;
    let number = known.number(id).filter(|_| is_free(kind, bytes, &range))?;
    Some(Mention { range, what: What::Known(number) })
}

const KINDS: [IdKind; 5] = [IdKind::Organization, IdKind::Root, IdKind::Unit, IdKind::Account, IdKind::Policy];

fn is_pattern_at(bytes: &[u8], start: usize, known: &Known) -> bool {
    let rest = bytes.get(start..).unwrap_or_default();
    let length = rest.iter().take(MAX_PATTERN).take_while(|byte| belongs(**byte)).count();
    let token = rest.get(..length).and_then(|token| std::str::from_utf8(token).ok()).unwrap_or_default();
    token.contains(['*', '?']) && matching(token, known).is_some()
}

fn belongs(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'*' | b'?')
}

/// The words with wildcards that match a known id and begin like an id: `o-abc*`, `ou-*`, `1111????3333`.
fn patterns<'a>(text: &'a str, known: &'a Known) -> impl Iterator<Item = Mention> + 'a {
    let bytes = text.as_bytes();
    let mut end = 0;
    memchr2_iter(b'*', b'?', bytes).filter_map(move |at| {
        if at < end {
            return None;
        }
        let back = bytes.get(end..at)?.iter().rev().take(MAX_PATTERN).take_while(|byte| belongs(**byte)).count();
        let ahead = bytes.get(at..)?.iter().take(MAX_PATTERN).take_while(|byte| belongs(**byte)).count();
        let range = at - back..at + ahead;
        end = range.end;
        let glued = range.start.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(u8::is_ascii_alphanumeric);
        let (number, matches_successor) = matching(text.get(range.clone())?, known).filter(|_| !glued)?;
        Some(Mention { range, what: What::Pattern { known: number, matches_successor } })
    })
}

/// The first known id that a pattern matches, if the pattern begins like an id, and whether it matches that one's successor, too.
fn matching(pattern: &str, known: &Known) -> Option<(usize, bool)> {
    let literal = pattern.split(['*', '?']).next()?;
    let is_account = literal.len() >= 4 && literal.bytes().all(|byte| byte.is_ascii_digit());
    let begins = is_account || ["o-", "r-", "ou-", "p-"].iter().any(|prefix| literal.starts_with(prefix));
    let mut ids = known.ids().iter().enumerate().filter(|_| begins && pattern.len() <= MAX_PATTERN);
    let (number, id) = ids.find(|(_, id)| id.id().starts_with(literal) && glob_matches(pattern, id.id()))?;
    Some((number, id.successor().is_some_and(|(new, _)| glob_matches(pattern, new))))
}

/// What a whole value with wildcards matches, for the values of keys that hold nothing but ids: `*a1b2*`.
pub(super) fn whole_pattern(value: &str, carries: Carries, known: &Known) -> Option<What> {
    let kind = match carries {
        Carries::Organization => IdKind::Organization,
        Carries::Policy => IdKind::Policy,
        Carries::Account => IdKind::Account,
        Carries::Path | Carries::Arn | Carries::Leaving => return None,
    };
    if !value.contains(['*', '?']) || value.bytes().all(|byte| byte == b'*') || value.len() > MAX_PATTERN {
        return None;
    }
    let number = known.ids().iter().position(|id| id.kind() == kind && glob_matches(value, id.id()))?;
    let successor = known.get(number).and_then(|id| id.successor());
    Some(What::Pattern { known: number, matches_successor: successor.is_some_and(|(new, _)| glob_matches(value, new)) })
}

/// The words that have the shape of the id of an organization, a unit, or a root. Anything may be called `r-value`: a root must have a digit in it,
/// or stand behind an organization's id.
fn shapes(bytes: &[u8]) -> impl Iterator<Item = (Range<usize>, IdKind)> {
    memchr_iter(b'-', bytes).filter_map(|hyphen| {
        let start = hyphen.checked_sub(1)?;
        let (kind, start) = match bytes.get(start)? {
            b'o' => (IdKind::Organization, start),
            b'r' => (IdKind::Root, start),
            b'u' if start.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'o') => (IdKind::Unit, start - 1),
            _ => return None,
        };
        let range = kind.measure(bytes, start).filter(|range| is_word(bytes, range))?;
        let has_digit = || bytes.get(range.clone()).is_some_and(|id| id.iter().any(u8::is_ascii_digit));
        let is_path = || start.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'/');
        (kind != IdKind::Root || is_path() || (has_digit() && range.len() <= 8)).then_some((range, kind))
    })
}

/// The places where a condition key is written that carries an organization, a path or a policy.
pub(super) fn keys(text: &str) -> impl Iterator<Item = Mention> {
    let bytes = text.as_bytes();
    let mut end = 0;
    memchr_iter(b':', bytes).filter_map(move |colon| {
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'-';
        let back = bytes.get(end..colon)?.iter().rev().take(MAX_PATTERN).take_while(is_name).count();
        let ahead = bytes.get(colon + 1..)?.iter().take(MAX_PATTERN).take_while(is_name).count();
        let range = colon - back..colon + 1 + ahead;
        if back < 2 || ahead < 5 {
            return None;
        }
        let what = carries(text.get(range.clone())?)?;
        end = range.end;
        matches!(what, Carries::Organization | Carries::Path | Carries::Policy).then_some(Mention { range, what: What::Key(what) })
    })
}

/// Whether the JSON escape of a letter, a digit or a hyphen begins there: an id may hide behind it.
fn is_escaped_letter(bytes: &[u8], start: usize) -> bool {
    let escape = bytes.get(start..start + 6).and_then(|escape| std::str::from_utf8(escape).ok());
    let code = escape.and_then(|escape| escape.strip_prefix(ESCAPE)).and_then(|hex| u8::from_str_radix(hex, 16).ok());
    code.is_some_and(|code| code.is_ascii_lowercase() || code.is_ascii_digit() || code == b'-')
}

/// Whether a text has the shape of an id in it, or a key of a condition that carries one.
pub(super) fn has_shape_or_key(bytes: &[u8]) -> bool {
    shapes(bytes).next().is_some() || std::str::from_utf8(bytes).is_ok_and(|text| keys(text).next().is_some())
}

#[cfg(test)]
mod tests {
    use super::super::known::{KnownId, Successor};
    use super::*;

    fn known() -> Known {
        let id = |id: &str| KnownId::new(id, "").unwrap();
        let old = id("o-a1b2c3d4e5").becomes("o-a1b2xxxxxx", Successor::Everywhere).unwrap();
        Known::new([old, id("ou-ab12-a1b2c3d4"), id("r-ab12"), id("111122223333"), id("p-a1b2c3d4")]).unwrap()
    }

    fn mentions(text: &str, known: &Known) -> Vec<String> {
        all(text, known).into_iter().map(|one| format!("{} {:?}", &text[one.range], one.what)).collect()
    }

    #[test]
    fn known_ids_and_patterns() {
        for (text, expected) in [
            ("o-a1b2c3d4e5/r-ab12/ou-ab12-a1b2c3d4/", "o-a1b2c3d4e5 Known(0), r-ab12 Known(2), ou-ab12-a1b2c3d4 Known(1)"),
            (
                "arn:aws:organizations::111122223333:policy/o-a1b2c3d4e5/service_control_policy/p-a1b2c3d4",
                "111122223333 Known(3), o-a1b2c3d4e5 Known(0), p-a1b2c3d4 Known(4)",
            ),
            ("logs-o-a1b2c3d4e5-eu", "o-a1b2c3d4e5 Known(0)"),
            ("foo-a1b2c3d4e5 o-a1b2c3d4e5x 1111222233334", ""),
            ("o-a1b*", "o-a1b* Pattern { known: 0, matches_successor: true }"),
            ("o-a1b2c?d4e5", "o-a1b2c?d4e5 Pattern { known: 0, matches_successor: false }"),
            ("*/ou-ab12-*/*", "ou-ab12-* Pattern { known: 1, matches_successor: false }"),
            ("1111*:x", "1111* Pattern { known: 3, matches_successor: false }"),
            ("* ou-zz* a*b 9999*", ""),
            ("%2Fr-ab12%2F", "r-ab12 Known(2)"),
        ] {
            assert_eq!(mentions(text, &known()).join(", "), expected, "{text}");
        }
    }

    #[test]
    fn shapes_are_words_of_their_own() {
        for (text, expected) in [
            ("o-9z9z9z9z9z/r-base/ou-base-12345678", "o-9z9z9z9z9z Shape(Organization), r-base Shape(Root), ou-base-12345678 Shape(Unit)"),
            ("r-value r-ab12 r-12345678901", "r-ab12 Shape(Root)"),
            ("--o-background1 foo-abcdefghij o-short o-9z9z9z9z9z.example.com", ""),
            ("\"o-9z9z9z9z9z\"", "o-9z9z9z9z9z Shape(Organization)"),
        ] {
            assert_eq!(mentions(text, &Known::shapes()).join(", "), expected, "{text}");
        }
    }

    #[test]
    fn whole_values_match_without_a_literal_beginning() {
        assert_eq!(whole_pattern("*c3d4*", Carries::Organization, &known()), Some(What::Pattern { known: 0, matches_successor: false }));
        for value in ["*", "o-a1b2c3d4e5", "*zzz*"] {
            assert_eq!(whole_pattern(value, Carries::Organization, &known()), None, "{value}");
        }
    }
}
