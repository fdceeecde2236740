//! The orgkit command line: arguments, prompts, progress, hints, exit codes. Nothing imports this crate but its binary and tests.

mod approval;
mod args;
mod commands;
mod config;
mod drive;
mod error;
mod exit;
mod explain;
mod gates;
mod glance;
mod held;
mod init;
mod interrupt;
mod journal;
mod log;
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
mod status;
mod store;
mod time;
mod toml_error;
mod witness;
mod world;

use args::Cli;
use clap::Parser;
use error::CliError;
use exit::Exit;
use log::Logging;
use printer::Printer;
use std::process::ExitCode;

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error).into(),
    };
    match Logging::start(&cli.log) {
        Ok(logging) => {
            let exit = run(&cli, Printer { quiet: cli.quiet, logs: logging.on_stderr });
            logging.finish();
            exit
        }
        Err(error) => told(&error),
    }
    .into()
}

fn run(cli: &Cli, printer: Printer) -> Exit {
    let ended = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(commands::run(&cli.command, printer)),
        Err(error) => Err(CliError::from_source(Exit::Unexpected, "OK2101", &error)),
    };
    ended.unwrap_or_else(|error| told(&error))
}

/// Tells an error, and says how the process ends.
fn told(error: &CliError) -> Exit {
    Printer::default().insist(&error.render());
    error.exit
}

/// Help and version go to stdout with 0; a wrong command line goes to stderr with 64, clear of the 2 of `--detailed-exitcode`.
fn usage(error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        // Nobody is left to tell when the stream is gone.
        let _ = error.print();
        return Exit::Ok;
    }
    let text = error.render().ansi().to_string();
    Printer::default().insist(text.replacen("error:", "error[OK1001]:", 1).trim_end());
    Exit::Usage
}
