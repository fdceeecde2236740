//! What the file says of an account: where it is, and what is in it.

use super::check::{Check, unknown};
use super::error::{WorldError, WorldProblem};
use super::source::{Step, at};
use super::{AccountSpec, ROOT, ShareSpec, check_activity, check_detection, check_iam, governance};
use orgkit_model::{AccountId, AccountState};

/// The name of a whole organization among the principals of a resource share.
const ORGANIZATION: &str = "Organization";

/// Checks one account.
pub(super) fn account(check: &Check<'_>, index: usize, account: &AccountSpec) -> Result<(), WorldError> {
    place(check, index, account)?;
    state(check, index, account)?;
    check_iam::account(check, index, account)?;
    recording(check, index, account)?;
    check_detection::account(check, index, account)?;
    resources(check, index, account)?;
    commitments(check, index, account)?;
    governance::check_account(check, index, account)?;
    check_activity::activity(check, index, account)
}

fn place(check: &Check<'_>, index: usize, account: &AccountSpec) -> Result<(), WorldError> {
    if let Some(id) = &account.organization {
        check.organization(at!["accounts", index, "organization"], id)?;
    }
    match (check.organization_of(account), account.unit.as_deref()) {
        (Some(organization), Some(unit)) => check.unit(at!["accounts", index, "unit"], unit, ROOT, organization),
        (None, Some(unit)) => {
            let message = format!("account `{}` is in unit `{unit}`, but in no organization", account.id);
            let hint = "give it its `organization`, or leave out `unit`";
            Err(check.fail(at!["accounts", index, "unit"], WorldProblem::Contradiction { message, hint }))
        }
        _ => Ok(()),
    }
}

fn state(check: &Check<'_>, index: usize, account: &AccountSpec) -> Result<(), WorldError> {
    let refuse =
        |key: &str, message: String, hint| Err(check.fail(at!["accounts", index, key], WorldProblem::Contradiction { message, hint }));
    if account.state == AccountState::Active && account.closed_days.is_some() {
        return refuse(
            "closed_days",
            format!("account `{}` is active and closed", account.id),
            "set its `state`, or leave out `closed_days`",
        );
    }
    let organization = check.organization_of(account);
    if organization.is_none() {
        let given = [("member_days", account.member_days.is_some()), ("tags", !account.tags.is_empty())];
        if let Some((key, _)) = given.into_iter().find(|(_, given)| *given) {
            return refuse(
                key,
                format!("account `{}` has `{key}`, but is in no organization", account.id),
                "`tags` and `member_days` belong to members: give it its `organization`, or leave them out",
            );
        }
    }
    match (account.member_days, organization) {
        (Some(days), _) if days > account.age_days => {
            refuse("member_days", format!("account `{}` is younger than its membership", account.id), "`age_days` is `member_days` or more")
        }
        (Some(days), Some(organization)) if days > organization.age_days => refuse(
            "member_days",
            format!("account `{}` joined before its organization was there", account.id),
            "`member_days` is the organization's `age_days` or less",
        ),
        _ => Ok(()),
    }
}

fn recording(check: &Check<'_>, index: usize, account: &AccountSpec) -> Result<(), WorldError> {
    check.unique(at!["accounts", index, "trails"], Some("name"), "trail", &account.trails, |trail| &trail.name)?;
    for (number, trail) in account.trails.iter().enumerate() {
        check.region(at!["accounts", index, "trails", number, "home_region"], &trail.home_region)?;
        if let Some(owner) = &trail.bucket_account {
            check.account(at!["accounts", index, "trails", number, "bucket_account"], owner)?;
        }
    }
    let stores = at!["accounts", index, "event_data_stores"];
    check.unique(stores, Some("name"), "event data store", &account.event_data_stores, |store| &store.name)?;
    for (number, store) in account.event_data_stores.iter().enumerate() {
        check.region(at!["accounts", index, "event_data_stores", number, "region"], &store.region)?;
    }
    let recorders: Vec<String> =
        account.config.iter().map(|config| format!("{} {}", config.region, config.service.as_deref().unwrap_or("own"))).collect();
    check.unique(at!["accounts", index, "config"], Some("region"), "recorder of AWS Config", &recorders, String::as_str)?;
    for (number, config) in account.config.iter().enumerate() {
        check.region(at!["accounts", index, "config", number, "region"], &config.region)?;
    }
    Ok(())
}

