//! Who has which permission set in which account.

use super::provisioning::{check_target, keep, put_role, remove_role, target};
use super::records::{IdentityCenter, Placement};
use super::requests::{AsyncRequest, Kind};
use super::{named, not_found, set_mut};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::World;
use orgkit_model::{AccountId, OrganizationId};
use serde_json::json;
use std::collections::BTreeSet;

/// What a call about an assignment names, checked.
struct Asked {
    organization: OrganizationId,
    account: AccountId,
    permission_set: String,
    name: String,
    /// `GROUP` or `USER`, and the id.
    principal: (String, String),
    /// Whether the identity store has the principal.
    known: bool,
    /// Whether there is such an assignment.
    assigned: bool,
}

/// `CreateAccountAssignment`. One that is there already is no error. A principal that the store does not have makes the request fail later.
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let asked = asked(world, request)?;
    let failure = (!asked.known).then(|| "The principal does not exist in the identity store.".to_owned());
    if asked.known {
        let set = set_mut(world, request, &asked.permission_set)?;
        let version = set.version;
        let placement = set.accounts.entry(asked.account.clone()).or_insert_with(|| Placement { version, principals: BTreeSet::new() });
        (placement.version, _) = (version, placement.principals.insert(asked.principal.clone()));
        let set = set.clone();
        put_role(world, &asked.account, &asked.organization, &set, request.now);
    }
    finish(world, request, asked, Kind::Create, failure, "AccountAssignmentCreationStatus")
}

/// `DeleteAccountAssignment`. An assignment that is not there makes the request fail later.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let asked = asked(world, request)?;
    let failure = (!asked.assigned).then(|| "The assignment does not exist.".to_owned());
    if asked.assigned {
        let set = set_mut(world, request, &asked.permission_set)?;
        let empty = set.accounts.get_mut(&asked.account).is_some_and(|placement| {
            placement.principals.remove(&asked.principal);
            placement.principals.is_empty()
        });
        if empty {
            set.accounts.remove(&asked.account);
            remove_role(world, &asked.account, &asked.organization, &asked.name);
        }
    }
    finish(world, request, asked, Kind::Delete, failure, "AccountAssignmentDeletionStatus")
}

fn finish(world: &mut World, request: &Request<'_>, asked: Asked, kind: Kind, failure: Option<String>, member: &str) -> Answer {
    let asked = AsyncRequest {
        kind,
        account: Some(asked.account),
        permission_set: asked.permission_set,
        principal: Some(asked.principal),
        created_at: request.now,
        failure,
    };
    Ok(json!({ member: keep(world, request, asked)? }))
}

fn asked(world: &World, request: &Request<'_>) -> Result<Asked, ApiError> {
    let (organization, center, set) = named(world, request)?;
    request.required("TargetType")?;
    request.one_of("TargetType", &["AWS_ACCOUNT"])?;
    let account = target(request)?;
    world.member(&organization.id, account.as_str()).ok_or_else(|| not_found("The account is not in the organization."))?;
    check_target(organization, &request.caller.account, &account)?;
    request.required("PrincipalType")?;
    let kind = request.one_of("PrincipalType", &["USER", "GROUP"])?.unwrap_or_default();
    let id = request.required("PrincipalId")?;
    let principal = (kind.to_owned(), id.to_owned());
    let assigned = set.accounts.get(&account).is_some_and(|placement| placement.principals.contains(&principal));
    Ok(Asked {
        organization: organization.id.clone(),
        account,
        permission_set: set.arn.clone(),
        name: set.name.clone(),
        known: is_known(center, &principal),
        principal,
        assigned,
    })
}

fn is_known(center: &IdentityCenter, (kind, id): &(String, String)) -> bool {
    if kind == "GROUP" { center.groups.contains_key(id) } else { center.users.contains_key(id) }
}
