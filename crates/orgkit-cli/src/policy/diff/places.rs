//! From the estate to places: the chains of policies above an account, now and in a unit of the target.

use crate::error::CliError;
use crate::exit::Exit;
use orgkit_assess::{Chains, Documents};
use orgkit_iam::compare::{Organization, Place};
use orgkit_iam::{Level, Policy};
use orgkit_model::{AccountId, Estate, OrganizationSnapshot, PolicyType};
use std::sync::Arc;

/// A place and what a person calls it.
pub(super) struct Named {
    pub(super) place: Place,
    pub(super) name: String,
}

/// The organizations of an estate.
pub(super) struct Places<'a> {
    estate: &'a Estate,
    /// The target first, then the sources.
    chains: Vec<Chains<'a>>,
    organizations: Vec<Arc<Organization>>,
}

impl<'a> Places<'a> {
    /// Reads every policy of an estate, each document once.
    pub(super) fn of(estate: &'a Estate) -> Result<Self, CliError> {
        let mut documents = Documents::default();
        let all = std::iter::once(&estate.target).chain(&estate.sources);
        let chains: Vec<Chains<'a>> = all.map(|snapshot| Chains::of(snapshot, &mut documents)).collect();
        if let Some(unreadable) = documents.unreadable().first() {
            return Err(CliError::from_source(Exit::Usage, "OK2233", unreadable));
        }
        let organizations = chains.iter().map(|chains| Arc::new(chains.organization())).collect();
        Ok(Self { estate, chains, organizations })
    }

    /// Every organization.
    pub(super) fn organizations(&self) -> Vec<Arc<Organization>> {
        self.organizations.clone()
    }

    /// Where an account stands now.
    pub(super) fn now(&self, account: &AccountId) -> Result<Named, CliError> {
        let found = self.chains.iter().zip(&self.organizations).find(|(chains, _)| chains.snapshot.accounts.contains_key(account));
        if let Some((chains, organization)) = found {
            let parent = chains.snapshot.parents.get(account);
            let units = parent.map(|parent| chains.snapshot.unit_path(parent).join("/")).unwrap_or_default();
            let management = if *account == chains.snapshot.organization.management_account { ", its management account" } else { "" };
            let name = format!("{} of {}{management}", or_root(&units), organization.id);
            return Ok(Named { place: Place::of(organization, account.as_str()), name });
        }
        if self.estate.standalone.iter().any(|known| known.id == *account) {
            return Ok(Named { place: Place::standalone(), name: "no organization".to_owned() });
        }
        let message = format!("the estate has no account `{account}`");
        Err(CliError::new(Exit::Usage, "OK2232", message).hint("`orgkit discover` reads the estate again"))
    }

    /// Where an account would stand in a unit of the target.
    pub(super) fn unit(&self, account: &AccountId, unit: &str) -> Result<Named, CliError> {
        // INVARIANT: an estate has a target, and it comes first.
        let (Some(target), Some(organization)) = (self.chains.first(), self.organizations.first()) else {
            return Err(no_unit(unit, &[]));
        };
        let snapshot = target.snapshot;
        let parent = resolve(snapshot, unit).ok_or_else(|| no_unit(unit, &unit_paths(snapshot)))?;
        let mut seat = target.seat_under(&lineage(snapshot, &parent));
        // An account keeps what is attached to itself when it moves within its organization; one that joins has what AWS attaches.
        let is_member = snapshot.accounts.contains_key(account);
        if !seat.scps.is_empty() {
            let joined = || Level { target: account.as_str().into(), policies: vec![Policy::full_aws_access()] };
            let own = || target.level(PolicyType::ServiceControlPolicy, account.as_str());
            seat.scps.push(if is_member { own() } else { joined() });
        }
        if is_member {
            seat.rcps.push(target.level(PolicyType::ResourceControlPolicy, account.as_str()));
        }
        let name = snapshot.units.iter().find(|unit| unit.id.as_str() == parent).map(|unit| snapshot.unit_path(&unit.id.clone().into()));
        let name = format!("{} of {}", or_root(&name.unwrap_or_default().join("/")), organization.id);
        Ok(Named { place: Place { organization: Some(Arc::clone(organization)), seat }, name })
    }
}

fn or_root(units: &str) -> &str {
    if units.is_empty() { "the root" } else { units }
}

/// The root or unit that an id or a path of names stands for.
fn resolve(snapshot: &OrganizationSnapshot, unit: &str) -> Option<String> {
    if unit == "/" || unit == snapshot.root.as_str() {
        return Some(snapshot.root.to_string());
    }
    if let Some(known) = snapshot.units.iter().find(|known| known.id.as_str() == unit) {
        return Some(known.id.to_string());
    }
    let path: Vec<String> = unit.trim_matches('/').split('/').map(str::to_owned).collect();
    snapshot.unit_at(&path).map(|unit| unit.id.to_string())
}

/// The ids from the root down to a root or unit.
fn lineage(snapshot: &OrganizationSnapshot, parent: &str) -> Vec<String> {
    let mut ids = vec![parent.to_owned()];
    while let Some(unit) = ids.last().and_then(|id| snapshot.units.iter().find(|unit| unit.id.as_str() == id)) {
        ids.push(unit.parent.as_str().to_owned());
    }
    ids.reverse();
    ids
}

fn unit_paths(snapshot: &OrganizationSnapshot) -> Vec<String> {
    snapshot.units.iter().map(|unit| snapshot.unit_path(&unit.id.clone().into()).join("/")).collect()
}

fn no_unit(unit: &str, known: &[String]) -> CliError {
    let error = CliError::new(Exit::Usage, "OK2232", format!("the target organization has no unit `{unit}`"));
    let nearest = known.iter().max_by(|a, b| strsim::jaro(a, unit).total_cmp(&strsim::jaro(b, unit)));
    match nearest {
        Some(nearest) => error.hint(format!("a unit is named by its id or its path, such as `{nearest}`")),
        None => error.hint("it has no units; `/` is its root"),
    }
}
