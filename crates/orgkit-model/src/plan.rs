//! The plan: steps in a partial order, in waves, with gates between them. Same input, same bytes.

use crate::{AccountId, Decision, Digest, OrganizationId, ParentId, PolicyId, PolicyType};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The version of the plan's schema. A reader refuses a newer one.
pub const PLAN_SCHEMA: u32 = 1;

/// A step's name, readable and unique in its plan: `111122223333/invite`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
#[schemars(transparent)]
pub struct StepId(pub String);

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What can be done about a step once it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StepClass {
    /// Undoing it restores what was.
    Reversible,
    /// It cannot be undone, but something else makes up for it.
    Compensable,
    /// There is no way back.
    PointOfNoReturn,
    /// A person does it.
    Human,
}

/// Why a person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GateKind {
    /// A suspended account has to be reinstated through AWS Support before it can move.
    ReinstateAccount,
    /// A finding blocks the account until it is remedied or accepted by name.
    Finding,
    /// Money or contracts are concerned: Savings Plans, private pricing, support plans.
    Money,
    /// What is deleted with the old organization has to be exported first.
    Export,
    /// The old organization has to be empty. Closed accounts count until they are closed for good. AWS has to show it.
    EmptyOrganization,
    /// No billing transfer of the old organization may be offered or active. AWS has to show it.
    BillingTransfer,
    /// The old organization's landing zone has to be decommissioned. AWS has to show it.
    LandingZone,
    /// Service control policies will apply to a management account for the first time.
    FirstGuardrails,
    /// Somebody looks at what the waves before have come to, and lets the next one begin.
    Wave,
}

/// A question only a person can answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Gate {
    /// Why a person is asked.
    pub kind: GateKind,
    /// What has to be done or decided, as an instruction.
    pub question: String,
    /// What orgkit saw that makes it ask.
    pub evidence: Vec<String>,
    /// What a rehearsal assumes in the person's place.
    pub assumption: String,
}

/// What a step does. Each is one change to AWS, or one proof by reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Action {
    /// `organizations:CreateOrganizationalUnit` in the target.
    CreateUnit {
        /// The names from the root down; the last is the new unit's.
        path: Vec<String>,
    },
    /// `organizations:CreatePolicy` and `AttachPolicy` in the target.
    ApplyPolicy {
        /// The policy's name, unique in the organization.
        name: String,
        /// Its type.
        kind: PolicyType,
        /// Its document.
        content: String,
        /// The unit it is attached to, as names from the root down; empty for the root.
        unit: Vec<String>,
    },
    /// `organizations:UpdatePolicy` in the source: the migration role is excepted from a deny.
    UpdatePolicy {
        /// The policy.
        policy: PolicyId,
        /// Its name.
        name: String,
        /// The document to write.
        content: String,
        /// The document it replaces, to restore.
        previous: String,
    },
    /// Sets `RetainStacksOnAccountRemoval` on a service-managed StackSet (`cloudformation:UpdateStackSet`).
    RetainStacks {
        /// The StackSet's name.
        stack_set: String,
        /// The region that it is administered in.
        region: String,
    },
    /// `organizations:DeregisterDelegatedAdministrator` in the source.
    DeregisterDelegatedAdministrator {
        /// The service principal.
        service: String,
    },
    /// Makes a role in the account that trusts the target's management account, and assumes it once: a way in that depends neither on
    /// the old management account nor on its Identity Center.
    OpenAccess {
        /// The role's name.
        role: String,
    },
    /// A person decides or acts.
    Gate(Gate),
    /// `organizations:InviteAccountToOrganization` by the target.
    Invite,
    /// `organizations:AcceptHandshake` by the account itself.
    Accept,
    /// `organizations:MoveAccount` in the target.
    MoveToUnit {
        /// The unit, as names from the root down.
        unit: Vec<String>,
    },
    /// Reads the services again and runs the packs' baseline rules: the account is covered.
    ProveBaseline,
    /// The unit's Control Tower baselines reach the account: they come with the move, or by `controltower:ResetEnabledBaseline` of the unit.
    Enrol {
        /// The unit, as names from the root down.
        unit: Vec<String>,
        /// The home region of the target's landing zone.
        region: String,
        /// Whether the landing zone enrols accounts that are moved into a registered unit by itself.
        automatic: bool,
    },
    /// `iam:UpdateAssumeRolePolicy` of a role by which the old management account gets in: from then on the new one does.
    TransferTrust {
        /// The role's name.
        role: String,
        /// The trust policy to write.
        content: String,
        /// The trust policy that it replaces, to restore.
        previous: String,
    },
    /// A part of the way back of an account that has moved.
    Return {
        /// The organization that it goes back to.
        organization: OrganizationId,
        /// That organization's management account.
        management: AccountId,
        /// The role by which that management account gets into the account.
        role: String,
        /// Which part.
        part: ReturnPart,
    },
    /// `organizations:DeleteOrganization` by the old management account, once its organization is empty.
    DeleteOrganization {
        /// The organization.
        organization: OrganizationId,
    },
}

