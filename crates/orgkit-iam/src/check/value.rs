//! What several checks ask of a value.

use super::code::Code;
use super::finding::Findings;
use crate::document::Values;
use crate::principal::is_account;
use crate::short::Short;

/// Reports an empty list.
pub(super) fn not_empty(values: &Values, element: &str, found: &mut Findings) {
    if values.items.is_empty() {
        found.report(Code::EmptyList, values.span, format!("`{}` is an empty list", Short(element)));
    }
}

/// Whether the account part of an ARN can be one: empty, twelve digits, a pattern, a variable, or the name of an owner, such as `aws`.
pub(super) fn is_account_part(part: &str) -> bool {
    let is_owner =
        part.starts_with(|first: char| first.is_ascii_lowercase()) && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    part.is_empty() || part.contains(['*', '?', '$']) || is_account(part) || is_owner
}

/// The parts of an ARN, at most six; the colons of variables do not count.
pub(super) fn arn_parts(arn: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_u32);
    for (at, byte) in arn.bytes().enumerate() {
        match byte {
            b'{' if arn.get(..at).is_some_and(|before| before.ends_with('$')) => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b':' if depth == 0 && parts.len() < 5 => {
                parts.push(arn.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(arn.get(start..).unwrap_or_default());
    parts
}

#[cfg(test)]
mod tests {
    use super::arn_parts;

    #[test]
    fn variables_do_not_split() {
        assert_eq!(arn_parts("arn:aws:s3:::${aws:username}/a:b"), ["arn", "aws", "s3", "", "", "${aws:username}/a:b"]);
        assert_eq!(arn_parts("arn:aws:s3:${aws:region}:x").len(), 5);
        assert_eq!(arn_parts("arn:aws"), ["arn", "aws"]);
    }
}
