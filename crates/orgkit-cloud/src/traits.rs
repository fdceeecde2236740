//! The two traits: reading, and changing.
#![expect(async_fn_in_trait, reason = "orgkit runs its futures on one thread; no caller needs `Send`")]

use crate::{Access, CloudError, CloudPrepare};
use jiff::Timestamp;
use orgkit_model::{
    Account, AccountId, DelegatedAdministrator, Handshake, HandshakeId, Organization, ParentId, Policy, PolicyId, PolicyType, RootId, Unit,
    UnitId,
};
use serde_json::Value;

/// The region of Organizations and other global services in the commercial partition.
pub const HOME_REGION: &str = "us-east-1";

/// One fact as a service gave it: its name and its document in AWS's shape.
#[derive(Debug, Clone, PartialEq)]
pub struct FactDoc {
    /// The name that identifies it within account, region and kind.
    pub name: String,
    /// The document.
    pub doc: Value,
}

/// A baseline of Control Tower that an account or unit has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnabledBaseline {
    /// The ARN of the enabled baseline.
    pub arn: String,
    /// How it stands: `SUCCEEDED`, `FAILED` or `UNDER_CHANGE`.
    pub status: String,
}

/// A page of an account's event history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventPage {
    /// The records (`Events[].CloudTrailEvent`), each a JSON object as text, the newest first.
    pub events: Vec<String>,
    /// The token of the next page, if there is one.
    pub next: Option<String>,
}

/// Reading. Nothing here changes anything.
pub trait CloudRead {
    /// `sts:GetCallerIdentity` with the credentials of `by`. Fails with [`orgkit_model::ErrorClass::Credentials`] when the answer names another account.
    async fn caller_arn(&self, by: &AccountId) -> Result<String, CloudError>;
    /// `organizations:DescribeOrganization`; `None` when the account is in no organization.
    async fn organization(&self, by: &AccountId) -> Result<Option<Organization>, CloudError>;
    /// `organizations:ListRoots`.
    async fn root(&self, by: &AccountId) -> Result<RootId, CloudError>;
    /// `organizations:ListAccounts`, all pages.
    async fn accounts(&self, by: &AccountId) -> Result<Vec<Account>, CloudError>;
    /// `organizations:DescribeAccount`; `None` when the organization has no such account.
    async fn account(&self, by: &AccountId, account: &AccountId) -> Result<Option<Account>, CloudError>;
    /// `organizations:ListParents` of an account.
    async fn parent(&self, by: &AccountId, account: &AccountId) -> Result<ParentId, CloudError>;
    /// `organizations:ListOrganizationalUnitsForParent`, all pages.
    async fn units_under(&self, by: &AccountId, parent: &ParentId) -> Result<Vec<Unit>, CloudError>;
    /// `organizations:ListAccountsForParent`, all pages.
    async fn accounts_under(&self, by: &AccountId, parent: &ParentId) -> Result<Vec<AccountId>, CloudError>;
    /// `organizations:ListPolicies`, `DescribePolicy` and `ListTargetsForPolicy`, all pages; empty when the type is not enabled.
    async fn policies(&self, by: &AccountId, kind: PolicyType) -> Result<Vec<Policy>, CloudError>;
    /// The policy of that name: `organizations:ListPolicies`, then `DescribePolicy` and `ListTargetsForPolicy` of that one.
    async fn policy(&self, by: &AccountId, kind: PolicyType, name: &str) -> Result<Option<Policy>, CloudError>;
    /// `organizations:ListDelegatedAdministrators` and `ListDelegatedServicesForAccount`, all pages.
    async fn delegated_administrators(&self, by: &AccountId) -> Result<Vec<DelegatedAdministrator>, CloudError>;
    /// `organizations:ListHandshakesForOrganization` filtered to invitations, all pages.
    async fn invitations_sent(&self, by: &AccountId) -> Result<Vec<Handshake>, CloudError>;
    /// `organizations:ListHandshakesForAccount` filtered to invitations, all pages.
    async fn invitations_received(&self, by: &AccountId) -> Result<Vec<Handshake>, CloudError>;
    /// The facts of one kind in an account and region (`None` for a global service).
    async fn facts(&self, by: &AccountId, region: Option<&str>, kind: &str) -> Result<Vec<FactDoc>, CloudError>;
    /// `controltower:ListEnabledBaselines` of a unit or account, by its ARN, those that it has from its unit included. Empty where the region has
    /// no landing zone.
    async fn enabled_baselines(&self, by: &AccountId, region: &str, target: &str) -> Result<Vec<EnabledBaseline>, CloudError>;
    /// The trust policy of a role (`iam:GetRole`), as JSON; `None` where there is no such role.
    async fn role_trust(&self, by: &AccountId, role: &str) -> Result<Option<Value>, CloudError>;
    /// `cloudtrail:LookupEvents` in a region, one page: the management events from one time to another. `next` is the token of the page before.
    async fn events(
        &self,
        by: &AccountId,
        region: &str,
        between: (Timestamp, Timestamp),
        next: Option<String>,
    ) -> Result<EventPage, CloudError>;
    /// The fact kinds that [`CloudRead::facts`] knows, with whether each is regional.
    fn fact_kinds(&self) -> &'static [(&'static str, bool)];
    /// Adds a way into an account, to be used from now on before those known already.
    fn prefer_access(&self, account: &AccountId, access: Access);
    /// Adds a way into an account, to be used when no other is known.
    fn offer_access(&self, account: &AccountId, access: Access);
    /// Takes a way into an account away, with every session that came by it.
    fn forget_access(&self, account: &AccountId, access: &Access);
    /// Takes a way into an account and asks `sts:GetCallerIdentity` with it, once and with nothing cached: the ARN that it answers. A new role
    /// may need some seconds before AWS lets anybody in by it; waiting is the caller's part.
    async fn exercise(&self, account: &AccountId, access: &Access) -> Result<String, CloudError>;
}