impl Action {
    /// The kinds of actions, as they are written in plans: each has its place in the executor, and tests go through all of them.
    pub const KINDS: &'static [&'static str] = &[
        "create-unit",
        "apply-policy",
        "update-policy",
        "retain-stacks",
        "deregister-delegated-administrator",
        "open-access",
        "gate",
        "invite",
        "accept",
        "move-to-unit",
        "prove-baseline",
        "enrol",
        "transfer-trust",
        "return",
        "delete-organization",
    ];

    /// Its kind, as it is written in plans.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CreateUnit { .. } => "create-unit",
            Self::ApplyPolicy { .. } => "apply-policy",
            Self::UpdatePolicy { .. } => "update-policy",
            Self::RetainStacks { .. } => "retain-stacks",
            Self::DeregisterDelegatedAdministrator { .. } => "deregister-delegated-administrator",
            Self::OpenAccess { .. } => "open-access",
            Self::Gate(_) => "gate",
            Self::Invite => "invite",
            Self::Accept => "accept",
            Self::MoveToUnit { .. } => "move-to-unit",
            Self::ProveBaseline => "prove-baseline",
            Self::Enrol { .. } => "enrol",
            Self::TransferTrust { .. } => "transfer-trust",
            Self::Return { .. } => "return",
            Self::DeleteOrganization { .. } => "delete-organization",
        }
    }
}

/// The parts of an account's way back to the organization that it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "part", rename_all = "kebab-case")]
pub enum ReturnPart {
    /// Makes the role in the account that trusts that organization's management account, which assumes it once.
    OpenAccess,
    /// `organizations:InviteAccountToOrganization` by that organization's management account.
    Invite,
    /// `organizations:AcceptHandshake` by the account itself.
    Accept,
    /// `organizations:MoveAccount` in that organization.
    MoveToUnit {
        /// The unit that the account was in.
        unit: ParentId,
    },
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Step {
    /// The step's name.
    pub id: StepId,
    /// The account it concerns; `None` for steps on a whole organization.
    pub account: Option<AccountId>,
    /// The account whose credentials it uses.
    pub by: AccountId,
    /// What it does.
    pub action: Action,
    /// What can be done about it afterwards.
    pub class: StepClass,
    /// The steps that must be done before it.
    pub after: Vec<StepId>,
    /// The earliest time at which AWS lets it succeed, such as when the account is old enough; `None`: at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub not_before: Option<Timestamp>,
    /// One line: what it does, for people.
    pub title: String,
    /// Why it is in the plan: the rule, the finding or the user's word.
    pub because: String,
    /// The coverage rows that it serves.
    pub covers: Vec<String>,
}

/// What a wave is for. Waves run in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Units of the target.
    Foundation,
    /// Standalone accounts.
    Standalone,
    /// Members of the old organizations, by direct transfer.
    Members,
    /// Old management accounts.
    Management,
    /// Guardrails of the target.
    Hardening,
    /// What the old organizations left in accounts, and what the migration left in the old organizations.
    CleanUp,
    /// An account goes back.
    Return,
}

impl Phase {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Foundation => "foundation",
            Self::Standalone => "standalone",
            Self::Members => "members",
            Self::Management => "management",
            Self::Hardening => "hardening",
            Self::CleanUp => "clean-up",
            Self::Return => "return",
        }
    }
}

/// Steps that run together; the next wave starts when this one is verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Wave {
    /// Its name, unique in the plan.
    pub name: String,
    /// What it is for.
    pub phase: Phase,
    /// Its accounts in the order in which they move.
    pub accounts: Vec<AccountId>,
    /// Its steps in an order that respects `after`.
    pub steps: Vec<Step>,
}

/// An account that the plan leaves where it is, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LeftOut {
    /// The account.
    pub account: AccountId,
    /// Why.
    pub why: String,
}

/// A finding that would keep its account from moving, and that somebody accepted by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Accepted {
    /// The account.
    pub account: AccountId,
    /// The finding's code.
    pub code: String,
    /// What the finding is about.
    pub subject: String,
    /// The finding in one line.
    pub title: String,
    /// Who decided it and why, in that person's words.
    pub because: String,
}

/// What an account is before the migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Was {
    /// In no organization.
    Standalone,
    /// A member of a source organization.
    Member,
    /// The management account of a source organization.
    Management,
}

/// Where one account goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Placement {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// What it is today.
    pub was: Was,
    /// The organization that it is in today.
    pub from: Option<OrganizationId>,
    /// The unit it ends in, as names from the root down.
    pub unit: Vec<String>,
    /// Who decided: a rule's name or `orgkit.toml`.
    pub decided_by: String,
}

/// The plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Plan {
    /// [`PLAN_SCHEMA`].
    pub schema: u32,
    /// The digest of the estate it was made from.
    pub estate: Digest,
    /// The digest of the packs and their parameters.
    pub packs: Digest,
    /// The organization to move into.
    pub target: OrganizationId,
    /// Its management account.
    pub target_management: AccountId,
    /// The organizations to move out of, with their management accounts.
    pub sources: Vec<(OrganizationId, AccountId)>,
    /// How many accounts the target may have, as far as the user said; `None`: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_quota: Option<u32>,
    /// The approach and why.
    pub decision: Decision,
    /// Where each account goes, sorted by account.
    pub placements: Vec<Placement>,
    /// The accounts that stay where they are.
    pub left_out: Vec<LeftOut>,
    /// The findings that were accepted by name, sorted by account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<Accepted>,
    /// The waves in their order.
    pub waves: Vec<Wave>,
}

impl Plan {
    /// The digest that a person or script approves.
    pub fn digest(&self) -> Digest {
        Digest::of(self)
    }

    /// All steps in their order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.waves.iter().flat_map(|wave| &wave.steps)
    }

    /// The step of that name.
    pub fn step(&self, id: &StepId) -> Option<&Step> {
        self.steps().find(|step| &step.id == id)
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.waves.iter().all(|wave| wave.steps.is_empty())
    }
}
