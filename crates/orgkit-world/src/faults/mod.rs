//! Faults: what goes wrong between a caller and the simulated AWS, as data and a seed.
//!
//! A [`FaultPlan`] says what is to fail; [`ArmedFaults`] decides call by call. The decisions hang on the plan, its seed and the calls so
//! far, and on nothing else. Carrying them out (cutting connections, letting time pass, keeping an old world for stale reads) is up to
//! whoever stands between the callers and the [`World`](crate::World).

mod armed;
mod draw;
mod parse;
mod plan;
mod refusal;
mod swarm;

pub(crate) use armed::choices;
pub use armed::{ArmedFaults, Due};
pub(crate) use draw::Draws;
pub use parse::FaultPlanError;
pub use plan::{Fault, FaultPlan, FaultRule, Loss, Only, PeopleRule};
pub use refusal::{expired, throttled};
