//! JSON with places: every value knows where it stands, and an object keeps a key that is written twice.

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

/// The longest text that is read as one policy document, in bytes. No policy of any AWS service is allowed to be that long: the longest are
/// the delegation policy of AWS Organizations, 40,000 characters, and KMS key policies, 32 KiB [AWS Organizations User Guide,
/// orgs_reference_limits; AWS KMS Developer Guide, resource-limits].
pub const MAX_BYTES: usize = 256 * 1024;

/// A piece of a text: byte offsets, the end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// Line and column of the beginning, both from 1; the column counts characters.
    pub fn position(self, text: &str) -> (usize, usize) {
        let before = text.get(..self.start.min(text.len())).unwrap_or(text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
        (line, column)
    }
}

/// A JSON value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The value.
    pub value: Json,
    /// Its place in the text.
    pub span: Span,
}

/// A JSON value. Numbers keep their spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number as it is spelled.
    Number(String),
    /// A string, its escapes resolved.
    String(String),
    /// A list.
    Array(Vec<Node>),
    /// An object, in the order of the text, keys that are written twice included.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The key, its escapes resolved.
    pub key: String,
    /// Where the key stands, quotes included.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

/// A text that is not JSON, or too much of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct JsonError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl Node {
    /// Reads strict JSON: no comments, no trailing commas.
    ///
    /// # Errors
    /// [`JsonError`] for anything else, for more than [`MAX_BYTES`] and for more than 512 levels.
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        if text.len() > MAX_BYTES {
            let message = format!("{} bytes are more than any policy may have ({MAX_BYTES} are read)", text.len());
            return Err(JsonError { message, span: Span { start: 0, end: text.len() } });
        }
        Self::parse_any_length(text)
    }

    /// The same for a text that holds more than one policy; its length is the caller's business.
    pub(crate) fn parse_any_length(text: &str) -> Result<Self, JsonError> {
        let options = ParseOptions {
            allow_comments: false,
            allow_loose_object_property_names: false,
            allow_trailing_commas: false,
            allow_missing_commas: false,
            allow_single_quoted_strings: false,
            allow_hexadecimal_numbers: false,
            allow_unary_plus_numbers: false,
            allow_bare_decimal_point_numbers: false,
            allow_non_finite_numbers: false,
            allow_extended_string_escapes: false,
        };
        let parsed = parse_to_ast(text, &CollectOptions::default(), &options).map_err(|error| {
            let range = error.range();
            JsonError { message: lower_first(&error.kind().to_string()), span: Span { start: range.start, end: range.end } }
        })?;
        let nothing = || JsonError { message: "there is nothing in it".to_owned(), span: Span::default() };
        parsed.value.map(convert).ok_or_else(nothing)
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a member, the first of them if it is written twice.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Json::Object(members) => members.iter().find(|member| member.key == key).map(|member| &member.node),
            _ => None,
        }
    }

    /// What kind of value it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        }
    }
}

fn convert(value: Value<'_>) -> Node {
    let range = value.range();
    let value = match value {
        Value::NullKeyword(_) => Json::Null,
        Value::BooleanLit(one) => Json::Bool(one.value),
        Value::NumberLit(one) => Json::Number(one.value.to_owned()),
        Value::StringLit(one) => Json::String(one.value.into_owned()),
        Value::Array(list) => Json::Array(list.elements.into_iter().map(convert).collect()),
        Value::Object(object) => Json::Object(object.properties.into_iter().map(member).collect()),
    };
    Node { value, span: Span { start: range.start, end: range.end } }
}

fn member(property: jsonc_parser::ast::ObjectProp<'_>) -> Member {
    let range = property.name.range();
    Member { key: property.name.into_string(), key_span: Span { start: range.start, end: range.end }, node: convert(property.value) }
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_places_and_keeps_what_is_written_twice() {
        let text = "{\n  \"a\": 1,\n  \"a\": \"\\u006f-x\"\n}";
        let Json::Object(members) = Node::parse(text).unwrap().value else { panic!("an object") };
        assert_eq!(members.iter().map(|member| member.key.as_str()).collect::<Vec<_>>(), ["a", "a"]);
        assert_eq!(members[1].node.as_str(), Some("o-x"));
        assert_eq!(members[1].key_span.position(text), (3, 3));
    }

    #[test]
    fn refuses_what_is_not_json_and_says_where() {
        for (text, message, position) in [
            ("", "there is nothing in it", (1, 1)),
            ("{\"a\":1,}", "trailing commas are not allowed", (1, 7)),
            ("{\n // x\n}", "comments are not allowed", (2, 2)),
            ("{'a':1}", "single-quoted strings are not allowed", (1, 2)),
        ] {
            let error = Node::parse(text).unwrap_err();
            assert_eq!((error.message.as_str(), error.span.position(text)), (message, position), "{text}");
        }
    }

    #[test]
    fn hostile_texts_end_in_an_error() {
        assert!(Node::parse(&"[".repeat(MAX_BYTES)).unwrap_err().message.contains("nesting depth"));
        assert!(Node::parse(&" ".repeat(MAX_BYTES + 1)).unwrap_err().message.contains("more than any policy"));
    }
}
