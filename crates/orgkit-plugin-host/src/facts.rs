//! The index over the facts that rules read. Immutable, and cheap to share.

use orgkit_model::{AccountId, Collection, Fact, Outcome};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A fact's place in its index. Guests get it as a handle that is good for one call.
pub type FactRef = u32;

/// A place that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The account; empty when the kind was looked for nowhere.
    pub account: String,
    /// The region, where the kind is regional.
    pub region: Option<String>,
    /// The kind of fact.
    pub kind: String,
    /// Why.
    pub reason: String,
}

/// Facts by kind and account, with the places that could not be looked at.
#[derive(Debug, Clone)]
pub struct FactIndex {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    facts: Vec<Fact>,
    kinds: BTreeMap<String, Kind>,
    looks: Vec<Collection>,
}

#[derive(Debug, Default)]
struct Kind {
    all: Vec<FactRef>,
    by_account: BTreeMap<AccountId, Vec<FactRef>>,
    bytes: u64,
    /// Indexes into `looks`.
    looks: Vec<usize>,
}

impl FactIndex {
    /// The index over facts, and over the looks that gave them or failed to.
    pub fn new(facts: &[Fact], collections: &[Collection]) -> Self {
        let mut kinds: BTreeMap<String, Kind> = BTreeMap::new();
        for (at, fact) in (0..).zip(facts) {
            let kind = kinds.entry(fact.kind.clone()).or_default();
            kind.all.push(at);
            kind.by_account.entry(fact.account.clone()).or_default().push(at);
            kind.bytes += size(&fact.doc);
        }
        for (at, look) in collections.iter().enumerate() {
            kinds.entry(look.kind.clone()).or_default().looks.push(at);
        }
        Self { inner: Arc::new(Inner { facts: facts.to_vec(), kinds, looks: collections.to_vec() }) }
    }

    /// The fact at a place.
    pub fn fact(&self, at: FactRef) -> Option<&Fact> {
        self.inner.facts.get(usize::try_from(at).ok()?)
    }

    /// The facts of a kind, of one account or of all, in their order.
    pub fn of_kind(&self, kind: &str, account: Option<&AccountId>) -> &[FactRef] {
        let Some(kind) = self.inner.kinds.get(kind) else { return &[] };
        match account {
            Some(account) => kind.by_account.get(account).map_or(&[], Vec::as_slice),
            None => &kind.all,
        }
    }

    /// About how many bytes the documents of a kind have.
    pub(crate) fn bytes(&self, kind: &str) -> u64 {
        self.inner.kinds.get(kind).map_or(0, |kind| kind.bytes)
    }

    /// Where a kind could not be looked at, of one account and region or of all. Where nobody looked at all is a gap too.
    pub fn gaps(&self, kind: &str, account: Option<&AccountId>, region: Option<&str>) -> Vec<Gap> {
        let mut looked = false;
        let mut gaps = Vec::new();
        let known = self.inner.kinds.get(kind);
        for look in known.into_iter().flat_map(|kind| &kind.looks).filter_map(|at| self.inner.looks.get(*at)) {
            let elsewhere =
                account.is_some_and(|account| &look.account != account) || region.zip(look.region.as_deref()).is_some_and(|(a, b)| a != b);
            if elsewhere {
                continue;
            }
            looked = true;
            if let Some(reason) = reason(&look.outcome) {
                gaps.push(Gap { account: look.account.to_string(), region: look.region.clone(), kind: kind.to_owned(), reason });
            }
        }
        if !looked && !self.has(kind, account, region) {
            let account = account.map(AccountId::to_string).unwrap_or_default();
            gaps.push(Gap { account, region: region.map(str::to_owned), kind: kind.to_owned(), reason: "it was not collected".to_owned() });
        }
        gaps
    }

    fn has(&self, kind: &str, account: Option<&AccountId>, region: Option<&str>) -> bool {
        self.of_kind(kind, account).iter().filter_map(|at| self.fact(*at)).any(|fact| in_region(fact, region))
    }
}

/// Whether a fact is of a region; a global one is of every region.
pub(crate) fn in_region(fact: &Fact, region: Option<&str>) -> bool {
    region.zip(fact.region.as_deref()).is_none_or(|(asked, at)| asked == at)
}

fn reason(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Denied { action } => Some(format!("access denied: {action} is missing")),
        Outcome::Failed { reason } | Outcome::Partial { reason, .. } => Some(reason.clone()),
        Outcome::Collected { .. } | Outcome::Empty | Outcome::NotAvailable { .. } => None,
    }
}

/// About how long a document is as JSON, without writing it.
fn size(value: &Value) -> u64 {
    let length = |text: &str| u64::try_from(text.len()).unwrap_or(u64::MAX).saturating_add(3);
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        Value::String(text) => length(text),
        Value::Array(items) => items.iter().map(size).sum::<u64>() + 2,
        Value::Object(members) => members.iter().map(|(name, member)| length(name) + size(member)).sum::<u64>() + 2,
    }
}
