//! Runs plugin components in a sandbox: the only crate that knows wasmtime.
