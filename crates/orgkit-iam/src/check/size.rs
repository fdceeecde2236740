//! Size and number.

use super::code::Code;
use super::finding::{Finding, Findings};
use super::kind::DocumentKind;
use super::limits::{Limit, Limits, Unit};
use crate::document::{Document, Principals};
use crate::json::Span;

/// From which share of the limit, in percent, a document is said to be nearly full.
const NEARLY: usize = 90;

/// A document's size, counted in every way that a limit may ask for.
struct Size {
    characters: usize,
    bytes: usize,
    /// Both without white space outside of strings.
    dense_characters: usize,
    dense_bytes: usize,
}

impl Size {
    fn of(text: &str) -> Self {
        let (mut in_string, mut escaped) = (false, false);
        let (mut blanks, mut characters) = (0, 0);
        for one in text.chars() {
            characters += 1;
            match one {
                _ if escaped => escaped = false,
                '\\' if in_string => escaped = true,
                '"' => in_string = !in_string,
                ' ' | '\t' | '\n' | '\r' if !in_string => blanks += 1,
                _ => {}
            }
        }
        Self { characters, bytes: text.len(), dense_characters: characters - blanks, dense_bytes: text.len() - blanks }
    }

    /// As a limit counts, and at best: without white space.
    fn counted(&self, limit: &Limit) -> (usize, usize) {
        let (all, dense) = match limit.unit {
            Unit::Characters => (self.characters, self.dense_characters),
            Unit::Bytes => (self.bytes, self.dense_bytes),
        };
        (if limit.counts_white_space { all } else { dense }, dense)
    }

    fn counted_bytes(&self, limit: &Limit) -> usize {
        if limit.counts_white_space { self.bytes } else { self.dense_bytes }
    }
}

pub(super) fn check(text: &str, kind: DocumentKind, document: Option<&Document>, limits: &Limits, found: &mut Findings) {
    let service = document.and_then(service);
    let forms: Vec<&Limit> = limits.of(kind, service.as_deref()).collect();
    let (Some(usual), Some(largest)) = (forms.first(), forms.iter().max_by_key(|limit| limit.size)) else { return };
    found_size(&Size::of(text), usual, largest, &forms, found);
    if let Some(document) = document {
        numbers(document, usual, found);
    }
}

/// A document has one finding on its size at most.
fn found_size(size: &Size, usual: &Limit, largest: &Limit, forms: &[&Limit], found: &mut Findings) {
    let (counted, dense) = size.counted(usual);
    let bytes = size.counted_bytes(usual);
    let unit = usual.unit.name();
    let source = |limit: &Limit| format!("[{}; {}]", limit.source, limit.as_of);
    let finding = if size.counted(largest).1 > largest.size {
        let message = format!("{} {unit} are more than {} may have ({})", size.counted(largest).0, largest.form, largest.size);
        Finding::new(Code::TooLarge, Span::default(), message).help(format!("{} {}", Code::TooLarge.help(), source(largest)))
    } else if dense > usual.size {
        let fits: Vec<_> = forms.iter().filter(|limit| size.counted(limit).1 <= limit.size).map(|limit| limit.form).collect();
        let message = format!("{counted} {unit} are more than {} may have ({}); it fits {}", usual.form, usual.size, fits.join(", "));
        Finding::new(Code::AboveDefault, Span::default(), message).help(format!("{} {}", Code::AboveDefault.help(), source(usual)))
    } else if counted > usual.size {
        let message = format!("{counted} {unit} are more than {} may have ({}); without white space it is {dense}", usual.form, usual.size);
        Finding::new(Code::WhiteSpace, Span::default(), message)
    } else if usual.unit == Unit::Characters && bytes > usual.size {
        let message = format!("{counted} characters fit {} ({}), but they are {bytes} bytes", usual.form, usual.size);
        Finding::new(Code::CountedInBytes, Span::default(), message)
    } else if counted.saturating_mul(100) >= usual.size.saturating_mul(NEARLY) {
        let message = format!("{counted} of the {} {unit} that {} may have", usual.size, usual.form);
        Finding::new(Code::NearlyFull, Span::default(), message)
    } else {
        return;
    };
    found.push(finding);
}

fn numbers(document: &Document, limit: &Limit, found: &mut Findings) {
    let mut check = |number: usize, most: Option<usize>, what: &str, span: Span| {
        if let Some(most) = most.filter(|most| number > *most) {
            let message = format!("{number} {what} are more than {} may have ({most})", limit.form);
            found.push(Finding::new(Code::TooMany, span, message).help(format!("{} [{}]", Code::TooMany.help(), limit.source)));
        }
    };
    check(document.statements.len(), limit.statements, "statements", Span::default());
    for statement in &document.statements {
        check(statement.action.values.items.len(), limit.actions, "actions in a statement", statement.action.key_span);
    }
    let principals = document.statements.iter().filter_map(|statement| statement.principal.as_ref());
    let principals = principals.map(|principal| match &principal.who {
        Principals::Bare(_) => 1,
        Principals::ByType(types) => types.iter().map(|(_, values)| values.items.len()).sum(),
    });
    check(principals.sum(), limit.principals, "principals", Span::default());
}

/// The service that all actions of a document are of.
fn service(document: &Document) -> Option<String> {
    let mut services = document.statements.iter().flat_map(|statement| statement.action.values.iter()).map(|action| action.split_once(':'));
    let first = services.next()??.0.to_ascii_lowercase();
    services.all(|service| service.is_some_and(|(prefix, _)| prefix.eq_ignore_ascii_case(&first))).then_some(first)
}
