//! What gives a caller permissions: its own policies, what limits them, and the policy of the resource.

use super::context::Circumstances;
use super::set::Set;
use crate::call::{Principal, SessionKind};
use crate::services::iam::{self, Identity};
use crate::world::World;
use orgkit_iam::PolicyKind;

/// The policies of the caller and of the resource. A session of a role that is gone has none.
pub(super) fn of<'w>(world: &'w World, caller: &'w Principal, circumstances: &Circumstances<'w>) -> Set<'w> {
    let mut set = Set::new(String::new());
    let session = caller.session.as_ref();
    match session.map(|session| &session.kind) {
        Some(SessionKind::Root { task }) => managed(world, caller, task, PolicyKind::Identity, &mut set),
        _ => identity(world, caller, &mut set),
    }
    for (number, document) in session.into_iter().flat_map(|session| &session.policies).enumerate() {
        set.key.push_str(&format!("|session:{number}:{}", caller.arn));
        set.add(PolicyKind::Session, "session", document);
    }
    for arn in session.into_iter().flat_map(|session| &session.policy_arns) {
        managed(world, caller, arn, PolicyKind::Session, &mut set);
    }
    if let Some(role) = circumstances.assumed() {
        set.key.push_str(&format!("|trust:{}", role.arn));
        set.add(PolicyKind::Resource, &role.name, &role.trust);
    }
    set
}

fn identity<'w>(world: &'w World, caller: &'w Principal, set: &mut Set<'w>) {
    let Some(Identity { attached, inline, boundary }) = iam::identity(world, caller) else { return };
    for arn in attached {
        managed(world, caller, arn, PolicyKind::Identity, set);
    }
    for (name, document) in inline {
        set.key.push_str(&format!("|{}:{name}", caller.principal_arn()));
        set.add(PolicyKind::Identity, name, document);
    }
    if let Some(arn) = boundary {
        set.key.push_str("|boundary:");
        managed(world, caller, arn, PolicyKind::Boundary, set);
    }
}

/// Adds a managed policy. One whose document is not known allows nothing, and is remembered by name; as a limit it is one that cannot be
/// read.
fn managed<'w>(world: &'w World, caller: &Principal, arn: &'w str, kind: PolicyKind, set: &mut Set<'w>) {
    set.key.push('|');
    set.key.push_str(arn);
    match iam::document(world, &caller.account, arn) {
        Some(document) => set.add(kind, arn, document),
        None if kind == PolicyKind::Identity => set.unknown.push(arn.to_owned()),
        None => set.add(kind, arn, ""),
    }
}
