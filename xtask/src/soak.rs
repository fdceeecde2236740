//! `cargo xtask soak`: faults by seed, crashes everywhere, mutants. What it runs stands in `crates/orgkit-soak`.

use crate::TaskError;
use crate::workspace::{Workspace, cargo};
use std::process::Command;

/// Builds the soak in the release profile and runs it; its exit code is the task's.
pub(crate) fn run(words: &[&str]) -> Result<(), TaskError> {
    let workspace = Workspace::read()?;
    let mut command = Command::new(cargo());
    command.args(["run", "--release", "--quiet", "-p", "orgkit-soak", "--"]).args(words).current_dir(&workspace.root);
    let status = command.status().map_err(|source| TaskError::Start { program: "cargo run".into(), source })?;
    if status.success() { Ok(()) } else { Err(TaskError::Program { program: "orgkit-soak".into(), status: status.to_string() }) }
}
