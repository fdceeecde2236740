//! What one call knows and may still use.

use crate::answer::LogLine;
use crate::bindings::orgkit::policy::types::Subject;
use crate::limits::Ceiling;
use crate::{CallContext, FactIndex, FactRef, Limits};
use std::collections::BTreeSet;

/// A call asked the host for more than it may.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct QuotaExceeded(pub(crate) String);

/// The state of a call's store.
pub(crate) struct State {
    pub(crate) facts: FactIndex,
    pub(crate) context: CallContext,
    pub(crate) ceiling: Ceiling,
    pub(crate) log: Vec<LogLine>,
    handed: BTreeSet<FactRef>,
    limits: Limits,
    calls_left: u32,
    bytes_left: usize,
}

impl State {
    pub(crate) fn new(context: CallContext, facts: FactIndex, limits: &Limits) -> Self {
        Self {
            facts,
            context,
            ceiling: Ceiling::new(limits.memory_bytes),
            log: Vec::new(),
            handed: BTreeSet::new(),
            calls_left: limits.host_calls,
            bytes_left: limits.handed_bytes,
            limits: limits.clone(),
        }
    }

    /// Counts a call to the host.
    pub(crate) fn count_call(&mut self) -> wasmtime::Result<()> {
        match self.calls_left.checked_sub(1) {
            Some(left) => {
                self.calls_left = left;
                Ok(())
            }
            None => Err(QuotaExceeded(format!("more than {} calls to the host", self.limits.host_calls)).into()),
        }
    }

    /// Counts bytes that go to the guest.
    pub(crate) fn count_bytes(&mut self, bytes: usize) -> wasmtime::Result<()> {
        match self.bytes_left.checked_sub(bytes) {
            Some(left) => {
                self.bytes_left = left;
                Ok(())
            }
            None => Err(QuotaExceeded(format!("more than {} bytes of facts", self.limits.handed_bytes)).into()),
        }
    }

    /// Whether the guest got this handle in this call.
    pub(crate) fn was_handed(&self, fact: FactRef) -> bool {
        self.handed.contains(&fact)
    }

    /// A handle for a fact.
    pub(crate) fn hand(&mut self, fact: FactRef) -> FactRef {
        self.handed.insert(fact);
        fact
    }

    /// A fact with its document, as guests get it.
    pub(crate) fn subject(&mut self, at: FactRef) -> wasmtime::Result<Option<Subject>> {
        let Some(fact) = self.facts.fact(at) else { return Ok(None) };
        let subject = Subject {
            id: at,
            kind: fact.kind.clone(),
            name: fact.name.clone(),
            account: fact.account.to_string(),
            region: fact.region.clone(),
            doc: Some(fact.doc.to_string()),
        };
        self.count_bytes(subject.doc.as_ref().map_or(0, String::len) + subject.name.len())?;
        self.hand(at);
        Ok(Some(subject))
    }

    /// Keeps a line of the log, control characters made visible, up to the limit; then says once that there was more.
    pub(crate) fn keep(&mut self, level: &'static str, message: &str) {
        let limit = self.limits.log_lines;
        if self.log.len() < limit {
            let message = message.chars().take(1_000).flat_map(visible).collect();
            self.log.push(LogLine { level, message });
        } else if self.log.len() == limit {
            self.log.push(LogLine { level: "warn", message: "more lines were dropped".to_owned() });
        }
    }
}

fn visible(c: char) -> Vec<char> {
    if c.is_control() { c.escape_default().collect() } else { vec![c] }
}
