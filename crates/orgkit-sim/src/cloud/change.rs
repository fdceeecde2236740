//! [`CloudChange`] on the simulator.

use super::convert::{self, parse};
use super::{Ask, SimCloud, nothing};
use orgkit_cloud::{ADMINISTRATOR_ACCESS, CloudChange, CloudError, CloudPrepare, split_role, trust_policy};
use orgkit_model::{AccountId, Handshake, HandshakeId, ParentId, PolicyId, PolicyType, Unit};
use serde_json::{Value, json};

impl CloudChange for SimCloud {
    async fn invite(&self, by: &AccountId, account: &AccountId, notes: &str) -> Result<Handshake, CloudError> {
        let ask = Ask::organizations(by, "InviteAccountToOrganization");
        let answer = self.change(&ask, &json!({ "Target": { "Id": account, "Type": "ACCOUNT" }, "Notes": notes }))?;
        convert::handshake(&ask, &answer["Handshake"])
    }

    async fn accept(&self, by: &AccountId, handshake: &HandshakeId) -> Result<Handshake, CloudError> {
        let ask = Ask::organizations(by, "AcceptHandshake");
        let answer = self.change(&ask, &json!({ "HandshakeId": handshake }))?;
        convert::handshake(&ask, &answer["Handshake"])
    }

    async fn move_account(&self, by: &AccountId, account: &AccountId, from: &ParentId, to: &ParentId) -> Result<(), CloudError> {
        let input = json!({ "AccountId": account, "SourceParentId": from, "DestinationParentId": to });
        self.change(&Ask::organizations(by, "MoveAccount"), &input).map(drop)
    }

    async fn create_unit(&self, by: &AccountId, parent: &ParentId, name: &str) -> Result<Unit, CloudError> {
        let ask = Ask::organizations(by, "CreateOrganizationalUnit");
        let answer = self.change(&ask, &json!({ "ParentId": parent, "Name": name }))?;
        convert::unit(&ask, &answer["OrganizationalUnit"], parent)
    }

    async fn create_policy(&self, by: &AccountId, kind: PolicyType, name: &str, content: &str) -> Result<PolicyId, CloudError> {
        let ask = Ask::organizations(by, "CreatePolicy");
        let input = json!({ "Type": kind, "Name": name, "Description": "Made by orgkit", "Content": content });
        parse(&ask, &self.change(&ask, &input)?["Policy"]["PolicySummary"], "Id")
    }

    async fn update_policy(&self, by: &AccountId, policy: &PolicyId, content: &str) -> Result<(), CloudError> {
        let input = json!({ "PolicyId": policy, "Content": content });
        self.change(&Ask::organizations(by, "UpdatePolicy"), &input).map(drop)
    }

    async fn attach_policy(&self, by: &AccountId, policy: &PolicyId, target: &str) -> Result<(), CloudError> {
        let input = json!({ "PolicyId": policy, "TargetId": target });
        self.change(&Ask::organizations(by, "AttachPolicy"), &input).map(drop)
    }

    async fn deregister_delegated_administrator(&self, by: &AccountId, account: &AccountId, service: &str) -> Result<(), CloudError> {
        let input = json!({ "AccountId": account, "ServicePrincipal": service });
        self.change(&Ask::organizations(by, "DeregisterDelegatedAdministrator"), &input).map(drop)
    }

    async fn delete_organization(&self, by: &AccountId) -> Result<(), CloudError> {
        self.change(&Ask::organizations(by, "DeleteOrganization"), &nothing()).map(drop)
    }

    async fn retain_stacks(&self, by: &AccountId, region: &str, stack_set: &str) -> Result<(), CloudError> {
        let patch = json!([{"op": "add", "path": "/AutoDeployment/RetainStacksOnAccountRemoval", "value": true}]);
        self.update_resource(by, region, "AWS::CloudFormation::StackSet", stack_set, &patch).await
    }

    async fn put_access_role(&self, by: &AccountId, role: &str, trusted: &AccountId) -> Result<(), CloudError> {
        let (path, name) = split_role(role);
        let iam = |operation| Ask::of(by, None, "iam", operation);
        let trust = trust_policy(trusted);
        match self.read(&iam("GetRole"), &json!({ "RoleName": name })) {
            Ok(_) => self.change(&iam("UpdateAssumeRolePolicy"), &json!({ "RoleName": name, "PolicyDocument": trust }))?,
            Err(error) if error.is("NoSuchEntity") => {
                let input = json!({ "Path": path, "RoleName": name, "AssumeRolePolicyDocument": trust });
                self.change(&iam("CreateRole"), &input)?
            }
            Err(error) => return Err(error),
        };
        let input: Value = json!({ "RoleName": name, "PolicyArn": ADMINISTRATOR_ACCESS });
        self.change(&iam("AttachRolePolicy"), &input).map(drop)
    }
}
