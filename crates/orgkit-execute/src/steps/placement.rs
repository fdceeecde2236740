//! Where an account hangs in the target.

use super::site::{Look, Site, account_of};
use orgkit_cloud::{CloudChange, CloudError};
use orgkit_model::Step;

impl<C: CloudChange> Site<'_, C> {
    pub(super) async fn look_at_place(&self, step: &Step, unit: &[String]) -> Result<Look, CloudError> {
        let parent = self.cloud.parent(&self.plan.target_management, account_of(step)).await?;
        let holds = self.unit(unit).await?.is_some_and(|wanted| wanted == parent);
        let named = if unit.is_empty() { "the root".to_owned() } else { unit.join("/") };
        let seen = if holds { format!("it is in {named}") } else { format!("it is in {parent}") };
        Ok(Look::new(holds, seen, &["organizations:ListParents"]))
    }

    pub(super) async fn place(&self, step: &Step, unit: &[String]) -> Result<(), CloudError> {
        let account = account_of(step);
        let from = self.cloud.parent(&step.by, account).await?;
        let to = self.existing_unit(step, unit).await?;
        self.cloud.move_account(&step.by, account, &from, &to).await
    }
}
