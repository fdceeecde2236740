//! Delegated administrators of a source.

use super::site::{Look, Site, account_of};
use orgkit_cloud::{CloudChange, CloudError};
use orgkit_model::Step;

impl<C: CloudChange> Site<'_, C> {
    /// Whether the account is (`registered`) or is no longer delegated administrator for a service.
    pub(super) async fn look_for_administrator(&self, step: &Step, service: &str, registered: bool) -> Result<Look, CloudError> {
        let account = account_of(step);
        let admins = self.cloud.delegated_administrators(&step.by).await?;
        let is_one = admins.iter().any(|admin| &admin.account == account && admin.services.iter().any(|one| one == service));
        let seen = format!("{account} {} delegated administrator for {service}", if is_one { "is" } else { "is no longer" });
        Ok(Look::new(is_one == registered, seen, &["organizations:ListDelegatedServicesForAccount"]))
    }

    pub(super) async fn register(&self, step: &Step, service: &str) -> Result<(), CloudError> {
        self.cloud.register_delegated_administrator(&step.by, account_of(step), service).await
    }

    pub(super) async fn deregister(&self, step: &Step, service: &str) -> Result<(), CloudError> {
        self.cloud.deregister_delegated_administrator(&step.by, account_of(step), service).await
    }
}
