//! From consolidated billing to all features: the management account asks, every invited member approves, the management account finalizes
//! [Organizations User Guide, orgs_manage_org_support-all-features].
//!
//! The API reference names the two handshakes of this process in two ways. Here it is as in its examples and in the operation's own text:
//! `ENABLE_ALL_FEATURES` is the management account's, `APPROVE_ALL_FEATURES` goes to the members.

use super::{constraint, handshake_constraint, shapes};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{HandshakeKind, HandshakeRecord, OrganizationRecord, World};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, AccountState, HandshakeId, HandshakeState, JoinedMethod, OrganizationId};
use serde_json::json;
use std::collections::BTreeSet;

/// How long everybody has to approve [Organizations User Guide, orgs_reference_limits, 2026-10].
const LIVES: SignedDuration = SignedDuration::from_hours(90 * 24);
/// The largest organization that may change in this way (botocore reason `ALL_FEATURES_MIGRATION_ORGANIZATION_SIZE_LIMIT_EXCEEDED`).
const LARGEST: usize = 5_000;

/// `EnableAllFeatures`: a handshake for the management account, and one for each member that was invited. Accounts that the organization
/// created need not be asked.
pub(crate) fn enable(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    if organization.feature_set == "ALL" {
        let message = "The organization has enabled all features already.";
        return Err(handshake_constraint("ORGANIZATION_ALREADY_HAS_ALL_FEATURES", message));
    }
    if is_under_way(world, organization, request.now) {
        let message = "The organization has started the process to enable all features already.";
        return Err(handshake_constraint("ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION", message));
    }
    if organization.members.len() > LARGEST {
        let message = "Your organization has more accounts than can be changed in this way.";
        return Err(constraint("ALL_FEATURES_MIGRATION_ORGANIZATION_SIZE_LIMIT_EXCEEDED", message));
    }
    let (sender, management, id) = (world.sender(organization), organization.management.clone(), organization.id.clone());
    let asked = world.members(&id).filter(|(account, place)| {
        account.id != management && place.method == JoinedMethod::Invited && account.state(request.now) == AccountState::Active
    });
    let waiting: BTreeSet<AccountId> = asked.map(|(account, _)| account.id.clone()).collect();
    let parent: HandshakeId = world.ids.id("h-", 32)?;
    let handshake = |id: HandshakeId, recipient: AccountId, kind: HandshakeKind, organization: &OrganizationId| HandshakeRecord {
        id,
        organization: organization.clone(),
        sender: sender.clone(),
        recipient: Some(recipient),
        email: None,
        notes: None,
        requested_at: request.now,
        expires_at: request.now.saturating_add(LIVES).unwrap_or(Timestamp::MAX),
        answer: None,
        kind,
    };
    for account in &waiting {
        let child: HandshakeId = world.ids.id("h-", 32)?;
        let kind = HandshakeKind::ApproveAllFeatures { parent: parent.clone() };
        world.handshakes.insert(handshake(child, account.clone(), kind, &id));
    }
    let asking = handshake(parent.clone(), management, HandshakeKind::EnableAllFeatures { waiting }, &id);
    let output = json!({ "Handshake": shapes::handshake(&asking, request.now) });
    world.handshakes.insert(asking);
    world.organization_mut(&id)?.ledger.migration = Some(parent);
    Ok(output)
}

/// Whether an organization has asked its members and not finalized yet.
pub(super) fn is_under_way(world: &World, organization: &OrganizationRecord, now: Timestamp) -> bool {
    let asking = organization.ledger.migration.as_ref().and_then(|id| world.handshakes.get(id));
    asking.is_some_and(|handshake| handshake.is_pending(now))
}

/// A member accepts: one approval less is missing.
pub(super) fn approve(world: &mut World, account: &AccountId, parent: &HandshakeId) {
    if let Some(HandshakeKind::EnableAllFeatures { waiting }) = world.handshakes.kind_mut(parent) {
        waiting.remove(account);
    }
}

/// The management account finalizes. Policy types are enabled one by one afterwards.
pub(super) fn finalize(world: &mut World, organization: &OrganizationId) -> Result<(), ApiError> {
    "ALL".clone_into(&mut world.organization_mut(organization)?.feature_set);
    Ok(())
}

/// The requests of an organization to its members are cancelled with the one that they belong to.
pub(super) fn cancel_approvals(world: &mut World, organization: &OrganizationId, parent: &HandshakeId, now: Timestamp) {
    let is_child = |handshake: &&HandshakeRecord| {
        matches!(&handshake.kind, HandshakeKind::ApproveAllFeatures { parent: of } if of == parent) && handshake.is_pending(now)
    };
    let children: Vec<HandshakeId> =
        world.handshakes.sent_by(organization).filter(is_child).map(|handshake| handshake.id.clone()).collect();
    for child in children {
        world.handshakes.answer(&child, HandshakeState::Canceled, now);
    }
}

/// An account that leaves while its approval is missing is no longer waited for.
pub(crate) fn left(world: &mut World, account: &AccountId, organization: &OrganizationId, now: Timestamp) {
    let Some(parent) = world.organizations.get(organization).and_then(|record| record.ledger.migration.clone()) else {
        return;
    };
    approve(world, account, &parent);
    let is_mine = |handshake: &&HandshakeRecord| {
        matches!(&handshake.kind, HandshakeKind::ApproveAllFeatures { parent: of } if *of == parent) && handshake.is_pending(now)
    };
    let mine = world.handshakes.received_by(account, "").find(is_mine).map(|handshake| handshake.id.clone());
    if let Some(child) = mine {
        world.handshakes.answer(&child, HandshakeState::Canceled, now);
    }
}
