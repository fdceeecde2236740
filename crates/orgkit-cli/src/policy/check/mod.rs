//! `orgkit policy check`: the linter on files.

mod files;
mod json;
mod sarif;
mod text;

use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::render;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use files::Source;
use orgkit_iam::{DocumentKind, Finding, Limits, Severity, check, guess};
use std::path::PathBuf;

/// `orgkit policy check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Policy documents, folders that are searched for *.json, or - for stdin
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// What the documents are; auto guesses from the content
    #[arg(long = "type", value_name = "TYPE", default_value = AUTO, value_parser = type_parser())]
    kind: Type,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t = CheckOutput::Text)]
    output: CheckOutput,
    /// Use the limits of service control policies before May 2026: 5,120 characters
    #[arg(long)]
    strict_limits: bool,
    /// Exit with 3 when a finding is at least this bad
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = Level::Error)]
    fail_on: Level,
}

const AUTO: &str = "auto";

/// The type of the documents; `None` is to be guessed.
#[derive(Debug, Clone, Copy)]
struct Type(Option<DocumentKind>);

fn type_parser() -> impl TypedValueParser<Value = Type> {
    let names = std::iter::once(AUTO).chain(DocumentKind::ALL.iter().map(|kind| kind.name()));
    PossibleValuesParser::new(names).map(|name| Type(DocumentKind::parse(&name)))
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckOutput {
    /// For people
    Text,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// How bad.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Level {
    /// Worth knowing
    Note,
    /// AWS takes it, and it probably does not do what was meant
    Warning,
    /// AWS refuses it, or it cannot do what it says
    Error,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Note => Self::Note,
            Level::Warning => Self::Warning,
            Level::Error => Self::Error,
        }
    }
}

/// A document with what was found in it.
struct Checked {
    source: Source,
    kind: DocumentKind,
    /// Why it was taken for one of that type, where nobody said it.
    guessed: Option<&'static str>,
    findings: Vec<Finding>,
}

/// Runs `orgkit policy check`.
pub(crate) fn run(args: &CheckArgs, printer: Printer) -> Result<Exit, CliError> {
    let limits = if args.strict_limits { Limits::strict() } else { Limits::today() };
    let mut checked = Vec::new();
    for source in files::read(&args.files)? {
        match look(source, args.kind, &limits) {
            Ok(one) => checked.push(one),
            Err(source) => printer.say(&format!("left out {}: it is no policy document (`--type` checks it all the same)", source.name)),
        }
    }
    for one in &checked {
        if let Some(because) = one.guessed {
            printer.say(&format!("{}: checked as {}, because {because}", one.source.name, article(one.kind.title())));
        }
    }
    printer.result(&match args.output {
        CheckOutput::Text => text::render(&checked),
        CheckOutput::Json => render::json(&json::report(&checked))?,
        CheckOutput::Sarif => render::json(&sarif::log(&checked))?,
    })?;
    let fails = checked.iter().flat_map(|one| &one.findings).any(|finding| finding.severity >= args.fail_on.into());
    Ok(if fails { Exit::Findings } else { Exit::Ok })
}

/// Checks one document. A file of a folder that is no policy is given back.
fn look(source: Source, Type(kind): Type, limits: &Limits) -> Result<Checked, Source> {
    let (kind, guessed) = match (kind, guess(&source.text)) {
        (Some(kind), _) => (kind, None),
        (None, Some(guess)) => (guess.kind, Some(guess.because)),
        (None, None) if source.was_found => return Err(source),
        (None, None) => (DocumentKind::Identity, Some("nothing in it says what it is")),
    };
    let findings = check(&source.text, kind, limits);
    Ok(Checked { source, kind, guessed, findings })
}

fn article(title: &str) -> String {
    let article = if title.starts_with(['A', 'a', 'i']) { "an" } else { "a" };
    format!("{article} {title}")
}

/// How many findings there are of a severity.
fn count(checked: &[Checked], severity: Severity) -> usize {
    checked.iter().flat_map(|one| &one.findings).filter(|finding| finding.severity == severity).count()
}
