//! Wildcards: `*` for any run of characters, `?` for one.

use super::include::{includes, overlaps};
use crate::condition::Truth;
use memchr::memchr;

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// These characters.
    Literal(String),
    /// Any run of characters, an empty one included; a confined one ends at a colon.
    Run { confined: bool },
    /// One character; a confined one is no colon.
    One { confined: bool },
}

/// A pattern made ready: the common forms need no search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Any,
    Exact(String),
    Prefix(String),
    Suffix(String),
    Around(String, String),
    General(Vec<Token>),
}

impl Glob {
    /// A pattern in which `*` and `?` stand for any characters, colons included.
    pub fn new(pattern: &str) -> Self {
        Self::from_tokens(tokens(pattern))
    }

    /// A pattern that matches one text.
    pub(crate) fn exact(text: &str) -> Self {
        Self(Kind::Exact(text.to_owned()))
    }

    /// Makes tokens ready.
    pub(crate) fn from_tokens(tokens: Vec<Token>) -> Self {
        let free = Token::Run { confined: false };
        Self(match tokens.as_slice() {
            [] => Kind::Exact(String::new()),
            [run] if *run == free => Kind::Any,
            [Token::Literal(text)] => Kind::Exact(text.clone()),
            [Token::Literal(text), run] if *run == free => Kind::Prefix(text.clone()),
            [run, Token::Literal(text)] if *run == free => Kind::Suffix(text.clone()),
            [Token::Literal(before), run, Token::Literal(after)] if *run == free => Kind::Around(before.clone(), after.clone()),
            _ => Kind::General(tokens),
        })
    }

    /// Whether a text matches. Case counts.
    pub fn matches(&self, text: &str) -> bool {
        match &self.0 {
            Kind::Any => true,
            Kind::Exact(exact) => exact == text,
            Kind::Prefix(prefix) => text.starts_with(prefix.as_str()),
            Kind::Suffix(suffix) => text.ends_with(suffix.as_str()),
            Kind::Around(before, after) => {
                text.len() >= before.len() + after.len() && text.starts_with(before.as_str()) && text.ends_with(after.as_str())
            }
            Kind::General(tokens) => general(tokens, text),
        }
    }

    /// Whether it matches a text of which only the beginning and the end are known: for certain, certainly not, or nobody knows.
    pub(crate) fn matches_around(&self, before: &str, after: &str) -> Truth {
        match &self.0 {
            Kind::Any => Truth::True,
            Kind::Exact(exact) => may_match(&[Token::Literal(exact.clone())], before, after),
            Kind::Prefix(prefix) if before.starts_with(prefix.as_str()) => Truth::True,
            Kind::Suffix(suffix) if after.ends_with(suffix.as_str()) => Truth::True,
            Kind::Around(start, end) if before.starts_with(start.as_str()) && after.ends_with(end.as_str()) => Truth::True,
            Kind::Prefix(prefix) => may_match(&[Token::Literal(prefix.clone()), Token::Run { confined: false }], before, after),
            Kind::Suffix(suffix) => may_match(&[Token::Run { confined: false }, Token::Literal(suffix.clone())], before, after),
            Kind::Around(start, end) => {
                let run = Token::Run { confined: false };
                may_match(&[Token::Literal(start.clone()), run, Token::Literal(end.clone())], before, after)
            }
            Kind::General(tokens) => may_match(tokens, before, after),
        }
    }

    /// Whether it matches every text.
    pub fn is_any(&self) -> bool {
        self.0 == Kind::Any
    }

