//! One account: its calls in the places that it comes to.

use super::ActivityInput;
use super::places::Places;
use jiff::{SignedDuration, Timestamp};
use orgkit_iam::cloudtrail::{Call, Operations, Record, read};
use orgkit_iam::compare::{Because, Change, Changes, Comparer, Comparison, Group, Move, Times};
use orgkit_model::{AccountId, Fact};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A fact that holds a call, with who called what.
pub(super) struct Seen<'a> {
    pub(super) fact: &'a Fact,
    /// The record, as text.
    text: String,
    pub(super) principal: String,
    pub(super) actions: Vec<String>,
    pub(super) count: u64,
}

impl<'a> Seen<'a> {
    /// The calls in facts, and how many facts hold no record.
    pub(super) fn of(facts: &[&'a Fact]) -> (Vec<Self>, usize) {
        let seen: Vec<Self> = facts.iter().filter_map(|fact| Self::read(fact)).collect();
        let unread = facts.len() - seen.len();
        (seen, unread)
    }

    fn read(fact: &'a Fact) -> Option<Self> {
        let text = fact.doc.get("CloudTrailEvent").filter(|record| record.is_object())?.to_string();
        let (mut principal, mut actions) = (String::new(), Vec::new());
        let broken = read(text.as_bytes(), &mut |record| {
            if let Ok(call) = Call::of(record) {
                principal = call.caller.arn.as_deref().or(call.caller.account.as_deref()).unwrap_or_default().to_owned();
                let operation = Operations::known().find(&call.event_source, &call.event_name);
                actions = operation.map(|operation| operation.actions).unwrap_or_default();
            }
        });
        let count = fact.doc.get("Count").and_then(Value::as_u64).unwrap_or(1);
        broken.is_empty().then_some(Self { fact, text, principal, actions, count })
    }

    /// When the first of the calls was made.
    fn first(&self) -> Option<Timestamp> {
        self.fact.doc.get("FirstTime")?.as_str()?.parse().ok()
    }
}

/// What a finding is about: what becomes of the calls of one principal to one action.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct About {
    pub(super) change: Change,
    pub(super) principal: String,
    pub(super) action: String,
}

/// What is told about it.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Where: unit paths.
    pub(super) places: Vec<String>,
    /// What decides it.
    pub(super) because: Vec<Because>,
    /// The keys that it depends on.
    pub(super) keys: BTreeSet<String>,
}

/// What becomes of an account's calls.
pub(super) fn judge(
    input: &ActivityInput<'_>,
    places: &Places<'_>,
    account: &AccountId,
    unit: &[String],
    seen: &[Seen<'_>],
) -> BTreeMap<About, Told> {
    let mut told: BTreeMap<About, Told> = BTreeMap::new();
    let is_management = input.estate.sources.iter().any(|source| &source.organization.management_account == account);
    let stops = [input.transitional.as_slice(), unit];
    let from = if input.transitional == unit { 1 } else { 0 };
    for (number, stop) in stops.iter().enumerate().skip(from) {
        let is_end = number + 1 == stops.len();
        let comparer = Comparer::new(Move {
            account: account.to_string(),
            old: places.now(input.estate, account),
            new: places.then(stop),
            window: is_management && is_end,
            organizations: places.organizations(),
            standalone: input.estate.standalone.iter().map(|account| account.id.to_string()).collect(),
            since: input.estate.taken_at.checked_sub(SignedDuration::from_hours(24 * i64::from(input.days))).ok(),
        });
        let report = compare(&comparer, seen);
        take(&mut told, &stop.join("/"), report.after, is_end);
        if let Some(window) = report.window {
            take(&mut told, "no organization", window, false);
        }
    }
    // What is denied somewhere on the way need not be doubted elsewhere.
    let denied: BTreeSet<(String, String)> = told
        .keys()
        .filter(|about| about.change == Change::NewlyDenied)
        .map(|about| (about.principal.clone(), about.action.clone()))
        .collect();
    told.retain(|about, _| about.change != Change::Unknown || !denied.contains(&(about.principal.clone(), about.action.clone())));
    told
}

fn compare(comparer: &Comparer, seen: &[Seen<'_>]) -> orgkit_iam::compare::Report {
    let mut comparison = Comparison::default();
    for one in seen {
        let mut add = |record: &Record<'_>| comparison.add_times(comparer, record, Times { count: one.count, first: one.first() });
        // INVARIANT: the text was read before.
        let _ = read(one.text.as_bytes(), &mut add);
    }
    comparison.report(comparer)
}

/// Takes in what happens in one place. What is newly allowed counts where the account ends.
fn take(told: &mut BTreeMap<About, Told>, place: &str, changes: Changes, is_end: bool) {
    let kinds = [
        (Change::NewlyDenied, changes.newly_denied),
        (Change::Unknown, changes.unknown),
        (Change::NewlyAllowed, if is_end { changes.newly_allowed } else { Vec::new() }),
    ];
    for (change, groups) in kinds {
        for Group { principal, action, because, unknown_keys, .. } in groups {
            let told = told.entry(About { change, principal, action }).or_default();
            told.places.push(place.to_owned());
            told.keys.extend(unknown_keys);
            for reason in because {
                if !told.because.contains(&reason) {
                    told.because.push(reason);
                }
            }
        }
    }
}
