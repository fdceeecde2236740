//! The names of condition operators.

/// How the values of a multivalued key are gone through [IAM User Guide, reference_policies_multi-value-conditions].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SetOperator {
    /// `ForAllValues:`: every value of the request must pass; so does an absent key.
    All,
    /// `ForAnyValue:`: one of them must.
    Any,
}

/// What two values are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Comparison {
    StringEquals,
    StringEqualsIgnoreCase,
    StringLike,
    Arn,
    NumericEquals,
    NumericLessThan,
    NumericLessThanEquals,
    NumericGreaterThan,
    NumericGreaterThanEquals,
    DateEquals,
    DateLessThan,
    DateLessThanEquals,
    DateGreaterThan,
    DateGreaterThanEquals,
    Bool,
    Binary,
    IpAddress,
    Null,
}

/// A condition operator taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Operator {
    pub(crate) set: Option<SetOperator>,
    pub(crate) comparison: Comparison,
    /// Whether it is a `…Not…` form: none of the values may match.
    pub(crate) negated: bool,
    pub(crate) if_exists: bool,
}

/// Every operator of the language without its prefix and suffix: name, comparison, negated.
const OPERATORS: &[(&str, Comparison, bool)] = &[
    ("StringEquals", Comparison::StringEquals, false),
    ("StringNotEquals", Comparison::StringEquals, true),
    ("StringEqualsIgnoreCase", Comparison::StringEqualsIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Comparison::StringEqualsIgnoreCase, true),
    ("StringLike", Comparison::StringLike, false),
    ("StringNotLike", Comparison::StringLike, true),
    ("ArnEquals", Comparison::Arn, false),
    ("ArnLike", Comparison::Arn, false),
    ("ArnNotEquals", Comparison::Arn, true),
    ("ArnNotLike", Comparison::Arn, true),
    ("NumericEquals", Comparison::NumericEquals, false),
    ("NumericNotEquals", Comparison::NumericEquals, true),
    ("NumericLessThan", Comparison::NumericLessThan, false),
    ("NumericLessThanEquals", Comparison::NumericLessThanEquals, false),
    ("NumericGreaterThan", Comparison::NumericGreaterThan, false),
    ("NumericGreaterThanEquals", Comparison::NumericGreaterThanEquals, false),
    ("DateEquals", Comparison::DateEquals, false),
    ("DateNotEquals", Comparison::DateEquals, true),
    ("DateLessThan", Comparison::DateLessThan, false),
    ("DateLessThanEquals", Comparison::DateLessThanEquals, false),
    ("DateGreaterThan", Comparison::DateGreaterThan, false),
    ("DateGreaterThanEquals", Comparison::DateGreaterThanEquals, false),
    ("Bool", Comparison::Bool, false),
    ("BinaryEquals", Comparison::Binary, false),
    ("IpAddress", Comparison::IpAddress, false),
    ("NotIpAddress", Comparison::IpAddress, true),
    ("Null", Comparison::Null, false),
];

/// Whether a word is the name of an operator, written as AWS writes it: in code a `null` or a `bool` is something else.
pub(crate) fn is_operator(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_uppercase()) && Operator::parse(word).is_some()
}

impl Operator {
    /// Takes a name apart; `None` for one that the language does not have. Case does not count: AWS refuses a misspelt operator
    /// when the policy is written, so one that stands can only mean this.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let (set, rest) = match lower.split_once(':') {
            Some(("forallvalues", rest)) => (Some(SetOperator::All), rest),
            Some(("foranyvalue", rest)) => (Some(SetOperator::Any), rest),
            Some(_) => return None,
            None => (None, lower.as_str()),
        };
        let (base, if_exists) = rest.strip_suffix("ifexists").map_or((rest, false), |base| (base, true));
        let (_, comparison, negated) = OPERATORS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(base))?;
        let is_null = *comparison == Comparison::Null;
        (!(is_null && if_exists)).then_some(Self { set, comparison: *comparison, negated: *negated, if_exists })
    }

    /// Whether policy variables mean anything in its values. `Bool` is taken in: the page on operators allows them, the page on variables does not
    /// name it.
    pub(crate) fn takes_variables(self) -> bool {
        use Comparison::{Arn, Bool, StringEquals, StringEqualsIgnoreCase, StringLike};
        matches!(self.comparison, StringEquals | StringEqualsIgnoreCase | StringLike | Arn | Bool)
    }

    /// The name as AWS's page spells it.
    pub(crate) fn spelling(name: &str) -> Option<String> {
        let operator = Self::parse(name)?;
        let set = match operator.set {
            Some(SetOperator::All) => "ForAllValues:",
            Some(SetOperator::Any) => "ForAnyValue:",
            None => "",
        };
        let rest = name.split_once(':').map_or(name, |(_, rest)| rest);
        let suffix = if operator.if_exists { "IfExists" } else { "" };
        let base = rest.get(..rest.len().checked_sub(suffix.len())?)?;
        let (base, ..) = OPERATORS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(base))?;
        Some(format!("{set}{base}{suffix}"))
    }
}
