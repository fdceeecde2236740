//! The language of searches [Resource Explorer User Guide, using-search-query-syntax].
//!
//! Words are looked for in the names of a resource, and one of them is enough. Filters (`region:us-*`, `service:ec2,rds`) must hold all; a
//! value may end in `*`, values are separated by `,`. `-` before a word or a filter turns it round. Capitals do not count. Filters on tags
//! and applications are not simulated, since the world knows neither.

use super::invalid;
use super::inventory::Found;
use crate::ApiError;

/// The filters that are simulated.
const FILTERS: [&str; 5] = ["accountid", "id", "region", "resourcetype", "service"];

/// A search, or the filter of a view.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Query {
    terms: Vec<Term>,
}

#[derive(Debug, PartialEq, Eq)]
struct Term {
    /// Whether it must not match.
    negated: bool,
    /// One of [`FILTERS`]; `None` for a word.
    filter: Option<&'static str>,
    /// Lower-case values, one of which is enough.
    values: Vec<String>,
}

impl Query {
    /// A search with words and filters.
    pub(super) fn parse(text: &str) -> Result<Self, ApiError> {
        let terms: Result<Vec<Term>, ApiError> = split(text).into_iter().map(|word| term(&word)).collect();
        Ok(Self { terms: terms? })
    }

    /// Filters only, as views and `ListResources` take them.
    pub(super) fn of_filters(text: &str) -> Result<Self, ApiError> {
        let query = Self::parse(text)?;
        if query.terms.iter().any(|term| term.filter.is_none()) {
            return Err(invalid("A filter string has no free-form text."));
        }
        Ok(query)
    }

    /// Whether a resource is meant.
    pub(super) fn matches(&self, found: &Found) -> bool {
        let mut words = self.terms.iter().filter(|term| term.filter.is_none() && !term.negated).peekable();
        let any_word = words.peek().is_none() || words.any(|word| word.holds(found));
        let mut others = self.terms.iter().filter(|term| term.filter.is_some() || term.negated);
        any_word && others.all(|term| term.holds(found) != term.negated)
    }
}

impl Term {
    fn holds(&self, found: &Found) -> bool {
        let text = match self.filter {
            None => {
                let names = format!("{} {} {}", found.arn, found.kind, found.region).to_lowercase();
                return self.values.iter().any(|value| names.contains(value.trim_end_matches('*')));
            }
            Some("accountid") => found.account.as_str(),
            Some("region") => found.region.as_str(),
            Some("resourcetype") => found.kind.as_str(),
            Some("service") => found.kind.split(':').next().unwrap_or_default(),
            Some(_) => found.arn.as_str(),
        };
        let text = text.to_lowercase();
        self.values.iter().any(|value| match value.strip_suffix('*') {
            Some(start) => text.starts_with(start),
            None => text == *value,
        })
    }
}

/// The words of a text. Between double quotes a blank is part of the word.
fn split(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for letter in text.chars() {
        match letter {
            '"' => quoted = !quoted,
            _ if letter.is_whitespace() && !quoted => words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty())),
            _ => word.push(letter),
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

fn term(word: &str) -> Result<Term, ApiError> {
    let (negated, rest) = word.strip_prefix('-').map_or((false, word), |rest| (true, rest));
    let lower = rest.to_lowercase();
    // The ARN in `arn:aws:…` is a word, not a filter.
    let (filter, values) = match lower.split_once(':').filter(|(name, _)| *name != "arn") {
        None => (None, vec![lower]),
        Some((name, values)) => {
            let known = FILTERS.into_iter().find(|known| *known == name);
            let filter = known.ok_or_else(|| invalid(format!("The filter `{name}` is not supported.")))?;
            (Some(filter), values.split(',').map(str::to_owned).collect())
        }
    };
    Ok(Term { negated, filter, values })
}
