//! One condition made ready: operator, key, values.

use super::compare::{Network, Number, boolean};
use super::date;
use super::may_be;
use super::operator::{Comparison, Operator, SetOperator};
use crate::context::{Context, ContextValue, Key};
use crate::document::{Language, Values};
use crate::matching::{Filled, Glob, Template, arn_pattern, free_tokens, may_match};
use crate::{Truth, matching::Variable};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::cmp::Ordering;

/// A condition made ready. Equal conditions of several statements are equal values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Test {
    /// The operator; `None` for one that the language does not have.
    pub(crate) operator: Option<Operator>,
    pub(crate) key: Key,
    pub(super) expected: Vec<Expected>,
}

/// A value of the policy made ready for its comparison.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expected {
    Text(String),
    Pattern(Glob),
    Number(Number),
    /// Nanoseconds since 1970.
    Moment(i128),
    Bool(bool),
    Bytes(Vec<u8>),
    Network(Network),
    /// To be filled in from the request.
    Template(Template),
    /// A value that its type does not have; it matches nothing.
    Invalid,
}

impl Test {
    pub(crate) fn new(operator: &str, key: &str, values: &Values, language: Language) -> Self {
        let operator = Operator::parse(operator);
        let expected = operator.map_or_else(Vec::new, |operator| values.iter().map(|value| expected(operator, value, language)).collect());
        Self { operator, key: Key::new(key), expected }
    }

    /// Whether the condition holds. An operator that the language does not have gives `None`.
    pub(crate) fn holds(&self, context: &Context) -> Option<Truth> {
        let operator = self.operator?;
        let value = context.find(&self.key);
        if operator.comparison == Comparison::Null {
            return Some(self.is_null(value));
        }
        let one = |actual: &str| {
            let matches = self.matches(operator, actual, context);
            if operator.negated { !matches } else { matches }
        };
        Some(match (value, operator.set) {
            (ContextValue::Unknown, _) => Truth::Unknown,
            (value, set) if is_nothing(value, set) => absent(operator).into(),
            (ContextValue::One(actual), _) => one(actual),
            // A multivalued key needs a set operator.
            (ContextValue::Many(_), None) => Truth::False,
            (ContextValue::Many(list), Some(SetOperator::All)) => list.iter().fold(Truth::True, |so_far, actual| so_far.and(one(actual))),
            (ContextValue::Many(list), Some(SetOperator::Any)) => list.iter().fold(Truth::False, |so_far, actual| so_far.or(one(actual))),
            (ContextValue::Absent, _) => absent(operator).into(),
        })
    }

    /// How long it takes to look at, to bring the quickest of some to the front.
    pub(crate) fn effort(&self) -> usize {
        let one = |expected: &Expected| match expected {
            Expected::Text(_) | Expected::Number(_) | Expected::Bool(_) | Expected::Invalid => 1,
            Expected::Pattern(_) | Expected::Moment(_) | Expected::Bytes(_) | Expected::Network(_) => 4,
            Expected::Template(_) => 20,
        };
        self.expected.iter().map(one).sum()
    }

    /// The keys that make it unknown for this request: its own, or those of its variables.
    pub(crate) fn unknown_keys<'a>(&'a self, context: &'a Context) -> impl Iterator<Item = &'a str> {
        self.keys().filter(|key| *context.get(key) == ContextValue::Unknown)
    }

    /// Every key that it mentions, in lower case: its own and those of its variables.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let templates = self.expected.iter().filter_map(|expected| match expected {
            Expected::Template(template) => Some(template),
            _ => None,
        });
        std::iter::once(&*self.key.name).chain(templates.flat_map(Template::keys))
    }

    fn is_null(&self, value: &ContextValue) -> Truth {
        let absent = match value {
            ContextValue::Unknown => return Truth::Unknown,
            ContextValue::Absent => true,
            ContextValue::Many(list) => list.is_empty(),
            ContextValue::One(_) => false,
        };
        self.expected.contains(&Expected::Bool(absent)).into()
    }

    /// Whether any value of the policy matches one of the request.
    fn matches(&self, operator: Operator, actual: &str, context: &Context) -> Truth {
        let mut so_far = Truth::False;
        for expected in &self.expected {
            let matches = match expected {
                Expected::Template(template) => filled(template, operator, actual, context),
                expected => equals(expected, operator.comparison, actual).into(),
            };
            if matches == Truth::True {
                return Truth::True;
            }
            so_far = so_far.or(matches);
        }
        so_far
    }
}

/// Whether a key counts as absent. A set operator sees nothing in a null set, such as an empty string.
fn is_nothing(value: &ContextValue, set: Option<SetOperator>) -> bool {
    match value {
        ContextValue::Absent => true,
        ContextValue::Many(list) => list.is_empty() || (set.is_some() && list.iter().all(String::is_empty)),
        ContextValue::One(text) => set.is_some() && text.is_empty(),
        ContextValue::Unknown => false,
    }
}

