//! Why two evaluators differ: a case is rewritten into one that means the same by AWS's documentation and does without what a rule is about. When ours
//! judges it as before and theirs now agrees, the rule explains the difference.

use super::engines::{Engines, Verdicts};
use super::rules::{RULES, Rule};
use crate::TaskError;
use serde_json::Value;
use std::collections::BTreeMap;

/// A case and how both judge it.
pub(super) type Found = (Value, Verdicts);

/// What became of the differences.
#[derive(Default)]
pub(super) struct Differences {
    /// How many each rule, or set of rules that it takes together, explains.
    explained: BTreeMap<Vec<&'static str>, usize>,
    pub(super) unexplained: Vec<Found>,
}

impl Differences {
    /// Explains some more.
    pub(super) fn explain(&mut self, engines: &Engines, found: Vec<Found>) -> Result<(), TaskError> {
        let single: Vec<Vec<&Rule>> = RULES.iter().map(|rule| vec![rule]).collect();
        let mut open = Vec::new();
        for (found, sets) in explaining(engines, found, |_| single.clone())? {
            match sets.first() {
                Some(rules) => self.count(rules),
                None => open.push(found),
            }
        }
        // Several features at once: all rules first, then without those that are not needed.
        let mut together = Vec::new();
        for (found, sets) in explaining(engines, open, |_| nearly_all())? {
            match sets.into_iter().next() {
                Some(rules) => together.push((found, rules)),
                None => self.unexplained.push(found),
            }
        }
        while !together.is_empty() {
            let sets: BTreeMap<String, Vec<&Rule>> = together.iter().map(|((case, _), rules)| (id(case), rules.clone())).collect();
            let found = together.into_iter().map(|(found, _)| found).collect();
            let fewer = |case: &Value| sets.get(&id(case)).map(|rules| without_one(rules)).unwrap_or_default();
            together = Vec::new();
            for (found, smaller) in explaining(engines, found, fewer)? {
                match (smaller.into_iter().next(), sets.get(&id(&found.0))) {
                    (Some(rules), _) => together.push((found, rules)),
                    (None, Some(rules)) => self.count(rules),
                    (None, None) => self.unexplained.push(found),
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, rules: &[&Rule]) {
        *self.explained.entry(rules.iter().map(|rule| rule.id).collect()).or_default() += 1;
    }

    /// Markdown: how often each rule explains a difference alone, and how often together with others.
    pub(super) fn table(&self) -> String {
        let mut table = "\n| rule | alone | with others | what AWS documents |\n|---|---|---|---|\n".to_owned();
        for rule in RULES {
            let alone = self.explained.get(&vec![rule.id]).copied().unwrap_or_default();
            let of_this = self.explained.iter().filter(|(ids, _)| ids.len() > 1 && ids.contains(&rule.id));
            let others: usize = of_this.map(|(_, count)| count).sum();
            table += &format!("| {} | {alone} | {others} | {} |\n", rule.id, rule.says);
        }
        table
    }
}

/// A difference with the sets of rules that explain it.
type Explained<'r> = (Found, Vec<Vec<&'r Rule>>);

/// For each difference the sets of rules, of those that are proposed for it, that explain it.
fn explaining<'r>(
    engines: &Engines,
    found: Vec<Found>,
    proposed: impl Fn(&Value) -> Vec<Vec<&'r Rule>>,
) -> Result<Vec<Explained<'r>>, TaskError> {
    let mut rewritten = Vec::new();
    let mut origins = Vec::new();
    for (index, (case, _)) in found.iter().enumerate() {
        for rules in proposed(case) {
            let mut other = case.clone();
            rules.iter().for_each(|rule| (rule.rewrite)(&mut other));
            if other != *case {
                rewritten.push(other);
                origins.push((index, rules));
            }
        }
    }
    let verdicts = engines.judge(&rewritten)?;
    let mut sets: Vec<(Found, Vec<Vec<&Rule>>)> = found.into_iter().map(|found| (found, Vec::new())).collect();
    for ((index, rules), now) in origins.into_iter().zip(verdicts) {
        if let Some(((_, before), explaining)) = sets.get_mut(index)
            && now.agree()
            && now.ours == before.ours
        {
            explaining.push(rules);
        }
    }
    Ok(sets)
}

/// Whether all rules together explain a difference.
pub(super) fn is_explained(engines: &Engines, cases: Vec<Found>) -> Result<Vec<bool>, TaskError> {
    let single = RULES.iter().map(|rule| vec![rule]);
    let sets: Vec<Vec<&Rule>> = single.chain(nearly_all()).collect();
    Ok(explaining(engines, cases, |_| sets.clone())?.into_iter().map(|(_, sets)| !sets.is_empty()).collect())
}

/// All rules, and all but one: what one rewrites can be what another needs.
fn nearly_all() -> Vec<Vec<&'static Rule>> {
    let all: Vec<&Rule> = RULES.iter().collect();
    std::iter::once(all.clone()).chain(without_one(&all)).collect()
}

fn without_one<'r>(rules: &[&'r Rule]) -> Vec<Vec<&'r Rule>> {
    let one_left_out = |left: usize| rules.iter().enumerate().filter(|(index, _)| *index != left).map(|(_, rule)| *rule).collect();
    (0..rules.len()).map(one_left_out).collect()
}

fn id(case: &Value) -> String {
    case["id"].as_str().unwrap_or_default().to_owned()
}
