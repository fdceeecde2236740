//! An estate with its facts and looks found by account and kind.

use jiff::Timestamp;
use orgkit_model::{Account, AccountId, AccountState, Collection, Estate, Fact, Outcome};
use serde_json::Value;
use std::collections::BTreeMap;

/// Facts or looks by account and then by kind.
type ByPlace<'a, T> = BTreeMap<&'a str, BTreeMap<&'a str, Vec<&'a T>>>;

/// What was seen, and where somebody looked.
pub(super) struct Seen<'a> {
    /// The estate itself.
    pub(super) estate: &'a Estate,
    facts: ByPlace<'a, Fact>,
    looks: ByPlace<'a, Collection>,
}

impl<'a> Seen<'a> {
    /// Sorts an estate.
    pub(super) fn new(estate: &'a Estate) -> Self {
        let mut seen = Self { estate, facts: BTreeMap::new(), looks: BTreeMap::new() };
        for fact in &estate.facts {
            seen.facts.entry(fact.account.as_str()).or_default().entry(&fact.kind).or_default().push(fact);
        }
        for look in &estate.collections {
            seen.looks.entry(look.account.as_str()).or_default().entry(&look.kind).or_default().push(look);
        }
        seen
    }

    /// The facts of one kind in one account.
    pub(super) fn facts(&self, account: &AccountId, kind: &str) -> &[&'a Fact] {
        self.facts.get(account.as_str()).and_then(|kinds| kinds.get(kind)).map_or(&[], Vec::as_slice)
    }

    /// All facts of an account whose kind begins like that.
    pub(super) fn facts_like(&self, account: &AccountId, start: &str) -> impl Iterator<Item = &'a Fact> {
        let kinds = self.facts.get(account.as_str()).into_iter().flatten().filter(move |(kind, _)| kind.starts_with(start));
        kinds.flat_map(|(_, facts)| facts.iter().copied())
    }

    /// Whether somebody looked for a kind in an account, everywhere, and was answered in full. That there was nobody to ask, as in a closed
    /// account, is no answer.
    pub(super) fn looked(&self, account: &AccountId, kind: &str) -> bool {
        let is_answered = |look: &&Collection| matches!(look.outcome, Outcome::Collected { .. } | Outcome::Empty);
        self.looks.get(account.as_str()).and_then(|kinds| kinds.get(kind)).is_some_and(|looks| looks.iter().all(is_answered))
    }

    /// Whether anybody looked for a kind anywhere.
    pub(super) fn was_asked(&self, kind: &str) -> bool {
        self.looks.values().any(|kinds| kinds.contains_key(kind))
    }

    /// The looks in an account that AWS was to answer; what the walk over the organizations gives is none.
    pub(super) fn looks_in(&self, account: &AccountId) -> impl Iterator<Item = &'a Collection> {
        let kinds = self.looks.get(account.as_str()).into_iter().flatten().filter(|(kind, _)| !kind.starts_with("organizations:"));
        kinds.flat_map(|(_, looks)| looks.iter().copied())
    }

    /// Whether an account that is in use could not be entered at all.
    pub(super) fn is_locked(&self, account: &Account) -> bool {
        let mut looks = self.looks_in(&account.id).peekable();
        account.state == AccountState::Active && looks.peek().is_some() && looks.all(|look| matches!(look.outcome, Outcome::Failed { .. }))
    }

    /// How many whole days before the discovery a time was.
    pub(super) fn days_ago(&self, at: Timestamp) -> u32 {
        u32::try_from(self.estate.taken_at.duration_since(at).as_hours() / 24).unwrap_or(0)
    }

    /// The same for a time that is written in a document.
    pub(super) fn days_since(&self, document: &Value, member: &str) -> Option<u32> {
        text(document, member)?.parse().ok().map(|at| self.days_ago(at))
    }

    /// An account as people know it.
    pub(super) fn named(&self, account: &AccountId) -> String {
        format!("{account} ({})", self.estate.name_of(account))
    }
}

/// A member's text.
pub(super) fn text<'v>(document: &'v Value, member: &str) -> Option<&'v str> {
    document.get(member)?.as_str()
}

/// A member's list; empty where there is none.
pub(super) fn list<'v>(document: &'v Value, member: &str) -> &'v [Value] {
    document.get(member).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
