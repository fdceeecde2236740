//! Records folded into distinct calls.

use super::comparer::Comparer;
use super::context::{Owner, owner};
use super::judge::{Chains, Finding, judge};
use super::needs::Key;
use crate::cloudtrail::{Aside, Call, Operation, Record, Resource, Unmapped, resource_of_action};
use foldhash::fast::FixedState;
use indexmap::IndexMap;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Calls that differ in nothing that a policy asks for are one; it is judged once and counted.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Where in `entries` a distinct call stands.
    index: IndexMap<Box<[u8]>, usize, FixedState>,
    pub(super) entries: Vec<Entry>,
    pub(super) aside: BTreeMap<Aside, u64>,
    pub(super) records: u64,
    operations: IndexMap<Box<[u8]>, Result<Arc<Operation>, Unmapped>, FixedState>,
    chains: Chains,
    scratch: Vec<u8>,
}

/// How often a record stands for a call that was made, where records were folded before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// How often.
    pub count: u64,
    /// When for the first time; the record has the last. `None`: as the record has it.
    pub first: Option<Timestamp>,
}

/// A distinct call.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) count: u64,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) findings: Vec<Finding>,
    pub(super) was_denied: bool,
    /// One of the calls, where something changes for it.
    pub(super) sample: Option<Box<Sample>>,
}

#[derive(Debug)]
pub(super) struct Sample {
    pub(super) call: Call<'static>,
    pub(super) operation: Arc<Operation>,
    pub(super) resources: Vec<Resource<'static>>,
    event_id: String,
}

impl Sample {
    /// Of several calls the earliest is shown, whichever file came first.
    pub(super) fn order(&self) -> (Timestamp, &str) {
        (self.call.time, &self.event_id)
    }
}

impl Comparison {
    /// Folds a record in. `is_first` is asked with [`Record::key`] for the account's own records: whether this event has not been seen, in this file or
    /// another one.
    pub fn add(&mut self, comparer: &Comparer, record: &Record<'_>, is_first: &mut dyn FnMut(u128) -> bool) {
        self.fold(comparer, record, Times { count: 1, first: None }, is_first);
    }

    /// Folds in a record that stands for many of the same call.
    pub fn add_times(&mut self, comparer: &Comparer, record: &Record<'_>, times: Times) {
        self.fold(comparer, record, times, &mut |_| true);
    }

    fn fold(&mut self, comparer: &Comparer, record: &Record<'_>, times: Times, is_first: &mut dyn FnMut(u128) -> bool) {
        self.records += times.count;
        match self.admit(comparer, record, is_first) {
            Ok((call, operation)) => self.count(comparer, record, call, operation, times),
            Err(aside) => self.note(aside, times.count),
        }
    }

    /// Counts what could not be read as a record.
    pub fn add_broken(&mut self, count: u64) {
        self.records += count;
        self.note(Aside::Broken, count);
    }

    /// Takes in what was folded elsewhere with the same question. The order does not matter.
    pub fn merge(&mut self, other: Self) {
        self.records += other.records;
        for (aside, count) in other.aside {
            self.note(aside, count);
        }
        let mut entries: Vec<Option<Entry>> = other.entries.into_iter().map(Some).collect();
        for (key, at) in other.index {
            let Some(entry) = entries.get_mut(at).and_then(Option::take) else { continue };
            match self.index.get(&key).and_then(|at| self.entries.get_mut(*at)) {
                Some(known) => known.merge(entry),
                None => {
                    self.index.insert(key, self.entries.len());
                    self.entries.push(entry);
                }
            }
        }
    }

    /// How many distinct calls there are.
    pub fn distinct(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn chains(&mut self) -> (&[Entry], &mut Chains) {
        (&self.entries, &mut self.chains)
    }

    fn note(&mut self, aside: Aside, count: u64) {
        if count > 0 {
            *self.aside.entry(aside).or_default() += count;
        }
    }

    fn admit<'a>(
        &mut self,
        comparer: &Comparer,
        record: &Record<'a>,
        is_first: &mut dyn FnMut(u128) -> bool,
    ) -> Result<(Call<'a>, Arc<Operation>), Aside> {
        if record.account().is_some_and(|account| account != comparer.account()) {
            return Err(Aside::OtherAccount);
        }
        if !record.key().is_none_or(is_first) {
            return Err(Aside::Duplicate);
        }
        let call = Call::of(record)?;
        if comparer.since().is_some_and(|since| call.time < since) {
            return Err(Aside::TooOld);
        }
        match self.operation(comparer, &call) {
            Ok(operation) => Ok((call, operation)),
            Err(Unmapped::NeedsNoPermission) => Err(Aside::NeedsNoPermission),
            Err(Unmapped::NotOnRecord) => Err(Aside::Unmappable),
        }
    }

    fn operation(&mut self, comparer: &Comparer, call: &Call<'_>) -> Result<Arc<Operation>, Unmapped> {
        self.scratch.clear();
        push(&mut self.scratch, Some(&call.event_source));
        push(&mut self.scratch, Some(&call.event_name));
        if let Some(known) = self.operations.get(self.scratch.as_slice()) {
            return known.clone();
        }
        let found = comparer.operations().find(&call.event_source, &call.event_name).map(Arc::new);
        self.operations.insert(self.scratch.as_slice().into(), found.clone());
        found
    }

