//! `orgkit policy`: the policy language on its own.

mod check;
mod diff;
mod minify;
mod simulate;

use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use clap::Subcommand;

/// `orgkit policy`.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Say what policies decide about requests, and why
    Simulate(simulate::SimulateArgs),
    /// Check policy documents: grammar, limits, and what would not do what it says
    Check(check::CheckArgs),
    /// Say what would be denied to an account in another unit that is allowed today
    #[command(after_help = diff::EXAMPLES)]
    Diff(diff::DiffArgs),
    /// Make documents shorter, or fewer, without changing what they say
    Minify(minify::MinifyArgs),
}

/// Runs `orgkit policy …`.
pub(crate) fn run(command: &PolicyCommand, printer: Printer) -> Result<Exit, CliError> {
    match command {
        PolicyCommand::Simulate(args) => simulate::run(args, printer),
        PolicyCommand::Check(args) => check::run(args, printer),
        PolicyCommand::Diff(args) => diff::run(args, printer),
        PolicyCommand::Minify(args) => minify::run(args, printer),
    }
}
