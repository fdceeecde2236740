//! Administrators that services have for an organization.

use super::site::{Look, Site, account_of};
use orgkit_cloud::{CloudChange, CloudError, HOME_REGION};
use orgkit_model::{Product, Step};

impl<C: CloudChange> Site<'_, C> {
    /// Whether the account is (`appointed`) or is not the administrator of a product.
    pub(super) async fn look_for_product_administrator(
        &self,
        step: &Step,
        product: Product,
        region: Option<&str>,
        appointed: bool,
    ) -> Result<Look, CloudError> {
        const CALLS: [(Product, &str); 4] = [
            (Product::GuardDuty, "guardduty:ListOrganizationAdminAccounts"),
            (Product::SecurityHub, "AWS::SecurityHub::DelegatedAdmin"),
            (Product::Inspector, "inspector2:GetDelegatedAdminAccount"),
            (Product::CloudTrail, "organizations:ListDelegatedServicesForAccount"),
        ];
        let found = self.cloud.product_administrator(&step.by, product, region.unwrap_or(HOME_REGION)).await?;
        let place = region.map(|region| format!(" in {region}")).unwrap_or_default();
        let seen = match &found {
            Some(administrator) => format!("{administrator} is administrator of {product}{place}"),
            None => format!("{product} has no administrator{place}"),
        };
        let calls: Vec<&str> = CALLS.iter().filter(|(of, _)| *of == product).map(|(_, call)| *call).collect();
        Ok(Look::new((found.as_ref() == Some(account_of(step))) == appointed, seen, &calls))
    }

    pub(super) async fn dismiss(&self, step: &Step, product: Product, region: Option<&str>) -> Result<(), CloudError> {
        self.cloud.remove_product_administrator(&step.by, product, region.unwrap_or(HOME_REGION), account_of(step)).await
    }

    /// Appoints the account again. Its members and settings do not come back with it.
    pub(super) async fn appoint(&self, step: &Step, product: Product, region: Option<&str>) -> Result<(), CloudError> {
        self.cloud.appoint_product_administrator(&step.by, product, region.unwrap_or(HOME_REGION), account_of(step)).await
    }
}
