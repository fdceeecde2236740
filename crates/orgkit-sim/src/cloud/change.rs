//! [`CloudChange`] on the simulator.

use super::convert::{self, parse, text};
use super::{Ask, SimCloud, nothing};
use orgkit_cloud::{
    ADMINISTRATOR_ACCESS, CloudChange, CloudError, CloudPrepare, ErrorClass, MADE_BY_ORGKIT, closed_trust_policy, split_role, trust_policy,
};
use orgkit_model::{AccountId, Handshake, HandshakeId, ParentId, PolicyId, PolicyType, Unit, UnitId};
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
        let input = json!({ "Type": kind, "Name": name, "Description": MADE_BY_ORGKIT, "Content": content });
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
        self.set_retention(by, region, stack_set, true).await
    }

    async fn release_stacks(&self, by: &AccountId, region: &str, stack_set: &str) -> Result<(), CloudError> {
        self.set_retention(by, region, stack_set, false).await
    }

    async fn cancel_invitation(&self, by: &AccountId, handshake: &HandshakeId) -> Result<(), CloudError> {
        self.change(&Ask::organizations(by, "CancelHandshake"), &json!({ "HandshakeId": handshake })).map(drop)
    }

    async fn delete_unit(&self, by: &AccountId, unit: &UnitId) -> Result<(), CloudError> {
        self.change(&Ask::organizations(by, "DeleteOrganizationalUnit"), &json!({ "OrganizationalUnitId": unit })).map(drop)
    }

    async fn detach_policy(&self, by: &AccountId, policy: &PolicyId, target: &str) -> Result<(), CloudError> {
        let input = json!({ "PolicyId": policy, "TargetId": target });
        self.change(&Ask::organizations(by, "DetachPolicy"), &input).map(drop)
    }

    async fn delete_policy(&self, by: &AccountId, policy: &PolicyId) -> Result<(), CloudError> {
        self.change(&Ask::organizations(by, "DeletePolicy"), &json!({ "PolicyId": policy })).map(drop)
    }

    async fn register_delegated_administrator(&self, by: &AccountId, account: &AccountId, service: &str) -> Result<(), CloudError> {
        let input = json!({ "AccountId": account, "ServicePrincipal": service });
        self.change(&Ask::organizations(by, "RegisterDelegatedAdministrator"), &input).map(drop)
    }

    async fn delete_access_role(&self, by: &AccountId, role: &str) -> Result<(), CloudError> {
        let iam = |operation| Ask::of(by, None, "iam", operation);
        let Some(found) = self.role(by, role)? else { return Ok(()) };
        if text(&found, "Description") != Some(MADE_BY_ORGKIT) {
            let message = format!("role {role} was there before orgkit, and is left as it is");
            return Err(iam("DeleteRole").own(ErrorClass::Refused, Some("NotMadeByOrgkit"), message));
        }
        let (_, name) = split_role(role);
        let policy = json!({ "RoleName": name, "PolicyArn": ADMINISTRATOR_ACCESS });
        unless_gone(self.change(&iam("DetachRolePolicy"), &policy))?;
        unless_gone(self.change(&iam("DeleteRole"), &json!({ "RoleName": name })))
    }

    async fn set_trust_policy(&self, by: &AccountId, role: &str, document: &str) -> Result<(), CloudError> {
        let (_, name) = split_role(role);
        let input = json!({ "RoleName": name, "PolicyDocument": document });
        self.change(&Ask::of(by, None, "iam", "UpdateAssumeRolePolicy"), &input).map(drop)
    }

    async fn reset_enabled_baseline(&self, by: &AccountId, region: &str, enabled_baseline: &str) -> Result<(), CloudError> {
        let ask = Ask::of(by, Some(region), "controltower", "ResetEnabledBaseline");
        self.change(&ask, &json!({ "enabledBaselineIdentifier": enabled_baseline })).map(drop)
    }

    async fn put_access_role(&self, by: &AccountId, role: &str, trusted: &AccountId) -> Result<(), CloudError> {
        let (path, name) = split_role(role);
        let iam = |operation| Ask::of(by, None, "iam", operation);
        match self.read(&iam("GetRole"), &json!({ "RoleName": name })) {
            Ok(_) => {}
            Err(error) if error.is("NoSuchEntity") => {
                let trust = closed_trust_policy(trusted);
                let input = json!({ "Path": path, "RoleName": name, "Description": MADE_BY_ORGKIT, "AssumeRolePolicyDocument": trust });
                self.change(&iam("CreateRole"), &input)?;
            }
            Err(error) => return Err(error),
        }
        self.change(&iam("AttachRolePolicy"), &json!({ "RoleName": name, "PolicyArn": ADMINISTRATOR_ACCESS }))?;
        let input: Value = json!({ "RoleName": name, "PolicyDocument": trust_policy(trusted) });
        self.change(&iam("UpdateAssumeRolePolicy"), &input).map(drop)
    }
}

impl SimCloud {
    /// A role; `None` where there is none of the name.
    pub(super) fn role(&self, by: &AccountId, role: &str) -> Result<Option<Value>, CloudError> {
        let (_, name) = split_role(role);
        match self.read(&Ask::of(by, None, "iam", "GetRole"), &json!({ "RoleName": name })) {
            Ok(mut answer) => Ok(answer.get_mut("Role").map(Value::take)),
            Err(error) if error.is("NoSuchEntity") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Says whether a StackSet keeps its stacks when an account leaves, and waits until Cloud Control is done.
    async fn set_retention(&self, by: &AccountId, region: &str, stack_set: &str, retain: bool) -> Result<(), CloudError> {
        let patch = json!([{"op": "add", "path": "/AutoDeployment/RetainStacksOnAccountRemoval", "value": retain}]);
        self.update_resource(by, region, "AWS::CloudFormation::StackSet", stack_set, &patch).await
    }
}

/// An answer, or that there was nothing left to take away.
fn unless_gone(answer: Result<Value, CloudError>) -> Result<(), CloudError> {
    match answer {
        Err(error) if error.is("NoSuchEntity") => Ok(()),
        answer => answer.map(drop),
    }
}
