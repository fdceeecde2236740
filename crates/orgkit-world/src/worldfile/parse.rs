//! From text to a world file that holds together.

use super::error::{WorldError, WorldProblem};
use super::source::{Source, at};
use super::{WORLD_VERSION, WorldFile, check};
use serde::Deserialize as _;
use toml::de::DeValue;

impl WorldFile {
    /// Reads a world file and checks that everything in it fits together. `name` is only for messages.
    pub fn parse(name: &str, text: &str) -> Result<Self, WorldError> {
        let source = Source::read(name, text)?;
        check_version(&source)?;
        let world = Self::deserialize(toml::Deserializer::from(source.root().clone())).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            source.problem_at(offset, problem_of(error.message()))
        })?;
        check::world(&source, &world)?;
        Ok(world)
    }
}

/// Before anything else: a later version has keys that this program would call unknown.
fn check_version(source: &Source<'_>) -> Result<(), WorldError> {
    let Some(DeValue::Integer(written)) = source.root().get_ref().get("version").map(toml::Spanned::get_ref) else {
        return Ok(());
    };
    match i64::from_str_radix(written.as_str(), written.radix()) {
        Ok(found) if found != i64::from(WORLD_VERSION) => {
            Err(source.problem(at!["version"], WorldProblem::Version { found, known: WORLD_VERSION }))
        }
        _ => Ok(()),
    }
}

/// What serde's words mean. Its wording is stable (`serde::de::Error`, provided methods); what is not recognized is passed on as it is.
fn problem_of(message: &str) -> WorldProblem {
    let mut quoted = message.split('`').skip(1).step_by(2).map(str::to_owned);
    if message.starts_with("unknown field `") {
        return WorldProblem::UnknownKey { key: quoted.next().unwrap_or_default(), known: quoted.collect() };
    }
    if message.starts_with("unknown variant `") {
        return WorldProblem::UnknownWord { word: quoted.next().unwrap_or_default(), known: quoted.collect() };
    }
    if message.starts_with("missing field `") {
        return WorldProblem::MissingKey { key: quoted.next().unwrap_or_default() };
    }
    WorldProblem::Value { message: mismatch(message).unwrap_or_else(|| message.to_owned()) }
}

/// `invalid type: integer …, expected a string` in plainer words.
fn mismatch(message: &str) -> Option<String> {
    let rest = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))?;
    let (found, expected) = rest.rsplit_once(", expected ")?;
    let article = if found.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    let expected = match expected {
        "u32" => "a whole number of 0 or more",
        _ if expected.starts_with("struct ") => "a table",
        "a sequence" => "a list",
        "a map" => "a table",
        "a boolean" => "`true` or `false`",
        other => other,
    };
    Some(format!("expected {expected}, found {article} {found}", found = found.replace("sequence", "list").replace("map", "table")))
}