    fn count(&mut self, comparer: &Comparer, record: &Record<'_>, call: Call<'_>, operation: Arc<Operation>, times: Times) {
        let first = times.first.unwrap_or(call.time).min(call.time);
        let needs = comparer.needs();
        let wanted = needs.resources || needs.owners || needs.has_any(&[Key::ResourceAccount, Key::ResourceOrgId, Key::ResourceOrgPaths]);
        let find = || operation.actions.iter().map(|action| resource_of_action(record, action)).collect::<Vec<_>>();
        let resources = if wanted { find() } else { Vec::new() };
        self.scratch.clear();
        write_key(&mut self.scratch, comparer, &call, &resources);
        let event_id = record.event_id.get().unwrap_or_default();
        if let Some(entry) = self.index.get(self.scratch.as_slice()).and_then(|at| self.entries.get_mut(*at)) {
            entry.count += times.count;
            entry.first = entry.first.min(first);
            entry.last = entry.last.max(call.time);
            if entry.sample.as_ref().is_some_and(|sample| (call.time, event_id) < sample.order()) {
                entry.sample = Some(sample(call, operation.clone(), if wanted { resources } else { find() }, event_id));
            }
            return;
        }
        let findings = judge(comparer, &mut self.chains, &call, &operation, &resources);
        let (time, was_denied) = (call.time, call.was_denied());
        let shown = (!findings.is_empty()).then(|| sample(call, operation.clone(), if wanted { resources } else { find() }, event_id));
        self.index.insert(self.scratch.as_slice().into(), self.entries.len());
        self.entries.push(Entry { count: times.count, first, last: time, findings, was_denied, sample: shown });
    }
}

impl Entry {
    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        if let (Some(mine), Some(theirs)) = (&self.sample, &other.sample)
            && theirs.order() < mine.order()
        {
            self.sample = other.sample;
        }
    }
}

fn sample(call: Call<'_>, operation: Arc<Operation>, resources: Vec<Resource<'_>>, event_id: &str) -> Box<Sample> {
    let resources = resources.into_iter().map(Resource::into_owned).collect();
    Box::new(Sample { call: call.into_owned(), operation, resources, event_id: event_id.to_owned() })
}

/// A field and its end. Texts of JSON cannot hold the byte 0xFF.
fn push(key: &mut Vec<u8>, text: Option<&str>) {
    key.extend_from_slice(text.unwrap_or("\u{0}").as_bytes());
    key.push(0xFF);
}

/// Everything of a call that can change its verdict in any of the places.
fn write_key(key: &mut Vec<u8>, comparer: &Comparer, call: &Call<'_>, resources: &[Resource<'_>]) {
    let needs = comparer.needs();
    let caller = &call.caller;
    key.push(caller.kind as u8);
    key.push(u8::from(call.was_denied()) | (u8::from(call.error.is_some()) << 1));
    for text in [Some(&*call.event_source), Some(&*call.event_name), caller.arn.as_deref(), caller.account.as_deref()] {
        push(key, text);
    }
    let mut optional = |keys: &[Key], text: Option<&str>| {
        if needs.has_any(keys) {
            push(key, text);
        }
    };
    let flag = |is: bool| Some(if is { "1" } else { "0" });
    optional(&[Key::Region], call.region.as_deref());
    optional(&[Key::UserId], caller.user_id.as_deref());
    optional(&[Key::Username], caller.user_name.as_deref());
    optional(&[Key::Mfa], caller.mfa.and_then(flag));
    optional(&[Key::SecureTransport], flag(call.tls));
    let via = [Key::ViaAwsService, Key::CalledVia, Key::CalledViaFirst, Key::CalledViaLast, Key::SourceArn, Key::SourceAccount];
    optional(&via, flag(call.invoked_by.is_some()));
    optional(&[Key::SourceOrgId, Key::SourceOrgPaths], flag(call.invoked_by.is_some()));
    let endpoint = [Key::SourceVpce, Key::SourceVpc, Key::VpceAccount, Key::VpceOrgId, Key::VpceOrgPaths, Key::SourceIp, Key::VpcSourceIp];
    optional(&endpoint, call.vpc_endpoint.as_deref());
    optional(&endpoint, call.address.as_deref());
    optional(&endpoint, call.vpc_endpoint_account.as_deref());
    if needs.has_any(&[Key::CurrentTime, Key::EpochTime]) {
        key.extend_from_slice(&call.time.as_second().to_le_bytes());
    }
    for resource in resources {
        match owner(comparer, call, resource) {
            Owner::Account(account) => push(key, Some(account)),
            Owner::NotOnRecord => push(key, None),
        }
        if needs.resources {
            push(key, Some(&resource.arn));
            key.extend_from_slice(&resource.gap.map_or(u64::MAX, |gap| gap as u64).to_le_bytes());
        }
    }
}
