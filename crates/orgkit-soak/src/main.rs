//! `orgkit-soak`: what `cargo xtask soak` runs.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool reports on the terminal of whoever started it")]

use orgkit_soak::{crashes, plans, swarm};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |name: &str, default: u64| {
        let at = words.iter().position(|word| *word == name);
        at.and_then(|at| words.get(at + 1)?.parse().ok()).unwrap_or(default)
    };
    let prepared = match plans::prepare_all() {
        Ok(prepared) => prepared,
        Err(error) => {
            eprintln!("{error:?}");
            return ExitCode::FAILURE;
        }
    };
    if words.contains(&"crashes") {
        for plan in &prepared {
            let tally = crashes::exhaust(plan).and(crashes::exhaust_errors(plan));
            println!("{}: {} cases, {} failures", plan.name, tally.cases, tally.failures.len());
            for failure in tally.failures.iter().take(2) {
                println!("  {}: {}", failure.case, failure.detail);
            }
        }
        return ExitCode::SUCCESS;
    }
    let (first, seeds) = (number("--first-seed", 1), number("--seeds", 100));
    let manner = swarm::Manner { trace: words.contains(&"--trace"), ..swarm::Manner::default() };
    let mut red = 0;
    let began = std::time::Instant::now();
    for seed in first..first + seeds {
        let outcome = swarm::run(&prepared, seed, manner);
        if manner.trace {
            println!("{}", outcome.trace.join("\n"));
        }
        if !outcome.violations.is_empty() {
            red += 1;
            if red < 20 {
                println!("seed {seed} ({}):", outcome.plan);
                for violation in &outcome.violations {
                    println!("  {violation}");
                }
            }
        }
    }
    println!("{seeds} seeds, {red} red, {:?}", began.elapsed());
    if red == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
