//! What the file says of an organization: units, policies, administrators, services.

use super::check::Check;
use super::error::{WorldError, WorldProblem};
use super::source::{Step, at};
use super::{FeatureSet, OrganizationSpec, ROOT, UnitSpec, check_detection, governance};
use crate::catalog::PolicyKind;
use crate::organizations::MAX_UNIT_DEPTH;

/// Checks one organization.
pub(super) fn organization(check: &Check<'_>, index: usize, organization: &OrganizationSpec) -> Result<(), WorldError> {
    units(check, index, organization)?;
    policies(check, index, organization)?;
    administrators(check, index, organization)?;
    services(check, index, organization)?;
    features(check, index, organization)?;
    billing_transfers(check, index, organization)?;
    check_detection::organization(check, index, organization)?;
    stack_sets(check, index, organization)?;
    governance::check_organization(check, index, organization)
}

/// Refuses what an organization with nothing but one bill cannot have.
fn features(check: &Check<'_>, index: usize, organization: &OrganizationSpec) -> Result<(), WorldError> {
    let given = [
        ("policies", !organization.policies.is_empty()),
        ("trusted_access", !organization.trusted_access.is_empty()),
        ("delegated_administrators", !organization.delegated_administrators.is_empty()),
        ("stack_sets", !organization.stack_sets.is_empty()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((key, _)) if organization.feature_set == FeatureSet::ConsolidatedBilling => {
            let message = format!("organization `{}` has consolidated billing only, and `{key}`", organization.id);
            let hint = "leave it out, or leave out `feature_set`";
            Err(check.fail(at!["organizations", index, key], WorldProblem::Contradiction { message, hint }))
        }
        _ => Ok(()),
    }
}

fn billing_transfers(check: &Check<'_>, index: usize, organization: &OrganizationSpec) -> Result<(), WorldError> {
    let Some(payer) = &organization.billing_transfers.paid_by else {
        return Ok(());
    };
    let path = at!["organizations", index, "billing_transfers", "paid_by"];
    check.organization(path, payer)?;
    if payer != &organization.id {
        return Ok(());
    }
    let message = format!("organization `{payer}` takes its own bill over");
    Err(check.fail(path, WorldProblem::Contradiction { message, hint: "leave out `paid_by`: it pays its own bill anyway" }))
}

fn units(check: &Check<'_>, index: usize, organization: &OrganizationSpec) -> Result<(), WorldError> {
    check.unique(at!["organizations", index, "units"], Some("path"), "unit", &organization.units, |unit| &unit.path)?;
    for (number, unit) in organization.units.iter().enumerate() {
        let path = at!["organizations", index, "units", number, "path"];
        if let Some((parent, _)) = unit.path.rsplit_once('/')
            && !organization.units.iter().any(|other| other.path == parent)
        {
            let problem = WorldProblem::MissingParent { unit: unit.path.clone(), parent: parent.to_owned() };
            return Err(check.fail(path, problem));
        }
        unit_name(check, path, unit)?;
        let root = organization.root_id();
        if let Some(id) = &unit.id
            && id.as_str().split('-').nth(1) != root.as_str().split('-').nth(1)
        {
            let message = format!("unit id `{id}` belongs to another root than `{root}`");
            let hint = "the middle part of a unit's id is the root's: give the organization its `root`, or leave out the unit's `id`";
            return Err(check.fail(at!["organizations", index, "units", number, "id"], WorldProblem::Contradiction { message, hint }));
        }
    }
    Ok(())
}

fn unit_name(check: &Check<'_>, path: &[Step<'_>], unit: &UnitSpec) -> Result<(), WorldError> {
    let refuse = |message: String, hint| Err(check.fail(path, WorldProblem::Contradiction { message, hint }));
    if unit.path.split('/').any(str::is_empty) {
        return refuse(
            format!("unit path `{}` has an empty name in it", unit.path),
            "write names separated by single `/`: `Workloads/Production`",
        );
    }
    if unit.path == ROOT || unit.path.starts_with("Root/") {
        return refuse(
            format!("unit path `{}` names the root", unit.path),
            "paths begin below the root: `Workloads`, not `Root/Workloads`",
        );
    }
    if unit.path.split('/').count() > MAX_UNIT_DEPTH {
        return refuse(format!("unit `{}` is too deep", unit.path), "AWS nests units five levels below the root at most");
    }
    Ok(())
}

