//! Condition keys of a request: present, absent, or not known.

use foldhash::fast::FixedState;
use std::borrow::Cow;
use std::hash::BuildHasher;

/// What a condition key holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContextValue {
    /// One value.
    One(String),
    /// A multivalued key.
    Many(Vec<String>),
    /// The key is not in the request.
    Absent,
    /// Nobody knows whether it is, or with which value.
    Unknown,
}

impl From<&str> for ContextValue {
    fn from(value: &str) -> Self {
        Self::One(value.to_owned())
    }
}

impl From<String> for ContextValue {
    fn from(value: String) -> Self {
        Self::One(value)
    }
}

/// The condition keys of a request. Names know no case [IAM User Guide, reference_policies_condition-keys].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    /// Sorted by name, names in lower case.
    entries: Vec<(Cow<'static, str>, ContextValue)>,
    /// The names' hashes, in the same order: a request has few keys, so going through their hashes finds one sooner than comparing names.
    hashes: Vec<u64>,
    others_unknown: bool,
}

/// A key to look for again and again: its name in lower case, and that name's hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) name: Box<str>,
    hash: u64,
}

impl Key {
    pub(crate) fn new(name: &str) -> Self {
        let name = name.to_ascii_lowercase().into_boxed_str();
        Self { hash: hash(&name), name }
    }
}

fn hash(lower_key: &str) -> u64 {
    FixedState::default().hash_one(lower_key)
}

impl Context {
    /// A context in which every key is absent that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// A context in which every key is unknown that is not set: the right one wherever only a part of a request is on record.
    pub fn partly_known() -> Self {
        Self { others_unknown: true, ..Self::default() }
    }

    /// Sets a key.
    pub fn set(&mut self, key: &str, value: impl Into<ContextValue>) {
        self.put(Cow::Owned(key.to_ascii_lowercase()), value.into());
    }

    /// Sets a key of which the name is at hand in lower case.
    pub(crate) fn set_lower(&mut self, lower_key: &'static str, value: ContextValue) {
        self.put(Cow::Borrowed(lower_key), value);
    }

    fn put(&mut self, key: Cow<'static, str>, value: ContextValue) {
        match self.position(&key) {
            Ok(at) => {
                if let Some(entry) = self.entries.get_mut(at) {
                    entry.1 = value;
                }
            }
            Err(at) => {
                self.hashes.insert(at, hash(&key));
                self.entries.insert(at, (key, value));
            }
        }
    }

    /// The same context with a key set.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<ContextValue>) -> Self {
        self.set(key, value);
        self
    }

    /// What a key holds; its name is given in lower case.
    pub fn get(&self, lower_key: &str) -> &ContextValue {
        let found = self.position(lower_key).ok().and_then(|at| self.entries.get(at)).map(|(_, value)| value);
        found.unwrap_or(self.others())
    }

    /// The same for a key made ready.
    pub(crate) fn find(&self, key: &Key) -> &ContextValue {
        let with_hash = self.hashes.iter().zip(&self.entries).filter(|(hash, _)| **hash == key.hash);
        with_hash.map(|(_, entry)| entry).find(|(name, _)| **name == *key.name).map_or(self.others(), |(_, value)| value)
    }

    /// What a key holds that was not set.
    fn others(&self) -> &ContextValue {
        if self.others_unknown { &ContextValue::Unknown } else { &ContextValue::Absent }
    }

    /// Every key that was set, by name in lower case.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        self.entries.iter().map(|(key, value)| (&**key, value))
    }

    fn position(&self, lower_key: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|(key, _)| (**key).cmp(lower_key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_made_ready_finds_the_same() {
        let mut context = Context::new();
        for index in 0..40 {
            context.set(&format!("aws:PrincipalTag/{}", index * 7 % 40), format!("{index}"));
        }
        for (name, value) in context.iter() {
            assert_eq!(context.find(&Key::new(name)), value);
        }
        assert_eq!(context.find(&Key::new("aws:none")), &ContextValue::Absent);
        assert_eq!(Context::partly_known().find(&Key::new("aws:none")), &ContextValue::Unknown);
    }

    #[test]
    fn names_know_no_case_and_the_rest_is_absent_or_unknown() {
        let known = Context::new().with("aws:SourceIp", "10.0.0.1").with("AWS:sourceip", "10.0.0.2");
        assert_eq!(known.get("aws:sourceip"), &ContextValue::from("10.0.0.2"));
        assert_eq!(known.get("aws:sourcevpc"), &ContextValue::Absent);
        assert_eq!(Context::partly_known().get("aws:sourcevpc"), &ContextValue::Unknown);
    }
}
