//! Whether one pattern includes another, and whether two share a text: decided by walking both, not by trying examples.

use super::glob::Token;
use std::collections::BTreeSet;

/// How many states are looked at before two patterns count as not comparable. Patterns of real policies need some dozens.
const MAX_STATES: usize = 20_000;

/// A token of one character's size.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Char(char),
    One { confined: bool },
    Run { confined: bool },
}

/// A character of a text that the inner pattern matches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Symbol {
    Char(char),
    /// One that stands in no pattern and is no colon: the hardest to match.
    Fresh,
}

const COLON: Symbol = Symbol::Char(':');

impl Unit {
    /// Whether it takes a character.
    fn takes(self, symbol: Symbol) -> bool {
        match self {
            Self::Char(character) => symbol == Symbol::Char(character),
            Self::One { confined } | Self::Run { confined } => !(confined && symbol == COLON),
        }
    }
}

fn units(tokens: &[Token]) -> Vec<Unit> {
    let mut units = Vec::new();
    for token in tokens {
        match token {
            Token::Literal(text) => units.extend(text.chars().map(Unit::Char)),
            Token::Run { confined } => units.push(Unit::Run { confined: *confined }),
            Token::One { confined } => units.push(Unit::One { confined: *confined }),
        }
    }
    units
}

/// Whether `outer` matches every text that `inner` matches.
///
/// All places of `outer` that a text can have led to are followed at once, over every text of `inner`. Of the characters that a wildcard of `inner`
/// takes only two matter: a colon, at which confined wildcards end, and one that stands nowhere in `outer`, because what matches with that one
/// matches with any other. So the walk is finite. It gives `false` after [`MAX_STATES`].
pub(super) fn includes(outer: &[Token], inner: &[Token]) -> bool {
    let (outer, inner) = (units(outer), units(inner));
    let mut seen: BTreeSet<(usize, Vec<usize>)> = BTreeSet::new();
    let mut open = vec![(0, closed(&outer, vec![0]))];
    while let Some((at, places)) = open.pop() {
        if places.is_empty() || seen.len() >= MAX_STATES {
            return false;
        }
        if !seen.insert((at, places.clone())) {
            continue;
        }
        let Some(unit) = inner.get(at) else {
            if places.last() == Some(&outer.len()) {
                continue;
            }
            return false;
        };
        let symbols = match unit {
            Unit::Char(character) => vec![Symbol::Char(*character)],
            Unit::One { confined: true } | Unit::Run { confined: true } => vec![Symbol::Fresh],
            Unit::One { confined: false } | Unit::Run { confined: false } => vec![Symbol::Fresh, COLON],
        };
        let is_run = matches!(unit, Unit::Run { .. });
        let next = if is_run { at } else { at + 1 };
        open.extend(symbols.into_iter().map(|symbol| (next, step(&outer, &places, symbol))));
        if is_run {
            open.push((at + 1, places));
        }
    }
    true
}

/// The places after one more character, ascending.
fn step(pattern: &[Unit], places: &[usize], symbol: Symbol) -> Vec<usize> {
    let taken = places.iter().filter_map(|place| {
        let unit = pattern.get(*place).filter(|unit| unit.takes(symbol))?;
        Some(if matches!(unit, Unit::Run { .. }) { *place } else { *place + 1 })
    });
    closed(pattern, taken.collect())
}

/// The places, and those behind runs that take nothing; ascending, each once.
fn closed(pattern: &[Unit], mut places: Vec<usize>) -> Vec<usize> {
    let mut at = 0;
    while let Some(place) = places.get(at).copied() {
        if matches!(pattern.get(place), Some(Unit::Run { .. })) {
            places.push(place + 1);
        }
        at += 1;
    }
    places.sort_unstable();
    places.dedup();
    places
}