/// What a condition comes to without its key.
pub(super) fn absent(operator: Operator) -> bool {
    operator.if_exists
        || match operator.set {
            Some(SetOperator::All) => true,
            Some(SetOperator::Any) => false,
            None => operator.negated,
        }
}

fn expected(operator: Operator, value: &str, language: Language) -> Expected {
    if language == Language::V2012 && operator.takes_variables() {
        let template = Template::parse(value);
        if !template.is_plain() {
            return Expected::Template(template);
        }
    }
    let characters = || value.chars().map(|one| (one, false)).collect::<Vec<_>>();
    let ready = match operator.comparison {
        Comparison::StringEquals | Comparison::StringEqualsIgnoreCase => Some(Expected::Text(value.to_owned())),
        Comparison::StringLike => Some(Expected::Pattern(Glob::new(value))),
        Comparison::Arn => Some(Expected::Pattern(arn_pattern(&characters()))),
        Comparison::Bool | Comparison::Null => boolean(value).map(Expected::Bool),
        Comparison::Binary => STANDARD.decode(value).ok().map(Expected::Bytes),
        Comparison::IpAddress => Network::parse(value).map(Expected::Network),
        Comparison::NumericEquals
        | Comparison::NumericLessThan
        | Comparison::NumericLessThanEquals
        | Comparison::NumericGreaterThan
        | Comparison::NumericGreaterThanEquals => Number::parse(value).map(Expected::Number),
        Comparison::DateEquals
        | Comparison::DateLessThan
        | Comparison::DateLessThanEquals
        | Comparison::DateGreaterThan
        | Comparison::DateGreaterThanEquals => date::parse(value).map(Expected::Moment),
    };
    ready.unwrap_or(Expected::Invalid)
}

fn filled(template: &Template, operator: Operator, actual: &str, context: &Context) -> Truth {
    let characters = match template.fill(|key| variable(context, key)) {
        Filled::Unknown(pieces) => return may_be(may_equal(&pieces, operator.comparison, actual)),
        Filled::Unresolved => return Truth::False,
        Filled::Pattern(characters) => characters,
    };
    let matches = match operator.comparison {
        Comparison::StringLike => Glob::from_tokens(free_tokens(&characters)).matches(actual),
        Comparison::Arn => arn_pattern(&characters).matches(actual),
        comparison => {
            let text: String = characters.iter().map(|(one, _)| one).collect();
            match comparison {
                Comparison::Bool => boolean(&text).is_some_and(|expected| boolean(actual) == Some(expected)),
                _ => equals(&Expected::Text(text), comparison, actual),
            }
        }
    };
    matches.into()
}

/// Whether any value of what is not known could make a text match.
fn may_equal(pieces: &[Option<(char, bool)>], comparison: Comparison, actual: &str) -> bool {
    let literal = || pieces.iter().map(|piece| piece.map(|(one, _)| (one, true))).collect::<Vec<_>>();
    match comparison {
        Comparison::StringLike | Comparison::Arn => may_match(pieces, actual),
        Comparison::StringEquals => may_match(&literal(), actual),
        _ => true,
    }
}

/// The value of a variable: only a key with a single value has one.
pub(crate) fn variable<'a>(context: &'a Context, key: &str) -> Variable<'a> {
    match context.get(key) {
        ContextValue::One(value) => Variable::Value(value),
        ContextValue::Many(_) | ContextValue::Absent => Variable::Unresolved,
        ContextValue::Unknown => Variable::Unknown,
    }
}

fn equals(expected: &Expected, comparison: Comparison, actual: &str) -> bool {
    match expected {
        Expected::Text(text) if comparison == Comparison::StringEqualsIgnoreCase => ignoring_case(text, actual),
        Expected::Text(text) => text == actual,
        Expected::Pattern(pattern) => pattern.matches(actual),
        Expected::Bool(expected) => boolean(actual) == Some(*expected),
        Expected::Bytes(bytes) => STANDARD.decode(actual).is_ok_and(|actual| actual == *bytes),
        Expected::Network(network) => actual.trim().parse().is_ok_and(|address| network.contains(address)),
        Expected::Number(expected) => {
            Number::parse(actual).and_then(|actual| actual.compare(*expected)).is_some_and(|order| passes(comparison, order))
        }
        Expected::Moment(expected) => date::parse(actual).is_some_and(|actual| passes(comparison, actual.cmp(expected))),
        Expected::Template(_) | Expected::Invalid => false,
    }
}

/// Whether the order of (request's value, policy's value) is what the operator asks for.
fn passes(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::NumericLessThan | Comparison::DateLessThan => order.is_lt(),
        Comparison::NumericLessThanEquals | Comparison::DateLessThanEquals => order.is_le(),
        Comparison::NumericGreaterThan | Comparison::DateGreaterThan => order.is_gt(),
        Comparison::NumericGreaterThanEquals | Comparison::DateGreaterThanEquals => order.is_ge(),
        _ => order.is_eq(),
    }
}

pub(super) fn ignoring_case(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || (!(a.is_ascii() && b.is_ascii()) && a.to_lowercase() == b.to_lowercase())
}