/// Changing. Each call is one change; none is repeated behind the caller's back once it may have had its effect.
pub trait CloudChange: CloudPrepare {
    /// `organizations:InviteAccountToOrganization` by account id, with notes.
    async fn invite(&self, by: &AccountId, account: &AccountId, notes: &str) -> Result<Handshake, CloudError>;
    /// `organizations:AcceptHandshake`.
    async fn accept(&self, by: &AccountId, handshake: &HandshakeId) -> Result<Handshake, CloudError>;
    /// `organizations:MoveAccount`.
    async fn move_account(&self, by: &AccountId, account: &AccountId, from: &ParentId, to: &ParentId) -> Result<(), CloudError>;
    /// `organizations:CreateOrganizationalUnit`.
    async fn create_unit(&self, by: &AccountId, parent: &ParentId, name: &str) -> Result<Unit, CloudError>;
    /// `organizations:CreatePolicy`.
    async fn create_policy(&self, by: &AccountId, kind: PolicyType, name: &str, content: &str) -> Result<PolicyId, CloudError>;
    /// `organizations:UpdatePolicy` of the document.
    async fn update_policy(&self, by: &AccountId, policy: &PolicyId, content: &str) -> Result<(), CloudError>;
    /// `organizations:AttachPolicy`.
    async fn attach_policy(&self, by: &AccountId, policy: &PolicyId, target: &str) -> Result<(), CloudError>;
    /// `organizations:DeregisterDelegatedAdministrator`.
    async fn deregister_delegated_administrator(&self, by: &AccountId, account: &AccountId, service: &str) -> Result<(), CloudError>;
    /// `organizations:DeleteOrganization`. There is no way back.
    async fn delete_organization(&self, by: &AccountId) -> Result<(), CloudError>;
    /// Makes a service-managed StackSet keep its stacks when an account leaves: `cloudcontrol:UpdateResource` of `AWS::CloudFormation::StackSet`.
    async fn retain_stacks(&self, by: &AccountId, region: &str, stack_set: &str) -> Result<(), CloudError>;
    /// Makes a service-managed StackSet delete its stacks again when an account leaves: `cloudcontrol:UpdateResource`. It takes back
    /// [`CloudChange::retain_stacks`].
    async fn release_stacks(&self, by: &AccountId, region: &str, stack_set: &str) -> Result<(), CloudError>;
    /// `organizations:CancelHandshake` by the organization that sent it. It takes back [`CloudChange::invite`].
    async fn cancel_invitation(&self, by: &AccountId, handshake: &HandshakeId) -> Result<(), CloudError>;
    /// `organizations:DeleteOrganizationalUnit`, which AWS refuses unless the unit is empty. It takes back [`CloudChange::create_unit`].
    async fn delete_unit(&self, by: &AccountId, unit: &UnitId) -> Result<(), CloudError>;
    /// `organizations:DetachPolicy`. It takes back [`CloudChange::attach_policy`].
    async fn detach_policy(&self, by: &AccountId, policy: &PolicyId, target: &str) -> Result<(), CloudError>;
    /// `organizations:DeletePolicy`, which AWS refuses while the policy is attached. It takes back [`CloudChange::create_policy`].
    async fn delete_policy(&self, by: &AccountId, policy: &PolicyId) -> Result<(), CloudError>;
    /// `organizations:RegisterDelegatedAdministrator`. It takes back [`CloudChange::deregister_delegated_administrator`].
    async fn register_delegated_administrator(&self, by: &AccountId, account: &AccountId, service: &str) -> Result<(), CloudError>;
    /// `iam:DetachRolePolicy` of `AdministratorAccess` and `iam:DeleteRole`; a role that is gone already is no error. It takes back
    /// [`CloudChange::put_access_role`], so a role that it did not make ([`crate::MADE_BY_ORGKIT`]) is refused with the code `NotMadeByOrgkit`.
    async fn delete_access_role(&self, by: &AccountId, role: &str) -> Result<(), CloudError>;
    /// `iam:UpdateAssumeRolePolicy`.
    async fn set_trust_policy(&self, by: &AccountId, role: &str, document: &str) -> Result<(), CloudError>;
    /// `controltower:ResetEnabledBaseline` of a unit's enabled baseline, by its ARN: accounts that were moved into the unit get what they
    /// lack. It returns when the operation has begun; [`CloudRead::enabled_baselines`] of an account tells how it ends.
    async fn reset_enabled_baseline(&self, by: &AccountId, region: &str, enabled_baseline: &str) -> Result<(), CloudError>;
    /// `iam:CreateRole` where there is none, `iam:AttachRolePolicy` of `AdministratorAccess`, and at last `iam:UpdateAssumeRolePolicy` so that it
    /// trusts an account: whoever gets in by it can do what it is for, wherever this broke off before. A role that orgkit makes says so in its
    /// description.
    async fn put_access_role(&self, by: &AccountId, role: &str, trusted: &AccountId) -> Result<(), CloudError>;
}
