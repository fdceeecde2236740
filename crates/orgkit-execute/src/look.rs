//! Looking: whether a step's goal holds, from reads alone.

use orgkit_cloud::{Access, CloudChange, CloudError};
use orgkit_model::{AccountId, Action, Handshake, HandshakeState, ParentId, Plan, Step, Unit};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What a look saw.
pub(crate) struct Look {
    pub(crate) holds: bool,
    pub(crate) seen: String,
    pub(crate) calls: Vec<String>,
}

impl Look {
    fn new(holds: bool, seen: impl Into<String>, calls: &[&str]) -> Self {
        Self { holds, seen: seen.into(), calls: calls.iter().map(|call| (*call).to_owned()).collect() }
    }
}

/// Eyes on the clouds, for one plan.
pub(crate) struct Eyes<'a, C> {
    pub(crate) cloud: &'a C,
    pub(crate) plan: &'a Plan,
    /// Units found already, by path: units do not move while orgkit runs.
    units: RefCell<BTreeMap<Vec<String>, ParentId>>,
    plan_digest: String,
}

impl<'a, C: CloudChange> Eyes<'a, C> {
    pub(crate) fn new(cloud: &'a C, plan: &'a Plan) -> Self {
        Self { cloud, plan, units: RefCell::default(), plan_digest: plan.digest().short().to_owned() }
    }

    /// The text in an invitation's notes by which orgkit knows its own again.
    pub(crate) fn marker(&self, account: &AccountId) -> String {
        format!("orgkit:{}:{account}/invite", self.plan_digest)
    }

    /// Whether the step's goal holds.
    pub(crate) async fn look(&self, step: &Step) -> Result<Look, CloudError> {
        let account = step.account.as_ref().unwrap_or(&step.by);
        match &step.action {
            Action::CreateUnit { path } => self.unit_exists(path).await,
            Action::ApplyPolicy { name, kind, content, unit } => {
                let target = self.target_id(unit).await?;
                let found = self.cloud.policy(&step.by, *kind, name).await?;
                let attached = found.as_ref().is_some_and(|policy| target.as_ref().is_some_and(|id| policy.targets.contains(id)));
                let holds = attached && found.is_some_and(|policy| same_document(&policy.content, content));
                let seen = if holds { format!("policy {name} is attached") } else { format!("policy {name} is not attached yet") };
                Ok(Look::new(holds, seen, &["organizations:ListPolicies", "organizations:ListTargetsForPolicy"]))
            }
            Action::UpdatePolicy { policy, name, content, .. } => {
                let found = self.cloud.policy(&step.by, orgkit_model::PolicyType::ServiceControlPolicy, name).await?;
                let holds = found.is_some_and(|known| &known.id == policy && same_document(&known.content, content));
                let seen = if holds { format!("policy {name} has the exception") } else { format!("policy {name} lacks the exception") };
                Ok(Look::new(holds, seen, &["organizations:DescribePolicy"]))
            }
            Action::RetainStacks { stack_set, region } => {
                let kind = "AWS::CloudFormation::StackSet";
                let facts = self.cloud.facts(&step.by, Some(region), kind).await?;
                let pointer = "/AutoDeployment/RetainStacksOnAccountRemoval";
                let holds = facts
                    .iter()
                    .any(|fact| &fact.name == stack_set && fact.doc.pointer(pointer).and_then(serde_json::Value::as_bool) == Some(true));
                Ok(Look::new(
                    holds,
                    format!("StackSet {stack_set}: stacks {} when accounts leave", if holds { "stay" } else { "go" }),
                    &[kind],
                ))
            }
            Action::DeregisterDelegatedAdministrator { service } => {
                let admins = self.cloud.delegated_administrators(&step.by).await?;
                let still = admins.iter().any(|admin| &admin.account == account && admin.services.contains(service));
                let seen = format!("{account} is {} delegated administrator for {service}", if still { "still" } else { "no longer" });
                Ok(Look::new(!still, seen, &["organizations:ListDelegatedServicesForAccount"]))
            }
            Action::OpenAccess { role } => self.way_in(account, role).await,
            Action::Invite => self.invited(account).await,
            Action::Accept => self.joined(account).await,
            Action::MoveToUnit { unit } => self.placed(account, unit).await,
            Action::DeleteOrganization { organization } => {
                let now = self.cloud.organization(account).await?;
                let holds = now.as_ref().is_none_or(|now| &now.id != organization);
                let seen = if holds { format!("{organization} is gone") } else { format!("{organization} exists") };
                Ok(Look::new(holds, seen, &["organizations:DescribeOrganization"]))
            }
            // INVARIANT: the executor asks people about gates and witnesses about proofs; neither is looked at here.
            Action::Gate(_) | Action::ProveBaseline => Ok(Look::new(false, "", &[])),
        }
    }

