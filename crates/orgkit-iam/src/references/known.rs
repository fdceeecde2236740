//! The ids that are looked for, what they mean, and what becomes of them.

use super::mention;
use super::shape::IdKind;
use aho_corasick::packed;
use aho_corasick::{AhoCorasick, Input, MatchKind};
use std::collections::BTreeMap;

/// Where a successor takes an id's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Successor {
    /// Wherever the id stands.
    Everywhere,
    /// Only within ARNs of AWS Organizations. So it is with management accounts: the roles and users of the old one are not in the new one.
    InOrganizationsArns,
}

/// An id that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownId {
    id: String,
    kind: IdKind,
    meaning: String,
    successor: Option<(String, Successor)>,
}

/// Ids that cannot be looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KnownError {
    /// It has the form of no id.
    #[error("`{0}` is not the id of an organization, root, unit, account or policy")]
    NoId(String),
    /// A unit cannot become a root.
    #[error("`{old}` is the id of {}, `{new}` that of {}", article(*.old_kind), article(*.new_kind))]
    OtherKind {
        /// The old id.
        old: String,
        /// Its kind.
        old_kind: IdKind,
        /// The new one.
        new: String,
        /// Its kind.
        new_kind: IdKind,
    },
    /// It is given twice, with different successors.
    #[error("`{0}` is given twice, with different successors")]
    Ambiguous(String),
    /// They are too many, or too long, for the search.
    #[error("the ids cannot be searched for: {0}")]
    Search(String),
}

fn article(kind: IdKind) -> String {
    let name = kind.name();
    format!("{} {name}", if name.starts_with(['a', 'o']) { "an" } else { "a" })
}

impl KnownId {
    /// An id with what it is to a person, such as `organization of Acme`.
    ///
    /// # Errors
    /// [`KnownError::NoId`]
    pub fn new(id: &str, meaning: &str) -> Result<Self, KnownError> {
        let kind = IdKind::of(id).ok_or_else(|| KnownError::NoId(id.to_owned()))?;
        Ok(Self { id: id.to_owned(), kind, meaning: meaning.to_owned(), successor: None })
    }

    /// The same with the id that takes its place.
    ///
    /// # Errors
    /// [`KnownError::NoId`], [`KnownError::OtherKind`]
    pub fn becomes(mut self, new: &str, successor: Successor) -> Result<Self, KnownError> {
        let new_kind = IdKind::of(new).ok_or_else(|| KnownError::NoId(new.to_owned()))?;
        if new_kind != self.kind {
            return Err(KnownError::OtherKind { old: self.id, old_kind: self.kind, new: new.to_owned(), new_kind });
        }
        self.successor = Some((new.to_owned(), successor));
        Ok(self)
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it names.
    pub fn kind(&self) -> IdKind {
        self.kind
    }

    /// What it is to a person.
    pub fn meaning(&self) -> &str {
        &self.meaning
    }

    /// The id that takes its place, and where.
    pub fn successor(&self) -> Option<(&str, Successor)> {
        self.successor.as_ref().map(|(id, successor)| (id.as_str(), *successor))
    }
}

/// The ids that are looked for, ready for the search.
#[derive(Debug, Clone)]
pub struct Known {
    ids: Vec<KnownId>,
    numbers: BTreeMap<String, usize>,
    search: Option<Search>,
    unknown: bool,
}

/// Finds the stems: the first characters of the ids, so that wildcards behind them are found, too, and all units of a root by one.
#[derive(Debug, Clone)]
enum Search {
    /// A vector search, for a few stems.
    Packed(packed::Searcher),
    /// An automaton, for many.
    Automaton(AhoCorasick),
}

/// The characters of an organization's id that lead to a look at the rest: `o-` and three.
const ORGANIZATION_STEM: usize = 5;

impl Known {
    /// Ids, in the order in which [`super::What::Known`] counts them. One that is given twice counts once.
    ///
    /// # Errors
    /// [`KnownError::Ambiguous`], [`KnownError::Search`]
    pub fn new(ids: impl IntoIterator<Item = KnownId>) -> Result<Self, KnownError> {
        let mut known = Self { ids: Vec::new(), numbers: BTreeMap::new(), search: None, unknown: false };
        for id in ids {
            match known.numbers.get(&id.id).and_then(|number| known.ids.get(*number)) {
                Some(before) if before.successor == id.successor => {}
                Some(_) => return Err(KnownError::Ambiguous(id.id)),
                None => {
                    known.numbers.insert(id.id.clone(), known.ids.len());
                    known.ids.push(id);
                }
            }
        }
        known.search = Search::new(known.ids.iter().map(stem))?;
        Ok(known)
    }

    /// No id at all: everything that has the shape of an id of an organization, root or unit is found, and condition keys that carry one.
    pub fn shapes() -> Self {
        Self { ids: Vec::new(), numbers: BTreeMap::new(), search: None, unknown: true }
    }

