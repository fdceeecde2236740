//! Results as text and files.

use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::state::State;
use orgkit_model::Entry;
use orgkit_report::Paint;
use serde::Serialize;

/// Colours where the terminal shows them.
pub(crate) fn paint(printer: Printer) -> Paint {
    if printer.colour() { Paint::ansi() } else { Paint::plain() }
}

/// A value as indented JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<String, CliError> {
    serde_json::to_string_pretty(value).map_err(|error| CliError::from_source(Exit::Unexpected, "OK2101", &error))
}

/// Writes report.html and report.json from a journal's entries.
pub(crate) fn write_reports(state: &State, entries: &[Entry]) -> Result<(), CliError> {
    state.write("report.html", orgkit_report::html(entries).as_bytes())?;
    state.write("report.json", json(&orgkit_report::report_json(entries))?.as_bytes())?;
    Ok(())
}
