//! Findings for people: code, message, place, the line with a caret, help.

use super::{Checked, count};
use orgkit_iam::{Finding, Severity};
use std::fmt::Write as _;

/// How many characters of a line are shown.
const WIDTH: usize = 100;
/// How many of them stand before the finding, where the line is longer.
const LEAD: usize = 30;

const BOLD: &str = "\x1b[1m";
const BLUE: &str = "\x1b[1;34m";
const PLAIN: &str = "\x1b[0m";

/// All findings, and how many there are. Colours are taken out on the way to what is no terminal.
pub(super) fn render(checked: &[Checked]) -> String {
    let mut text = String::new();
    for one in checked {
        let lines: Vec<&str> = one.source.text.split('\n').collect();
        for finding in &one.findings {
            // Writing to a string does not fail.
            let _ = write_finding(&mut text, &one.source.name, &lines, finding);
        }
    }
    text + &summary(checked) + "\n"
}

fn write_finding(text: &mut String, name: &str, lines: &[&str], finding: &Finding) -> std::fmt::Result {
    let colour = match finding.severity {
        Severity::Error => "\x1b[1;31m",
        Severity::Warning => "\x1b[1;33m",
        Severity::Note => "\x1b[1;36m",
    };
    let number = finding.start.line.to_string();
    let margin = " ".repeat(number.len());
    let (severity, code) = (finding.severity.name(), finding.code.name());
    writeln!(text, "{colour}{severity}[{code}]{PLAIN}{BOLD}: {}{PLAIN}", finding.message)?;
    writeln!(text, "{margin}{BLUE}-->{PLAIN} {}:{}:{}", visible(name), finding.start.line, finding.start.column)?;
    if let Some(line) = lines.get(finding.start.line - 1) {
        let (shown, before, length) = window(line, finding);
        writeln!(text, "{margin} {BLUE}|{PLAIN}")?;
        writeln!(text, "{BLUE}{number} |{PLAIN} {shown}")?;
        writeln!(text, "{margin} {BLUE}|{PLAIN} {}{colour}{}{PLAIN}", " ".repeat(before), "^".repeat(length))?;
    }
    writeln!(text, "{margin} {BLUE}={PLAIN} {BOLD}help{PLAIN}: {}", finding.help)?;
    writeln!(text, "{margin} {BLUE}={PLAIN} {BOLD}source{PLAIN}: {}\n", finding.code.source())
}

/// The part of the line that is shown, how many characters stand in it before the finding, and how many the finding has in it.
fn window(line: &str, finding: &Finding) -> (String, usize, usize) {
    let at = finding.start.column - 1;
    let is_long = line.chars().nth(WIDTH).is_some();
    let from = if is_long { at.saturating_sub(LEAD) } else { 0 };
    let mut rest = line.chars().skip(from);
    let mut shown: String = if from > 0 { "…".to_owned() } else { String::new() };
    let before = at - from + shown.chars().count();
    shown.extend(rest.by_ref().take(WIDTH));
    let shown = visible(shown.trim_end_matches('\r'));
    let room = shown.chars().count().saturating_sub(before).max(1);
    let length = if finding.end.line == finding.start.line { finding.end.column.saturating_sub(finding.start.column) } else { room };
    let shown = if rest.next().is_some() { shown + "…" } else { shown };
    (shown, before, length.clamp(1, room))
}

/// Without what a terminal would act upon.
fn visible(text: &str) -> String {
    let one = |character: char| match character {
        '\t' => ' ',
        other if other.is_control() => char::REPLACEMENT_CHARACTER,
        other => other,
    };
    text.chars().map(one).collect()
}

fn summary(checked: &[Checked]) -> String {
    let documents = counted(checked.len(), "document");
    let found: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (count(checked, severity), severity.name()))
        .filter(|(number, _)| *number > 0)
        .map(|(number, name)| counted(number, name))
        .collect();
    if found.is_empty() { format!("nothing found in {documents}") } else { format!("found {} in {documents}", found.join(", ")) }
}

fn counted(number: usize, name: &str) -> String {
    if number == 1 { format!("1 {name}") } else { format!("{number} {name}s") }
}