fn resources(check: &Check<'_>, index: usize, account: &AccountSpec) -> Result<(), WorldError> {
    let keys: Vec<String> =
        account.resources.iter().map(|resource| format!("{} {} {}", resource.kind, resource.region, resource.identifier)).collect();
    check.unique(at!["accounts", index, "resources"], Some("identifier"), "resource", &keys, String::as_str)?;
    for (number, resource) in account.resources.iter().enumerate() {
        check.region(at!["accounts", index, "resources", number, "region"], &resource.region)?;
        if !is_resource_type(&resource.kind) {
            let message = format!("`{}` is not a resource type", resource.kind);
            let hint = "write a CloudFormation resource type, such as `AWS::S3::BucketPolicy`";
            return Err(check.fail(at!["accounts", index, "resources", number, "type"], WorldProblem::Contradiction { message, hint }));
        }
        check.json(at!["accounts", index, "resources", number, "properties"], &resource.properties)?;
        deployed_by(check, at!["accounts", index, "resources", number, "deployed_by"], account, resource.deployed_by.as_deref())?;
    }
    Ok(())
}

/// `AWS::EC2::VPC`: three parts of letters and digits.
fn is_resource_type(kind: &str) -> bool {
    let parts: Vec<&str> = kind.split("::").collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn commitments(check: &Check<'_>, index: usize, account: &AccountSpec) -> Result<(), WorldError> {
    check.unique(at!["accounts", index, "shares"], Some("name"), "resource share", &account.shares, |share| &share.name)?;
    for (number, share) in account.shares.iter().enumerate() {
        check.region(at!["accounts", index, "shares", number, "region"], &share.region)?;
        principals(check, index, number, account, share)?;
    }
    check.unique(at!["accounts", index, "savings_plans"], Some("id"), "Savings Plan", &account.savings_plans, |plan| &plan.id)?;
    for (number, plan) in account.savings_plans.iter().enumerate() {
        if ![1, 3].contains(&plan.term_years) || plan.ends_in_days > plan.term_years * 366 {
            let message = format!("Savings Plan `{}` has {} years, {} days of them left", plan.id, plan.term_years, plan.ends_in_days);
            let hint = "a Savings Plan is for 1 or 3 years, and what is left of it is no longer than that";
            return Err(
                check.fail(at!["accounts", index, "savings_plans", number, "ends_in_days"], WorldProblem::Contradiction { message, hint })
            );
        }
    }
    Ok(())
}

fn principals(check: &Check<'_>, index: usize, number: usize, account: &AccountSpec, share: &ShareSpec) -> Result<(), WorldError> {
    for (place, name) in share.principals.iter().enumerate().filter(|(_, name)| name.parse::<AccountId>().is_err()) {
        let path = at!["accounts", index, "shares", number, "principals", place];
        match check.organization_of(account) {
            Some(organization) => check.unit(path, name, ORGANIZATION, organization)?,
            None => {
                let message = format!("share `{}` names `{name}`, but its account is in no organization", share.name);
                let hint = "a standalone account shares with account ids only";
                return Err(check.fail(path, WorldProblem::Contradiction { message, hint }));
            }
        }
    }
    Ok(())
}

/// Refuses a StackSet that the account's organization does not have.
pub(super) fn deployed_by(check: &Check<'_>, path: &[Step<'_>], account: &AccountSpec, name: Option<&str>) -> Result<(), WorldError> {
    let Some(name) = name else { return Ok(()) };
    let sets = check.organization_of(account).map_or(&[][..], |organization| &organization.stack_sets);
    if sets.iter().any(|set| set.name == name) {
        return Ok(());
    }
    Err(check.fail(path, unknown("stack set", name, sets.iter().map(|set| set.name.as_str()))))
}
