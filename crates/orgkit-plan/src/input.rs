//! What a plan is made from.

use orgkit_model::{AccountId, Decision, Digest, Estate, Finding, PolicyType};
use std::collections::{BTreeMap, BTreeSet};

/// Where an account goes, and who said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The unit, as names from the root down.
    pub unit: Vec<String>,
    /// A rule's name or `orgkit.toml`.
    pub decided_by: String,
    /// Why a rule holds the account back. It moves once a person has passed the gate for it.
    pub held: Option<String>,
}

/// A guardrail that a hardening rule proposes for the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The policy's name.
    pub name: String,
    /// Its type.
    pub kind: PolicyType,
    /// Its document.
    pub content: String,
    /// The unit it is to be attached to, as names from the root down; empty for the root.
    pub unit: Vec<String>,
    /// Why: the rule and its words.
    pub because: String,
    /// The coverage rows that it serves.
    pub covers: Vec<String>,
}

/// A wave that the user asks for by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WishedWave {
    /// Its name.
    pub name: String,
    /// Its accounts in the order in which they shall move.
    pub accounts: Vec<AccountId>,
}

/// A person's word that a finding does not keep its account from moving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// The account.
    pub account: AccountId,
    /// The finding's code, such as `activity/newly-denied`.
    pub code: String,
    /// What the finding is about; `*` stands for any text.
    pub subject: String,
    /// Who decided it and why.
    pub because: String,
}

/// What the user decides about a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The role that orgkit makes in each account before it moves, trusting the target's management account.
    pub access_role: String,
    /// The unit in which accounts arrive until their baseline is proven.
    pub transitional: String,
    /// Waves asked for by name; they come first, and accounts not named follow by risk.
    pub waves: Vec<WishedWave>,
    /// How many accounts a wave takes at most, the canary's aside.
    pub batch: usize,
    /// Accounts that stay where they are.
    pub leave_out: BTreeSet<AccountId>,
    /// Findings that are accepted by name.
    pub accept: Vec<Acceptance>,
    /// How many accounts the target may have; `None`: not known.
    pub account_quota: Option<u32>,
    /// Whether somebody looks at what the canaries have come to before the waves after them begin, and so before each wave.
    pub approve_waves: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            access_role: "OrgkitMigration".to_owned(),
            transitional: "Transitional".to_owned(),
            waves: Vec::new(),
            batch: 50,
            leave_out: BTreeSet::new(),
            accept: Vec::new(),
            account_quota: None,
            approve_waves: false,
        }
    }
}

/// Everything a plan is made from.
#[derive(Debug, Clone)]
pub struct PlanInput<'a> {
    /// The estate.
    pub estate: &'a Estate,
    /// What the checks found.
    pub findings: &'a [Finding],
    /// The approach.
    pub decision: Decision,
    /// Where each account goes.
    pub placements: BTreeMap<AccountId, Placed>,
    /// The guardrails for the target.
    pub proposals: Vec<Proposal>,
    /// The digest of the packs and their parameters.
    pub packs: Digest,
    /// What the user decided.
    pub options: Options,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No rule places an account, and neither does the user.
    #[error("no rule says which unit account {account} (`{name}`) belongs in")]
    Unplaced {
        /// The account.
        account: AccountId,
        /// Its name.
        name: String,
    },
    /// A wave names an account that is not to be migrated, or names it twice.
    #[error("wave `{wave}` names account {account}, which {why}")]
    Wave {
        /// The wave.
        wave: String,
        /// The account.
        account: AccountId,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A policy of a source organization denies leaving, and it cannot be read well enough to add an exception.
    #[error("policy `{policy}` keeps account {account} from leaving, and no exception can be added to it")]
    Guardrail {
        /// The policy.
        policy: String,
        /// The account.
        account: AccountId,
        /// Why not.
        #[source]
        source: orgkit_iam::ExceptError,
    },
}
