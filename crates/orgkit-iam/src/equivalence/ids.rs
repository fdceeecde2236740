//! Old ids to new ones.

use crate::document::{Document, Principals, Text};
use std::collections::{BTreeMap, BTreeSet};

/// What the ids of the old organization become in the new one: of organizations, roots, units and accounts. An account that moves keeps its id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IdMap(BTreeMap<String, String>);

impl<A: Into<String>, B: Into<String>> FromIterator<(A, B)> for IdMap {
    fn from_iter<T: IntoIterator<Item = (A, B)>>(pairs: T) -> Self {
        Self(pairs.into_iter().map(|(old, new)| (old.into(), new.into())).collect())
    }
}

impl IdMap {
    /// Replaces every id that stands alone: the digits of an account within a longer name are no account.
    pub fn rewrite(&self, text: &str) -> String {
        pieces(text).map(|piece| self.0.get(piece).map_or(piece, String::as_str)).collect()
    }

    /// The document with the new ids in its resources, principals and conditions.
    pub(super) fn rewrite_document(&self, document: &Document) -> Document {
        let mut document = document.clone();
        texts(&mut document, &mut |text| text.value = self.rewrite(&text.value));
        document
    }

    /// The ids of organizations and units in a document that are neither old nor new ones of the map.
    pub(super) fn unmapped(&self, document: &Document) -> Vec<String> {
        let mut found = BTreeSet::new();
        let mut document = document.clone();
        texts(&mut document, &mut |text| {
            let ids = pieces(&text.value).filter(|piece| is_id(piece) && !self.0.contains_key(*piece));
            found.extend(ids.filter(|id| !self.0.values().any(|new| new == id)).map(str::to_owned));
        });
        found.into_iter().collect()
    }
}

/// Goes through every text in which an id may stand.
fn texts(document: &mut Document, visit: &mut impl FnMut(&mut Text)) {
    for statement in &mut document.statements {
        if let Some(resource) = &mut statement.resource {
            resource.values.items.iter_mut().for_each(&mut *visit);
        }
        if let Some(Principals::ByType(types)) = statement.principal.as_mut().map(|element| &mut element.who) {
            types.iter_mut().flat_map(|(_, values)| &mut values.items).for_each(&mut *visit);
        }
        let keys = statement.condition.iter_mut().flatten().flat_map(|block| &mut block.keys);
        keys.flat_map(|(_, values)| &mut values.items).for_each(&mut *visit);
    }
}

/// A text in pieces: words of which ids can be, and single other characters.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |one: char| one.is_ascii_alphanumeric() || matches!(one, '-' | '_');
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = if is_word(first) { rest.find(|one| !is_word(one)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

/// Whether it has the form of an organization's or a unit's id [AWS Organizations API Reference].
fn is_id(word: &str) -> bool {
    let is = |text: &str, from: usize, to: usize| {
        (from..=to).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let unit = |rest: &str| rest.split_once('-').is_some_and(|(root, unit)| is(root, 4, 32) && is(unit, 8, 32));
    word.strip_prefix("o-").is_some_and(|rest| is(rest, 10, 32)) || word.strip_prefix("ou-").is_some_and(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_replaced_where_they_stand_alone() {
        let ids: IdMap = [("o-oldoldold1", "o-newnewnew1"), ("r-old1", "r-new1"), ("111122223333", "444455556666")].into_iter().collect();
        for (text, expected) in [
            ("o-oldoldold1", "o-newnewnew1"),
            ("o-oldoldold1/r-old1/*", "o-newnewnew1/r-new1/*"),
            ("arn:aws:iam::111122223333:role/x", "arn:aws:iam::444455556666:role/x"),
            ("arn:aws:s3:::logs-111122223333", "arn:aws:s3:::logs-111122223333"),
            ("o-oldoldold12", "o-oldoldold12"),
            ("", ""),
            ("ä/o-oldoldold1", "ä/o-newnewnew1"),
        ] {
            assert_eq!(ids.rewrite(text), expected, "{text}");
        }
    }
}
