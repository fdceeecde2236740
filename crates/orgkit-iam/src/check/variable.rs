//! Policy variables that cannot work.

use super::code::Code;
use super::finding::Findings;
use super::keys;
use crate::document::{Language, Text};
use crate::short::Short;

/// Where a text with variables stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a resource: variables work after the fifth colon.
    Resource,
    /// In a condition whose operator takes variables.
    Condition,
    /// In a condition whose operator takes none.
    OtherCondition,
}

/// What stands at a `${`.
enum Piece<'a> {
    /// `${*}`, `${?}`, `${$}`.
    Escape,
    /// A key with its prefix.
    Variable(&'a str),
    /// Not well formed, and why.
    Malformed(&'static str),
}

pub(super) fn check(text: &Text, language: Language, place: Place, found: &mut Findings) {
    let mut colons = 0;
    for (before, piece) in pieces(&text.value) {
        colons += before.matches(':').count();
        match piece {
            Piece::Escape | Piece::Variable(_) if language == Language::V2008 => {
                found.report(
                    Code::VariableOldVersion,
                    text.span,
                    format!("`{}` is plain text in the old language version", Short(&text.value)),
                );
                return;
            }
            Piece::Escape => {}
            Piece::Malformed(why) => found.report(Code::VariableForm, text.span, format!("`{}` {why}", Short(&text.value))),
            Piece::Variable(_) if place == Place::OtherCondition => {
                found.report(Code::VariableOperator, text.span, format!("the operator takes no variable, as in `{}`", Short(&text.value)));
                return;
            }
            Piece::Variable(key) => {
                if place == Place::Resource && colons < 5 && text.value.starts_with("arn:") {
                    found.report(
                        Code::VariableBeforeResource,
                        text.span,
                        format!("`{}` stands before the fifth colon of the ARN", Short(key)),
                    );
                }
                if keys::find(key).is_some_and(|known| known.many) {
                    found.report(Code::VariableMultivalued, text.span, format!("`{}` is multivalued", Short(key)));
                }
            }
        }
    }
}

/// The `${…}` of a text, each with the plain text before it.
fn pieces(text: &str) -> Vec<(&str, Piece<'_>)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("${") {
        let Some((inner, after)) = from.split_once('}') else {
            found.push((before, Piece::Malformed("has a variable that is not closed")));
            break;
        };
        found.push((before, piece(inner)));
        rest = after;
    }
    found
}

fn piece(inner: &str) -> Piece<'_> {
    if matches!(inner, "*" | "?" | "$") {
        return Piece::Escape;
    }
    let (key, default) = inner.split_once(',').map_or((inner, None), |(key, default)| (key, Some(default.trim())));
    let is_quoted = |text: &str| text.strip_prefix('\'').is_some_and(|rest| rest.ends_with('\''));
    match key.split_once(':') {
        None => Piece::Malformed("has a variable without a prefix"),
        Some((prefix, name)) if prefix.is_empty() || name.is_empty() || prefix.contains(char::is_whitespace) => {
            Piece::Malformed("has a variable that is no condition key")
        }
        Some(_) if default.is_some_and(|default| !is_quoted(default)) => Piece::Malformed("has a default that is not in single quotes"),
        Some(_) => Piece::Variable(key),
    }
}
