//! Plans drawn from a seed, for runs that look for what nobody thought of.
//!
//! Each seed takes its own part of the menu, at its own rates. A mix of everything would hide what only shows where some faults are
//! absent [Groce et al., "Swarm Testing", 2012].

use super::draw::Draws;
use super::{Fault, FaultPlan, FaultRule, Loss, Only, PeopleRule};
use crate::PersonAct;

/// How many calls of a hundred a fault strikes, at least and at most, in thousandths.
const RATES: (u64, u64) = (2, 60);
/// After how many hours it is quiet, at least and at most.
const HOURS: (u64, u64) = (2, 72);
/// Before which call people act, at the latest.
const LAST_ACT: u64 = 1500;

impl FaultPlan {
    /// The plan of a seed. It becomes quiet, so that what can be finished is finished after it.
    pub fn swarm(seed: u64) -> Self {
        let mut draws = Draws::new(seed);
        let quiet = draws.between(HOURS.0, HOURS.1) * 3600;
        let mut rules = Vec::new();
        for fault in menu(&mut draws) {
            if draws.happens(500) {
                rules.push(rule(fault, &mut draws));
            }
        }
        let mut people = Vec::new();
        if draws.happens(500) {
            for _ in 0..draws.between(1, 3) {
                people.extend(person(&mut draws));
            }
        }
        Self { seed, quiet_after_seconds: Some(quiet), rules, people }
    }
}

/// One of each fault. The numbers are drawn whether it is taken or not, so that the choices do not disturb each other.
fn menu(draws: &mut Draws) -> Vec<Fault> {
    let mut loss = || if draws.happens(500) { Loss::Reset } else { Loss::Timeout };
    let (before, after) = (Fault::LostBefore { how: loss() }, Fault::LostAfter { how: loss() });
    let (reads, seconds) = (draws.between(1, 4), draws.between(1, 60));
    let stale = |reads, seconds| Fault::StaleReads { reads, seconds, accounts: Vec::new(), regions: Vec::new() };
    vec![
        Fault::Throttled {},
        Fault::ConcurrentModification {},
        Fault::Internal {},
        before,
        after,
        stale(Some(reads), None),
        stale(None, Some(seconds)),
        Fault::SessionEnds {},
        Fault::ShortSession { seconds: draws.between(60, 900) },
        Fault::Latency { millis: draws.between(100, 10_000) },
    ]
}

fn rule(fault: Fault, draws: &mut Draws) -> FaultRule {
    let per_mille = u32::try_from(draws.between(RATES.0, RATES.1)).unwrap_or(0);
    let service = draws.happens(500).then(|| "organizations".to_owned());
    let only = [None, None, Some(Only::Reads), Some(Only::Changes)];
    let only = draws.one_of(&only).copied().flatten();
    let sts = matches!(fault, Fault::ShortSession { .. });
    FaultRule {
        fault,
        service: service.filter(|_| !sts),
        operation: None,
        accounts: Vec::new(),
        regions: Vec::new(),
        only: only.filter(|_| !sts),
        calls: Vec::new(),
        chance: Some(f64::from(per_mille) / 1000.0),
        from_seconds: 0,
        until_seconds: None,
        times: None,
    }
}

/// Something that a person can do anywhere: to whom is drawn when it happens.
fn person(draws: &mut Draws) -> Option<PeopleRule> {
    let acts = [
        PersonAct::DeclineInvitation { account: None },
        PersonAct::CancelInvitation { account: None },
        PersonAct::MoveAccount { account: None, to: None },
        PersonAct::CloseAccount { account: None },
        PersonAct::RemoveAccount { account: None },
        PersonAct::LeaveOrganization { account: None },
        PersonAct::AttachPolicy { organization: None, policy: None, target: None },
        PersonAct::DetachPolicy { organization: None, policy: None, target: None },
        PersonAct::EditPolicy { organization: None, policy: None, content: None },
        PersonAct::EndSessions { account: None },
    ];
    let act = draws.one_of(&acts)?.clone();
    let before_call = Some(draws.between(1, LAST_ACT));
    Some(PeopleRule { act, at_seconds: None, before_call, service: None, operation: None })
}
