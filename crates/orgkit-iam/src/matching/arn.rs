//! Patterns of ARNs: `arn:partition:service:region:account:resource`.

use super::glob::{Glob, Token, push, push_char};

/// Whether an ARN matches a pattern, each of the six parts for itself, as `ArnLike` and `ArnEquals` do
/// [IAM User Guide, reference_policies_elements_condition_operators].
pub fn arn_matches(pattern: &str, arn: &str) -> bool {
    let characters: Vec<(char, bool)> = pattern.chars().map(|one| (one, false)).collect();
    arn_pattern(&characters).matches(arn)
}

/// The pattern of an `Arn…` condition operator. The wildcards of the first five parts end at a colon; the sixth keeps its colons. A pattern with
/// fewer parts that ends with `*` says nothing about the parts that are missing.
pub(crate) fn arn_pattern(characters: &[(char, bool)]) -> Glob {
    Glob::from_tokens(tokens(characters, false))
}

/// The pattern of a `Resource` element [IAM User Guide, reference_policies_elements_resource]: as above, and a `*` that is the last character of
/// its part may match beyond the colon.
pub(crate) fn resource_pattern(characters: &[(char, bool)]) -> Glob {
    Glob::from_tokens(tokens(characters, true))
}

/// The number of the last part, which keeps its colons, counted from 0.
const LAST_PART: usize = 5;

pub(super) fn tokens(characters: &[(char, bool)], final_run_is_free: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut part = 0;
    for (index, (character, verbatim)) in characters.iter().enumerate() {
        let next = characters.get(index + 1);
        match character {
            '*' if !verbatim => {
                let ends_part = next.is_none_or(|(next, _)| *next == ':');
                let free = part >= LAST_PART || next.is_none() || (final_run_is_free && ends_part);
                push(&mut tokens, Token::Run { confined: !free });
            }
            '?' if !verbatim => push(&mut tokens, Token::One { confined: part < LAST_PART }),
            other => {
                // A colon that was filled in for a variable belongs to the value, not to the ARN's form.
                part += usize::from(*other == ':' && !verbatim);
                push_char(&mut tokens, *other);
            }
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_match_part_by_part() {
        for (pattern, arn, matches) in [
            ("arn:aws:iam::*:role/Migration", "arn:aws:iam::111122223333:role/Migration", true),
            ("arn:aws:iam::*:role/Mig*", "arn:aws:iam::111122223333:role/path/Migration", false),
            ("arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:role/path/Migration", true),
            ("arn:*:Migration", "arn:aws:iam::111122223333:role/Migration", false),
            ("arn:aws:sns:*:*:a:*", "arn:aws:sns:eu-west-1:111122223333:a:b:c", true),
            ("arn:aws:sns:*:b", "arn:aws:sns:eu-west-1:111122223333:b", false),
            ("arn:aws:iam::1111?2223333:role/x", "arn:aws:iam::111122223333:role/x", true),
            ("arn:aws:iam::*", "arn:aws:iam::111122223333:role/x", true),
            ("*", "arn:aws:iam::111122223333:root", true),
        ] {
            assert_eq!(arn_matches(pattern, arn), matches, "{pattern} {arn}");
        }
    }

    #[test]
    fn resources_may_run_past_colons() {
        for (pattern, arn, matches) in [
            ("*", "*", true),
            ("arn:aws:logs:*", "arn:aws:logs:eu-west-1:111122223333:log-group:x:*", true),
            ("arn:aws:logs:*:log-group:x", "arn:aws:logs:eu-west-1:111122223333:log-group:x", true),
            ("arn:aws:iam::*333:role/x", "arn:aws:iam::111122223333:role/x", true),
            ("arn:aws:iam::1*3:role/x", "arn:aws:iam::1:2:3:role/x", false),
            ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a:b/c", true),
            ("arn:aws:s3:::bucket", "arn:aws:s3:::Bucket", false),
        ] {
            let characters: Vec<(char, bool)> = pattern.chars().map(|one| (one, false)).collect();
            assert_eq!(resource_pattern(&characters).matches(arn), matches, "{pattern} {arn}");
        }
    }
}
