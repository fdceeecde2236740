//! Policies made ready, kept from call to call.
//!
//! An entry is used only while the policies that it was made from are, text for text, those that the world holds now. So it cannot outlive
//! a change, nothing has to be told about one, and results never depend on what is kept. It is no part of the world: it is not saved, two
//! worlds with different entries are equal, and a clone begins without any.

use super::set::{Part, Set};
use orgkit_iam::{Evaluator, Explanation, Memo, PolicyKind, RcpServices, Request, Verdict};
use std::collections::BTreeMap;

/// How many sets of policies are kept; one more, and it begins anew. An entry takes some ten kilobytes.
const MOST: usize = 512;

/// Policies made ready.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    /// The services that resource control policies reach.
    pub(super) services: RcpServices,
    entries: BTreeMap<String, Ready>,
}

impl Clone for Compiled {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Compiled {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A set of policies made ready.
#[derive(Debug)]
pub(super) struct Ready {
    /// The documents that it was made from, with kind and level, in order.
    sources: Vec<(PolicyKind, usize, String)>,
    levels: usize,
    evaluator: Evaluator,
    memo: Memo,
    keys: Vec<String>,
    /// The first policy whose document is none.
    unreadable: Option<(PolicyKind, String)>,
}

impl Compiled {
    /// A set made ready: the one that is kept, if it still is the same.
    pub(super) fn ready(&mut self, set: &Set<'_>) -> &mut Ready {
        if self.entries.len() >= MOST && !self.entries.contains_key(&set.key) {
            self.entries.clear();
        }
        let services = &self.services;
        let entry = self.entries.entry(set.key.clone()).or_insert_with(|| Ready::new(set, services));
        if !entry.is_of(set) {
            *entry = Ready::new(set, services);
        }
        entry
    }
}

impl Ready {
    fn new(set: &Set<'_>, services: &RcpServices) -> Self {
        let (policies, unreadable) = set.read();
        let evaluator = match set.levels {
            0 => Evaluator::with_services(&policies, services.clone()),
            _ => Evaluator::guardrails(&policies.scps, &policies.rcps, services.clone()),
        };
        let keys = evaluator.keys().into_iter().map(str::to_owned).collect();
        let sources = set.parts.iter().map(|part| (part.kind, part.level, part.document.to_owned())).collect();
        Self { sources, levels: set.levels, evaluator, memo: Memo::default(), keys, unreadable }
    }

    fn is_of(&self, set: &Set<'_>) -> bool {
        let same = |((kind, level, document), part): (&(PolicyKind, usize, String), &Part<'_>)| {
            (*kind, *level, document.as_str()) == (part.kind, part.level, part.document)
        };
        self.levels == set.levels && self.sources.len() == set.parts.len() && self.sources.iter().zip(&set.parts).all(same)
    }

    /// The condition keys that the policies mention, in lower case: no other can change a verdict.
    pub(super) fn keys(&self) -> &[String] {
        &self.keys
    }

    /// The verdict. A document that cannot be read may say anything, so nothing is allowed beside it; an identity policy that cannot be
    /// read allows nothing by itself.
    pub(super) fn decide(&mut self, call: &Request) -> Verdict {
        let verdict = self.evaluator.decide(call, &mut self.memo);
        if verdict == Verdict::Allowed && self.unreadable.is_some() { Verdict::Unknown } else { verdict }
    }

    /// The verdict with its reasons.
    pub(super) fn explain(&self, call: &Request) -> Explanation {
        self.evaluator.explain(call)
    }

    /// The first policy whose document cannot be read.
    pub(super) fn unreadable(&self) -> Option<&(PolicyKind, String)> {
        self.unreadable.as_ref()
    }
}
