//! Where a run is to be hit.

use orgkit_sim::Passage;

/// What becomes of a write that is hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is not there afterwards.
    Lost,
    /// It is there.
    Kept,
}

/// What hits a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strike {
    /// The process dies.
    Crash(Fate),
    /// The store says that it failed: a full disk, a broken one. It may have written all the same.
    Error(Fate),
}

/// What is to happen to a run. Writes and changes are counted from 1, over all lives of the run.
#[derive(Debug, Clone, Default)]
pub struct Doom {
    /// What hits which write.
    pub writes: Vec<(u64, Strike)>,
    /// What becomes of which change, and whether the process dies with it.
    pub changes: Vec<(u64, Passage, bool)>,
}

impl Doom {
    /// What hits a write.
    pub(crate) fn at_write(&self, number: u64) -> Option<Strike> {
        self.writes.iter().find(|(at, _)| *at == number).map(|(_, strike)| *strike)
    }

    /// What becomes of a change, and whether the process dies.
    pub(crate) fn at_change(&self, number: u64) -> (Passage, bool) {
        self.changes.iter().find(|(at, ..)| *at == number).map_or((Passage::Go, false), |(_, passage, dies)| (*passage, *dies))
    }
}
