//! `cargo xtask iam-diff`: the evaluator against @cloud-copilot/iam-simulate on random cases. Every difference must be explained by a rule.

mod engines;
mod explain;
mod rewrite;
mod rules;
mod shrink;

use crate::TaskError;
use crate::workspace::Workspace;
pub(crate) use engines::Engines;
use explain::Differences;
use std::collections::BTreeMap;

/// How many of the cases are put to iam-simulate's validator: documents that AWS would refuse prove nothing.
const VALIDATED: usize = 2_000;

/// How many unexplained differences are made small and shown.
const SHOWN: usize = 25;

struct Options {
    cases: usize,
    seed: u64,
}

impl Options {
    fn parse(words: &[&str]) -> Result<Self, TaskError> {
        let mut options = Self { cases: 100_000, seed: 1 };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let value = words.next().copied().unwrap_or_default();
            let refused = |option| TaskError::Option { option, value: value.to_owned() };
            match *word {
                "--cases" => options.cases = value.parse().map_err(|_| refused("--cases"))?,
                "--seed" => options.seed = value.parse().map_err(|_| refused("--seed"))?,
                other => return Err(TaskError::Option { option: "iam-diff", value: other.to_owned() }),
            }
        }
        Ok(options)
    }
}

pub(crate) fn run(words: &[&str]) -> Result<(), TaskError> {
    let options = Options::parse(words)?;
    let engines = Engines::set_up(&Workspace::read()?)?;
    let cases = engines.generate(options.cases, options.seed)?;
    let complaints = engines.complaints(cases.get(..VALIDATED).unwrap_or(&cases))?;
    if !complaints.is_empty() {
        return Err(TaskError::Findings { check: "valid documents", findings: complaints });
    }
    let verdicts = engines.judge(&cases)?;
    let mut shares: BTreeMap<&str, usize> = BTreeMap::new();
    for verdict in &verdicts {
        *shares.entry(&verdict.ours).or_default() += 1;
    }
    let agreed = verdicts.iter().filter(|verdicts| verdicts.agree()).count();
    let differing = cases.iter().zip(&verdicts).filter(|(_, verdicts)| !verdicts.agree());
    let differences = Differences::explain(&engines, differing.map(|(case, verdicts)| (case.clone(), verdicts.clone())).collect())?;
    let Options { cases, seed } = options;
    println!("{cases} cases of seed {seed}: {agreed} agree, {} differ and are explained", cases - agreed - differences.unexplained.len());
    println!("our verdicts: {}", shares.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect::<Vec<_>>().join(", "));
    print!("{}", differences.table());
    if differences.unexplained.is_empty() {
        return Ok(());
    }
    let count = differences.unexplained.len();
    let shown = shrink::shrink(&engines, differences.unexplained.into_iter().take(SHOWN).collect())?;
    println!("{count} differences are not explained; the first of them made small:");
    Err(TaskError::Findings { check: "unexplained differences", findings: shown })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_refused() {
        let options = Options::parse(&["--cases", "7", "--seed", "9"]).unwrap();
        assert_eq!((options.cases, options.seed), (7, 9));
        assert!(Options::parse(&["--cases"]).is_err());
        assert!(Options::parse(&["--fast"]).is_err());
    }
}
