//! What a call may use.

use std::time::Duration;
use wasmtime::ResourceLimiter;

/// What a component and its calls may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The largest component, in bytes.
    pub component_bytes: usize,
    /// The most functions in a component. Compiling is not metered, so what makes it slow is limited.
    pub functions: usize,
    /// The largest body of a function, in bytes.
    pub function_bytes: usize,
    /// The most local variables of a function.
    pub locals: u64,
    /// Fuel that every call gets; an instruction costs about 1.
    pub fuel_base: u64,
    /// Fuel for each subject of a batch.
    pub fuel_per_subject: u64,
    /// Fuel for each byte of the facts that the rule may read.
    pub fuel_per_byte: u64,
    /// The most fuel of a call.
    pub fuel_cap: u64,
    /// How long a call may take by the clock: a backstop for what fuel does not measure.
    pub wall: Duration,
    /// The most memory of a call, in bytes.
    pub memory_bytes: usize,
    /// The most calls to the host within a call.
    pub host_calls: u32,
    /// The most bytes that the host hands out within a call.
    pub handed_bytes: usize,
    /// The largest answer, in bytes.
    pub answer_bytes: usize,
    /// The most subjects of a batch.
    pub batch: usize,
    /// The most findings for each subject.
    pub findings_per_subject: usize,
    /// The most lines that are kept of a call's log.
    pub log_lines: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            component_bytes: 4 << 20,
            functions: 10_000,
            function_bytes: 64 << 10,
            locals: 1_000,
            fuel_base: 2_000_000,
            fuel_per_subject: 1_000_000,
            fuel_per_byte: 256,
            fuel_cap: 2_000_000_000,
            wall: Duration::from_secs(2),
            memory_bytes: 64 << 20,
            host_calls: 10_000,
            handed_bytes: 64 << 20,
            answer_bytes: 1 << 20,
            batch: 512,
            findings_per_subject: 16,
            log_lines: 200,
        }
    }
}

impl Limits {
    /// The fuel of a call.
    pub(crate) fn fuel(&self, subjects: usize, readable_bytes: u64) -> u64 {
        let subjects = u64::try_from(subjects).unwrap_or(u64::MAX);
        self.fuel_base
            .saturating_add(self.fuel_per_subject.saturating_mul(subjects))
            .saturating_add(self.fuel_per_byte.saturating_mul(readable_bytes))
            .min(self.fuel_cap)
    }
}

/// A call wanted more memory than it may have. A trap: a guest that sees a growth fail could branch on it.
#[derive(Debug, thiserror::Error)]
#[error("more than {limit} bytes of memory")]
pub(crate) struct MemoryExceeded {
    pub(crate) limit: usize,
}

/// Counts the memory of all memories and tables of a call together.
#[derive(Debug)]
pub(crate) struct Ceiling {
    used: usize,
    limit: usize,
}

impl Ceiling {
    pub(crate) fn new(limit: usize) -> Self {
        Self { used: 0, limit }
    }

    fn grow(&mut self, by: usize) -> wasmtime::Result<bool> {
        self.used = self.used.saturating_add(by);
        if self.used > self.limit { Err(MemoryExceeded { limit: self.limit }.into()) } else { Ok(true) }
    }
}

impl ResourceLimiter for Ceiling {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(desired.saturating_sub(current))
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(desired.saturating_sub(current).saturating_mul(size_of::<usize>()))
    }

    fn instances(&self) -> usize {
        64
    }

    fn tables(&self) -> usize {
        16
    }

    fn memories(&self) -> usize {
        8
    }
}
