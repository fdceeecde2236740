//! A case that cannot be read.

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// What is wrong with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseErrorKind {
    /// It is not JSON, or not a case.
    Case,
    /// One of its policies is no policy document.
    Document,
}

/// A text that is no case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CaseError {
    /// The case's `id` as JSON; `null` where it cannot be made out.
    pub id: String,
    /// What is wrong.
    pub kind: CaseErrorKind,
    /// What is wrong, in one line; it names the field.
    pub message: String,
    /// Line and column within the case's text, both from 1.
    pub position: (usize, usize),
}

/// Where a place within a piece of text lies in the whole, from where the piece begins. All are lines and columns from 1.
pub fn position_within(begin: (usize, usize), place: (usize, usize)) -> (usize, usize) {
    let ((begin_line, begin_column), (line, column)) = (begin, place);
    if line <= 1 { (begin_line, begin_column + column.saturating_sub(1)) } else { (begin_line + line - 1, column) }
}

/// The `id` of a text that may be broken further on: whoever wrote it wants to find it again.
pub(super) fn id_of(text: &str) -> Option<String> {
    let mut found = None;
    // The error does not matter: what was found before it counts.
    let _ = serde_json::Deserializer::from_str(text).deserialize_map(FindId(&mut found));
    found
}

struct FindId<'a>(&'a mut Option<String>);

impl<'de> Visitor<'de> for FindId<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "id" {
                let id = map.next_value::<&RawValue>()?.get();
                let is_scalar = !id.starts_with(['{', '[']);
                *self.0 = is_scalar.then(|| id.to_owned());
                return Ok(());
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_found_before_the_break() {
        for (text, id) in [
            (r#"{"id": "a", "request": }"#, Some(r#""a""#)),
            (r#"{"request": {}, "id": 7,"#, Some("7")),
            (r#"{"id": {}, "request": }"#, None),
            (r#"{"request": , "id": 7}"#, None),
            ("[", None),
        ] {
            assert_eq!(id_of(text).as_deref(), id, "{text}");
        }
    }

    #[test]
    fn a_place_in_a_piece_is_a_place_in_the_whole() {
        assert_eq!(position_within((4, 10), (1, 3)), (4, 12));
        assert_eq!(position_within((4, 10), (2, 3)), (5, 3));
    }
}
