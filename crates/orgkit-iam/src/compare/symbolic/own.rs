//! What "my organization" is on one side of a comparison.

use crate::context::{Context, ContextValue};
use crate::document::Language;
use std::borrow::Cow;

/// Condition keys that hold the id of an organization or the path of an account in one [IAM User Guide, reference_policies_condition-keys]. A move changes them.
const ORG_KEYS: &[&str] = &[
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:resourceorgid",
    "aws:resourceorgpaths",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
];

/// What a value of a condition begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Start {
    /// With nothing that a move changes.
    Plain,
    /// With the account's own organization.
    Organization,
    /// With the root of the account's own organization, as in `o-…/r-…/`.
    Root,
    /// With the path of the account's own unit, as in `o-…/r-…/ou-…/`.
    Unit,
}

/// The organization and the unit of the account, on one side.
#[derive(Debug)]
pub(super) struct Own {
    id: Option<String>,
    /// What values may begin with, the longest first.
    starts: Vec<(Start, String)>,
    /// What is known of every principal of the account.
    facts: Context,
}

impl Own {
    pub(super) fn new(id: Option<&str>, path: Option<&str>) -> Self {
        let mut facts = Context::partly_known();
        let mut starts = Vec::new();
        let path = path.map(|path| format!("{}/", path.trim_end_matches('/')));
        if let Some((id, path)) = id.zip(path) {
            // The id, the root's id, and an empty rest after each slash.
            if let Some((root, _)) = path.strip_prefix(id).and_then(|rest| rest.strip_prefix('/')).and_then(|rest| rest.split_once('/')) {
                let root = format!("{id}/{root}/");
                if path != root {
                    starts.push((Start::Unit, path.clone()));
                }
                starts.push((Start::Root, root));
                facts.set("aws:PrincipalOrgPaths", ContextValue::Many(vec![path]));
            }
        }
        if let Some(id) = id {
            facts.set("aws:PrincipalOrgID", id);
        }
        Self { id: id.map(str::to_owned), starts, facts }
    }

    /// What is known of every principal of the account; everything else is unknown.
    pub(super) fn facts(&self) -> &Context {
        &self.facts
    }

    /// Takes off the beginning of a value what a move changes, if the key holds such values. What is left says the same on both sides.
    pub(super) fn split<'v>(&self, lower_key: &str, value: &'v str) -> (Start, &'v str) {
        if !ORG_KEYS.contains(&lower_key) {
            return (Start::Plain, value);
        }
        let path = self.starts.iter().find_map(|(start, text)| value.strip_prefix(text.as_str()).map(|rest| (*start, rest)));
        let id = || {
            let rest = value.strip_prefix(self.id.as_deref()?)?;
            (rest.is_empty() || rest.starts_with('/')).then_some((Start::Organization, rest))
        };
        path.or_else(id).unwrap_or((Start::Plain, value))
    }

    /// Fills in `${aws:PrincipalOrgID}`, which for a principal of the account is no unknown.
    pub(super) fn fill<'v>(&self, value: &'v str, language: Language) -> Cow<'v, str> {
        let Some(id) = self.id.as_deref().filter(|_| language == Language::V2012 && value.contains("${")) else {
            return Cow::Borrowed(value);
        };
        let mut filled = String::new();
        let mut rest = value;
        while let Some((before, from)) = rest.split_once("${") {
            let Some((inner, after)) = from.split_once('}') else { break };
            let key = inner.split(',').next().unwrap_or_default().trim();
            filled.push_str(before);
            if key.eq_ignore_ascii_case("aws:PrincipalOrgID") {
                filled.push_str(id);
            } else {
                filled.push_str(&format!("${{{inner}}}"));
            }
            rest = after;
        }
        filled.push_str(rest);
        Cow::Owned(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_begin_with_ones_own_organization_root_or_unit() {
        let own = Own::new(Some("o-old"), Some("o-old/r-a/ou-1"));
        for (key, value, expected) in [
            ("aws:resourceorgid", "o-old", (Start::Organization, "")),
            ("aws:resourceorgid", "o-older", (Start::Plain, "o-older")),
            ("aws:resourceorgpaths", "o-old/*", (Start::Organization, "/*")),
            ("aws:resourceorgpaths", "o-old/r-a/*", (Start::Root, "*")),
            ("aws:resourceorgpaths", "o-old/r-a/ou-1/*", (Start::Unit, "*")),
            ("aws:resourceorgpaths", "o-old/r-a/ou-2/", (Start::Root, "ou-2/")),
            ("aws:principaltag/org", "o-old", (Start::Plain, "o-old")),
        ] {
            assert_eq!(own.split(key, value), expected, "{key} {value}");
        }
        let at_root = Own::new(Some("o-old"), Some("o-old/r-a/"));
        assert_eq!(at_root.split("aws:resourceorgpaths", "o-old/r-a/*"), (Start::Root, "*"));
        assert_eq!(Own::new(None, None).split("aws:resourceorgid", "o-old"), (Start::Plain, "o-old"));
    }

    #[test]
    fn the_variable_is_filled_in() {
        let own = Own::new(Some("o-old"), None);
        for (value, expected) in [
            ("${aws:PrincipalOrgID}", "o-old"),
            ("${AWS:principalorgid, 'x'}/${aws:username}", "o-old/${aws:username}"),
            ("${aws:PrincipalOrgID", "${aws:PrincipalOrgID"),
        ] {
            assert_eq!(own.fill(value, Language::V2012), expected);
        }
        assert_eq!(own.fill("${aws:PrincipalOrgID}", Language::V2008), "${aws:PrincipalOrgID}");
    }
}
