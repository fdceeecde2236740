//! World files and the simulated AWS made from them, for the command line.

use crate::error::CliError;
use crate::exit::Exit;
use jiff::Timestamp;
use orgkit_sim::{SimError, Simulator, WorldError, WorldFile};
use std::io;
use std::path::Path;

/// When rehearsals begin: ages in a world are counted back from here, so that the same rehearsal gives the same bytes on every day.
const REHEARSAL_START: i64 = 1_767_603_600; // 2026-01-05T09:00:00Z, a Monday

/// How a SQLite database begins, which an estate file is [SQLite, Database File Format, 1.3].
const DATABASE: &[u8] = b"SQLite format 3\0";

/// Reads a world file, or takes the built-in Acme estate.
pub(crate) fn read(path: Option<&Path>) -> Result<WorldFile, CliError> {
    let Some(path) = path else { return Ok(WorldFile::acme()) };
    let failed = |error: io::Error| {
        CliError::from_source(Exit::Usage, "OK1101", &error)
            .named(&format!("cannot read world `{}`", path.display()))
            .hint("leave it out to use the built-in Acme estate; `orgkit sim new` prints a world to start from")
    };
    let bytes = std::fs::read(path).map_err(failed)?;
    if bytes.starts_with(DATABASE) {
        let name = path.display();
        return Err(CliError::new(Exit::Usage, "OK1101", format!("`{name}` is a database, not a world file"))
            .hint(format!("if it is an estate, `orgkit sim new --from {name} > world.toml` makes a world of it")));
    }
    let text = String::from_utf8(bytes).map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidData, error.utf8_error())))?;
    WorldFile::parse(&path.display().to_string(), &text).map_err(|error| invalid(&error))
}

fn invalid(error: &WorldError) -> CliError {
    let told = CliError::from_source(Exit::Usage, "OK1102", error);
    match error.hint() {
        Some(hint) => told.hint(hint),
        None => told.hint("docs/world-file.md explains the format; `orgkit schema world` prints its schema"),
    }
}

/// Opens the simulated AWS of a rehearsal, or makes it.
pub(crate) fn open(path: &Path, world: &WorldFile, seed: u64) -> Result<Simulator, CliError> {
    Simulator::open(path, world, seed, start()).map_err(|error| match &error {
        SimError::OtherWorld { .. } => CliError::from_source(Exit::Stale, "OK1503", &error)
            .hint("`--fresh` starts over with this world; `--state DIR` keeps both rehearsals"),
        SimError::Damaged { .. } | SimError::Newer { .. } => {
            CliError::from_source(Exit::Corrupt, "OK1504", &error).hint("`--fresh` starts the rehearsal over")
        }
        _ => CliError::from_source(Exit::Unexpected, "OK1501", &error).hint("name another state directory with `--state DIR`"),
    })
}

/// The first instant of a rehearsal.
pub(crate) fn start() -> Timestamp {
    Timestamp::from_second(REHEARSAL_START).unwrap_or_default()
}
