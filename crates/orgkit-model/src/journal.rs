//! What a run writes down: one event per intent, observation and outcome. The report is made from these alone.

use crate::{AccountId, Approach, Digest, Finding, OrganizationId, Plan, Status, StepId, Wave};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A unit or root with what hangs in it, for people to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TreeNode {
    /// The unit's name; `Root` for the root.
    pub name: String,
    /// The units under it, sorted by name.
    pub units: Vec<TreeNode>,
    /// The accounts directly in it, sorted by name.
    pub accounts: Vec<TreeAccount>,
    /// The names of the SCPs and RCPs attached to it, sorted.
    pub policies: Vec<String>,
}

/// An account in a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TreeAccount {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// `management`, `suspended`, `delegated administrator` …; empty for an ordinary account.
    pub marks: Vec<String>,
}

/// An organization as a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OrganizationTree {
    /// The organization's id.
    pub id: OrganizationId,
    /// Its management account.
    pub management_account: AccountId,
    /// Its root.
    pub root: TreeNode,
}

/// The whole picture at one time: organizations and the accounts outside them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Picture {
    /// The organizations: the target first, then the sources that still exist.
    pub organizations: Vec<OrganizationTree>,
    /// The standalone accounts, sorted by name.
    pub standalone: Vec<TreeAccount>,
}

/// What a run starts from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Opening {
    /// The plan.
    pub plan: Plan,
    /// What the checks found.
    pub findings: Vec<Finding>,
    /// How things stood.
    pub before: Picture,
    /// The world's name when this is a rehearsal; `None` when it is real.
    pub rehearsal: Option<String>,
}

/// Who approved a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Approval {
    /// A rehearsal needs none.
    Rehearsal,
    /// The plan has no step, so there was nothing to approve.
    NothingToDo,
    /// A person typed the target organization's id and the number of accounts.
    Typed,
    /// A script passed the plan's digest.
    Digest,
}

/// How an error is to be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorClass {
    /// Wait and try again.
    Retry,
    /// AWS said no: trying again changes nothing.
    Refused,
    /// The call may or may not have had its effect: read before anything else.
    Ambiguous,
    /// The credentials are missing, expired or of another account.
    Credentials,
    /// Anything else: stop.
    Fatal,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum StepResult {
    /// This run made the change, and a read shows it.
    Acted,
    /// A read showed it before this run did anything.
    AlreadyThere,
    /// A proof: reading the services again showed it.
    Proven,
    /// A gate was passed by a person: their note.
    PassedBy {
        /// What the person wrote.
        note: String,
    },
    /// A rehearsal passed the gate on an assumption.
    Assumed {
        /// The assumption.
        assumption: String,
    },
}

/// The verdict of a rule when it ran as proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Proof {
    /// The rule.
    pub rule: String,
    /// The account.
    pub account: AccountId,
    /// What it said.
    pub status: Status,
    /// One line.
    pub title: String,
}

/// One thing that verification read for itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Verified {
    /// The account.
    pub account: AccountId,
    /// Whether all is as planned.
    pub ok: bool,
    /// What was read, or what is wrong.
    pub detail: String,
}

/// What a wave needs of the target's quotas, set aside before its first account is invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Reserved {
    /// The accounts of the wave that have not joined yet: each takes a seat.
    pub seats: u32,
    /// The seats that are left in the target, open invitations counted as taken; `None` when its account quota is not known.
    pub free_seats: Option<u32>,
    /// The invitations that may still be sent within 24 hours.
    pub invitations_left: u32,
}

/// An approved addition to the plan: a wave that was not foreseen, such as the return of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Amendment {
    /// The account that it is about. The plan goes on without it.
    pub account: AccountId,
    /// The organization in which it will be, `None` for none.
    pub to: Option<OrganizationId>,
    /// The unit in which it will be, as names from the root down.
    pub unit: Vec<String>,
    /// The steps. Their names occur nowhere else in the run.
    pub wave: Wave,
    /// What does not come back, one line each.
    pub lost: Vec<String>,
    /// Who approved it.
    pub by: Approval,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A run began: the plan, and what it was made from.
    Opened(Arc<Opening>),
    /// The plan was approved.
    Approved {
        /// The plan's digest.
        digest: Digest,
        /// By whom.
        by: Approval,
        /// The approach that was taken.
        approach: Approach,
    },
    /// A run took the journal over: the generation of this entry is its own, and whoever wrote before must not write again.
    Lease {
        /// Who: the user, the machine and the process.
        holder: String,
    },
    /// A wave begins, and what it needs is set aside.
    Began {
        /// The wave's name.
        wave: String,
        /// What was set aside; `None` for a wave that invites nobody.
        reserved: Option<Reserved>,
    },
    /// A step is about to act. Written before the call leaves.
    Intent {
        /// The step.
        step: StepId,
    },
    /// An independent read after the act (or instead of it).
    Observed {
        /// The step.
        step: StepId,
        /// Whether the step's goal holds.
        holds: bool,
        /// What was read, in one line.
        seen: String,
        /// The API operations that read it.
        calls: Vec<String>,
        /// What packs said, when the step is a proof.
        proofs: Vec<Proof>,
    },
    /// A step is done.
    Done {
        /// The step.
        step: StepId,
        /// What came of it.
        result: StepResult,
    },
    /// A step failed.
    Failed {
        /// The step.
        step: StepId,
        /// How the error is to be met.
        class: ErrorClass,
        /// AWS's error code, or orgkit's.
        code: String,
        /// What went wrong.
        message: String,
    },
    /// A step cannot go on without a person.
    Stuck {
        /// The step.
        step: StepId,
        /// What to check and to do, line by line.
        runbook: Vec<String>,
    },
    /// A person cleared a stuck step: it is looked at again.
    Cleared {
        /// The step.
        step: StepId,
        /// What the person wrote.
        note: String,
    },
    /// A person lets the plan go on without an account.
    Excused {
        /// The account.
        account: AccountId,
        /// What the person wrote.
        note: String,
    },
    /// A step is about to be undone. Written before the call leaves.
    Undoing {
        /// The step.
        step: StepId,
    },
    /// An independent read shows that a step is undone.
    Undone {
        /// The step.
        step: StepId,
        /// What was read, in one line.
        seen: String,
        /// The API operations that read it.
        calls: Vec<String>,
    },
    /// A wave was added to the plan.
    Amended(Box<Amendment>),
    /// The run stopped at a step boundary and can be resumed.
    Stopped {
        /// Why.
        reason: String,
    },
    /// Both estates were read again.
    Verified {
        /// What was found per account.
        accounts: Vec<Verified>,
        /// How things stand.
        after: Picture,
        /// What the packs said of the new estate.
        proofs: Vec<Proof>,
    },
    /// Everything in the plan is done and verified.
    Finished,
}

/// An event in its place in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Entry {
    /// Its place, from 1 without gaps.
    pub seq: u64,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// The lease generation of the run that wrote it: 1 for the first run, one more for each that resumed.
    pub generation: u64,
    /// What happened.
    pub event: Event,
}
