//! `orgkit policy diff`: an account in the place where it stands and in the one where it is to stand.

mod answer;
mod chains;
mod files;
mod places;
mod replay;
mod seen;
mod text;

use crate::args::Output;
use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::render;
use answer::Answer;
use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use orgkit_discover::{EstateFile, EstateFileError};
use orgkit_iam::compare::{Comparer, Move};
use orgkit_model::AccountId;
use places::Places;
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "Examples:
  orgkit policy diff --estate estate.db --account 111122223333 --to Workloads/Production
  orgkit policy diff --estate estate.db --account 111122223333 --to ou-ab12-11112222 --activity AWSLogs --since 2026-08-01";

/// `orgkit policy diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The estate, as `orgkit discover` writes it
    #[arg(long, value_name = "FILE")]
    estate: PathBuf,
    /// The account that moves
    #[arg(long, value_name = "ID")]
    account: AccountId,
    /// The unit of the target organization: its id, its path of names, or `/` for the root
    #[arg(long, value_name = "UNIT")]
    to: String,
    /// A folder or file of CloudTrail records; may be given again
    #[arg(long, value_name = "PATH")]
    activity: Vec<PathBuf>,
    /// Leave out calls before this day
    #[arg(long, value_name = "DATE", requires = "activity")]
    since: Option<Date>,
    /// Judge the time in which the account stands alone, too
    #[arg(long)]
    window: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Output::Text)]
    output: Output,
    /// Say on stderr what took how long
    #[arg(long, requires = "activity")]
    timings: bool,
}

/// Runs `orgkit policy diff`.
pub(crate) fn run(args: &DiffArgs, printer: Printer) -> Result<Exit, CliError> {
    let estate = EstateFile::read(&args.estate).map_err(|error| estate_error(&error))?;
    let places = Places::of(&estate)?;
    let from = places.now(&args.account)?;
    let to = places.unit(&args.account, &args.to)?;
    let asked = Move {
        account: args.account.to_string(),
        old: from.place,
        new: to.place,
        window: args.window,
        organizations: places.organizations(),
        standalone: estate.standalone.iter().map(|account| account.id.to_string()).collect(),
        since: args.since.and_then(midnight),
    };
    let name = estate.name_of(&args.account);
    let answer = if args.activity.is_empty() {
        Answer::of_chains(&asked, chains::compare(&asked))
    } else {
        let files = files::find(&args.activity, &asked.account, args.since)?;
        let comparer = Comparer::new(asked);
        Answer::of_calls(replay::replay(&comparer, files, args.timings, printer))
    };
    let answer = answer.between(name, from.name, to.name);
    let text = match args.output {
        Output::Json => render::json(&answer)?,
        Output::Text => text::render(&answer),
    };
    printer.result(&text)?;
    match answer.broken() {
        _ if answer.denies() => Ok(Exit::Findings),
        0 => Ok(Exit::Ok),
        // What is in them may be denied: a comparison that could not look at everything has found no peace.
        broken => Err(CliError::new(Exit::Unexpected, "OK2235", format!("{broken} places in the files could not be read"))
            .hint("the lines above name them; the answer is about the rest")),
    }
}

/// The beginning of a day, UTC, as CloudTrail counts.
fn midnight(date: Date) -> Option<Timestamp> {
    date.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

fn estate_error(error: &EstateFileError) -> CliError {
    let exit =
        if matches!(error, EstateFileError::Damaged { .. } | EstateFileError::NewerSchema { .. }) { Exit::Corrupt } else { Exit::Usage };
    CliError::from_source(exit, "OK2231", error).hint("`orgkit discover` writes an estate to estate.db in its state directory")
}
