//! What the file says of GuardDuty, Security Hub, Inspector, Access Analyzer and Resource Explorer.

use super::check::{Check, unknown};
use super::error::{WorldError, WorldProblem};
use super::source::{Step, at};
use super::{AccountSpec, DetectionService, OrganizationSpec};
use orgkit_model::AccountId;

/// Checks the services that one organization's accounts administer.
pub(super) fn organization(check: &Check<'_>, index: usize, organization: &OrganizationSpec) -> Result<(), WorldError> {
    let mut seen: Vec<DetectionService> = Vec::new();
    if organization.baseline.as_ref().is_some_and(|baseline| baseline.inspector.is_some()) {
        seen.push(DetectionService::Inspector2);
    }
    for (number, detection) in organization.detection.iter().enumerate() {
        let path = at!["organizations", index, "detection", number, "administrator"];
        check.in_organization(path, &detection.administrator, organization)?;
        if detection.administrator == organization.management {
            let message = format!("administrator `{}` is the management account", detection.administrator);
            let hint = "AWS registers member accounts only: name another account";
            return Err(check.fail(path, WorldProblem::Contradiction { message, hint }));
        }
        let list = at!["organizations", index, "detection", number, "services"];
        services(check, list, &detection.services)?;
        for (place, service) in detection.services.iter().enumerate() {
            let path = at!["organizations", index, "detection", number, "services", place];
            if seen.contains(service) {
                let message = format!("`{}` is described twice", service.principal());
                let hint = "a service has one administrator in an organization: give it one entry, `baseline.inspector` included";
                return Err(check.fail(path, WorldProblem::Contradiction { message, hint }));
            }
            seen.push(*service);
            no_other(check, path, organization, *service, &detection.administrator)?;
        }
        for (place, region) in detection.regions.iter().enumerate() {
            check.region(at!["organizations", index, "detection", number, "regions", place], region)?;
        }
        for (place, account) in detection.except.iter().enumerate() {
            check.in_organization(at!["organizations", index, "detection", number, "except", place], account, organization)?;
        }
    }
    Ok(())
}

/// Refuses a second delegated administrator of a service that has one.
fn no_other(
    check: &Check<'_>,
    path: &[Step<'_>],
    organization: &OrganizationSpec,
    service: DetectionService,
    administrator: &AccountId,
) -> Result<(), WorldError> {
    let registered = |other: &&super::DelegatedAdministratorSpec| other.services.iter().any(|name| name == service.principal());
    let mut others = organization.delegated_administrators.iter().filter(registered);
    let Some(other) = others.find(|other| &other.account != administrator) else {
        return Ok(());
    };
    let message = format!("`{}` is administered by `{administrator}` and by `{}`", service.principal(), other.account);
    let hint = "the service has one delegated administrator in an organization";
    Err(check.fail(path, WorldProblem::Contradiction { message, hint }))
}

/// Checks what an account has for itself.
pub(super) fn account(check: &Check<'_>, index: usize, account: &AccountSpec) -> Result<(), WorldError> {
    for (number, detection) in account.detection.iter().enumerate() {
        services(check, at!["accounts", index, "detection", number, "services"], &detection.services)?;
        for (place, region) in detection.regions.iter().enumerate() {
            check.region(at!["accounts", index, "detection", number, "regions", place], region)?;
        }
    }
    let names: Vec<String> = account.analyzers.iter().map(|analyzer| format!("{} {}", analyzer.region, analyzer.name)).collect();
    check.unique(at!["accounts", index, "analyzers"], Some("name"), "analyzer", &names, String::as_str)?;
    for (number, analyzer) in account.analyzers.iter().enumerate() {
        check.region(at!["accounts", index, "analyzers", number, "region"], &analyzer.region)?;
        if analyzer.kind.is_of_organization() && check.organization_of(account).is_none() {
            let message = format!("analyzer `{}` is of an organization, but account `{}` is in none", analyzer.name, account.id);
            let hint = "give it the type `ACCOUNT`, or the account its `organization`";
            return Err(check.fail(at!["accounts", index, "analyzers", number, "type"], WorldProblem::Contradiction { message, hint }));
        }
    }
    explorer(check, index, account)
}

fn explorer(check: &Check<'_>, index: usize, account: &AccountSpec) -> Result<(), WorldError> {
    let Some(explorer) = &account.resource_explorer else {
        return Ok(());
    };
    for (place, region) in explorer.regions.iter().enumerate() {
        check.region(at!["accounts", index, "resource_explorer", "regions", place], region)?;
    }
    let path = at!["accounts", index, "resource_explorer", "aggregator"];
    match &explorer.aggregator {
        Some(region) if !explorer.regions.is_empty() && !explorer.regions.contains(region) => {
            Err(check.fail(path, unknown("region", region, explorer.regions.iter().map(String::as_str))))
        }
        Some(region) => check.region(path, region),
        None => Ok(()),
    }
}

fn services(check: &Check<'_>, path: &[Step<'_>], services: &[DetectionService]) -> Result<(), WorldError> {
    if services.is_empty() { Err(check.fail(path, WorldProblem::Empty { list: "services" })) } else { Ok(()) }
}
