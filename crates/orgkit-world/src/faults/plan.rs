//! What a fault plan says. Field names are the keys of its TOML or JSON form.

use crate::PersonAct;
use orgkit_model::AccountId;
use serde::{Deserialize, Serialize};

/// What goes wrong, when, and for whom; and what people do meanwhile. The same plan, world and calls give the same faults.
///
/// Times are counted in seconds of the virtual clock from when the plan was armed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultPlan {
    /// What chances are drawn from.
    #[serde(default)]
    pub seed: u64,
    /// From then on nothing fails any more, and no one does anything. Left out: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet_after_seconds: Option<u64>,
    /// The faults. The first that strikes a call decides how it fails; latencies add up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<FaultRule>,
    /// What people do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PeopleRule>,
}

/// A fault, and the calls that it strikes. What is left out does not narrow it down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// What goes wrong.
    pub fault: Fault,
    /// Calls of this service: `organizations`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Calls of this operation: `AcceptHandshake`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Calls by these accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<AccountId>,
    /// Calls in these regions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// Only calls that look, or only those that change something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
    /// Which of the calls that the rule is about, counted from 1: `[1, 4]` strikes the first and the fourth.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<u64>,
    /// How likely it strikes each of them, from 0 to 1. Without `calls` and `chance` it strikes all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chance: Option<f64>,
    /// Not before then.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub from_seconds: u64,
    /// Not from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_seconds: Option<u64>,
    /// How often it strikes at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
}

/// Which calls, by what they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Only {
    /// Those that look.
    Reads,
    /// Those that change something when they succeed.
    Changes,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fault {
    /// The service says that calls come too fast, with its own code. Nothing is done.
    Throttled {},
    /// The service says that another change is under way. It strikes only operations that declare the error. Nothing is done.
    ConcurrentModification {},
    /// The service fails with status 500 and its own code. Nothing is done.
    Internal {},
    /// The connection is lost before the service has the request. Nothing is done.
    LostBefore {
        /// How the caller sees it.
        #[serde(default)]
        how: Loss,
    },
    /// The call is done, and the connection is lost before the caller has the answer. A call that is refused is answered.
    LostAfter {
        /// How the caller sees it.
        #[serde(default)]
        how: Loss,
    },
    /// It strikes changes: what they did is seen late. Reads of the same service are answered from the world as it was before, for so many
    /// reads or for so long; whichever is given, or whichever ends first.
    StaleReads {
        /// How many reads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reads: Option<u64>,
        /// For how long.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seconds: Option<u64>,
        /// Only the reads of these accounts.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        accounts: Vec<AccountId>,
        /// Only reads in these regions.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        regions: Vec<String>,
    },
    /// The caller's session ends before the call, although it was given for longer. It strikes only calls in a role's session.
    SessionEnds {},
    /// A session that the call opens ends this early, although it was given for longer. It strikes only `sts` calls that open one.
    ShortSession {
        /// How long the session is good.
        seconds: u64,
    },
    /// The call takes longer on the virtual clock.
    Latency {
        /// How much longer, in milliseconds.
        millis: u64,
    },
}

/// How a lost connection looks to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// The other side closed it.
    #[default]
    Reset,
    /// Nothing came until the caller gave up.
    Timeout,
}

impl std::fmt::Display for Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Reset => "connection reset",
            Self::Timeout => "timeout",
        })
    }
}

/// What a person does, and when: at a time, or just before a call. It is done once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleRule {
    /// What they do. What an act leaves out is drawn by the plan's seed among what is there at that time.
    pub act: PersonAct,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_seconds: Option<u64>,
    /// Before which call, counted from 1 among those of `service` and `operation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_call: Option<u64>,
    /// Calls of this service are counted; left out: of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Calls of this operation are counted; left out: of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
}

/// serde hands the field over by reference.
fn is_zero(seconds: &u64) -> bool {
    *seconds == 0
}
