//! Facts in, findings out: the approach decision and the checks of the packs.

mod approach;

pub use approach::{WORKLOAD_KINDS, decide_approach};
