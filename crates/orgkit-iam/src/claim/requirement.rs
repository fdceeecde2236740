//! One condition of a statement: operator, key, values.

use super::values;
use crate::condition::Test;
use crate::document::{Language, Text};

/// A condition, as written and ready.
#[derive(Debug, Clone)]
pub(crate) struct Requirement {
    pub(crate) operator: Text,
    pub(crate) key: Text,
    pub(crate) values: Vec<Text>,
    test: Test,
    language: Language,
}

impl Requirement {
    /// Makes a condition ready.
    pub(crate) fn new(operator: Text, key: Text, items: Vec<Text>, language: Language) -> Self {
        let items = values(items);
        let test = Test::new(&operator.value, &key.value, &items, language);
        Self { operator, key, values: items.items, test, language }
    }

    /// The same with other values.
    pub(crate) fn with(&self, items: Vec<Text>) -> Self {
        Self::new(self.operator.clone(), self.key.clone(), items, self.language)
    }

    /// The same with some of its values only.
    pub(crate) fn only(&self, places: &[usize]) -> Self {
        self.with(places.iter().filter_map(|place| self.values.get(*place).cloned()).collect())
    }

    /// Whether it holds as soon as one of its values matches: then it may be taken apart by values, and put together.
    pub(crate) fn is_any_of(&self) -> bool {
        self.test.is_any_of() && !self.values.is_empty()
    }

    /// Whether another one holds whenever this one does. One whose operator the language does not have is equal to itself and to nothing else.
    pub(crate) fn implies(&self, other: &Self) -> bool {
        self.test.implies(&other.test) || self.parts() == other.parts()
    }

    /// What it is without regard to case, order and spelling: operator, key, values.
    pub(crate) fn parts(&self) -> (String, String, Vec<&str>) {
        let mut texts: Vec<&str> = self.values.iter().map(|text| text.value.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        (self.operator.value.to_ascii_lowercase(), self.key.value.to_ascii_lowercase(), texts)
    }

    /// Leaves out every value that another one of the list includes. A condition asks whether any of its values matches, negated or not, so this
    /// changes nothing.
    pub(crate) fn absorb(&mut self) {
        let mut kept: Vec<usize> = Vec::new();
        for place in 0..self.values.len() {
            if kept.iter().any(|one| self.test.value_includes(*one, place)) {
                continue;
            }
            kept.retain(|one| !self.test.value_includes(place, *one));
            kept.push(place);
        }
        if kept.len() < self.values.len() {
            *self = self.only(&kept);
        }
    }
}
