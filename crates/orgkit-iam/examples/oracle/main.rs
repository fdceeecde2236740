//! The evaluator beside another one: makes random cases, decides cases, and measures itself.
//!
//! ```text
//! oracle generate FIRST COUNT SEED   random cases, one JSON object a line; a case depends on its number and the seed alone
//! oracle decide                      verdicts of the cases on standard input, one a line
//! oracle setting                     the benchmark's policies and requests as one JSON object
//! oracle bench ROUNDS AT_A_TIME      decisions per second of CPU time on the setting on standard input, one line a round
//! ```
//!
//! `cargo xtask iam-diff` and `cargo xtask bench iam` run it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks to `cargo xtask`")]
#![expect(clippy::disallowed_methods, reason = "it reads its own arguments and measures time")]

mod bench;
mod generate;
mod setting;

use orgkit_iam::{Case, Memo, RcpServices};
use std::io::{BufRead, Write};
use std::process::ExitCode;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["generate", first, count, seed] => generate(first, count, seed),
        ["decide"] => decide(),
        ["setting"] => print_line(&setting::setting().to_string()),
        ["bench", rounds, at_a_time] => bench(rounds, at_a_time),
        _ => Err("usage: oracle generate FIRST COUNT SEED | decide | setting | bench ROUNDS AT_A_TIME".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn print_line(line: &str) -> Result<(), Failure> {
    println!("{line}");
    Ok(())
}

fn generate(first: &str, count: &str, seed: &str) -> Result<(), Failure> {
    let (first, count, seed) = (first.parse::<u64>()?, count.parse::<u64>()?, seed.parse()?);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for index in first..first + count {
        writeln!(out, "{}", generate::case(seed, index))?;
    }
    Ok(out.flush()?)
}

fn decide() -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let case = Case::parse(&line?)?;
        let verdict = case.evaluator(RcpServices::default()).decide(&case.request, &mut Memo::default());
        writeln!(out, "{}", verdict.as_str())?;
    }
    Ok(out.flush()?)
}

fn bench(rounds: &str, at_a_time: &str) -> Result<(), Failure> {
    let setting = std::io::read_to_string(std::io::stdin())?;
    for rate in bench::rates(serde_json::from_str(&setting)?, rounds.parse()?, at_a_time.parse()?)? {
        println!("{rate}");
    }
    Ok(())
}