    /// Whether it matches every text that another pattern matches. This is decided, not tried on examples. A pair of patterns made to be hard to
    /// compare may be answered with `false` where `true` is right, never the other way.
    pub fn includes(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Kind::Any, _) => true,
            (_, Kind::Exact(text)) => self.matches(text),
            (Kind::Exact(_), _) => false,
            (Kind::Prefix(outer), Kind::Prefix(inner) | Kind::Around(inner, _)) if inner.starts_with(outer.as_str()) => true,
            _ => self == other || includes(&self.tokens(), &other.tokens()),
        }
    }

    /// Whether there is a text that both match.
    pub fn overlaps(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Kind::Any, _) | (_, Kind::Any) => true,
            (_, Kind::Exact(text)) => self.matches(text),
            (Kind::Exact(text), _) => other.matches(text),
            _ => overlaps(&self.tokens(), &other.tokens()),
        }
    }

    fn tokens(&self) -> Vec<Token> {
        let run = Token::Run { confined: false };
        let literal = |text: &String| Token::Literal(text.clone());
        match &self.0 {
            Kind::Any => vec![run],
            Kind::Exact(text) => vec![literal(text)],
            Kind::Prefix(prefix) => vec![literal(prefix), run],
            Kind::Suffix(suffix) => vec![run, literal(suffix)],
            Kind::Around(before, after) => vec![literal(before), run, literal(after)],
            Kind::General(tokens) => tokens.clone(),
        }
    }
}

/// Whether a text matches a pattern with `*` and `?`. Case counts.
pub fn glob_matches(pattern: &str, text: &str) -> bool {
    Glob::new(pattern).matches(text)
}

/// The tokens of a pattern, runs of `*` taken as one.
pub(crate) fn tokens(pattern: &str) -> Vec<Token> {
    let mut found = Vec::new();
    for character in pattern.chars() {
        match character {
            '*' => push(&mut found, Token::Run { confined: false }),
            '?' => push(&mut found, Token::One { confined: false }),
            other => push_char(&mut found, other),
        }
    }
    found
}

/// Adds a token; a run after a run says nothing new, but the freer one wins. `*?` means the same as `?*`, of which a search has less to try.
pub(crate) fn push(tokens: &mut Vec<Token>, token: Token) {
    let before = tokens.len().saturating_sub(1);
    match (tokens.last_mut(), &token) {
        (Some(Token::Run { confined: before }), Token::Run { confined }) => *before = *before && *confined,
        (Some(Token::Run { confined: run }), Token::One { confined }) if *run == *confined => tokens.insert(before, token),
        _ => tokens.push(token),
    }
}

/// Adds a character to the literal at the end.
pub(crate) fn push_char(tokens: &mut Vec<Token>, character: char) {
    if let Some(Token::Literal(text)) = tokens.last_mut() {
        text.push(character);
    } else {
        tokens.push(Token::Literal(character.to_string()));
    }
}

/// A place to go back to: the token after a run, and where in the text the run ends at present.
#[derive(Clone, Copy)]
struct Back {
    token: usize,
    at: usize,
    confined: bool,
}

/// Matches without recursion. On a mismatch the last run is made longer by one character; when that one is confined and stands before a colon,
/// the last free run is. An earlier run never needs to be: what stands between has been matched as early as possible, and a confined run is
/// separated by a colon from everything that may match one. So the time is at most the product of both lengths.
fn general(tokens: &[Token], text: &str) -> bool {
    // Most texts that do not match end otherwise.
    if matches!(tokens.last(), Some(Token::Literal(end)) if !text.ends_with(end.as_str())) {
        return false;
    }
    let (mut token, mut at) = (0, 0);
    let (mut free, mut confined): (Option<Back>, Option<Back>) = (None, None);
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let step = match tokens.get(token) {
            None if rest.is_empty() => return true,
            Some(Token::Run { confined: false }) if token + 1 == tokens.len() => return true,
            // A confined run before a colon ends at the next one, and nowhere else.
            Some(Token::Run { confined: true }) if starts_with_colon(tokens.get(token + 1)) => {
                confined = None;
                memchr(b':', rest.as_bytes())
            }
            Some(Token::Run { confined: is_confined }) => {
                let back = Back { token: token + 1, at, confined: *is_confined };
                if *is_confined {
                    confined = Some(back);
                } else {
                    (free, confined) = (Some(back), None);
                }
                Some(0)
            }
            Some(Token::Literal(literal)) if rest.starts_with(literal.as_str()) => Some(literal.len()),
            Some(Token::One { confined }) => rest.chars().next().filter(|one| !(*confined && *one == ':')).map(char::len_utf8),
            _ => None,
        };
        if let Some(length) = step {
            at += length;
            token += 1;
            continue;
        }
        let longer = confined.and_then(|back| longer(back, text)).inspect(|back| confined = Some(*back)).or_else(|| {
            confined = None;
            free.and_then(|back| longer(back, text)).inspect(|back| free = Some(*back))
        });
        match longer {
            Some(back) => (token, at) = (back.token, back.at),
            None => return false,
        }
    }
}

