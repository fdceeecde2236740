//! `orgkit policy minify`: shorter documents that say the same.

mod show;

use crate::args::Output;
use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::render;
use clap::{Args, ValueEnum};
use orgkit_iam::{Document, Limits, MinifyOptions, PolicyKind, PolicyLimit, Universe, Unproven, minify, pack};
use show::Made;
use std::path::{Path, PathBuf};

/// `orgkit policy minify`.
#[derive(Debug, Args)]
pub(crate) struct MinifyArgs {
    /// Policy documents
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// What the documents are; identity policies lose blanks and names only
    #[arg(long = "type", value_name = "TYPE", value_enum, default_value_t = Type::Scp)]
    kind: Type,
    /// Put all documents, as those of one level, into at most N
    #[arg(long, value_name = "N")]
    pack: Option<usize>,
    /// The most characters of a document [default: what AWS allows today]
    #[arg(long, value_name = "CHARS")]
    limit: Option<usize>,
    /// Let denies name actions by wildcards that match nothing else today
    #[arg(long)]
    allow_drift: bool,
    /// Keep every Sid, and each statement that has one as it is
    #[arg(long)]
    keep_sids: bool,
    /// Write each document to a new file in this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Output::Text)]
    output: Output,
}

/// The types of documents.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Type {
    /// Service control policies
    Scp,
    /// Resource control policies
    Rcp,
    /// Identity policies
    Identity,
}

impl From<Type> for PolicyKind {
    fn from(kind: Type) -> Self {
        match kind {
            Type::Scp => Self::Scp,
            Type::Rcp => Self::Rcp,
            Type::Identity => Self::Identity,
        }
    }
}

/// A document as it was given.
struct Given {
    path: PathBuf,
    characters: usize,
    document: Document,
}

/// Runs `orgkit policy minify …`.
pub(crate) fn run(args: &MinifyArgs, printer: Printer) -> Result<Exit, CliError> {
    let kind = PolicyKind::from(args.kind);
    let today = PolicyLimit::of(kind, &Limits::today());
    let limit = PolicyLimit { characters: args.limit.unwrap_or(today.characters), documents: args.pack.unwrap_or(today.documents) };
    let options = MinifyOptions { kind, keep_sids: args.keep_sids, allow_drift: args.allow_drift };
    let given: Vec<Given> = args.files.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
    let mut made = if args.pack.is_some() { packed(&given, options, limit)? } else { each(&given, options, limit)? };
    if let Some(folder) = &args.out {
        made.write(folder)?;
    }
    match args.output {
        Output::Json => printer.result(&render::json(&made.to_json())?)?,
        Output::Text if args.out.is_none() => printer.result(&made.texts())?,
        Output::Text => (),
    }
    made.lines().iter().for_each(|line| printer.say(line));
    Ok(if made.fits() { Exit::Ok } else { Exit::Findings })
}

fn read(path: &Path) -> Result<Given, CliError> {
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| CliError::new(Exit::Usage, "OK2201", format!("cannot read `{name}`")).cause(&error))?;
    let document = Document::parse(&text).map_err(|error| {
        let (line, column) = error.position;
        CliError::new(Exit::Usage, "OK2211", format!("`{name}` is no policy document: line {line}, column {column}")).cause(&error)
    })?;
    Ok(Given { path: path.to_owned(), characters: text.trim_end().chars().count(), document })
}

/// Each document for itself.
fn each(given: &[Given], options: MinifyOptions, limit: PolicyLimit) -> Result<Made, CliError> {
    let mut made = Made::new(limit, false);
    for one in given {
        let done = minify(&one.document, options, Universe::embedded()).map_err(|error| unproven(&error))?;
        let name = one.path.file_name().map_or_else(|| "policy.json".to_owned(), |name| name.to_string_lossy().into_owned());
        made.add(one.path.display().to_string(), name, Some(one.characters), done);
    }
    Ok(made)
}

/// All of them as those of one level.
fn packed(given: &[Given], options: MinifyOptions, limit: PolicyLimit) -> Result<Made, CliError> {
    let documents: Vec<Document> = given.iter().map(|one| one.document.clone()).collect();
    let done = pack(&documents, options, limit, Universe::embedded()).map_err(|error| unproven(&error))?;
    let mut made = Made::new(limit, true);
    made.before = Some((given.len(), given.iter().map(|one| one.characters).sum()));
    for (index, one) in done.documents.into_iter().enumerate() {
        let name = format!("packed-{}.json", index + 1);
        made.add(name.clone(), name, None, one);
    }
    Ok(made)
}

fn unproven(error: &Unproven) -> CliError {
    CliError::from_source(Exit::Unexpected, "OK2213", error)
}
