//! `orgkit status`: how a migration stands, from its journal alone. It takes nothing, waits for nobody and changes nothing.

use crate::args::{Output, StatusArgs};
use crate::config::Config;
use crate::error::CliError;
use crate::exit::Exit;
use crate::held::Held;
use crate::printer::Printer;
use crate::state::{JOURNAL, State};
use crate::store::Place;
use crate::{glance, journal, render};
use orgkit_report::{Seen, Status, status_text};

/// Runs `orgkit status`.
pub(crate) async fn run(args: &StatusArgs, printer: Printer) -> Result<Exit, CliError> {
    let held = Held::look(&args.state.join("lock"));
    let config = Config::read(args.config.as_deref())?.unwrap_or_default();
    let place = Place::of(config.state.as_ref(), State::folder(&args.state, args.rehearse).join(JOURNAL), args.rehearse);
    let lease = journal::lease(&place).await?;
    let seen = Seen {
        running: if lease.is_some() { Some(true) } else { held.running },
        process: held.process,
        holder: lease.map(|lease| lease.holder),
        again: again(args),
    };
    let status = match glance::read(&State::folder(&args.state, args.rehearse), &place, &seen) {
        Some(status) => status,
        None => replayed(&place, &seen, held).await?,
    };
    let text = match args.output {
        Output::Json => render::json(&status)?,
        Output::Text => status_text(&status, render::paint(printer)),
    };
    printer.result(&text)?;
    Ok(Exit::Ok)
}

/// The status from the whole journal.
async fn replayed(place: &Place, seen: &Seen, held: Held) -> Result<Status, CliError> {
    let read = journal::read(place).await?;
    let (run, entries) = read.ok_or_else(|| nothing(&format!("there is no journal at `{place}`"), held))?;
    Status::of(&run, entries.last(), seen).ok_or_else(|| nothing("the journal holds no plan yet", held))
}

fn nothing(why: &str, held: Held) -> CliError {
    let hint = match held.running {
        Some(true) => "a run goes on in this state directory: it has no plan yet, or it is of the other kind (`--rehearse`)",
        _ => "`orgkit migrate` writes one; `--rehearse` looks for that of a rehearsal",
    };
    CliError::new(Exit::Usage, "OK1401", why).hint(hint)
}

/// The command that goes on with the migration. The world file of a rehearsal and its seed are not in the journal.
fn again(args: &StatusArgs) -> String {
    let mut words = vec!["orgkit migrate".to_owned()];
    if args.rehearse {
        words.push("--rehearse".to_owned());
    }
    if args.state != std::path::Path::new(".orgkit") {
        words.push(format!("--state {}", args.state.display()));
    }
    words.join(" ")
}
