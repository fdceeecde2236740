//! `orgkit scan`: which files of a repository name the old organization, and a patch.

mod args;
mod ids;
mod json;
mod patch;
mod sarif;
mod text;
mod walk;

pub(crate) use args::ScanArgs;

use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::render;
use args::ScanOutput;
use orgkit_iam::references::{Class, Known, Reference};
use std::path::Path;

/// A file with something in it, in the order of paths.
#[derive(Debug)]
pub(crate) struct File {
    /// As a person would type it.
    path: String,
    references: Vec<Reference>,
    /// The line of each reference, cut to what fits a screen.
    lines: Vec<String>,
    /// What becomes of it; only where a patch is wanted.
    patched: Option<patch::Patched>,
}

/// What a scan saw.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    files: Vec<File>,
    /// Files that were read to their end.
    looked_at: usize,
    binary: usize,
    too_large: Vec<String>,
    /// What could not be read, and why.
    unread: Vec<(String, String)>,
}

impl Scanned {
    fn references(&self) -> impl Iterator<Item = &Reference> {
        self.files.iter().flat_map(|file| &file.references)
    }

    /// How many references there are of each class.
    fn counts(&self) -> [(Class, usize); 4] {
        [Class::Grants, Class::Denies, Class::Names, Class::Cosmetic]
            .map(|class| (class, self.references().filter(|reference| reference.class == class).count()))
    }
}

/// Runs `orgkit scan`.
pub(crate) fn run(args: &ScanArgs, printer: Printer) -> Result<Exit, CliError> {
    let known = ids::known(args)?;
    let scanned = walk::scan(args, &known)?;
    let is_patch_result = args.patch.as_deref() == Some(Path::new("-"));
    if let Some(to) = &args.patch {
        let text = patch::together(&scanned);
        if is_patch_result {
            printer.result(&text)?;
        } else {
            let failed =
                |error| CliError::from_source(Exit::Unexpected, "OK2302", &error).named(&format!("cannot write `{}`", to.display()));
            std::fs::write(to, text).map_err(failed)?;
        }
    }
    let result = match args.output {
        ScanOutput::Text => text::render(&scanned, &known, args),
        ScanOutput::Json => render::json(&json::report(&scanned, &known))?,
        ScanOutput::Sarif => render::json(&sarif::log(&scanned, &known))?,
    };
    if is_patch_result {
        printer.say(result.trim_end())
    } else {
        printer.result(&result)?
    }
    ended(&scanned, args, printer)
}

/// A file that could not be read may name anything: that is never fine.
fn ended(scanned: &Scanned, args: &ScanArgs, printer: Printer) -> Result<Exit, CliError> {
    for (path, why) in &scanned.unread {
        printer.insist(&format!("cannot read `{path}`: {why}"));
    }
    if !scanned.unread.is_empty() {
        let message = format!(
            "{} could not be read, so nobody knows what is in there",
            count(scanned.unread.len(), "file or folder", "files or folders")
        );
        return Err(CliError::new(Exit::Unexpected, "OK2303", message));
    }
    Ok(if args.fail_on_reference && scanned.references().next().is_some() { Exit::Findings } else { Exit::Ok })
}

fn count(number: usize, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

/// What an id is to a person: `organization o-…, old organization`.
fn subject(reference: &Reference, known: &Known) -> String {
    use orgkit_iam::references::{Carries, What};
    match reference.what {
        What::Known(_) | What::Pattern { .. } => {
            let Some(id) = reference.known().and_then(|number| known.get(number)) else { return reference.text.clone() };
            let meaning = if id.meaning().is_empty() { String::new() } else { format!(" ({})", id.meaning()) };
            match reference.what {
                What::Pattern { .. } => format!("pattern {} that matches {} {}{meaning}", reference.text, id.kind().name(), id.id()),
                _ => format!("{} {}{meaning}", id.kind().name(), id.id()),
            }
        }
        What::Shape(kind) => format!("{} {} (unknown)", kind.name(), reference.text),
        What::Key(Carries::Path) => format!("paths of an organization, by {}", reference.text),
        What::Key(Carries::Policy) => format!("a policy of an organization, by {}", reference.text),
        What::Key(_) => format!("an organization, by {}", reference.text),
    }
}

/// What to do about a reference, in a line.
fn advice(reference: &Reference, known: &Known) -> String {
    use orgkit_iam::references::{Successor, What};
    let successor = reference.known().and_then(|number| known.get(number)).and_then(|id| id.successor());
    match (reference.what, successor, reference.class) {
        (_, _, Class::Cosmetic) => "nothing depends on it; correct it when the move is over".to_owned(),
        (What::Pattern { matches_successor: true, .. }, ..) => "the pattern matches the new id, too: nothing changes".to_owned(),
        (What::Shape(_), ..) => "look whose it is: `--map OLD=NEW` says what becomes of it".to_owned(),
        (What::Key(_), ..) => "look where its value comes from".to_owned(),
        (_, Some((new, Successor::InOrganizationsArns)), _) if reference.form != orgkit_iam::references::Form::OrganizationsArn => {
            format!("the new management account is {new}; the old one's roles and users are not in it, so name those that do the work now")
        }
        (_, Some((new, _)), Class::Grants) => {
            format!("let {new} in beside it before the first account moves, take the old id out after the last")
        }
        (_, Some((new, _)), Class::Denies) => {
            format!("name {new} beside it before the first account moves, take the old id out after the last")
        }
        (_, Some((new, _)), Class::Names) => format!("becomes {new} when the account moves"),
        (_, None, _) => "no new id is known for it: decide by hand".to_owned(),
    }
}
