//! Which policy hangs on which root, unit or account, and since when.

use jiff::Timestamp;
use orgkit_model::PolicyId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The attachments of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Attachments {
    /// The policies on each target; a target without any has no entry.
    targets: BTreeMap<String, BTreeMap<PolicyId, Attached>>,
    /// How many attachments there ever were: the next one's number.
    made: u64,
}

/// One attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attached {
    /// Its number. Policies of one target merge in the order in which they were attached.
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
}

impl Attachments {
    /// Attaches a policy. One that hangs there already stays as it is.
    pub(crate) fn attach(&mut self, target: &str, policy: PolicyId, at: Timestamp) {
        let number = self.made;
        let on_target = self.targets.entry(target.to_owned()).or_default();
        on_target.entry(policy).or_insert_with(|| {
            self.made += 1;
            Attached { number, at }
        });
    }

    /// Detaches a policy.
    pub(crate) fn detach(&mut self, target: &str, policy: &PolicyId) {
        if let Some(on_target) = self.targets.get_mut(target) {
            on_target.remove(policy);
            if on_target.is_empty() {
                self.targets.remove(target);
            }
        }
    }

    /// Detaches everything from a target that is going.
    pub(crate) fn release(&mut self, target: &str) {
        self.targets.remove(target);
    }

    /// Detaches every policy that `is_one` says.
    pub(crate) fn detach_all(&mut self, is_one: impl Fn(&PolicyId) -> bool) {
        for on_target in self.targets.values_mut() {
            on_target.retain(|policy, _| !is_one(policy));
        }
        self.targets.retain(|_, on_target| !on_target.is_empty());
    }

    /// The policies on a target, by id.
    pub(crate) fn on(&self, target: &str) -> impl Iterator<Item = (&PolicyId, Attached)> {
        self.targets.get(target).into_iter().flatten().map(|(policy, attached)| (policy, *attached))
    }

    /// Whether a policy hangs on a target.
    pub(crate) fn has(&self, target: &str, policy: &PolicyId) -> bool {
        self.targets.get(target).is_some_and(|on_target| on_target.contains_key(policy))
    }

    /// The targets of a policy, by id.
    pub(crate) fn targets_of<'a>(&'a self, policy: &'a PolicyId) -> impl Iterator<Item = &'a str> {
        self.targets.iter().filter(|(_, on_target)| on_target.contains_key(policy)).map(|(target, _)| target.as_str())
    }

    /// All targets with the policies on them.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &PolicyId)> {
        self.targets.iter().flat_map(|(target, on_target)| on_target.keys().map(|policy| (target.as_str(), policy)))
    }
}
