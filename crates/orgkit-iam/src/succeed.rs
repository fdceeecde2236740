//! Adding an organization's successor beside it.

use crate::condition::{Comparison, Operator};
use crate::references::{Carries, carries};
use crate::{Document, ParseError, glob_matches};
use serde_json::{Map, Value};

/// A policy to which the successor of an organization cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SucceedError {
    /// The document cannot be read.
    #[error("the policy document cannot be read")]
    Unreadable(#[source] ParseError),
    /// The old organization is named by a pattern that does not match the new one: what it is to match is a person's to say.
    #[error("`{key}` names the old organization by the pattern `{value}`")]
    Pattern {
        /// The condition key, as written.
        key: String,
        /// The value.
        value: String,
    },
    /// A path leads to a root or unit of the old organization, and those do not move.
    #[error("`{key}` names a root or unit of the old organization: `{value}`")]
    Path {
        /// The condition key, as written.
        key: String,
        /// The value.
        value: String,
    },
    /// The operator does not compare texts, so a second value would not mean what the first one does.
    #[error("`{key}` is compared by `{operator}`")]
    Operator {
        /// The condition key, as written.
        key: String,
        /// The operator.
        operator: String,
    },
}

/// The document with the new organization's id beside the old one's in every condition on a key that carries an organization
/// (`aws:PrincipalOrgID`, `aws:ResourceOrgPaths` …; [`references::IDENTITY_KEYS`](crate::references::IDENTITY_KEYS)); `None` where nothing has to be added.
///
/// Whoever comes from the new organization is then treated as if he came from the old one, and for the old one nothing changes. This holds for negated
/// operators, too: with `StringNotEquals` a list means none of its values
/// [IAM User Guide, reference_policies_condition-logic-multiple-context-keys-or-values]. Nothing is taken out and the order of the values stays; each new value
/// stands behind the one that it goes with. `Resource` and `Principal` elements are left alone: no organization is a principal, and objects
/// do not move.
///
/// # Errors
/// [`SucceedError`], when any of the conditions cannot be changed safely. Then none is.
pub fn add_organization(content: &str, old: &str, new: &str) -> Result<Option<String>, SucceedError> {
    Document::parse(content).map_err(SucceedError::Unreadable)?;
    // INVARIANT: `Document::parse` read the same text as JSON, and found a `Statement` that is an object or a list of objects.
    let mut value: Value = serde_json::from_str(content).unwrap_or_default();
    let statements: Vec<&mut Value> = match value.get_mut("Statement") {
        Some(Value::Array(list)) => list.iter_mut().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let pair = Pair { old, new };
    let mut added = 0;
    for block in statements.into_iter().filter_map(|statement| statement.get_mut("Condition")?.as_object_mut()) {
        for (operator, keys) in block.iter_mut() {
            let Some(keys) = keys.as_object_mut() else { continue };
            added += pair.widen(operator, keys)?;
        }
    }
    Ok((added > 0).then(|| value.to_string()))
}

struct Pair<'a> {
    old: &'a str,
    new: &'a str,
}

