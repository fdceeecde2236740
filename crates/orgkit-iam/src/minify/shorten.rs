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

    /// Wildcards that match a target and nothing that is not denied: for each beginning of its name the shortest ending that is safe, and the words
    /// within the name.
    fn candidates(&self) -> BTreeMap<String, BTreeSet<usize>> {
        let mut found = BTreeMap::new();
        let mut add = |pattern: String| {
            let lower = pattern.to_ascii_lowercase();
            if !found.contains_key(&pattern) && self.is_safe(&lower) {
                let matched = self.matched(&lower);
                found.insert(pattern, matched);
            }
        };
        for name in self.targets.iter().filter(|name| name.is_ascii()) {
            for start in 0..=name.len() {
                let head = name.get(..start).unwrap_or_default();
                let ending = (start..=name.len()).rev().map(|end| format!("{head}*{}", name.get(end..).unwrap_or_default()));
                if let Some(pattern) =
                    ending.take_while(|pattern| pattern.len() < name.len()).find(|pattern| self.is_safe(&pattern.to_ascii_lowercase()))
                {
                    add(pattern);
                }
            }
            for (start, end) in words(name) {
                add(format!("*{}*", name.get(start..end).unwrap_or_default()));
            }
        }
        found
    }
}

/// The runs of whole words within a name in camel case.
fn words(name: &str) -> Vec<(usize, usize)> {
    let starts = name.char_indices().filter(|(_, one)| one.is_ascii_uppercase()).map(|(at, _)| at);
    let bounds: Vec<usize> = starts.chain([name.len()]).collect();
    bounds.iter().enumerate().flat_map(|(at, start)| bounds.iter().skip(at + 1).map(|end| (*start, *end))).collect()
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
