//! What an act leaves open, chosen among what is there.

use crate::ApiError;
use crate::catalog::PolicyKind;
use crate::error::account_not_found;
use crate::faults::Draws;
use crate::world::{HandshakeKind, HandshakeRecord, OrganizationRecord, PolicyRecord, World};
use jiff::Timestamp;
use orgkit_model::{AccountId, HandshakeId, OrganizationId};

/// An invitation that nobody has answered.
pub(super) struct Invitation {
    pub(super) id: HandshakeId,
    pub(super) inviter: AccountId,
    pub(super) invited: AccountId,
}

/// A policy of an organization.
pub(super) struct Found {
    pub(super) organization: OrganizationId,
    pub(super) management: AccountId,
    pub(super) policy: String,
    pub(super) content: String,
}

/// The invitation of an account that was sent first, or one of all.
pub(super) fn invitation(world: &World, account: Option<&AccountId>, draws: &mut Draws, now: Timestamp) -> Result<Invitation, ApiError> {
    let sent = world.organizations.keys().flat_map(|organization| world.handshakes.sent_by(organization));
    let invitations = sent.filter(|handshake| matches!(handshake.kind, HandshakeKind::Invite { .. }) && handshake.is_pending(now));
    let is_for =
        |handshake: &&HandshakeRecord| handshake.recipient.is_some() && (account.is_none() || handshake.recipient.as_ref() == account);
    let mut open: Vec<_> = invitations.filter(is_for).collect();
    open.sort_by_key(|handshake| handshake.requested_at);
    let chosen = if account.is_some() { open.first() } else { draws.one_of(&open) };
    let invitation = chosen.and_then(|handshake| {
        Some(Invitation { id: handshake.id.clone(), inviter: handshake.sender.account.clone(), invited: handshake.recipient.clone()? })
    });
    invitation.ok_or_else(|| ApiError::new("HandshakeNotFoundException", "There is no open invitation for the account."))
}

/// The account, or a member of any organization that is not its management account.
pub(super) fn member(world: &World, account: Option<&AccountId>, draws: &mut Draws) -> Result<AccountId, ApiError> {
    if let Some(account) = account {
        return if world.accounts.contains_key(account) { Ok(account.clone()) } else { Err(account_not_found(account)) };
    }
    let is_member = |account: &&AccountId| world.organization_of(account).is_some_and(|organization| &&organization.management != account);
    let members: Vec<&AccountId> = world.accounts.keys().filter(is_member).collect();
    let chosen = draws.one_of(&members).map(|account| (*account).clone());
    chosen.ok_or_else(|| ApiError::new("AccountNotFoundException", "No organization has a member."))
}

/// The root or unit with that id or name, or one where the account is not.
pub(super) fn parent(organization: &OrganizationRecord, current: &str, named: Option<&str>, draws: &mut Draws) -> Result<String, ApiError> {
    let units = organization.units.iter().map(|(id, unit)| (id.to_string(), unit.name.as_str()));
    let places: Vec<(String, &str)> = std::iter::once((organization.root.to_string(), "Root")).chain(units).collect();
    let chosen = match named {
        Some(named) => places.iter().find(|(id, name)| id == named || *name == named),
        None => {
            let others: Vec<&(String, &str)> = places.iter().filter(|(id, _)| id != current).collect();
            draws.one_of(&others).copied()
        }
    };
    let not_found = || ApiError::new("DestinationParentNotFoundException", "There is no such root or unit.");
    chosen.map(|(id, _)| id.clone()).ok_or_else(not_found)
}

/// The SCP with that id or name, or one of all that are not AWS's own.
pub(super) fn policy(
    world: &World,
    organization: Option<&OrganizationId>,
    named: Option<&str>,
    draws: &mut Draws,
) -> Result<Found, ApiError> {
    let mut found = Vec::new();
    for record in world.organizations.values().filter(|record| organization.is_none_or(|id| id == &record.id)) {
        let fits = |policy: &&PolicyRecord| match named {
            Some(named) => policy.id.as_str() == named || policy.name == named,
            None => policy.kind == PolicyKind::ServiceControlPolicy && !policy.aws_managed,
        };
        found.extend(record.policies.values().filter(fits).map(|policy| (record, policy)));
    }
    let chosen = if named.is_some() { found.first() } else { draws.one_of(&found) };
    let found = chosen.map(|(record, policy)| Found {
        organization: record.id.clone(),
        management: record.management.clone(),
        policy: policy.id.to_string(),
        content: policy.content.clone(),
    });
    found.ok_or_else(|| ApiError::new("PolicyNotFoundException", "There is no such policy."))
}

/// Whether a target is to have the policy already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attached {
    Yes,
    No,
}

/// The target with that id or name, or one of those that have the policy or have it not.
pub(super) fn target(world: &World, found: &Found, named: Option<&str>, attached: Attached, draws: &mut Draws) -> Result<String, ApiError> {
    let not_found = || ApiError::new("TargetNotFoundException", "There is no such root, unit or account.");
    let organization = world.organizations.get(&found.organization).ok_or_else(not_found)?;
    if let Some(named) = named {
        let unit = organization.units.iter().find(|(_, unit)| unit.name == named);
        return Ok(unit.map_or_else(|| named.to_owned(), |(id, _)| id.to_string()));
    }
    let has = |target: &str| organization.attachments.on(target).any(|(policy, _)| policy.as_str() == found.policy);
    let units = organization.units.keys().map(ToString::to_string);
    let mut targets: Vec<String> = std::iter::once(organization.root.to_string()).chain(units).collect();
    targets.extend(world.members(&organization.id).map(|(account, _)| account.id.to_string()));
    targets.retain(|target| has(target) == (attached == Attached::Yes));
    draws.one_of(&targets).cloned().ok_or_else(not_found)
}
