//! Faults at work: the armed plan, and the old worlds that stale reads are answered from.

use jiff::{SignedDuration, Timestamp};
use orgkit_model::AccountId;
use orgkit_world::faults::{ArmedFaults, Due, Fault, FaultPlan, Loss};
use orgkit_world::{Call, Principal, World};

/// How long a caller waits for an answer that does not come, on the virtual clock: the usual read timeout of AWS SDKs.
pub(super) const TIMEOUT_TAKES: SignedDuration = SignedDuration::from_secs(60);

/// What is armed, if anything is.
#[derive(Default)]
pub(super) struct Injected {
    armed: Option<ArmedFaults>,
    /// There only while a fault makes reads stale.
    windows: Vec<StaleWindow>,
}

/// The faults that strike one call.
#[derive(Default)]
pub(super) struct Struck(Vec<Fault>);

/// Reads that are answered from an old world.
struct StaleWindow {
    world: Box<World>,
    service: String,
    reads: Option<u64>,
    until: Option<Timestamp>,
    accounts: Vec<AccountId>,
    regions: Vec<String>,
}

impl Injected {
    pub(super) fn arm(&mut self, plan: FaultPlan, now: Timestamp) {
        *self = Self { armed: Some(ArmedFaults::new(plan, now)), windows: Vec::new() };
    }

    pub(super) fn disarm(&mut self) {
        *self = Self::default();
    }

    /// The same plan from the beginning, if there is one.
    pub(super) fn again(&mut self, now: Timestamp) {
        if let Some(armed) = self.armed.take() {
            self.arm(armed.into_plan(), now);
        }
    }

    pub(super) fn armed(&self) -> Option<&ArmedFaults> {
        self.armed.as_ref()
    }

    pub(super) fn due_by(&self, now: Timestamp) -> Option<Due> {
        self.armed.as_ref()?.due_by(now)
    }

    pub(super) fn due_before(&mut self, caller: &Principal, call: &Call, now: Timestamp) -> Vec<Due> {
        self.armed.as_mut().map(|armed| armed.due_before(caller, call, now)).unwrap_or_default()
    }

    pub(super) fn done(&mut self, due: &Due, outcome: Result<orgkit_world::PersonAct, orgkit_world::ApiError>) {
        if let Some(armed) = &mut self.armed {
            armed.done(due, outcome);
        }
    }

    pub(super) fn strike(&mut self, caller: &Principal, call: &Call, now: Timestamp) -> Struck {
        Struck(self.armed.as_mut().map(|armed| armed.strike(caller, call, now)).unwrap_or_default())
    }

    /// Makes the reads that follow a change stale: they see `before`.
    pub(super) fn open_window(&mut self, fault: &Fault, before: World, call: &Call, now: Timestamp) {
        let Fault::StaleReads { reads, seconds, accounts, regions } = fault else { return };
        let lasts = |seconds: u64| SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
        self.windows.push(StaleWindow {
            world: Box::new(before),
            service: call.service.clone(),
            reads: *reads,
            until: seconds.map(|seconds| now.saturating_add(lasts(seconds)).unwrap_or(Timestamp::MAX)),
            accounts: accounts.clone(),
            regions: regions.clone(),
        });
    }

    /// The old world that a read sees, if it is a stale one: that of the oldest window. The read is counted.
    pub(super) fn stale_world(&mut self, caller: &Principal, call: &Call, now: Timestamp) -> Option<&mut World> {
        let quiet = self.armed.as_ref().is_none_or(|armed| armed.is_quiet(now));
        self.windows.retain(|window| !quiet && window.reads != Some(0) && window.until.is_none_or(|until| now < until));
        let window = self.windows.iter_mut().find(|window| window.shows(caller, call))?;
        window.reads = window.reads.map(|left| left.saturating_sub(1));
        Some(&mut window.world)
    }
}

impl StaleWindow {
    fn shows(&self, caller: &Principal, call: &Call) -> bool {
        self.service == call.service
            && (self.accounts.is_empty() || self.accounts.contains(&caller.account))
            && (self.regions.is_empty() || self.regions.contains(&call.region))
    }
}

impl Struck {
    /// How much longer the call takes.
    pub(super) fn latency(&self) -> SignedDuration {
        let millis = self.0.iter().map(|fault| if let Fault::Latency { millis } = fault { *millis } else { 0 });
        let sum = millis.fold(0u64, u64::saturating_add);
        SignedDuration::from_millis(i64::try_from(sum).unwrap_or(i64::MAX))
    }

    /// How the connection is lost before the service has the request.
    pub(super) fn lost_before(&self) -> Option<Loss> {
        self.0.iter().find_map(|fault| if let Fault::LostBefore { how } = fault { Some(*how) } else { None })
    }

    /// How the connection is lost before the caller has the answer.
    pub(super) fn lost_after(&self) -> Option<Loss> {
        self.0.iter().find_map(|fault| if let Fault::LostAfter { how } = fault { Some(*how) } else { None })
    }

    /// What the service answers instead of doing what is asked.
    pub(super) fn refusal(&self, call: &Call) -> Option<orgkit_world::ApiError> {
        self.0.iter().find_map(|fault| fault.refusal(call))
    }

    /// Whether the caller's session ends.
    pub(super) fn ends_session(&self) -> bool {
        self.0.iter().any(|fault| matches!(fault, Fault::SessionEnds {}))
    }

    /// After how many seconds a session that the call opens ends.
    pub(super) fn shortens_session(&self) -> Option<u64> {
        self.0.iter().find_map(|fault| if let Fault::ShortSession { seconds } = fault { Some(*seconds) } else { None })
    }

    /// The faults that make reads stale.
    pub(super) fn stale(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter().filter(|fault| matches!(fault, Fault::StaleReads { .. }))
    }
}
