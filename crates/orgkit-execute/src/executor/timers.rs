//! Waits of many lanes on one clock.

use crate::Clock;
use futures_util::future::{FutureExt, LocalBoxFuture};
use jiff::{SignedDuration, Timestamp};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::Duration;

/// The times at which lanes want to go on, with how many want it. Whoever drives the lanes polls them again when the earliest has come.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    deadlines: RefCell<BTreeMap<Timestamp, usize>>,
}

/// A deadline that somebody waits for.
struct Waiting<'a> {
    timers: &'a Timers,
    deadline: Timestamp,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut deadlines = self.timers.deadlines.borrow_mut();
        if let Some(count) = deadlines.get_mut(&self.deadline) {
            *count -= 1;
            if *count == 0 {
                deadlines.remove(&self.deadline);
            }
        }
    }
}

impl Timers {
    /// Waits until a time has come, or somebody wants everything to end.
    pub(crate) async fn until(&self, clock: &impl Clock, deadline: Timestamp, halting: &dyn Fn() -> bool) {
        *self.deadlines.borrow_mut().entry(deadline).or_default() += 1;
        let _waiting = Waiting { timers: self, deadline };
        poll_fn(|_| if clock.now() >= deadline || halting() { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    fn earliest(&self) -> Option<Timestamp> {
        self.deadlines.borrow().keys().next().copied()
    }
}

/// The clock's own sleep until the earliest deadline.
#[derive(Default)]
pub(crate) struct Alarm<'a> {
    set: Option<(Timestamp, LocalBoxFuture<'a, ()>)>,
}

impl<'a> Alarm<'a> {
    /// Whether the earliest deadline has come; pending while it has not, or while nobody waits for one.
    pub(crate) fn poll<K: Clock>(&mut self, clock: &'a K, timers: &Timers, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = timers.earliest() else { return Poll::Pending };
        let set = match self.set.take() {
            Some((at, sleep)) if at == deadline => (at, sleep),
            _ => {
                let time: SignedDuration = deadline.duration_since(clock.now());
                (deadline, clock.sleep(Duration::try_from(time).unwrap_or_default()).boxed_local())
            }
        };
        let (_, sleep) = self.set.insert(set);
        let polled = sleep.as_mut().poll(cx);
        if polled.is_ready() {
            self.set = None;
        }
        polled
    }
}
