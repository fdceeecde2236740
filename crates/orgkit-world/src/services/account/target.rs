//! Which account a call is about, and whether the caller may speak for it.

use crate::ApiError;
use crate::call::Request;
use crate::world::{AccountRecord, World};
use orgkit_model::AccountId;

/// The service principal of Account Management [Account Management Reference Guide, using-orgs-trusted-access].
const PRINCIPAL: &str = "account.amazonaws.com";

/// The account that the call is about: the caller's own, or the one in `AccountId`.
pub(super) fn target<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w AccountRecord, ApiError> {
    match request.text("AccountId") {
        Some(id) => another(world, request, id),
        None => crate::services::own(world, request),
    }
}

/// A member of the caller's organization, for its management account or a delegated administrator. Trusted access and all features are needed,
/// and neither the management account nor a member reaches itself this way.
pub(super) fn another<'w>(world: &'w World, request: &Request<'_>, id: &str) -> Result<&'w AccountRecord, ApiError> {
    let id: AccountId = id.parse().map_err(|_| request.invalid("INVALID_PATTERN", "AccountId must have twelve digits.".to_owned()))?;
    let refuse = |why: &str| {
        let message = format!("User: {} is not authorized to perform this operation on the account. {why}", request.caller.arn);
        ApiError::new("AccessDeniedException", message).with_status(403)
    };
    let caller = &request.caller.account;
    let organization = world.organization_of(caller).ok_or_else(|| refuse("(The account is not in an organization.)"))?;
    let delegated = organization.delegated.get(caller).is_some_and(|services| services.contains_key(PRINCIPAL));
    if &organization.management != caller && !delegated {
        return Err(refuse("(Your organization's management account or a delegated administrator has to ask.)"));
    }
    if organization.feature_set != "ALL" || !organization.trusted.contains_key(PRINCIPAL) {
        return Err(refuse("(Your organization must first enable trusted access with AWS Account Management.)"));
    }
    if organization.management == id {
        return Err(refuse("(The management account can only be managed using the standalone context from the management account.)"));
    }
    let member = world.member(&organization.id, id.as_str()).map(|(record, _)| record);
    member.ok_or_else(|| refuse("(The account is not a member of your organization.)"))
}
