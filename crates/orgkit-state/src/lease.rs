//! The lease: one object, changed only over the very version that was read.

use jiff::Timestamp;
use orgkit_execute::Lease;
use serde::{Deserialize, Serialize};
use std::hash::{BuildHasher as _, RandomState};

/// What stands in the lease's object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Holding {
    /// The generation.
    pub(crate) generation: u64,
    /// Who holds it.
    pub(crate) holder: String,
    /// Until when it is good; long ago when it was given back.
    pub(crate) until: Timestamp,
    /// How many pages the holder knew when it wrote this: there are never fewer.
    pub(crate) pages: u64,
    /// What tells this holder from one of the same name.
    pub(crate) token: String,
    /// How often the holder wrote it: no two versions have the same bytes, so none has the ETag of another.
    beat: u64,
}

impl Holding {
    /// A new holding.
    pub(crate) fn of(lease: &Lease, pages: u64) -> Self {
        let Lease { generation, holder, until } = lease.clone();
        Self { generation, holder, until, pages, token: token(), beat: 0 }
    }

    /// The next version of the same holding.
    pub(crate) fn next(&self, until: Timestamp, pages: u64) -> Self {
        Self { until, pages, beat: self.beat + 1, ..self.clone() }
    }

    /// Whether both are versions of one holding.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.generation == other.generation && self.token == other.token
    }

    /// As the executor knows it.
    pub(crate) fn lease(&self) -> Lease {
        Lease { generation: self.generation, holder: self.holder.clone(), until: self.until }
    }
}

/// 128 bits that no other process has: the standard library keys its hashers from the operating system's randomness.
fn token() -> String {
    let half = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", half(), half())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_holdings_of_one_name_are_told_apart() {
        let lease = Lease { generation: 4, holder: "ana".to_owned(), until: Timestamp::UNIX_EPOCH };
        let (one, other) = (Holding::of(&lease, 0), Holding::of(&lease, 0));
        assert!(!one.is_same(&other) && one.is_same(&one.next(one.until, 2)) && one != one.next(one.until, 0));
    }
}
