//! What a comparison comes to.

use super::comparer::Comparer;
use super::comparison::{Comparison, Entry, Sample};
use super::context::Asked;
use super::judge::{Chains, Change, explain};
use crate::cloudtrail::Aside;
use crate::evaluate::{Role, Verdict};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What no trail can show, told with every report.
pub const BLIND_SPOTS: &[&str] = &[
    "Calls that nobody made in the time that the records cover, such as yearly jobs and disaster recovery, are not judged.",
    "Data events (S3 objects, Lambda invocations, DynamoDB items and others) are recorded only where a trail asks for them.",
    "Tags of principals, requests and resources are not recorded; what depends on them is unknown unless the old place has the same statement.",
    "Identity, boundary, session, resource and VPC endpoint policies are not judged, only guardrails. Policies on resources that name an organization need a look of their own.",
    "The resource of many calls is not recorded, or not with its path; a statement about particular resources is then unknown.",
    "Conditions of AWS services that write into your resources (source organization) are not recorded.",
    "What an option of a call needs besides (a role to pass, tags, a key to use) is recorded only where it is a call of its own.",
    "Every other account stays where it is: accounts that move together are judged one by one.",
];

/// The whole report for one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The account that moves.
    pub account: String,
    /// How many records were read.
    pub records: u64,
    /// How many of them were judged as calls.
    pub calls: u64,
    /// How many of those differ in something that a policy asks for.
    pub distinct_calls: usize,
    /// The first and the last call that was judged.
    pub seen: Option<(Timestamp, Timestamp)>,
    /// What changes in the new place.
    pub after: Changes,
    /// What changes while the account stands alone, if that was asked for.
    pub window: Option<Changes>,
    /// Records that were set aside.
    pub set_aside: Vec<SetAside>,
    /// What no trail can show.
    pub blind_spots: &'static [&'static str],
}

/// What changes in one place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// Calls by what happens to them; one that needs several actions counts by the worst of them.
    pub counts: Counts,
    /// Let through until now, and stopped there; most calls first.
    pub newly_denied: Vec<Group>,
    /// It depends on what is not on record.
    pub unknown: Vec<Group>,
    /// Stopped until now by a guardrail that is not there.
    pub newly_allowed: Vec<Group>,
    /// Stopped by the guardrails of both places, though it was made.
    pub denied_in_both: Vec<Group>,
}

/// Numbers of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// See [`Changes::newly_denied`].
    pub newly_denied: u64,
    /// See [`Changes::unknown`].
    pub unknown: u64,
    /// See [`Changes::newly_allowed`].
    pub newly_allowed: u64,
    /// See [`Changes::denied_in_both`].
    pub denied_in_both: u64,
    /// Let through in both places.
    pub unchanged: u64,
}

/// The calls of one principal and one action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// The ARN of the role or user; where there is none, what is on record of the caller.
    pub principal: String,
    /// The IAM action.
    pub action: String,
    /// How many calls.
    pub calls: u64,
    /// The first of them.
    pub first_seen: Timestamp,
    /// The last of them.
    pub last_seen: Timestamp,
    /// The first call's region.
    pub region: Option<String>,
    /// The first call's resource, if it is on record.
    pub resource: Option<String>,
    /// The error that the first call ended with.
    pub error: Option<String>,
    /// What decides it, for the first call.
    pub because: Vec<Because>,
    /// The condition keys that it depends on and that are not on record; `resource` stands for the resource itself.
    pub unknown_keys: BTreeSet<String>,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Because {
    /// `scp` or `rcp`.
    pub kind: &'static str,
    /// The root, unit or account that the policy is attached to.
    pub target: String,
    /// The policy; empty where nothing at the target allows the action.
    pub policy: String,
    /// The statement's `Sid`, or its place as `#1`.
    pub statement: String,
}

/// Records that were set aside for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetAside {
    /// The reason's name.
    pub reason: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// How many records.
    pub records: u64,
}

impl Changes {
    /// The groups with a change, and the count of its calls.
    fn of(&mut self, change: Change) -> (&mut Vec<Group>, &mut u64) {
        match change {
            Change::NewlyDenied => (&mut self.newly_denied, &mut self.counts.newly_denied),
            Change::Unknown => (&mut self.unknown, &mut self.counts.unknown),
            Change::NewlyAllowed => (&mut self.newly_allowed, &mut self.counts.newly_allowed),
            Change::DeniedInBoth => (&mut self.denied_in_both, &mut self.counts.denied_in_both),
        }
    }
}

impl Comparison {
    /// The report. The order in which files were read does not show in it.
    pub fn report(&mut self, comparer: &Comparer) -> Report {
        let mut aside = self.aside.clone();
        let records = self.records;
        let (entries, chains) = self.chains();
        let judged = |entry: &&Entry| !entry.was_denied || entry.findings.iter().any(|finding| finding.side == 1);
        let denied: u64 = entries.iter().filter(|entry| !judged(entry)).map(|entry| entry.count).sum();
        if denied > 0 {
            *aside.entry(Aside::AlreadyDenied).or_default() += denied;
        }
        let mut sides = (1..comparer.sides().len()).map(|side| changes(comparer, entries, chains, side)).collect::<Vec<_>>().into_iter();
        let seen = entries.iter().filter(judged).map(|entry| (entry.first, entry.last));
        Report {
            account: comparer.account().to_owned(),
            records,
            calls: entries.iter().filter(judged).map(|entry| entry.count).sum(),
            distinct_calls: entries.iter().filter(judged).count(),
            seen: seen.reduce(|(first, last), (from, to)| (first.min(from), last.max(to))),
            after: sides.next().unwrap_or_default(),
            window: sides.next(),
            set_aside: Aside::ALL.iter().filter_map(|reason| set_aside(*reason, &aside)).collect(),
            blind_spots: BLIND_SPOTS,
        }
    }
}

