//! How management policies merge [Organizations User Guide, policy-operators and inheritance-examples].
//!
//! A policy is a tree of settings. Levels merge from the root down to the account. On one level the policies count in the order in which
//! they were attached: the first `@@assign` of a setting sets it, then every `@@append` adds, then every `@@remove` takes away.
//! `@@operators_allowed_for_child_policies` binds the levels below; it can only be narrowed, also among policies of one level. It binds the
//! setting at which it stands, what stands below that without a word of its own, and new settings there. That a setting of its own word is
//! not bound by the one above follows from the examples, which repeat it at each setting. An operator that is not allowed does nothing.

use orgkit_model::PolicyId;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

const ASSIGN: &str = "@@assign";
const APPEND: &str = "@@append";
const REMOVE: &str = "@@remove";
const CHILDREN: &str = "@@operators_allowed_for_child_policies";

/// A policy on a level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layer<'a> {
    pub(super) policy: &'a PolicyId,
    pub(super) document: &'a Value,
}

/// A setting and what is below it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Setting {
    value: Option<Value>,
    below: BTreeMap<String, Setting>,
    /// What policies of the levels below may do here; `None`: what they may do one setting further up.
    allowed: Option<Operators>,
    /// The policies that made the value.
    policies: BTreeSet<PolicyId>,
}

/// The effective policy of levels from the root down.
pub(super) fn merge(levels: &[Vec<Layer<'_>>]) -> Setting {
    let mut root = Setting::default();
    for level in levels {
        let parts: Vec<Part<'_>> = level.iter().filter_map(|layer| Some((layer.policy, layer.document.as_object()?))).collect();
        root.take(&parts, Operators::ALL);
    }
    root
}

/// What a policy says at a setting.
type Part<'a> = (&'a PolicyId, &'a Map<String, Value>);

impl Setting {
    /// Takes in what the policies of the next level say, given what they may do one setting further up.
    fn take(&mut self, parts: &[Part<'_>], above: Operators) {
        let may = self.allowed.unwrap_or(above);
        if may.assign {
            self.assign(parts);
        }
        if may.append {
            self.append(parts);
        }
        if may.remove {
            self.remove(parts);
        }
        let mut below: BTreeMap<&str, Vec<Part<'_>>> = BTreeMap::new();
        for (policy, members) in parts {
            for (key, member) in members.iter().filter(|(key, _)| !key.starts_with("@@")) {
                below.entry(key).or_default().extend(member.as_object().map(|members| (*policy, members)));
            }
        }
        for (key, parts) in below {
            self.below.entry(key.to_owned()).or_default().take(&parts, may);
        }
        for allowed in parts.iter().filter_map(|(_, members)| members.get(CHILDREN)) {
            self.allowed = Some(self.allowed.unwrap_or(may).and(Operators::read(allowed)));
        }
    }

    fn assign(&mut self, parts: &[Part<'_>]) {
        if let Some((policy, value)) = parts.iter().find_map(|(policy, members)| Some((*policy, members.get(ASSIGN)?))) {
            self.value = Some(value.clone());
            self.policies = BTreeSet::from([policy.clone()]);
        }
    }

    /// Adds values to a list, each once. A single value cannot be added to.
    fn append(&mut self, parts: &[Part<'_>]) {
        for (policy, added) in parts.iter().filter_map(|(policy, members)| Some((*policy, members.get(APPEND)?))) {
            let Value::Array(list) = self.value.get_or_insert_with(|| Value::Array(Vec::new())) else { return };
            for value in values(added) {
                if !list.contains(value) {
                    list.push(value.clone());
                    self.policies.insert(policy.clone());
                }
            }
        }
    }

    /// Takes values out of a list. A list that is empty then is no setting any more, as in the third example of the guide.
    fn remove(&mut self, parts: &[Part<'_>]) {
        for (policy, removed) in parts.iter().filter_map(|(policy, members)| Some((*policy, members.get(REMOVE)?))) {
            let Some(Value::Array(list)) = &mut self.value else { return };
            let before = list.len();
            list.retain(|value| !values(removed).contains(value));
            if list.len() < before {
                self.policies.insert(policy.clone());
                if list.is_empty() {
                    self.value = None;
                }
            }
        }
    }

    /// The plain settings, without operators; `None` where nothing is set.
    pub(super) fn document(&self) -> Option<Value> {
        let below: Map<String, Value> = self.below.iter().filter_map(|(key, setting)| Some((key.clone(), setting.document()?))).collect();
        if below.is_empty() { self.value.clone() } else { Some(Value::Object(below)) }
    }

    /// The setting one step below, if anything is set there.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.below.get(key).filter(|setting| setting.document().is_some())
    }

    /// The settings one step below at which anything is set.
    pub(super) fn settings(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.below.iter().filter(|(_, setting)| setting.document().is_some()).map(|(key, setting)| (key.as_str(), setting))
    }

    /// The policies that made what is set here and below.
    pub(super) fn contributors(&self) -> BTreeSet<PolicyId> {
        let below = self.below.values().flat_map(Self::contributors);
        self.policies.iter().cloned().chain(below).collect()
    }
}

/// The values of an operator: a list, or one alone.
fn values(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// Which operators may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Operators {
    assign: bool,
    append: bool,
    remove: bool,
}

impl Operators {
    const ALL: Self = Self { assign: true, append: true, remove: true };

    /// What `@@operators_allowed_for_child_policies` lists. `@@none` adds nothing.
    fn read(listed: &Value) -> Self {
        let names: Vec<&str> = values(listed).iter().filter_map(Value::as_str).collect();
        let has = |name: &str| names.contains(&name) || names.contains(&"@@all");
        Self { assign: has(ASSIGN), append: has(APPEND), remove: has(REMOVE) }
    }

    fn and(self, other: Self) -> Self {
        Self { assign: self.assign && other.assign, append: self.append && other.append, remove: self.remove && other.remove }
    }
}

#[cfg(test)]
mod tests;
