//! What becomes of shares when an account leaves its organization.

use super::principals::{account_of, names_of, same_organization};
use super::state::Association;
use crate::world::World;
use orgkit_model::{AccountId, OrganizationId};

/// An account is leaving: it loses what was shared with it in the organization, and the others lose what it shared, unless the share retains
/// (`retainSharingOnAccountLeaveOrganization`). Parts that were accepted by invitation do not hang on an organization and stay.
///
/// RAM's pages speak of the consumer's leaving only; that the owner's is treated alike is unconfirmed, and so is that an account which had a
/// retaining share through its organization or unit is a principal of its own afterwards.
pub(crate) fn left(world: &mut World, account: &AccountId, organization: &OrganizationId) {
    consumer(world, account);
    owner(world, account, organization);
}

fn consumer(world: &mut World, account: &AccountId) {
    let (mut lost, mut kept) = (Vec::new(), Vec::new());
    for name in names_of(world, account) {
        for share in world.services.ram.with_principal(&name).filter(|share| same_organization(world, &share.owner, account)) {
            let Some(association) = share.principals.get(&name).filter(|association| association.invitation.is_none()) else { continue };
            match (share.retain, name == account.as_str()) {
                (false, true) => lost.push(share.arn.clone()),
                (true, false) if share.owner != *account => kept.push((share.arn.clone(), association.since)),
                _ => {}
            }
        }
    }
    for share in lost {
        world.services.ram.remove(&share, account.as_str());
    }
    for (share, since) in kept {
        world.services.ram.add(&share, account.as_str(), Association { since, invitation: None });
    }
}

fn owner(world: &mut World, account: &AccountId, organization: &OrganizationId) {
    let mut lost = Vec::new();
    for share in world.services.ram.of_owner(account) {
        for (principal, association) in &share.principals {
            let of_organization = principal.starts_with("arn:aws:organizations:") && principal.contains(organization.as_str());
            let of_member = account_of(principal).is_some_and(|member| same_organization(world, account, &member));
            if of_organization || (of_member && association.invitation.is_none() && !share.retain) {
                lost.push((share.arn.clone(), principal.clone()));
            }
        }
    }
    for (share, principal) in lost {
        world.services.ram.remove(&share, &principal);
    }
}
