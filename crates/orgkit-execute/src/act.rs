//! Acting: the one change that a step makes.

use crate::look::Eyes;
use orgkit_cloud::{CloudChange, CloudError, ErrorClass};
use orgkit_model::{AccountId, Action, OrganizationId, PolicyType, Step};

impl<C: CloudChange> Eyes<'_, C> {
    /// Makes the step's change.
    pub(crate) async fn act(&self, step: &Step) -> Result<(), CloudError> {
        let account = step.account.as_ref().unwrap_or(&step.by);
        match &step.action {
            Action::CreateUnit { path } => self.create_unit(step, path).await,
            Action::ApplyPolicy { name, kind, content, unit } => self.apply_policy(step, name, *kind, content, unit).await,
            Action::UpdatePolicy { policy, content, .. } => self.cloud.update_policy(&step.by, policy, content).await,
            Action::RetainStacks { stack_set, region } => self.cloud.retain_stacks(&step.by, region, stack_set).await,
            Action::DeregisterDelegatedAdministrator { service } => {
                self.cloud.deregister_delegated_administrator(&step.by, account, service).await
            }
            Action::OpenAccess { role } => self.cloud.put_access_role(account, role, &self.plan.target_management).await,
            Action::Invite => self.cloud.invite(&step.by, account, &self.marker(account)).await.map(drop),
            Action::Accept => self.accept(account).await,
            Action::MoveToUnit { unit } => {
                let from = self.cloud.parent(&step.by, account).await?;
                let to = self
                    .unit(unit)
                    .await?
                    .ok_or_else(|| refused(step, "UnitNotFound", format!("unit {} does not exist", unit.join("/"))))?;
                self.cloud.move_account(&step.by, account, &from, &to).await
            }
            Action::DeleteOrganization { organization } => self.delete_organization(step, organization).await,
            // INVARIANT: as in `look`.
            Action::Gate(_) | Action::ProveBaseline => Ok(()),
        }
    }

    async fn create_unit(&self, step: &Step, path: &[String]) -> Result<(), CloudError> {
        let (name, above) = path.split_last().ok_or_else(|| refused(step, "NoUnit", "the root cannot be created".to_owned()))?;
        let parent =
            self.unit(above).await?.ok_or_else(|| refused(step, "UnitNotFound", format!("unit {} does not exist", above.join("/"))))?;
        self.cloud.create_unit(&step.by, &parent, name).await.map(drop)
    }

    async fn apply_policy(&self, step: &Step, name: &str, kind: PolicyType, content: &str, unit: &[String]) -> Result<(), CloudError> {
        let target =
            self.target_id(unit).await?.ok_or_else(|| refused(step, "UnitNotFound", format!("unit {} does not exist", unit.join("/"))))?;
        let policy = match self.cloud.policy(&step.by, kind, name).await? {
            Some(policy) => policy.id,
            None => self.cloud.create_policy(&step.by, kind, name, content).await?,
        };
        self.cloud.attach_policy(&step.by, &policy, &target).await
    }

    /// Accepts with the invited account's own credentials, and only an invitation of this plan from the target.
    async fn accept(&self, account: &AccountId) -> Result<(), CloudError> {
        self.cloud.caller_arn(account).await?;
        let handshake = self.open_invitation(account).await?.ok_or_else(|| CloudError {
            class: ErrorClass::Refused,
            operation: "organizations:AcceptHandshake".to_owned(),
            by: account.clone(),
            code: Some("NoOwnInvitation".to_owned()),
            reason: None,
            message: format!("no invitation that this plan sent from {} is open for {account}", self.plan.target),
        })?;
        self.cloud.accept(account, &handshake.id).await.map(drop)
    }

    async fn delete_organization(&self, step: &Step, organization: &OrganizationId) -> Result<(), CloudError> {
        let others: Vec<_> = self.cloud.accounts(&step.by).await?.into_iter().filter(|account| account.id != step.by).collect();
        if !others.is_empty() {
            let names: Vec<_> = others.iter().map(|account| format!("{} ({})", account.name, account.id)).collect();
            let message = format!("{organization} is not empty: {} is still in it", names.join(", "));
            return Err(refused(step, "OrganizationNotEmpty", message));
        }
        self.cloud.delete_organization(&step.by).await
    }
}

fn refused(step: &Step, code: &str, message: String) -> CloudError {
    CloudError {
        class: ErrorClass::Refused,
        operation: format!("orgkit:{}", step.id),
        by: step.by.clone(),
        code: Some(code.to_owned()),
        reason: None,
        message,
    }
}
