//! What must hold whatever happens, each as a small function, asked at every record that becomes durable and at every change before and after it.
//!
//! They judge the world as it really is, the calls as they were made and the records as they were kept, and none of them asks the executor.

mod accounts;
mod calls;
mod careful;
mod journal;
mod order;

pub(crate) use careful::remember;

use crate::stage::{Book, Told};
use jiff::Timestamp;
use orgkit_world::World;

/// Whether it holds, or what is wrong.
pub(crate) type Verdict = Result<(), String>;

/// An invariant.
pub(crate) struct Invariant {
    /// Its number.
    pub(crate) number: u8,
    /// Whether it holds at an event.
    pub(crate) holds: fn(&Book, &Told<'_>, &World, Timestamp) -> Verdict,
}

/// All of them that can be broken at an event. 25, and the end of 22, are asked at the end of a run.
pub(crate) const ALL: &[Invariant] = &[
    Invariant { number: 1, holds: accounts::conservation },
    Invariant { number: 2, holds: accounts::single_home },
    Invariant { number: 3, holds: accounts::no_leave_without_a_door },
    Invariant { number: 4, holds: accounts::only_those_who_may_move },
    Invariant { number: 5, holds: calls::intent_first },
    Invariant { number: 6, holds: order::approved_and_in_order },
    Invariant { number: 7, holds: accounts::own_invitations },
    Invariant { number: 8, holds: calls::look_before_repeating },
    Invariant { number: 9, holds: calls::success_is_seen },
    Invariant { number: 10, holds: careful::no_lock_out },
    Invariant { number: 11, holds: careful::root_is_left },
    Invariant { number: 12, holds: careful::both_organization_ids },
    Invariant { number: 13, holds: careful::nothing_destroyed },
    Invariant { number: 14, holds: careful::shares_are_met },
    Invariant { number: 15, holds: careful::no_delegation_left },
    Invariant { number: 16, holds: order::quota_reserved },
    Invariant { number: 17, holds: accounts::old_enough },
    Invariant { number: 18, holds: order::along_the_graph },
    Invariant { number: 19, holds: order::no_way_back },
    Invariant { number: 20, holds: order::wave_by_wave },
    Invariant { number: 21, holds: journal::one_writer },
    Invariant { number: 22, holds: journal::chained },
    Invariant { number: 23, holds: journal::nothing_proven_by_silence },
    Invariant { number: 24, holds: journal::no_secrets },
];

/// How many invariants there are; the rest is asked at the end.
pub const COUNT: usize = 25;
