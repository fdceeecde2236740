//! Policies of the target, and exceptions in those of a source.

use super::site::{Look, Site};
use orgkit_cloud::{CloudChange, CloudError};
use orgkit_model::{PolicyId, PolicyType, Step};

impl<C: CloudChange> Site<'_, C> {
    pub(super) async fn look_at_applied(
        &self,
        step: &Step,
        name: &str,
        kind: PolicyType,
        content: &str,
        unit: &[String],
    ) -> Result<Look, CloudError> {
        let target = self.unit(unit).await?.map(|id| id.to_string());
        let found = self.cloud.policy(&step.by, kind, name).await?;
        let attached = found.as_ref().is_some_and(|policy| target.as_ref().is_some_and(|id| policy.targets.contains(id)));
        let holds = attached && found.is_some_and(|policy| same_document(&policy.content, content));
        let seen = if holds { format!("policy {name} is attached") } else { format!("policy {name} is not attached yet") };
        Ok(Look::new(holds, seen, &["organizations:ListPolicies", "organizations:ListTargetsForPolicy"]))
    }

    pub(super) async fn apply_policy(
        &self,
        step: &Step,
        name: &str,
        kind: PolicyType,
        content: &str,
        unit: &[String],
    ) -> Result<(), CloudError> {
        let target = self.existing_unit(step, unit).await?.to_string();
        let policy = match self.cloud.policy(&step.by, kind, name).await? {
            Some(policy) => policy.id,
            None => self.cloud.create_policy(&step.by, kind, name, content).await?,
        };
        self.cloud.attach_policy(&step.by, &policy, &target).await
    }

    /// Whether the policy is not attached there.
    pub(super) async fn look_at_unapplied(&self, step: &Step, name: &str, kind: PolicyType, unit: &[String]) -> Result<Look, CloudError> {
        let target = self.unit(unit).await?.map(|id| id.to_string());
        let found = self.cloud.policy(&step.by, kind, name).await?;
        let attached = found.is_some_and(|policy| target.is_some_and(|id| policy.targets.contains(&id)));
        let seen = format!("policy {name} is {}", if attached { "attached" } else { "not attached" });
        Ok(Look::new(!attached, seen, &["organizations:ListPolicies", "organizations:ListTargetsForPolicy"]))
    }

    /// Detaches the policy, and deletes it where it is attached nowhere else and still has the document of the plan.
    pub(super) async fn withdraw_policy(
        &self,
        step: &Step,
        name: &str,
        kind: PolicyType,
        content: &str,
        unit: &[String],
    ) -> Result<(), CloudError> {
        let Some(policy) = self.cloud.policy(&step.by, kind, name).await? else { return Ok(()) };
        let target = self.existing_unit(step, unit).await?.to_string();
        if policy.targets.contains(&target) {
            self.cloud.detach_policy(&step.by, &policy.id, &target).await?;
        }
        let elsewhere = policy.targets.iter().any(|one| *one != target);
        if elsewhere || policy.aws_managed || !same_document(&policy.content, content) {
            return Ok(());
        }
        self.cloud.delete_policy(&step.by, &policy.id).await
    }

    pub(super) async fn look_at_policy(&self, step: &Step, policy: &PolicyId, name: &str, content: &str) -> Result<Look, CloudError> {
        let found = self.cloud.policy(&step.by, PolicyType::ServiceControlPolicy, name).await?;
        let holds = found.is_some_and(|known| &known.id == policy && same_document(&known.content, content));
        let seen = format!("policy {name} {} the planned document", if holds { "has" } else { "does not have" });
        Ok(Look::new(holds, seen, &["organizations:DescribePolicy"]))
    }
}

/// Whether two policy documents are the same, whitespace and key order aside.
fn same_document(a: &str, b: &str) -> bool {
    let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    a == b || parse(a).is_some_and(|a| Some(a) == parse(b))
}
