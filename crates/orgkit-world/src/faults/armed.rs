//! A plan at work: which faults strike a call, and what people do before it.

use super::draw::{Draws, fraction, nth};
use super::{Fault, FaultPlan, FaultRule, Only, PeopleRule, refusal};
use crate::catalog::{self, Operation};
use crate::{ApiError, Call, PersonAct, Principal};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// A plan that was armed, with what has come of it so far.
#[derive(Debug, Clone, Serialize)]
pub struct ArmedFaults {
    plan: FaultPlan,
    /// When it was armed, on the virtual clock.
    since: Timestamp,
    /// What came of each rule, in the plan's order.
    rules: Vec<Strikes>,
    /// What came of what each person was to do, in the plan's order.
    people: Vec<Deed>,
}

/// What has come of a rule.
#[derive(Debug, Clone, Default, Serialize)]
struct Strikes {
    /// How many calls it was about.
    matched: u64,
    /// How many it struck.
    struck: u64,
}

/// What has come of what a person was to do.
#[derive(Debug, Clone, Default, Serialize)]
struct Deed {
    /// How many of the calls that are counted there were.
    calls: u64,
    /// When it was done or refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
    /// What was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<PersonAct>,
    /// Why it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

/// Something that a person does now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Which of the plan's people; to be given back to [`ArmedFaults::done`].
    pub index: usize,
    /// When, on the virtual clock.
    pub at: Timestamp,
    /// What, as far as the plan says it.
    pub act: PersonAct,
    /// What the rest is drawn from.
    pub draw: u64,
}

/// A call as a plan sees it.
struct Seen<'a> {
    caller: &'a Principal,
    call: &'a Call,
    changes: bool,
}

impl ArmedFaults {
    /// Arms a plan.
    pub fn new(plan: FaultPlan, now: Timestamp) -> Self {
        let rules = vec![Strikes::default(); plan.rules.len()];
        let people = vec![Deed::default(); plan.people.len()];
        Self { plan, since: now, rules, people }
    }

    /// The plan that was armed.
    pub fn into_plan(self) -> FaultPlan {
        self.plan
    }

    /// The faults that strike a call, at most one of which makes it fail.
    pub fn strike(&mut self, caller: &Principal, call: &Call, now: Timestamp) -> Vec<Fault> {
        let Some(seconds) = self.seconds(now) else { return Vec::new() };
        let seen = Seen { caller, call, changes: changes(call) };
        let mut struck = Vec::new();
        for (place, (rule, so_far)) in (0u64..).zip(self.plan.rules.iter().zip(&mut self.rules)) {
            if !rule.is_about(&seen, seconds) || !rule.fault.can_strike(&seen) {
                continue;
            }
            so_far.matched += 1;
            let in_time = rule.times.is_none_or(|times| so_far.struck < times);
            let is_second = rule.fault.fails() && struck.iter().any(Fault::fails);
            if in_time && !is_second && rule.chooses(self.plan.seed, place, so_far.matched) {
                so_far.struck += 1;
                struck.push(rule.fault.clone());
            }
        }
        struck
    }

    /// The next thing that somebody does at a time up to `now`. To be asked again once it is done.
    pub fn due_by(&self, now: Timestamp) -> Option<Due> {
        let until = self.quiet_at().map_or(now, |quiet| quiet.min(now));
        let timed = self.plan.people.iter().zip(&self.people).enumerate().filter(|(_, (_, deed))| deed.at.is_none());
        let times = timed.filter_map(|(index, (rule, _))| Some((self.after(rule.at_seconds?), index, rule)));
        let (at, index, rule) = times.filter(|(at, ..)| *at <= until).min_by_key(|(at, index, _)| (*at, *index))?;
        Some(self.due(index, at, rule))
    }

    /// What people do just before a call, which is counted.
    pub fn due_before(&mut self, caller: &Principal, call: &Call, now: Timestamp) -> Vec<Due> {
        if self.seconds(now).is_none() {
            return Vec::new();
        }
        let seen = Seen { caller, call, changes: changes(call) };
        let mut due = Vec::new();
        for (index, (rule, deed)) in self.plan.people.iter().zip(&mut self.people).enumerate() {
            if deed.at.is_some() || rule.before_call.is_none() || !names(&seen, rule.service.as_deref(), rule.operation.as_deref()) {
                continue;
            }
            deed.calls += 1;
            if rule.before_call == Some(deed.calls) {
                due.push(index);
            }
        }
        due.into_iter().filter_map(|index| Some(self.due(index, now, self.plan.people.get(index)?))).collect()
    }

