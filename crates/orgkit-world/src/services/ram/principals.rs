//! With whom a share is shared, and what that takes.

use super::state::Share;
use super::{PRINCIPAL, not_permitted, unknown};
use crate::ApiError;
use crate::call::Request;
use crate::world::World;
use orgkit_model::AccountId;

/// Resource types that can be shared within an organization only, as they stand in ARNs [RAM User Guide, shareable, as of 2026-11].
const WITHIN_ORGANIZATION: [&str; 4] = [":subnet/", ":security-group/", ":local-gateway-route-table/", ":coip-pool/"];

/// What it takes to give a principal a part in a share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Admission {
    /// Nothing: it is in the owner's organization, or a service.
    Direct,
    /// An invitation that this account accepts.
    Invitation(AccountId),
}

/// Whether a principal may have a part in a share of an owner.
pub(super) fn admit(
    world: &World,
    owner: &AccountId,
    allow_external: bool,
    resources: &[&str],
    principal: &str,
) -> Result<Admission, ApiError> {
    if principal.starts_with("arn:aws:organizations:") {
        return organization(world, owner, principal).map(|()| Admission::Direct);
    }
    if principal.ends_with(".amazonaws.com") {
        return Ok(Admission::Direct);
    }
    let malformed =
        || ApiError::new("InvalidParameterException", format!("Principal ID {principal} is malformed. Verify the ID and try again."));
    let account = account_of(principal).ok_or_else(malformed)?;
    if &account == owner {
        return Err(ApiError::new("InvalidParameterException", "A resource share cannot be shared with its owner."));
    }
    if sharing_enabled(world, owner) && same_organization(world, owner, &account) {
        return Ok(Admission::Direct);
    }
    let is_outside = !same_organization(world, owner, &account);
    if is_outside && !allow_external && world.membership(owner).is_some() {
        let message = format!(
            "Principal ID {principal} is not in your AWS organization, and this resource share does not allow external principals."
        );
        return Err(ApiError::new("InvalidParameterException", message));
    }
    if is_outside {
        check_kinds(resources)?;
    }
    Ok(Admission::Invitation(account))
}

/// Refuses resources that stay within an organization.
pub(super) fn check_kinds(resources: &[&str]) -> Result<(), ApiError> {
    if resources.iter().any(|arn| WITHIN_ORGANIZATION.iter().any(|kind| arn.contains(kind))) {
        return Err(not_permitted("The resource you are attempting to share can only be shared within your AWS Organization."));
    }
    Ok(())
}

/// The owner's organization or a unit of it, when sharing with the organization is enabled. Otherwise RAM does not know it.
fn organization(world: &World, owner: &AccountId, principal: &str) -> Result<(), ApiError> {
    let (_, what) = principal.rsplit_once(':').unwrap_or_default();
    let organization = world.organization_of(owner).filter(|_| sharing_enabled(world, owner));
    let known = organization.is_some_and(|organization| match what.split('/').collect::<Vec<_>>().as_slice() {
        ["organization", id] => *id == organization.id.as_str(),
        ["ou", id, unit] => *id == organization.id.as_str() && organization.parent(unit).is_some(),
        _ => false,
    });
    if known { Ok(()) } else { Err(unknown(&format!("The organization or organizational unit {principal}"))) }
}

/// Whether RAM may share within the organization of an account.
fn sharing_enabled(world: &World, account: &AccountId) -> bool {
    world.organization_of(account).is_some_and(|organization| organization.trusted.contains_key(PRINCIPAL))
}

/// Whether two accounts are in one organization.
pub(super) fn same_organization(world: &World, one: &AccountId, other: &AccountId) -> bool {
    let organization = |account: &AccountId| world.membership(account).map(|membership| &membership.organization);
    organization(one).is_some() && organization(one) == organization(other)
}

/// The account behind a principal: its id, or that in the ARN of a role or user.
pub(super) fn account_of(principal: &str) -> Option<AccountId> {
    let id = if principal.starts_with("arn:aws:iam::") { principal.split(':').nth(4)? } else { principal };
    id.parse().ok()
}

/// Whether a principal is outside the organization of the share's owner. The texts of the API model contradict each other; this is what the
/// name says.
pub(super) fn is_external(world: &World, owner: &AccountId, principal: &str) -> bool {
    match account_of(principal) {
        Some(account) => !same_organization(world, owner, &account),
        None if principal.ends_with(".amazonaws.com") => false,
        None => world.organization_of(owner).is_none_or(|organization| !principal.contains(organization.id.as_str())),
    }
}

/// The principals through which an account has part in shares: itself, its organization, and the units above it.
pub(super) fn names_of(world: &World, account: &AccountId) -> Vec<String> {
    let mut names = vec![account.to_string()];
    if let Some(organization) = world.organization_of(account) {
        let prefix = format!("arn:aws:organizations::{}", organization.management);
        names.push(format!("{prefix}:organization/{}", organization.id));
        names.extend(world.lineage(account).iter().map(|unit| format!("{prefix}:ou/{}/{unit}", organization.id)));
    }
    names
}

/// The shares of others that an account has part in, each once, by ARN.
pub(super) fn shares_with<'w>(world: &'w World, request: &Request<'_>, account: &AccountId) -> Vec<&'w Share> {
    let ram = &world.services.ram;
    let takes_part = |share: &&Share, name: &str| {
        let association = share.principals.get(name);
        share.owner != *account && association.is_some_and(|association| ram.association_status(association, request.now) == "ASSOCIATED")
    };
    let names = names_of(world, account);
    let mut shares: Vec<&Share> = names.iter().flat_map(|name| ram.with_principal(name).filter(|share| takes_part(share, name))).collect();
    shares.retain(|share| share.region == request.region);
    shares.sort_by(|a, b| a.arn.cmp(&b.arn));
    shares.dedup_by(|a, b| a.arn == b.arn);
    shares
}
