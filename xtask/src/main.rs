//! Tasks of the orgkit workspace. `cargo xtask` lists them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task reports on the terminal of whoever started it")]

mod bench;
mod error;
mod iam_data;
mod iam_diff;
mod layers;
mod machine;
mod peers;
#[expect(clippy::disallowed_methods, reason = "cargo says where it builds and keeps things through the environment")]
mod plugins;
mod soak;
mod test;
mod tidy;
mod workspace;

use error::TaskError;
use std::process::ExitCode;

const USAGE: &str = include_str!("../usage.txt");

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = std::error::Error::source(&error);
            while let Some(source) = cause {
                eprintln!("  caused by: {source}");
                cause = source.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<(), TaskError> {
    match words {
        ["test", rest @ ..] => test::run(rest),
        ["peers"] => peers::run(),
        ["layers"] => layers::run(),
        ["tidy"] => tidy::run(),
        ["plugins", rest @ ..] if matches!(rest, [] | ["--check"]) => plugins::print(!rest.is_empty()),
        ["iam-data", rest @ ..] => iam_data::run(rest),
        ["iam-diff", rest @ ..] => iam_diff::run(rest),
        ["bench", rest @ ..] => bench::run(rest),
        ["soak", rest @ ..] => soak::run(rest),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => Err(TaskError::Usage(USAGE)),
    }
}
