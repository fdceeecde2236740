//! From the text of `pack.toml` to a manifest, with the place of what is wrong.

use crate::manifest::Manifest;
use crate::suggest::nearest;
use crate::{FORMAT, PackError};
use std::ops::Range;

/// Reads a manifest. `place` names the file in messages.
pub(crate) fn parse(place: &str, text: &str) -> Result<Manifest, PackError> {
    let table: toml::Table = toml::from_str(text).map_err(|error| wrong(place, text, &error))?;
    // First of all: a newer format may differ in everything else.
    if let Some(found) = table.get("format").and_then(toml::Value::as_integer)
        && found > i64::from(FORMAT)
    {
        return Err(PackError::NewerFormat { pack: place.to_owned(), found, known: FORMAT });
    }
    toml::from_str(text).map_err(|error| wrong(place, text, &error))
}

fn wrong(place: &str, text: &str, error: &toml::de::Error) -> PackError {
    let message = error.message().lines().next().unwrap_or_default().to_owned();
    let near = unknown_name(&message).and_then(|(unknown, known)| nearest(unknown, known));
    at(place, text, error.span().unwrap_or_default(), message, near)
}

/// An error at a place in the manifest.
pub(crate) fn at(place: &str, text: &str, span: Range<usize>, message: String, near: Option<String>) -> PackError {
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    PackError::Manifest { place: format!("{place}:{line}:{column}"), message, near }
}

/// The names in serde's "unknown field `a`, expected one of `b`, `c`".
fn unknown_name(message: &str) -> Option<(&str, Vec<&str>)> {
    let mut names = message.split('`').skip(1).step_by(2);
    let unknown = names.next().filter(|_| message.starts_with("unknown "))?;
    Some((unknown, names.collect()))
}
