//! The shapes of the API.

use super::principals::is_external;
use super::state::{Invitation, Share};
use crate::format::epoch;
use crate::world::World;
use jiff::Timestamp;
use serde_json::{Value, json};

/// `ResourceShare`.
pub(super) fn share(share: &Share) -> Value {
    json!({
        "resourceShareArn": share.arn,
        "name": share.name,
        "owningAccountId": share.owner,
        "allowExternalPrincipals": share.allow_external,
        "status": share.status(),
        "tags": share.tags.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect::<Vec<_>>(),
        "creationTime": epoch(share.created_at),
        "lastUpdatedTime": epoch(share.updated_at),
        "featureSet": "STANDARD",
        "resourceShareConfiguration": { "retainSharingOnAccountLeaveOrganization": share.retain },
    })
}

/// `ResourceShareAssociation` of a principal.
pub(super) fn principal(world: &World, share: &Share, principal: &str, now: Timestamp) -> Option<Value> {
    let association = share.principals.get(principal)?;
    let status = world.services.ram.association_status(association, now);
    Some(association_shape(share, principal, "PRINCIPAL", status, association.since, is_external(world, &share.owner, principal)))
}

/// `ResourceShareAssociation` of a resource.
pub(super) fn resource(share: &Share, arn: &str, since: Timestamp) -> Value {
    association_shape(share, arn, "RESOURCE", "ASSOCIATED", since, false)
}

/// `ResourceShareAssociation` of something that is being taken out.
pub(super) fn leaving(share: &Share, entity: &str, kind: &str, now: Timestamp) -> Value {
    association_shape(share, entity, kind, "DISASSOCIATED", now, false)
}

fn association_shape(share: &Share, entity: &str, kind: &str, status: &str, since: Timestamp, external: bool) -> Value {
    json!({
        "resourceShareArn": share.arn,
        "resourceShareName": share.name,
        "associatedEntity": entity,
        "associationType": kind,
        "status": status,
        "creationTime": epoch(since),
        "lastUpdatedTime": epoch(since),
        "external": external,
    })
}

/// `ResourceShareInvitation`.
pub(super) fn invitation(invitation: &Invitation, now: Timestamp) -> Value {
    json!({
        "resourceShareInvitationArn": invitation.arn,
        "resourceShareName": invitation.share_name,
        "resourceShareArn": invitation.share,
        "senderAccountId": invitation.sender,
        "receiverAccountId": invitation.receiver,
        "invitationTimestamp": epoch(invitation.sent_at),
        "status": invitation.status(now),
    })
}