    async fn unit_exists(&self, path: &[String]) -> Result<Look, CloudError> {
        let holds = self.unit(path).await?.is_some();
        let seen = format!("unit {} {}", path.join("/"), if holds { "exists" } else { "does not exist" });
        Ok(Look::new(holds, seen, &["organizations:ListOrganizationalUnitsForParent"]))
    }

    async fn way_in(&self, account: &AccountId, role: &str) -> Result<Look, CloudError> {
        let access = Access::Role { via: self.plan.target_management.clone(), role: role.to_owned() };
        match self.cloud.exercise(account, &access).await {
            Ok(arn) => {
                self.cloud.prefer_access(account, access);
                Ok(Look::new(true, format!("the new management account is in as {arn}"), &["sts:AssumeRole", "sts:GetCallerIdentity"]))
            }
            Err(error) if error.is_access_denied() => {
                Ok(Look::new(false, format!("the new management account cannot assume {role}"), &["sts:AssumeRole"]))
            }
            Err(error) => Err(error),
        }
    }

    async fn invited(&self, account: &AccountId) -> Result<Look, CloudError> {
        let calls = ["organizations:ListHandshakesForAccount"];
        if let Some(handshake) = self.open_invitation(account).await? {
            return Ok(Look::new(true, format!("invitation {} is open", handshake.id), &calls));
        }
        let joined = self.joined(account).await?;
        if joined.holds { Ok(joined) } else { Ok(Look::new(false, "no invitation of this plan is open", &calls)) }
    }

    /// The open invitation to the target that this plan sent, as the invited account sees it.
    pub(crate) async fn open_invitation(&self, account: &AccountId) -> Result<Option<Handshake>, CloudError> {
        let marker = self.marker(account);
        let received = self.cloud.invitations_received(account).await?;
        Ok(received.into_iter().find(|handshake| {
            handshake.state == HandshakeState::Open
                && handshake.organization.as_ref() == Some(&self.plan.target)
                && handshake.notes.as_deref().is_some_and(|notes| notes.contains(&marker))
        }))
    }

    /// Both sides: the target lists the account, and the account says it belongs to the target.
    async fn joined(&self, account: &AccountId) -> Result<Look, CloudError> {
        let calls = ["organizations:DescribeAccount", "organizations:DescribeOrganization"];
        if self.cloud.account(&self.plan.target_management, account).await?.is_none() {
            return Ok(Look::new(false, format!("{} does not list {account}", self.plan.target), &calls[..1]));
        }
        let says = self.cloud.organization(account).await?.map(|organization| organization.id);
        let holds = says.as_ref() == Some(&self.plan.target);
        Ok(Look::new(holds, format!("{account} is a member of {}, seen from both sides", self.plan.target), &calls))
    }

    async fn placed(&self, account: &AccountId, unit: &[String]) -> Result<Look, CloudError> {
        let parent = self.cloud.parent(&self.plan.target_management, account).await?;
        let holds = self.unit(unit).await?.is_some_and(|wanted| wanted == parent);
        let seen = if holds { format!("it is in {}", unit.join("/")) } else { format!("it is in {parent}") };
        Ok(Look::new(holds, seen, &["organizations:ListParents"]))
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

    /// The id that policies are attached to at a path.
    pub(crate) async fn target_id(&self, path: &[String]) -> Result<Option<String>, CloudError> {
        Ok(self.unit(path).await?.map(|id| id.to_string()))
    }
}

/// Whether two policy documents are the same, whitespace and key order aside.
fn same_document(a: &str, b: &str) -> bool {
    let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    a == b || parse(a).is_some_and(|a| Some(a) == parse(b))
}
