//! Which ids are looked for: those of an estate's old organizations, and those of the command line.

use super::ScanArgs;
use crate::error::CliError;
use crate::exit::Exit;
use orgkit_discover::EstateFile;
use orgkit_iam::references::{Known, KnownError, KnownId, Successor};
use orgkit_model::{Estate, OrganizationSnapshot};
use std::collections::BTreeMap;

/// The ids to look for, ready for the search.
pub(super) fn known(args: &ScanArgs) -> Result<Known, CliError> {
    let mut ids = BTreeMap::new();
    if let Some(path) = &args.estate {
        let estate = EstateFile::read(path).map_err(|error| {
            CliError::from_source(Exit::Usage, "OK2304", &error).hint("`orgkit discover` writes one, .orgkit/migration/estate.db")
        })?;
        of_estate(&estate, &mut ids).map_err(|error| wrong(&error))?;
    }
    // What is typed counts more than what was discovered.
    for id in typed(args)? {
        ids.insert(id.id().to_owned(), id);
    }
    let has_successors = ids.values().any(|id| id.successor().is_some());
    if args.patch.is_some() && !has_successors {
        return Err(CliError::new(Exit::Usage, "OK2301", "there is nothing to patch: no id has a new one")
            .hint("`--estate FILE` takes them from the target organization, `--map OLD=NEW` names one"));
    }
    if ids.is_empty() {
        return Ok(Known::shapes());
    }
    let known = Known::new(ids.into_values()).map_err(|error| wrong(&error))?;
    Ok(if args.shapes { known.and_shapes() } else { known })
}

fn wrong(error: &KnownError) -> CliError {
    CliError::from_source(Exit::Usage, "OK2301", error)
        .hint("ids look like o-a1b2c3d4e5, r-ab12, ou-ab12-a1b2c3d4, p-a1b2c3d4, 111122223333")
}

fn typed(args: &ScanArgs) -> Result<Vec<KnownId>, CliError> {
    let mut ids = Vec::new();
    for id in &args.ids {
        ids.push(KnownId::new(id, "").map_err(|error| wrong(&error))?);
    }
    for map in &args.maps {
        let (old, new) = map.split_once('=').ok_or_else(|| {
            CliError::new(Exit::Usage, "OK2301", format!("`{map}` is not of the form OLD=NEW"))
                .hint("such as `--map o-a1b2c3d4e5=o-f6g7h8i9j0`")
        })?;
        ids.push(KnownId::new(old, "").and_then(|id| id.becomes(new, Successor::Everywhere)).map_err(|error| wrong(&error))?);
    }
    // A map says more than the bare id.
    let mapped: Vec<String> = ids.iter().filter(|id| id.successor().is_some()).map(|id| id.id().to_owned()).collect();
    ids.retain(|id| id.successor().is_some() || !mapped.iter().any(|one| one == id.id()));
    Known::new(ids.clone()).map_err(|error| wrong(&error))?;
    Ok(ids)
}

/// The ids of the old organizations. Units and policies become those that are called the same in the target; members keep their ids.
fn of_estate(estate: &Estate, ids: &mut BTreeMap<String, KnownId>) -> Result<(), KnownError> {
    let target = &estate.target;
    for source in &estate.sources {
        let of = format!("of the organization of {}", estate.name_of(&source.organization.management_account));
        let new = |id: &str, meaning: &str, successor: Option<(&str, Successor)>| {
            let id = KnownId::new(id, meaning)?;
            successor.map_or(Ok(id.clone()), |(new, scope)| id.becomes(new, scope))
        };
        let everywhere = |id: &'_ str| Some((id.to_owned(), Successor::Everywhere));
        let mut found = vec![
            (source.organization.id.as_str(), "old organization".to_owned(), everywhere(target.organization.id.as_str())),
            (source.root.as_str(), format!("root {of}"), everywhere(target.root.as_str())),
        ];
        let management = (target.organization.management_account.to_string(), Successor::InOrganizationsArns);
        found.push((source.organization.management_account.as_str(), "old management account".to_owned(), Some(management)));
        for unit in &source.units {
            let path = source.unit_path(&unit.id.clone().into());
            let same = target.unit_at(&path).map(|unit| (unit.id.to_string(), Successor::Everywhere));
            found.push((unit.id.as_str(), format!("unit {} {of}", path.join("/")), same));
        }
        for policy in source.policies.iter().filter(|policy| !policy.aws_managed) {
            found.push((policy.id.as_str(), format!("policy {} {of}", policy.name), same_policy(target, policy)));
        }
        for (id, meaning, successor) in found {
            let successor = successor.as_ref().map(|(id, scope)| (id.as_str(), *scope));
            merge(ids, new(id, &meaning, successor)?);
        }
    }
    Ok(())
}

fn same_policy(target: &OrganizationSnapshot, policy: &orgkit_model::Policy) -> Option<(String, Successor)> {
    let same = target.policies.iter().find(|one| one.name == policy.name && one.kind == policy.kind && !one.aws_managed)?;
    Some((same.id.to_string(), Successor::Everywhere))
}

/// Ids of units are unique within an organization only: one that two old organizations have has no certain successor.
fn merge(ids: &mut BTreeMap<String, KnownId>, id: KnownId) {
    let bare = |id: &KnownId| KnownId::new(id.id(), id.meaning());
    match ids.get(id.id()).filter(|before| before.successor() != id.successor()).map(bare) {
        Some(Ok(ambiguous)) => drop(ids.insert(ambiguous.id().to_owned(), ambiguous)),
        Some(Err(_)) => {}
        None => drop(ids.insert(id.id().to_owned(), id)),
    }
}