fn set_aside(reason: Aside, aside: &BTreeMap<Aside, u64>) -> Option<SetAside> {
    let records = aside.get(&reason).copied()?;
    Some(SetAside { reason: reason.as_str(), meaning: reason.meaning(), records })
}

/// What one group is gathered from.
struct Gathered<'e> {
    calls: u64,
    first: Timestamp,
    last: Timestamp,
    sample: &'e Sample,
    action: usize,
    keys: BTreeSet<String>,
}

fn changes(comparer: &Comparer, entries: &[Entry], chains: &mut Chains, side: usize) -> Changes {
    let mut changes = Changes::default();
    let mut groups: BTreeMap<(Change, String, String), Gathered<'_>> = BTreeMap::new();
    for entry in entries {
        let here = || entry.findings.iter().filter(|finding| finding.side == side);
        let Some((worst, sample)) = here().map(|finding| finding.change).min().zip(entry.sample.as_deref()) else {
            if !entry.was_denied {
                changes.counts.unchanged += entry.count;
            }
            continue;
        };
        *changes.of(worst).1 += entry.count;
        for finding in here().filter(|finding| finding.change == worst) {
            let Some(action) = sample.operation.actions.get(finding.action) else { continue };
            let why = (worst == Change::Unknown).then(|| why(comparer, chains, side, sample, finding.action));
            let keys = why.flatten().map(|(_, keys)| keys).unwrap_or_default();
            let gathered = Gathered { calls: entry.count, first: entry.first, last: entry.last, sample, action: finding.action, keys };
            let group = (worst, principal(sample), action.clone());
            groups.entry(group).and_modify(|known| known.merge(&gathered)).or_insert(gathered);
        }
    }
    for ((change, principal, action), gathered) in groups {
        let because = why(comparer, chains, side, gathered.sample, gathered.action).map(|(because, _)| because).unwrap_or_default();
        changes.of(change).0.push(group(principal, action, gathered, because));
    }
    for change in [Change::NewlyDenied, Change::Unknown, Change::NewlyAllowed, Change::DeniedInBoth] {
        // Principals and actions are in their order already.
        changes.of(change).0.sort_by_key(|group| std::cmp::Reverse(group.calls));
    }
    changes
}

impl<'e> Gathered<'e> {
    fn merge(&mut self, other: &Gathered<'e>) {
        self.calls += other.calls;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.keys.extend(other.keys.iter().cloned());
        if other.sample.order() < self.sample.order() {
            (self.sample, self.action) = (other.sample, other.action);
        }
    }
}

fn group(principal: String, action: String, gathered: Gathered<'_>, because: Vec<Because>) -> Group {
    let call = &gathered.sample.call;
    let resource = gathered.sample.resources.get(gathered.action);
    Group {
        principal,
        action,
        calls: gathered.calls,
        first_seen: gathered.first,
        last_seen: gathered.last,
        region: call.region.as_deref().map(str::to_owned),
        resource: resource.filter(|resource| !resource.arn.is_empty()).map(|resource| resource.arn.to_string()),
        error: call.error.as_deref().map(str::to_owned),
        because,
        unknown_keys: gathered.keys,
    }
}

fn principal(sample: &Sample) -> String {
    let caller = &sample.call.caller;
    caller.arn.as_deref().or(caller.account.as_deref()).map_or_else(|| format!("{:?}", caller.kind).to_ascii_lowercase(), str::to_owned)
}

/// The statements and levels that stop a call or may stop it; for one that is newly allowed, those of the old place that did.
fn why(comparer: &Comparer, chains: &mut Chains, side: usize, sample: &Sample, action: usize) -> Option<(Vec<Because>, BTreeSet<String>)> {
    let asked = Asked::of(&sample.call, &sample.operation, &sample.resources, action)?;
    let (mut why, keys) = explain(comparer, chains, side, asked)?;
    if why.verdict == Verdict::Allowed {
        why = explain(comparer, chains, 0, asked)?.0;
    }
    let open = |reason: &crate::Reason| reason.unknown_keys.iter().any(|key| keys.contains(key));
    let decides = why.reasons.into_iter().filter(|reason| match reason.role {
        Role::Denies | Role::AllowsNothing => true,
        Role::MayDeny | Role::MayAllow => why.verdict == Verdict::Unknown && open(reason),
        Role::Allows | Role::DoesNotReach | Role::UnknownOperator => false,
    });
    let because = decides.map(|reason| Because {
        kind: reason.kind.as_str(),
        target: reason.target,
        policy: reason.policy,
        statement: reason.statement,
    });
    Some((because.collect(), keys))
}
