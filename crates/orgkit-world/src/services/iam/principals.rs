//! Whose policies are whose: what the authorization of calls asks IAM.

use super::aws_managed::{self, is_aws_managed};
use super::state::User;
use super::{ADMINISTRATOR, users};
use crate::call::Principal;
use crate::world::{ADMINISTRATOR_ACCESS, Role, World};
use orgkit_model::AccountId;
use std::collections::BTreeMap;

/// The policies of a user or a role.
#[derive(Debug, Clone, Default)]
pub(crate) struct Identity<'w> {
    /// Attached managed policies by ARN.
    pub(crate) attached: Vec<&'w str>,
    /// Inline policies: names and documents.
    pub(crate) inline: Vec<(&'w str, &'w str)>,
    /// The permissions boundary: a managed policy by ARN.
    pub(crate) boundary: Option<&'w str>,
}

/// The policies behind a caller as they are now; `None` for a user who is not there, and for a session of a role that was deleted, even if
/// another one has its name since.
pub(crate) fn identity<'w>(world: &'w World, caller: &Principal) -> Option<Identity<'w>> {
    if let Some(arn) = &caller.role {
        let id = caller.user_id.split(':').next().unwrap_or_default();
        return role_of_arn(world, arn).filter(|role| role.id == id).map(of_role);
    }
    let (_, path) = caller.arn.split_once(":user/")?;
    if path == ADMINISTRATOR {
        return Some(Identity { attached: vec![ADMINISTRATOR_ACCESS], ..Identity::default() });
    }
    user(world, &caller.account, &caller.arn).map(of_user)
}

/// The policies of a role.
pub(super) fn of_role(role: &Role) -> Identity<'_> {
    Identity {
        attached: role.attached.iter().map(String::as_str).collect(),
        inline: role.inline.iter().map(|(name, document)| (name.as_str(), document.as_str())).collect(),
        boundary: role.boundary.as_deref(),
    }
}

/// The policies of a user.
pub(super) fn of_user(user: &User) -> Identity<'_> {
    Identity {
        attached: user.attached.iter().map(String::as_str).collect(),
        inline: user.inline.iter().map(|(name, document)| (name.as_str(), document.as_str())).collect(),
        boundary: user.boundary.as_deref(),
    }
}

fn user<'w>(world: &'w World, account: &AccountId, arn: &str) -> Option<&'w User> {
    let user = world.services.iam.users.get(account)?.get(arn.rsplit('/').next()?)?;
    (user.arn == arn).then_some(user)
}

/// The role with that ARN, in whichever account.
pub(crate) fn role_of_arn<'w>(world: &'w World, arn: &str) -> Option<&'w Role> {
    let account: AccountId = arn.strip_prefix("arn:aws:iam::")?.split_once(":role/")?.0.parse().ok()?;
    world.accounts.get(&account)?.roles.get(arn.rsplit('/').next()?).filter(|role| role.arn == arn)
}

/// The tags of the role or user with that ARN; `None` where there is neither.
pub(crate) fn tags<'w>(world: &'w World, arn: &str) -> Option<&'w BTreeMap<String, String>> {
    if let Some(role) = role_of_arn(world, arn) {
        return Some(&role.tags);
    }
    let account: AccountId = arn.strip_prefix("arn:aws:iam::")?.split_once(":user/")?.0.parse().ok()?;
    user(world, &account, arn).map(|user| &user.tags)
}

/// The document of a managed policy that counts: AWS's own, as far as it is known here or told by the world file, or one of the account.
pub(crate) fn document<'w>(world: &'w World, account: &AccountId, arn: &str) -> Option<&'w str> {
    if is_aws_managed(arn) {
        let told = world.services.iam.aws_managed.get(arn).map(String::as_str);
        return told.or_else(|| aws_managed::find(arn).map(|policy| policy.document));
    }
    Some(&world.accounts.get(account)?.policies.get(arn)?.current()?.document)
}

/// The user of an account whose access key has that id; the administrator left out.
pub(crate) fn owner_of_key(world: &World, account: &AccountId, access_key_id: &str) -> Option<Principal> {
    let mut users = world.services.iam.users.get(account)?.values();
    let user = users.find(|user| crate::keys_of_user(account, &user.name).access_key_id == access_key_id)?;
    Some(users::principal(account, user))
}