/// Whether there is a text that both match.
pub(super) fn overlaps(one: &[Token], two: &[Token]) -> bool {
    let (one, two) = (units(one), units(two));
    let mut seen = BTreeSet::new();
    let mut open = vec![(0, 0)];
    while let Some((a, b)) = open.pop() {
        if !seen.insert((a, b)) {
            continue;
        }
        let (left, right) = (one.get(a).copied(), two.get(b).copied());
        if left.is_none() && right.is_none() {
            return true;
        }
        let (left_runs, right_runs) = (matches!(left, Some(Unit::Run { .. })), matches!(right, Some(Unit::Run { .. })));
        if left_runs {
            open.push((a + 1, b));
        }
        if right_runs {
            open.push((a, b + 1));
        }
        if let (Some(left), Some(right)) = (left, right)
            && share_a_character(left, right)
        {
            open.push((if left_runs { a } else { a + 1 }, if right_runs { b } else { b + 1 }));
        }
    }
    false
}

fn share_a_character(one: Unit, two: Unit) -> bool {
    match (one, two) {
        (Unit::Char(character), other) | (other, Unit::Char(character)) => other.takes(Symbol::Char(character)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::arn::tokens as arn_tokens;
    use super::super::glob::{Glob, tokens};
    use proptest::prelude::*;

    #[test]
    fn one_pattern_includes_another() {
        for (outer, inner, expected) in [
            ("*", "s3:Get*", true),
            ("s3:*", "s3:Get*", true),
            ("s3:Get*", "s3:*", false),
            ("s3:*Object", "s3:Get*Object", true),
            ("s3:*Object", "s3:Get*", false),
            ("*a*", "*ba*", true),
            ("*?", "?*", true),
            ("?*", "*?", true),
            ("?", "*", false),
            ("*", "?", true),
            ("a*b*c", "abbc", true),
            ("a*b*c", "a*c", false),
            ("*ab", "a*ab", true),
            ("a??*", "a*??", true),
            ("a?*", "a*", false),
            ("*:*", "s3:*", true),
        ] {
            assert_eq!(Glob::new(outer).includes(&Glob::new(inner)), expected, "{outer} {inner}");
        }
    }

    #[test]
    fn hostile_patterns_end_without_an_answer() {
        let outer = format!("*a{}", "?".repeat(40));
        let inner = format!("{}a", "*a".repeat(40));
        assert!(!Glob::new(&outer).includes(&Glob::new(&inner)));
    }

    /// Every text over these letters up to this length. `y` stands for what is in no pattern.
    fn texts(length: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..length {
            let longer: Vec<String> = all[from..].iter().flat_map(|text| ['a', ':', 'y'].map(|one| format!("{text}{one}"))).collect();
            from = all.len();
            all.extend(longer);
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]
        #[test]
        fn agrees_with_brute_force(one in "[a:*?]{0,4}", two in "[a:*?]{0,4}", form in 0..4) {
            // The last part of an ARN, which begins after five colons, keeps its own.
            let start = if form == 3 { ":::::" } else { "" };
            let ready = |pattern: &str| match form {
                0 => Glob::from_tokens(tokens(pattern)),
                form => Glob::from_tokens(arn_tokens(&format!("{start}{pattern}").chars().map(|one| (one, false)).collect::<Vec<_>>(), form > 1)),
            };
            let (one, two) = (ready(&one), ready(&two));
            // Where one does not include the other, or they overlap, a text of at most their common length shows it.
            let texts = texts(8);
            let matches = |text: &String| (one.matches(&format!("{start}{text}")), two.matches(&format!("{start}{text}")));
            let pairs: Vec<(bool, bool)> = texts.iter().map(matches).collect();
            prop_assert_eq!(one.includes(&two), pairs.iter().all(|(one, two)| *one || !*two));
            prop_assert_eq!(two.includes(&one), pairs.iter().all(|(one, two)| *two || !*one));
            let shown = pairs.iter().any(|(one, two)| *one && *two);
            prop_assert_eq!(one.overlaps(&two), shown);
            prop_assert_eq!(two.overlaps(&one), shown);
        }
    }
}
