//! Shows that no run loses an account: crashes at every durable write, faults drawn from seeds, and everything that must hold checked after
//! every event.
//!
//! A run is the real executor on the simulated AWS: the planner's plans, the journal, the step machine. Around it stand a store that fails and
//! crashes where it is told to, people who meddle, and a book in which every call and every record is judged by [`invariants`].

pub mod crashes;
mod dice;
mod end;
mod invariants;
pub mod many;
pub mod mutants;
pub mod plans;
mod poll;
pub mod registry;
pub mod regressions;
mod stage;
pub mod swarm;
pub mod thousand;

pub use dice::Dice;
pub use end::{EndError, end_of};
pub use invariants::COUNT;
pub use stage::{Counts, Doom, Fate, Index, Life, Meddling, Moment, Patience, Stage, Strike, Violation};
