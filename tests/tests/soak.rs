//! The short form of the soak: crashes everywhere, 10,000 seeds, mutants, every kind of step. `cargo xtask soak` runs as much as is asked for.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_soak::many;
use orgkit_soak::plans::{Prepared, prepare_all, prepare_every};
use orgkit_soak::swarm::{self, Manner};
use orgkit_soak::{crashes, mutants, registry, regressions};

/// As many seeds as every change has to stand.
const SEEDS: u64 = 10_000;

fn plans() -> Vec<Prepared> {
    prepare_all().unwrap()
}

/// The canonical plans, and those with the kinds of steps that they do not have.
fn every_plan() -> Vec<Prepared> {
    prepare_every().unwrap()
}

fn no_failures(tally: &crashes::Tally) {
    let first: Vec<String> =
        tally.failures.iter().take(3).map(|failure| format!("{}, {}: {}", failure.plan, failure.case, failure.detail)).collect();
    assert!(tally.failures.is_empty(), "{} of {} cases failed:\n{}", tally.failures.len(), tally.cases, first.join("\n"));
}

#[test]
fn a_crash_at_any_durable_write_changes_nothing_in_the_end() {
    let tally = every_plan().iter().map(crashes::exhaust).fold(crashes::Tally::default(), crashes::Tally::and);
    no_failures(&tally);
    assert!(tally.cases > 2_000, "{} cases", tally.cases);
}

#[test]
fn a_write_that_fails_changes_nothing_in_the_end() {
    no_failures(&every_plan().iter().map(crashes::exhaust_errors).fold(crashes::Tally::default(), crashes::Tally::and));
}

#[test]
fn a_second_crash_while_recovering_from_the_first_changes_nothing_in_the_end() {
    let tally = plans().iter().take(3).map(crashes::exhaust_pairs).fold(crashes::Tally::default(), crashes::Tally::and);
    no_failures(&tally);
    assert!(tally.cases > 2_000, "{} cases", tally.cases);
}

#[test]
fn ten_thousand_seeds_break_nothing() {
    let sum = many::run(1..SEEDS + 1, 2, Manner::default(), &|_| ()).unwrap();
    let first: Vec<String> = sum.first.iter().map(|(seed, plan, violation)| format!("seed {seed} ({plan}): {violation}")).collect();
    assert_eq!(sum.red, 0, "{}\ncargo xtask soak --seeds 1 --first-seed SEED --trace shows one", first.join("\n"));
    assert!(sum.counts.crashes > SEEDS / 10 && sum.moves > SEEDS / 2, "{sum:?}");
}

#[test]
fn every_seed_that_ever_failed_is_green() {
    let plans = plans();
    for (seed, why) in regressions::REGRESSIONS {
        let outcome = swarm::run(&plans, *seed, Manner::default());
        assert!(outcome.violations.is_empty(), "seed {seed} ({why}): {:?}", outcome.violations);
    }
}

#[test]
fn every_mutant_is_noticed_within_a_thousand_seeds() {
    let plans = plans();
    for mutant in mutants::MUTANTS {
        let noticed = mutants::noticed(&plans, mutant, 1..=1000);
        let Some((seed, violation)) = noticed else { panic!("an executor that {} is not noticed", mutant.name) };
        println!("an executor that {} is noticed by seed {seed}: {violation}", mutant.name);
    }
}

#[test]
fn every_kind_of_step_has_a_sample_or_is_shown_elsewhere() {
    for (kind, sample) in registry::samples(&every_plan()) {
        let elsewhere = registry::ELSEWHERE.iter().any(|(name, _)| *name == kind);
        assert!(sample.is_some() != elsewhere, "`{kind}`: give it a plan in crates/orgkit-soak/src/plans");
    }
}

#[test]
fn every_kind_of_step_can_be_carried_out_twice() {
    let plans = every_plan();
    for (kind, sample) in registry::samples(&plans) {
        if let Some(sample) = sample {
            registry::twice(sample).unwrap_or_else(|why| panic!("{kind} of {}: {why}", sample.prepared.name));
        }
    }
}

#[test]
fn every_kind_of_step_can_be_undone_twice_or_says_that_it_cannot() {
    let plans = every_plan();
    for (kind, sample) in registry::samples(&plans) {
        if let Some(sample) = sample {
            registry::undone_twice(sample).unwrap_or_else(|why| panic!("{kind} of {}: {why}", sample.prepared.name));
        }
    }
}

#[test]
fn every_call_can_fail_once() {
    no_failures(&every_plan().iter().map(registry::fails_once_everywhere).fold(crashes::Tally::default(), crashes::Tally::and));
}
