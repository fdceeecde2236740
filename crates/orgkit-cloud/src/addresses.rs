//! E-mail addresses in what a service says: the words of an error go into journal, logs and reports, and an address does not belong there.

use std::borrow::Cow;

/// What stands in the place of an address.
const INSTEAD: &str = "[address]";

/// A text without its e-mail addresses. IAM Identity Center names sessions after the user's address, so an ordinary refusal holds one:
/// `User: arn:aws:sts::111122223333:assumed-role/Admin/ann@example.com is not authorized to …`.
pub fn without_addresses(text: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut kept = 0;
    for (at, _) in text.match_indices('@') {
        let (before, after) = text.split_at(at);
        let Some(local) = before.get(kept..) else { continue };
        let start = at - local.chars().rev().take_while(|letter| is_local(*letter)).map(char::len_utf8).sum::<usize>();
        let domain = after.get(1..).unwrap_or_default();
        let length = domain.find(|letter: char| !is_domain(letter)).unwrap_or(domain.len());
        let length = domain.get(..length).map_or(0, |domain| domain.trim_end_matches(['.', '-']).len());
        if start < at && length > 0 {
            masked.push_str(text.get(kept..start).unwrap_or_default());
            masked.push_str(INSTEAD);
            kept = at + 1 + length;
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(text.get(kept..).unwrap_or_default());
    Cow::Owned(masked)
}

/// The letters of an address before its `@` that addresses are really made of; RFC 5322 has a few more.
fn is_local(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | '_' | '%' | '+' | '-' | '\'' | '&')
}

fn is_domain(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_left_out_and_nothing_else() {
        for (text, expected) in [
            ("nothing here", "nothing here"),
            ("", ""),
            ("ann@example.com", "[address]"),
            (
                "User: arn:aws:sts::1:assumed-role/Admin/ann.b+c@corp.example.com is not",
                "User: arn:aws:sts::1:assumed-role/Admin/[address] is not",
            ),
            ("to a@b.co, c@d.co.", "to [address], [address]."),
            ("<ö@müller.de>", "<[address]>"),
            ("ann@localhost", "[address]"),
            ("a@b@c.de", "[address]@c.de"),
            ("@", "@"),
            ("x @ y", "x @ y"),
            ("@example", "@example"),
        ] {
            assert_eq!(without_addresses(text), expected, "{text}");
        }
    }
}
