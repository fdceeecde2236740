//! `orgkit policy simulate`: one line of JSON for each case.

mod bench;
mod cpu;
mod split;

use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use clap::Args;
use orgkit_iam::{Case, CaseError, CaseErrorKind, RcpServices, position_within};
use split::{CaseText, CaseTexts};
use std::fs::File;
use std::io::Read;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

/// `orgkit policy simulate`.
#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// A JSON array of cases, or one case a line; `-` is stdin
    #[arg(value_name = "CASES.json")]
    cases: PathBuf,
    /// Evaluate each case N times and print how fast that was instead
    #[arg(long, value_name = "N")]
    bench: Option<NonZeroU32>,
    /// The action prefixes that RCPs reach, one a line [default: the built-in list]
    #[arg(long, value_name = "FILE")]
    rcp_services: Option<PathBuf>,
}

/// Runs `orgkit policy simulate …`.
pub(crate) fn run(args: &SimulateArgs, printer: Printer) -> Result<Exit, CliError> {
    let services = match &args.rcp_services {
        Some(path) => RcpServices::parse(&std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?),
        None => RcpServices::default(),
    };
    let texts = CaseTexts::new(open(&args.cases)?);
    let failed = |error: std::io::Error| unreadable(&args.cases, &error);
    match args.bench {
        Some(times) => bench::run(texts, times, &services, printer, failed),
        None => simulate(texts, &services, printer, failed),
    }
}

fn open(path: &Path) -> Result<Box<dyn Read>, CliError> {
    if path == Path::new("-") {
        return Ok(Box::new(std::io::stdin()));
    }
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    Ok(Box::new(file))
}

fn unreadable(path: &Path, error: &std::io::Error) -> CliError {
    CliError::new(Exit::Usage, "OK2221", format!("cannot read `{}`", path.display())).cause(error)
}

/// How much output is kept before it is written, in bytes.
const CHUNK: usize = 64 * 1024;

fn simulate(
    mut texts: CaseTexts,
    services: &RcpServices,
    printer: Printer,
    failed: impl Fn(std::io::Error) -> CliError,
) -> Result<Exit, CliError> {
    let mut tally = Tally::default();
    let mut pending = String::new();
    while let Some(text) = texts.next_case().map_err(&failed)? {
        match tally.read(&text) {
            Ok(case) => pending.push_str(&case.answer(services.clone()).to_line()),
            Err(line) => pending.push_str(&line),
        }
        pending.push('\n');
        // Whoever sends one case at a time waits for its answer.
        if pending.len() >= CHUNK || texts.is_waiting() {
            printer.result(&std::mem::take(&mut pending))?;
        }
    }
    if !pending.is_empty() {
        printer.result(&pending)?;
    }
    tally.end()
}

/// How many cases there were, and how many of them could not be read.
#[derive(Debug, Default)]
struct Tally {
    read: usize,
    bad: usize,
}

impl Tally {
    /// A case, or the line that says what is wrong with it.
    fn read(&mut self, text: &CaseText) -> Result<Case, String> {
        self.read += 1;
        let read = match &text.text {
            Ok(json) => Case::parse(json),
            Err(broken) => {
                Err(CaseError { id: "null".to_owned(), kind: CaseErrorKind::Case, message: broken.message.to_owned(), position: (1, 1) })
            }
        };
        read.map_err(|error| {
            self.bad += 1;
            error_line(&error, position_within(text.begin, error.position))
        })
    }

    /// Nothing is lost, and nothing is passed over in silence.
    fn end(self) -> Result<Exit, CliError> {
        if self.bad == 0 {
            return Ok(Exit::Ok);
        }
        let message = format!("{} of {} cases cannot be read", self.bad, self.read);
        Err(CliError::new(Exit::Usage, "OK2222", message).hint("the lines with `error` say which, and where"))
    }
}

fn error_line(error: &CaseError, (line, column): (usize, usize)) -> String {
    let code = match error.kind {
        CaseErrorKind::Case => "OK2222",
        CaseErrorKind::Document => "OK2223",
    };
    let object = serde_json::json!({ "code": code, "message": error.message, "position": { "line": line, "column": column } });
    // The id is JSON already, spelled as in the case.
    format!(r#"{{"id":{},"error":{object}}}"#, error.id)
}
