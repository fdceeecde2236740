//! The end of an old organization.

use super::site::{Look, Site, account_of, refused};
use orgkit_cloud::{CloudChange, CloudError};
use orgkit_model::{OrganizationId, Step};

impl<C: CloudChange> Site<'_, C> {
    pub(super) async fn look_for_organization(&self, step: &Step, organization: &OrganizationId) -> Result<Look, CloudError> {
        let now = self.cloud.organization(account_of(step)).await?;
        let holds = now.as_ref().is_none_or(|now| &now.id != organization);
        let seen = if holds { format!("{organization} is gone") } else { format!("{organization} exists") };
        Ok(Look::new(holds, seen, &["organizations:DescribeOrganization"]))
    }

    pub(super) async fn delete_organization(&self, step: &Step, organization: &OrganizationId) -> Result<(), CloudError> {
        let others: Vec<_> = self.cloud.accounts(&step.by).await?.into_iter().filter(|account| account.id != step.by).collect();
        if !others.is_empty() {
            let names: Vec<_> = others.iter().map(|account| format!("{} ({})", account.name, account.id)).collect();
            let message = format!("{organization} is not empty: {} is still in it", names.join(", "));
            return Err(refused(step, "OrganizationNotEmpty", message));
        }
        self.cloud.delete_organization(&step.by).await
    }
}