    /// The same ids, and what has the shape of one, as with [`Known::shapes`].
    #[must_use]
    pub fn and_shapes(mut self) -> Self {
        self.unknown = true;
        self
    }

    /// The ids.
    pub fn ids(&self) -> &[KnownId] {
        &self.ids
    }

    /// An id by its number.
    pub fn get(&self, number: usize) -> Option<&KnownId> {
        self.ids.get(number)
    }

    /// The number of an id.
    pub(super) fn number(&self, id: &str) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    /// Whether ids that nobody knows are wanted.
    pub(super) fn wants_unknown(&self) -> bool {
        self.unknown
    }

    /// The first stem from a byte on: where it begins.
    pub(super) fn next_stem(&self, bytes: &[u8], from: usize) -> Option<usize> {
        match self.search.as_ref()? {
            Search::Packed(search) => search.find_in(bytes, aho_corasick::Span { start: from, end: bytes.len() }).map(|hit| hit.start()),
            Search::Automaton(search) => search.find(Input::new(bytes).range(from..)).map(|hit| hit.start()),
        }
    }

    /// Whether a file may hold a reference: a pass at the speed of the memory, over bytes that need not be text. A false answer is certain for ids as
    /// they are and for organizations' ids with a wildcard behind at least three characters. Escaped ids (`\u006f-…`) are found by [`super::find`],
    /// which parses, and in files that hold something else; escapes that could hide one make the answer true.
    pub fn may_be_in(&self, bytes: &[u8]) -> bool {
        mention::is_there(bytes, self) || (self.unknown && mention::has_shape_or_key(bytes))
    }
}

/// What is searched for in place of an id.
fn stem(id: &KnownId) -> &str {
    let length = match id.kind {
        IdKind::Organization => ORGANIZATION_STEM,
        // `ou-` and the root's part with the hyphen behind it.
        IdKind::Unit => id.id.rfind('-').map_or(id.id.len(), |at| at + 1),
        IdKind::Root | IdKind::Account | IdKind::Policy => id.id.len(),
    };
    id.id.get(..length).unwrap_or(&id.id)
}

impl Search {
    fn new<'a>(stems: impl Iterator<Item = &'a str>) -> Result<Option<Self>, KnownError> {
        let mut stems: Vec<&str> = stems.collect();
        stems.sort_unstable();
        stems.dedup();
        if stems.is_empty() {
            return Ok(None);
        }
        stems.push(mention::ESCAPE);
        if let Some(packed) = packed::Searcher::new(&stems) {
            return Ok(Some(Self::Packed(packed)));
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(&stems);
        automaton.map(|search| Some(Self::Automaton(search))).map_err(|error| KnownError::Search(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_of_one_kind_follow_each_other() {
        let message = |old: &str, new: &str| {
            KnownId::new(old, "")
                .and_then(|id| id.becomes(new, Successor::Everywhere))
                .map_or_else(|error| error.to_string(), |_| String::new())
        };
        assert_eq!(message("o-a1b2c3d4e5", "o-f6g7h8i9j0"), "");
        assert_eq!(message("o-short", "o-f6g7h8i9j0"), "`o-short` is not the id of an organization, root, unit, account or policy");
        assert_eq!(message("r-ab12", "111122223333"), "`r-ab12` is the id of a root, `111122223333` that of an account");
        let id = || KnownId::new("r-ab12", "").unwrap();
        assert_eq!(Known::new([id(), id()]).unwrap().ids().len(), 1);
        let error = Known::new([id(), id().becomes("r-cd34", Successor::Everywhere).unwrap()]).unwrap_err();
        assert_eq!(error, KnownError::Ambiguous("r-ab12".to_owned()));
    }

    #[test]
    fn a_file_without_a_reference_is_told_from_one_with() {
        let ids = ["o-a1b2c3d4e5", "ou-ab12-a1b2c3d4", "r-ab12", "111122223333"].map(|id| KnownId::new(id, "").unwrap());
        let known = Known::new(ids).unwrap();
        for (text, expected) in [
            ("a o-a1b2c3d4e5 b", true),
            ("a o-a1b2c3d4e6 b", false),
            ("a o-a1b* b", true),
            ("ou-ab12-*", true),
            ("ou-ab12-zzzzzzzz", false),
            ("\u{fffd}r-ab12", true),
            (r"\u006f-a1b2c3d4e5", true),
            (r"\u00e9", false),
            ("1111222233334", false),
            ("", false),
        ] {
            assert_eq!(known.may_be_in(text.as_bytes()), expected, "{text}");
        }
        assert!(Known::shapes().may_be_in(b"x o-a1b2c3d4e5"));
        assert!(Known::shapes().may_be_in(b"aws:principalorgid"));
        assert!(!Known::shapes().may_be_in(b"foo-a1b2c3d4e5 --o-background"));
    }
}
