//! Policies that are asked together, as they stand in the world.

use orgkit_iam::{Document, Level, Policies, Policy, PolicyKind};

/// Policies that are asked together: a chain of guardrails, or everything that gives a caller permissions.
#[derive(Debug, Clone)]
pub(crate) struct Set<'w> {
    /// What the set is found by. Sets with the same key are nearly always the same, but need not be.
    pub(crate) key: String,
    /// How many levels a chain of guardrails has; a level may be without policies.
    pub(crate) levels: usize,
    /// The policies.
    pub(crate) parts: Vec<Part<'w>>,
    /// The caller's attached policies of which nobody knows the document.
    pub(crate) unknown: Vec<String>,
}

/// A policy and its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'w> {
    /// Its kind.
    pub(crate) kind: PolicyKind,
    /// Its level in a chain of guardrails, from the root down.
    pub(crate) level: usize,
    /// What it is called.
    pub(crate) name: &'w str,
    /// Its document.
    pub(crate) document: &'w str,
}

impl<'w> Set<'w> {
    /// A set without policies.
    pub(crate) fn new(key: String) -> Self {
        Self { key, levels: 0, parts: Vec::new(), unknown: Vec::new() }
    }

    /// Adds a policy that is not part of a chain.
    pub(crate) fn add(&mut self, kind: PolicyKind, name: &'w str, document: &'w str) {
        self.add_at(0, kind, name, document);
    }

    /// Adds a policy at a level.
    pub(crate) fn add_at(&mut self, level: usize, kind: PolicyKind, name: &'w str, document: &'w str) {
        self.parts.push(Part { kind, level, name, document });
    }

    /// The policies as the evaluator takes them, and kind and name of the first whose document cannot be read.
    pub(crate) fn read(&self) -> (Policies, Option<(PolicyKind, String)>) {
        let mut policies = Policies::default();
        let mut unreadable = None;
        let levels = || vec![Level { target: "".into(), policies: Vec::new() }; self.levels];
        match self.parts.first().map(|part| part.kind) {
            Some(PolicyKind::Rcp) => policies.rcps = levels(),
            _ => policies.scps = levels(),
        }
        for part in &self.parts {
            let Ok(document) = Document::parse(part.document) else {
                unreadable.get_or_insert((part.kind, part.name.to_owned()));
                continue;
            };
            let policy = Policy::new(part.name, document);
            match part.kind {
                PolicyKind::Scp => push(&mut policies.scps, part.level, policy),
                PolicyKind::Rcp => push(&mut policies.rcps, part.level, policy),
                PolicyKind::Identity => policies.identity.push(policy),
                PolicyKind::Boundary => policies.boundary = Some(policy),
                PolicyKind::Session => policies.session.push(policy),
                PolicyKind::Resource => policies.resource = Some(policy),
                PolicyKind::Endpoint => policies.endpoint.push(policy),
            }
        }
        (policies, unreadable)
    }
}

fn push(levels: &mut [Level], level: usize, policy: Policy) {
    if let Some(level) = levels.get_mut(level) {
        level.policies.push(policy);
    }
}
