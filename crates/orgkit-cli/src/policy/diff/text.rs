//! The answer for people.

use super::answer::{Answer, Guardrails};
use super::chains::{Cause, ChainDifference};
use super::replay::Replayed;
use orgkit_iam::compare::{Because, Changes, Group};
use std::fmt::Write as _;

/// How many groups of one kind are listed; the JSON has all of them.
const LISTED: usize = 50;

/// Renders an answer.
pub(super) fn render(answer: &Answer) -> String {
    let mut text = format!("{} ({}): {} → {}\n", answer.account, answer.name, answer.from, answer.to);
    if let Some(activity) = &answer.activity {
        calls(&mut text, answer, activity);
    }
    if let Some(guardrails) = &answer.guardrails {
        chains(&mut text, guardrails);
    }
    text
}

// Writing to a string does not fail.
macro_rules! line {
    ($text:expr) => { $text.push('\n') };
    ($text:expr, $($arguments:tt)*) => { let _ = writeln!($text, $($arguments)*); };
}

fn calls(text: &mut String, answer: &Answer, activity: &Replayed) {
    let report = &activity.report;
    let period =
        report.seen.map_or_else(String::new, |(first, last)| format!(", {} to {}", day(&first.to_string()), day(&last.to_string())));
    line!(
        text,
        "{} in {}: {} judged, {} of them distinct{period}",
        counted(report.records, "record"),
        counted(activity.files as u64, "file"),
        counted(report.calls, "call"),
        report.distinct_calls
    );
    changes(text, answer, &format!("in {}", answer.to), &report.after);
    if let Some(window) = &report.window {
        changes(text, answer, "while it stands alone", window);
    }
    if !report.set_aside.is_empty() {
        line!(text);
        line!(text, "Set aside:");
        let rows = report.set_aside.iter().map(|one| vec![one.records.to_string(), one.meaning.to_owned()]);
        text.push_str(&table(&rows.collect::<Vec<_>>()));
    }
    let left_out = &activity.left_out;
    let left =
        [(left_out.other_accounts, "of other accounts"), (left_out.too_old, "of earlier days"), (left_out.no_logs, "that are no logs")];
    let left: Vec<String> = left.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if !left.is_empty() {
        line!(text, "Files not read: {}", left.join(", "));
    }
    if !activity.broken.is_empty() {
        line!(text, "Files that could not be read to their end: {}", activity.broken.len());
    }
    line!(text);
    line!(text, "What the records cannot show:");
    for spot in report.blind_spots {
        line!(text, "  * {spot}");
    }
}

fn changes(text: &mut String, answer: &Answer, place: &str, changes: &Changes) {
    let counts = &changes.counts;
    line!(text);
    let kinds = [
        ("Newly denied", counts.newly_denied, &changes.newly_denied),
        ("Depends on what is not on record", counts.unknown, &changes.unknown),
        ("No longer denied by a guardrail", counts.newly_allowed, &changes.newly_allowed),
        ("Denied in both places, though it was called", counts.denied_in_both, &changes.denied_in_both),
    ];
    let nothing = kinds.iter().all(|(_, calls, _)| *calls == 0);
    if nothing {
        line!(text, "Nothing changes {place}: {}", counted(counts.unchanged, "call"));
        return;
    }
    for (what, calls, groups) in kinds.into_iter().filter(|(_, calls, _)| *calls > 0) {
        line!(text, "{what} {place}: {}", counted(calls, "call"));
        let mut rows = vec![["calls", "last seen", "principal", "action", "because"].map(str::to_owned).to_vec()];
        rows.extend(groups.iter().take(LISTED).map(|group| row(answer, group)));
        text.push_str(&table(&rows));
        if groups.len() > LISTED {
            line!(text, "  … and {} more; `--output json` lists them all", groups.len() - LISTED);
        }
    }
    line!(text, "Unchanged {place}: {}", counted(counts.unchanged, "call"));
}

fn row(answer: &Answer, group: &Group) -> Vec<String> {
    let principal = group.principal.strip_prefix(&format!("arn:aws:iam::{}:", answer.account)).unwrap_or(&group.principal);
    let mut because: Vec<String> = group.because.iter().map(reason).collect();
    if !group.unknown_keys.is_empty() {
        let keys: Vec<&str> = group.unknown_keys.iter().map(String::as_str).collect();
        because.push(format!("asks for {}", keys.join(", ")));
    }
    vec![group.calls.to_string(), day(&group.last_seen.to_string()), principal.to_owned(), group.action.clone(), because.join("; ")]
}

fn reason(because: &Because) -> String {
    let kind = because.kind.to_ascii_uppercase();
    if because.policy.is_empty() {
        return format!("no {kind} of {} allows it", because.target);
    }
    format!("{kind} {} {} at {}", because.policy, because.statement, because.target)
}

fn chains(text: &mut String, guardrails: &Guardrails) {
    line!(text, "No records were given: these are the actions of which the guardrails of both places say something else.");
    line!(text);
    if guardrails.differences.is_empty() {
        line!(text, "None of the actions that AWS has as of {} differs.", guardrails.actions_as_of);
        return;
    }
    for one in &guardrails.differences {
        difference(text, one);
    }
    line!(text);
    line!(text, "`--activity DIR` says which of them are called.");
}

fn difference(text: &mut String, one: &ChainDifference) {
    let (kind, actions) = (one.kind.to_ascii_uppercase(), counted(one.count as u64, "action"));
    line!(text, "{kind}, {}: {actions} ({}): {}", one.change, one.access, one.actions);
    for (when, causes) in [("before", &one.old), ("after", &one.new)] {
        for cause in causes {
            line!(text, "    {when}: {}", sentence(cause));
        }
    }
}

fn sentence(cause: &Cause) -> String {
    if cause.policy.is_empty() {
        return format!("{} {}", cause.target, cause.part);
    }
    let condition = if cause.condition.is_empty() { String::new() } else { format!(" ({})", cause.condition) };
    format!("{} {} at {} {}{condition}", cause.policy, cause.statement, cause.target, cause.part)
}

fn day(time: &str) -> String {
    time.get(..10).unwrap_or(time).to_owned()
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Rows with their columns aligned, indented by two.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        line!(text, "  {}", cells.join("  ").trim_end());
    }
    text
}
