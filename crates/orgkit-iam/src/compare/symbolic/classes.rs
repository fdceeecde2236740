//! Actions that no statement tells apart.

use crate::{RcpServices, Universe};

/// Actions about which the same statements speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Class {
    /// Indices of actions, ascending. There is at least one.
    pub(super) members: Vec<usize>,
    /// Whether they have no resource types.
    pub(super) wildcard_only: bool,
    /// Whether resource control policies reach them.
    pub(super) reached_by_rcps: bool,
}

impl Class {
    /// Its first action, which stands for all of them.
    pub(super) fn representative(&self) -> usize {
        self.members.first().copied().unwrap_or_default()
    }
}

/// Splits all actions by whether they are in each of some sets, have resource types, and are reached by resource control policies.
pub(super) fn classes<'a>(universe: &Universe, sets: impl Iterator<Item = &'a [usize]>, services: &RcpServices) -> Vec<Class> {
    let mut classes = Partition::new(universe.len());
    let indices_of = |wanted: &dyn Fn(&crate::ActionEntry) -> bool| -> Vec<usize> {
        universe.actions().iter().enumerate().filter(|(_, entry)| wanted(entry)).map(|(at, _)| at).collect()
    };
    classes.split(&indices_of(&|entry| entry.wildcard_only));
    let reached = reached(universe, services);
    classes.split(&reached);
    for set in sets {
        classes.split(set);
    }
    let groups = classes.groups();
    let class = |members: Vec<usize>| {
        let first = members.first().copied().unwrap_or_default();
        let wildcard_only = universe.actions().get(first).is_some_and(|entry| entry.wildcard_only);
        Class { wildcard_only, reached_by_rcps: reached.binary_search(&first).is_ok(), members }
    };
    groups.into_iter().map(class).collect()
}

/// The actions that resource control policies reach. The actions of a service stand together, so each service is asked for once.
fn reached(universe: &Universe, services: &RcpServices) -> Vec<usize> {
    let mut last: Option<(&str, bool)> = None;
    let mut found = Vec::new();
    for (at, entry) in universe.actions().iter().enumerate() {
        let prefix = entry.lower.split(':').next().unwrap_or_default();
        let reached = match last {
            Some((service, reached)) if service == prefix => reached,
            _ => services.reach(&entry.lower),
        };
        last = Some((prefix, reached));
        // The one action that is exempt [AWS KMS Developer Guide, resource-control-policies].
        if reached && &*entry.lower != "kms:retiregrant" {
            found.push(at);
        }
    }
    found
}

/// A partition of the numbers below a bound, made finer step by step.
struct Partition {
    class_of: Vec<usize>,
    count: usize,
}

impl Partition {
    fn new(length: usize) -> Self {
        Self { class_of: vec![0; length], count: 1 }
    }

    /// Separates the members of a set from what is not in it. The time is that of going through the set.
    fn split(&mut self, set: &[usize]) {
        if set.len() == self.class_of.len() {
            return;
        }
        let mut new_of: Vec<Option<usize>> = vec![None; self.count];
        for member in set {
            let Some(class) = self.class_of.get_mut(*member) else { continue };
            if let Some(new) = new_of.get_mut(*class) {
                *class = *new.get_or_insert_with(|| {
                    self.count += 1;
                    self.count - 1
                });
            }
        }
    }

    /// The classes that have members, in the order of their first.
    fn groups(&self) -> Vec<Vec<usize>> {
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.count];
        for (at, class) in self.class_of.iter().enumerate() {
            if let Some(list) = members.get_mut(*class) {
                list.push(at);
            }
        }
        members.retain(|list| !list.is_empty());
        members.sort_unstable_by_key(|list| list.first().copied());
        members
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_tell_their_members_apart() {
        let mut partition = Partition::new(6);
        for set in [&[0, 1, 2, 3, 4, 5][..], &[1, 3, 5], &[3, 4], &[]] {
            partition.split(set);
        }
        assert_eq!(partition.groups(), [vec![0, 2], vec![1, 5], vec![3], vec![4]]);
    }

    #[test]
    fn a_class_is_of_one_kind() {
        let universe = Universe::embedded();
        let s3 = universe.matching("s3:*");
        let classes = classes(universe, std::iter::once(s3.as_slice()), &RcpServices::default());
        let with = |action: &str| {
            let at = universe.matching(action)[0];
            classes.iter().find(|class| class.members.contains(&at)).map(|class| (class.wildcard_only, class.reached_by_rcps)).unwrap()
        };
        assert_eq!(with("s3:GetObject"), (false, true));
        assert_eq!(with("s3:ListAllMyBuckets"), (true, true));
        assert_eq!(with("kms:RetireGrant"), (false, false));
        assert_eq!(with("ec2:RunInstances"), (false, false));
        assert_eq!(classes.iter().map(|class| class.members.len()).sum::<usize>(), universe.len());
    }
}
