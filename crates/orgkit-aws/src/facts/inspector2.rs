//! Amazon Inspector: who administers it for the organization, and what it scans in the account.

use super::Ask;
use super::doc::{object, text};
use aws_sdk_inspector2::Client;
use aws_sdk_inspector2::types::{AccountState, State};
use orgkit_cloud::{CloudError, ErrorClass, FactDoc};
use serde_json::Value;

/// The delegated administrator, named by its account; nothing where there is none.
pub(super) async fn delegated_administrator(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client: Client = ask.cloud.client(ask.by, ask.region).await?;
    let answer = match ask.cloud.reading(ask.by, ask.kind, || client.get_delegated_admin_account().send()).await {
        Err(error) if error.is("ResourceNotFoundException") => return Ok(Vec::new()),
        answer => answer?,
    };
    let facts = answer.delegated_admin().map(|administrator| {
        let members = object([
            ("accountId", text(administrator.account_id())),
            ("relationshipStatus", text(administrator.relationship_status().map(|status| status.as_str()))),
        ]);
        FactDoc { name: administrator.account_id().unwrap_or_default().to_owned(), doc: object([("delegatedAdmin", Some(members))]) }
    });
    Ok(facts.into_iter().collect())
}

/// The status of the account itself, named by its id.
pub(super) async fn status(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client: Client = ask.cloud.client(ask.by, ask.region).await?;
    let call = || client.batch_get_account_status().account_ids(ask.by.as_str()).send();
    let answer = ask.cloud.reading(ask.by, ask.kind, call).await?;
    if let Some(failed) = answer.failed_accounts().first() {
        return Err(CloudError {
            class: ErrorClass::Refused,
            operation: ask.kind.to_owned(),
            by: ask.by.clone(),
            code: Some(failed.error_code().as_str().to_owned()),
            reason: None,
            message: failed.error_message().to_owned(),
        });
    }
    Ok(answer.accounts().iter().map(|account| FactDoc { name: account.account_id().to_owned(), doc: status_doc(account) }).collect())
}

fn status_doc(account: &AccountState) -> Value {
    let state = |state: Option<&State>| state.map(|state| object([("status", text(Some(state.status().as_str())))]));
    let resources = account
        .resource_state()
        .map(|resources| object([("ec2", state(resources.ec2())), ("ecr", state(resources.ecr())), ("lambda", state(resources.lambda()))]));
    object([("accountId", text(Some(account.account_id()))), ("state", state(account.state())), ("resourceState", resources)])
}
