//! [`CloudRead`] over AWS.

use crate::access::{ASSUME_ROLE, GET_CALLER_IDENTITY};
use crate::cloud::AwsCloud;
use crate::convert::need;
use crate::error::{cloud_error, own_error};
use crate::facts;
use crate::organizations::understood;
use aws_config::retry::RetryConfig;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityOutput;
use jiff::Timestamp;
use orgkit_cloud::{Access, CloudError, CloudRead, Effect, EnabledBaseline, ErrorClass, EventPage, FACT_KINDS, FactDoc};
use orgkit_model::{Account, AccountId, DelegatedAdministrator, Handshake, Organization, ParentId, Policy, PolicyType, RootId, Unit};
use serde_json::Value;

impl CloudRead for AwsCloud {
    async fn caller_arn(&self, by: &AccountId) -> Result<String, CloudError> {
        if let Some(arn) = self.callers.borrow().get(by) {
            return Ok(arn.clone());
        }
        let client: aws_sdk_sts::Client = self.client(by, None).await?;
        let answer = self.reading(by, GET_CALLER_IDENTITY, || client.get_caller_identity().send()).await?;
        let arn = arn_of(by, &answer)?;
        self.callers.borrow_mut().insert(by.clone(), arn.clone());
        Ok(arn)
    }

    async fn organization(&self, by: &AccountId) -> Result<Option<Organization>, CloudError> {
        self.describe_organization(by).await
    }

    async fn root(&self, by: &AccountId) -> Result<RootId, CloudError> {
        self.root_id(by).await
    }

    async fn accounts(&self, by: &AccountId) -> Result<Vec<Account>, CloudError> {
        self.list_accounts(by).await
    }

    async fn account(&self, by: &AccountId, account: &AccountId) -> Result<Option<Account>, CloudError> {
        self.describe_account(by, account).await
    }

    async fn parent(&self, by: &AccountId, account: &AccountId) -> Result<ParentId, CloudError> {
        self.list_parents(by, account).await
    }

    async fn units_under(&self, by: &AccountId, parent: &ParentId) -> Result<Vec<Unit>, CloudError> {
        self.list_units(by, parent).await
    }

    async fn accounts_under(&self, by: &AccountId, parent: &ParentId) -> Result<Vec<AccountId>, CloudError> {
        self.list_accounts_under(by, parent).await
    }

    async fn policies(&self, by: &AccountId, kind: PolicyType) -> Result<Vec<Policy>, CloudError> {
        self.list_policies(by, kind).await
    }

    async fn policy(&self, by: &AccountId, kind: PolicyType, name: &str) -> Result<Option<Policy>, CloudError> {
        self.policy_by_name(by, kind, name).await
    }

    async fn delegated_administrators(&self, by: &AccountId) -> Result<Vec<DelegatedAdministrator>, CloudError> {
        self.list_delegated_administrators(by).await
    }

    async fn invitations_sent(&self, by: &AccountId) -> Result<Vec<Handshake>, CloudError> {
        self.list_invitations_sent(by).await
    }

    async fn invitations_received(&self, by: &AccountId) -> Result<Vec<Handshake>, CloudError> {
        self.list_invitations_received(by).await
    }

    async fn facts(&self, by: &AccountId, region: Option<&str>, kind: &str) -> Result<Vec<FactDoc>, CloudError> {
        facts::collect(self, by, region, kind).await
    }

    async fn enabled_baselines(&self, by: &AccountId, region: &str, target: &str) -> Result<Vec<EnabledBaseline>, CloudError> {
        let found = facts::control_tower::enabled(self, by, Some(region), Some(target)).await?;
        let status = |doc: &Value| doc.pointer("/statusSummary/status").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(found.into_iter().map(|enabled| EnabledBaseline { status: status(&enabled.doc), arn: enabled.name }).collect())
    }

    async fn role_trust(&self, by: &AccountId, role: &str) -> Result<Option<Value>, CloudError> {
        let found = self.role(by, role).await?;
        Ok(found.and_then(|role| facts::document(role.assume_role_policy_document())))
    }

    async fn events(
        &self,
        by: &AccountId,
        region: &str,
        between: (Timestamp, Timestamp),
        next: Option<String>,
    ) -> Result<EventPage, CloudError> {
        facts::events(self, by, region, between, next).await
    }

    fn fact_kinds(&self) -> &'static [(&'static str, bool)] {
        FACT_KINDS
    }

    fn forget_access(&self, account: &AccountId, access: &Access) {
        self.forget_way(account, access);
    }

    fn offer_access(&self, account: &AccountId, access: Access) {
        self.sessions.offer(account, access);
    }

    fn prefer_access(&self, account: &AccountId, access: Access) {
        self.prefer(account, access);
    }

    /// A role that was made just now may not be known everywhere yet [IAM User Guide, "Changes that I make are not always immediately
    /// visible"], so a refusal is met with patience.
    async fn exercise(&self, account: &AccountId, access: &Access) -> Result<String, CloudError> {
        self.try_access(account, access).await
    }
}

impl AwsCloud {
    /// One try with a session and a client of its own: nothing that was cached can make it look better than it is.
    async fn try_access(&self, account: &AccountId, access: &Access) -> Result<String, CloudError> {
        let operation = if matches!(access, Access::Role { .. }) { ASSUME_ROLE } else { GET_CALLER_IDENTITY };
        let session = self.sessions.fresh(account, access).await?;
        let client = aws_sdk_sts::Client::new(&session.into_builder().retry_config(RetryConfig::disabled()).build());
        let answer = client.get_caller_identity().send().await.map_err(|error| cloud_error(&error, account, operation, Effect::Read))?;
        arn_of(account, &answer)
    }
}

/// The caller's ARN, if it is a caller of the account that was meant.
fn arn_of(by: &AccountId, answer: &GetCallerIdentityOutput) -> Result<String, CloudError> {
    let account = understood(by, GET_CALLER_IDENTITY, need("Account", answer.account()))?;
    let arn = understood(by, GET_CALLER_IDENTITY, need("Arn", answer.arn()))?;
    if account == by.as_str() {
        return Ok(arn.to_owned());
    }
    let message = format!("the credentials meant for account {by} are those of `{arn}` in account {account}");
    Err(own_error(ErrorClass::Credentials, by, GET_CALLER_IDENTITY, Some("AccountMismatch"), message))
}
