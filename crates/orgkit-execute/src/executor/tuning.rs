//! How patient the executor is, how much it does at once, and what it must never leave out.

use orgkit_cloud::CloudError;
use orgkit_model::AccountId;
use std::time::Duration;

/// How patient the executor is, and how much it does at once.
#[derive(Debug, Clone, Copy)]
pub struct Tuning {
    /// How often a step that AWS asks to repeat is tried.
    pub tries: u32,
    /// The wait before the second try; it doubles each time.
    pub first_wait: Duration,
    /// How often an effect is looked for after an act.
    pub looks: u32,
    /// How often the baseline is looked for after an account joined. The wait between doubles up to `longest_wait`.
    pub proofs: u32,
    /// The longest wait between two tries or looks.
    pub longest_wait: Duration,
    /// How many accounts of a wave are worked on at once. AWS allows an organization a few membership changes a second
    /// [Organizations User Guide, orgs_reference_limits, 2026-08]; waiting, not calling, is what takes time.
    pub concurrency: usize,
    /// No further account is begun once so many steps of a wave are stuck.
    pub failures: usize,
    /// A run that would have to wait longer than this ends, and says when to go on.
    pub longest_stay: Duration,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            tries: 8,
            first_wait: Duration::from_secs(1),
            looks: 6,
            proofs: 40,
            longest_wait: Duration::from_secs(30),
            concurrency: 5,
            failures: 1,
            longest_stay: Duration::from_secs(15 * 60),
        }
    }
}

/// How far a run goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extent {
    /// The last wave; `None` for all.
    pub until: Option<String>,
    /// Only these accounts, and what concerns whole organizations; empty for all.
    pub only: Vec<AccountId>,
    /// This wave and no other: one that was added to the plan.
    pub alone: Option<String>,
}

/// What an executor must never leave out. Each is here by name so that a soak can leave it out and show that it is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discipline {
    /// Whatever may have acted is looked at before it acts again.
    pub reconcile: bool,
    /// An intent is durable before its call leaves.
    pub intent_first: bool,
    /// Success is taken from an independent read, never from the call's own reply.
    pub look_after: bool,
    /// Who has lost the lease stops.
    pub heed_lease: bool,
}

impl Discipline {
    /// Nothing is left out.
    pub const FULL: Self = Self { reconcile: true, intent_first: true, look_after: true, heed_lease: true };
}

impl Default for Discipline {
    fn default() -> Self {
        Self::FULL
    }
}

/// A refusal that time alone cures.
pub(crate) struct Later {
    /// The reason within the code, or the code.
    name: &'static str,
    /// How long to wait before each try, in seconds.
    pub(crate) every: u64,
    /// After how long it is no longer a matter of time, in seconds.
    pub(crate) at_most: u64,
    /// What is waited for.
    pub(crate) what: &'static str,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// [Organizations API Reference, HandshakeConstraintViolationException and ConstraintViolationException; Organizations User Guide,
/// orgs_reference_limits and orgs_manage_accounts_invites; 2026-08. How long AWS waits between two changes of membership is not documented.]
const LATER: &[Later] = &[
    Later {
        name: "HANDSHAKE_RATE_LIMIT_EXCEEDED",
        every: HOUR,
        at_most: 25 * HOUR,
        what: "the invitations of the last 24 hours to fall due",
    },
    Later { name: "WAIT_PERIOD_ACTIVE", every: 6 * HOUR, at_most: 8 * DAY, what: "the account to be old enough" },
    Later {
        name: "ORGANIZATION_MEMBERSHIP_CHANGE_RATE_LIMIT_EXCEEDED",
        every: 15 * MINUTE,
        at_most: 2 * DAY,
        what: "some time to pass since the account last changed its organization",
    },
    Later { name: "ACCOUNT_CREATION_NOT_COMPLETE", every: MINUTE, at_most: HOUR, what: "the account to be made" },
    Later { name: "FinalizingOrganizationException", every: MINUTE, at_most: 70 * MINUTE, what: "AWS to finish making the organization" },
];

/// What an error waits for, if time cures it.
pub(crate) fn later(error: &CloudError) -> Option<&'static Later> {
    let names = [error.reason.as_deref(), error.code.as_deref()];
    LATER.iter().find(|later| names.contains(&Some(later.name)))
}
