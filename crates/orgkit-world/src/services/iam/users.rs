//! Users: the administrator that every account has, and those that a world file names.

use super::state::User;
use super::{ADMINISTRATOR, no_such_entity, own, page, shapes};
use crate::call::{Answer, Principal, Request};
use crate::world::{ADMINISTRATOR_ACCESS, AccountRecord, World};
use orgkit_model::AccountId;
use serde_json::json;
use std::borrow::Cow;

/// The users of an account, the administrator first.
pub(super) fn all<'w>(world: &'w World, account: &AccountRecord) -> impl Iterator<Item = Cow<'w, User>> {
    let named = world.services.iam.users.get(&account.id).into_iter().flat_map(|users| users.values());
    std::iter::once(Cow::Owned(administrator(account))).chain(named.map(Cow::Borrowed))
}

/// The account's administrator, whose keys [`crate::keys_of`] gives.
fn administrator(account: &AccountRecord) -> User {
    let mut user = User::new(&account.id, ADMINISTRATOR, "/", account.created_at);
    user.attached.insert(ADMINISTRATOR_ACCESS.to_owned());
    user
}

/// A user as a caller.
pub(super) fn principal(account: &AccountId, user: &User) -> Principal {
    Principal { account: account.clone(), arn: user.arn.clone(), user_id: user.id.clone(), role: None, session: None }
}

/// `ListUsers`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let prefix = request.text("PathPrefix").unwrap_or("/");
    let users = all(world, own(world, request)?).filter(|user| user.path.starts_with(prefix));
    page(request, "ListUsers", "Users", users.map(|user| shapes::user(&user)).collect())
}

/// `GetUser`: the caller itself when no name is given, the root user in a session of its own.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?;
    if request.text("UserName").is_none() && request.caller.is_assumed_root() {
        let root = json!({
            "Path": "/",
            "UserName": account.name,
            "UserId": account.id,
            "Arn": request.caller.arn,
            "CreateDate": crate::format::iso(account.created_at),
        });
        return Ok(json!({ "User": root }));
    }
    let name = match request.text("UserName") {
        Some(name) => name,
        None if request.caller.role.is_none() => request.caller.arn.rsplit('/').next().unwrap_or_default(),
        None => {
            let message = "Must specify userName when calling with non-User credentials";
            return Err(request.invalid("INPUT_REQUIRED", message.to_owned()));
        }
    };
    let user = all(world, account).find(|user| user.name == name);
    let user = user.ok_or_else(|| no_such_entity(format!("The user with name {name} cannot be found.")))?;
    Ok(json!({ "User": shapes::user(&user) }))
}

/// The ARN of the user that `GetUser` is about.
pub(super) fn arn_asked(world: &World, request: &Request<'_>) -> String {
    let Some(name) = request.text("UserName") else { return request.caller.arn.clone() };
    let account = &request.caller.account;
    let user = world.services.iam.users.get(account).and_then(|users| users.get(name));
    user.map_or_else(|| format!("arn:aws:iam::{account}:user/{name}"), |user| user.arn.clone())
}