fn starts_with_colon(token: Option<&Token>) -> bool {
    matches!(token, Some(Token::Literal(literal)) if literal.starts_with(':'))
}

/// The run made longer by one character, if it may be.
fn longer(back: Back, text: &str) -> Option<Back> {
    let next = text.get(back.at..)?.chars().next()?;
    (!(back.confined && next == ':')).then(|| Back { at: back.at + next.len_utf8(), ..back })
}

/// Whether some text with this beginning and this end matches: unknown if so, false if none does.
///
/// The pattern is taken apart into single characters, and its places are followed through the beginning. The missing part may be anything, so every
/// later place can be reached from the first one; the end has to lead from one of those to the end of the pattern.
fn may_match(tokens: &[Token], before: &str, after: &str) -> Truth {
    // Most patterns are of something else altogether.
    if let Some(Token::Literal(start)) = tokens.first()
        && !(before.starts_with(start.as_str()) || start.starts_with(before))
    {
        return Truth::False;
    }
    let steps: Vec<Step> = tokens.iter().flat_map(steps).collect();
    let at_gap = advance(&steps, vec![0], before);
    let Some(first) = at_gap.first() else { return Truth::False };
    let ends = advance(&steps, (*first..=steps.len()).collect(), after);
    if ends.contains(&steps.len()) { Truth::Unknown } else { Truth::False }
}

/// One character's worth of a pattern.
enum Step {
    Is(char),
    One { confined: bool },
    Run { confined: bool },
}

fn steps(token: &Token) -> Vec<Step> {
    match token {
        Token::Literal(text) => text.chars().map(Step::Is).collect(),
        Token::One { confined } => vec![Step::One { confined: *confined }],
        Token::Run { confined } => vec![Step::Run { confined: *confined }],
    }
}

