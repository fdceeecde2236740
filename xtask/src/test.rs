//! Every test of the workspace, with its peers.
//!
//! Built in the release profile: `cargo run --release` has then compiled the dependencies already, and the tests see the binary that
//! users see.

use crate::TaskError;
use crate::peers;
use crate::workspace::{Workspace, cargo};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// `cargo xtask test`: what is left of the words goes to `cargo test`.
#[expect(clippy::disallowed_methods, reason = "how long the tests took is worth telling")]
pub(crate) fn run(words: &[&str]) -> Result<(), TaskError> {
    let workspace = Workspace::read()?;
    let found = peers::set_up(&workspace);
    let log = workspace.target.join("peers.log");
    std::fs::write(&log, "").map_err(TaskError::file("write", &log))?;
    let is_required = words.contains(&"--require-peers");
    for required in [&found.python, &found.iam_simulate] {
        if let (true, Err(why)) = (is_required, required) {
            return Err(TaskError::Peers(why.clone()));
        }
    }
    let mut command = Command::new(cargo());
    command.args(["test", "--release", "--workspace"]).args(words.iter().filter(|word| **word != "--require-peers"));
    command.current_dir(&workspace.root).env("ORGKIT_PEERS_LOG", &log).env("INSTA_UPDATE", "no");
    for (name, peer) in [("ORGKIT_PEERS", &found.python), ("ORGKIT_IAM_SIMULATE", &found.iam_simulate), ("ORGKIT_BROWSER", &found.browser)]
    {
        match peer {
            Ok(path) => command.env(name, path),
            Err(_) => command.env_remove(name),
        };
    }
    let began = Instant::now();
    let (status, total) = run_counting(&mut command)?;
    println!("\npeers:\n{}", peer_lines(&log)?);
    println!("test result: {}", total.line(status.success(), began.elapsed()));
    if status.success() { Ok(()) } else { Err(TaskError::Program { program: "cargo test".into(), status: status.to_string() }) }
}

/// Runs the tests, passing on what they print and adding up their results.
fn run_counting(command: &mut Command) -> Result<(std::process::ExitStatus, Total), TaskError> {
    let start = |source| TaskError::Start { program: "cargo test".into(), source };
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(start)?;
    let mut total = Total::default();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let line = line.map_err(start)?;
            total.add(&line);
            // A closed standard output is no reason to leave the tests half run.
            drop(writeln!(std::io::stdout(), "{line}"));
        }
    }
    Ok((child.wait().map_err(start)?, total))
}

/// The sum of the `test result:` lines.
#[derive(Debug, Default, PartialEq, Eq)]
struct Total {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Total {
    fn add(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        for part in result.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(Ok(count)), Some(what)) = (words.next().map(str::parse::<u64>), words.next()) else { continue };
            match what {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                "ignored" => self.ignored += count,
                _ => {}
            }
        }
    }

    fn line(&self, is_ok: bool, took: Duration) -> String {
        let word = if is_ok { "ok" } else { "FAILED" };
        let Self { passed, failed, ignored } = self;
        format!("{word}. {passed} passed; {failed} failed; {ignored} ignored; finished in {:.0}s", took.as_secs_f64())
    }
}

/// What the peer tests said of themselves, sorted, once each.
fn peer_lines(log: &Path) -> Result<String, TaskError> {
    let text = std::fs::read_to_string(log).map_err(TaskError::file("read", log))?;
    let mut lines: Vec<_> = text.lines().map(|line| format!("  {line}")).collect();
    lines.sort();
    lines.dedup();
    Ok(if lines.is_empty() { "  no peer test was asked for".to_owned() } else { lines.join("\n") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_add_up() {
        let mut total = Total::default();
        total.add("running 3 tests");
        total.add("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s");
        total.add("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 7 filtered out; finished in 0.01s");
        assert_eq!(total, Total { passed: 15, failed: 2, ignored: 1 });
        assert_eq!(total.line(false, Duration::from_millis(1600)), "FAILED. 15 passed; 2 failed; 1 ignored; finished in 2s");
    }
}
