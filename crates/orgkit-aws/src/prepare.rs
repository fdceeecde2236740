//! [`CloudPrepare`] over AWS.

use crate::cloud::AwsCloud;
use crate::convert::{need, parse};
use crate::facts::{document, resources};
use crate::guardduty;
use crate::organizations::{pages, understood};
use crate::resources::Change;
use aws_sdk_ram::types::{
    ResourceOwner, ResourceShareAssociationType, ResourceShareConfiguration, ResourceShareInvitationStatus, ResourceShareStatus,
};
use orgkit_cloud::{CloudError, CloudPrepare, CloudRead, NewShare, SECURITY_HUB_ADMINISTRATOR, Share};
use orgkit_model::{AccountId, Product};
use serde_json::{Value, json};

const GET_SHARES: &str = "ram:GetResourceShares";
const GET_ASSOCIATIONS: &str = "ram:GetResourceShareAssociations";

impl CloudPrepare for AwsCloud {
    async fn resource(&self, by: &AccountId, region: &str, type_name: &str, identifier: &str) -> Result<Option<Value>, CloudError> {
        let client: aws_sdk_cloudcontrol::Client = self.client(by, Some(region)).await?;
        let call = || client.get_resource().type_name(type_name).identifier(identifier).send();
        match self.reading(by, "cloudformation:GetResource", call).await {
            Ok(answer) => Ok(answer.resource_description().and_then(|resource| document(resource.properties()))),
            Err(error) if error.is("ResourceNotFoundException") => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn update_resource(
        &self,
        by: &AccountId,
        region: &str,
        type_name: &str,
        identifier: &str,
        patch: &Value,
    ) -> Result<(), CloudError> {
        self.change_resource(by, region, type_name, &Change::Update { identifier, patch }).await
    }

    async fn product_administrator(&self, by: &AccountId, product: Product, region: &str) -> Result<Option<AccountId>, CloudError> {
        match product {
            Product::GuardDuty => guardduty::administrator(self, by, region).await,
            Product::SecurityHub => Ok(self.hub_administrator(by, region).await?.map(|(_, account)| account)),
            Product::Inspector => {
                const OPERATION: &str = "inspector2:GetDelegatedAdminAccount";
                let client: aws_sdk_inspector2::Client = self.client(by, Some(region)).await?;
                match self.reading(by, OPERATION, || client.get_delegated_admin_account().send()).await {
                    Ok(answer) => {
                        let administrator = answer.delegated_admin().and_then(|found| found.account_id());
                        understood(by, OPERATION, parse("accountId", administrator)).map(Some)
                    }
                    Err(error) if error.is("ResourceNotFoundException") => Ok(None),
                    Err(error) => Err(error),
                }
            }
            Product::CloudTrail => {
                let all = self.delegated_administrators(by).await?;
                let its = |service: &String| service == product.principal();
                Ok(all.into_iter().find(|one| one.services.iter().any(its)).map(|one| one.account))
            }
        }
    }

    async fn remove_product_administrator(
        &self,
        by: &AccountId,
        product: Product,
        region: &str,
        account: &AccountId,
    ) -> Result<(), CloudError> {
        match product {
            Product::GuardDuty => guardduty::remove(self, by, region, account).await,
            Product::SecurityHub => {
                let Some((identifier, _)) = self.hub_administrator(by, region).await? else { return Ok(()) };
                self.change_resource(by, region, SECURITY_HUB_ADMINISTRATOR, &Change::Delete { identifier: &identifier }).await
            }
            Product::Inspector => {
                let client: aws_sdk_inspector2::Client = self.client(by, Some(region)).await?;
                let call = || client.disable_delegated_admin_account().delegated_admin_account_id(account.as_str()).send();
                self.changing(by, "inspector2:DisableDelegatedAdminAccount", call).await.map(drop)
            }
            Product::CloudTrail => {
                let client: aws_sdk_cloudtrail::Client = self.client(by, Some(region)).await?;
                let call = || client.deregister_organization_delegated_admin().delegated_admin_account_id(account.as_str()).send();
                self.changing(by, "cloudtrail:DeregisterOrganizationDelegatedAdmin", call).await.map(drop)
            }
        }
    }

    async fn appoint_product_administrator(
        &self,
        by: &AccountId,
        product: Product,
        region: &str,
        account: &AccountId,
    ) -> Result<(), CloudError> {
        match product {
            Product::GuardDuty => guardduty::appoint(self, by, region, account).await,
            Product::SecurityHub => {
                let state = json!({ "AdminAccountId": account });
                self.change_resource(by, region, SECURITY_HUB_ADMINISTRATOR, &Change::Create { subject: account.as_str(), state: &state })
                    .await
            }
            Product::Inspector => {
                let client: aws_sdk_inspector2::Client = self.client(by, Some(region)).await?;
                let call = || client.enable_delegated_admin_account().delegated_admin_account_id(account.as_str()).send();
                self.changing(by, "inspector2:EnableDelegatedAdminAccount", call).await.map(drop)
            }
            Product::CloudTrail => {
                let client: aws_sdk_cloudtrail::Client = self.client(by, Some(region)).await?;
                let call = || client.register_organization_delegated_admin().member_account_id(account.as_str()).send();
                self.changing(by, "cloudtrail:RegisterOrganizationDelegatedAdmin", call).await.map(drop)
            }
        }
    }

    async fn share(&self, by: &AccountId, region: &str, name: &str) -> Result<Option<Share>, CloudError> {
        let client: aws_sdk_ram::Client = self.client(by, Some(region)).await?;
        let list = || {
            let list = client.get_resource_shares().resource_owner(ResourceOwner::SelfValue);
            list.name(name).resource_share_status(ResourceShareStatus::Active)
        };
        let mut found = pages!(self, by, GET_SHARES, list(), resource_shares);
        found.sort_by(|a, b| a.resource_share_arn().cmp(&b.resource_share_arn()));
        let Some(share) = found.first() else { return Ok(None) };
        let arn: String = understood(by, GET_SHARES, need("resourceShareArn", share.resource_share_arn()))?.to_owned();
        let associated = |kind| client.get_resource_share_associations().association_type(kind).resource_share_arns(&arn);
        let parts = pages!(self, by, GET_ASSOCIATIONS, associated(ResourceShareAssociationType::Principal), resource_share_associations);
        let contents = pages!(self, by, GET_ASSOCIATIONS, associated(ResourceShareAssociationType::Resource), resource_share_associations);
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let mut principals: Vec<(String, String)> =
            parts.iter().map(|one| (text(one.associated_entity()), text(one.status().map(|status| status.as_str())))).collect();
        let mut shared: Vec<String> = contents.iter().map(|one| text(one.associated_entity())).collect();
        principals.sort();
        shared.sort();
        let configuration = share.resource_share_configuration();
        let retained = configuration.and_then(ResourceShareConfiguration::retain_sharing_on_account_leave_organization);
        Ok(Some(Share { retained: retained == Some(true), principals, resources: shared, arn }))
    }

    async fn create_share(&self, by: &AccountId, region: &str, share: &NewShare<'_>) -> Result<String, CloudError> {
        const OPERATION: &str = "ram:CreateResourceShare";
        let client: aws_sdk_ram::Client = self.client(by, Some(region)).await?;
        let principals: Vec<String> = share.principals.iter().map(ToString::to_string).collect();
        let configuration = ResourceShareConfiguration::builder().retain_sharing_on_account_leave_organization(true).build();
        let call = || {
            let call = client.create_resource_share().name(share.name).allow_external_principals(true);
            let call = call.set_resource_arns(Some(share.resources.to_vec())).set_principals(Some(principals.clone()));
            call.resource_share_configuration(configuration.clone()).send()
        };
        let answer = self.changing(by, OPERATION, call).await?;
        let arn = answer.resource_share().and_then(|share| share.resource_share_arn());
        understood(by, OPERATION, need("resourceShareArn", arn)).map(str::to_owned)
    }

    async fn delete_share(&self, by: &AccountId, region: &str, arn: &str) -> Result<(), CloudError> {
        let client: aws_sdk_ram::Client = self.client(by, Some(region)).await?;
        self.changing(by, "ram:DeleteResourceShare", || client.delete_resource_share().resource_share_arn(arn).send()).await.map(drop)
    }

    async fn accept_share(&self, by: &AccountId, region: &str, share: &str) -> Result<bool, CloudError> {
        const OPERATION: &str = "ram:GetResourceShareInvitations";
        let client: aws_sdk_ram::Client = self.client(by, Some(region)).await?;
        let list = || client.get_resource_share_invitations().resource_share_arns(share);
        let received = pages!(self, by, OPERATION, list(), resource_share_invitations);
        let pending = received.iter().find(|invitation| invitation.status() == Some(&ResourceShareInvitationStatus::Pending));
        let Some(pending) = pending else { return Ok(false) };
        let arn = understood(by, OPERATION, need("resourceShareInvitationArn", pending.resource_share_invitation_arn()))?;
        let call = || client.accept_resource_share_invitation().resource_share_invitation_arn(arn).send();
        self.changing(by, "ram:AcceptResourceShareInvitation", call).await.map(|_| true)
    }
}

impl AwsCloud {
    /// The administrator of Security Hub in a region, with the identifier of the resource that says so.
    async fn hub_administrator(&self, by: &AccountId, region: &str) -> Result<Option<(String, AccountId)>, CloudError> {
        let found = resources(self, by, region, SECURITY_HUB_ADMINISTRATOR).await?;
        let Some(found) = found.into_iter().next() else { return Ok(None) };
        let account = found.doc.get("AdminAccountId").and_then(Value::as_str);
        let account = understood(by, "cloudformation:GetResource", parse("AdminAccountId", account))?;
        Ok(Some((found.name, account)))
    }
}
