//! [`CloudChange`] over AWS.

use crate::cloud::AwsCloud;
use crate::convert::{self, need, parse};
use crate::error::own_error;
use crate::organizations::understood;
use aws_sdk_iam::types::Role;
use aws_sdk_organizations::types::{HandshakeParty, HandshakePartyType, PolicyType as SdkPolicyType};
use orgkit_cloud::{
    ADMINISTRATOR_ACCESS, CloudChange, CloudError, CloudPrepare, ErrorClass, MADE_BY_ORGKIT, closed_trust_policy, split_role, trust_policy,
};
use orgkit_model::{AccountId, Handshake, HandshakeId, ParentId, PolicyId, PolicyType, Unit, UnitId};
use serde_json::json;

const STACK_SET: &str = "AWS::CloudFormation::StackSet";

impl CloudChange for AwsCloud {
    async fn invite(&self, by: &AccountId, account: &AccountId, notes: &str) -> Result<Handshake, CloudError> {
        const OPERATION: &str = "organizations:InviteAccountToOrganization";
        let client = self.organizations(by).await?;
        let target = HandshakeParty::builder()
            .id(account.as_str())
            .r#type(HandshakePartyType::Account)
            .build()
            .map_err(|error| own_error(ErrorClass::Fatal, by, OPERATION, None, error.to_string()))?;
        let call = || client.invite_account_to_organization().target(target.clone()).notes(notes).send();
        let answer = self.changing(by, OPERATION, call).await?;
        understood(by, OPERATION, need("Handshake", answer.handshake()).and_then(convert::handshake))
    }

    async fn accept(&self, by: &AccountId, handshake: &HandshakeId) -> Result<Handshake, CloudError> {
        const OPERATION: &str = "organizations:AcceptHandshake";
        let client = self.organizations(by).await?;
        let answer = self.changing(by, OPERATION, || client.accept_handshake().handshake_id(handshake.as_str()).send()).await?;
        understood(by, OPERATION, need("Handshake", answer.handshake()).and_then(convert::handshake))
    }

    async fn move_account(&self, by: &AccountId, account: &AccountId, from: &ParentId, to: &ParentId) -> Result<(), CloudError> {
        let client = self.organizations(by).await?;
        let call = || {
            let call = client.move_account().account_id(account.as_str());
            call.source_parent_id(from.as_str()).destination_parent_id(to.as_str()).send()
        };
        self.changing(by, "organizations:MoveAccount", call).await.map(drop)
    }

    async fn create_unit(&self, by: &AccountId, parent: &ParentId, name: &str) -> Result<Unit, CloudError> {
        const OPERATION: &str = "organizations:CreateOrganizationalUnit";
        let client = self.organizations(by).await?;
        let call = || client.create_organizational_unit().parent_id(parent.as_str()).name(name).send();
        let answer = self.changing(by, OPERATION, call).await?;
        let unit = need("OrganizationalUnit", answer.organizational_unit()).and_then(|unit| convert::unit(unit, parent));
        understood(by, OPERATION, unit)
    }

    async fn create_policy(&self, by: &AccountId, kind: PolicyType, name: &str, content: &str) -> Result<PolicyId, CloudError> {
        const OPERATION: &str = "organizations:CreatePolicy";
        let client = self.organizations(by).await?;
        let call = || {
            let call = client.create_policy().r#type(SdkPolicyType::from(kind.as_str()));
            call.name(name).description(MADE_BY_ORGKIT).content(content).send()
        };
        let answer = self.changing(by, OPERATION, call).await?;
        let id = answer.policy().and_then(|policy| policy.policy_summary()).and_then(|summary| summary.id());
        understood(by, OPERATION, parse("PolicySummary.Id", id))
    }

    async fn update_policy(&self, by: &AccountId, policy: &PolicyId, content: &str) -> Result<(), CloudError> {
        let client = self.organizations(by).await?;
        let call = || client.update_policy().policy_id(policy.as_str()).content(content).send();
        self.changing(by, "organizations:UpdatePolicy", call).await.map(drop)
    }

    async fn attach_policy(&self, by: &AccountId, policy: &PolicyId, target: &str) -> Result<(), CloudError> {
        let client = self.organizations(by).await?;
        let call = || client.attach_policy().policy_id(policy.as_str()).target_id(target).send();
        self.changing(by, "organizations:AttachPolicy", call).await.map(drop)
    }

    async fn deregister_delegated_administrator(&self, by: &AccountId, account: &AccountId, service: &str) -> Result<(), CloudError> {
        let client = self.organizations(by).await?;
        let call = || client.deregister_delegated_administrator().account_id(account.as_str()).service_principal(service).send();
        self.changing(by, "organizations:DeregisterDelegatedAdministrator", call).await.map(drop)
    }

    async fn delete_organization(&self, by: &AccountId) -> Result<(), CloudError> {
        let client = self.organizations(by).await?;
        self.changing(by, "organizations:DeleteOrganization", || client.delete_organization().send()).await.map(drop)
    }

    async fn retain_stacks(&self, by: &AccountId, region: &str, stack_set: &str) -> Result<(), CloudError> {
        self.set_retention(by, region, stack_set, true).await
    }

    async fn release_stacks(&self, by: &AccountId, region: &str, stack_set: &str) -> Result<(), CloudError> {
        self.set_retention(by, region, stack_set, false).await
    }

    async fn cancel_invitation(&self, by: &AccountId, handshake: &HandshakeId) -> Result<(), CloudError> {
        let client = self.organizations(by).await?;
        let call = || client.cancel_handshake().handshake_id(handshake.as_str()).send();
        self.changing(by, "organizations:CancelHandshake", call).await.map(drop)
    }

