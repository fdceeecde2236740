//! Runs plugin components in a sandbox: the only crate that knows wasmtime.
//!
//! A component sees the facts that its rule declared and nothing else: no clock, no network, no files, no environment, no credentials.
//! Each call has a store of its own, so nothing leaks from one account to the next, and it is metered in fuel, which makes its end the
//! same on every machine. Whatever a component does wrong becomes a [`PluginError`], which callers report as "undetermined".

mod answer;
mod bindings;
mod call;
mod component;
mod error;
mod facts;
mod host;
mod imports;
mod inspect;
mod limits;
mod log_paths;
mod scalar;
mod state;

pub use answer::{Answer, LogLine, RawChange, RawDecision, RawEvidence, RawFinding, RawOutcome};
pub use call::{CallContext, Templates};
pub use component::{Component, Exports};
pub use error::PluginError;
pub use facts::{FactIndex, FactRef, Gap};
pub use host::Host;
pub use limits::Limits;
