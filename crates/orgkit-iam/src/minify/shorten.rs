//! Shorter names for lists of denied actions: wildcards that match nothing else today.

use super::Part;
use crate::claim::text;
use crate::document::Effect;
use crate::matching::{ActionPattern, glob_matches};
use crate::universe::Universe;
use std::collections::{BTreeMap, BTreeSet};

/// Names the actions of denies by wildcards where that is shorter. Only a deny with `Action` is touched: a wildcard in an allow, or in the `NotAction`
/// of a deny, would permit what AWS adds one day.
pub(super) fn shorten(parts: &mut [Part], universe: &Universe) {
    for part in parts.iter_mut().filter(|part| !part.is_pinned && part.claim.effect == Effect::Deny && !part.claim.actions.negated) {
        for service in services(part) {
            of_service(part, &service, universe);
        }
    }
}

/// The services of which single actions are named, in lower case.
fn services(part: &Part) -> BTreeSet<String> {
    let names = part.claim.actions.items.iter().map(|(text, _)| text.value.as_str()).filter(|name| !name.contains(['*', '?']));
    names.filter_map(|name| name.split_once(':')).map(|(service, _)| service.to_ascii_lowercase()).collect()
}

fn of_service(part: &mut Part, service: &str, universe: &Universe) {
    let names = Names::new(part, service, universe);
    let chosen = choose(&names);
    let items = &mut part.claim.actions.items;
    for (pattern, targets) in chosen {
        let written = format!("{service}:{pattern}");
        let replaced: Vec<String> =
            targets.iter().filter_map(|at| names.targets.get(*at)).map(|name| format!("{service}:{name}")).collect();
        let is_replaced = |name: &str| replaced.iter().any(|one| one.eq_ignore_ascii_case(name));
        let Some(first) = items.iter().position(|(text, _)| is_replaced(&text.value)) else { continue };
        items.retain(|(text, _)| !is_replaced(&text.value));
        items.insert(first.min(items.len()), (text(&written), ActionPattern::new(&written)));
        part.drift.push((written, replaced));
    }
}

/// The actions of one service as a statement sees them, without the service's name.
struct Names {
    /// Those that it names one by one, as written.
    targets: Vec<String>,
    /// Those that it does not deny, in lower case: no wildcard may match one.
    forbidden: Vec<String>,
}

impl Names {
    fn new(part: &Part, service: &str, universe: &Universe) -> Self {
        let items = &part.claim.actions.items;
        let named = |lower: &str| items.iter().find(|(text, _)| text.value.eq_ignore_ascii_case(lower));
        let (mut targets, mut forbidden) = (Vec::new(), Vec::new());
        for at in universe.matching(&format!("{service}:*")) {
            let Some(action) = universe.actions().get(at) else { continue };
            let lower = action.lower.split_once(':').map_or("", |(_, name)| name).to_owned();
            match named(&action.lower) {
                Some((text, _)) => targets.extend(text.value.split_once(':').map(|(_, name)| name.to_owned())),
                None if !items.iter().any(|(_, pattern)| pattern.matches(&action.lower)) => forbidden.push(lower),
                None => (),
            }
        }
        Self { targets, forbidden }
    }

    fn is_safe(&self, lower_pattern: &str) -> bool {
        !self.forbidden.iter().any(|name| glob_matches(lower_pattern, name))
    }

    /// The targets that a pattern matches.
    fn matched(&self, lower_pattern: &str) -> BTreeSet<usize> {
        let names = self.targets.iter().enumerate();
        names.filter(|(_, name)| glob_matches(lower_pattern, &name.to_ascii_lowercase())).map(|(at, _)| at).collect()
    }

    /// Wildcards that match a target and nothing that is not denied. A wildcard stands for whole words of a name, and either its first word or two
    /// words stay: what AWS adds under such a name is likely of the same kind.
    fn candidates(&self) -> BTreeMap<String, BTreeSet<usize>> {
        let mut found = BTreeMap::new();
        for pattern in self.targets.iter().flat_map(|name| wildcards(name)) {
            let lower = pattern.to_ascii_lowercase();
            if !found.contains_key(&pattern) && self.is_safe(&lower) {
                let matched = self.matched(&lower);
                found.insert(pattern, matched);
            }
        }
        found
    }
}

/// A name with a run of its words left out, and runs of its words alone.
fn wildcards(name: &str) -> Vec<String> {
    let bounds = words(name);
    let count = bounds.len().saturating_sub(1);
    let piece = |from: usize, to: usize| name.get(from..to).unwrap_or_default();
    let mut found = Vec::new();
    for (before, start) in bounds.iter().enumerate() {
        for (at, end) in bounds.iter().enumerate().skip(before + 1) {
            if before >= 1 || count - at >= 2 {
                found.push(format!("{}*{}", piece(0, *start), piece(*end, name.len())));
            }
            if at - before >= 2 && at - before < count {
                found.push(format!("*{}*", piece(*start, *end)));
            }
        }
    }
    found
}

/// Where the words of a name in camel case begin, and its end. A run of capitals is one word, but for its last letter where that begins another.
fn words(name: &str) -> Vec<usize> {
    let bytes = name.as_bytes();
    let is_upper = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_uppercase);
    let is_lower = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
    let begins = |at: &usize| *at == 0 || (is_upper(Some(*at)) && (!is_upper(at.checked_sub(1)) || is_lower(at + 1)));
    (0..name.len()).filter(begins).chain([name.len()]).collect()
}

/// Takes the wildcard that saves most characters, again and again. A wildcard must save something.
fn choose(names: &Names) -> Vec<(String, BTreeSet<usize>)> {
    let candidates = names.candidates();
    let mut left: BTreeSet<usize> = (0..names.targets.len()).collect();
    let mut chosen = Vec::new();
    loop {
        let saved = |pattern: &String, matched: &BTreeSet<usize>| {
            // Each name costs its characters, two quotes, a comma; the service's name cancels out but for all names after the first.
            let named: usize = matched.intersection(&left).filter_map(|at| names.targets.get(*at)).map(|name| name.len() + 4).sum();
            named.saturating_sub(pattern.len() + 4)
        };
        let best = candidates.iter().map(|(pattern, matched)| (saved(pattern, matched), pattern, matched));
        let Some((most, pattern, matched)) = best.max_by_key(|(saved, pattern, _)| (*saved, std::cmp::Reverse(pattern.len()))) else {
            break;
        };
        if most == 0 {
            break;
        }
        chosen.push((pattern.clone(), matched.intersection(&left).copied().collect()));
        left = left.difference(matched).copied().collect();
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        let parts = |name: &str| words(name).windows(2).map(|pair| name[pair[0]..pair[1]].to_owned()).collect::<Vec<_>>().join(" ");
        assert_eq!(parts("PurchaseReservedDBInstancesOffering"), "Purchase Reserved DB Instances Offering");
        assert_eq!(parts("Disable"), "Disable");
        assert_eq!(parts("lower"), "lower");
        assert_eq!(wildcards("StopLogging"), ["Stop*"]);
        assert_eq!(wildcards("PutBucketAcl"), ["*BucketAcl", "*PutBucket*", "Put*Acl", "Put*", "*BucketAcl*", "PutBucket*"]);
    }
}