    async fn delete_unit(&self, by: &AccountId, unit: &UnitId) -> Result<(), CloudError> {
        let client = self.organizations(by).await?;
        let call = || client.delete_organizational_unit().organizational_unit_id(unit.as_str()).send();
        self.changing(by, "organizations:DeleteOrganizationalUnit", call).await.map(drop)
    }

    async fn detach_policy(&self, by: &AccountId, policy: &PolicyId, target: &str) -> Result<(), CloudError> {
        let client = self.organizations(by).await?;
        let call = || client.detach_policy().policy_id(policy.as_str()).target_id(target).send();
        self.changing(by, "organizations:DetachPolicy", call).await.map(drop)
    }

    async fn delete_policy(&self, by: &AccountId, policy: &PolicyId) -> Result<(), CloudError> {
        let client = self.organizations(by).await?;
        self.changing(by, "organizations:DeletePolicy", || client.delete_policy().policy_id(policy.as_str()).send()).await.map(drop)
    }

    async fn register_delegated_administrator(&self, by: &AccountId, account: &AccountId, service: &str) -> Result<(), CloudError> {
        let client = self.organizations(by).await?;
        let call = || client.register_delegated_administrator().account_id(account.as_str()).service_principal(service).send();
        self.changing(by, "organizations:RegisterDelegatedAdministrator", call).await.map(drop)
    }

    async fn delete_access_role(&self, by: &AccountId, role: &str) -> Result<(), CloudError> {
        let Some(found) = self.role(by, role).await? else { return Ok(()) };
        if found.description() != Some(MADE_BY_ORGKIT) {
            let message = format!("role {role} was there before orgkit, and is left as it is");
            return Err(own_error(ErrorClass::Refused, by, "iam:DeleteRole", Some("NotMadeByOrgkit"), message));
        }
        let client: aws_sdk_iam::Client = self.client(by, None).await?;
        let (_, name) = split_role(role);
        let call = || client.detach_role_policy().role_name(name).policy_arn(ADMINISTRATOR_ACCESS).send();
        unless_gone(self.changing(by, "iam:DetachRolePolicy", call).await)?;
        unless_gone(self.changing(by, "iam:DeleteRole", || client.delete_role().role_name(name).send()).await)
    }

    async fn set_trust_policy(&self, by: &AccountId, role: &str, document: &str) -> Result<(), CloudError> {
        let client: aws_sdk_iam::Client = self.client(by, None).await?;
        let (_, name) = split_role(role);
        let call = || client.update_assume_role_policy().role_name(name).policy_document(document).send();
        self.changing(by, "iam:UpdateAssumeRolePolicy", call).await.map(drop)
    }

    async fn reset_enabled_baseline(&self, by: &AccountId, region: &str, enabled_baseline: &str) -> Result<(), CloudError> {
        let client: aws_sdk_controltower::Client = self.client(by, Some(region)).await?;
        let call = || client.reset_enabled_baseline().enabled_baseline_identifier(enabled_baseline).send();
        self.changing(by, "controltower:ResetEnabledBaseline", call).await.map(drop)
    }

    async fn put_access_role(&self, by: &AccountId, role: &str, trusted: &AccountId) -> Result<(), CloudError> {
        let client: aws_sdk_iam::Client = self.client(by, None).await?;
        let (path, name) = split_role(role);
        match self.reading(by, "iam:GetRole", || client.get_role().role_name(name).send()).await {
            Ok(_) => {}
            Err(error) if error.is("NoSuchEntity") => {
                let trust = closed_trust_policy(trusted);
                let make = || client.create_role().path(&path).role_name(name).description(MADE_BY_ORGKIT);
                self.changing(by, "iam:CreateRole", || make().assume_role_policy_document(&trust).send()).await?;
            }
            Err(error) => return Err(error),
        }
        let call = || client.attach_role_policy().role_name(name).policy_arn(ADMINISTRATOR_ACCESS).send();
        self.changing(by, "iam:AttachRolePolicy", call).await?;
        let trust = trust_policy(trusted);
        let call = || client.update_assume_role_policy().role_name(name).policy_document(&trust).send();
        self.changing(by, "iam:UpdateAssumeRolePolicy", call).await.map(drop)
    }
}

impl AwsCloud {
    /// A role; `None` where there is none of the name.
    pub(crate) async fn role(&self, by: &AccountId, role: &str) -> Result<Option<Role>, CloudError> {
        let client: aws_sdk_iam::Client = self.client(by, None).await?;
        let (_, name) = split_role(role);
        match self.reading(by, "iam:GetRole", || client.get_role().role_name(name).send()).await {
            Ok(answer) => Ok(answer.role().cloned()),
            Err(error) if error.is("NoSuchEntity") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Says whether a StackSet keeps its stacks when an account leaves, and waits until Cloud Control is done.
    async fn set_retention(&self, by: &AccountId, region: &str, stack_set: &str, retain: bool) -> Result<(), CloudError> {
        let patch = json!([{"op": "add", "path": "/AutoDeployment/RetainStacksOnAccountRemoval", "value": retain}]);
        self.update_resource(by, region, STACK_SET, stack_set, &patch).await
    }
}

/// An answer, or that there was nothing left to take away.
fn unless_gone<T>(answer: Result<T, CloudError>) -> Result<(), CloudError> {
    match answer {
        Err(error) if error.is("NoSuchEntity") => Ok(()),
        answer => answer.map(drop),
    }
}
