//! Somebody who stands beside the simulator and sees each call, for checks of whoever makes them.

use super::Simulator;
use super::call::CallError;
use jiff::Timestamp;
use orgkit_world::{Call, Principal, World};
use serde_json::Value;

/// A call as a bystander sees it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Who calls.
    pub caller: &'a Principal,
    /// What is asked.
    pub call: &'a Call,
    /// Whether it changes something when it succeeds.
    pub changes: bool,
    /// The time on the virtual clock.
    pub now: Timestamp,
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Passage {
    /// It goes its way.
    #[default]
    Go,
    /// The connection is lost before the service has the request: nothing is done.
    LoseRequest,
    /// The call is done, and the connection is lost before the caller has the answer.
    LoseAnswer,
}

/// Sees each call with the world as it really is, before and after it.
pub trait Bystander: Send {
    /// A call is on its way. What people do just before it is done already.
    fn asked(&mut self, seen: &Seen<'_>, world: &World) -> Passage;
    /// A call was answered, or its answer got lost.
    fn answered(&mut self, seen: &Seen<'_>, world: &World, answer: &Result<Value, CallError>);
}

impl Simulator {
    /// Puts a bystander beside the simulator, in the place of one that is there. Bystanders must not call the simulator back: it is locked
    /// while they look.
    pub fn attend(&self, bystander: Box<dyn Bystander>) {
        self.lock().bystander = Some(bystander);
    }

    /// Looks at the world as it is at this moment: no time passes, nothing is asked of anybody, nothing is late.
    pub fn look<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        look(&self.lock().world)
    }
}
