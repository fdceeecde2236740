//! Wildcards: `*` for any run of characters, `?` for one.

/// Whether a text matches a pattern with `*` and `?`. Case counts.
///
/// Linear in the text for each `*`: it remembers the last `*` and goes back to it, so that no pattern takes exponential time.
pub fn glob_matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == '?' || Some(&c) == text.get(t) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    p = at + 1;
                    t = from + 1;
                    star = Some((at, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|c| *c == '*'))
}

/// Whether an action matches a pattern such as `organizations:Leave*`. Case does not count
/// [IAM User Guide, reference_policies_elements_action].
pub(crate) fn action_matches(pattern: &str, action: &str) -> bool {
    glob_matches(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase())
}

/// Whether an ARN matches a pattern, each of the six parts for itself, as `ArnLike` and `ArnEquals` do
/// [IAM User Guide, reference_policies_elements_condition_operators].
pub fn arn_matches(pattern: &str, arn: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    let patterns: Vec<_> = pattern.splitn(6, ':').collect();
    let parts: Vec<_> = arn.splitn(6, ':').collect();
    patterns.len() == 6 && parts.len() == 6 && patterns.iter().zip(&parts).all(|(pattern, part)| glob_matches(pattern, part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (pattern, text, matches) in [
            ("*", "", true),
            ("a*c", "abbbc", true),
            ("a*c", "abbbd", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaa", false),
            ("", "x", false),
            ("x**", "x", true),
        ] {
            assert_eq!(glob_matches(pattern, text), matches, "{pattern} {text}");
        }
    }

    #[test]
    fn arns_match_part_by_part() {
        for (pattern, arn, matches) in [
            ("arn:aws:iam::*:role/Migration", "arn:aws:iam::111122223333:role/Migration", true),
            ("arn:aws:iam::*:role/Mig*", "arn:aws:iam::111122223333:role/path/Migration", false),
            ("arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:role/path/Migration", true),
            ("arn:*:Migration", "arn:aws:iam::111122223333:role/Migration", false),
            ("*", "arn:aws:iam::111122223333:root", true),
        ] {
            assert_eq!(arn_matches(pattern, arn), matches, "{pattern} {arn}");
        }
    }
}