fn policies(check: &Check<'_>, index: usize, organization: &OrganizationSpec) -> Result<(), WorldError> {
    let names: Vec<String> = organization.policies.iter().map(|policy| format!("{} {}", policy.kind.as_str(), policy.name)).collect();
    check.unique(at!["organizations", index, "policies"], Some("name"), "policy", &names, String::as_str)?;
    for (number, policy) in organization.policies.iter().enumerate() {
        let document = at!["organizations", index, "policies", number, "document"];
        check.json(document, &policy.document)?;
        let (length, limit) = (policy.document.chars().count(), PolicyKind::from(policy.kind).rules().size);
        if length > limit {
            return Err(check.fail(document, WorldProblem::TooLong { policy: policy.name.clone(), length, limit }));
        }
        for (target, name) in policy.attach.iter().enumerate() {
            check.place(at!["organizations", index, "policies", number, "attach", target], name, organization)?;
        }
    }
    Ok(())
}

fn administrators(check: &Check<'_>, index: usize, organization: &OrganizationSpec) -> Result<(), WorldError> {
    let list = at!["organizations", index, "delegated_administrators"];
    check.unique(list, Some("account"), "delegated administrator", &organization.delegated_administrators, |it| it.account.as_str())?;
    for (number, administrator) in organization.delegated_administrators.iter().enumerate() {
        let path = at!["organizations", index, "delegated_administrators", number, "account"];
        check.in_organization(path, &administrator.account, organization)?;
        if administrator.account == organization.management {
            let message = format!("delegated administrator `{}` is the management account", administrator.account);
            let hint = "AWS registers member accounts only: name another account";
            return Err(check.fail(path, WorldProblem::Contradiction { message, hint }));
        }
        if administrator.services.is_empty() {
            let path = at!["organizations", index, "delegated_administrators", number, "services"];
            return Err(check.fail(path, WorldProblem::Empty { list: "services" }));
        }
    }
    Ok(())
}

fn services(check: &Check<'_>, index: usize, organization: &OrganizationSpec) -> Result<(), WorldError> {
    if let Some(trail) = &organization.trail {
        check.region(at!["organizations", index, "trail", "home_region"], &trail.home_region)?;
        if let Some(owner) = &trail.bucket_account {
            check.account(at!["organizations", index, "trail", "bucket_account"], owner)?;
        }
    }
    if let Some(inspector) = organization.baseline.as_ref().and_then(|baseline| baseline.inspector.as_ref()) {
        let path = at!["organizations", index, "baseline", "inspector", "administrator"];
        check.in_organization(path, &inspector.administrator, organization)?;
    }
    let Some(center) = &organization.identity_center else { return Ok(()) };
    check.region(at!["organizations", index, "identity_center", "region"], &center.region)?;
    let list = at!["organizations", index, "identity_center", "permission_sets"];
    check.unique(list, Some("name"), "permission set", &center.permission_sets, |set| &set.name)?;
    for (number, set) in center.permission_sets.iter().enumerate() {
        if let Some(policy) = &set.inline_policy {
            check.json(at!["organizations", index, "identity_center", "permission_sets", number, "inline_policy"], policy)?;
        }
        for (place, account) in set.accounts.iter().enumerate() {
            let path = at!["organizations", index, "identity_center", "permission_sets", number, "accounts", place];
            check.in_organization(path, account, organization)?;
        }
    }
    Ok(())
}

fn stack_sets(check: &Check<'_>, index: usize, organization: &OrganizationSpec) -> Result<(), WorldError> {
    check.unique(at!["organizations", index, "stack_sets"], Some("name"), "stack set", &organization.stack_sets, |set| &set.name)?;
    for (number, set) in organization.stack_sets.iter().enumerate() {
        check.region(at!["organizations", index, "stack_sets", number, "region"], &set.region)?;
        if let Some(template) = &set.template {
            check.json(at!["organizations", index, "stack_sets", number, "template"], template)?;
        }
        for (place, unit) in set.units.iter().enumerate() {
            check.unit(at!["organizations", index, "stack_sets", number, "units", place], unit, ROOT, organization)?;
        }
    }
    Ok(())
}
