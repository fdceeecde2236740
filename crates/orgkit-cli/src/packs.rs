//! Packs for the command line: which are used, with which parameters.

use crate::args::StageArgs;
use crate::config::Config;
use crate::error::CliError;
use crate::exit::Exit;
use orgkit_assess::{AssessError, RuleRunner};
use orgkit_packs::{PackError, PackSet, PackSource};
use serde_json::Value;
use std::collections::BTreeMap;

/// The pack that is built into orgkit.
const BUILT_IN: &str = "foundation";

/// Loads the packs that configuration and command line ask for.
pub(crate) fn rules(config: Option<&Config>, args: &StageArgs) -> Result<RuleRunner, CliError> {
    let mut sources: BTreeMap<String, PackSource> = BTreeMap::from([(BUILT_IN.to_owned(), PackSource::BuiltIn(BUILT_IN.to_owned()))]);
    let mut params: Vec<(String, String, String, Value)> = Vec::new();
    for (name, pack) in config.iter().flat_map(|config| &config.packs) {
        match (&pack.path, pack.enabled) {
            (_, Some(false)) => drop(sources.remove(name)),
            (Some(path), _) => drop(sources.insert(name.clone(), PackSource::Folder(path.clone()))),
            (None, _) => {}
        }
        for (rule, table) in &pack.params {
            for (param, value) in table {
                let value = serde_json::to_value(value).map_err(|error| CliError::from_source(Exit::Usage, "OK1303", &error))?;
                params.push((name.clone(), rule.clone(), param.clone(), value));
            }
        }
    }
    for path in &args.packs {
        sources.insert(path.display().to_string(), PackSource::Folder(path.clone()));
    }
    for name in &args.without_packs {
        if sources.remove(name).is_none() {
            return Err(CliError::new(Exit::Usage, "OK1301", format!("no pack `{name}` is in use"))
                .hint(format!("in use: {}", sources.keys().cloned().collect::<Vec<_>>().join(", "))));
        }
    }
    for text in &args.set {
        params.push(parameter(text)?);
    }
    let mut packs = PackSet::load(sources.into_values()).map_err(|error| pack_error(&error))?;
    for (pack, rule, param, value) in params {
        packs.set(&pack, &rule, &param, value).map_err(|error| pack_error(&error))?;
    }
    RuleRunner::new(packs).map_err(|error| assess_error(&error))
}

/// Reads `PACK.RULE.PARAM=JSON`; what is no JSON is taken as text.
fn parameter(text: &str) -> Result<(String, String, String, Value), CliError> {
    let wrong = || {
        CliError::new(Exit::Usage, "OK1303", format!("`{text}` is not of the form PACK.RULE.PARAM=JSON"))
            .hint("such as `--set foundation.baseline.services=[\"cloudtrail\"]`")
    };
    let (name, value) = text.split_once('=').ok_or_else(wrong)?;
    let mut parts = name.splitn(3, '.');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(pack), Some(rule), Some(param)) => {
            let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
            Ok((pack.to_owned(), rule.to_owned(), param.to_owned(), value))
        }
        _ => Err(wrong()),
    }
}

fn pack_error(error: &PackError) -> CliError {
    let code = if error.is_parameter() { "OK1303" } else { "OK1301" };
    let told = CliError::from_source(Exit::Usage, code, error);
    match error.hint() {
        Some(hint) => told.hint(hint),
        None => told,
    }
}

/// A rule that cannot run, as a person sees it.
pub(crate) fn assess_error(error: &AssessError) -> CliError {
    CliError::from_source(Exit::Usage, "OK1302", error).hint("`--without-pack NAME` leaves a pack out, with its findings")
}
