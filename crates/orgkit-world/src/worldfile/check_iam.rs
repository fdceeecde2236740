//! Checks what a world file says about IAM: policies, roles and users.

use super::check::{Check, unknown};
use super::derive::is_service;
use super::error::{WorldError, WorldProblem};
use super::source::{Step, at};
use super::{AccountSpec, RoleSpec, WorldFile};
use orgkit_model::AccountId;

/// The administrator's name.
const ADMINISTRATOR: &str = "admin";

/// Checks the documents of AWS's own policies.
pub(super) fn aws_managed(check: &Check<'_>, world: &WorldFile) -> Result<(), WorldError> {
    check.unique(at!["aws_managed_policies"], Some("arn"), "AWS-managed policy", &world.aws_managed_policies, |policy| &policy.arn)?;
    for (index, policy) in world.aws_managed_policies.iter().enumerate() {
        if !policy.arn.starts_with("arn:aws:iam::aws:policy/") {
            let message = format!("`{}` is not the ARN of a policy of AWS's own", policy.arn);
            let hint = "write `arn:aws:iam::aws:policy/ReadOnlyAccess`; an account's own policies stand in its `policies`";
            return Err(check.fail(at!["aws_managed_policies", index, "arn"], WorldProblem::Contradiction { message, hint }));
        }
        check.json(at!["aws_managed_policies", index, "document"], &policy.document)?;
    }
    Ok(())
}

/// Checks an account's policies, roles and users.
pub(super) fn account(check: &Check<'_>, index: usize, account: &AccountSpec) -> Result<(), WorldError> {
    check.unique(at!["accounts", index, "policies"], Some("name"), "IAM policy", &account.policies, |policy| &policy.name)?;
    for (number, policy) in account.policies.iter().enumerate() {
        check.json(at!["accounts", index, "policies", number, "document"], &policy.document)?;
    }
    check.unique(at!["accounts", index, "roles"], Some("name"), "role", &account.roles, |role| &role.name)?;
    for (number, role) in account.roles.iter().enumerate() {
        trust(check, index, number, role)?;
        for (place, policy) in role.inline.iter().enumerate() {
            check.json(at!["accounts", index, "roles", number, "inline", place, "document"], &policy.document)?;
        }
        for (place, name) in role.managed_policies.iter().enumerate() {
            known(check, at!["accounts", index, "roles", number, "managed_policies", place], account, name)?;
        }
        if let Some(name) = &role.permissions_boundary {
            known(check, at!["accounts", index, "roles", number, "permissions_boundary"], account, name)?;
        }
        let path = at!["accounts", index, "roles", number, "deployed_by"];
        super::check_account::deployed_by(check, path, account, role.deployed_by.as_deref())?;
    }
    users(check, index, account)
}

fn users(check: &Check<'_>, index: usize, account: &AccountSpec) -> Result<(), WorldError> {
    check.unique(at!["accounts", index, "users"], Some("name"), "user", &account.users, |user| &user.name)?;
    for (number, user) in account.users.iter().enumerate() {
        if user.name == ADMINISTRATOR {
            let message = "every account has an administrator called `admin`".to_owned();
            let hint = "give the user another name";
            return Err(check.fail(at!["accounts", index, "users", number, "name"], WorldProblem::Contradiction { message, hint }));
        }
        for (place, policy) in user.inline.iter().enumerate() {
            check.json(at!["accounts", index, "users", number, "inline", place, "document"], &policy.document)?;
        }
        for (place, name) in user.managed_policies.iter().enumerate() {
            known(check, at!["accounts", index, "users", number, "managed_policies", place], account, name)?;
        }
        if let Some(name) = &user.permissions_boundary {
            known(check, at!["accounts", index, "users", number, "permissions_boundary"], account, name)?;
        }
    }
    Ok(())
}

/// Refuses the name of a policy that the account does not have. ARNs are taken as they are.
fn known(check: &Check<'_>, path: &[Step<'_>], account: &AccountSpec, name: &str) -> Result<(), WorldError> {
    if name.starts_with("arn:") || account.policies.iter().any(|policy| policy.name == name) {
        return Ok(());
    }
    Err(check.fail(path, unknown("IAM policy", name, account.policies.iter().map(|policy| policy.name.as_str()))))
}

fn trust(check: &Check<'_>, index: usize, number: usize, role: &RoleSpec) -> Result<(), WorldError> {
    let path = at!["accounts", index, "roles", number, "trust"];
    if role.trusts.is_empty() != role.trust.is_some() {
        let message = format!("role `{}` has to say who may assume it, once", role.name);
        let hint = "write either `trusts = [\"111122223333\"]` or the whole policy in `trust`";
        return Err(check.fail(path, WorldProblem::Contradiction { message, hint }));
    }
    if let Some(document) = &role.trust {
        check.json(path, document)?;
    }
    let known = |who: &str| who.parse::<AccountId>().is_ok() || is_service(who) || who.starts_with("arn:");
    match role.trusts.iter().position(|who| !known(who)) {
        Some(place) => {
            let message =
                format!("`{}` is not an account id, an ARN or a service principal", role.trusts.get(place).map_or("", String::as_str));
            let hint = "write `111122223333`, `arn:aws:iam::111122223333:role/name` or `lambda.amazonaws.com`";
            Err(check.fail(at!["accounts", index, "roles", number, "trusts", place], WorldProblem::Contradiction { message, hint }))
        }
        None => Ok(()),
    }
}
