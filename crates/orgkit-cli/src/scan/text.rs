//! The result for people.

use super::{ScanArgs, Scanned, advice, count, subject};
use crate::scan::args::Mode;
use orgkit_iam::Effect;
use orgkit_iam::references::{Known, Place, Reference};
use std::fmt::Write as _;

/// Every reference with its line and what to do, what a patch leaves, and what was looked at.
pub(super) fn render(scanned: &Scanned, known: &Known, args: &ScanArgs) -> String {
    let mut text = String::new();
    for file in &scanned.files {
        for (reference, line) in file.references.iter().zip(&file.lines) {
            let place = place(reference);
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "{}:{}:{}: {}: {}{place}",
                file.path,
                reference.line,
                reference.column,
                reference.class.name(),
                subject(reference, known)
            );
            let _ = writeln!(text, "    {line}\n    -> {}", advice(reference, known));
        }
    }
    by_hand(scanned, args, &mut text);
    summary(scanned, &mut text);
    text
}

fn place(reference: &Reference) -> String {
    let effect = match reference.effect {
        Some(Effect::Allow) => " of an Allow",
        Some(Effect::Deny) => " of a Deny",
        None => "",
    };
    match &reference.place {
        Place::Condition { operator, key } if operator.is_empty() => format!(", condition {key}{effect}"),
        Place::Condition { operator, key } => format!(", condition {operator} {key}{effect}"),
        Place::Principal => format!(", principal{effect}"),
        Place::Resource => format!(", resource{effect}"),
        Place::Sid => ", Sid".to_owned(),
        Place::Id => ", Id".to_owned(),
        Place::Comment => ", comment".to_owned(),
        Place::Key(key) => format!(", {key}"),
        Place::Text => String::new(),
    }
}

fn by_hand(scanned: &Scanned, args: &ScanArgs, text: &mut String) {
    if args.patch.is_none() {
        return;
    }
    let changes: usize = scanned.files.iter().filter_map(|file| file.patched.as_ref()).map(|patched| patched.changes).sum();
    let what = match args.patch_mode {
        Mode::Dual => "new ids beside old ones",
        Mode::Replace => "new ids in place of old ones",
    };
    let _ = writeln!(text, "\npatch: {}, {what}", count(changes, "change", "changes"));
    for file in &scanned.files {
        for left in file.patched.iter().flat_map(|patched| &patched.by_hand) {
            if let Some(reference) = file.references.get(left.reference) {
                let _ =
                    writeln!(text, "  by hand: {}:{}:{}: {}: {}", file.path, reference.line, reference.column, reference.text, left.reason);
            }
        }
    }
}

fn summary(scanned: &Scanned, text: &mut String) {
    let total = scanned.references().count();
    let classes: Vec<String> =
        scanned.counts().iter().filter(|(_, number)| *number > 0).map(|(class, number)| format!("{number} {}", class.name())).collect();
    let classes = if classes.is_empty() { String::new() } else { format!(" ({})", classes.join(", ")) };
    let blank = if text.is_empty() { "" } else { "\n" };
    let _ = write!(text, "{blank}{}{classes} in {}", count(total, "reference", "references"), count(scanned.files.len(), "file", "files"));
    let _ = write!(text, "; {} looked at", count(scanned.looked_at, "file", "files"));
    for (number, what) in [(scanned.binary, "binary"), (scanned.too_large.len(), "too large"), (scanned.unread.len(), "unreadable")] {
        if number > 0 {
            let _ = write!(text, ", {number} {what}");
        }
    }
    text.push('\n');
    for path in &scanned.too_large {
        let _ = writeln!(text, "  left out, too large: {path}");
    }
}
