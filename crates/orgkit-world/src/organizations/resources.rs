//! The ARNs of what calls are about [Service Authorization Reference, list_awsorganizations].

use super::shapes;
use crate::call::Request;
use crate::world::{OrganizationRecord, World};
use orgkit_model::{HandshakeId, PolicyId};
use serde_json::Value;

/// The members of inputs that name accounts, units and roots, the main one first: `MoveAccount` is about the account, not about where it
/// goes.
const PLACES: [&str; 7] = ["AccountId", "OrganizationalUnitId", "ChildId", "TargetId", "ParentId", "RootId", "ResourceId"];

/// The ARN of the handshake, policy, account, unit or root that the input names; `None` where it names nothing that is there.
pub(crate) fn named(world: &World, request: &Request<'_>) -> Option<String> {
    if let Some(id) = request.text("HandshakeId") {
        return handshake(world, request, id);
    }
    let organization = world.organization_of(&request.caller.account)?;
    if let Some(id) = request.text("PolicyId") {
        return policy(organization, id);
    }
    place(world, organization, PLACES.iter().find_map(|member| request.text(member))?)
}

fn handshake(world: &World, request: &Request<'_>, id: &str) -> Option<String> {
    let handshake = world.handshakes.get(&id.parse::<HandshakeId>().ok()?)?;
    let shape = shapes::handshake(handshake, request.now);
    shape.get("Arn").and_then(Value::as_str).map(str::to_owned)
}

fn policy(organization: &OrganizationRecord, id: &str) -> Option<String> {
    let policy = organization.policies.get(&id.parse::<PolicyId>().ok()?)?;
    let kind = serde_json::to_value(policy.kind).ok()?.as_str()?.to_ascii_lowercase();
    Some(if policy.aws_managed {
        format!("arn:aws:organizations::aws:policy/{kind}/{id}")
    } else {
        format!("arn:aws:organizations::{}:policy/{}/{kind}/{id}", organization.management, organization.id)
    })
}

fn place(world: &World, organization: &OrganizationRecord, id: &str) -> Option<String> {
    if id == organization.root.as_str() {
        return Some(shapes::root_arn(organization));
    }
    if organization.unit(id).is_some() {
        return Some(shapes::unit_arn(organization, id));
    }
    world.member(&organization.id, id).map(|_| shapes::account_arn(organization, id))
}
