//! Condition operators, three-valued [IAM User Guide, reference_policies_elements_condition_operators].

mod canonical;
mod compare;
mod date;
mod imply;
mod operator;
mod test;

pub(crate) use canonical::canonical_value;
pub(crate) use compare::{Network, Number, boolean};
pub(crate) use date::parse as moment;
pub(crate) use operator::{Comparison, Operator, SetOperator, is_operator};
pub(crate) use test::{Test, variable};

/// Unknown where something may still hold, else false.
pub(crate) fn may_be(possible: bool) -> Truth {
    if possible { Truth::Unknown } else { Truth::False }
}

/// A truth that may depend on what is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It depends on something that is not known.
    Unknown,
}

impl Truth {
    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::False, Self::False) => Self::False,
            _ => Self::Unknown,
        }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}
