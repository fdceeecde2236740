//! Statements that can never match.

use super::code::Code;
use super::condition::texts;
use super::finding::Findings;
use crate::condition::{Comparison, Number, Operator, SetOperator, boolean, moment};
use crate::document::{Principals, Statement, Values};
use crate::short::Short;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// The conditions on one key.
type Group<'a> = Vec<(Operator, &'a Values)>;

pub(super) fn check(statement: &Statement, found: &mut Findings) {
    let everything = |values: &Values| values.iter().any(|value| !value.is_empty() && value.bytes().all(|byte| byte == b'*'));
    if statement.action.negated && everything(&statement.action.values) {
        found.report(Code::NeverMatches, statement.action.key_span, "`NotAction` with `*` leaves no action");
    }
    if let Some(resource) = statement.resource.as_ref().filter(|resource| resource.negated && everything(&resource.values)) {
        found.report(Code::NeverMatches, resource.key_span, "`NotResource` with `*` leaves no resource");
    }
    if let Some(principal) = statement.principal.as_ref().filter(|principal| principal.negated) {
        let is_everybody = match &principal.who {
            Principals::Bare(text) => text.value == "*",
            Principals::ByType(types) => types.iter().any(|(kind, values)| kind.value == "AWS" && everything(values)),
        };
        if is_everybody {
            found.report(Code::NeverMatches, principal.key_span, "`NotPrincipal` with `*` leaves nobody");
        }
    }
    for (key, group) in groups(statement) {
        if let Some(why) = contradiction(&group) {
            found.report(Code::NeverMatches, statement.span, format!("the conditions on `{}` contradict each other: {why}", Short(&key)));
        }
    }
}

/// Keys, in lower case, without which the statement does not match.
pub(super) fn keys_that_must_be_present(statement: &Statement) -> BTreeSet<String> {
    let groups = groups(statement).into_iter();
    groups
        .filter(|(_, group)| group.iter().any(|(operator, values)| needs_key(*operator) || is_null(*operator, values, false)))
        .map(|(key, _)| key)
        .collect()
}

fn groups(statement: &Statement) -> BTreeMap<String, Group<'_>> {
    let mut groups: BTreeMap<String, Group<'_>> = BTreeMap::new();
    for (operator, key, values) in statement.conditions() {
        if let Some(operator) = Operator::parse(&operator.value) {
            groups.entry(key.value.to_ascii_lowercase()).or_default().push((operator, values));
        }
    }
    groups
}

/// Whether the condition fails where the key is absent.
fn needs_key(operator: Operator) -> bool {
    let absent_passes = operator.if_exists || operator.set == Some(SetOperator::All) || (operator.negated && operator.set.is_none());
    operator.comparison != Comparison::Null && !absent_passes
}

/// Whether it is a `Null` that asks for just this.
fn is_null(operator: Operator, values: &Values, absent: bool) -> bool {
    operator.comparison == Comparison::Null && !values.items.is_empty() && values.iter().all(|value| boolean(value) == Some(absent))
}

fn contradiction(group: &Group<'_>) -> Option<&'static str> {
    let plain = || group.iter().filter(|(operator, _)| operator.set.is_none() && operator.comparison != Comparison::Null);
    if group.iter().any(|(operator, values)| is_null(*operator, values, true)) && group.iter().any(|(operator, _)| needs_key(*operator)) {
        return Some("it must be absent, and it must have a value");
    }
    let equal = plain().find(|(operator, values)| is_equals(*operator, false) && !operator.if_exists && !values.items.is_empty());
    let unequal = plain().find(|(operator, _)| is_equals(*operator, true));
    if let (Some((_, equal)), Some((_, unequal))) = (equal, unequal)
        && texts(equal).is_subset(&texts(unequal))
    {
        return Some("every value that it may have is excluded");
    }
    let least = plain().filter_map(|(operator, values)| bound(*operator, values, Side::Lower));
    let most = plain().filter_map(|(operator, values)| bound(*operator, values, Side::Upper)).collect::<Vec<_>>();
    let is_empty = |least: &Bound| most.iter().any(|most| least.is_above(most));
    least.into_iter().any(|least| is_empty(&least)).then_some("no value is both large and small enough")
}

fn is_equals(operator: Operator, negated: bool) -> bool {
    operator.comparison == Comparison::StringEquals && operator.negated == negated
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Lower,
    Upper,
}

/// A number or a moment.
#[derive(Clone, Copy)]
enum Point {
    Number(Number),
    Moment(i128),
}

impl Point {
    fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.compare(b),
            (Self::Moment(a), Self::Moment(b)) => Some(a.cmp(&b)),
            _ => None,
        }
    }
}

/// The loosest bound that the values of a condition set.
struct Bound {
    at: Point,
    inclusive: bool,
}

impl Bound {
    /// Whether nothing lies between this lower bound and that upper one.
    fn is_above(&self, upper: &Self) -> bool {
        match self.at.compare(upper.at) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => !(self.inclusive && upper.inclusive),
            _ => false,
        }
    }
}

/// An absent key passes with `IfExists`, so that such a condition bounds nothing.
fn bound(operator: Operator, values: &Values, side: Side) -> Option<Bound> {
    use Comparison::{
        DateGreaterThan, DateGreaterThanEquals, DateLessThan, DateLessThanEquals, NumericGreaterThan, NumericGreaterThanEquals,
        NumericLessThan, NumericLessThanEquals,
    };
    let (own, inclusive, is_date) = match operator.comparison {
        NumericGreaterThan => (Side::Lower, false, false),
        NumericGreaterThanEquals => (Side::Lower, true, false),
        NumericLessThan => (Side::Upper, false, false),
        NumericLessThanEquals => (Side::Upper, true, false),
        DateGreaterThan => (Side::Lower, false, true),
        DateGreaterThanEquals => (Side::Lower, true, true),
        DateLessThan => (Side::Upper, false, true),
        DateLessThanEquals => (Side::Upper, true, true),
        _ => return None,
    };
    if own != side || operator.if_exists {
        return None;
    }
    let points =
        values.iter().filter_map(|text| if is_date { moment(text).map(Point::Moment) } else { Number::parse(text).map(Point::Number) });
    let looser = if side == Side::Lower { Ordering::Less } else { Ordering::Greater };
    let at = points.reduce(|best, one| if one.compare(best) == Some(looser) { one } else { best })?;
    Some(Bound { at, inclusive })
}
