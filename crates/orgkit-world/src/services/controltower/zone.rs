//! A landing zone, and what is enabled in it.

use super::controls::Control;
use super::manifest::Settings;
use super::operations::Operation;
use super::versions::deploys;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId, ParentId, UnitId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What Control Tower keeps.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// The landing zones; an organization has one at most.
    pub(super) zones: BTreeMap<OrganizationId, Zone>,
    /// Operations by id. They outlive their landing zone.
    pub(super) operations: BTreeMap<String, Operation>,
}

/// A landing zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Zone {
    pub(super) arn: String,
    /// The region it was made in; its API answers there only.
    pub(super) home: String,
    pub(super) version: String,
    /// The manifest as it was given, `{}` without one.
    pub(super) manifest: Value,
    pub(super) settings: Settings,
    /// Whether accounts are enrolled and unenrolled by moving them (`remediationTypes: ["INHERITANCE_DRIFT"]`).
    pub(super) auto_enrol: bool,
    /// The latest operation on the landing zone itself; `None` for one that the world began with.
    pub(super) operation: Option<String>,
    /// Whether it was ever set up to its end.
    pub(super) set_up: bool,
    /// Until when an operation on the landing zone or a unit keeps others out.
    pub(super) busy_until: Timestamp,
    /// When its decommissioning is over.
    pub(super) gone_at: Option<Timestamp>,
    /// Where the shared accounts belong.
    pub(super) shared_parent: Option<ParentId>,
    /// The accounts that left the organization while they were enrolled, since the landing zone was set up, updated or reset.
    pub(super) strays: BTreeSet<AccountId>,
    /// What is enabled on units, and on shared accounts by the landing zone itself, by ARN.
    pub(super) baselines: BTreeMap<String, Enabled>,
    /// What accounts have from their units, by account and id of the baseline.
    pub(super) children: BTreeMap<AccountId, BTreeMap<String, Enabled>>,
    /// Until when accounts are enrolled that were moved into a unit: one after the other.
    pub(super) queues: BTreeMap<UnitId, Timestamp>,
    /// Enabled controls by ARN.
    pub(super) controls: BTreeMap<String, Control>,
}

/// A baseline that is enabled on a unit or an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Enabled {
    pub(super) arn: String,
    /// The baseline's id.
    pub(super) baseline: String,
    pub(super) version: String,
    pub(super) target: Target,
    /// The ARN of the unit's enabled baseline that an account has it from.
    pub(super) parent: Option<String>,
    pub(super) parameters: Value,
    /// The regions that were governed when it was enabled, updated or reset.
    pub(super) regions: Vec<String>,
    pub(super) operation: Option<String>,
    /// When that operation is over.
    pub(super) ready_at: Timestamp,
    /// Whether that operation fails.
    pub(super) failed: bool,
    /// Whether that operation takes it away.
    pub(super) leaving: bool,
}

/// What a baseline or control is enabled on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Target {
    Unit(UnitId),
    Account(AccountId),
}

impl Zone {
    /// Whether it is there: not decommissioned.
    pub(super) fn is_there(&self, now: Timestamp) -> bool {
        self.gone_at.is_none_or(|gone_at| now < gone_at)
    }

    /// Whether accounts can be enrolled by moving them now.
    pub(super) fn enrols_moved(&self) -> bool {
        self.auto_enrol && self.set_up && self.gone_at.is_none()
    }

    /// What is enabled on a unit.
    pub(super) fn on_unit<'a>(&'a self, unit: &'a str, now: Timestamp) -> impl Iterator<Item = &'a Enabled> {
        let is_on = move |enabled: &&Enabled| matches!(&enabled.target, Target::Unit(id) if id.as_str() == unit);
        self.baselines.values().filter(is_on).filter(move |enabled| enabled.is_there(now) && !enabled.leaving)
    }

    /// What an account has from units.
    pub(super) fn on_account<'a>(&'a self, account: &AccountId, now: Timestamp) -> impl Iterator<Item = &'a Enabled> {
        self.children.get(account).into_iter().flat_map(BTreeMap::values).filter(move |enabled| enabled.is_there(now))
    }

    /// An enabled baseline by its ARN, whoever has it.
    pub(super) fn enabled(&self, arn: &str, now: Timestamp) -> Option<&Enabled> {
        let children = || self.children.values().flat_map(BTreeMap::values).find(|child| child.arn == arn);
        self.baselines.get(arn).or_else(children).filter(|enabled| enabled.is_there(now))
    }

    /// Whether the landing zone has deployed something into an account by a unit's baseline, so that what is found in it is no leftover.
    pub(super) fn has_deployed(&self, account: &AccountId) -> bool {
        let deployed = |child: &Enabled| deploys(&child.baseline) && !child.failed && !child.leaving;
        self.children.get(account).is_some_and(|children| children.values().any(deployed))
    }

    /// Forgets what is no longer enabled.
    pub(super) fn prune(&mut self, now: Timestamp) {
        self.baselines.retain(|_, enabled| enabled.is_there(now));
        self.children.retain(|_, children| {
            children.retain(|_, child| child.is_there(now));
            !children.is_empty()
        });
    }
}

impl Enabled {
    /// Whether it is enabled still.
    pub(super) fn is_there(&self, now: Timestamp) -> bool {
        !(self.leaving && now >= self.ready_at)
    }

    /// `SUCCEEDED`, `FAILED` or `UNDER_CHANGE`.
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        match self.failed {
            _ if now < self.ready_at => "UNDER_CHANGE",
            true => "FAILED",
            false => "SUCCEEDED",
        }
    }
}