    /// Takes down what came of something that was due.
    pub fn done(&mut self, due: &Due, outcome: Result<PersonAct, ApiError>) {
        if let Some(deed) = self.people.get_mut(due.index) {
            deed.at = Some(due.at);
            match outcome {
                Ok(act) => deed.act = Some(act),
                Err(error) => deed.refused = Some(error.to_string()),
            }
        }
    }

    /// The rules' faults, each with how many calls it has struck.
    pub fn strikes(&self) -> impl Iterator<Item = (&Fault, u64)> {
        self.plan.rules.iter().zip(&self.rules).map(|(rule, so_far)| (&rule.fault, so_far.struck))
    }

    /// What people have done so far, with everything filled in that the plan left open; what was refused is left out.
    pub fn deeds(&self) -> impl Iterator<Item = &PersonAct> {
        self.people.iter().filter_map(|deed| deed.act.as_ref())
    }

    /// Whether nothing can happen any more, whoever calls.
    pub fn is_quiet(&self, now: Timestamp) -> bool {
        self.seconds(now).is_none()
    }

    /// How long the plan has been armed; `None` once it is quiet.
    fn seconds(&self, now: Timestamp) -> Option<u64> {
        let armed = u64::try_from(now.duration_since(self.since).as_secs()).unwrap_or(0);
        self.plan.quiet_after_seconds.is_none_or(|quiet| armed < quiet).then_some(armed)
    }

    fn quiet_at(&self) -> Option<Timestamp> {
        self.plan.quiet_after_seconds.map(|seconds| self.after(seconds))
    }

    fn after(&self, seconds: u64) -> Timestamp {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        self.since.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
    }

    fn due(&self, index: usize, at: Timestamp, rule: &PeopleRule) -> Due {
        // People have places of their own, away from those of the rules.
        let place = u64::try_from(index).unwrap_or(u64::MAX) | (1 << 32);
        Due { index, at, act: rule.act.clone(), draw: nth(self.plan.seed, place, 0) }
    }
}

impl FaultRule {
    fn is_about(&self, seen: &Seen<'_>, seconds: u64) -> bool {
        let only = match self.only {
            None => true,
            Some(Only::Reads) => !seen.changes,
            Some(Only::Changes) => seen.changes,
        };
        only && self.from_seconds <= seconds
            && self.until_seconds.is_none_or(|until| seconds < until)
            && names(seen, self.service.as_deref(), self.operation.as_deref())
            && (self.accounts.is_empty() || self.accounts.contains(&seen.caller.account))
            && (self.regions.is_empty() || self.regions.contains(&seen.call.region))
    }

    /// Whether the `matched`th of its calls is struck.
    fn chooses(&self, seed: u64, place: u64, matched: u64) -> bool {
        match self.chance {
            Some(chance) => fraction(nth(seed, place, matched)) < chance,
            None => self.calls.is_empty() || self.calls.contains(&matched),
        }
    }
}

impl Fault {
    /// Whether a call that it strikes gives the caller no output.
    fn fails(&self) -> bool {
        !matches!(self, Self::StaleReads { .. } | Self::ShortSession { .. } | Self::Latency { .. })
    }

    /// Whether it makes sense for a call at all.
    fn can_strike(&self, seen: &Seen<'_>) -> bool {
        let service = catalog::service(&seen.call.service);
        match self {
            Self::ConcurrentModification {} => {
                service.is_some_and(|service| refusal::concurrent_modification(service, &seen.call.operation).is_some())
            }
            Self::StaleReads { .. } => seen.changes,
            Self::ShortSession { .. } => seen.changes && seen.call.service == "sts",
            Self::SessionEnds {} => seen.caller.role.is_some(),
            _ => true,
        }
    }

    /// What the service answers instead of doing what is asked; `None` for a fault that is no answer.
    pub fn refusal(&self, call: &Call) -> Option<ApiError> {
        let service = catalog::service(&call.service)?;
        match self {
            Self::Throttled {} => Some(refusal::throttled(service)),
            Self::ConcurrentModification {} => refusal::concurrent_modification(service, &call.operation),
            Self::Internal {} => Some(refusal::internal(service)),
            Self::SessionEnds {} => Some(refusal::expired(service)),
            _ => None,
        }
    }
}

/// What numbers an act's open choices are made with.
pub(crate) fn choices(draw: u64) -> Draws {
    Draws::new(draw)
}

fn names(seen: &Seen<'_>, service: Option<&str>, operation: Option<&str>) -> bool {
    service.is_none_or(|service| service == seen.call.service) && operation.is_none_or(|operation| operation == seen.call.operation)
}

/// Whether a call changes the world when it succeeds.
fn changes(call: &Call) -> bool {
    catalog::service(&call.service).and_then(|service| service.operation(&call.operation)).is_some_and(Operation::is_changing)
}
