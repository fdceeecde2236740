//! The orgkit command line: arguments, prompts, progress, hints, exit codes. Nothing imports this crate but its binary and tests.

mod approval;
mod args;
mod commands;
mod config;
mod error;
mod exit;
mod explain;
mod gates;
mod init;
mod interrupt;
mod journal;
mod migrate;
mod move_back;
mod packs;
mod policy;
mod printer;
mod progress;
mod render;
mod scan;
mod session;
mod sim;
mod stages;
mod state;
mod time;
mod toml_error;
mod witness;
mod world;

use args::Cli;
use clap::Parser;
use error::CliError;
use exit::Exit;
use printer::Printer;
use std::process::ExitCode;

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error).into(),
    };
    let printer = Printer { quiet: cli.quiet };
    let ended = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(commands::run(&cli.command, printer)),
        Err(error) => Err(CliError::from_source(Exit::Unexpected, "OK2101", &error)),
    };
    match ended {
        Ok(exit) => exit,
        Err(error) => {
            printer.insist(&error.render());
            error.exit
        }
    }
    .into()
}

/// Help and version go to stdout with 0; a wrong command line goes to stderr with 64, clear of the 2 of `--detailed-exitcode`.
fn usage(error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        // Nobody is left to tell when the stream is gone.
        let _ = error.print();
        return Exit::Ok;
    }
    let text = error.render().ansi().to_string();
    Printer { quiet: false }.insist(text.replacen("error:", "error[OK1001]:", 1).trim_end());
    Exit::Usage
}
