//! Where steps are carried out: the clouds, the plan, and what was found already.

use orgkit_cloud::{CloudChange, CloudError, ErrorClass};
use orgkit_model::{AccountId, Digest, Handshake, ParentId, Plan, Step, Unit};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What a look saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Whether what was looked for is so.
    pub holds: bool,
    /// What was read, in one line.
    pub seen: String,
    /// The API operations that read it.
    pub calls: Vec<String>,
}

impl Look {
    pub(crate) fn new(holds: bool, seen: impl Into<String>, calls: &[&str]) -> Self {
        Self { holds, seen: seen.into(), calls: calls.iter().map(|call| (*call).to_owned()).collect() }
    }
}

/// The clouds as the steps of one plan work on them.
#[derive(Debug)]
pub struct Site<'a, C> {
    pub(crate) cloud: &'a C,
    pub(crate) plan: &'a Plan,
    /// Units found already, by path: units do not move while orgkit runs.
    units: RefCell<BTreeMap<Vec<String>, ParentId>>,
    plan_digest: String,
}

impl<'a, C: CloudChange> Site<'a, C> {
    /// The clouds for the steps of a plan.
    pub fn new(cloud: &'a C, plan: &'a Plan) -> Self {
        Self::of(cloud, plan, &plan.digest())
    }

    /// The same where the plan's digest is known.
    pub(crate) fn of(cloud: &'a C, plan: &'a Plan, digest: &Digest) -> Self {
        Self { cloud, plan, units: RefCell::default(), plan_digest: digest.short().to_owned() }
    }

    /// The text in an invitation's notes by which orgkit knows its own again.
    pub(crate) fn marker(&self, account: &AccountId) -> String {
        format!("orgkit:{}:{account}/invite", self.plan_digest)
    }

    /// The same for an invitation back.
    pub(crate) fn return_marker(&self, account: &AccountId) -> String {
        format!("orgkit:{}:{account}/return/invite", self.plan_digest)
    }

    /// Whether this plan sent an invitation of `account`.
    pub(crate) fn is_ours(&self, handshake: &Handshake, account: &AccountId) -> bool {
        handshake.notes.as_deref().is_some_and(|notes| notes.contains(&self.marker(account)))
    }

    /// The root's or a unit's id in the target, by path; the empty path is the root.
    pub(crate) async fn unit(&self, path: &[String]) -> Result<Option<ParentId>, CloudError> {
        if let Some(known) = self.units.borrow().get(path) {
            return Ok(Some(known.clone()));
        }
        let by = &self.plan.target_management;
        let mut at: ParentId = self.cloud.root(by).await?.into();
        for name in path {
            let below: Vec<Unit> = self.cloud.units_under(by, &at).await?;
            match below.into_iter().find(|unit| &unit.name == name) {
                Some(unit) => at = unit.id.into(),
                None => return Ok(None),
            }
        }
        self.units.borrow_mut().insert(path.to_vec(), at.clone());
        Ok(Some(at))
    }

    /// The unit at a path, which a step needs.
    pub(crate) async fn existing_unit(&self, step: &Step, path: &[String]) -> Result<ParentId, CloudError> {
        let missing = || refused(step, "UnitNotFound", format!("unit {} does not exist", path.join("/")));
        self.unit(path).await?.ok_or_else(missing)
    }

    /// Forgets a unit that is no more.
    pub(crate) fn forget_unit(&self, path: &[String]) {
        self.units.borrow_mut().remove(path);
    }
}

/// The account that a step is about.
pub(crate) fn account_of(step: &Step) -> &AccountId {
    step.account.as_ref().unwrap_or(&step.by)
}

/// A step that orgkit itself refuses.
pub(crate) fn refused(step: &Step, code: &str, message: String) -> CloudError {
    CloudError {
        class: ErrorClass::Refused,
        operation: format!("orgkit:{}", step.id),
        by: step.by.clone(),
        code: Some(code.to_owned()),
        reason: None,
        message,
    }
}
