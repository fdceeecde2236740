//! [`CloudPrepare`] on the simulator.

use super::convert::{parse, text};
use super::facts::{document, listed_resources};
use super::{Ask, SimCloud, guardduty, resources};
use orgkit_cloud::{CloudError, CloudPrepare, CloudRead, NewShare, SECURITY_HUB_ADMINISTRATOR, Share};
use orgkit_model::{AccountId, Product};
use serde_json::{Value, json};

impl CloudPrepare for SimCloud {
    async fn resource(&self, by: &AccountId, region: &str, type_name: &str, identifier: &str) -> Result<Option<Value>, CloudError> {
        let input = json!({ "TypeName": type_name, "Identifier": identifier });
        match self.read(&Ask::of(by, Some(region), "cloudcontrol", "GetResource"), &input) {
            Ok(answer) => Ok(document(answer.pointer("/ResourceDescription/Properties"))),
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
        let input = json!({ "TypeName": type_name, "Identifier": identifier, "PatchDocument": patch.to_string() });
        resources::changed(self, &Ask::of(by, Some(region), "cloudcontrol", "UpdateResource"), &input, identifier)
    }

    async fn product_administrator(&self, by: &AccountId, product: Product, region: &str) -> Result<Option<AccountId>, CloudError> {
        match product {
            Product::GuardDuty => guardduty::administrator(self, by, region),
            Product::SecurityHub => Ok(self.hub_administrator(by, region)?.map(|(_, account)| account)),
            Product::Inspector => {
                let ask = Ask::of(by, Some(region), "inspector2", "GetDelegatedAdminAccount");
                match self.read(&ask, &super::nothing()) {
                    Ok(answer) => parse(&ask, &answer["delegatedAdmin"], "accountId").map(Some),
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
        let ask = |service, operation| Ask::of(by, Some(region), service, operation);
        match product {
            Product::GuardDuty => guardduty::remove(self, by, region, account),
            Product::SecurityHub => {
                let Some((identifier, _)) = self.hub_administrator(by, region)? else { return Ok(()) };
                let input = json!({ "TypeName": SECURITY_HUB_ADMINISTRATOR, "Identifier": identifier });
                resources::changed(self, &ask("cloudcontrol", "DeleteResource"), &input, &identifier)
            }
            Product::Inspector => {
                let input = json!({ "delegatedAdminAccountId": account });
                self.change(&ask("inspector2", "DisableDelegatedAdminAccount"), &input).map(drop)
            }
            Product::CloudTrail => {
                let input = json!({ "DelegatedAdminAccountId": account });
                self.change(&ask("cloudtrail", "DeregisterOrganizationDelegatedAdmin"), &input).map(drop)
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
        let ask = |service, operation| Ask::of(by, Some(region), service, operation);
        match product {
            Product::GuardDuty => {
                let input = json!({ "adminAccountId": account });
                self.change(&ask("guardduty", "EnableOrganizationAdminAccount"), &input).map(drop)
            }
            Product::SecurityHub => {
                let state = json!({ "AdminAccountId": account }).to_string();
                let input = json!({ "TypeName": SECURITY_HUB_ADMINISTRATOR, "DesiredState": state });
                resources::changed(self, &ask("cloudcontrol", "CreateResource"), &input, account.as_str())
            }
            Product::Inspector => {
                let input = json!({ "delegatedAdminAccountId": account });
                self.change(&ask("inspector2", "EnableDelegatedAdminAccount"), &input).map(drop)
            }
            Product::CloudTrail => {
                let input = json!({ "MemberAccountId": account });
                self.change(&ask("cloudtrail", "RegisterOrganizationDelegatedAdmin"), &input).map(drop)
            }
        }
    }

    async fn share(&self, by: &AccountId, region: &str, name: &str) -> Result<Option<Share>, CloudError> {
        let ask = Ask::of(by, Some(region), "ram", "GetResourceShares");
        let input = json!({ "resourceOwner": "SELF", "name": name, "resourceShareStatus": "ACTIVE" });
        let mut found = self.pages(&ask, input, "resourceShares", "nextToken")?;
        found.sort_by(|a, b| text(a, "resourceShareArn").cmp(&text(b, "resourceShareArn")));
        let Some(share) = found.first() else { return Ok(None) };
        let arn = super::convert::need(&ask, share, "resourceShareArn")?.to_owned();
        let ask = Ask::of(by, Some(region), "ram", "GetResourceShareAssociations");
        let associations = |kind: &str| {
            let input = json!({ "associationType": kind, "resourceShareArns": [arn] });
            self.pages(&ask, input, "resourceShareAssociations", "nextToken")
        };
        let member = |value: &Value, name: &str| text(value, name).unwrap_or_default().to_owned();
        let mut principals: Vec<(String, String)> =
            associations("PRINCIPAL")?.iter().map(|one| (member(one, "associatedEntity"), member(one, "status"))).collect();
        let mut shared: Vec<String> = associations("RESOURCE")?.iter().map(|one| member(one, "associatedEntity")).collect();
        principals.sort();
        shared.sort();
        let retained = share.pointer("/resourceShareConfiguration/retainSharingOnAccountLeaveOrganization").and_then(Value::as_bool);
        Ok(Some(Share { arn: arn.clone(), retained: retained == Some(true), principals, resources: shared }))
    }

    async fn create_share(&self, by: &AccountId, region: &str, share: &NewShare<'_>) -> Result<String, CloudError> {
        let ask = Ask::of(by, Some(region), "ram", "CreateResourceShare");
        let input = json!({
            "name": share.name,
            "resourceArns": share.resources,
            "principals": share.principals,
            "allowExternalPrincipals": true,
            "resourceShareConfiguration": { "retainSharingOnAccountLeaveOrganization": true },
        });
        parse(&ask, &self.change(&ask, &input)?["resourceShare"], "resourceShareArn")
    }

    async fn delete_share(&self, by: &AccountId, region: &str, arn: &str) -> Result<(), CloudError> {
        self.change(&Ask::of(by, Some(region), "ram", "DeleteResourceShare"), &json!({ "resourceShareArn": arn })).map(drop)
    }

    async fn accept_share(&self, by: &AccountId, region: &str, share: &str) -> Result<bool, CloudError> {
        let ask = Ask::of(by, Some(region), "ram", "GetResourceShareInvitations");
        let received = self.pages(&ask, json!({ "resourceShareArns": [share] }), "resourceShareInvitations", "nextToken")?;
        let Some(pending) = received.iter().find(|invitation| text(invitation, "status") == Some("PENDING")) else { return Ok(false) };
        let input = json!({ "resourceShareInvitationArn": pending["resourceShareInvitationArn"] });
        self.change(&Ask::of(by, Some(region), "ram", "AcceptResourceShareInvitation"), &input).map(|_| true)
    }
}

impl SimCloud {
    /// The administrator of Security Hub in a region, with the identifier of the resource that says so.
    fn hub_administrator(&self, by: &AccountId, region: &str) -> Result<Option<(String, AccountId)>, CloudError> {
        let found = listed_resources(self, by, region, SECURITY_HUB_ADMINISTRATOR)?;
        let ask = Ask::of(by, Some(region), "cloudcontrol", "GetResource");
        found.first().map(|one| Ok((one.name.clone(), parse(&ask, &one.doc, "AdminAccountId")?))).transpose()
    }
}