impl Pair<'_> {
    /// Adds to the values of an operator's keys. Returns how many values came in.
    fn widen(&self, operator: &str, keys: &mut Map<String, Value>) -> Result<usize, SucceedError> {
        let mut added = 0;
        for (key, values) in keys.iter_mut() {
            let is_path = match carries(key) {
                Some(Carries::Organization) => false,
                Some(Carries::Path) => true,
                _ => continue,
            };
            let written: Vec<&str> = match &*values {
                Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
                Value::String(one) => vec![one],
                _ => continue,
            };
            let mut result: Vec<String> = Vec::with_capacity(written.len() + 1);
            for value in &written {
                result.push((*value).to_owned());
                let partner = if is_path { self.path(key, operator, value)? } else { self.id(key, operator, value)? };
                let partner = partner.filter(|partner| !written.contains(&partner.as_str()) && !result.contains(partner));
                added += usize::from(partner.is_some());
                result.extend(partner);
            }
            if result.len() > written.len() {
                *values = result.into();
            }
        }
        Ok(added)
    }

    /// What has to stand beside an id.
    fn id(&self, key: &str, operator: &str, value: &str) -> Result<Option<String>, SucceedError> {
        let comparison = Operator::parse(operator).map(|operator| operator.comparison);
        let (names_old, names_new) = match comparison {
            Some(Comparison::StringEquals) => (value == self.old, value == self.new),
            Some(Comparison::StringEqualsIgnoreCase) => (value.eq_ignore_ascii_case(self.old), value.eq_ignore_ascii_case(self.new)),
            Some(Comparison::StringLike) => (glob_matches(value, self.old), glob_matches(value, self.new)),
            _ if value.contains(self.old) => {
                return Err(SucceedError::Operator { key: key.to_owned(), operator: operator.to_owned() });
            }
            _ => return Ok(None),
        };
        match (names_old, names_new) {
            (true, false) if value.eq_ignore_ascii_case(self.old) => Ok(Some(self.new.to_owned())),
            (true, false) => Err(SucceedError::Pattern { key: key.to_owned(), value: value.to_owned() }),
            _ => Ok(None),
        }
    }

    /// What has to stand beside a path: only that of a whole organization has a counterpart.
    fn path(&self, key: &str, operator: &str, value: &str) -> Result<Option<String>, SucceedError> {
        let comparison = Operator::parse(operator).map(|operator| operator.comparison);
        let of_anyone = value.starts_with("*/") || value.starts_with("o-*/");
        let names_place = value.contains("/ou-") || value.contains("/r-");
        let organization = value.split('/').next().unwrap_or_default();
        let (names_old, names_new) = (glob_matches(organization, self.old), glob_matches(organization, self.new));
        if comparison == Some(Comparison::StringLike) && value.strip_prefix(self.old) == Some("/*") {
            return Ok(Some(format!("{}/*", self.new)));
        }
        let is_pattern = organization.contains(['*', '?']);
        if value.contains(self.old) || (of_anyone && names_place) || (is_pattern && names_old && names_place) {
            return Err(SucceedError::Path { key: key.to_owned(), value: value.to_owned() });
        }
        if is_pattern && names_old && !names_new {
            return Err(SucceedError::Pattern { key: key.to_owned(), value: value.to_owned() });
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(condition: &str) -> String {
        format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{condition}}}]}}"#)
    }

    fn changed(condition: &str) -> String {
        match add_organization(&policy(condition), "o-oldoldold1", "o-newnewnew1") {
            Ok(None) => "nothing".to_owned(),
            Ok(Some(text)) => {
                let value: Value = serde_json::from_str(&text).unwrap();
                value.pointer("/Statement/0/Condition").unwrap().to_string()
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_new_id_comes_in_behind_the_old_one_whatever_the_operator() {
        for (condition, expected) in [
            (
                r#"{"StringEquals":{"aws:PrincipalOrgID":"o-oldoldold1"}}"#,
                r#"{"StringEquals":{"aws:PrincipalOrgID":["o-oldoldold1","o-newnewnew1"]}}"#,
            ),
            (
                r#"{"StringNotEqualsIfExists":{"AWS:resourceorgid":["o-first00001","o-oldoldold1","o-third00001"]}}"#,
                r#"{"StringNotEqualsIfExists":{"AWS:resourceorgid":["o-first00001","o-oldoldold1","o-newnewnew1","o-third00001"]}}"#,
            ),
            (
                r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-oldoldold1/*"}}"#,
                r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":["o-oldoldold1/*","o-newnewnew1/*"]}}"#,
            ),
            (r#"{"StringEquals":{"aws:SourceOrgID":["o-newnewnew1","o-oldoldold1"]}}"#, "nothing"),
            (r#"{"StringLike":{"aws:PrincipalOrgID":"o-*"}}"#, "nothing"),
            (r#"{"StringEquals":{"aws:PrincipalOrgID":"o-elsewhere1"}}"#, "nothing"),
            (r#"{"StringEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}}"#, "nothing"),
            (r#"{"Null":{"aws:PrincipalOrgID":"true"}}"#, "nothing"),
            (r#"{"StringEquals":{"aws:PrincipalTag/org":"o-oldoldold1"}}"#, "nothing"),
            (r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"*"}}"#, "nothing"),
        ] {
            assert_eq!(changed(condition), expected, "{condition}");
        }
    }

    #[test]
    fn what_cannot_be_changed_safely_is_refused_with_its_reason() {
        for (condition, expected) in [
            (
                r#"{"StringLike":{"aws:PrincipalOrgID":"o-oldold*"}}"#,
                "`aws:PrincipalOrgID` names the old organization by the pattern `o-oldold*`",
            ),
            (
                r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-oldoldold1/r-ab12/ou-ab12-11112222/*"}}"#,
                "`aws:PrincipalOrgPaths` names a root or unit of the old organization: `o-oldoldold1/r-ab12/ou-ab12-11112222/*`",
            ),
            (
                r#"{"ForAnyValue:StringLike":{"aws:SourceOrgPaths":"*/ou-ab12-11112222/*"}}"#,
                "`aws:SourceOrgPaths` names a root or unit of the old organization: `*/ou-ab12-11112222/*`",
            ),
            (
                r#"{"ForAnyValue:StringEquals":{"aws:PrincipalOrgPaths":"o-oldoldold1/*"}}"#,
                "`aws:PrincipalOrgPaths` names a root or unit of the old organization: `o-oldoldold1/*`",
            ),
            (r#"{"ArnEquals":{"aws:PrincipalOrgID":"o-oldoldold1"}}"#, "`aws:PrincipalOrgID` is compared by `ArnEquals`"),
        ] {
            assert_eq!(changed(condition), expected, "{condition}");
        }
        assert!(matches!(add_organization("no policy", "o-a", "o-b"), Err(SucceedError::Unreadable(_))));
    }
}
