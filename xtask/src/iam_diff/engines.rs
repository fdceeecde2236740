//! The two evaluators: ours as a built program, iam-simulate's core in Node.

use crate::TaskError;
use crate::peers::iam_simulate;
use crate::workspace::{Workspace, cargo, output, run as run_program};
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// How both judge a case: the names of their verdicts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Verdicts {
    pub(super) ours: String,
    pub(super) theirs: String,
}

impl Verdicts {
    pub(super) fn agree(&self) -> bool {
        self.ours == self.theirs
    }
}

/// Both evaluators, ready to run.
pub(crate) struct Engines {
    oracle: PathBuf,
    driver: PathBuf,
    modules: PathBuf,
}

impl Engines {
    /// Builds ours and installs theirs.
    pub(crate) fn set_up(workspace: &Workspace) -> Result<Self, TaskError> {
        // With the features that the tests build it with, so that neither builds it anew after the other.
        let build = ["build", "--release", "--quiet", "--workspace", "--example", "oracle"];
        run_program(Command::new(cargo()).args(build).current_dir(&workspace.root))?;
        let modules = iam_simulate(workspace).map_err(TaskError::Peers)?;
        let driver = workspace.root.join("xtask/iam-simulate/driver.mjs");
        Ok(Self { oracle: workspace.target.join("release/examples/oracle"), driver, modules })
    }

    /// The random cases of a seed from a number on.
    pub(super) fn generate(&self, first: usize, count: usize, seed: u64) -> Result<Vec<Value>, TaskError> {
        let words = [first.to_string(), count.to_string(), seed.to_string()];
        let text = output(Command::new(&self.oracle).arg("generate").args(words))?;
        text.lines().map(|line| serde_json::from_str(line).map_err(|error| misread("oracle generate", &error.to_string()))).collect()
    }

    /// How both judge some cases, in their order.
    pub(super) fn judge(&self, cases: &[Value]) -> Result<Vec<Verdicts>, TaskError> {
        let text: String = cases.iter().map(|case| format!("{case}\n")).collect();
        let (ours, theirs) = std::thread::scope(|scope| {
            let theirs = scope.spawn(|| answers(&mut self.node("decide"), &text));
            (answers(Command::new(&self.oracle).arg("decide"), &text), theirs.join())
        });
        let theirs = theirs.map_err(|_| misread("node", "its thread ended early"))??;
        let ours = ours?;
        if ours.len() != cases.len() || theirs.len() != cases.len() {
            return Err(misread("decide", &format!("{} and {} verdicts for {} cases", ours.len(), theirs.len(), cases.len())));
        }
        Ok(ours.into_iter().zip(theirs).map(|(ours, theirs)| Verdicts { ours, theirs }).collect())
    }

    /// What iam-simulate's validator says against the documents of some cases.
    pub(super) fn complaints(&self, cases: &[Value]) -> Result<Vec<String>, TaskError> {
        let text: String = cases.iter().map(|case| format!("{case}\n")).collect();
        answers(&mut self.node("validate"), &text)
    }

    /// The benchmark's policies and requests.
    pub(crate) fn setting(&self) -> Result<String, TaskError> {
        output(Command::new(&self.oracle).arg("setting"))
    }

    /// Our decisions per second of CPU time on a setting, one figure a round; so many requests are decided again and again at a time.
    pub(crate) fn our_rates(&self, setting: &str, rounds: usize, at_a_time: usize) -> Result<Vec<f64>, TaskError> {
        rates(Command::new(&self.oracle).args(["bench", &rounds.to_string(), &at_a_time.to_string()]), setting)
    }

    /// Theirs.
    pub(crate) fn their_rates(&self, setting: &str, rounds: usize) -> Result<Vec<f64>, TaskError> {
        rates(self.node("bench").arg(rounds.to_string()), setting)
    }

    fn node(&self, task: &str) -> Command {
        let mut command = Command::new("node");
        command.arg(&self.driver).arg(&self.modules).arg(task);
        command
    }
}

fn rates(command: &mut Command, setting: &str) -> Result<Vec<f64>, TaskError> {
    answers(command, setting)?.iter().map(|line| line.parse().map_err(|_| misread("bench", line))).collect()
}

/// The lines that a program answers to a text.
fn answers(command: &mut Command, text: &str) -> Result<Vec<String>, TaskError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let start = |source| TaskError::Start { program: program.clone(), source };
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(start)?;
    let stdin = child.stdin.take();
    let ended = std::thread::scope(|scope| {
        // A program that ends early is told by its exit code.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(text.as_bytes())));
        child.wait_with_output()
    });
    let ended = ended.map_err(start)?;
    if !ended.status.success() {
        return Err(TaskError::Program { program, status: ended.status.to_string() });
    }
    Ok(String::from_utf8_lossy(&ended.stdout).lines().map(str::to_owned).collect())
}

fn misread(program: &str, what: &str) -> TaskError {
    TaskError::Output { program: program.to_owned(), what: what.to_owned() }
}
