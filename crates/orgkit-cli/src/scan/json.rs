//! The result as one JSON object.

use super::{Scanned, advice};
use orgkit_iam::Effect;
use orgkit_iam::references::{Form, Known, Place, Reference, ReferenceSeverity, What};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Report<'a> {
    references: Vec<Item<'a>>,
    by_hand: Vec<Left<'a>>,
    files: Files<'a>,
}

#[derive(Serialize)]
struct Item<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    text: &'a str,
    class: &'static str,
    severity: &'static str,
    /// `id`, `pattern`, `shape`, `key`.
    what: &'static str,
    kind: Option<&'static str>,
    id: Option<&'a str>,
    meaning: Option<&'a str>,
    new: Option<&'a str>,
    form: &'static str,
    place: &'static str,
    operator: Option<&'a str>,
    key: Option<&'a str>,
    effect: Option<&'static str>,
    statement: Option<&'a str>,
    source: &'a str,
    advice: String,
}

#[derive(Serialize)]
struct Left<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    text: &'a str,
    reason: &'static str,
}

#[derive(Serialize)]
struct Files<'a> {
    looked_at: usize,
    with_references: usize,
    binary: usize,
    too_large: &'a [String],
    unreadable: Vec<Unread<'a>>,
}

#[derive(Serialize)]
struct Unread<'a> {
    path: &'a str,
    error: &'a str,
}

/// Everything that a scan saw.
pub(super) fn report<'a>(scanned: &'a Scanned, known: &'a Known) -> Report<'a> {
    let items = scanned
        .files
        .iter()
        .flat_map(|file| file.references.iter().zip(&file.lines).map(|(reference, line)| item(&file.path, reference, line, known)));
    let by_hand = scanned.files.iter().flat_map(|file| {
        let left = file.patched.iter().flat_map(|patched| &patched.by_hand);
        left.filter_map(|left| {
            let reference = file.references.get(left.reference)?;
            let Reference { line, column, text, .. } = reference;
            Some(Left { path: &file.path, line: *line, column: *column, text, reason: left.reason })
        })
    });
    Report {
        references: items.collect(),
        by_hand: by_hand.collect(),
        files: Files {
            looked_at: scanned.looked_at,
            with_references: scanned.files.len(),
            binary: scanned.binary,
            too_large: &scanned.too_large,
            unreadable: scanned.unread.iter().map(|(path, error)| Unread { path, error }).collect(),
        },
    }
}

fn item<'a>(path: &'a str, reference: &'a Reference, source: &'a str, known: &'a Known) -> Item<'a> {
    let id = reference.known().and_then(|number| known.get(number));
    let shape = match reference.what {
        What::Shape(kind) => Some(kind.name()),
        What::Known(_) | What::Pattern { .. } | What::Key(_) => None,
    };
    let (operator, key) = match &reference.place {
        Place::Condition { operator, key } => (Some(operator.as_str()).filter(|operator| !operator.is_empty()), Some(key.as_str())),
        Place::Key(key) => (None, Some(key.as_str())),
        _ => (None, None),
    };
    Item {
        path,
        line: reference.line,
        column: reference.column,
        text: &reference.text,
        class: reference.class.name(),
        severity: severity(reference),
        what: what(reference),
        kind: id.map(|id| id.kind().name()).or(shape),
        id: id.map(|id| id.id()),
        meaning: id.map(|id| id.meaning()).filter(|meaning| !meaning.is_empty()),
        new: id.and_then(|id| id.successor()).map(|(new, _)| new),
        form: form(reference.form),
        place: place(&reference.place),
        operator,
        key,
        effect: reference.effect.map(|effect| if effect == Effect::Allow { "Allow" } else { "Deny" }),
        statement: reference.statement.as_deref(),
        source,
        advice: advice(reference, known),
    }
}

/// The severity's word.
pub(super) fn severity(reference: &Reference) -> &'static str {
    match reference.class.severity() {
        ReferenceSeverity::High => "high",
        ReferenceSeverity::Medium => "medium",
        ReferenceSeverity::Informational => "informational",
    }
}

fn what(reference: &Reference) -> &'static str {
    match reference.what {
        What::Known(_) => "id",
        What::Pattern { .. } => "pattern",
        What::Shape(_) => "shape",
        What::Key(_) => "key",
    }
}

fn form(form: Form) -> &'static str {
    match form {
        Form::Id => "id",
        Form::Path => "path",
        Form::OrganizationsArn => "organizations-arn",
        Form::Arn => "arn",
    }
}

fn place(place: &Place) -> &'static str {
    match place {
        Place::Condition { .. } => "condition",
        Place::Principal => "principal",
        Place::Resource => "resource",
        Place::Sid => "sid",
        Place::Id => "id",
        Place::Comment => "comment",
        Place::Key(_) => "key",
        Place::Text => "text",
    }
}
