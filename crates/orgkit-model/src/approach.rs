//! The decision between the four ways to a well-governed organization (coverage row A3).

use serde::{Deserialize, Serialize};

/// A way to a well-governed organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Approach {
    /// The management account is clean: put the existing organization in order.
    RestructureInPlace,
    /// Move the workloads out of the management account into members, then put the organization in order.
    MigrateWorkloads,
    /// Make an organization with a clean management account, and move what is worth moving.
    NewOrganization,
    /// Make an organization with a clean management account and invite every account, the old management account last.
    NewOrganizationInviteAll,
}

/// One thing that speaks for or against an approach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Reason {
    /// What was asked, such as "workloads in the management account".
    pub question: String,
    /// What was found, with its number.
    pub answer: String,
    /// Which approaches it speaks for.
    pub speaks_for: Vec<Approach>,
    /// The calls and resources that it rests on.
    pub evidence: Vec<String>,
}

/// The approach that orgkit recommends and the one that is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Decision {
    /// What the evidence speaks for.
    pub recommended: Approach,
    /// What is planned. Another than the recommended one when the user overruled it.
    pub taken: Approach,
    /// Why.
    pub reasons: Vec<Reason>,
}
