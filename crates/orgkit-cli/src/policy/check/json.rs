//! Findings as JSON: the shape that docs/policy-check.md describes.

use super::{Checked, count};
use orgkit_iam::{Finding, Position, Severity};
use serde::Serialize;

/// The version of the shape: it grows when a field changes its meaning or goes.
const VERSION: u32 = 1;

#[derive(Serialize)]
pub(super) struct Report<'a> {
    version: u32,
    documents: Vec<DocumentReport<'a>>,
    errors: usize,
    warnings: usize,
    notes: usize,
}

#[derive(Serialize)]
struct DocumentReport<'a> {
    path: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    /// Why it was taken for that type; absent where the type was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    guessed: Option<&'static str>,
    findings: Vec<FindingReport<'a>>,
}

#[derive(Serialize)]
struct FindingReport<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    help: &'a str,
    source: &'static str,
    start: Place,
    end: Place,
}

/// A place: line and column from 1, the offset in bytes from 0.
#[derive(Serialize)]
struct Place {
    line: usize,
    column: usize,
    offset: usize,
}

fn place(at: Position, offset: usize) -> Place {
    Place { line: at.line, column: at.column, offset }
}

pub(super) fn report(checked: &[Checked]) -> Report<'_> {
    Report {
        version: VERSION,
        documents: checked.iter().map(document).collect(),
        errors: count(checked, Severity::Error),
        warnings: count(checked, Severity::Warning),
        notes: count(checked, Severity::Note),
    }
}

fn document(checked: &Checked) -> DocumentReport<'_> {
    DocumentReport {
        path: &checked.source.name,
        kind: checked.kind.name(),
        guessed: checked.guessed,
        findings: checked.findings.iter().map(finding).collect(),
    }
}

fn finding(found: &Finding) -> FindingReport<'_> {
    FindingReport {
        code: found.code.name(),
        severity: found.severity.name(),
        message: &found.message,
        help: &found.help,
        source: found.code.source(),
        start: place(found.start, found.span.start),
        end: place(found.end, found.span.end),
    }
}
