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
use serde_json::Value;
use std::collections::BTreeMap;

/// How many cases are held in memory together.
const AT_A_TIME: usize = 5_000;

/// How many of each of these are put to iam-simulate's validator: documents that AWS would refuse prove nothing.
const VALIDATED: usize = 500;

/// How many unexplained differences are made small and shown.
const SHOWN: usize = 10;

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

/// What came of all cases so far.
#[derive(Default)]
struct Tally {
    agreed: usize,
    /// How often we gave each verdict.
    ours: BTreeMap<String, usize>,
    differences: Differences,
}

/// Compares, and prints how often each rule explains a difference.
pub(crate) fn run(words: &[&str]) -> Result<(), TaskError> {
    let options = Options::parse(words)?;
    let engines = Engines::set_up(&Workspace::read()?)?;
    let mut tally = Tally::default();
    for first in (0..options.cases).step_by(AT_A_TIME) {
        let cases = engines.generate(first, AT_A_TIME.min(options.cases - first), options.seed)?;
        tally.add(&engines, cases)?;
        eprintln!("{} of {} cases", (first + AT_A_TIME).min(options.cases), options.cases);
    }
    tally.print(&options);
    let unexplained = tally.differences.unexplained;
    if unexplained.is_empty() {
        return Ok(());
    }
    println!("\n{} differences are not explained; the first of them made small:", unexplained.len());
    let shown = shrink::shrink(&engines, unexplained.into_iter().take(SHOWN).collect())?;
    Err(TaskError::Findings { check: "unexplained differences", findings: shown })
}

impl Tally {
    fn add(&mut self, engines: &Engines, cases: Vec<Value>) -> Result<(), TaskError> {
        let complaints = engines.complaints(cases.get(..VALIDATED).unwrap_or(&cases))?;
        if !complaints.is_empty() {
            return Err(TaskError::Findings { check: "valid documents", findings: complaints });
        }
        let verdicts = engines.judge(&cases)?;
        for verdicts in &verdicts {
            *self.ours.entry(verdicts.ours.clone()).or_default() += 1;
            self.agreed += usize::from(verdicts.agree());
        }
        let differing = cases.into_iter().zip(verdicts).filter(|(_, verdicts)| !verdicts.agree());
        self.differences.explain(engines, differing.collect())
    }

    fn print(&self, Options { cases, seed }: &Options) {
        let explained = cases - self.agreed - self.differences.unexplained.len();
        println!("{cases} cases of seed {seed}: {} agree, {explained} differ and are explained", self.agreed);
        let shares: Vec<String> = self.ours.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
        println!("our verdicts: {}", shares.join(", "));
        print!("{}", self.differences.table());
    }
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
