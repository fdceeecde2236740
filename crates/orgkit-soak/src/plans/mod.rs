//! The canonical plans: small worlds, each with one thing that can go wrong in its own way, and what orgkit-plan makes of them.

mod canonical;
mod prepare;

pub use canonical::{CANONICAL, Canonical, FURTHER};
pub use prepare::{ACCESS_ROLE, MEMBER_ROLE, PrepareError, Prepared, prepare, prepare_all, prepare_every, start};
pub(crate) use prepare::{KINDS, ready};
