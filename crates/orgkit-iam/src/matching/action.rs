//! Patterns of actions.

use super::glob::Glob;

/// A pattern in `Action` or `NotAction` [IAM User Guide, reference_policies_elements_action].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ActionPattern {
    /// It matches every action.
    Any,
    /// It matches what this matches, in lower case.
    Like(Glob),
    /// It matches nothing: there is no service prefix, or a blank in it.
    Nothing,
}

impl ActionPattern {
    /// Makes a pattern ready. Case does not count; `*` and `?` may stand anywhere.
    pub(crate) fn new(pattern: &str) -> Self {
        let lower = pattern.to_ascii_lowercase();
        if !lower.is_empty() && lower.bytes().all(|byte| byte == b'*') {
            return Self::Any;
        }
        if lower.contains(char::is_whitespace) || !lower.contains(':') {
            return Self::Nothing;
        }
        Self::Like(Glob::new(&lower))
    }

    /// Whether an action matches; it is given in lower case.
    pub(crate) fn matches(&self, lower_action: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Like(glob) => glob.matches(lower_action),
            Self::Nothing => false,
        }
    }

    /// Whether it matches every action that another pattern matches.
    pub(crate) fn includes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Nothing) => true,
            (Self::Like(outer), Self::Like(inner)) => outer.includes(inner),
            (Self::Like(_) | Self::Nothing, _) => false,
        }
    }

    /// Whether there may be an action that both match.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::Nothing) => false,
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::Like(one), Self::Like(two)) => one.overlaps(two),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions() {
        for (pattern, action, matches) in [
            ("*", "s3:getobject", true),
            ("S3:Get*", "s3:getobject", true),
            ("s3:*Object", "s3:getobject", true),
            ("s3:Get?bject", "s3:getobject", true),
            ("*:*", "s3:getobject", true),
            ("s3:Put*", "s3:getobject", false),
            ("s3*", "s3:getobject", false),
            ("s3:Get Object", "s3:get object", false),
            ("", "s3:getobject", false),
        ] {
            assert_eq!(ActionPattern::new(pattern).matches(action), matches, "{pattern} {action}");
        }
    }
}