/// The places that can be reached by a text from those that have been, each once and ascending.
fn advance(steps: &[Step], mut places: Vec<usize>, text: &str) -> Vec<usize> {
    // A run may be empty: whoever stands before it stands behind it, too.
    let reach = |places: &mut Vec<usize>, mut place: usize| {
        while places.last().is_none_or(|last| *last < place) {
            places.push(place);
            if !matches!(steps.get(place), Some(Step::Run { .. })) {
                break;
            }
            place += 1;
        }
    };
    let mut next = Vec::with_capacity(places.len() + 1);
    places.iter().for_each(|place| reach(&mut next, *place));
    std::mem::swap(&mut places, &mut next);
    for character in text.chars() {
        next.clear();
        for place in &places {
            let to = match steps.get(*place) {
                Some(Step::Is(expected)) => (*expected == character).then_some(place + 1),
                Some(Step::One { confined }) => (!(*confined && character == ':')).then_some(place + 1),
                Some(Step::Run { confined }) => (!(*confined && character == ':')).then_some(*place),
                None => None,
            };
            to.into_iter().for_each(|to| reach(&mut next, to));
        }
        std::mem::swap(&mut places, &mut next);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn globs() {
        for (pattern, text, matches) in [
            ("*", "", true),
            ("a*c", "abbbc", true),
            ("a*c", "abbbd", false),
            ("a*a", "a", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a?c", "a😀c", true),
            ("a*c", "a\nc", true),
            ("*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaa", false),
            ("", "x", false),
            ("x**", "x", true),
            ("*b*", "abc", true),
            ("a*b?d*", "a__b_b_d_", true),
            ("*?", "", false),
            ("a*??*c", "abc", false),
            ("a*??*c", "abbc", true),
        ] {
            assert_eq!(glob_matches(pattern, text), matches, "{pattern} {text}");
        }
    }

    #[test]
    fn texts_with_a_missing_part() {
        let role = ("arn:aws:iam::111122223333:role/", "Deploy");
        for (pattern, (before, after), expected) in [
            ("*", ("", ""), Truth::True),
            ("arn:aws:iam::*:role/*", role, Truth::Unknown),
            ("arn:aws:iam::111122223333:role/*", role, Truth::True),
            ("arn:aws:iam::*:role/aws-controltower-*", role, Truth::Unknown),
            ("*Deploy", role, Truth::True),
            ("arn:aws:iam::111122223333:role/Deploy", role, Truth::Unknown),
            ("arn:aws:iam::111122223333:role/Other", role, Truth::False),
            ("arn:aws:iam::999999999999:role/*", role, Truth::False),
            ("arn:aws:s3:::bucket/*", role, Truth::False),
            ("arn:aws:s3:::bucket/*", ("", ""), Truth::Unknown),
            ("ab", ("a", "b"), Truth::Unknown),
            ("ab", ("ab", "b"), Truth::False),
            ("a?c", ("a", "c"), Truth::Unknown),
        ] {
            assert_eq!(Glob::new(pattern).matches_around(before, after), expected, "{pattern} {before}…{after}");
        }
    }

    /// What the pattern means, written down without a thought for time.
    fn by_definition(tokens: &[Token], text: &[char]) -> bool {
        match (tokens.first(), text.first()) {
            (None, first) => first.is_none(),
            (Some(Token::Literal(literal)), _) => {
                let literal: Vec<char> = literal.chars().collect();
                text.strip_prefix(literal.as_slice()).is_some_and(|rest| by_definition(&tokens[1..], rest))
            }
            (Some(Token::One { confined }), Some(one)) => !(*confined && *one == ':') && by_definition(&tokens[1..], &text[1..]),
            (Some(Token::One { .. }), None) => false,
            (Some(Token::Run { confined }), first) => {
                by_definition(&tokens[1..], text)
                    || first.is_some_and(|one| !(*confined && *one == ':') && by_definition(tokens, &text[1..]))
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn agrees_with_the_definition(pattern in "(:{0,5}[a:*?]{0,8}){1,2}", text in "[a:b]{0,10}", final_run_is_free in any::<bool>()) {
            let characters: Vec<(char, bool)> = pattern.chars().map(|one| (one, false)).collect();
            let one_by_one = pattern.chars().map(|one| match one {
                '*' => Token::Run { confined: false },
                '?' => Token::One { confined: false },
                other => Token::Literal(other.to_string()),
            });
            let expected = by_definition(&one_by_one.collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>());
            prop_assert_eq!(glob_matches(&pattern, &text), expected);
            for tokens in [tokens(&pattern), super::super::arn::tokens(&characters, final_run_is_free)] {
                let expected = by_definition(&tokens, &text.chars().collect::<Vec<_>>());
                prop_assert_eq!(Glob::from_tokens(tokens).matches(&text), expected);
            }
        }

        #[test]
        fn what_is_certain_of_a_part_is_true_of_every_whole(
            pattern in "[ab:*?]{0,6}", before in "[ab:]{0,3}", gap in "[ab:]{0,4}", after in "[ab:]{0,3}"
        ) {
            let glob = Glob::new(&pattern);
            let whole = glob.matches(&format!("{before}{gap}{after}"));
            match glob.matches_around(&before, &after) {
                Truth::True => prop_assert!(whole),
                Truth::False => prop_assert!(!whole),
                Truth::Unknown => {}
            }
        }
    }
}
