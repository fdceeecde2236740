//! The administrator of Security Hub as Cloud Control shows it: a resource of the type `AWS::SecurityHub::DelegatedAdmin`, in the management
//! account [CloudFormation Template Reference, AWS::SecurityHub::DelegatedAdmin]. That its identifier is the administrator's account and the region
//! is unconfirmed.

use crate::ApiError;
use crate::call::Request;
use crate::services::securityhub;
use crate::world::World;
use serde_json::{Value, json};

/// The type.
pub(super) const KIND: &str = "AWS::SecurityHub::DelegatedAdmin";

/// Its identifiers in the caller's organization and the region: one at most.
pub(super) fn listed(world: &World, request: &Request<'_>) -> Vec<String> {
    administrator(world, request).into_iter().map(|account| identifier(&account, request.region)).collect()
}

/// Its properties.
pub(super) fn properties(world: &World, request: &Request<'_>, wanted: &str) -> Option<Value> {
    let account = administrator(world, request).filter(|account| identifier(account, request.region) == wanted)?;
    Some(json!({ "AdminAccountId": account, "DelegatedAdminIdentifier": wanted, "Status": "ENABLED" }))
}

/// Appoints an account. Returns the identifier.
pub(super) fn create(world: &mut World, request: &Request<'_>, account: &str) -> Result<String, ApiError> {
    let input = json!({ "AdminAccountId": account });
    securityhub::appoint(world, &Request { input: &input, ..*request }).map_err(handled)?;
    Ok(identifier(account, request.region))
}

/// Dismisses the administrator.
pub(super) fn delete(world: &mut World, request: &Request<'_>, wanted: &str) -> Result<(), ApiError> {
    let input = json!({ "AdminAccountId": wanted.split('/').next() });
    securityhub::dismiss(world, &Request { input: &input, ..*request }).map_err(handled).map(drop)
}

fn administrator(world: &World, request: &Request<'_>) -> Option<String> {
    securityhub::administrator(world, request).map(str::to_owned)
}

fn identifier(account: &str, region: &str) -> String {
    format!("{account}/{region}")
}

/// What the service refuses, Cloud Control hands on in its own error.
fn handled(error: ApiError) -> ApiError {
    ApiError::new("GeneralServiceException", error.message)
}
