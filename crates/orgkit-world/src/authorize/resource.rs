//! What a call is about.

use crate::call::Request;
use crate::catalog::Operation;
use crate::world::World;
use crate::{organizations, services};

/// The ARN of a call's resource, or `*`: what the operation's row says, or what the input names where a whole service names things alike.
///
/// An operation on several resources is judged by its main one: `MoveAccount` by the account, `AttachPolicy` by the policy,
/// `AttachRolePolicy` by the role.
pub(super) fn of(world: &World, operation: &Operation, request: &Request<'_>) -> String {
    let named = match (operation.resource, request.service.name) {
        (Some(resource), _) => resource(world, request),
        (None, "organizations") => organizations::resources::named(world, request),
        (None, "iam") => services::iam::resource(world, request, operation.name),
        (None, _) => None,
    };
    named.unwrap_or_else(|| "*".to_owned())
}
